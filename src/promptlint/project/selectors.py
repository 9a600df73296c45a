"""Whether the rules, packs and edition that settings speak of exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from promptlint.model import Settings
from promptlint.project.errors import UsageError
from promptlint.project.overrides import covers
from promptlint.project.schema import nearest


def checked_selectors(settings: Settings, origins: Mapping[str, str]) -> None:
    """Raise UsageError for the first name that means nothing; it gives the value, the option and the source."""
    used = list(_selectors(settings, origins))
    if not used and not settings.rule_packs and "edition" not in origins:
        return
    from promptlint import rules
    from promptlint.rules.compile import PackError

    try:
        known = {rule.id: rule.name for rule in rules.load(settings.rule_packs)}
    except PackError as error:
        raise UsageError(f"{origins.get('rule-packs', 'the settings')}: {error}") from error
    if settings.edition not in rules.editions():
        source = origins.get("edition", "the settings")
        raise UsageError(f"{source}: unknown edition '{settings.edition}'; there is {', '.join(rules.editions())}")
    for selector, option, source in used:
        if not any(covers(selector, rule, name) for rule, name in known.items()):
            families = {rule.rstrip("0123456789") for rule in known}
            hint = nearest(selector, ("ALL", *sorted(families), *known, *known.values()))
            raise UsageError(f"{source}: unknown rule selector '{selector}' in '{option}'{hint}")


def _selectors(settings: Settings, origins: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    for option, selectors in (
        ("select", settings.select),
        ("extend-select", settings.extend_select),
        ("ignore", settings.ignore),
        ("severity", tuple(settings.severity)),
    ):
        yield from ((selector, option, origins.get(option, "the settings")) for selector in selectors)
    for override in settings.overrides:
        for option, selectors in (
            ("per-file ignore", override.ignore),
            ("per-file select", override.select),
            ("per-file severity", tuple(override.severity)),
        ):
            yield from ((selector, option, settings.origin or "the settings") for selector in selectors)
