"""Placeholders in their places: what each brings, and whether a boundary marks it."""

from __future__ import annotations

from promptlint.anatomy.parts import Parts
from promptlint.model import Slot


def find(parts: Parts) -> tuple[Slot, ...]:
    """Return a slot for each placeholder, in order."""
    return tuple(
        Slot(index, placeholder.start, placeholder.end, content=False, boundary="undelimited")
        for index, placeholder in enumerate(parts.prompt.placeholders)
    )
