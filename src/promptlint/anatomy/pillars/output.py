"""Output: what shape the answer takes.

The signs are gathered first, each with its place and strength; the strongest decides. `fields` needs something named
inside the answer: a key, a column, a section, a closed value list, a template, a sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from promptlint.anatomy.parts import Parts
from promptlint.model import Block, Example, Kind, Pillar, Sample, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span


class Shape(NamedTuple):
    """The output pillar with two facts about it."""

    pillar: Pillar
    machine_readable: bool
    enforced_in_code: bool


class _Sign(NamedTuple):
    level: str
    span: Span
    why: str
    machine: bool = False


_REPLY_VERBS = frozenset(
    {"respond", "reply", "return", "output", "answer", "provide", "report", "produce", "print", "emit"}
)
_BARE_TITLES = frozenset({"output", "outputs", "response", "answer", "result", "results", "return", "reply"})
_LEVELS = ("none", "named", "injected", "fields")
_WIRE = frozenset({"json", "yaml", "xml", "csv"})
_TEMPLATE_SLOT = re.compile(
    r"<[A-Za-z][\w ,./'-]{1,60}>|\[[A-Za-z][\w ,./'-]{2,60}\](?!\()|\{+\w+ [\w ,.-]{2,80}\}+|\.\.\."
)
_TEMPLATE_LINE = re.compile(r"^[ \t>*_#-]*[A-Za-z][\w /()-]{1,40}[*_]*:[*_]*[ \t]*(?:[<\[{(]|\.\.\.|$)", re.M)
_FORM = re.compile(
    r"\b(?:format|form|pattern|template|as)(?: of)?:? [\"'`“*]{0,3}[(<\[{][A-Za-z][^\n]{2,}[)>\]}]"
    r"|[\"'`“*]{0,2}[A-Za-z][\w ]{1,30}:[ \t]*[$<\[{(]|[\"'`“][A-Z][\w ]{1,30}: ?[\"'`”]|[\"'`]\\?boxed|\$[A-Z]{3,}"
)
_LINE_LABEL = re.compile(r"^[ \t>*_#-]*(?P<name>[A-Za-z][\w ]{1,40})[*_]*:", re.M)
_AS_SLOT = re.compile(r"\b(?:as|with|in the form(?:at)?(?: of)?|like):? [^.\n]{0,40}<[a-z][\w -]{1,30}>(?!\w)")
_FIELD_ITEM = re.compile(
    r"[*_`\"']{0,3}[\w][\w /&.-]{0,40}[*_`\"']{0,3}[ \t]*(?:\([^()\n]{1,60}\))?[ \t]*(?:[:：–—=]|[ \t]-[ \t])"
)
_INLINE_TAG = re.compile(
    r"<(?P<name>[A-Za-z_][\w-]{1,40})>[^<>]{0,400}</(?P=name)>"
    r"|<(?P<only>[A-Za-z_][\w-]{1,40})>[\"'`]? ?(?:tags?|xml|element|block)"
)


def judge(parts: Parts, kind: Kind) -> Shape:
    """Return the level (`none`, `named`, `fields` or `injected`) and whether a program could parse the answer."""
    contract = parts.prompt.around.contract
    enforced = contract is not None and contract.enforced
    signs = _settled(list(_signs(parts, kind)))
    machine = enforced or parts.prompt.around.json_mode or any(sign.machine for sign in signs)
    choices = contract is not None and bool((contract.schema or {}).get("enum"))
    if contract is not None and (enforced or choices):
        why = f"declared: {contract.name}"
        return Shape(Pillar("fields", _spans(signs, "fields"), why), machine or choices, enforced)
    if not signs:
        return Shape(Pillar("none"), machine, False)
    best = max(signs, key=lambda sign: _LEVELS.index(sign.level))
    return Shape(Pillar(best.level, _spans(signs, best.level), best.why), machine, False)


def _settled(signs: list[_Sign]) -> list[_Sign]:
    """Turn the replies for single cases into a closed list when two of them differ, else drop them."""
    listed = len({sign.why for sign in signs if sign.level == "case"}) >= 2
    named = [sign for sign in signs if sign.level != "case"]
    cases = [sign for sign in signs if sign.level == "case"] if listed else []
    return named + [sign._replace(level="fields", why="a closed list of values") for sign in cases]


def _spans(signs: list[_Sign], level: str) -> tuple[Span, ...]:
    return tuple(sorted({sign.span for sign in signs if sign.level == level}))[:12]


def _signs(parts: Parts, kind: Kind) -> Iterator[_Sign]:
    yield from _from_structure(parts, kind)
    for statement in parts.statements:
        yield from _from_statement(parts, statement)
    yield from _from_sections(parts)


def _from_structure(parts: Parts, kind: Kind) -> Iterator[_Sign]:
    for sample in parts.samples:
        if sample.use in ("schema", "example") and _asked_for(parts, sample):
            named = sample.keys or sample.language in ("json", "csv") or sample.value is not None
            yield _Sign(
                "fields" if named else "named",
                Span(sample.start, sample.end),
                "a sample of the output",
                sample.language in _WIRE,
            )
    memory = parts.prompt.kind_hint == "memory"
    for example in () if memory else parts.examples:
        if _shows_answer(parts, example, kind):
            yield _Sign("fields", Span(example.start, example.end), "an example shows the whole output")
    for labels in () if memory else parts.labels:
        yield _Sign("fields", Span(labels.start, labels.end), "a closed list of values", labels.field is None)
    if len(parts.fields) >= 2 and not memory:
        yield _Sign("fields", Span(parts.fields[0].start, parts.fields[-1].end), "named fields")
    for slot in parts.slots:
        if slot.injects == "output":
            yield _Sign("injected", Span(slot.start, slot.end), "the schema is injected")


def _shows_answer(parts: Parts, example: Example, kind: Kind) -> bool:
    """Whether an example shows the whole answer; below a heading, an agent's shows steps unless its output is named."""
    if example.output is None or example.shape not in ("heading", "tag", "arrow", "table"):
        return False
    if example.shape == "tag" or kind not in ("agent", "memory", "tool"):
        return True
    labels = _LINE_LABEL.finditer(parts.text, example.start, example.end)
    return any(parts.cues.pattern("pair_output").fullmatch(label["name"]) for label in labels)


