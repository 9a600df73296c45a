"""Checks of the input family: how run-time content stands in the prompt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from promptlint.model import Edit, Fix, Slot
from promptlint.rules.checks.common import distance
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re


def undelimited(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Content-like slots without a boundary: one hit a prompt, on the first of the worst, the others related."""
    if context.anatomy.pillars["input"].level not in ("undelimited", "labelled"):
        return
    for boundary in ("undelimited", "labelled"):
        slots = [slot for slot in context.anatomy.slots if slot.content and slot.boundary == boundary]
        if not slots:
            continue
        bare = _bare(context, slots) if boundary == "undelimited" else None
        first = bare or slots[0]
        message = (
            "Input: {match} stands after a label, and nothing marks where it ends." if boundary == "labelled" else ""
        )
        yield Hit(
            first.start,
            first.end,
            {"match": context.text[first.start : first.end], "slots": tuple(slot.placeholder for slot in slots)},
            message=message,
            severity="info" if bare is None else None,
            related=tuple((slot.start, slot.end, "so does this") for slot in slots if slot is not first)[:5],
        )
        return


_FEW_WORDS = 8
_LOOKED_AT = 100
"""Of so many slots, one would be bare: the others are not looked at."""
# What a program says of the stage that it sets, or of who speaks: the author's own words.
_OWN_WORDS = re.compile(
    r"(?:^|[_.])(?:(?:env|environment|scene|setting|stage|situation)_?description|persona|role|instructions?)$", re.I
)
_QUESTION = re.compile(r"(?:^|[_.])(?:question|query)$", re.I)
_ANNOUNCED = re.compile(r"\b(?:below|following)\b[^\n]{0,120}\n\s{0,4}$", re.I)
_NEAR = 200
_BLANK_LINE = re.compile(r"[ \t]*\r?\n[ \t]*\r?\n")


def _bare(context: Context, slots: Sequence[Slot]) -> Slot | None:
    """Return the first slot of run-time text of which nothing at all shows where it begins and ends."""
    end = len(context.text.rstrip())
    return next((slot for slot in slots[:_LOOKED_AT] if not _is_bounded(context, slot, end)), None)


def _is_bounded(context: Context, slot: Slot, end: int) -> bool:
    """Whether a slot holds the author's own words, or something else than a mark bounds it; `end`: of the prompt."""
    name = context.prompt.placeholders[slot.placeholder].name
    constant = context.prompt.dialect == "fstring" and name.isupper()
    announced = _ANNOUNCED.search(context.text, max(0, slot.start - _NEAR), slot.start) is not None
    last = slot.end >= end and (announced or _QUESTION.search(name) is not None)
    return constant or last or _OWN_WORDS.search(name) is not None or _fills_message(context, slot)


def _fills_message(context: Context, slot: Slot) -> bool:
    """Whether a slot begins a user message and a blank line ends it, or ends one that a few words announce.

    The message's own border does half of what tags would do.
    """
    messages = context.prompt.messages
    own = next((m for m in messages if m.start <= slot.start < m.end), None)
    if own is None or own.role != "user" or len(messages) < 2:
        return False
    before, after = context.text[own.start : slot.start], context.text[slot.end : own.end]
    if not before.strip():
        return not after.strip() or _BLANK_LINE.match(after) is not None
    return not after.strip() and len(before.split()) <= _FEW_WORDS


_TAG_LINE = re.compile(r"^[ \t]*<(?P<close>/?)(?P<name>[A-Za-z_][\w.-]{1,50})>[ \t]*\r?$", re.M, needs="<")
_VOID = frozenset(
    [
        "br",
        "hr",
        "img",
        "input",
        "p",
        "li",
        "td",
        "tr",
        "th",
        "div",
        "span",
        "ul",
        "ol",
        "table",
        "body",
        "html",
        "head",
        "script",
        "style",
        "link",
        "meta",
        "a",
        "b",
        "i",
        "em",
        "strong",
        "h1",
        "h2",
        "h3",
        "pre",
        "code",
        "details",
        "summary",
        "center",
        "sub",
        "sup",
        "blockquote",
    ]
)


