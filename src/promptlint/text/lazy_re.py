"""The names of `re`, whose `compile` waits until a pattern is first used.

A run on one small file asks a third of the patterns that modules name; compiling the others took a fifth of its time.
Modules import this as `re` and read as ever.
"""

from __future__ import annotations

import re
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
from typing import cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
_FACTS = ("pattern", "flags", "groups", "groupindex")


class _Lazy:
    """Stands for a pattern. Its slots are empty until one is asked for; from then on they hold the pattern's own."""

    __slots__ = (*_METHODS, *_FACTS, "_source")

    def __init__(self, source: str, flags: int) -> None:
        self._source = (source, flags)

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        made = re.compile(*self._source)
        for each in (*_METHODS, *_FACTS):
            setattr(self, each, getattr(made, each))
        return getattr(made, name)

    def __repr__(self) -> str:
        return f"lazy {self._source[0]!r}"


# What a letter of ASCII matches in any case, besides itself and its capital.
_ODD_CASES = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k"}


def folded(text: str) -> str:
    """Return a text in which a literal of ASCII or of caseless letters stands wherever it would match in any case."""
    return text.lower() if text.isascii() else text.translate(_ODD_CASES).lower()


def compile(pattern: str, flags: int = 0) -> Pattern[str]:  # noqa: A001 - the name that it stands for
    """Return what acts as `re.compile(pattern, flags)`. A wrong pattern raises `error` at its first use."""
    return cast("Pattern[str]", _Lazy(pattern, flags))


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