def _asked_for(parts: Parts, sample: Sample) -> bool:
    """Whether a sample shows the answer: an object, or a list after words about output; in a memory file only those."""
    before = parts.text[max(0, sample.start - 160) : sample.start]
    if not sample.keys and before.endswith("("):
        return False  # the argument of a call
    spoken = parts.cues.pattern("output_verb").search(before) is not None
    return spoken if parts.prompt.kind_hint == "memory" or not sample.keys else True


def _from_statement(parts: Parts, statement: Statement) -> Iterator[_Sign]:
    ended = parts.text[statement.start : statement.end].rstrip(" *_")
    if statement.polarity < 0:
        if _nothing_but(parts, statement):
            yield _Sign("named", Span(statement.start, statement.end), "a form is named")
        return
    if statement.mood == "question":
        if parts.cues.pattern("closed_choice").search(parts.text, statement.start, statement.end):
            yield _Sign("fields", Span(statement.start, statement.end), "a closed list of values", machine=True)
        return
    if _brings_input(parts, statement):
        return
    cues, text = parts.cues, parts.text
    start, end = statement.start, statement.end
    span = Span(start, end)
    verb = _output_verb(parts, statement)
    choice = cues.pattern("closed_choice").search(text, start, end)
    if choice is not None and (verb is not None or _in_output_section(parts, statement)):
        yield _Sign("fields", span, "a closed list of values", machine=True)
    if cues.pattern("tool_argument").search(text, start, end):
        yield _Sign("fields", span, "an argument of the tool that answers", machine=True)
    for case in cues.pattern("verdict").finditer(text, start, end):
        yield _Sign("case", span, case.group().strip("\"'`*.").lower())
    if verb is None and not _in_output_section(parts, statement):
        return
    begin = verb.start() if verb is not None else start
    literal = cues.pattern("literal_reply").search(text, begin, end)
    if literal is not None and verb is not None:
        # One reply for one case is no format; two of them are a closed list.
        if statement.condition is None:
            yield _Sign("fields", span, "a literal reply")
        else:
            yield _Sign("case", span, literal.group().lower())
    elif statement.condition is not None:
        for case in cues.pattern("case_reply").finditer(text, begin, end):
            yield _Sign("case", span, case.group().lower())
    noun = cues.pattern("format_noun").search(text, begin, end)
    machine = cues.pattern("machine_noun").search(text, begin, end) is not None
    fields = cues.pattern("field_list").search(text, begin, end)
    if fields is not None and noun is not None:
        yield _Sign("fields", span, "named fields", machine)
    row = cues.pattern("part_list").match(text, begin, end)
    if row is not None and cues.pattern("ban").search(text, start, row.end()) is None:
        yield _Sign("fields", span, "parts in a row", machine)
    colon = ended.endswith((":", "："))
    plain = colon and cues.pattern("no_shape").search(text, max(start, end - 30), end) is None
    replies = statement.verb in _REPLY_VERBS or (verb is not None and verb.group().lower() in _REPLY_VERBS)
    if verb is not None and _AS_SLOT.search(text, begin, end):
        yield _Sign("fields", span, "a template in the sentence", machine)
    if noun is None and plain and replies and _shape_follows(parts, statement):
        yield _Sign("fields", span, "a template follows", machine)
    if noun is None:
        return
    if plain and _shape_follows(parts, statement):
        yield _Sign("fields", span, "a template follows", machine)
    if _FORM.search(text, begin, end):
        yield _Sign("fields", span, "a template in the sentence", machine)
    tag = _INLINE_TAG.search(text, begin, end)
    if tag is not None or len(_TEMPLATE_SLOT.findall(text[begin:end])) >= 2:
        yield _Sign("fields", span, "a template in the sentence", machine)
    yield _Sign("named", span, "a form is named", machine)


