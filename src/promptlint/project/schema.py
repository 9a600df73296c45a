"""What a settings file may hold, checked without the JSON Schema library that a hook has no time to import.

`settings.schema.json` says the same for editors; a test keeps the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

from promptlint.model import Kind, PillarName, Severity
from promptlint.project.errors import UsageError

Check = Callable[[object], str]
"""Returns what a value must be, empty if it is that."""

SEVERITIES: tuple[str, ...] = get_args(Severity)
KINDS: tuple[str, ...] = get_args(Kind)
PILLARS: tuple[str, ...] = get_args(PillarName)


def _strings(value: object) -> str:
    good = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
    return "" if good else "a list of strings"


def _string(value: object) -> str:
    return "" if isinstance(value, str) and value else "a string"


def _boolean(value: object) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _positive(value: object) -> str:
    good = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return "" if good else "a whole number above zero"


def _one_of(allowed: tuple[str, ...]) -> Check:
    return lambda value: "" if value in allowed else "one of " + ", ".join(allowed)


def _some_of(allowed: tuple[str, ...]) -> Check:
    def check(value: object) -> str:
        good = isinstance(value, list) and all(item in allowed for item in value)
        return "" if good else "a list of any of " + ", ".join(allowed)

    return check


def _severities(value: object) -> str:
    good = isinstance(value, dict) and all(item in SEVERITIES for item in value.values())
    return "" if good else "a table of rule = " + " | ".join(f'"{name}"' for name in SEVERITIES)


def _tables(value: object) -> str:
    good = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return "" if good else "a list of tables, written [[per-file]]"


OVERRIDE_KEYS: Mapping[str, Check] = {
    "paths": _strings,
    "ignore": _strings,
    "select": _strings,
    "severity": _severities,
    "kind": _one_of(KINDS),
    "require": _some_of(PILLARS),
    "reason": _string,
}
KEYS: Mapping[str, Check] = {
    "extend": _string,
    "required-version": _string,
    "edition": _string,
    "select": _strings,
    "extend-select": _strings,
    "ignore": _strings,
    "severity": _severities,
    "per-file": _tables,
    "kind": _one_of(KINDS),
    "require": _some_of(PILLARS),
    "fail-on": _one_of(SEVERITIES),
    "include": _strings,
    "exclude": _strings,
    "force-exclude": _boolean,
    "model": _string,
    "token-budget": _positive,
    "preview": _boolean,
    "rule-packs": _strings,
    "max-file-bytes": _positive,
}


def validate(table: Mapping[str, object], source: str) -> None:
    """Raise UsageError for the first key or value of a settings table that is wrong; `source` names the file."""
    _keys(table, KEYS, source)
    overrides = table.get("per-file", [])
    assert isinstance(overrides, list)  # _tables checked it
    for number, override in enumerate(overrides, 1):
        place = f"{source}, [[per-file]] number {number}"
        _keys(override, OVERRIDE_KEYS, place)
        if not override.get("paths"):
            raise UsageError(f"{place}: 'paths' is missing; name the files that it is for")


def _keys(table: Mapping[str, object], known: Mapping[str, Check], source: str) -> None:
    for key, value in table.items():
        if key not in known:
            raise UsageError(f"{source}: unknown key '{key}'{nearest(key, known)}")
        problem = known[key](value)
        if problem:
            raise UsageError(f"{source}: '{key}' must be {problem}, not {value!r}")


def nearest(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """Return "; did you mean 'x'?" for the known word that is most like this one, or nothing."""
    from difflib import get_close_matches

    lowered = {name.lower(): name for name in known}
    close = get_close_matches(word.lower().replace("_", "-"), lowered, n=1)
    return f"; did you mean '{lowered[close[0]]}'?" if close else ""
