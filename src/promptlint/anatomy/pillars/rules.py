"""Rules."""

from __future__ import annotations

from promptlint.anatomy.parts import Parts
from promptlint.model import Pillar


def level(parts: Parts, kind: object) -> Pillar:
    """Return the level."""
    del parts
    return Pillar("none")
