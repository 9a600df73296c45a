"""An organisation's settings below which a project may not go.

The floor protects what it names and nothing else: where the project says nothing, the floor's value holds; where the
project is stricter, the project's; where it is weaker, the run ends with an error that names both values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from promptlint.model import SEVERITY_RANK, Override, Settings, Severity
from promptlint.project.errors import UsageError
from promptlint.project.overrides import covers
from promptlint.project.settings import Loaded

PILLAR_RULES = {
    "output": ("OUT001", "OUT002"),
    "examples": ("EXM001",),
    "rules": ("RUL010",),
    "uncertainty": ("UNC001",),
    "tone": ("TON001",),
    "input": ("INP001",),
}


class _Weaker(NamedTuple):
    key: str
    source: str
    have: str
    wanted: str


def raised(loaded: Loaded, floor: Loaded) -> Loaded:
    """Return settings lifted to the floor. Raises UsageError when they set anything below it."""
    problems = [*_weaker_values(loaded, floor), *_weaker_rules(loaded, floor)]
    if problems:
        lines = [f"{p.source}: {p.key} = {p.have} is weaker than {p.wanted} in the floor" for p in problems]
        raise UsageError(f"the settings floor {floor.settings.origin} does not allow this:\n  " + "\n  ".join(lines))
    changed = {field: value for key, (field, value) in _floor_values(floor).items() if key not in loaded.origins}
    mine, base = loaded.settings, floor.settings
    settings = mine._replace(
        **changed,
        require=_union(mine.require, base.require),
        extend_select=_union(mine.extend_select, base.extend_select),
        severity={**base.severity, **mine.severity},
        overrides=(*mine.overrides, *(_at_least(override, mine) for override in base.overrides)),
    )
    origins = dict.fromkeys(floor.origins, f"{floor.settings.origin} (floor)")
    return Loaded(settings, {**origins, **loaded.origins})


def _floor_values(floor: Loaded) -> dict[str, tuple[str, Any]]:
    """Return the single values that the floor names: key -> (field, value)."""
    fields = {
        "fail-on": "fail_on",
        "token-budget": "token_budget",
        "max-file-bytes": "max_file_bytes",
        "edition": "edition",
        "preview": "preview",
        "select": "select",
        "exclude": "exclude",
        "include": "include",
    }
    return {key: (field, getattr(floor.settings, field)) for key, field in fields.items() if key in floor.origins}


def _weaker_values(loaded: Loaded, floor: Loaded) -> Iterable[_Weaker]:
    tests: dict[str, Callable[[Any, Any], bool]] = {
        "fail-on": lambda have, wanted: SEVERITY_RANK[have] < SEVERITY_RANK[wanted],
        "token-budget": lambda have, wanted: have is not None and have > wanted,
        "max-file-bytes": lambda have, wanted: have < wanted,
        "edition": lambda have, wanted: have < wanted,
        "preview": lambda have, wanted: wanted and not have,
        "select": lambda have, wanted: not all(any(covers(mine, rule) for mine in have) for rule in wanted),
        "exclude": lambda have, wanted: not set(have) <= set(wanted),
        "include": lambda have, wanted: not set(wanted) <= set(have),
    }
    for key, (field, wanted) in _floor_values(floor).items():
        have = getattr(loaded.settings, field)
        if key in loaded.origins and tests[key](have, wanted):
            yield _Weaker(key, loaded.origins[key], _shown(have), _shown(wanted))


def _weaker_rules(loaded: Loaded, floor: Loaded) -> Iterable[_Weaker]:
    mine, base = loaded.settings, floor.settings
    protected = _protected(base)
    origin = mine.origin or "the command line"
    ignore_source = loaded.origins.get("ignore", origin)
    yield from _ignored((rule for rule in mine.ignore if rule not in base.ignore), protected, "ignore", ignore_source)
    yield from _lowered(mine.severity, base, "severity", loaded.origins.get("severity", origin))
    for number, override in enumerate(mine.overrides, 1):
        place = f"[[per-file]] number {number}"
        yield from _ignored(override.ignore, protected, f"{place}: ignore", origin)
        yield from _lowered(override.severity, base, f"{place}: severity", origin)
        if override.select and not all(any(covers(s, rule) for s in override.select) for rule in base.select):
            yield _Weaker(f"{place}: select", origin, _shown(override.select), _shown(base.select))


def _protected(base: Settings) -> tuple[str, ...]:
    rules = [*base.select, *base.extend_select, *base.severity]
    required = list(base.require)
    for override in base.overrides:
        rules += [*override.select, *override.severity]
        required += override.require
    return tuple(dict.fromkeys([*rules, *(rule for pillar in required for rule in PILLAR_RULES[pillar])]))


def _ignored(ignored: Iterable[str], protected: tuple[str, ...], key: str, source: str) -> Iterable[_Weaker]:
    for rule in ignored:
        for wanted in protected:
            if covers(rule, wanted) or covers(wanted, rule):
                yield _Weaker(key, source, rule, f"{wanted} (demanded)")
                break


def _lowered(severity: Any, base: Settings, key: str, source: str) -> Iterable[_Weaker]:
    for rule, have in severity.items():
        for wanted_rule, wanted in base.severity.items():
            if (covers(rule, wanted_rule) or covers(wanted_rule, rule)) and SEVERITY_RANK[have] > SEVERITY_RANK[wanted]:
                yield _Weaker(f"{key}.{rule}", source, have, f"{wanted_rule} = {wanted}")


def _at_least(override: Override, mine: Settings) -> Override:
    """Return an override of the floor that lowers no severity which the project set higher."""
    severity: dict[str, Severity] = {}
    for rule, wanted in override.severity.items():
        tables = [mine.severity, *(other.severity for other in mine.overrides)]
        others = [table[rule] for table in tables if rule in table]
        severity[rule] = min([wanted, *others], key=SEVERITY_RANK.__getitem__)
    return override._replace(severity=severity)


def _union(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) or "nothing" if isinstance(value, tuple) else str(value)
