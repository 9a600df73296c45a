"""Placeholders in their places: what each brings, and whether a boundary marks it.

Places are judged by the line around the placeholder: alone on it, after a label, or in the middle of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from promptlint.anatomy.parts import Parts
from promptlint.anatomy.slotnames import Injects, Name, is_instruction, names_content, read
from promptlint.model import Block, Placeholder, Slot
from promptlint.text import lazy_re as re
from promptlint.text.records import NamedTuple

Boundary = Literal["delimited", "labelled", "undelimited"]

_DATABASE = re.compile(
    r"\b(?:tables?|databases?|db|sql|graph|cypher|sparql|ontolog(?:y|ies)|rdf)\b",
    re.I,
    needs="table database db sql graph cypher sparql ontolog rdf",
)
_FENCE_MARKS = ('"""', "'''", "```", "~~~")
_PAIRS = {"[": "]", "<": ">", "«": "»", "“": "”", "「": "」", "『": "』", "【": "】", '"': '"', "'": "'"}
_OPEN_TAG = re.compile(r"<(?P<name>[^\W\d][\w:. -]{0,50})(?:\s[^<>]{0,200})?>$")
_LABEL_END = re.compile(r"[:：=][*_\"'“ \t]*$|[:：][*_ \t]*[-*•>][ \t]*$|^[ \t]*<[^\W\d][^<>]{1,60}>[ \t]*$")
_TAG_LINE = re.compile(r"[ \t]*<[^\W\d/][^<>]{0,60}>[ \t]*$")
_SALUTATION = 3
_RULE_LINE = re.compile(r"[ \t]*(?:[-=*_#~+]{2,}|(?:[-=*#~_] ?){3,}|<{3,}|>{3,}|\"{3}|'{3}|`{3,}\w*|~{3,})[ \t]*$")
_BEGIN_LINE = re.compile(
    r"[ \t]*[\[<({*#=_-][\[<({*#=_ -]{0,10}(?:BEGIN|START)(?:\b|_)[^\r\n]{0,60}$"
    r"|[ \t]*(?:BEGIN|START)(?: OF)? [A-Z _]{2,40}:?$"
)
_END_LINE = re.compile(
    r"[ \t]*[\[<({*#=_/-][\[<({*#=_/ -]{0,10}END(?:\b|_)[^\r\n]{0,60}$|[ \t]*END(?: OF)? [A-Z _{}\w]{2,40}$", re.I
)
_HEADER_LINE = re.compile(
    r"[ \t]*[-*]?[ \t]*\w[\w -]{0,30}[:：][ \t]*\$?[{<\[]{1,2}[^{}<>\[\]\n]{1,60}[}>\]]{1,2}[ \t]*$"
)
_CLOSING = re.compile(r"(?:\s*</[^<>]{1,50}>)+\s*$", needs="</")
_RUN_BEFORE = re.compile(r"(?:\{[^{}\n]{1,80}\}[ \t]*[-/,|–→]+[ \t]*){1,6}$", needs="{")
_RUN_AFTER = re.compile(r"(?:[ \t]*[-/,|–→]+[ \t]*\{[^{}\n]{1,80}\}){1,6}", needs="{")
_ITEM = re.compile(r"[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]")
_JSON_VALUE = re.compile(r"\"[^\"\n]{1,80}\"[ \t]*:[ \t]*\"[^\"\n]{0,200}$")
_MARKUP = " \t-*•>\"'_#|"
_FEW_WORDS = 14
_LONGEST_RUN = 600  # so that a line of thousands of placeholders is read in linear time


class _Place(NamedTuple):
    """The line around a placeholder: what stands before and after it, and the enclosing fence or tag."""

    before: str
    after: str
    inside: Block | None

    @property
    def alone(self) -> bool:
        """Whether nothing but list or quotation marks stands beside it."""
        return not self.before.strip(_MARKUP) and not self.after.strip(_MARKUP + ".,;")


