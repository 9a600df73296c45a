"""Where new text goes in a prompt: where its instructions end, before the data that comes in below them."""

from __future__ import annotations

import re
from typing import NamedTuple

from promptlint.model import Anatomy, Edit, Linted, Message, Slot

_TITLED = re.compile(r"[-=*#]+ ?[^-=*#\s][^\n]{0,40}?[-=*#]+|[\w /-]{1,30}[:：][ \t]*[{$<][^\n]{1,40}[}>]")
"""A title between marks ("-Real Data-"), or a label with the placeholder it names."""
_LABELLED = re.compile(r"[ \t>*_-]*[\w'’ /()\[\]-]{1,40}[:：]")
_STAND_IN = re.compile(r"[(\[<{][^\n]{1,40}[)\]>}]")
"""A line that says where something will stand: "(INPUT)", "[Insert Image Here]"."""
_TURN_END = re.compile(r"(?:<\|[\w-]{1,30}\|>|</s>|\[/INST\])$")
_SHOWN = re.compile(r"example|sample|reference|appendix", re.I)
_LISTED = re.compile(r"[-*•+][ \t]|\d+[.)][ \t]")
_MARKS = frozenset("-=*#_+~ ")
_BLOCKS = ("for", "if", "each", "unless", "with", "macro", "call", "block", "filter")


def instruction_message(linted: Linted) -> Message | None:
    """Return the message that holds the instructions: the one that states the task, else the first system message."""
    messages = linted.prompt.messages
    task = linted.anatomy.task.start
    stated = next((m for m in reversed(messages) if m.start <= task < m.end and m.role in ("system", "user")), None)
    return stated or next((m for m in messages if m.role == "system"), messages[0] if messages else None)


def add_text(linted: Linted, text: str, *, above_data: bool = False) -> Edit | None:
    """Return the edit that adds a paragraph where the instructions end; None where that is in no good place.

    `above_data` is for text that would be taken for data below the data: where instructions follow the data, it goes
    in front of that.
    """
    prompt = linted.prompt
    message = instruction_message(linted)
    if message is None:
        return None
    place = end_of_instructions(linted, message)
    if place is not None and above_data:
        place = _above_data(linted, message, place)
    if place is None:
        return None
    text = _indented(linted, message, text)
    if place == _end(linted, message):
        return Edit(place, place, "\n\n" + text)
    above = prompt.text[max(message.start, place - 2) : place]
    gap = "" if place == message.start or above == "\n\n" or above.endswith("\n\r\n") else "\n"
    return Edit(place, place, f"{gap}{text}\n\n")


def end_of_instructions(linted: Linted, message: Message) -> int | None:
    """Return where a paragraph may follow the instructions of a message: its end, or before the data that ends it."""
    end = _end(linted, message)
    tail = _tail(linted, message, end)
    if tail is None:
        return None
    place = tail.start
    if place == end:
        if end <= message.start or _continued(linted, message, end):
            return None
        place = _before_examples(linted, message, end)
    if place <= message.start:
        return None
    return _out_of_controls(linted, place)


def open_ended(linted: Linted, message: Message) -> bool:
    """Whether a message ends with a label for the answer or the input, after which nothing may come."""
    tail = _tail(linted, message, _end(linted, message))
    return tail is not None and tail.opened


def asks_over_data(linted: Linted, message: Message) -> bool:
    """Whether a message brings the data of one task: nobody is there to ask, and no second turn comes."""
    return open_ended(linted, message) or any(
        message.start <= slot.start < message.end and slot.content and slot.injects != "tools"
        for slot in linted.anatomy.slots
    )


def controls_at(linted: Linted, at: int) -> list[tuple[str, int]]:
    """Return the loops and conditions that a place stands in, outermost first: their names and where they begin."""
    open_ones: list[tuple[str, int]] = []
    for control in linted.prompt.controls:
        if control.at >= at:
            break
        word = re.match(r"\W*(\w+)", control.text)
        name = word[1] if word is not None else ""
        if name.startswith("end") or re.match(r"\{\{~?/", control.text):
            if open_ones:
                open_ones.pop()
        elif name in _BLOCKS or control.text.startswith(("{{#", "{{~#", "{{^")):
            open_ones.append((name, control.at))
    return open_ones


def in_loop(linted: Linted, at: int) -> bool:
    """Whether a place is rendered once for each item of a list."""
    return any(name not in ("if", "unless", "with", "block") for name, _ in controls_at(linted, at))


