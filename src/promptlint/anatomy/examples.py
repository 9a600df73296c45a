"""Worked examples, found by shape: tagged pairs, role turns, arrows, headings, messages, whole samples."""

from __future__ import annotations

from promptlint.anatomy.parts import Parts
from promptlint.model import Example


def find(parts: Parts) -> tuple[Example, ...]:
    """Return the examples of a prompt, sorted by start."""
    del parts
    return ()
