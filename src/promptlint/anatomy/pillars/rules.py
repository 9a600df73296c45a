"""Business rules: what the task's owner decided about content and behaviour, and whether it is listed."""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from promptlint.anatomy.kinds import KindGuess
from promptlint.anatomy.parts import Parts, bare_title
from promptlint.anatomy.pillars.uncertainty import names_unknown_path
from promptlint.model import Block, Pillar, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_HEAD = 24  # where the verb of a command stands at the latest, words such as "Please" before it
_LISTED = 3
_LEAST_SIGNS = 6  # of a script that writes words without blanks
# "`new_tab [url]`: …", "search(query) - …", "`src/app.py` — …": an entry of a reference, which describes a thing.
_REFERENCE = re.compile(
    r"[*_]{0,2}(?:`\w{1,40}`|(?P<thing>`[^`\r\n]{1,80}`|[\w.]{1,40}[(\[][^()\[\]\r\n]{0,60}[)\]]))[*_]{0,2}"
    r"[ \t]*(?:[:：,–—-]|->|→|=)[ \t]"
)
# "One star: …", "3: …", "Score 4 - …", '"yes": …': a line of a rubric.
_SCALE = re.compile(
    r"[\"'`*]{0,2}(?:score |rating |level )?(?:\d{1,3}|(?:one|two|three|four|five) stars?|[\"'`]\w+[\"'`])"
    r"[\"'`*]{0,2}[ \t]*(?:[:：=–-]|means|if|for)[ \t]*\w"
    r"|(?:an? |the )?(?:score|rating|level|grade|value) (?:of )?[\"'`]?\d{1,3}[\"'`]? \w+",
    re.I,
)
_TURN = re.compile(r"^[ \t]*(?P<who>[A-Z][a-z][\w'’-]*(?: [A-Z]?[\w'’-]+)?):[ \t]+[^\s{<\[(][^\r\n]*", re.M)
_LAST_SLOT = re.compile(r"(?<=[:：]) ?\{[^{}\r\n]{1,60}\}$")
_FILLED = re.compile(r"[^.!?\r\n]{1,80}[:：][ \t]*[\"'`<]{0,3}\{[^{}\r\n]{1,80}\}\W*$")
_TABLE_LINE = re.compile(r"[^\r\n]*\|[^\r\n]*")
_DEFINITION = re.compile(
    r"[*_`\"']{0,3}[\w][\w /&+.'()-]{0,60}[*_`\"']{0,3}[ \t]*(?:[:：–—]|[ \t]-[ \t]|=|->|→)[ \t]*\S+(?:[ \t]+\S+){2,}"
)


def level(parts: Parts, kind: KindGuess) -> Pillar:
    """Return `none`, `prose`, `listed` (three rules or more, each an item or a line of its own) or `injected`."""
    defines = kind.kind != "memory"  # there a name and what it means is documentation, elsewhere a label's definition
    spans = sorted([*(Span(b.start, b.end) for b in _items(parts, defines)), *_table_rows(parts)])
    if len(spans) >= _LISTED:
        return Pillar("listed", tuple(spans[:12]), "list items")
    task = _task(parts)
    spoken = _spoken(parts)
    others = [s for s in parts.statements if s is not task and s.start not in spoken]
    lines = _one_a_line(parts, others)
    if len(lines) >= _LISTED:
        return Pillar("listed", tuple(Span(s.start, s.end) for s in lines[:12]), "one a line")
    prose = [s for s in others if is_rule(parts, s)] or [s for s in others if _directs(parts, s)]
    injected = [Span(slot.start, slot.end) for slot in parts.slots if slot.injects == "rules"]
    if injected and not prose:
        return Pillar("injected", tuple(injected))
    if prose:
        return Pillar("prose", tuple(Span(s.start, s.end) for s in prose[:12]))
    return Pillar("none")


def _spoken(parts: Parts) -> frozenset[int]:
    """Where sentences of a talk told in the prompt start: two speakers or more, each with two turns or more."""
    turns: dict[str, list[tuple[int, int]]] = {}
    for turn in _TURN.finditer(parts.text):
        turns.setdefault(turn["who"], []).append(turn.span())
    talk = [spans for spans in turns.values() if len(spans) >= 2]
    if len(talk) < 2:
        return frozenset()
    lines = sorted(span for spans in talk for span in spans)
    places = ((s.start, bisect(lines, (s.start, len(parts.text))) - 1) for s in parts.statements)
    return frozenset(start for start, line in places if line >= 0 and start < lines[line][1])


def _task(parts: Parts) -> Statement | None:
    """The first command of a prompt names its task, unless it forbids or depends on a case: then it is a rule."""
    commands = [s for s in parts.statements if s.mood == "imperative" and not _aside(parts, s)]
    if not commands:
        return None
    first = commands[0]
    if _about_format(parts, first):
        named = parts.cues.pattern("task_verb")
        first = next((s for s in commands if named.fullmatch(s.verb) and not _about_format(parts, s)), first)
    if first.polarity < 0 or _depends(parts, first):
        return None
    return None if parts.cues.pattern("added_rule").search(parts.text, first.start, first.end) else first