def in_data(text: str, item: Slot) -> bool:
    """Whether a slot is the value of a key in data that the prompt shows: nothing may be written around it."""
    line = text[text.rfind("\n", 0, item.start) + 1 : item.start]
    return re.search(r"[\"']\s*:\s*[\"']{0,3}$", line) is not None


def commands(anatomy: Anatomy, start: int, end: int) -> bool:
    """Whether a wish stands in a span of the text."""
    return any(s.start < end and start < s.end and s.mood in ("imperative", "modal") for s in anatomy.statements)


def _end(linted: Linted, message: Message) -> int:
    """Return where the text of a message ends, without blanks and without the marks that end a turn."""
    text = linted.prompt.text[message.start : message.end].rstrip()
    while (mark := _TURN_END.search(text, max(0, len(text) - 40))) is not None:
        text = text[: mark.start()].rstrip()
    return message.start + len(text)


class _Tail(NamedTuple):
    """The data that ends a message, with the labels above it: where it begins, and whether a label ends it."""

    start: int
    opened: bool


def _tail(linted: Linted, message: Message, end: int) -> _Tail | None:
    """Return the data that ends a message; it is empty where instructions do.

    None when a wish announces the data ("Summarise this text:"), so that there is no place between them.
    """
    text = linted.prompt.text
    start = at = end
    opened = held = False
    while at > message.start:
        block = _holding(linted, message, at)
        if block is not None:
            start, held = block, True
        else:
            above = max(text.rfind("\n", message.start, at) + 1, message.start)
            what = _line(linted, above, at, below=start if held else None)
            if what == "announced":
                return _before_announcement(linted, message, above, end)
            if not what:
                break
            opened = opened or (not held and what == "label")
            held = held or what == "slot"
            if what == "mark" and not (held or opened):
                at = message.start + len(text[message.start : above].rstrip())
                continue  # it belongs to the data if there is any above it
            start = above
        at = message.start + len(text[message.start : start].rstrip())
    return _Tail(start, opened)


def _holding(linted: Linted, message: Message, at: int) -> int | None:
    """Return the start of a tag or fence that ends at a place and holds what comes in, or of one left open for it."""
    found = None
    for block in linted.anatomy.blocks:
        if block.kind in ("tag", "fence") and message.start <= block.start < at:
            ends = len(linted.prompt.text[: block.end].rstrip()) == at
            holds = any(block.start < item.start < block.end for item in linted.anatomy.slots)
            if ends and holds and not commands(linted.anatomy, block.start, block.end):
                found = block.start if found is None else min(found, block.start)
    if found is None:
        return None
    return max(linted.prompt.text.rfind("\n", message.start, found) + 1, message.start)


def _line(linted: Linted, start: int, end: int, below: int | None) -> str:
    """Return what a line is in data: `slot`, `label`, `mark`, `announced` (a wish leads to it); empty for prose.

    `below` is where data begins below the line, None where there is none yet.
    """
    text, anatomy = linted.prompt.text, linted.anatomy
    line = text[start:end].strip()
    words = len(line.split())
    if line and set(line) <= _MARKS:
        return "mark"
    wish = commands(anatomy, start, end)
    if below is None and line.endswith("=") and words <= 4:
        return "label"
    if any(start <= item.start < end for item in linted.prompt.placeholders):
        named = re.match(r"[#*> \t]*\w+(?: \w+){0,3}[*]*[:：][ \t]*\W{0,3}$", _outside(linted, start, end)) is not None
        return "slot" if named or (not wish and _only_slots(linted, start, end)) else ""
    if line.startswith("#") or _TITLED.fullmatch(line) or (line.endswith((":", "：")) and words <= 4 and not wish):
        return "label"
    if _STAND_IN.fullmatch(line) and not line.startswith("</"):
        return "label" if below is not None or _under_label(text, start) else ""
    if any(start <= control.at <= end for control in linted.prompt.controls) and _LABELLED.match(line) and words <= 6:
        return "slot"
    if below is None or text[end:below].count("\n") > 2:
        return ""
    if line.endswith((":", "：")):
        return "announced" if wish else "label"
    leads = text[end:below].count("\n") <= 1 and words <= 8 and line[-1:] not in ".!?;,)" and not wish
    return "label" if leads and _LISTED.match(line) is None else ""


def _only_slots(linted: Linted, start: int, end: int) -> bool:
    """Whether a line holds what comes in and at most a label for it."""
    text = linted.prompt.text
    left = _outside(linted, start, end).strip(" \t\"'`.|[]()<>")
    slots = [item for item in linted.anatomy.slots if start <= item.start < end]
    data = any(item.content or item.injects in ("context", "question", "history") for item in slots)
    if not left:
        return data or _under_label(text, start)
    if left.endswith((":", "：")):
        return len(left.split()) <= 14
    return len(left.split()) <= 6 and (data or _LABELLED.match(text, start, end) is not None)


