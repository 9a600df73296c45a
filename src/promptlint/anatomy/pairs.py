"""Examples told by their two sides: labelled lines, arrows, tables, wrong then right, answers up to a stop mark.

The names of the sides come from the cue grammar of the language and, as many prompts in other languages keep English
labels, from the English one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from promptlint.anatomy.cues import load
from promptlint.anatomy.parts import Parts
from promptlint.model import Example, Placeholder
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

LABELLED = re.compile(
    r"^[ \t>*#_-]*(?P<label>[^\W\d_][^:\n：<>{}\[\]]{0,40}?)[*_]{0,2}[ \t]*[:：][*_]{0,2}[ \t]*(?P<value>[^\n]*)$", re.M
)
ARROW = re.compile(
    r"^[ \t>*•\d.)-]*(?P<left>[\"'“‘`«][^\n]{1,300}?[\"'”’`»]|[^\n]{2,120}?)[ \t]*(?:→|->|=>|⇒|–>)"
    r"[ \t]*(?P<right>[^\n]{1,400})$",
    re.M,
    needs="→ -> => ⇒ –>",
)
QUOTED = re.compile(r"[\"'“‘`«]")
_QUOTED_END = re.compile(r"[\"'”’`»][*_)]*$")
SLOT_TEXT = re.compile(
    r"\{[\w.\[\]()'\" -]+\}|\[[A-Za-z][\w ,./:'-]{2,80}\]|<[A-Za-z][\w ,./:'-]{2,80}>|\.\.\.|…", needs="{ [ < ... …"
)
_STOP = re.compile(r"^[ \t]*(?:[\[<(]\|?(?:done|end|stop|eos)\|?[\])>])[ \t]*$", re.I | re.M, needs="done end stop eos")
# A value that says what to put there: "the input question you must answer".
_DESCRIBED = re.compile(
    r"(?:the|your|you|an?|briefly|describe|list|one of|any|Briefly|Describe|Your)\b[^.\n]*$"
    r"|[^.\n]{2,60} here$|\([^()\n]{2,60}\)$"
)
_KIND_TOLD = re.compile(r"(?:An?|The|One|Some) [a-z][^\n\"`?!]*")
_FIELD = re.compile(r"[ \t]*[-*•][ \t]")
_SIDE = r"^[ \t>*•\d.)-]*[*_`❌✗✅✓ ]{0,4}(?:%s)(?: example)?[*_`]{0,2}[:：][*_]{0,2}[ \t]*"
_BAD_THEN_GOOD = re.compile(
    (_SIDE % "bad|wrong|incorrect|poor|weak|before|don['’]t|avoid")
    + r"(?P<bad>[\"'“‘`«][^\n]{8,400}(?:\n[ \t]{0,8}[^\W\d_][^\n:]{0,200}){0,2})\n{1,2}"
    + (_SIDE % "good|right|correct|better|strong|after|do|prefer").lstrip("^")
    + r"(?P<good>[\"'“‘`«][^\n]{8,400})$",
    re.I | re.M,
    needs="bad wrong incorrect poor weak before don avoid",
)
_QUOTES = r"(?:\"[^\"\n]{2,200}\"|“[^”\n]{2,200}”|`[^`\n]{2,200}`|'[^'\n]{6,200}')"
_TOLD = re.compile(
    r"\b(?:for example|as an example|for instance|e\.g\.|example:)[^\n.\"“`]{0,60}(?P<given>" + _QUOTES + r")"
    r"[^\n.\"“`]{0,60}\b(?:(?:would|should|shall) be|becomes?|returns?|outputs?|translates?)\b[^\n.\"“`]{0,50}\s{0,4}"
    r"(?P<shown>" + _QUOTES + r"|\[[^\]\n]{6,300}\])",
    re.I,
    needs=("for example", "as an example", "for instance", "e.g.", "example:"),
)
_ADDRESS = r"(?:https?://|www\.)[^\s,;\"'`<>]{6,200}"
# "If the page's address is https://…/a, that of the feed is https://…/b."
_ADDRESSES = re.compile(
    rf"\b(?:if|when|given|for)\b[^\n.,]{{0,60}}(?P<given>{_ADDRESS}),? [^\n]{{0,60}}"
    rf"\b(?:is|becomes?|would be|will be|return|output)\b[^\n.]{{0,20}}(?P<shown>{_ADDRESS})",
    re.I,
    needs=("http", "www."),
)
_MARK = re.compile(
    r"^(?:\[(?P<name>[^\W\d_][\w ]{1,20})\]|#{1,6} (?P<title>[^\W\d_][\w ]{1,30}):?)[ \t]*$", re.M, needs="[ #"
)
_FORMAT_LEAD = re.compile(r"\bformat[^\n]{0,24}[.:]\s*$", re.I)
_LIVE_BLOCK = 300
"""The block that waits for its values ends the prompt within so many characters of its heading."""
_WORDY = re.compile(r"[^\W_]")


def find(parts: Parts) -> Iterator[Example]:
    """Yield the examples of a prompt that have two sides; they may overlap."""
    yield from pairs_in(parts, Span(0, len(parts.text)))
    yield from _arrows(parts)
    yield from _tables(parts)
    yield from _contrasts(parts)
    yield from _stopped(parts)
    yield from _spoken(parts)
    yield from _repeated(parts)
    yield from _bracketed(parts)


def literal(parts: Parts, start: int, end: int, least: int = 12) -> bool:
    """Whether a span says something of its own: `least` characters of words that are no placeholder or slot."""
    kept = []
    at = start
    for placeholder in parts.prompt.placeholders:
        if placeholder.end > start and placeholder.start < end:
            kept.append(parts.text[at : max(at, placeholder.start)])
            at = max(at, placeholder.end)
    kept.append(parts.text[at:end])
    text = SLOT_TEXT.sub(" ", "".join(kept))
    return len(_WORDY.findall(text)) >= least


def shown(text: str) -> int:
    """Return how many labelled lines of a text hold something and do not only say what to put there."""
    return sum(_DESCRIBED.match(match["value"].strip()) is None for match in LABELLED.finditer(text))


def is_form(text: str) -> bool:
    """Whether a text opens with labels that say what to put there: "Answer: the answer here"."""
    first = text.lstrip("\r\n").split("\n\n", 1)[0]
    lines = len(LABELLED.findall(first))
    return lines >= 2 and shown(first) * 2 < lines


def pairs_in(parts: Parts, span: Span) -> Iterator[Example]:
    """Labelled input and output lines whose values are both literal. The live slot at the end has no value."""
    inputs, outputs = either(parts, "pair_input"), either(parts, "pair_output")
    lines = list(LABELLED.finditer(parts.text, span.start, span.end))
    opened: tuple[int, Span] | None = None
    for number, match in enumerate(lines):
        label = match["label"].strip(" *_`\"'").strip()
        following = (
            lines[number + 1].start() if number + 1 < len(lines) else _paragraph_end(parts.text, match.end(), span.end)
        )
        value = Span(match.start("value"), max(match.end(), following))
        if outputs.fullmatch(label) and opened is not None:
            start, given = opened
            value = Span(*trim(parts.text, Span(value.start, _blank_line(parts.text, value.start, value.end))))
            says = _value(parts, given, 2) and _value(parts, value, 1)
            if says and not _described(parts, given, value) and not _leaves_fence(parts, Span(start, value.end)):
                yield Example(start, value.end, given, value, None, "turns")
                opened = None
        elif inputs.fullmatch(label) and not _describes_field(match):
            opened = (match.start(), Span(*trim(parts.text, value)))
        elif match.group().lstrip().startswith("#"):
            opened = None  # a section between the two sides


def _describes_field(match: re.Match[str]) -> bool:
    """Whether a line is an entry in a list of fields: "- title: The title of the post"."""
    return _FIELD.match(match.group()) is not None and _DESCRIBED.match(match["value"].lower()) is not None


def _described(parts: Parts, given: Span, value: Span) -> bool:
    """Whether an answer is described: by a schema under "Output:", or as its question is, by the kind of thing."""
    held = [sample.use for sample in parts.samples if value.start <= sample.start < value.end]
    by_schema = bool(held) and all(use == "schema" for use in held)
    return by_schema or (_tells_kind(parts, given) and _tells_kind(parts, value))


def _leaves_fence(parts: Parts, span: Span) -> bool:
    """Whether a span begins inside a fence and ends below it."""
    return any(
        block.kind == "fence" and block.body_start <= span.start < block.body_end < span.end for block in parts.blocks
    )


def _tells_kind(parts: Parts, span: Span) -> bool:
    """Whether a side says what kind of thing stands there: "A question in plain words"."""
    return _KIND_TOLD.match(parts.text, span.start, span.end) is not None


def _value(parts: Parts, span: Span, least: int = 3) -> bool:
    """Whether a pair's value is literal: some words, no placeholder, and not mostly a bracketed slot."""
    text = parts.text[span.start : span.end].strip()
    slot = _slot_from(parts, span.start)
    if not text or (slot is not None and slot.end <= span.end):
        return False
    if _DESCRIBED.match(text.splitlines()[0]):
        return False
    bare = SLOT_TEXT.sub("", text)
    return len(_WORDY.findall(bare)) >= least and len(bare) * 2 >= len(text)


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
        for match in ARROW.finditer(parts.text)
        if QUOTED.match(match["left"])
        and _QUOTED_END.search(match["left"])
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


