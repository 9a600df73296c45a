"""Tone: adjectives, or a sentence that shows the voice."""

from __future__ import annotations

from promptlint.anatomy.kinds import KindGuess
from promptlint.anatomy.parts import Parts
from promptlint.model import Pillar


def level(parts: Parts, kind: KindGuess) -> Pillar:
    """Return `none`, `adjectives` or `exemplar`."""
    del parts, kind
    return Pillar("none")