def unbalanced(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Tags alone on their line: one closed under a misspelt name, or opened and never closed."""
    view = context.view("prose")
    opened: list[tuple[str, re.Match[str]]] = []
    strays: list[re.Match[str]] = []
    for match in _TAG_LINE.finditer(view):
        name = match["name"]
        if name.lower() in _VOID or context.shown(match.start("name")):
            continue
        if not match["close"]:
            opened.append((name, match))
            continue
        place = next((at for at in range(len(opened) - 1, -1, -1) if opened[at][0] == name), None)
        if place is None:
            strays.append(match)
        else:
            del opened[place]
    for stray in strays:
        name = stray["name"]
        if re.search(rf"<{re.escape(name)}(?:\s[^<>]*)?>", context.text):
            continue
        twin = next((o for o in reversed(opened) if o[1].start() < stray.start() and _misspelt(o[0], name)), None)
        if twin is None:
            continue
        opened.remove(twin)
        start = stray.start("name") - 2
        yield Hit(
            start,
            stray.end("name") + 1,
            {"name": twin[0], "found": name},
            message="Structure: </{found}> closes <{name}> under another name.",
            help="Write </{name}>.",
            severity="error",
            related=((twin[1].start("name") - 1, twin[1].end("name") + 1, "opened here"),),
            fix=Fix("safe", f"Write </{twin[0]}>", (Edit(stray.start("name"), stray.end("name"), twin[0]),)),
        )


def _misspelt(name: str, other: str) -> bool:
    low, found = name.lower(), other.lower()
    if low == found or min(len(low), len(found)) < 4:
        return False
    return distance(low, found) <= 2 or (len(low) >= 6 and found.startswith(low))


_BLANK = re.compile(
    r"⟦promptlint:[^⟧\n]{0,200}⟧"
    r"|\[(?:insert |enter |fill in |(?:your |the )?(?:company|brand|product|organi[sz]ation|business|team|store|app)\b)"
    r" ?(?:[A-Za-z][\w ,/'’-]{0,60})?\]"
    r"|<your[ _-](?:company|brand|product|organi[sz]ation|business|app)[\w _-]{0,30}>|\{\{REPLACE[\w ]{0,40}\}\}"
    r"|^[ \t]*(?:[-*] |#+ |<!-- ?)?(?:TODO|FIXME|TBD)\b(?:: ?[^\n]{0,120})?$|\blorem ipsum\b",
    re.I | re.M,
    needs=("⟦promptlint:", "[", "<your", "{{replace", "todo", "fixme", "tbd", "lorem ipsum"),
)
_CASED = re.compile(r"TODO|FIXME|TBD")
_TEMPLATE_NEAR = re.compile(
    r"\b(?:template|format|structure|output|like this|form|respond with|example|sample|write|generate|draft"
    r"|follow\w*)\b",
    re.I,
)


def unfilled(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Blanks for the author: slots of a fix, `[Your Company]`, `TODO` lines."""
    view = context.view("prose")
    for match in _BLANK.finditer(view):
        said = match.group().strip(" \t-*#")
        word = _CASED.search(said) if re.match(r"(?:<!-- ?)?(?:todo|fixme|tbd)", said, re.I) else None
        slot = said.startswith("⟦")
        if re.match(r"(?:<!-- ?)?(?:todo|fixme|tbd)", said, re.I) and word is None:
            continue
        start = match.start() + match.group().find(said)
        if not slot and (context.shown(start) or _for_the_model(context, start)):
            continue
        yield Hit(start, start + len(said), {"match": quote(said)})


def _for_the_model(context: Context, offset: int) -> bool:
    """Whether a bracket is a blank that the model is to fill: the section or the lines above speak of a form."""
    block = context.block_at(offset)
    if block is not None and any(_TEMPLATE_NEAR.search(title) for title in context.headings(block)):
        return True
    line = context.line_span(offset)
    above = context.text[max(0, line.start - 160) : line.start].rstrip()
    near = above[max(above.rfind("\n"), 0) :] if context.text[max(0, line.start - 2) : line.start].strip() else ""
    return _TEMPLATE_NEAR.search(near + context.text[line.start : offset]) is not None


_LONG = re.compile(
    r"(?:contexts?|documents?|docs|transcripts?|codebase|chunks|passages|articles|pages|files|sources|knowledge)(?:_\w+)?$",
    re.I,
)


def question_first(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A long context at the end of its message, with the question or task only before it."""
    slots = [slot for slot in context.anatomy.slots if slot.content]
    if not slots or len(context.prompt.messages) != 1:
        return
    last = slots[-1]
    name = context.prompt.placeholders[last.placeholder].name.split(".")[-1].strip()
    tail = context.text[last.end :]
    if not _LONG.search(name) or len(re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^<>]*>", " ", tail))) > 3:
        return
    questions = [slot for slot in slots if slot.injects == "question" and slot.end < last.start]
    if questions:
        yield Hit(last.start, last.end, {"name": context.text[last.start : last.end]})


_PLURAL = re.compile(r"(?:documents|docs|chunks|passages|sources|articles|search_results|snippets)$", re.I)
_IDS = re.compile(r"\b(?:id|ids|index|number(?:ed)?|title|source:|\[\d\]|\[n\]|doc_?id|url)\b", re.I)
_CITE = re.compile(
    r"\b(?:cite|citations?|reference each|quote the source)\b",
    re.I,
    needs=("cit", "reference each", "quote the source"),
)


def unlabelled_documents(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Several documents in one slot, and citations asked for, with no word of an id."""
    cite = context.search(_CITE)
    if cite is None or _IDS.search(context.view("prose")):
        return
    for slot in context.anatomy.slots:
        name = context.prompt.placeholders[slot.placeholder].name.split(".")[-1].strip()
        if _PLURAL.search(name):
            yield Hit(
                slot.start,
                slot.end,
                {"name": context.text[slot.start : slot.end]},
                related=((cite.start(), cite.end(), "asked for here"),),
            )
            return


def collision(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A fence of three backticks around a value that holds such fences itself."""
    for slot in context.anatomy.slots:
        name = context.prompt.placeholders[slot.placeholder].name.split(".")[-1].strip()
        before = context.text[max(0, slot.start - 30) : slot.start].rstrip()
        if re.search(r"```\w{0,10}$", before) and re.search(
            r"(?:markdown|readme|notebook|_md|page)(?:_\w+)?$", name, re.I
        ):
            yield Hit(slot.start, slot.end, {"name": context.text[slot.start : slot.end]})


def no_sections(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """More than 350 words without heading, tag, label or list."""
    structured = ("heading", "tag", "label", "item", "table", "rule", "fence")
    if context.words() > 350 and not any(block.kind in structured for block in context.anatomy.blocks):
        yield Hit(*context.anatomy.task, {"words": context.words()})