def find(parts: Parts) -> tuple[Slot, ...]:
    """Return a slot for each placeholder, in order."""
    if not parts.prompt.placeholders:
        return ()
    enclosures = [block for block in parts.blocks if block.kind in ("tag", "fence")]
    apart = _apart(parts)
    return tuple(
        _slot(parts, index, placeholder, enclosures, index in apart)
        for index, placeholder in enumerate(parts.prompt.placeholders)
    )


def _slot(parts: Parts, index: int, placeholder: Placeholder, enclosures: list[Block], apart: bool) -> Slot:
    name = read(placeholder.name)
    place = _place(parts, placeholder, enclosures)
    injects = name.injects or _injected_by_label(parts, placeholder, place)
    if (
        injects == "output"
        and name.words[-1:] == ["schema"]
        and any(_DATABASE.search(line) for line in _lines_up(parts.text, placeholder.start, 2))
    ):
        injects = ""  # the schema of the data, not of the answer
    if injects == "rules" and not place.alone and _VERB_FOLLOWS.search(place.before[-40:]):
        injects = ""  # "your job is to {instruction}"
    content = not apart and _is_content(parts, placeholder, name._replace(injects=injects), place)
    return Slot(index, placeholder.start, placeholder.end, content, _boundary(parts, placeholder, place), injects)


def _injected_by_label(parts: Parts, placeholder: Placeholder, place: _Place) -> Injects:
    """Whether the label before a placeholder announces the answer's schema."""
    line = place.before if place.before.strip(_MARKUP) else _line_above(parts.text, placeholder.start)
    if line.rstrip(" *_").endswith(":") and parts.cues.pattern("input_schema_label").search(line[-200:]):
        return "output"
    return ""


def _place(parts: Parts, placeholder: Placeholder, enclosures: list[Block]) -> _Place:
    text = parts.text
    first = max(text.rfind("\n", 0, placeholder.start), text.rfind("\r", 0, placeholder.start)) + 1
    ends = [at for at in (text.find("\n", placeholder.end), text.find("\r", placeholder.end)) if at >= 0]
    last = min(ends, default=len(text))
    inside = None
    for block in enclosures:
        if block.start > placeholder.start:
            break
        if block.body_start <= placeholder.start < block.body_end:
            inside = block
    return _Place(text[max(first, placeholder.start - 400) : placeholder.start], text[placeholder.end : last], inside)


def _is_content(parts: Parts, placeholder: Placeholder, name: Name, place: _Place) -> bool:
    """Whether run-time content comes in here, not a short value and not a part of the instructions."""
    if not name.words or name.injects in ("output", "examples", "rules", "tools"):
        return False
    if place.inside is not None and place.inside.kind == "fence" and not _few_words(parts, place.inside):
        return False  # a code listing that happens to hold a placeholder
    if name.is_value or place.after.lstrip(" *_").startswith(":") or is_instruction(placeholder.name, name.words):
        return False
    block = place.alone or _labels(place)
    if not block and (place.before.endswith("`") or _names_a_person(place.before) or name.is_phrase or name.is_part):
        return False
    if not block and _is_word(place):
        return False
    if name.is_content or (_labels(place) and names_content(place.before)):
        return True
    return place.alone and (_announced(parts, placeholder) or _enclosed(parts.text, placeholder))


_ARTICLE = re.compile(r"\b(?:an?|the|this|your|each|every|any)(?: [\w-]+){0,2} $", re.I)
_NOUN = re.compile(
    r" (?!(?:in|into|to|from|for|and|or|with|by|on|as|that|which|is|are|was|of|at|below|above|using|based|about|but|if"
    r"|so|then|when|where|between|per|via|it|you|provided|given|has|have|will|should|must|can|may|does)\b)[a-z]{3,}"
)

_VERB_FOLLOWS = re.compile(
    r"\b(?:(?:is|are|was|be|want|wants|need|needs|how|order|going|able|trying|aiming|aims|meant|supposed|asked"
    r"|have|has) to|said) $",
    re.I,
)
_ORDINAL = re.compile(r"['’]?(?:st|nd|rd|th)\b")