def _brings_input(parts: Parts, statement: Statement) -> bool:
    """Whether a statement is a label: "Report: {report}" brings input, "A correct answer:" opens a rubric."""
    text = parts.text[statement.start : statement.end]
    if text.endswith(":") and text.lower().startswith(("a ", "an ")):
        return True
    held = [p.start for p in parts.prompt.placeholders if statement.start <= p.start < statement.end]
    label = parts.text[statement.start : held[0]].rstrip(" *_\"'`") if held else ""
    return bool(held) and (statement.mood == "fragment" or (label.endswith(":") and len(label.split()) <= 2))


def _nothing_but(parts: Parts, statement: Statement) -> bool:
    cues, span = parts.cues, (statement.start, statement.end)
    verb = cues.pattern("output_verb").search(parts.text, *span)
    return verb is not None and cues.pattern("nothing_but").search(parts.text, *span) is not None


def _output_verb(parts: Parts, statement: Statement) -> re.Match[str] | None:
    """Return the first word about output that is not in a condition: "if the answer is a list" asks for none."""
    condition, action = statement.condition, statement.action
    leads = condition is not None and action is not None and condition.start < action.start < statement.end - 2
    for match in parts.cues.pattern("output_verb").finditer(parts.text, statement.start, statement.end):
        if not leads or condition is None or not condition.start <= match.start() < condition.end:
            return match
    return None