def _outside(linted: Linted, start: int, end: int) -> str:
    """Return the text of a line without its placeholders."""
    left, at = "", start
    for item in linted.prompt.placeholders:
        if start <= item.start < end:
            left += linted.prompt.text[at : item.start] + " "
            at = item.end
    return left + linted.prompt.text[at:end]


def _under_label(text: str, start: int) -> bool:
    above = text[:start].rstrip().rpartition("\n")[2].strip()
    return above.startswith("#") or above.endswith((":", "："))


def _above_data(linted: Linted, message: Message, place: int) -> int | None:
    """Return where the first data of a message begins if a place lies below it; None if that has no place above it."""
    text = linted.prompt.text
    data = [slot for slot in linted.anatomy.slots if message.start <= slot.start < place and slot.content]
    if not data:
        return place
    if in_data(text, data[0]):
        return None
    blocks = [b.end for b in linted.anatomy.blocks if b.kind in ("tag", "fence") and b.start < data[0].start < b.end]
    line = text.find("\n", data[0].end)
    end = max([line if line >= 0 else len(text), *blocks])
    end = message.start + len(text[message.start : end].rstrip())
    tail = _tail(linted, message, end)
    if tail is None or not message.start < tail.start < data[0].start:
        return None
    wishes = [s.start for s in linted.anatomy.statements if s.mood in ("imperative", "modal") and s.start < message.end]
    if sum(at < tail.start for at in wishes) * 2 < sum(at >= message.start for at in wishes):
        return None  # most of what the examples would show is only said below the data
    return _out_of_controls(linted, tail.start)


def _before_announcement(linted: Linted, message: Message, line: int, end: int) -> _Tail | None:
    """Return the place before a paragraph that only announces the data; else after data that has boundaries."""
    text, anatomy = linted.prompt.text, linted.anatomy
    above = text[message.start : line]
    if above.strip() and above.rstrip(" \t").endswith("\n\n"):
        return _Tail(line, opened=False)
    last = [item for item in anatomy.slots if line <= item.start < end]
    return _Tail(end, opened=False) if last and all(item.boundary == "delimited" for item in last) else None


def _before_examples(linted: Linted, message: Message, end: int) -> int:
    """Return where a last part that only shows examples begins: an instruction in it would not be read as one."""
    text, anatomy = linted.prompt.text, linted.anatomy
    heads = [b for b in anatomy.blocks if b.kind == "heading" and message.start < b.start < message.end]
    if heads and _SHOWN.search(text, heads[-1].start, heads[-1].end):
        return heads[-1].start
    shown = [e for e in anatomy.examples if message.start < e.start and e.end <= message.end and e.shape != "sample"]
    if not shown or text[shown[-1].end : end].strip(" \n`\"'") or commands(anatomy, shown[0].start, end):
        return end
    at = max(text.rfind("\n", message.start, shown[0].start) + 1, message.start)
    above = message.start + len(text[message.start : at].rstrip())
    line = max(text.rfind("\n", message.start, above) + 1, message.start)
    lead = text[line:above].strip()
    return line if lead.endswith((":", "：")) or _STAND_IN.fullmatch(lead) else at


def _out_of_controls(linted: Linted, place: int) -> int | None:
    """Return a place outside of loops and conditions: the place, or above those that stand between it and prose."""
    around = controls_at(linted, place)
    if not around:
        return place
    outer = around[0][1]
    return outer if not linted.prompt.text[outer:place].strip() else None


def _continued(linted: Linted, message: Message, end: int) -> bool:
    """Whether a message ends by announcing what other code appends to it: a sentence that ends with a colon."""
    line = linted.prompt.text[max(linted.prompt.text.rfind("\n", message.start, end) + 1, message.start) : end].strip()
    announces = line.endswith((":", "：")) and len(line.split()) > 4
    return announces or re.match(r"here (?:is|are)\b[^.!?]*$", line, re.I) is not None


def indent(linted: Linted, message: Message) -> str:
    """Return the blanks with which all lines of a message begin, the first one left out."""
    lines = linted.prompt.text[message.start : message.end].split("\n")[1:]
    starts = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip()]
    blanks = min(starts, key=len, default="")
    return blanks if all(start.startswith(blanks) for start in starts) else ""


def _indented(linted: Linted, message: Message, text: str) -> str:
    blanks = indent(linted, message)
    return "\n".join(blanks + line if line else line for line in text.split("\n")) if blanks else text