def _is_word(place: _Place) -> bool:
    """Whether it is a word of its sentence: "a simple {text} program", "if the {claim} holds", "is to {task}"."""
    if _VERB_FOLLOWS.search(place.before[-40:]) or _ORDINAL.match(place.after):
        return True
    article = _ARTICLE.search(place.before[-40:])
    if article is None:
        return False
    return _NOUN.match(place.after) is not None or (article.group().count(" ") == 1 and place.after[:1] == " ")


def _names_a_person(before: str) -> bool:
    return re.search(r"\b(?:you are|your name is|act as)(?: an?| the)? *$", before[-40:], re.I) is not None


def _apart(parts: Parts) -> frozenset[int]:
    """Return the placeholders whose message holds nothing else: their text arrives apart from all instructions."""
    placeholders = parts.prompt.placeholders
    by_message: list[list[int]] = [[] for _ in parts.prompt.messages]
    if not by_message:
        return frozenset()
    number = 0
    for index, placeholder in enumerate(placeholders):
        while number < len(by_message) - 1 and placeholder.start >= parts.prompt.messages[number].end:
            number += 1
        by_message[number].append(index)
    says = [
        _says(parts, message.start, message.end, indices)
        for message, indices in zip(parts.prompt.messages, by_message, strict=True)
    ]
    several = len(says) > 1
    return frozenset(
        index
        for message, indices, speaks in zip(parts.prompt.messages, by_message, says, strict=True)
        if not speaks and ((several and message.role != "system") or not any(says))
        for index in indices
    )


def _says(parts: Parts, start: int, end: int, placeholders: list[int]) -> bool:
    """Whether a range has a word outside the placeholders in it."""
    at = start
    for index in placeholders:
        placeholder = parts.prompt.placeholders[index]
        if any(char.isalnum() for char in parts.text[at : placeholder.start]):
            return True
        at = placeholder.end
    return any(char.isalnum() for char in parts.text[at:end])


def _boundary(parts: Parts, placeholder: Placeholder, place: _Place) -> Boundary:
    text = parts.text
    if (
        _enclosed(text, placeholder)
        or (place.inside is not None and _few_words(parts, place.inside))
        or _between_rules(parts, placeholder)
        or (place.before.lstrip().startswith("{") and place.after.rstrip().endswith("}"))
        or ('"' in place.after and _JSON_VALUE.search(place.before[-300:]))
    ):
        return "delimited"
    if _labels(place):
        return "labelled"
    return "labelled" if place.alone and _announced(parts, placeholder) else "undelimited"


def _labels(place: _Place) -> bool:
    """Whether a label on the same line announces the placeholder, and nothing follows but other placeholders.

    A full stop may end the line where no sentence and no item of a list stands before.
    """
    earlier = _RUN_BEFORE.search(place.before, max(0, len(place.before) - _LONGEST_RUN))
    before = place.before[: earlier.start()] if earlier is not None else place.before
    if _LABEL_END.search(before) is None:
        return False
    run = _RUN_AFTER.match(place.after)
    after = place.after[run.end() :] if run is not None else place.after
    closing = _CLOSING.search(after, max(0, len(after) - _LONGEST_RUN))
    after = after[: closing.start()] if closing is not None else after
    stops = "" if "." in before or _ITEM.match(before) else ".,;"
    return not after.strip(_MARKUP + stops)


def _enclosed(text: str, placeholder: Placeholder) -> bool:
    left = text[max(0, placeholder.start - 260) : placeholder.start].rstrip()
    right = text[placeholder.end : placeholder.end + 80].lstrip()
    if any(left.endswith(mark) and right.startswith(mark) for mark in _FENCE_MARKS):
        return True
    tag = _OPEN_TAG.search(left)
    if tag is not None and right.startswith(("</", "<" + tag["name"], "<END", "<end")):
        return True
    if left.endswith("`") and right.startswith("`"):
        line = left[left.rfind("\n") + 1 :]
        return not line.strip(" \t`-*")
    if left.endswith("]") and right.startswith("[/"):
        return True
    if left.endswith(("|]", "|>")) and right.startswith(("</s>", "[|", "<|")):  # the marks of a chat template
        return True
    return bool(left) and left[-1] in _PAIRS and right.startswith(_PAIRS[left[-1]])


