"""Where new text goes in a prompt, and in which of its own styles it is written."""

from __future__ import annotations

import re
from typing import NamedTuple

from promptlint.model import Anatomy, Block, Edit, Linted, Message, Slot

_TITLED = re.compile(r"[-=*]+ ?[^-=*\s][^\n]{0,40}?[-=*]+|[\w /-]{1,30}[:：][ \t]*[{$<][^\n]{1,40}[}>]")
"""A title between marks ("-Real Data-"), or a label with the placeholder it names."""
_BULLET = re.compile(r"^[ \t]*(?P<mark>[-*•])[ \t]+\S", re.M)


def slot(what: str) -> str:
    """Return a blank for the author, as INP003 reports it."""
    return f"⟦promptlint: {what}⟧"


class Style(NamedTuple):
    """How a prompt marks its sections: `heading` (with its hashes), `tag` or `label`; and its bullet."""

    kind: str
    hashes: str
    bullet: str


def style(linted: Linted) -> Style:
    """Return the style of sections that the prompt itself uses; short plain prompts use labels."""
    anatomy, text = linted.anatomy, linted.prompt.text
    found = _BULLET.search(text)
    bullet = found["mark"] if found is not None else "-"
    headings = [block for block in anatomy.blocks if block.kind == "heading" and text.startswith("#", block.start)]
    tags = [block for block in anatomy.blocks if block.kind == "tag" and not _holds_slot(block, anatomy)]
    if headings:
        levels = [block.level for block in headings]
        usual = max(set(levels), key=lambda level: (levels.count(level), level))
        return Style("heading", "#" * max(1, min(usual, 6)), bullet)
    return Style("tag" if tags else "label", "", bullet)


def _holds_slot(block: Block, anatomy: Anatomy) -> bool:
    return any(block.start <= slot.start < block.end for slot in anatomy.slots)


def section(linted: Linted, title: str, body: str) -> str:
    """Return a titled section in the prompt's own style, without blank lines around it."""
    look = style(linted)
    body = re.sub(r"^- ", f"{look.bullet} ", body, flags=re.M)
    if look.kind == "heading":
        return f"{look.hashes} {title}\n\n{body}"
    if look.kind == "tag":
        name = re.sub(r"\W+", "_", title.lower()).strip("_")
        return f"<{name}>\n{body}\n</{name}>"
    return f"{title}:\n{body}"


def instruction_message(linted: Linted) -> Message | None:
    """Return the message that holds the instructions: the one that states the task, else the first system message."""
    messages = linted.prompt.messages
    task = linted.anatomy.task.start
    stated = next((m for m in reversed(messages) if m.start <= task < m.end and m.role in ("system", "user")), None)
    return stated or next((m for m in messages if m.role == "system"), messages[0] if messages else None)


def add_section(linted: Linted, title: str, body: str) -> Edit | None:
    """Return the edit that adds a section where the instructions end: before the live input, else at the end."""
    return add_text(linted, section(linted, title, body))


def add_text(linted: Linted, text: str) -> Edit | None:
    """Return the edit that adds a paragraph where the instructions end."""
    prompt = linted.prompt
    message = instruction_message(linted)
    if message is None:
        return None
    before = live_input(linted, message)
    end = message.start + len(prompt.text[message.start : message.end].rstrip())
    if before is None and _continued(linted, message, end):
        return None
    if before is None:
        before = _open_end(linted, message, end) or _shown_end(linted, message)
    if before is not None:
        if _in_control(linted, before):
            return None
        above = prompt.text[max(message.start, before - 2) : before]
        gap = "" if before == message.start or above == "\n\n" or above.endswith("\n\r\n") else "\n"
        return Edit(before, before, f"{gap}{text}\n\n")
    if end <= message.start:
        return None
    return Edit(end, end, "\n\n" + text)


def between_inputs(linted: Linted, at: int) -> bool:
    """Whether a place stands between two pieces of run-time content, where it would read as a part of them."""
    slots = [item for item in linted.anatomy.slots if item.content]
    return any(item.end <= at for item in slots) and any(item.start >= at for item in slots)


def live_input(linted: Linted, message: Message) -> int | None:
    """Return where the block of run-time content that ends a message begins, with the label or tag above it.

    None when instructions follow the content, or when it stands inside a sentence.
    """
    anatomy, text = linted.anatomy, linted.prompt.text
    slots = [s for s in anatomy.slots if s.content and s.injects != "examples"]
    slots = [s for s in slots if message.start <= s.start < message.end and not in_data(text, s)]
    while slots:
        start = _paragraph_start(anatomy, text, slots[0], message)
        if start is not None and not _instructed(anatomy, start, message.end):
            return start if start > message.start else None
        slots = slots[1:]
    return None


def _in_control(linted: Linted, at: int) -> bool:
    """Whether a place stands inside a loop or a condition: what is written there may come often, or never."""
    depth = 0
    for control in linted.prompt.controls:
        if control.at >= at:
            break
        word = re.match(r"\W*(\w+)", control.text)
        name = word[1] if word is not None else ""
        if name.startswith("end") or control.text.startswith("{{/"):
            depth -= 1
        elif name in ("for", "if", "each", "unless", "with"):
            depth += 1
    return depth > 0