def _depends(parts: Parts, statement: Statement) -> bool:
    """Whether a case opens the statement and an action answers it."""
    if statement.condition is None or statement.action is None or statement.condition.start > statement.start:
        return False
    return parts.cues.pattern("case").match(parts.text, statement.condition.start) is not None


def is_rule(parts: Parts, statement: Statement) -> bool:
    """Whether a statement constrains content or behaviour: not the task, the format, the tone or the unknown case."""
    if statement.mood in ("question", "fragment"):
        return False
    text = parts.text
    if statement.polarity > 0 and parts.cues.pattern("task_statement").match(text, statement.start):
        return False
    if statement.polarity > 0 and parts.cues.pattern("task_clause").search(text, statement.start, statement.end):
        return False
    if _aside(parts, statement):
        return False
    added = parts.cues.pattern("added_rule").search(text, statement.start, statement.end) is not None
    if names_unknown_path(parts, statement) and not added:
        return False
    if parts.cues.pattern("ban_guess").search(text, statement.start, statement.end):
        return False
    if statement.mood == "modal" and _describes(parts, statement):
        return False
    if statement.polarity < 0 or statement.mood == "modal":
        return not _about_format(parts, statement)
    constrained = _depends(parts, statement) or _constrains(parts, Span(statement.start, statement.end), statement.mood)
    return constrained and not _about_format(parts, statement)


def _aside(parts: Parts, statement: Statement) -> bool:
    """Whether a statement binds nothing: a label with its placeholder, a line of an agent's loop, the tone."""
    if _FILLED.match(parts.text, statement.start, statement.end):
        return True
    if parts.cues.pattern("no_rule").match(parts.text, statement.start):
        return True
    line = max(parts.text.rfind("\n", 0, statement.start), parts.text.rfind("\r", 0, statement.start)) + 1
    while parts.text[line].isspace():
        line += 1
    return parts.cues.pattern("loop_line").match(parts.text, line) is not None


def _constrains(parts: Parts, span: Span, mood: str = "") -> bool:
    """Whether the words of a span bind; a verb that does so in a command tells only what is there in a statement."""
    view = parts.views["instructions"]
    if parts.cues.pattern("constraint").search(view, span.start, span.end):
        return True
    return mood != "declarative" and parts.cues.pattern("constraint_verb").search(view, *span) is not None


def _describes(parts: Parts, statement: Statement) -> bool:
    """Whether the modal verb commands nothing: it tells what will happen or can, or stands in a relative clause."""
    text = parts.text
    for found in parts.cues.pattern("modal").finditer(text, statement.start, statement.end):
        before = text[max(statement.start, found.start() - 60) : found.start()]
        if parts.cues.pattern("relative_clause").search(before):
            continue
        if not parts.cues.pattern("foretelling").match(text, found.start()):
            return False
        if _depends(parts, statement) and parts.cues.pattern("addressed").search(before):
            return False
    return True


def _directs(parts: Parts, statement: Statement) -> bool:
    """Whether a further command says how the work is done; the first command of a prompt names the task."""
    if _aside(parts, statement):
        return False
    if statement.mood != "imperative" or statement.end - statement.start < 24 or _about_format(parts, statement):
        return False
    if parts.cues.pattern("task_verb").fullmatch(statement.verb):
        return False
    return not names_unknown_path(parts, statement)


def _about_format(parts: Parts, statement: Statement) -> bool:
    def says(cue: str) -> bool:
        return parts.cues.pattern(cue).search(parts.text, statement.start, statement.end) is not None

    if _depends(parts, statement):
        return False
    if says("format_only"):
        return True
    verb = parts.cues.pattern("output_verb").search(parts.text, statement.start, statement.end)
    if verb is None or (statement.mood == "imperative" and verb.start() - statement.start > _HEAD):
        return False
    return says("format_noun") or (statement.condition is None and (says("closed_choice") or says("literal_reply")))


def _items(parts: Parts, defines: bool) -> list[Block]:
    """The items that are rules, and under a title of rules those of form too where they stand among two others."""
    judged = [(b, _weigh(parts, at, defines)) for at, b in enumerate(parts.blocks) if b.kind == "item"]
    rules = Counter(block.section for block, weight in judged if weight == "rule")
    return [b for b, weight in judged if weight == "rule" or (weight == "form" and rules[b.section] >= 2)]


def _weigh(parts: Parts, index: int, defines: bool) -> Literal["rule", "form", ""]:
    """What an item is: a rule, a matter of form among announced rules, or neither."""
    block = parts.blocks[index]
    view = parts.views["instructions"][block.body_start : block.body_end]
    opener = _opener(parts, index)
    titled = _titled(parts, block)
    if titled is None and opener == "rules":
        titled = True
    if titled is False or _too_short(view, announced=titled or opener == "directive"):
        return ""
    if defines and _defines_label(parts, block, view):
        return "rule"
    inside = _inside(parts, block)
    if inside and all(_about_format(parts, s) for s in inside):
        return "form" if titled else ""
    return "rule" if titled or _is_rule(parts, block, opener, defines) else ""


