"""The shape of the answer as blocks show it: sections headed "Output format", templates and lists below a colon."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.anatomy.parts import Parts, bare_title
from promptlint.anatomy.pillars.signs import Sign
from promptlint.model import Block, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_BARE_TITLES = frozenset({"output", "outputs", "response", "answer", "result", "results", "return", "reply"})
TEMPLATE_SLOT = re.compile(
    r"<[A-Za-z][\w ,./'-]{1,60}>|\[[A-Za-z][\w ,./'-]{2,60}\](?!\()|\{+\w+ [\w ,.-]{2,80}\}+|\.\.\.", needs="< [ { ..."
)
_TEMPLATE_LINE = re.compile(
    r"^[ \t>*_#-]*[A-Za-z][\w /()-]{1,40}[*_]*:[*_]*[ \t]*(?:[<\[{(]|\.\.\.|$)", re.M, needs=":"
)
_LABEL_LINE = re.compile(r"^[ \t>*_#-]*[A-Z][\w /()-]{0,30}[*_]*:[*_]*(?=[ \t\r\n]|$)", re.M, needs=":")
_FIELD_ITEM = re.compile(
    r"[*_`\"']{0,3}[\w][\w /&.-]{0,40}[*_`\"']{0,3}[ \t]*(?:\([^()\n]{1,60}\))?[ \t]*(?:[:：–—=]|[ \t]-[ \t])"
)

_QUALITY = re.compile(
    r"(?:\w+ly \w+|\w+(?:ly|ive|ful|able|ible|ous|less|ional)|clear|free|concise|short|brief|relevant|accurate|"
    r"specific|consistent|(?:self|well|non)-\w+)(?: (?:and|or|to|in|of|with|for|from)\b|,|\.?$)",
    re.I,
)


def shape_follows(parts: Parts, statement: Statement, *, announced: bool) -> bool:
    """Whether a list, fence, tag, sample or template lines stand right after a sentence that ends in a colon.

    After words that announce a format, two lines that open with a label are a template too.
    """
    block = parts.blocks[statement.block]
    if statement.end < block.end - 2:
        rest = parts.text[statement.end : block.end]
        labels = announced and len(_LABEL_LINE.findall(rest)) >= 2
        return labels or bool(_TEMPLATE_LINE.search(rest) or TEMPLATE_SLOT.search(rest))
    following = parts.blocks[statement.block + 1 : statement.block + 2]
    return any(
        later.kind in ("fence", "tag", "table", "heading", "label")
        or (later.kind == "item" and _names_part(parts, later))
        or _templated(parts, later)
        or (announced and len(_LABEL_LINE.findall(parts.text[later.start : later.end])) >= 2)
        for later in following
    )


def text_follows(parts: Parts, statement: Statement) -> bool:
    """Whether words stand right after a sentence, not a placeholder alone."""
    block = parts.blocks[statement.block]
    after = parts.blocks[statement.block + 1 : statement.block + 2]
    start, end = (statement.end, block.end) if statement.end < block.end - 2 else (0, 0)
    if not end and after and after[0].kind == "paragraph":
        start, end = after[0].start, after[0].end
    return bool(parts.text[start:end].strip()) and not _is_slot(parts, start, end)


def in_output_section(parts: Parts, statement: Statement) -> bool:
    """Whether a sentence stands in a section about the output."""
    heading = parts.heading_of(parts.blocks[statement.block])
    last = bare_title(heading.rsplit(" / ", 1)[-1])
    return bool(last) and parts.cues.pattern("output_heading").fullmatch(last) is not None


def from_sections(parts: Parts) -> Iterator[Sign]:
    """A section headed "Output format" and what stands in it: items, a fence or a template are fields."""
    heading_cue = parts.cues.pattern("output_heading")
    for index, block in enumerate(parts.blocks):
        if block.kind not in ("heading", "label", "tag"):
            continue
        title = parts.title_of(block)
        if not title or title.startswith(("a ", "an ", "for ", "each ")) or heading_cue.fullmatch(title) is None:
            continue
        if block.kind == "tag" and _is_slot(parts, block.body_start, block.body_end):
            continue
        inside = _inside(parts, index)
        if block.kind != "tag" and inside and _is_slot(parts, inside[0].start, inside[0].end):
            continue
        if any(later.kind in ("fence", "table", "tag") or _templated(parts, later) for later in inside):
            yield Sign("fields", Span(block.start, block.end), "an output section with a template")
        elif _lists_fields(parts, inside, bare=title in _BARE_TITLES):
            yield Sign("fields", Span(block.start, block.end), "an output section with a list")
        elif inside:
            yield Sign("named", Span(block.start, block.end), "an output section")


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
    return sum(b.kind in ("heading", "label") or (b.kind == "item" and _names_part(parts, b)) for b in inside) >= 2


def _names_part(parts: Parts, item: Block) -> bool:
    """Whether an item may name a part of the answer: it is no command, form, limit or quality."""
    if _FIELD_ITEM.match(parts.text, item.body_start, item.body_end) is not None:
        return parts.cues.pattern("case").match(parts.text, item.body_start) is None  # not "For a summary: …"
    said = parts.text[item.body_start : item.body_end]
    start = item.body_start + len(said) - len(said.lstrip("*_ "))
    verb = parts.opening_verb(item.body_start, item.body_end)
    commands = verb and verb not in parts.cues.words("nounish_verbs")
    other = any(
        parts.cues.pattern(cue).match(parts.text, start, item.body_end) for cue in ("ban", "form_phrase", "format_noun")
    )
    return not (commands or other or _QUALITY.match(parts.text, start, item.body_end))


def _is_slot(parts: Parts, start: int, end: int) -> bool:
    """Whether a text is a run-time value and nothing else: `<output>{output}</output>` is input to a judge."""
    body = parts.text[start:end].strip()
    return any(body == parts.text[p.start : p.end] for p in parts.prompt.placeholders)


def _templated(parts: Parts, block: Block) -> bool:
    body = parts.text[block.start : block.end]
    if block.kind == "label" and parts.cues.pattern("modal").search(body):
        return False  # "The summary should be:" is a sentence that a list completes
    if any(block.start <= p.start and p.end <= block.end for p in parts.prompt.placeholders):
        if len(_TEMPLATE_LINE.findall(body)) >= 2:
            return True
        body = "\n".join(line for line in body.splitlines() if "{" not in line)  # what comes in is no template
    return bool(_TEMPLATE_LINE.search(body)) or TEMPLATE_SLOT.search(body) is not None
