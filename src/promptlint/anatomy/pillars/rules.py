"""Business rules: what the task's owner decided about content and behaviour, and whether it is listed."""

from __future__ import annotations

from typing import Literal

from promptlint.anatomy.kinds import KindGuess
from promptlint.anatomy.parts import Parts
from promptlint.anatomy.pillars.uncertainty import names_unknown_path
from promptlint.model import Block, Pillar, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_LISTED = 3
_LEAST_SIGNS = 6  # of a script that writes words without blanks
# "One star: …", "3: …", "Score 4 - …", '"yes": …': a line of a rubric.
_SCALE = re.compile(
    r"[\"'`*]{0,2}(?:score |rating |level )?(?:\d{1,3}|(?:one|two|three|four|five) stars?|[\"'`]\w+[\"'`])"
    r"[\"'`*]{0,2}[ \t]*(?:[:：=–-]|means|if)[ \t]*\w"
    r"|(?:an? |the )?(?:score|rating|level|grade|value) (?:of )?[\"'`]?\d{1,3}[\"'`]? \w+",
    re.I,
)
_TABLE_LINE = re.compile(r"[^\r\n]*\|[^\r\n]*")
_DEFINITION = re.compile(
    r"[*_`\"']{0,3}[\w][\w /&+.'()-]{0,60}[*_`\"']{0,3}[ \t]*(?:[:：–—]|[ \t]-[ \t]|=|->|→)[ \t]*\S+(?:[ \t]+\S+){2,}"
)


def level(parts: Parts, kind: KindGuess) -> Pillar:
    """Return `none`, `prose`, `listed` (three rules or more, each an item or a line of its own) or `injected`."""
    del kind
    items = [block for index, block in enumerate(parts.blocks) if block.kind == "item" and _is_rule(parts, index)]
    spans = sorted([*(Span(b.start, b.end) for b in items), *_table_rows(parts)])
    lines = _one_a_line(parts)
    if len(spans) >= _LISTED:
        return Pillar("listed", tuple(spans[:12]), "list items")
    if len(lines) >= _LISTED:
        return Pillar("listed", tuple(Span(s.start, s.end) for s in lines[:12]), "one a line")
    task = next((s for s in parts.statements if s.mood == "imperative"), None)
    others = [s for s in parts.statements if s is not task]
    prose = [s for s in others if is_rule(parts, s)] or [s for s in others if _directs(parts, s)]
    injected = [Span(slot.start, slot.end) for slot in parts.slots if slot.injects == "rules"]
    if injected and not prose:
        return Pillar("injected", tuple(injected))
    if prose:
        return Pillar("prose", tuple(Span(s.start, s.end) for s in prose[:12]))
    return Pillar("none")


def is_rule(parts: Parts, statement: Statement) -> bool:
    """Whether a statement constrains content or behaviour: not the task, the format, the tone or the unknown case."""
    if statement.mood in ("question", "fragment"):
        return False
    text = parts.text
    if statement.polarity > 0 and parts.cues.pattern("task_statement").match(text, statement.start):
        return False
    if names_unknown_path(parts, statement):
        return False
    if parts.cues.pattern("ban_guess").search(text, statement.start, statement.end):
        return False
    constrained = parts.cues.pattern("constraint").search(text, statement.start, statement.end) is not None
    if statement.polarity < 0 or (statement.mood == "modal" and not _foretells(parts, statement)):
        return not _about_format(parts, statement)
    return constrained and not _about_format(parts, statement)


def _foretells(parts: Parts, statement: Statement) -> bool:
    """Whether the modal verb tells what will or can happen ("You can scroll", "Bob will come") and commands nothing."""
    modals = parts.cues.pattern("modal").finditer(parts.text, statement.start, statement.end)
    return all(parts.cues.pattern("foretelling").match(parts.text, found.start()) for found in modals)


def _directs(parts: Parts, statement: Statement) -> bool:
    """Whether a further command says how the work is done; the first command of a prompt names the task."""
    if statement.mood != "imperative" or statement.end - statement.start < 24 or _about_format(parts, statement):
        return False
    return not names_unknown_path(parts, statement)


