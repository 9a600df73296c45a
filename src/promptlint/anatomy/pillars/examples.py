"""Examples: none, spoken of, shown in full, or injected at run time."""

from __future__ import annotations

from promptlint.anatomy.parts import Parts
from promptlint.anatomy.slotnames import loops_over
from promptlint.model import Pillar
from promptlint.text.pieces import Span


def level(parts: Parts) -> Pillar:
    """Return `none`, `mention`, `full` or `injected`."""
    if parts.examples:
        return Pillar("full", tuple(Span(e.start, e.end) for e in parts.examples), parts.examples[0].shape)
    injected = [Span(slot.start, slot.end) for slot in parts.slots if slot.injects == "examples"]
    injected += [Span(c.at, c.at) for c in parts.prompt.controls if loops_over(c.text) == "examples"]
    if injected:
        return Pillar("injected", tuple(injected))
    if parts.prompt.around.few_shot_injected:
        return Pillar("injected", (), "messages of unknown content are inserted as examples")
    cue = parts.cues.pattern("example_mention").search(parts.views["prose"])
    return Pillar("mention", (Span(*cue.span()),)) if cue is not None else Pillar("none")
