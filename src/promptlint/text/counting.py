"""Numbers with their nouns."""

from __future__ import annotations


def counted(number: int, noun: str, style: str = "") -> str:
    """Return `1 file`, `2 files`; `style` is the format of the number, as `,` for `2,000 files`."""
    return f"{number:{style}} {noun}" if number == 1 else f"{number:{style}} {noun}s"
