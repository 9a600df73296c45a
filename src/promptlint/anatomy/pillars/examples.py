"""Examples: none, spoken of, shown in full, or injected at run time."""

from __future__ import annotations

from promptlint.anatomy.pairs import SLOT_TEXT, is_form
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
    for cue in parts.cues.pattern("example_mention").finditer(parts.views["prose"]):
        if not _heads_template(parts, cue.end()):
            return Pillar("mention", (Span(*cue.span()),))
    return Pillar("none")


def _heads_template(parts: Parts, at: int) -> bool:
    """Whether "Example JSON:" stands above a form to fill in, which shows no example."""
    if not parts.text.endswith((":", "："), 0, at):
        return False
    start = at + len(parts.text[at:]) - len(parts.text[at:].lstrip(" *_`\r\n"))
    held = next((sample for sample in parts.samples if start - 8 <= sample.start <= start + 12), None)
    if held is not None:
        return held.use == "schema"
    return SLOT_TEXT.match(parts.text, start) is not None or is_form(parts.text[start:])