def _about_format(parts: Parts, statement: Statement) -> bool:
    if parts.cues.pattern("format_only").search(parts.text, statement.start, statement.end):
        return True
    noun = parts.cues.pattern("format_noun").search(parts.text, statement.start, statement.end)
    verb = parts.cues.pattern("output_verb").search(parts.text, statement.start, statement.end)
    return noun is not None and verb is not None


def _is_rule(parts: Parts, index: int) -> bool:
    block = parts.blocks[index]
    view = parts.views["instructions"][block.body_start : block.body_end]
    if len(view.split()) < 3 and (view.isascii() or len(view.strip()) < _LEAST_SIGNS):
        return False
    last = parts.heading_of(block).rsplit(" / ", 1)[-1].strip("*_ :#").replace("_", " ").replace("-", " ")
    if last and parts.cues.pattern("no_rule_title").fullmatch(last):
        return False
    inside = [s for s in parts.statements if block.start <= s.start < block.end]
    if inside and all(_about_format(parts, s) for s in inside):
        return False
    if _titled(parts, block):
        return True
    opener = _opener(parts, index)
    if opener == "parts":
        return any(is_rule(parts, s) and (s.mood == "modal" or s.polarity < 0) for s in inside)
    if opener == "directive" or any(s.mood in ("imperative", "modal") or s.polarity < 0 for s in inside):
        return True
    if parts.cues.pattern("constraint").search(view):
        return True
    return _DEFINITION.match(view.strip()) is not None


def _table_rows(parts: Parts) -> list[Span]:
    """Body rows of the tables that a title, or the head of a column, says hold rules."""
    rows: list[Span] = []
    for block in parts.blocks:
        if block.kind != "table":
            continue
        lines = [Span(m.start(), m.end()) for m in _TABLE_LINE.finditer(parts.text, block.start, block.end)]
        head = parts.text[lines[0].start : lines[0].end] if lines else ""
        column = parts.cues.pattern("rule_column")
        if _titled(parts, block) or any(column.fullmatch(cell.strip("*_` ")) for cell in head.split("|")):
            rows += [line for line in lines[1:] if any(char.isalnum() for char in parts.text[line.start : line.end])]
    return rows


def _titled(parts: Parts, block: Block) -> bool:
    """Whether a heading or tag above a block says that rules stand in it."""
    titles = (
        title.strip("*_ :#").replace("_", " ").replace("-", " ") for title in parts.heading_of(block).split(" / ")
    )
    return any(parts.cues.pattern("rule_title").fullmatch(title) for title in titles if title)


def _opener(parts: Parts, index: int) -> Literal["parts", "directive", ""]:
    """What the line that opens a list announces: parts of a whole, or rules ("Assume:", "Mark it wrong if:")."""
    for earlier in reversed(parts.blocks[max(0, index - 30) : index]):
        if earlier.kind == "item":
            continue
        line = parts.text[earlier.start : earlier.end].rstrip(" *_\r\n").rsplit("\n", 1)[-1]
        if not line.endswith((":", "：")):
            return ""
        if parts.cues.pattern("parts_opener").search(line):
            return "parts"
        opened = [s for s in parts.statements if earlier.start <= s.start < earlier.end]
        commands = bool(opened) and opened[-1].mood in ("imperative", "modal") and not _about_format(parts, opened[-1])
        if commands or parts.cues.pattern("list_condition").search(line[:-1]) is not None:
            return "directive"
        return ""
    return ""


def _one_a_line(parts: Parts) -> list[Statement]:
    """Statements that stand alone on a line each, three or more in one paragraph."""
    found: list[Statement] = []
    for index, block in enumerate(parts.blocks):
        if block.kind != "paragraph":
            continue
        alone = [
            s
            for s in parts.statements
            if s.block == index
            and _alone(parts.text, s)
            and (is_rule(parts, s) or _SCALE.match(parts.text, s.start, s.end))
        ]
        if len(alone) >= _LISTED:
            found.extend(alone)
    return found


def _alone(text: str, statement: Statement) -> bool:
    before = text[max(0, statement.start - 6) : statement.start]
    after = text[statement.end : statement.end + 2]
    starts = statement.start == 0 or "\n" in before or "\r" in before
    return starts and (not after or after[0] in "\r\n" or after.strip() == "")