def open_ended(linted: Linted, message: Message) -> bool:
    """Whether a message ends with a label for the answer or the input, after which nothing may come."""
    end = message.start + len(linted.prompt.text[message.start : message.end].rstrip())
    return _open_end(linted, message, end) is not None


def _continued(linted: Linted, message: Message, end: int) -> bool:
    """Whether a message ends by announcing what other code appends to it: a sentence that ends with a colon."""
    line = linted.prompt.text[max(linted.prompt.text.rfind("\n", message.start, end) + 1, message.start) : end].strip()
    announces = line.endswith((":", "：")) and len(line.split()) > 4
    return announces or re.match(r"here (?:is|are)\b[^.!?]*$", line, re.I) is not None


def in_data(text: str, item: Slot) -> bool:
    """Whether a slot is the value of a key in data that the prompt shows: nothing may be written around it."""
    line = text[text.rfind("\n", 0, item.start) + 1 : item.start]
    return re.search(r"[\"']\s*:\s*[\"']?$", line) is not None


def _open_end(linted: Linted, message: Message, end: int) -> int | None:
    """Return where the labels begin with which a message ends ("INPUT:", "Answer:"): nothing may come after them."""
    text = linted.prompt.text
    start = None
    while end > message.start:
        above = max(text.rfind("\n", message.start, end) + 1, message.start)
        line = text[above:end].strip()
        if not (line.startswith("#") or (line.endswith((":", "：")) and len(line.split()) <= 4)):
            break
        start = above
        end = message.start + len(text[message.start : above].rstrip())
    return start if start is not None and start > message.start else None


def _shown_end(linted: Linted, message: Message) -> int | None:
    """Return where a last section begins that only shows examples: an instruction in it would not be read as one."""
    text = linted.prompt.text
    heads = [b for b in linted.anatomy.blocks if b.kind == "heading" and message.start < b.start < message.end]
    if not heads or not re.search(r"example|sample|reference|appendix", text[heads[-1].start : heads[-1].end], re.I):
        return None
    return heads[-1].start


def _instructed(anatomy: Anatomy, start: int, end: int) -> bool:
    return any(
        start <= s.start < end and s.mood in ("imperative", "modal") and s.end - s.start > 12
        for s in anatomy.statements
    )


def _paragraph_start(anatomy: Anatomy, text: str, slot: Slot, message: Message) -> int | None:
    """Return the start of the lines that belong to a slot: its own, and the labels, heading or open tags above.

    None when it stands in a sentence, or when a sentence of the instructions announces it.
    """
    start = max(text.rfind("\n", message.start, slot.start) + 1, message.start)
    if len(text[start : slot.start].split()) > 5 or _commands(anatomy, start, slot.start):
        return None
    for block in reversed(anatomy.blocks):
        if block.kind in ("tag", "fence") and block.start < slot.start < block.end and block.start >= message.start:
            start = min(start, block.start)
    while start > message.start:
        end = len(text[message.start : start].rstrip()) + message.start
        above = max(text.rfind("\n", message.start, end) + 1, message.start)
        line = text[above:end].strip()
        if end <= message.start or not _opens(line):
            break
        if line.endswith((":", "：")) and _commands(anatomy, above, end):
            return None
        if text[end:start].count("\n") > 1 and not (
            line.startswith("#") or line.endswith((":", "：")) or set(line) <= set("-=*")
        ):
            break
        start = above
    return start


def _commands(anatomy: Anatomy, start: int, end: int) -> bool:
    return any(s.start < end and start < s.end and s.mood in ("imperative", "modal") for s in anatomy.statements)


def _opens(line: str) -> bool:
    """Whether a line leads to what stands below it: a heading, a rule, an open tag or quote, a colon, a title."""
    if line.startswith("#") or (line and set(line) <= set("-=*")) or _TITLED.fullmatch(line):
        return True
    return line.endswith((":", "：", "```", '"""', "'''")) or re.fullmatch(r"<[\w-]+>", line) is not None


def after_statement(linted: Linted, at: int) -> int | None:
    """Return the end of the statement that holds a prompt offset."""
    for statement in linted.anatomy.statements:
        if statement.start <= at < statement.end:
            return statement.end
    return None


def unquoted(text: str) -> str:
    """Return text without the quotes around it."""
    return text.strip().strip("\"'`“”")


def names(values: tuple[str, ...] | list[str]) -> str:
    """Return values as a quoted list."""
    return ", ".join(f'"{value}"' for value in values)


def labels(linted: Linted) -> tuple[str, ...]:
    """Return the labels that the whole answer is one of; the values of a field and a list of fields are none."""
    if linted.anatomy.kind not in ("classification", "judge", "unknown", "other"):
        return ()
    fields = {field.name.lower() for field in linted.anatomy.fields}
    text = linted.prompt.text
    for found in linted.anatomy.labels:
        listed = all(
            text[text.rfind("\n", 0, span.start) + 1 : span.start].strip() in ("-", "*", "•") for span in found.spans
        )
        typed = listed and any(
            re.match(r"`?\s*[:(] ?(?:text|one of|list|number|integer|date)", text[span.end :]) for span in found.spans
        )
        if found.field is None and not typed and not fields & {label.lower() for label in found.labels}:
            return found.labels
    return ()