def _in_output_section(parts: Parts, statement: Statement) -> bool:
    heading = parts.heading_of(parts.blocks[statement.block])
    last = heading.rsplit(" / ", 1)[-1].strip("*_ :#")
    return (
        bool(last)
        and parts.cues.pattern("output_heading").fullmatch(last.replace("_", " ").replace("-", " ")) is not None
    )


def _shape_follows(parts: Parts, statement: Statement) -> bool:
    """Whether a list, fence, tag, sample or template lines stand right after a sentence that ends in a colon."""
    block = parts.blocks[statement.block]
    if statement.end < block.end - 2:
        rest = parts.text[statement.end : block.end]
        return bool(_TEMPLATE_LINE.search(rest) or len(_TEMPLATE_SLOT.findall(rest)) >= 1)
    following = parts.blocks[statement.block + 1 : statement.block + 2]
    return any(
        later.kind in ("item", "fence", "tag", "table", "heading", "label") or _templated(parts, later)
        for later in following
    )


def _inside(parts: Parts, index: int) -> list[Block]:
    """The next blocks below a heading or tag, those of its sub-sections included; at most twenty."""
    block = parts.blocks[index]
    found: list[Block] = []
    for later in parts.blocks[index + 1 : index + 21]:
        if block.kind == "tag":
            if later.start >= block.body_end:
                break
        elif later.kind in ("heading", "label") and later.level <= block.level:
            break
        found.append(later)
    if not found and block.kind == "heading":  # "## Output format" and then the template's own headings
        found = [later for later in parts.blocks[index + 1 : index + 9] if later.start < block.end + 1200]
        levels = [later.level for later in found if later.kind == "heading"]
        return found if levels and min(levels) >= block.level else []
    return found


def _lists_fields(parts: Parts, inside: list[Block], *, bare: bool) -> bool:
    """Whether two or more blocks of an output section name a part each; under a bare "Output" they must say `name:`."""
    if bare:
        return (
            sum(
                b.kind == "item" and _FIELD_ITEM.match(parts.text, b.body_start, b.body_end) is not None for b in inside
            )
            >= 2
        )
    return sum(b.kind in ("item", "heading", "label") for b in inside) >= 2


def _only_slots(parts: Parts, block: Block) -> bool:
    """Whether a tag merely holds a run-time value: `<output>{output}</output>` is input to a judge."""
    body = parts.text[block.body_start : block.body_end].strip()
    return any(body == parts.text[p.start : p.end] for p in parts.prompt.placeholders)


def _templated(parts: Parts, block: Block) -> bool:
    body = parts.text[block.start : block.end]
    if any(block.start <= p.start and p.end <= block.end for p in parts.prompt.placeholders):
        return len(_TEMPLATE_LINE.findall(body)) >= 2
    return bool(_TEMPLATE_LINE.search(body)) or len(_TEMPLATE_SLOT.findall(body)) >= 1


def _from_sections(parts: Parts) -> Iterator[_Sign]:
    """A section headed "Output format" and what stands in it: items, a fence or a template are fields."""
    heading_cue = parts.cues.pattern("output_heading")
    for index, block in enumerate(parts.blocks):
        if block.kind not in ("heading", "label", "tag"):
            continue
        title = block.name if block.kind == "tag" else parts.text[block.body_start : block.body_end]
        title = re.sub(r"[_-]", " ", title).strip("*_ :#.()0123456789").lower()
        if not title or title.startswith(("a ", "an ", "for ", "each ")) or heading_cue.fullmatch(title) is None:
            continue
        if block.kind == "tag" and _only_slots(parts, block):
            continue
        inside = _inside(parts, index)
        if any(later.kind in ("fence", "table", "tag") or _templated(parts, later) for later in inside):
            yield _Sign("fields", Span(block.start, block.end), "an output section with a template")
        elif _lists_fields(parts, inside, bare=title in _BARE_TITLES):
            yield _Sign("fields", Span(block.start, block.end), "an output section with a list")
        elif inside:
            yield _Sign("named", Span(block.start, block.end), "an output section")
