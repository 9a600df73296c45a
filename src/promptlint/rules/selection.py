"""Which lint rules run on a file."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.model import Override, Settings
from promptlint.rules.rule import Rule, RuleSet


class SelectorError(ValueError):
    """A selector that means no rule. `value` is the selector, `nearest` the known one that is closest, if any is."""

    def __init__(self, value: str, nearest: str | None) -> None:
        hint = f"; the nearest is '{nearest}'" if nearest else ""
        super().__init__(f"unknown rule selector '{value}'{hint}")
        self.value = value
        self.nearest = nearest


def select(rules: RuleSet, settings: Settings, path: str | None) -> tuple[Rule, ...]:
    """Return the rules that run on `path`, sorted by id. See `RuleSet.select`."""
    overrides = applying(settings, path)
    wanted = settings.select
    for override in overrides:
        wanted = override.select or wanted
    used = [*settings.select, *settings.extend_select, *settings.ignore]
    _check(rules, [*used, *(selector for override in overrides for selector in override.select)])
    exact = {*wanted, *settings.extend_select}
    chosen = []
    for rule in rules:
        named = rule.id in exact or rule.name in exact
        picked = _picked(rule, wanted, settings) and (rule.status != "preview" or named or settings.preview)
        if picked and not matches_any(settings.ignore, rule):
            chosen.append(rule)
    return tuple(chosen)


def _picked(rule: Rule, wanted: tuple[str, ...], settings: Settings) -> bool:
    if matches_any(settings.extend_select, rule):
        return True
    if wanted:
        return matches_any(wanted, rule)
    return rule.default or (settings.preview and rule.status == "preview")


def applying(settings: Settings, path: str | None) -> tuple[Override, ...]:
    """Return the overrides for a file, in the order of the settings."""
    if path is None or not settings.overrides:
        return ()
    from promptlint.text.globs import matches_any as path_matches

    return tuple(override for override in settings.overrides if path_matches(path, override.paths, settings.root))


def matches(selector: str, rule: Rule) -> bool:
    """Whether a selector means a rule: `ALL`, an id or its beginning (`UNC`, `UNC00`), or a name."""
    return selector == "ALL" or selector == rule.name or (selector.isupper() and rule.id.startswith(selector))


def matches_any(selectors: Iterable[str], rule: Rule) -> bool:
    """Whether any selector means a rule."""
    return any(matches(selector, rule) for selector in selectors)


def _check(rules: RuleSet, selectors: Iterable[str]) -> None:
    for selector in selectors:
        if not any(matches(selector, rule) for rule in rules):
            from difflib import get_close_matches

            known = ["ALL", *{rule.family for rule in rules}, *(r.id for r in rules), *(r.name for r in rules)]
            close = get_close_matches(selector, known, n=1) or get_close_matches(selector.upper(), known, n=1)
            raise SelectorError(selector, close[0] if close else None)
