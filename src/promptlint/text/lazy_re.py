"""The names of `re`, whose `compile` waits until a pattern is first used.

A run on one small file asks a third of the patterns that modules name; compiling the others took a fifth of its time.
A pattern that also says what it needs waits until a text holds it. Modules import this as `re` and read as ever.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from re import (
    DOTALL,
    IGNORECASE,
    MULTILINE,
    I,
    M,
    Match,
    Pattern,
    S,
    error,
    escape,
    findall,
    finditer,
    fullmatch,
    match,
    search,
    split,
    sub,
)
from typing import Any, cast

_FINDS = ("search", "match", "fullmatch", "finditer", "findall")
_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
_FACTS = ("pattern", "flags", "groups", "groupindex")


class _Lazy:
    """Stands for a pattern. Its slots are empty until one is asked for; from then on they hold the pattern's own."""

    __slots__ = (*_METHODS, *_FACTS, "_needs", "_source")

    def __init__(self, source: str, flags: int, needs: str | tuple[str, ...]) -> None:
        self._source = (source, flags)
        self._needs = needs

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        if name == "pattern":
            return self._source[0]
        if self._needs and name in _FINDS:
            return self._waiting(name)
        return self._compiled(name)

    def _compiled(self, name: str) -> Any:
        made = re.compile(*self._source)
        for each in (*_METHODS, *_FACTS):
            setattr(self, each, getattr(made, each))
        return getattr(made, name)

    def _waiting(self, name: str) -> Callable[..., object]:
        """Return a method that finds nothing, until a text holds what the pattern needs."""
        words = self._needs.split() if isinstance(self._needs, str) else self._needs

        def find(text: str, start: int = 0, end: int = sys.maxsize) -> object:
            plain = folded(text[start:end] if start or end < len(text) else text)
            if any(word in plain for word in words):
                return self._compiled(name)(text, start, end)
            return {"finditer": iter(()), "findall": []}.get(name)

        return find

    def __repr__(self) -> str:
        return f"lazy {self._source[0]!r}"


# What a letter of ASCII matches in any case, besides itself and its capital.
_ODD_CASES = (("\u0130", "i"), ("\u0131", "i"), ("\u017f", "s"), ("\u212a", "k"))


def folded(text: str) -> str:
    """Return a text in which a literal of ASCII or of caseless letters stands wherever it would match in any case."""
    if not text.isascii():
        for odd, plain in _ODD_CASES:
            text = text.replace(odd, plain)
    return text.lower()


def compile(pattern: str, flags: int = 0, needs: str | tuple[str, ...] = ()) -> Pattern[str]:  # noqa: A001
    """Return what acts as `re.compile(pattern, flags)`. A wrong pattern raises `error` at its first use.

    `needs` are words in lower case, one of which stands, in any case, in whatever the pattern matches: as one string,
    or as a tuple where one has a blank.
    """
    return cast("Pattern[str]", _Lazy(pattern, flags, needs))


__all__ = [
    "DOTALL",
    "IGNORECASE",
    "MULTILINE",
    "I",
    "M",
    "Match",
    "Pattern",
    "S",
    "compile",
    "error",
    "escape",
    "findall",
    "finditer",
    "folded",
    "fullmatch",
    "match",
    "search",
    "split",
    "sub",
]
