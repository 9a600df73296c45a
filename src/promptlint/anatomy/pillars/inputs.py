"""Input: how run-time content is set off from the instructions. The worst content-like slot counts."""

from __future__ import annotations

from promptlint.anatomy.parts import Parts
from promptlint.model import Pillar
from promptlint.text.pieces import Span

_ORDER = ("undelimited", "labelled", "delimited")


def level(parts: Parts) -> Pillar:
    """Return `no-runtime`, `undelimited`, `labelled` or `delimited`."""
    content = [slot for slot in parts.slots if slot.content]
    if not content:
        return Pillar("no-runtime")
    worst = min(content, key=lambda slot: _ORDER.index(slot.boundary))
    spans = tuple(Span(slot.start, slot.end) for slot in content if slot.boundary == worst.boundary)
    return Pillar(worst.boundary, spans)
