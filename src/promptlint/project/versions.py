"""`required-version`: whether this promptlint is one that a project wants."""

from __future__ import annotations

import re

from promptlint.project.errors import UsageError

_CLAUSE = re.compile(r"(==|!=|>=|<=|~=|>|<)?\s*(\d+(?:\.\d+)*)$")


def require_version(wanted: str, version: str, source: str) -> None:
    """Raise UsageError unless `version` meets all comma-separated clauses of `wanted` (`>=0.1,<0.3`; bare: exactly)."""
    for clause in wanted.split(","):
        match = _CLAUSE.match(clause.strip())
        if match is None:
            raise UsageError(
                f"{source}: 'required-version' cannot be read: {clause.strip()!r}; write e.g. '>=0.1,<0.3'"
            )
        if not _meets(match.group(1) or "==", _numbers(version), _numbers(match.group(2))):
            raise UsageError(f"{source}: required-version is '{wanted}', this is promptlint {version}; install another")


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(number) for number in re.findall(r"\d+", version)[:4]]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _meets(operator: str, have: tuple[int, ...], want: tuple[int, ...]) -> bool:
    if operator == "~=":
        return have >= want and have[: max(1, len(want) - 1)] == want[: max(1, len(want) - 1)]
    return {
        "==": have == want,
        "!=": have != want,
        ">=": have >= want,
        "<=": have <= want,
        ">": have > want,
        "<": have < want,
    }[operator]
