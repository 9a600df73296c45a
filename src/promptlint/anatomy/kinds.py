"""What a finished answer is: the kind of a prompt, with a confidence and the sign that decided."""

from __future__ import annotations

from typing import NamedTuple

from promptlint.anatomy.parts import Parts
from promptlint.model import Kind


class KindGuess(NamedTuple):
    """The kind of a prompt. `confidence` runs from 0 to 1; `traits` are weaker signs."""

    kind: Kind
    confidence: float
    reason: str
    traits: frozenset[str] = frozenset()


def infer(parts: Parts) -> KindGuess:
    """Return the kind that path, surroundings, task verb and placeholders speak for."""
    if parts.prompt.kind_hint is not None:
        return KindGuess(parts.prompt.kind_hint, 1.0, f"decided by the file: {parts.prompt.format}")
    return KindGuess("unknown", 0.0, "no sign of a kind")
