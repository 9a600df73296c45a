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
    return tuple(int(number) for number in re.findall(r"\d+", version)[:4])


def _padded(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return (*numbers, *(0,) * (4 - len(numbers)))


def _meets(operator: str, version: tuple[int, ...], clause: tuple[int, ...]) -> bool:
    have, want = _padded(version), _padded(clause)
    if operator == "~=":
        fixed = max(1, len(clause) - 1)
        return have >= want and have[:fixed] == want[:fixed]
    return {
        "==": have == want,
        "!=": have != want,
        ">=": have >= want,
        "<=": have <= want,
        ">": have > want,
        "<": have < want,
    }[operator]