def _defines_label(parts: Parts, block: Block, view: str) -> bool:
    """Whether an item says what one of the answers to choose from means."""
    listed = any(labels.start <= block.start < labels.end and labels.field is None for labels in parts.labels)
    return listed and _DEFINITION.match(view.strip()) is not None


def _is_rule(parts: Parts, block: Block, opener: str, defines: bool) -> bool:
    """Whether an item that no title calls a rule is one, by the line above the list and by its own words."""
    inside = _inside(parts, block)
    bound = any(s.mood == "modal" or s.polarity < 0 or _depends(parts, s) for s in inside)
    entry = _REFERENCE.match(parts.text, block.body_start)
    if entry is not None and not bound and (entry["thing"] or not defines):
        return False
    if opener == "parts":
        return any(is_rule(parts, s) and (s.mood == "modal" or s.polarity < 0) for s in inside)
    if opener == "directive" or bound or any(s.mood == "imperative" for s in inside):
        return True
    if _constrains(parts, Span(block.body_start, block.body_end)):
        return True
    view = parts.views["instructions"][block.body_start : block.body_end]
    return defines and _DEFINITION.match(view.strip()) is not None


def _inside(parts: Parts, block: Block) -> tuple[Statement, ...]:
    first, last = (bisect_left(parts.statements, at, key=lambda s: s.start) for at in (block.start, block.end))
    return parts.statements[first:last]


def _too_short(view: str, *, announced: bool) -> bool:
    """Whether an item is too short for a rule: three words, or a term of two where rules were announced."""
    words = len(view.split())
    if words < 3 and not view.isascii():
        return len(view.strip()) < _LEAST_SIGNS
    return words < 3 and not (announced and words == 2 and len(view.strip()) >= 2 * _LEAST_SIGNS)


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


def _titled(parts: Parts, block: Block) -> bool | None:
    """Whether the nearest telling heading or tag above a block says that rules stand in it, or that none do."""
    nearest = parts.blocks[block.section] if block.section is not None else None
    filled = nearest is not None and nearest.kind == "label" and _slot_after(parts, nearest, block)
    for depth, title in enumerate(reversed(parts.heading_of(block).split(" / "))):
        words = bare_title(title) if depth == 0 else title.strip("*_ :：#").replace("_", " ").replace("-", " ")
        if not words or (depth == 0 and filled):
            continue
        if parts.cues.pattern("no_rule_title").fullmatch(words):
            return False
        if parts.cues.pattern("rule_title").fullmatch(words):
            return True
    return None


def _slot_after(parts: Parts, label: Block, block: Block) -> bool:
    """Whether a placeholder follows the label of an input: what stands below the placeholder is not under the label."""
    return any(
        label.end <= slot.start < block.start and not parts.text[label.end : slot.start].strip(" \t\r\n{}$")
        for slot in parts.slots
    )


def _opener(parts: Parts, index: int) -> Literal["parts", "rules", "directive", ""]:
    """What the line that opens a list announces: parts of a whole, rules by name, or directives ("Assume:")."""
    for earlier in reversed(parts.blocks[max(0, index - 30) : index]):
        if earlier.kind == "item":
            continue
        line = _LAST_SLOT.sub("", parts.last_line(earlier))
        if not line.endswith((":", "：")):
            return ""
        if parts.cues.pattern("rule_opener").search(line[:-1]):
            return "rules"
        if parts.cues.pattern("parts_opener").search(line):
            return "parts"
        opened = _inside(parts, earlier)
        commands = bool(opened) and opened[-1].mood in ("imperative", "modal") and not _about_format(parts, opened[-1])
        if commands or parts.cues.pattern("list_condition").search(line[:-1]) is not None:
            return "directive"
        return ""
    return ""


def _one_a_line(parts: Parts, statements: Sequence[Statement]) -> list[Statement]:
    """Rules that stand alone on a line each, three or more together."""
    found: dict[int, list[Statement]] = {}
    for statement in statements:
        if parts.blocks[statement.block].kind != "paragraph":
            continue
        ruled = is_rule(parts, statement) or _directs(parts, statement)
        if (ruled or _SCALE.match(parts.text, statement.start, statement.end)) and _alone(parts.text, statement):
            # Lines without a full stop are a list that lost its marks: its parts may be paragraphs apart.
            unmarked = parts.text[statement.end - 1] not in ".!:?"
            found.setdefault(-1 if unmarked else statement.block, []).append(statement)
    return [rule for rules in found.values() if len(rules) >= _LISTED for rule in rules]


def _alone(text: str, statement: Statement) -> bool:
    before = text[max(0, statement.start - 6) : statement.start]
    after = text[statement.end : statement.end + 2]
    starts = statement.start == 0 or "\n" in before or "\r" in before
    return starts and (not after or after[0] in "\r\n" or after.strip() == "")