def _tables(parts: Parts) -> Iterator[Example]:
    """A table with a column for the input and one for the output."""
    inputs, outputs = either(parts, "pair_input"), either(parts, "pair_output")
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


def _stopped(parts: Parts) -> Iterator[Example]:
    """Answers that end in a stop mark on a line of its own, as completions do: the paragraphs since the last mark."""
    at = 0
    for match in _STOP.finditer(parts.text):
        start = max(at, parts.text.rfind("\n\n", at, match.start()) + 2)
        if match.start() > 0 and literal(parts, start, match.start()):
            yield Example(start, match.end(), None, Span(start, match.start()), None, "turns")
        at = match.end()


def _spoken(parts: Parts) -> Iterator[Example]:
    """A pair told in a sentence: "For example, if asked `x`, the query would be `y`"."""
    for match in (*_TOLD.finditer(parts.text), *_ADDRESSES.finditer(parts.text)):
        given, shown_ = Span(*match.span("given")), Span(*match.span("shown"))
        if literal(parts, *given, 3) and literal(parts, *shown_, 3):
            yield Example(match.start(), match.end(), given, shown_, None, "told")


def _repeated(parts: Parts) -> Iterator[Example]:
    """Blocks of the same labels, whatever they are called, of which the last waits for its values at run time.

    One such block is enough where the prompt breaks off after its last label, for the model to go on.
    """
    lines = [(match, match["label"].strip(" *_`\"'#[]").lower()) for match in LABELLED.finditer(parts.text)]
    first = _opening(parts, lines)
    if first is None:
        return
    starts = [number for number, (_, label) in enumerate(lines) if label == first]
    blocks = [(start, stop - 1) for start, stop in pairwise(starts) if stop - start >= 2]
    open_end = not parts.text[lines[-1][0].start("value") :].strip().strip(" *_`\"'")
    if open_end:
        answers = [[n for n in range(start + 1, end + 1) if lines[n][1] == lines[-1][1]] for start, end in blocks]
        blocks = [(start, found[-1]) for (start, _), found in zip(blocks, answers, strict=True) if found]
    if len(blocks) < (1 if open_end else 2):
        return
    if _FORMAT_LEAD.search(parts.text, 0, lines[blocks[0][0]][0].start()):
        blocks = blocks[1:]  # the first says what stands after each label
    for start, end in blocks:
        opening, at = lines[start][0], lines[end][0].start("value")
        value = Span(*trim(parts.text, Span(at, _blank_line(parts.text, at, lines[end + 1][0].start()))))
        if _holds_slot(parts, opening.start(), value.end) or not _value(parts, Span(*opening.span("value"))):
            continue
        if _value(parts, value, 1):
            given = Span(*trim(parts.text, Span(opening.start("value"), lines[end][0].start())))
            yield Example(opening.start(), value.end, given, value, None, "turns")


