"""Where the string literals of a Python file are: exact spans, on every Python version we run on.

`tokenize` changed how it splits f-strings in 3.12, and a syntax tree has no place for the parts of an implicit
concatenation, so the file is scanned: literals and comments are all that can hide a quote.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

_NEXT = re.compile(r"#[^\r\n]*|(?P<prefix>\b[rRbBuUfFtT]{1,3})?(?P<quote>\"\"\"|'''|\"|')")
_BETWEEN = re.compile(r"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*)*")


class Literal(NamedTuple):
    """One string literal; `start`/`end` hold prefix and quotes, the body lies between the quotes."""

    start: int
    end: int
    body_start: int
    body_end: int
    prefix: str
    quote: str

    @property
    def raw(self) -> bool:
        """Whether backslashes stand for themselves."""
        return "r" in self.prefix

    @property
    def formatted(self) -> bool:
        """Whether braces are holes."""
        return "f" in self.prefix or "t" in self.prefix

    @property
    def triple(self) -> bool:
        """Whether line breaks may stand in it."""
        return len(self.quote) == 3


@lru_cache(maxsize=16)
def literals(text: str) -> tuple[Literal, ...]:
    """Return all string literals in file order, those inside the holes of f-strings included."""
    found: list[Literal] = []
    _scan(text, 0, len(text), found, depth=0)
    return tuple(sorted(found))


def literal_at(text: str, offset: int) -> Literal | None:
    """Return the innermost literal whose body holds `offset` or ends there."""
    every = literals(text)
    index = bisect_right(every, offset, key=lambda literal: literal.start) - 1
    for literal in reversed(every[max(0, index - 40) : index + 1]):
        if literal.body_start <= offset <= literal.body_end:
            return literal
    return None


def chain(text: str, literal: Literal) -> tuple[Literal, ...]:
    """Return the literals of the implicit concatenation that `literal` is a part of, in order; itself if it is none."""
    every = literals(text)
    index = every.index(literal)
    low = high = index
    while low > 0 and every[low - 1].end <= every[low].start and _adjacent(text, every[low - 1], every[low]):
        low -= 1
    while high + 1 < len(every) and _adjacent(text, every[high], every[high + 1]):
        high += 1
    return every[low : high + 1]


def depth(text: str, offset: int) -> int:
    """Return how many brackets are open at an offset outside of strings."""
    level, at = 0, 0
    for literal in literals(text):
        if literal.start >= offset:
            break
        if literal.start >= at:
            level += _brackets(text[at : literal.start])
            at = literal.end
    return level + _brackets(text[at:offset])


def _brackets(code: str) -> int:
    code = re.sub(r"#[^\r\n]*", "", code)
    return sum(code.count(mark) for mark in "([{") - sum(code.count(mark) for mark in ")]}")


def _adjacent(text: str, left: Literal, right: Literal) -> bool:
    """Whether only blanks and comments stand between two literals.

    Two statements of strings look the same; a wrong guess there is caught by the proof, which counts strings.
    """
    if left.end > right.start:
        return False
    match = _BETWEEN.match(text, left.end, right.start)
    return match is not None and match.end() == right.start


def _scan(text: str, at: int, end: int, found: list[Literal], depth: int) -> None:
    while True:
        match = _NEXT.search(text, at, end)
        if match is None:
            return
        if match["quote"] is None:
            at = match.end()
            continue
        prefix = (match["prefix"] or "").lower()
        start = match.start()
        literal = _literal(text, start, match.end(), prefix, match["quote"], end, found, depth)
        found.append(literal)
        at = max(literal.end, match.end())


def _literal(
    text: str, start: int, body: int, prefix: str, quote: str, end: int, found: list[Literal], depth: int
) -> Literal:
    formatted = "f" in prefix or "t" in prefix
    at = body
    while at < end:
        char = text[at]
        if char == "\\":
            at += 2
        elif text.startswith(quote, at):
            return Literal(start, at + len(quote), body, at, prefix, quote)
        elif char == "\n" and len(quote) == 1:
            break
        elif formatted and char == "{":
            if text.startswith("{{", at):
                at += 2
            else:
                at = _hole(text, at + 1, end, quote, found, depth + 1)
        else:
            at += 1
    return Literal(start, min(at, end), body, min(at, end), prefix, quote)


def _hole(text: str, at: int, end: int, outer: str, found: list[Literal], depth: int) -> int:
    """Return the offset after the closing brace of a hole; strings inside are collected."""
    level = 0
    while at < end:
        char = text[at]
        if char in "([{":
            level += 1
            at += 1
        elif char == "}" and level == 0:
            return at + 1
        elif char in ")]}":
            level -= 1
            at += 1
        elif char in "\"'" and depth < 6:
            if text.startswith(outer, at) and _closes(text, at, outer):
                return at
            match = _NEXT.match(text, at, end)
            if match is None or match["quote"] is None:
                return at + 1
            inner = _literal(text, at, match.end(), "", match["quote"], end, found, depth)
            found.append(inner)
            at = max(inner.end, at + 1)
        elif char == "\n" and len(outer) == 1:
            return at
        else:
            at += 1
    return at


def _closes(text: str, at: int, quote: str) -> bool:
    """Whether a quote like the outer one, met inside a hole, ends the literal: only if no brace closes the hole first.

    Before Python 3.12 it always would; since then it may open a string. A hole that is never closed is no hole.
    """
    stop = text.find("\n", at) if len(quote) == 1 else text.find(quote, at + len(quote))
    rest = text[at + len(quote) : stop if stop >= 0 else len(text)]
    return "}" not in rest
