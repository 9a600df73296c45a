"""Whether the rules that settings speak of exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from promptlint.model import Settings
from promptlint.project.errors import UsageError
from promptlint.project.schema import nearest


def checked_selectors(settings: Settings, origins: Mapping[str, str]) -> None:
    """Raise UsageError for the first selector that means no rule; it names the value, the option and the source."""
    used = list(_selectors(settings, origins))
    if not used:
        return
    ids, names = _catalogue(settings.rule_packs)
    families = {rule.rstrip("0123456789") for rule in ids}
    known = {"ALL", *families, *ids, *names}
    for selector, option, source in used:
        if selector not in known:
            hint = nearest(selector, tuple(sorted(known)))
            raise UsageError(f"{source}: unknown rule selector '{selector}' in '{option}'{hint}")


def _selectors(settings: Settings, origins: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    lists = {
        "select": settings.select,
        "extend-select": settings.extend_select,
        "ignore": settings.ignore,
        "severity": tuple(settings.severity),
    }
    for option, selectors in lists.items():
        for selector in selectors:
            yield selector, option, origins.get(option, "the settings")
    for override in settings.overrides:
        for option, selectors in (
            ("ignore", override.ignore),
            ("select", override.select),
            ("severity", tuple(override.severity)),
        ):
            for selector in selectors:
                yield selector, f"per-file {option}", settings.origin or "the settings"


def _catalogue(packs: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """Return the ids and the names of all rules."""
    from promptlint import rules

    every = list(rules.load(packs))
    return {rule.id for rule in every}, {rule.name for rule in every}
