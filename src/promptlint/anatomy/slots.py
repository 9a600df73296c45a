"""Placeholders in their places: what each brings, and whether a boundary marks it.

Names are judged by their last telling word (`chat_history_str` is a history, `max_contexts` a number), places by the
line around the placeholder: alone on it, after a label, or in the middle of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from promptlint.anatomy.parts import Parts
from promptlint.model import Block, Placeholder, Slot
from promptlint.text import lazy_re as re

Boundary = Literal["delimited", "labelled", "undelimited"]
Injects = Literal["output", "examples", "rules", "tools", "history", "question", "context", ""]

# Placeholder names are identifiers, English in every language; so these lists are no cues of a language.
_CONTENT_WORDS = """
    text document doc article message query email transcript context code page comment question input content history
    conversation chat dialogue dialog response answer output reply completion submission passage paragraph chunk data
    report scratchpad observation snippet source result body statement claim sentence summary review request prompt
    essay story transcription excerpt description resume log trace traceback error diff patch html json csv table
    schema sql feedback plan problem task thread note memory reference record entity relationship trajectory corpus
    utterance information info knowledge fact background post news detail draft expected generated string subtask
    goal objective profile state scenario issue ticket ask abstract webpage website expression evidence reason
    contradiction transaction material finding review opinion dataset program case caption lyric post tweet headline
    argument instruction speech letter contract clause product list items event choice option turn arguments prediction
    solution attempt critique hypothesis premise example_input target ideal reasoning thought maze puzzle image
"""
_SCALAR_WORDS = """
    name language lang n num number count max min limit size length total date time today now day year month id uuid
    key url uri path file filename folder model role type format style tone level version index idx step round line
    word score threshold top k title city country location currency unit temperature amount price percent domain topic
    category audience gender age firstname lastname username company agent persona delimiter separator token mode bot
    assistant timestamp timezone datetime iteration width height os shell platform cwd directory dir extension suffix
    prefix label purpose value budget minimum maximum color prompt_prefix keyword status flag tag seed rate year hour
    minute second week phone address purpose dialect
"""
# Words that name a long content or a short value: they count where the placeholder stands on its own or after a label.
_EITHER_WORDS = """
    email task subtask goal objective note table state profile case event item option choice program product
    caption image reason list target ideal thought expression string
