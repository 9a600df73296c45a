"""Worked examples, found by shape: sections, tagged pairs, role turns, arrows, tables, messages, whole samples.

Where a shape needs words (titles, the names of the two sides), they come from the cue grammar of the language and, as
many prompts in other languages keep English labels, from the English one.
"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.anatomy.cues import load
from promptlint.anatomy.parts import Parts
from promptlint.model import Block, Example, Message
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_LABELLED = re.compile(
    r"^[ \t>*#_-]*(?P<label>[^\W\d_][^:\n：<>{}\[\]]{0,40}?)[*_]{0,2}[ \t]*[:：][*_]{0,2}[ \t]*(?P<value>[^\n]*)$", re.M
)
_ARROW = re.compile(
    r"^[ \t>*•\d.)-]*(?P<left>[\"'“‘`«][^\n]{1,300}?[\"'”’`»]|[^\n]{2,120}?)[ \t]*(?:→|->|=>|⇒|–>)"
    r"[ \t]*(?P<right>[^\n]{1,400})$",
    re.M,
)
_QUOTED = re.compile(r"[\"'“‘`«]")
_EXAMPLE_TAG = re.compile(
    r"^(?:(?:good|positive|few[-_]?shot|sample|output|input)[-_]?)?(?:examples?|demonstrations?|demos?|shots?)(?:[-_]?\w{0,12})?$",
    re.I,
)
_SLOT_TEXT = re.compile(
    r"\{[\w.\[\]()'\" -]+\}|\[[A-Za-z][\w ,./:'-]{2,80}\]|<[A-Za-z][\w ,./:'-]{2,80}>|\b[xX]{3,}\b|\.\.\.|…"
)
# A value that says what to put there: "the input question you must answer".
_DESCRIBED = re.compile(r"(?:the|your|you|an?|briefly|describe|list|one of|any|Briefly|Describe|Your)\b[^.\n]*$")
_FIELD = re.compile(r"[ \t]*[-*•][ \t]")
_REPLIES = re.compile(r"repl(?:y|ies)|response|output|answer|conversation|dialog", re.I)
_CONTRAST = re.compile(
    r"[❌✅]|\b(?:good|bad|wrong|correct|incorrect|right|avoid|prefer)\b[ \t]*(?:[:—–-]|$)", re.I | re.M
)
_BAD_THEN_GOOD = re.compile(
    r"^[ \t>*•\d.)-]*[*_`]{0,2}(?:❌ ?|✗ ?)?(?:(?:bad|wrong|incorrect|poor|weak|before|don['’]t|avoid)(?: example)?)[*_`]{0,2}[:：][*_]{0,2}[ \t]*"
    r"(?P<bad>[\"'“‘`«][^\n]{8,400}(?:\n[ \t]{0,8}[^\W\d_][^\n:]{0,200}){0,2})\n{1,2}"
    r"[ \t>*•\d.)-]*[*_`]{0,2}(?:✅ ?|✓ ?)?(?:(?:good|right|correct|better|strong|after|do|prefer)(?: example)?)[*_`]{0,2}[:：][*_]{0,2}[ \t]*"
    r"(?P<good>[\"'“‘`«][^\n]{8,400})$",
    re.I | re.M,
)
_WRONG = re.compile(r"\b(?:wrong|incorrect|invalid|bad|never|do not|don't|avoid|not allowed)\b[^.\n]{0,60}$", re.I)
_USAGE = re.compile(r"\b(?:examples?|usage|pattern|e\.g\.|like this|sample)\b", re.I)
_INLINE = re.compile(
    r"(?:^|[.(*_\s])[*_]{0,2}(?:Example|EXAMPLE|Examples?)[*_]{0,2}[:：][*_]{0,2}[ \t]+(?P<value>[^\n]{6,600})", re.M
)
_SHELL = frozenset({"bash", "sh", "shell", "console", "zsh", "powershell", "text", "txt", "mermaid", "dot"})
_ASIDE = re.compile(r"(?:for (?:example|instance)|e\.g)", re.I)
# An assistant turn that only accepts the task.
_ACCEPTS = re.compile(
    r"(?:yes|ok(?:ay)?|sure|understood|got it|certainly|of course|absolutely|alright|thank you|i (?:understand|see|will|am ready|['’]m ready|['’]ll))\b[^\n]{0,120}$",
    re.I,
)
_CODE_LIKE = re.compile(r"`|->|→|=>|\[[^\]\n]+\]|\w\(|[{<=]")
_WORDY = re.compile(r"[^\W_]")


def find(parts: Parts) -> tuple[Example, ...]:
    """Return the examples of a prompt, sorted by start. An example inside another one is dropped."""
    found = [
        *_messages(parts),
        *_sections(parts),
        *_announced(parts),
        *_pairs(parts),
        *_arrows(parts),
        *_samples(parts),
        *_tables(parts),
        *_contrasts(parts),
    ]
    return _outermost(found)


def literal(parts: Parts, start: int, end: int, least: int = 12) -> bool:
    """Whether a span says something of its own: `least` characters of words that are no placeholder or slot."""
    kept = []
    at = start
    for placeholder in parts.prompt.placeholders:
        if placeholder.end > start and placeholder.start < end:
            kept.append(parts.text[at : max(at, placeholder.start)])
            at = max(at, placeholder.end)
    kept.append(parts.text[at:end])
    text = _SLOT_TEXT.sub(" ", "".join(kept))
    return len(_WORDY.findall(text)) >= least


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
    """Whether an assistant turn shows an answer; "Understood, I will …" shows none."""
    said = parts.text[message.start : message.end].strip()
    return literal(parts, message.start, message.end) and _ACCEPTS.match(said) is None


def _sections(parts: Parts) -> Iterator[Example]:
    """A section or tag that calls itself an example, with literal content."""
    title = _either(parts, "example_title")
    for index, block in enumerate(parts.blocks):
        if block.kind == "tag":
            if _EXAMPLE_TAG.match(block.name) and literal(parts, block.body_start, block.body_end, 20):
                yield from _split(parts, Span(block.body_start, block.body_end), "tag")
        elif block.kind in ("heading", "label"):
            name = parts.text[block.body_start : block.body_end].strip("*_ :#-[]()0123456789.")
            matched = title.match(name) or title.fullmatch(name.split()[-1] if name else "")
            if matched is not None and len(name.split()) <= 6:
                body = _section_body(parts, index)
                if not literal(parts, body.start, body.end) and any(
                    char.isdigit() for char in parts.text[block.start : block.end]
                ):
                    body = _until_next_example(parts, index, title)
                if block.kind == "label" and _ASIDE.match(name):
                    continue  # what follows "For example:" is one block: `_announced` reads it
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


def _part_of_example(parts: Parts, label: Block) -> bool:
    """Whether a label inside an example section is one of its own: "Input:", "Example 2:"."""
    name = parts.text[label.body_start : label.body_end].strip("*_ :#-[]()")
    cues = ("pair_input", "pair_output", "example_title", "example_line")
    return any(_either(parts, cue).match(name) is not None for cue in cues)


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
    samples = [s for s in parts.samples if body.start <= s.start < body.end]
    if samples and all(s.use == "schema" for s in samples) and not list(_pairs_in(parts, body)):
        return False
    if any(b.kind in ("fence", "table") and body.start <= b.start < body.end for b in parts.blocks):
        return True
    if samples or _ARROW.search(text) or len(_LABELLED.findall(text)) >= 2 or text.count("<") >= 2:
        return True
    if not replies and all(b.kind == "item" for b in parts.blocks if body.start <= b.start < body.end):
        return False  # a list of things to say or to ask, with nothing that answers them
    return len(text.split()) >= 30


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
    pairs = [pair for pair in _pairs_in(parts, body) if pair.input is not None]
    if len(pairs) >= 2:
        yield from (pair._replace(shape=shape) for pair in pairs)
        return
    yield _with_pair(parts, body, shape)


def _with_pair(parts: Parts, span: Span, shape: str) -> Example:
    pair = next(iter(_pairs_in(parts, span)), None)
    start, end = _trim(parts.text, span)
    if pair is not None:
        return Example(start, end, pair.input, pair.output, pair.label, shape)
    return Example(start, end, None, Span(start, end), None, shape)


def _announced(parts: Parts) -> Iterator[Example]:
    """A line such as "For example:" and the fence, list or paragraph that follows it; or "Example: `x` -> `y`"."""
    cue = _either(parts, "example_line")
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
            if following is not None and _demonstrates(parts, following):
                yield Example(
                    following.start, following.end, None, Span(following.body_start, following.end), None, "sample"
                )
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
        if _CODE_LIKE.search(value) and not _SLOT_TEXT.fullmatch(value.strip()) and len(value) >= 8:
            yield Example(match.start(), match.end(), None, Span(*match.span("value")), None, "sample")


def _demonstrates(parts: Parts, block: Block) -> bool:
    """Whether the block after "for example:" is one: literal words, and no command to the model."""
    if block.kind == "tag":
        return literal(parts, block.body_start, block.body_end, 20) and _mostly_literal(parts, block)
    if block.kind not in ("item", "paragraph") or not literal(parts, block.body_start, block.end, 10):
        return False
    text = parts.text[block.body_start : block.end]
    first = re.match(r"[\W_]*([A-Za-z']+)", text)
    commands = parts.cues.words("verbs")
    if first is not None and first[1].lower() in commands and not _QUOTED.search(text[:3]):
        return False
    if block.kind == "paragraph" and _QUOTED.match(text):
        return False  # a phrase the model may use: that shows tone
    slots = len(_SLOT_TEXT.findall(text))
    return slots * 15 <= len(text.split())


def _mostly_literal(parts: Parts, block: Block) -> bool:
    body = parts.text[block.body_start : block.body_end]
    slots = len(_SLOT_TEXT.findall(body))
    sample = next((s for s in parts.samples if block.start <= s.start < block.end), None)
    if sample is not None and sample.language == "json":
        return sample.use == "example"
    return slots * 6 <= len(body.split())


def _pairs(parts: Parts) -> Iterator[Example]:
    yield from _pairs_in(parts, Span(0, len(parts.text)))


def _pairs_in(parts: Parts, span: Span) -> Iterator[Example]:
    """Labelled input and output lines whose values are both literal. The live slot at the end has no value."""
    inputs, outputs = _either(parts, "pair_input"), _either(parts, "pair_output")
    lines = list(_LABELLED.finditer(parts.text, span.start, span.end))
    opened: tuple[int, Span] | None = None
    for number, match in enumerate(lines):
        label = match["label"].strip(" *_`\"'").strip()
        following = (
            lines[number + 1].start() if number + 1 < len(lines) else _paragraph_end(parts.text, match.end(), span.end)
        )
        value = Span(match.start("value"), max(match.end(), following))
        if outputs.fullmatch(label) and opened is not None:
            start, given = opened
            value = Span(*_trim(parts.text, Span(value.start, _blank_line(parts.text, value.start, value.end))))
            if _value(parts, given) and _value(parts, value, 1) and not _described_by_schema(parts, value):
                yield Example(start, value.end, given, value, None, "turns")
                opened = None
        elif inputs.fullmatch(label) and not _describes_field(match):
            opened = (match.start(), Span(*_trim(parts.text, value)))


def _value(parts: Parts, span: Span, least: int = 3) -> bool:
    """Whether a pair's value is literal: some words, no placeholder, and not mostly a bracketed slot."""
    text = parts.text[span.start : span.end].strip()
    if not text or any(p.start >= span.start and p.end <= span.end for p in parts.prompt.placeholders):
        return False
    if _DESCRIBED.match(text.splitlines()[0]):
        return False
    bare = _SLOT_TEXT.sub("", text)
    return len(_WORDY.findall(bare)) >= least and len(bare) * 2 >= len(text)


