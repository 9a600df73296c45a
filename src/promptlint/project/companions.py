"""Prompts that stand together in one data file: what one of them settles, another need not be blamed for."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.model import Diagnostic, Linted, PillarName, Settings

_DATA = ("yaml", "json", "toml")
_CLOSED: dict[PillarName, tuple[str, ...]] = {
    "output": ("fields", "injected"),
    "examples": ("full", "injected"),
    "rules": ("listed", "injected"),
    "uncertainty": ("explicit",),
    "tone": ("exemplar",),
}


def eased(linted: Sequence[Linted], settings: Settings) -> list[Linted]:
    """Return the prompts of a file with every gap that a companion closes lowered to an info.

    A configuration holds the turns and stages of one agent, which mostly see each other's text; in code, prompts that
    share a file need have nothing to do with each other. What the settings ask for stays as it is.
    """
    if linted[0].prompt.host not in _DATA:
        return list(linted)
    return [
        item._replace(diagnostics=tuple(_eased(d, item, linted, settings) for d in item.diagnostics)) for item in linted
    ]


def _eased(diagnostic: Diagnostic, item: Linted, linted: Sequence[Linted], settings: Settings) -> Diagnostic:
    from promptlint import rules

    rule = rules.load(settings.rule_packs).get(diagnostic.rule)
    pillar = rule.applies.pillar if rule is not None else None
    if rule is None or pillar is None or diagnostic.severity == "info" or pillar in settings.require:
        return diagnostic
    closed = any(
        other is not item and other.anatomy.pillars[pillar].level in _CLOSED.get(pillar, ()) for other in linted
    )
    if not closed or rules.set_by_user(rule, settings) is not None:
        return diagnostic
    return diagnostic._replace(severity="info")
