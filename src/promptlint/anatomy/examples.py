"""Worked examples, found by shape: sections, tagged pairs, role turns, arrows, tables, messages, whole samples.

Where a shape needs words (titles of sections), they come from the cue grammar of the language and, as
many prompts in other languages keep English labels, from the English one.
"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.anatomy import pairs
from promptlint.anatomy.pairs import either, literal, pairs_in, trim
from promptlint.anatomy.parts import Parts
from promptlint.model import Block, Example, Message
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_EXAMPLE_TAG = re.compile(
    r"^(?:(?:good|positive|few[-_]?shot|sample|output|input)[-_]?)?(?:examples?|demonstrations?|demos?|shots?)(?:[-_]?\w{0,12})?$",
    re.I,
    needs="example demo shot",
)
_WIDE_SLOT = re.compile(r"\[[A-Za-z\d][^\[\]\n]{8,300}\](?!\()|<[A-Za-z][^<>\n]{8,300}>|\{[\w.]+\}")
# Things to expect from a user: a list of them shows no answer.
_ASKED = re.compile(r"\b(?:quer(?:y|ies)|questions?|inputs?|requests?|topics?|scenarios?|tasks?|use cases)\b", re.I)
_REPLIES = re.compile(r"repl(?:y|ies)|response|output|answer|conversation|dialog|bullet|sentence|headline|phrase", re.I)
_CONTRAST = re.compile(
    r"[❌✅]|\b(?:good|bad|wrong|correct|incorrect|right|avoid|prefer)\b[ \t]*(?:[:—–-]|$)", re.I | re.M
)
_WRONG = re.compile(r"\b(?:wrong|incorrect|invalid|bad|never|do not|don't|avoid|not allowed)\b[^.\n]{0,60}$", re.I)
_LEAST_ROWS = 3
_FIRST_ROWS = 10
_MOST_TITLES = 100
"""So many titles of examples are looked below: each may go on to the end of the prompt."""
_ASIDE_IN_BRACKETS = re.compile(r"\([^()\n]{0,120}\)")
_USAGE = re.compile(r"\b(?:examples?|usage|pattern|e\.g\.|like this|sample)\b", re.I)
_INLINE = re.compile(
    r"(?:^|[.(*_\s])[*_]{0,2}(?:Example|EXAMPLE|Examples?)[*_]{0,2}[:：][*_]{0,2}[ \t]+(?P<value>[^\n]{6,600})",
    re.M,
    needs="example",
)
_SHELL = frozenset({"bash", "sh", "shell", "console", "zsh", "powershell", "text", "txt", "mermaid", "dot"})
_ASIDE = re.compile(r"(?:for (?:example|instance)|e\.g)", re.I)
# An assistant turn that only accepts the task.
_ACCEPTS = re.compile(
    r"(?:yes|ok(?:ay)?|sure|understood|got it|certainly|of course|absolutely|alright|thank you|"
    r"i (?:understand|see|will|am ready|['’]m ready|['’]ll))\b[^\n]{0,120}$",
    re.I,
)
_CODE_LIKE = re.compile(r"`|->|→|=>|\[[^\]\n]+\]|\w\(|[{<=]")
_ARROW_MARK = re.compile(r"->|→|=>")
_ONE_QUOTE = re.compile(r"\"[^\"{}\[\]`]*\"[.]?")


def find(parts: Parts) -> tuple[Example, ...]:
    """Return the examples of a prompt, sorted by start. An example inside another one is dropped."""
    found = [
        *_messages(parts),
        *_sections(parts),
        *_announced(parts),
        *_samples(parts),
        *pairs.find(parts),
    ]
    return _outermost(found)


def _outermost(found: list[Example]) -> tuple[Example, ...]:
    kept: list[Example] = []
    for example in sorted(found, key=lambda e: (e.start, -e.end)):
        if not kept or example.start >= kept[-1].end:
            kept.append(example)
    return tuple(kept)


def _messages(parts: Parts) -> Iterator[Example]:
    """An assistant message answers the user message before it; a lone one shows the wanted reply."""
    before: Message | None = None
    for message in parts.prompt.messages:
        if message.role == "assistant" and _answers(parts, message):
            given = Span(before.start, before.end) if before is not None and before.role == "user" else None
            yield Example(
                given.start if given else message.start,
                message.end,
                given,
                Span(message.start, message.end),
                shape="messages",
            )
        before = message


def _answers(parts: Parts, message: Message) -> bool:
    """Whether an assistant turn shows an answer; "Understood, I will …" or a label to be continued shows none."""
    said = parts.text[message.start : message.end].strip()
    return (
        literal(parts, message.start, message.end)
        and _ACCEPTS.match(said) is None
        and not ("\n" not in said and said.endswith((":", "：")))
    )


def _sections(parts: Parts) -> Iterator[Example]:
    """A section or tag that calls itself an example, with literal content."""
    title = either(parts, "example_title")
    titled = 0
    for index, block in enumerate(parts.blocks):
        if block.kind == "tag":
            if _EXAMPLE_TAG.match(block.name) and literal(parts, block.body_start, block.body_end, 20):
                yield from _split(parts, Span(block.body_start, block.body_end), "tag")
        elif block.kind in ("heading", "label"):
            name = parts.text[block.body_start : block.body_end].strip("*_ :#-[]()0123456789.")
            matched = title.match(name) or title.fullmatch(name.split()[-1] if name else "")
            if matched is not None and len(name.split()) <= 6:
                titled += 1
                if titled > _MOST_TITLES:
                    return
                if pairs.SLOT_TEXT.search(name):
                    continue  # "Example 1: [what it shows]" is to be filled in
                body = _section_body(parts, index)
                if not literal(parts, body.start, body.end) and any(
                    char.isdigit() for char in parts.text[block.start : block.end]
                ):
                    body = _until_next_example(parts, index, title)
                if block.kind == "label" and _ASIDE.match(name):
                    continue  # what follows "For example:" is one block: `_announced` reads it
                body = _told(parts, body) if block.kind == "label" else body
                if _shows(parts, body, replies=_REPLIES.search(name) is not None):
                    yield from _split(parts, body, "heading")


def _section_body(parts: Parts, index: int) -> Span:
    block = parts.blocks[index]
    for later in parts.blocks[index + 1 :]:
        if later.kind in ("heading", "label") and later.level <= block.level and block.kind == "heading":
            return Span(block.end, later.start)
        if later.kind == "heading" and block.kind == "label":
            return Span(block.end, later.start)
        if later.kind == "rule" and block.kind == "label":
            return Span(block.end, later.start)
        if later.kind == "label" and block.kind == "label" and not _part_of_example(parts, later):
            return Span(block.end, later.start)
    ends = [tag.body_end for tag in parts.blocks if tag.kind == "tag" and tag.body_start <= block.start < tag.body_end]
    return Span(block.end, min(ends, default=_message_end(parts, block.start)))


def _told(parts: Parts, body: Span) -> Span:
    """What an example below a label takes: up to its last pair, else to a paragraph that commands."""
    ends = [pair.end for pair in pairs_in(parts, body)]
    if ends:
        return Span(body.start, max(ends))
    below = [block for block in parts.blocks if body.start <= block.start < body.end]
    for block in below[1:]:
        if block.kind == "paragraph" and parts.opening_verb(block.start, block.end):
            return Span(body.start, block.start)
    return body


def _part_of_example(parts: Parts, label: Block) -> bool:
    """Whether a label inside an example section is one of its own: "Input:", "Example 2:"."""
    name = parts.text[label.body_start : label.body_end].strip("*_ :#-[]()")
    cues = ("pair_input", "pair_output", "example_title", "example_line")
    return any(either(parts, cue).match(name) is not None for cue in cues)


def _until_next_example(parts: Parts, index: int, title: re.Pattern[str]) -> Span:
    """The body of "Example 1" whose own parts are headings of the same level: it ends at "Example 2" or a rule."""
    block = parts.blocks[index]
    for later in parts.blocks[index + 1 :]:
        name = parts.text[later.body_start : later.body_end]
        if later.kind == "rule" or (later.kind in ("heading", "label") and title.search(name)):
            return Span(block.end, later.start)
    return Span(block.end, min(_message_end(parts, block.start), block.end + 3000))


def _message_end(parts: Parts, at: int) -> int:
    return next((m.end for m in parts.prompt.messages if m.start <= at < m.end), len(parts.text))


def _shows(parts: Parts, body: Span, *, replies: bool) -> bool:
    """Whether a section that calls itself "Examples" shows one: pairs, data, a fence, quotes or arrows inside it.

    A list of directives or of questions under such a title is none; `replies` tells that the title promises answers.
    """
    if not literal(parts, body.start, body.end, 20):
        return False
    text = parts.text[body.start : body.end]
    if len(_WIDE_SLOT.sub("", text)) * 2 < len(text):
        return False  # a template
    if pairs.is_form(text):
        return False
    samples = [s for s in parts.samples if body.start <= s.start < body.end]
    if samples and all(s.use == "schema" for s in samples) and not list(pairs_in(parts, body)):
        return False
    if any(b.kind in ("fence", "table") and body.start <= b.start < body.end for b in parts.blocks):
        return True
    if samples or pairs.ARROW.search(text) or pairs.shown(text) >= 2 or text.count("<") >= 2 or _is_rows(text):
        return True
    if not replies and all(b.kind == "item" for b in parts.blocks if body.start <= b.start < body.end):
        return False  # a list of things to say or to ask, with nothing that answers them
    return len(text.split()) >= 30


def _is_rows(text: str) -> bool:
    """Whether a text is rows of values: several lines of as many columns, numbers among them."""
    lines = [line for line in text.splitlines() if line.strip()][:_FIRST_ROWS]
    return len(lines) >= _LEAST_ROWS and any(
        len({line.count(mark) for line in lines[:_LEAST_ROWS]}) == 1
        and mark in lines[0]
        and any(cell.strip().isdigit() for line in lines for cell in line.split(mark))
        for mark in "\t,;"
    )


def _split(parts: Parts, body: Span, shape: str) -> Iterator[Example]:
    """One example for each numbered sub-heading, each tag or each pair inside the body; else the body is one."""
    inner = [
        b
        for b in parts.blocks
        if body.start <= b.start < body.end
        and b.kind == "tag"
        and _EXAMPLE_TAG.match(b.name)
        and b.body_end > b.body_start
    ]
    if inner:
        for tag in inner:
            yield _with_pair(parts, Span(tag.start, tag.end), shape)
        return
    held = [pair for pair in pairs_in(parts, body) if pair.input is not None]
    if len(held) >= 2:
        yield from (pair._replace(shape=shape) for pair in held)
        return
    yield _with_pair(parts, body, shape)


def _with_pair(parts: Parts, span: Span, shape: str) -> Example:
    pair = next(iter(pairs_in(parts, span)), None)
    start, end = trim(parts.text, span)
    if pair is not None:
        return Example(start, end, pair.input, pair.output, pair.label, shape)
    return Example(start, end, None, Span(start, end), None, shape)


def _announced(parts: Parts) -> Iterator[Example]:
    """A line such as "For example:" and the fence, list or paragraph that follows it; or "Example: `x` -> `y`"."""
    cue = either(parts, "example_line")
    for index, block in enumerate(parts.blocks):
        if block.kind in ("heading", "rule", "tag", "table"):
            continue
        if block.kind == "fence" and parts.prompt.kind_hint == "memory":
            yield from _shown_code(parts, block)
            continue
        if block.kind == "fence":
            before = parts.text[max(0, block.start - 200) : block.start].rstrip()
            line = before[before.rfind("\n") + 1 :]
            if (
                cue.search(line)
                and literal(parts, block.body_start, block.body_end, 8)
                and _mostly_literal(parts, block)
            ):
                yield Example(block.start, block.end, None, Span(block.body_start, block.body_end), None, "sample")
            continue
        body = parts.text[block.start : block.end]
        last = body[body.rstrip().rfind("\n") + 1 :].rstrip(" *_\r\n")
        clause = re.split(r"(?<=[.!?)])[ \t]", last)[-1]
        if last.endswith((":", "：")) and cue.search(clause):
            following = parts.blocks[index + 1] if index + 1 < len(parts.blocks) else None
            asks = _ASKED.search(clause) is not None and following is not None and following.kind == "item"
            if following is not None and not asks and _demonstrates(parts, following):
                yield Example(
                    following.start, following.end, None, Span(following.body_start, following.end), None, "sample"
                )
        if parts.prompt.kind_hint != "memory":
            yield from _inline(parts, block)


def _shown_code(parts: Parts, block: Block) -> Iterator[Example]:
    """In a memory file code is the wanted output: shown when it is called an example or sets right against wrong."""
    if not block.name or block.name.lower() in _SHELL or not literal(parts, block.body_start, block.body_end, 20):
        return
    if not _mostly_literal(parts, block):
        return  # a template with slots
    before = parts.text[max(0, block.start - 160) : block.start]
    named = _USAGE.search(before.rsplit("\n\n", 2)[-1]) or _USAGE.search(parts.heading_of(block))
    long = parts.text.count("\n", block.body_start, block.body_end) >= 8
    if named or long or _CONTRAST.search(parts.text, block.body_start, block.body_end):
        yield Example(block.start, block.end, None, Span(block.body_start, block.body_end), None, "code")


def _inline(parts: Parts, block: Block) -> Iterator[Example]:
    """`Example: click [1234]`: a value in code, quotes, brackets or with an arrow after the word."""
    for match in _INLINE.finditer(parts.text, block.start, block.end):
        value = match["value"]
        if len(_ARROW_MARK.findall(value)) > 1 or _ONE_QUOTE.fullmatch(value.strip()):
            continue  # a course of steps, or a phrase
        if value[:1].isupper() and parts.opening_verb(*match.span("value")) and not _ARROW_MARK.search(value):
            continue  # "Example: Replace `x` with the name": what to do, not what comes of it
        if _CODE_LIKE.search(value) and not pairs.SLOT_TEXT.fullmatch(value.strip()) and len(value) >= 8:
            yield Example(match.start(), match.end(), None, Span(*match.span("value")), None, "sample")


def _demonstrates(parts: Parts, block: Block) -> bool:
    """Whether the block after "for example:" is one: literal words, and no command to the model."""
    if block.kind == "tag":
        return literal(parts, block.body_start, block.body_end, 20) and _mostly_literal(parts, block)
    if block.kind not in ("item", "paragraph") or not literal(parts, block.body_start, block.end, 10):
        return False
    text = parts.text[block.body_start : block.end]
    if text.startswith("**"):
        return False  # a rule with its name in bold
    if pairs.is_form(text):
        return False
    first = re.match(r"[\W_]*([A-Za-z']+)", text)
    commands = parts.cues.words("verbs")
    if first is not None and first[1].lower() in commands and not pairs.QUOTED.search(text[:3]):
        return False
    if block.kind == "paragraph" and pairs.QUOTED.match(text):
        return False  # a phrase the model may use: that shows tone
    slots = len(pairs.SLOT_TEXT.findall(text))
    return slots * 5 <= len(text.split())


def _mostly_literal(parts: Parts, block: Block) -> bool:
    body = parts.text[block.body_start : block.body_end]
    slots = len(pairs.SLOT_TEXT.findall(body))
    sample = next((s for s in parts.samples if block.start <= s.start < block.end), None)
    if sample is not None and sample.language == "json":
        return sample.use == "example"
    return slots * 6 <= len(body.split())


def _samples(parts: Parts) -> Iterator[Example]:
    for sample in parts.samples:
        memory = parts.prompt.kind_hint == "memory"
        if (
            sample.use == "example"
            and sample.value not in (None, [], {})
            and not memory
            and not _called_wrong(parts, sample.start)
        ):
            yield Example(sample.start, sample.end, None, Span(sample.start, sample.end), None, "sample")


def _called_wrong(parts: Parts, at: int) -> bool:
    """Whether the line before a sample, or its own, calls it wrong."""
    before = _ASIDE_IN_BRACKETS.sub("", parts.text[max(0, at - 200) : at]).rstrip(" \t-*")
    return _WRONG.search("\n".join(before.splitlines()[-2:])) is not None
