"""Examples."""

from __future__ import annotations

from promptlint.anatomy.parts import Parts
from promptlint.model import Pillar


def level(parts: Parts) -> Pillar:
    """Return the level."""
    del parts
    return Pillar("none")