def _describes_field(match: re.Match[str]) -> bool:
    """Whether a line is an entry in a list of fields: "- title: The title of the post"."""
    return _FIELD.match(match.group()) is not None and _DESCRIBED.match(match["value"].lower()) is not None


def _described_by_schema(parts: Parts, span: Span) -> bool:
    """Whether a value holds data that describes: a schema under "Output:" is no answer."""
    held = [sample.use for sample in parts.samples if span.start <= sample.start < span.end]
    return bool(held) and all(use == "schema" for use in held)


def _paragraph_end(text: str, at: int, limit: int) -> int:
    end = text.find("\n\n", at + 2)
    return limit if end < 0 else min(end, limit)


def _blank_line(text: str, start: int, end: int) -> int:
    found = text.find("\n\n", start + 2, end)
    return end if found < 0 else found


def _arrows(parts: Parts) -> Iterator[Example]:
    """Two or more lines `"text" -> label`. The left side is quoted: a mapping of bare words is a rule."""
    found = [
        match
        for match in _ARROW.finditer(parts.text)
        if _QUOTED.match(match["left"])
        and _value(parts, Span(*match.span("left")))
        and _value(parts, Span(*match.span("right")), 1)
    ]
    if len(found) < 2:
        return
    for match in found:
        yield Example(
            match.start(),
            match.end(),
            Span(*match.span("left")),
            Span(*match.span("right")),
            match["right"].strip(" \"'`."),
            "arrow",
        )


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
    before = parts.text[max(0, at - 200) : at].rstrip(" \t-*")
    return _WRONG.search("\n".join(before.splitlines()[-2:])) is not None


def _tables(parts: Parts) -> Iterator[Example]:
    """A table with a column for the input and one for the output."""
    inputs, outputs = _either(parts, "pair_input"), _either(parts, "pair_output")
    for block in parts.blocks:
        if block.kind != "table":
            continue
        rows = parts.text[block.start : block.end].splitlines()
        names = [cell.strip(" *_`").strip() for cell in rows[0].strip().strip("|").split("|")]
        if len(rows) >= 3 and any(map(inputs.fullmatch, names)) and any(map(outputs.fullmatch, names)):
            yield Example(
                block.start, block.end, Span(block.start, block.end), Span(block.start, block.end), None, "table"
            )


def _contrasts(parts: Parts) -> Iterator[Example]:
    """A quoted text that is called wrong, with the right version after it."""
    for match in _BAD_THEN_GOOD.finditer(parts.text):
        if literal(parts, *match.span("good")):
            yield Example(
                match.start(), match.end(), Span(*match.span("bad")), Span(*match.span("good")), None, "contrast"
            )


def _either(parts: Parts, name: str) -> re.Pattern[str]:
    own = parts.cues.pattern(name)
    return load("en").pattern(name) if own.pattern.endswith("(?!))(?!\\w)") or own.pattern == "(?:(?!))" else own


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