"""
_PERSONAS = frozenset({"role", "persona", "character", "agent", "assistant", "bot", "personality", "self"})
_GIVEN = frozenset({"user", "input", "original", "initial", "current", "given", "image", "task", "human", "old"})
_WRAPPER_WORDS = "str string json list text section block data repr dump display markdown md xml content"
_CONTENT = frozenset(_CONTENT_WORDS.split())
_SCALAR = frozenset(_SCALAR_WORDS.split())
_EITHER = frozenset(_EITHER_WORDS.split())
_WRAPPERS = frozenset(_WRAPPER_WORDS.split())
_QUANTIFIERS = frozenset({"n", "num", "number", "count", "max", "min", "total", "top"})
_INJECTS: tuple[tuple[Injects, re.Pattern[str]], ...] = (
    (
        "output",
        re.compile(
            r"(?:output|response|format|json|answer|return|result|function|entity)_?(?:format|schema|structure|template|spec)"
            r"(?:_(?:str|string|text|prompt|block|section|description|json))?|(?:output|response|answer)_(?:fields?|keys)"
            r"|(?:format|output|response)_instructions?|(?:json_?|output_?|response_?)?schema|output_type"
            r"|(?:\w+_)?(?:model|output|response)_(?:json_?)?schema|(?:\w+_)?json_schema|(?:\w+_)?format_instructions?"
        ),
    ),
    (
        "examples",
        re.compile(
            r"(?:few_?)?shots?|few_?shot\w*|(?:\w+_)?"
            r"(?:examples?|exemplars?|demonstrations?|demos?)(?:_(?:strings?|strs?|texts?|lists?|blocks?|sections?|prompts?))?"
        ),
    ),
    (
        "rules",
        re.compile(
            r"(?:\w+_)?(?:rules?|guidelines?|polic(?:y|ies)|instructions?|criteri(?:a|on)|constraints?|rubrics?"
            r"|requirements?|principles?|guidance|guardrails?)"
        ),
    ),
    (
        "tools",
        re.compile(
            r"(?:\w+_)?(?:tools?|functions?|plugins?|actions?|apis?)(?:_(?:names?|list|descriptions?|specs?|schemas?))?"
        ),
    ),
    (
        "history",
        re.compile(r"(?:\w+_)?(?:history|conversations?|messages|dialog(?:ue)?|transcript|chat|agent_scratchpad)"),
    ),
    (
        "question",
        re.compile(r"(?:\w+_)?(?:questions?|quer(?:y|ies)|user_(?:input|message|request|prompt)|request|ask)|input"),
    ),
    (
        "context",
        re.compile(
            r"(?:\w+_)?(?:contexts?|documents?|docs|passages?|chunks|sources|knowledge|search_results|retrieved\w*|context_data)"
        ),
    ),
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NAME_END = re.compile(r"\||\bif\b|\bfor\b|\(|\?|!|:")
_DATABASE = re.compile(r"\b(?:tables?|databases?|db|sql|graph|cypher|sparql)\b", re.I)
_FENCE_MARKS = ('"""', "'''", "```", "~~~")
_PAIRS = {"[": "]", "<": ">", "«": "»", "“": "”", "「": "」", "『": "』", "【": "】", '"': '"', "'": "'"}
_OPEN_TAG = re.compile(r"<(?P<name>[^\W\d][\w:. -]{0,50})(?:\s[^<>]{0,200})?>$")
_LABEL_END = re.compile(r"[:：=][*_\"'“ \t]*$|[:：][*_ \t]*[-*•>][ \t]*$")
_RULE_LINE = re.compile(r"[ \t]*(?:[-=*_#~+]{2,}|(?:[-=*#~_] ?){3,}|<{3,}|>{3,}|\"{3}|'{3}|`{3,}\w*|~{3,})[ \t]*$")
_BEGIN_LINE = re.compile(
    r"[ \t]*[\[<({*#=_-]{1,10}[ \t]*(?:BEGIN|START)\b[^\r\n]{0,60}$|[ \t]*(?:BEGIN|START)(?: OF)? [A-Z _]{2,40}:?$"
)
_END_LINE = re.compile(r"[ \t]*[\[<({*#=_/-]{1,10}[ \t]*(?:END)\b[^\r\n]{0,60}$|[ \t]*END(?: OF)? [A-Z _]{2,40}$", re.I)
_HEADER_LINE = re.compile(
    r"[ \t]*[-*]?[ \t]*\w[\w -]{0,30}[:：][ \t]*\$?[{<\[]{1,2}[^{}<>\[\]\n]{1,60}[}>\]]{1,2}[ \t]*$"
)
_JSON_VALUE = re.compile(r"\"[^\"\n]{1,80}\"[ \t]*:[ \t]*\"[^\"\n]{0,200}$")
_MARKUP = " \t-*•>\"'_#|"
_FEW_WORDS = 14


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
    words = name_words(placeholder.name)
    place = _place(parts, placeholder, enclosures)
    injects = _injects(words) or _injected_by_label(parts, placeholder, place)
    if (
        injects == "output"
        and words[-1:] == ["schema"]
        and _DATABASE.search(_line_above(parts.text, placeholder.start))
    ):
        injects = ""  # the schema of the data, not of the answer
    content = _is_content(parts, placeholder, words, injects, place) and not apart
    return Slot(index, placeholder.start, placeholder.end, content, _boundary(parts, placeholder, place), injects)


def name_words(name: str) -> list[str]:
    """Return the lower-cased words of the last part of a name: `user.chatHistory[-1] | trim` gives chat, history."""
    cut = _NAME_END.search(name)
    base = name[: cut.start()] if cut is not None and cut.start() > 0 else name
    bracket = base.find("[")
    base = base[:bracket] if bracket > 0 else base
    last = base.strip().rsplit(".", 1)[-1].strip("'\"$#@/ ")
    return [word.lower() for word in _WORD.findall(last or base)]


_LOOP = re.compile(r"\{%-?\s*for\s+[\w, ]+\s+in\s+(?P<jinja>[\w.]+)|\{\{#\s*(?:each\s+|for\s+)?(?P<bars>[\w.]+)")


