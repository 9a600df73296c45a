"""Output: what shape the answer takes."""

from __future__ import annotations

from typing import NamedTuple

from promptlint.anatomy.parts import Parts
from promptlint.model import Pillar


class Shape(NamedTuple):
    """The output pillar with two facts about it."""

    pillar: Pillar
    machine_readable: bool
    enforced_in_code: bool


def judge(parts: Parts) -> Shape:
    """Return `none`, `named`, `fields` or `injected`."""
    del parts
    return Shape(Pillar("none"), False, False)
