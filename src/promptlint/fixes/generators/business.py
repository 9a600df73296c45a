"""Business rules: from prose to a list, words unchanged."""

from __future__ import annotations

import re
from itertools import pairwise

from promptlint.fixes.facts import Facts
from promptlint.fixes.generators import drafting
from promptlint.fixes.generators.drafting import slot
from promptlint.model import Block, Edit, Finding, Fix, Linted, Statement

_SEQUENCE = re.compile(r"(?:^|[.!?:]\s+)(?:first|firstly|then|next|finally|afterwards|lastly)\b,?", re.I)


def listed(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """RUL001: one bullet a sentence; the task statement that opens the paragraph stays in front."""
    del facts
    block = _paragraph(linted, finding.start)
    if block is None or linted.prompt.text[: block.end].rstrip().endswith((":", "：")):
        return None  # what it announces would come under the last bullet
    if _in_parts(linted, block):
        return None  # a literal a line: a bullet would stand in the middle of one
    if _SEQUENCE.search(linted.prompt.text, block.start, block.end):
        return None  # steps that follow each other, in this paragraph or beyond it
    sentences = [s for s in linted.anatomy.statements if block.start <= s.start and s.end <= block.end]
    directives = [s for s in sentences if s.mood in ("imperative", "modal") or s.polarity < 0]
    if len(directives) < 3:
        return None
    if len(directives) * 10 < len(sentences) * 6 or any(
        linted.prompt.text[s.start : s.end].count('"') % 2 for s in sentences
    ):
        return None
    first = next(i for i, s in enumerate(sentences) if s in directives)
    if first == 0 and sentences[0].start <= linted.anatomy.task.start < sentences[0].end:
        first = 1
    return _as_list(linted, block, sentences[first:], opened=first > 0)


def _in_parts(linted: Linted, block: Block) -> bool:
    """Whether a paragraph is put together from literals that end in the middle of its sentences."""
    if linted.prompt.host not in ("python", "notebook"):
        return False
    text = linted.prompt.text
    inside = [p for p in linted.prompt.pieces if p.start < block.end and p.end > block.start and p.kind != "join"]
    return any(
        left.source_end != right.source_start and text[: left.end].rstrip()[-1:] not in ".!?:"
        for left, right in pairwise(inside)
        if left.kind == "text" and right.kind == "text" and left.end < block.end
    )


def _as_list(linted: Linted, block: Block, sentences: list[Statement], *, opened: bool) -> Fix | None:
    """Replace only the blanks between sentences, so that words and placeholders are untouched."""
    text = linted.prompt.text
    if len(sentences) < 2 or text[sentences[-1].end : block.end].strip():
        return None
    bullet = drafting.style(linted).bullet
    starts = [sentences[0].start]
    for left, right in pairwise(sentences):
        gap = text[left.end : right.start]
        if gap.strip():
            return None
        if text[left.end - 1 : left.end] in (".", "!", "?", "。"):
            starts.append(right.start)
    edits = []
    lead = len(text[: starts[0]]) - len(text[: starts[0]].rstrip())
    if opened:
        edits.append(Edit(starts[0] - lead, starts[0], f"\n\n{bullet} "))
    else:
        edits.append(Edit(starts[0], starts[0], f"{bullet} "))
    for start in starts[1:]:
        blank = len(text[:start]) - len(text[:start].rstrip())
        edits.append(Edit(start - blank, start, f"\n{bullet} "))
    for begin, stop in zip(starts, [*starts[1:], block.end], strict=False):
        edits += [
            Edit(begin + m.start(), begin + m.end(), " ")
            for m in re.finditer(r"[ \t]*\r?\n[ \t]*(?=\S)", text[begin:stop].rstrip())
        ]
    return Fix("suggested", "Turn the paragraph of rules into a list", tuple(sorted(edits)))


def _paragraph(linted: Linted, at: int) -> Block | None:
    for block in linted.anatomy.blocks:
        if block.kind == "paragraph" and block.start <= at < block.end:
            return block
    return None


def split(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """RUL002: one item for each sentence of an item."""
    del facts
    text = linted.prompt.text
    block = next((b for b in linted.anatomy.blocks if b.kind == "item" and b.start <= finding.start < b.end), None)
    if block is None:
        return None
    head = re.match(r"[ \t]*[-*•+][ \t]+", text[block.start : block.end])
    sentences = [s for s in linted.anatomy.statements if block.start <= s.start and s.end <= block.end]
    if (
        head is None
        or len(sentences) < 2
        or re.search(r"\b(?:unless|except|otherwise|then)\b", text[block.start : block.end])
    ):
        return None
    edits = []
    for left, right in pairwise(sentences):
        if text[left.end : right.start].strip() or text[left.end - 1 : left.end] not in (".", "!", ";"):
            return None
        if right.mood not in ("imperative", "modal") and right.polarity > 0:
            return None
        edits.append(Edit(left.end, right.start, "\n" + head[0]))
    return Fix("suggested", "One rule an item", tuple(edits))


def way_out(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """RUL005: what to do when the precondition of an absolute rule fails."""
    del facts
    end = drafting.after_statement(linted, finding.start)
    if end is None:
        return None
    gap = " " if linted.prompt.text[end - 1 : end] in (".", "!") else ". "
    edit = Edit(end, end, f"{gap}If the information needed for it is missing, ask for it.")
    return Fix("suggested", "Give the rule a way out", (edit,))


_SHOUTED = re.compile(
    r"\b(?:MUST|NEVER|ALWAYS|NOT|DO|ONLY|SHOULD|SHALL|IMPORTANT|CRITICAL|REQUIRED|ANY|ALL|EVERY)\b|!{2,}"
)


def quieter(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """RUL007: lower-case shouted modal words; a capital stays where a sentence or an item begins.

    Titles and phrases in capitals stay: a word of them in lower case would read as a slip.
    """
    del finding, facts
    view = linted.anatomy.views["instructions"]
    edits = []
    for match in _SHOUTED.finditer(view):
        if match[0].startswith("!"):
            edits.append(Edit(match.start(), match.end(), "!"))
            continue
        if _in_capitals(view, match.start(), match.end()):
            continue
        line = view[view.rfind("\n", 0, match.start()) + 1 : match.start()]
        before = view[: match.start()].rstrip(" \t*_-•>\"'#(")
        begins = not before or before[-1] in ".!?:\n" or re.search(r"[^\W\d_]", line) is None
        word = match[0].capitalize() if begins else match[0].lower()
        edits.append(Edit(match.start(), match.end(), word))
    return Fix("suggested", "Write shouted words in lower case", tuple(edits)) if edits else None


def _in_capitals(view: str, start: int, end: int) -> bool:
    """Whether a neighbour of a word, other than one that is shouted as well, is written in capitals."""
    before = re.search(r"(\w+)\W{1,3}$", view[max(0, start - 40) : start])
    after = re.match(r"[^\w.\n]{1,3}(\w+)", view[end : end + 40])
    near = [found[1] for found in (before, after) if found is not None and "\n" not in found[0]]
    return any(word.isupper() and len(word) > 1 and _SHOUTED.fullmatch(word) is None for word in near)


def reference(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """RUL008: the nearest name that is there, when it is one letter or two away."""
    del facts
    text = linted.prompt.text
    said = re.search(r"<(?P<name>[\w-]+)>", text[finding.start : finding.end])
    if said is None:
        return None
    known = {block.name for block in linted.anatomy.blocks if block.kind == "tag" and block.name}
    near = [name for name in known if name != said["name"] and distance(name, said["name"]) <= 2]
    if len(near) != 1:
        return None
    start = finding.start + said.start("name")
    edit = Edit(start, start + len(said["name"]), near[0])
    return Fix("suggested", f"Name the tag that is there: <{near[0]}>", (edit,))


def distance(left: str, right: str) -> int:
    """Return the number of letters to insert, delete or replace to get from one word to the other."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


_ROLE = re.compile(r"\b(?:you are|you're|act as) (?!(?:currently|now|in|going|not)\b)|\bassistant\b", re.I)
_AGENT = re.compile(r"\b(?:you are|you're|your (?:task|job|role|goal|mission)|act as)\b", re.I)


def missing(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """RUL010: a section with three blanks, named for the kind; none for a nudge of one sentence."""
    del finding, facts
    view = linted.anatomy.views["instructions"]
    if linted.anatomy.kind == "memory":
        return None  # which traps and commands a project has is nothing that a list of blanks would bring out
    if linted.anatomy.kind == "chat" and not _ROLE.search(view):
        return None  # a nudge, or a part of a conversation
    if linted.anatomy.kind == "agent" and not _AGENT.search(linted.prompt.text):
        return None  # a page about an agent, not its instructions
    if linted.anatomy.kind == "judge" and not re.search(r"\b(?:scor|rat(?:e|ing)|grad|points)", view, re.I):
        return None  # a choice between things, which has no highest score
    kinds = {
        "chat": ("what the assistant may promise or decide", "when to pass on to a person", "what it must never do"),
        "agent": ("when to use which tool", "what needs a confirmation first", "what it must never do"),
        "judge": ("what the highest score means", "what the lowest score means", "what must not change the score"),
        "classification": (
            "when the first label applies",
            "when the second label applies",
            "which label wins in a tie",
        ),
        "codegen": ("language version and libraries allowed", "style to keep to", "what must not change"),
        "tool": ("when to call it", "when not to call it", "what to check first"),
    }
    blanks = kinds.get(linted.anatomy.kind, ("first rule", "second rule", "third rule"))
    body = "\n".join(f"- {slot(blank)}" for blank in blanks)
    edit = drafting.add_section(linted, "Rules", body)
    return Fix("template", "Add a section of rules to fill in", (edit,)) if edit is not None else None


GENERATORS = {
    "RUL001": listed,
    "RUL002": split,
    "RUL005": way_out,
    "RUL007": quieter,
    "RUL008": reference,
    "RUL010": missing,
}