def _few_words(parts: Parts, block: Block) -> bool:
    """Whether an enclosure holds little but placeholders: more would be instructions of its own."""
    size = block.body_end - block.body_start
    held = [p for p in parts.prompt.placeholders if block.body_start <= p.start < block.body_end]
    if size - sum(p.end - p.start for p in held) > _FEW_WORDS * 12:
        return False
    body = parts.text[block.body_start : block.body_end]
    return len(body.split()) - len(held) <= _FEW_WORDS


def _between_rules(parts: Parts, placeholder: Placeholder) -> bool:
    """Whether rules or begin and end marks stand above and below, with at most labels and other slots between."""
    text = parts.text
    named = False
    end_cue = parts.cues.pattern("input_end")
    closing = ""
    beside = text[placeholder.end : placeholder.end + 200].split("\n", 1)[0].strip()
    for line in [beside] if _RULE_LINE.match(beside) else _lines_down(text, placeholder.end):
        if _RULE_LINE.match(line) or _END_LINE.match(line):
            closing, named = line.strip()[:3], _RULE_LINE.match(line) is None
            break
        if end_cue.match(line.strip()):
            return True
        if not _is_filler(line):
            return False
    else:
        return False
    if named and _line_above(text, placeholder.start).rstrip().endswith((":", "：")):
        return True
    for line in _lines_up(text, placeholder.start):
        if _RULE_LINE.match(line) or _BEGIN_LINE.match(line):
            return closing == line.strip()[:3] or closing not in _FENCE_MARKS
        if not _is_filler(line):
            return False
    return False


def _is_filler(line: str) -> bool:
    """Whether a line is a label, a placeholder or both, or how a letter begins and ends: "Thanks,"."""
    bare = line.strip().rstrip("*_\"'")
    if bare.endswith(",") and len(bare.split()) <= _SALUTATION:
        return True
    if bare.endswith((":", "：", "}")) or (bare.startswith("[") and bare.endswith("]")):
        return True
    return bare.startswith("-") and bare.endswith("-")


def _lines_up(text: str, at: int, most: int = 8) -> Iterator[str]:
    """Yield the non-blank lines above the one that holds `at`, nearest first."""
    end = text.rfind("\n", 0, at)
    while end >= 0 and most:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end].rstrip()
        end = start - 1
        if line.strip():
            most -= 1
            yield line


def _lines_down(text: str, at: int, most: int = 8) -> Iterator[str]:
    """Yield the non-blank lines below the one that holds `at`, nearest first."""
    start = text.find("\n", at) + 1
    while start > 0 and most:
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)].rstrip()
        start = end + 1
        if line.strip():
            most -= 1
            yield line


def _line_above(text: str, at: int) -> str:
    return next(_lines_up(text, at, 1), "")


def _announced(parts: Parts, placeholder: Placeholder) -> bool:
    """Whether the line above is a label, a heading, a short line that is no sentence, or says that something follows.

    Lines such as `Subject: {subject}` between belong to what was announced.
    """
    lines = _lines_up(parts.text, placeholder.start)
    above = next((line for line in lines if not _HEADER_LINE.match(line)), "")
    bare = above.rstrip(" *_\"'")
    if (
        bare.endswith((":", "："))
        or _TAG_LINE.match(above)
        or parts.cues.pattern("input_announced").search(above[-200:])
    ):
        return True
    if not bare or bare.endswith((".", "!", "?", ",", ";", "}", ">", "。", "！", "？")) or _RULE_LINE.match(above):
        return False
    return bare.lstrip().startswith(("#", "=", "-")) or len(bare.split()) <= 7
