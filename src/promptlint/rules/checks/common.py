"""Readings that checks of several families share."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.model import Statement
from promptlint.rules.context import Context
from promptlint.text import lazy_re as re

_KEYS = re.compile(r"\b(?:keys?|fields?|propert(?:y|ies)|attributes?|columns?)\b", re.I)
_QUOTED = re.compile(r"[\"'`“]([A-Za-z_][\w-]{0,40})[\"'`”]")
_OUTPUT = re.compile(
    r"\b(?:return|respond|output|reply|answer|format|provide|generate|produce|give|write|json)\b", re.I
)
_INPUT = re.compile(r"\b(?:input|given|receive|provided with|request)\b", re.I)
_CASE = re.compile(r"[_\W]+")


def declared_keys(context: Context) -> Iterator[tuple[Statement, tuple[str, ...]]]:
    """Yield the statements that name the keys of the output in quotes, with the names."""
    for statement in context.anatomy.statements:
        said = context.text[statement.start : statement.end]
        if statement.polarity < 0 or not _KEYS.search(said) or not _OUTPUT.search(said) or _INPUT.search(said):
            continue
        mark = _KEYS.search(said)
        if mark is None or "json" not in said.lower():
            continue
        after = tuple(dict.fromkeys(_QUOTED.findall(said[mark.start() :])))
        before = tuple(_QUOTED.findall(said[max(0, mark.start() - 60) : mark.start()]))[-1:]
        names = after or (before if re.search(r"as (?:the|a|its) key", said, re.I) else ())
        if names:
            yield statement, names


def keys_of(value: object, depth: int = 0) -> set[str]:
    """Return all keys in parsed data, nested ones too."""
    if depth > 8:
        return set()
    if isinstance(value, dict):
        return {str(key) for key in value}.union(*(keys_of(item, depth + 1) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(keys_of(item, depth + 1) for item in value))
    return set()


def close_names(left: str, right: str) -> bool:
    """Whether two different names are one name misspelt: by case and separators, or by one or two letters."""
    if left == right:
        return False
    plain_left, plain_right = _CASE.sub("", left).lower(), _CASE.sub("", right).lower()
    if plain_left == plain_right:
        return True
    if min(len(plain_left), len(plain_right)) < 6 or plain_left.rstrip("s") == plain_right.rstrip("s"):
        return False
    if re.sub(r"\d+", "", plain_left) == re.sub(r"\d+", "", plain_right):
        return False
    return distance(plain_left, plain_right, 1) <= 1


def distance(left: str, right: str, limit: int = 2) -> int:
    """Return the edit distance of two names, `limit + 1` where it is larger."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    row = list(range(len(right) + 1))
    for at, char in enumerate(left, 1):
        previous, row[0] = row[0], at
        for place, other in enumerate(right, 1):
            previous, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, previous + (char != other))
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
