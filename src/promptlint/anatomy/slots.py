"""Placeholders in their places: what each brings, and whether a boundary marks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from promptlint.anatomy.parts import Parts
from promptlint.model import Message, Placeholder, Slot
from promptlint.text.pieces import Span

Boundary = Literal["delimited", "labelled", "undelimited"]
Injects = Literal["output", "examples", "rules", "tools", "history", "question", "context", ""]

_CONTENT = frozenset(
    """text texts document documents doc docs article articles message messages query queries email emails transcript
    transcripts context contexts code page pages comment comments question questions input inputs content contents
    history conversation conversations chat dialogue dialog response responses answer answers output outputs reply
    completion submission submissions passage passages paragraph paragraphs chunk chunks data report reports
    scratchpad observation observations snippet snippets source sources result results body statement statements
    claim claims sentence sentences summary summaries review reviews request prompt prompts essay story transcription
    excerpt excerpts description descriptions resume log logs trace traceback error errors diff patch file files
    html json csv table schema sql instruction instructions feedback plan plans problem task tasks thread notes note
    memory memories reference references record records entities relationships trajectory corpus utterance
    information info knowledge facts background post posts news details draft expected actual generated
    string transcripts subtask goal goals objective profile state scenario issue ticket ask abstract""".split()
)
_SCALAR = frozenset(
    """name names language languages lang n num number count counts max min limit size length total date time today
    now day year month id ids uuid key url uri path filename model role type types format style tone level version
    index idx step steps round lines words sentences_count score threshold top k title city country location currency
    unit units user_id temperature amount price percent threshold domain topic topics category audience gender age
    firstname lastname username company agent persona delimiter separator token tokens mode bot assistant
    timestamp timezone datetime iteration iterations turn limit_words word_limit width height os shell platform
    cwd directory dir extension suffix prefix label labels""".split()
)
_INJECTS: tuple[tuple[Injects, re.Pattern[str]], ...] = (
    (
        "output",
        re.compile(
            r"(?:output|response|format|json|answer|return|result|function|entity)_?(?:format|schema|instructions?|structure|template|spec)"
            r"|format_instructions?|(?:json_?|output_?|response_?)?schema|json_format|output_type"
        ),
    ),
    (
        "examples",
        re.compile(r"(?:few_?)?shots?|few_?shot\w*|(?:\w+_)?(?:examples?|exemplars?|demonstrations?|demos?)(?:_\w+)?"),
    ),
    (
        "rules",
        re.compile(
            r"(?:\w+_)?(?:rules?|guidelines?|polic(?:y|ies)|instructions?|criteri(?:a|on)|constraints?|rubrics?|requirements?|principles?)"
            r"(?:_\w+)?"
        ),
    ),
    ("tools", re.compile(r"(?:\w+_)?(?:tools?|functions?|plugins?|actions?|apis?)(?:_\w+)?")),
    (
        "history",
        re.compile(
            r"(?:\w+_)?(?:history|conversation|messages|dialog(?:ue)?|transcript|chat|agent_scratchpad)(?:_\w+)?"
        ),
    ),
    ("question", re.compile(r"(?:\w+_)?(?:question|query|user_(?:input|message|request)|request|ask)(?:_\w+)?|input")),
    (
        "context",
        re.compile(
            r"(?:\w+_)?(?:contexts?|documents?|docs|passages?|chunks|sources|knowledge|search_results|retrieved\w*)(?:_\w+)?"
        ),
    ),
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NAME_END = re.compile(r"\||\bif\b|\bfor\b|\(|\?|!|:")
_QUOTES = ('"""', "'''", "```", "~~~")
_PAIRS = {"[": "]", "<": ">", "«": "»", "“": "”", "「": "」", "『": "』", "【": "】", "(": ")"}
_OPEN_TAG = re.compile(r"<(?P<name>[A-Za-z_][\w:.-]{0,50})(?:\s[^<>]{0,200})?>$")
_LABEL_END = re.compile(r"[:：=]\**[ \t]*$|[:：]\**[ \t]*[-*][ \t]*$")
_RULE_LINE = re.compile(
    r"[ \t]*(?:[-=*_#~+]{3,}|[-=*#~+ ]{2,}[^\r\n]{0,50}[-=*#~+]{2,}|\[/?[A-Za-z][^\[\]\r\n]{0,50}\]:?)[ \t]*$"
)


def find(parts: Parts) -> tuple[Slot, ...]:
    """Return a slot for each placeholder, in order."""
    return tuple(_slot(parts, index, placeholder) for index, placeholder in enumerate(parts.prompt.placeholders))


def _slot(parts: Parts, index: int, placeholder: Placeholder) -> Slot:
    words = name_words(placeholder.name)
    injects = _injects(words)
    content = _is_content(words, injects) and not _own_message(parts, placeholder)
    return Slot(index, placeholder.start, placeholder.end, content, _boundary(parts, placeholder), injects)


def name_words(name: str) -> list[str]:
    """Return the lower-cased words of the last part of a placeholder's name: `user.chatHistory | trim` → chat history."""
    cut = _NAME_END.search(name)
    base = (name[: cut.start()] if cut is not None and cut.start() > 0 else name).strip().rstrip("]'\"")
    last = re.split(r"[.\[\]]", base)[-1].strip("'\"$#@/ ")
    return [word.lower() for word in _WORD.findall(last or base)]


def _injects(words: list[str]) -> Injects:
    name = "_".join(words)
    for what, pattern in _INJECTS:
        if pattern.fullmatch(name):
            return what
    return ""


def _is_content(words: list[str], injects: Injects) -> bool:
    if injects in ("history", "question", "context"):
        return True
    if injects:
        return False
    if not words or words[-1] in _SCALAR:
        return False
    return any(word in _CONTENT for word in words)


def _own_message(parts: Parts, placeholder: Placeholder) -> bool:
    """Whether the placeholder is all of a user message: then its text arrives apart from the instructions."""
    for message in parts.prompt.messages:
        if message.start <= placeholder.start < message.end:
            alone = not _around(parts.text, message, placeholder).strip()
            return alone and message.role != "system" and len(parts.prompt.messages) > 1
    return False


def _around(text: str, message: Message, placeholder: Placeholder) -> str:
    return text[message.start : placeholder.start] + text[placeholder.end : message.end]


def _boundary(parts: Parts, placeholder: Placeholder) -> Boundary:
    text = parts.text
    before = text[max(0, placeholder.start - 300) : placeholder.start]
    after = text[placeholder.end : placeholder.end + 300]
    if _enclosed(before, after) or _in_block(parts, placeholder) or _between_rules(text, placeholder):
        return "delimited"
    line = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
    if _LABEL_END.search(line):
        return "labelled"
    if line.strip(" \t-*>•\"'"):
        return "undelimited"
    return "labelled" if _announced(parts, placeholder) else "undelimited"


def _enclosed(before: str, after: str) -> bool:
    left, right = before.rstrip(), after.lstrip()
    if any(left.endswith(mark) and right.startswith(mark) for mark in _QUOTES):
        return True
    tag = _OPEN_TAG.search(left[-260:])
    if tag is not None and right.startswith(f"</{tag['name']}"):
        return True
    return bool(left) and _PAIRS.get(left[-1]) is not None and right.startswith(_PAIRS[left[-1]])


def _in_block(parts: Parts, placeholder: Placeholder) -> bool:
    return any(
        block.kind in ("tag", "fence") and block.body_start <= placeholder.start < block.body_end
        for block in parts.blocks
        if block.start <= placeholder.start
    )


def _between_rules(text: str, placeholder: Placeholder) -> bool:
    above = next((line for line in _lines_up(text, placeholder.start) if line.strip()), "")
    below = next((line for line in _lines_down(text, placeholder.end) if line.strip()), "")
    return _RULE_LINE.match(above) is not None and _RULE_LINE.match(below) is not None


def _lines_up(text: str, at: int) -> Iterator[str]:
    """Yield up to four lines above the one that holds `at`, nearest first."""
    end = text.rfind("\n", 0, at)
    for _ in range(4):
        if end < 0:
            return
        start = text.rfind("\n", 0, end) + 1
        yield text[start:end].rstrip("\r")
        end = start - 1


def _lines_down(text: str, at: int) -> Iterator[str]:
    """Yield up to four lines below the one that holds `at`, nearest first."""
    start = text.find("\n", at) + 1
    for _ in range(4):
        if start <= 0:
            return
        end = text.find("\n", start)
        yield text[start : end if end >= 0 else len(text)].rstrip("\r")
        start = end + 1 if end >= 0 else 0


def _announced(parts: Parts, placeholder: Placeholder) -> bool:
    """Whether the line above is a label or a heading."""
    above = next((line for line in _lines_up(parts.text, placeholder.start) if line.strip()), "")
    if above.rstrip(" *_\"'").endswith((":", "：")):
        return True
    span = Span(placeholder.start - 1, placeholder.start)
    before = [block for block in parts.blocks if block.end <= span.end]
    return bool(before) and before[-1].kind in ("heading", "label")