def _holds_slot(parts: Parts, start: int, end: int) -> bool:
    slot = _slot_from(parts, start)
    return slot is not None and slot.start < end


def _slot_from(parts: Parts, start: int) -> Placeholder | None:
    """Return the first placeholder that starts at a place or after it."""
    placeholders = parts.prompt.placeholders
    following = bisect_left(placeholders, start, key=lambda placeholder: placeholder.start)
    return placeholders[following] if following < len(placeholders) else None


def _opening(parts: Parts, lines: list[tuple[re.Match[str], str]]) -> str | None:
    """Return the first label that comes back with a placeholder as its last value."""
    last = {label: match for match, label in lines}
    seen: set[str] = set()
    for match, label in lines:
        if label not in seen and last[label] is not match and _live(parts, last[label]) and not _live(parts, match):
            return label
        seen.add(label)
    return None


def _bracketed(parts: Parts) -> Iterator[Example]:
    """Blocks below the same mark, `[Input]` or `### Text`, of which the last holds placeholders."""
    by_name: dict[str, list[re.Match[str]]] = {}
    for mark in _MARK.finditer(parts.text):
        by_name.setdefault((mark["name"] or mark["title"]).lower(), []).append(mark)
    for marks in by_name.values():
        stops = [*(mark.start() for mark in marks[1:]), len(parts.text)]
        filled = [_holds_slot(parts, mark.end(), stop) for mark, stop in zip(marks, stops, strict=True)]
        long = marks[-1]["title"] is not None and len(parts.text) - marks[-1].end() > _LIVE_BLOCK
        if len(marks) < 2 or not filled[-1] or any(filled[:-1]) or long:
            continue
        for mark, following in pairwise(marks):
            if literal(parts, mark.end(), following.start(), 20):
                body = Span(*trim(parts.text, Span(mark.end(), following.start())))
                yield Example(mark.start(), body.end, None, body, None, "turns")
        return


def _live(parts: Parts, match: re.Match[str]) -> bool:
    """Whether a labelled line waits for its value at run time."""
    return _holds_slot(parts, *match.span("value"))


def either(parts: Parts, name: str) -> re.Pattern[str]:
    """Return a cue of the prompt's language, the English one where that has none."""
    return (parts.cues if name in parts.cues else load("en")).pattern(name)


def trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