def loops_over(control: str) -> Injects:
    """Return what a template loop puts into the prompt, by the name of what it runs over."""
    match = _LOOP.match(control)
    return _injects(name_words(match["jinja"] or match["bars"])) if match is not None else ""


def _injects(words: list[str]) -> Injects:
    if words and words[0] in _QUANTIFIERS:
        return ""
    name = "_".join(words)
    for what, pattern in _INJECTS:
        if pattern.fullmatch(name):
            return what
    return ""


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


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _is_content(parts: Parts, placeholder: Placeholder, words: list[str], injects: Injects, place: _Place) -> bool:
    """Whether run-time content comes in here, not a short value and not a part of the instructions."""
    if placeholder.name.lstrip()[:1] in "\"'" or not words:
        return False
    if place.inside is not None and place.inside.kind == "fence" and not _few_words(parts, place.inside):
        return False  # a code listing that happens to hold a placeholder
    head = _head(words)
    block = place.alone or _labels(place)
    if injects in ("output", "examples", "rules", "tools"):
        return False
    if head in _SCALAR or words[0] in _QUANTIFIERS or place.after.lstrip(" *_").startswith(":"):
        return False
    if _is_instruction(placeholder.name, words):
        return False
    if not block and (place.before.endswith("`") or _names_a_person(place.before) or _is_short(words, head)):
        return False
    if injects or head in _CONTENT:
        return True
    return block and place.alone and (_announced(parts, placeholder) or _enclosed(parts.text, placeholder))


def _is_instruction(name: str, words: list[str]) -> bool:
    """Whether a name tells who the model is or holds a part of the prompt, not what the model reads."""
    if words[-1] in ("description", "profile"):
        return bool(_PERSONAS.intersection(words[:-1])) or name.startswith("self.")
    return words[-1] == "prompt" and len(words) > 1 and not _GIVEN.intersection(words)


def _is_short(words: list[str], head: str) -> bool:
    """Whether a name in the middle of a sentence stands for a few words: `{goal}`, but not `{notes}`."""
    return head in _EITHER and head + "s" not in words


def _head(words: list[str]) -> str:
    """Return the last word that tells something: `report_str` is a report."""
    singular = [_singular(word) for word in words]
    while len(singular) > 1 and singular[-1] in _WRAPPERS:
        singular.pop()
    return singular[-1]


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
    """Whether a label on the same line announces the placeholder, and nothing follows."""
    return _LABEL_END.search(place.before) is not None and not place.after.strip(_MARKUP)


def _enclosed(text: str, placeholder: Placeholder) -> bool:
    left = text[max(0, placeholder.start - 260) : placeholder.start].rstrip()
    right = text[placeholder.end : placeholder.end + 80].lstrip()
    if any(left.endswith(mark) and right.startswith(mark) for mark in _FENCE_MARKS):
        return True
    tag = _OPEN_TAG.search(left)
    if tag is not None and right.startswith("<"):
        return True
    if left.endswith("`") and right.startswith("`"):
        line = left[left.rfind("\n") + 1 :]
        return not line.strip(" \t`-*")
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
    end_cue = parts.cues.pattern("input_end")
    closing = ""
    for line in _lines_down(text, placeholder.end):
        if _RULE_LINE.match(line) or _END_LINE.match(line):
            closing = line.strip()[:3]
            break
        if end_cue.match(line.strip()):
            return True
        if not _is_filler(line):
            return False
    else:
        return False
    for line in _lines_up(text, placeholder.start):
        if _RULE_LINE.match(line) or _BEGIN_LINE.match(line):
            return closing == line.strip()[:3] or closing not in _FENCE_MARKS
        if not _is_filler(line):
            return False
    return False


def _is_filler(line: str) -> bool:
    """Whether a line is a label, a placeholder or both."""
    bare = line.strip().rstrip("*_\"'")
    return bare.endswith((":", "：", "}")) or (bare.startswith("-") and bare.endswith("-"))


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
    if bare.endswith((":", "：")) or parts.cues.pattern("input_announced").search(above[-200:]):
        return True
    if not bare or bare.endswith((".", "!", "?", ",", ";", "}", ">", "。", "！", "？")) or _RULE_LINE.match(above):
        return False
    return bare.lstrip().startswith(("#", "=", "-")) or len(bare.split()) <= 7
