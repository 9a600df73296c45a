"""Checks of the consistency family: output formats that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from promptlint.model import Statement
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

_ASKS = re.compile(
    r"\b(?:return|respond|reply|output|answer|generate|produce|provide|format|write|give|emit|print|response)\w*\b",
    re.I,
)
_GIVEN = re.compile(
    r"\b(?:you (?:will )?(?:be given|receive)|given|inputs?|is provided|convert(?:ed)? from|parse|each|every|tools?"
    r"|functions?|arguments?|files?)\b",
    re.I,
)
_CONDITION = re.compile(r"\W*(?:if|when|whenever|unless|otherwise|in case|for (?:each|every|any|other))\b", re.I)
_JSON = re.compile(r"\bjson\b", re.I)
_NO_JSON = re.compile(r"\b(?:no|not|without|avoid|instead of|don['’]t)\b[^.\n]{0,40}\bjson\b", re.I)
_PLAIN = re.compile(
    r"\b(?:return|respond with|reply with|output|write|produce|provide|generate)\b (?:only "
    r"|just )?(?:an? )?(?:single |one )?(?:plain[- ]text(?: string| paragraph)?|paragraph\b(?! (?:for|per|about|of"
    r"|on|in|that)))",
    re.I,
)
_PYTHON = re.compile(
    r"\b(?:return|respond with|output|provide|generate|produce)\b(?: \w+){0,3}? (?:a |the )?(?:python (?:dict\w*"
    r"|list)|dict\w* in python)",
    re.I,
)
_BARE = re.compile(
    r"\b(?:only (?:return|output|reply with|respond with|answer with)|(?:return|output|reply with|respond with"
    r"|answer with) (?:only|just)|just (?:return|output))"
    r" (?:the |an? |one )?(?P<noun>[a-z][\w -]{1,28}?)(?P<tail>\s*(?:,|;| and| -|—|\.|$| with| without)[^\n]{0,60})"
    r"|\b(?:return|output) (?:the )?(?P<last>[a-z]{4,20}(?: [a-z]{3,20})?) only\b",
    re.I,
)
_EXCLUSIVE = re.compile(
    r"\b(?:nothing else|no (?:other|additional|extra|more) \w+|no explanation|without (?:any|explanation|further))\b",
    re.I,
)
_CONTAINER = re.compile(
    r"json|object|array|list|dict|code|format|xml|yaml|csv|result|response|answer|output|schema|block|valid|python|sql|tool|function|command|text|string|above|following|final|"
    r"relevant|requested|that|this|it\b|what|if\b|in\b|as\b|with|table|markdown|html|query|content|data|information",
    re.I,
)


class Demand(NamedTuple):
    """A statement that wants one form of the whole answer. `form` is json, plain, python or bare."""

    form: str
    statement: Statement
    exclusive: bool
    start: int
    end: int


def clash(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Two demands for the form of the answer that cannot both be met; the first such pair."""
    demands = [demand for statement in context.anatomy.statements for demand in _demands(context, statement)]
    json = [*(demand for demand in demands if demand.form == "json"), *_shapes(context)]
    others = [demand for demand in demands if demand.form != "json"]
    for pair in _containers(context):
        yield pair
        return
    for other in others:
        rival = next((d for d in json if _opposed(d, other)), None)
        if rival is not None:
            yield Hit(
                other.statement.start,
                other.statement.end,
                {
                    "first": quote(context.text[other.start : other.end]),
                    "second": quote(context.text[rival.start : rival.end]),
                },
                related=((rival.statement.start, rival.statement.end, "the other demand"),),
            )
            return


_ARRAY = re.compile(
    r"\b(?:json (?:array|list)\b|(?:list|array) of (?:json|dict\w*)\b|(?:array|list) of (?:json )?objects\b)", re.I
)
_OBJECT_FORM = re.compile(
    r"\b(?:json (?:object|dict\w*)\b|(?:dict\w*|object) with (?:only |exactly |the )*(?:\w+ )?(?:keys?|fields?)\b)",
    re.I,
)


def _containers(context: Context) -> Iterator[Hit]:
    """An array asked for in one sentence and an object in another."""
    arrays, objects = [], []
    for statement in context.anatomy.statements:
        said = context.text[statement.start : statement.end]
        if not _VERB.search(said) or statement.polarity < 0 or _GIVEN.search(said) or _conditional(context, statement):
            continue
        array, one = _ARRAY.search(said), _OBJECT_FORM.search(said)
        if array is not None and one is None:
            arrays.append((statement, array))
        elif one is not None and array is None:
            objects.append((statement, one))
    if len(arrays) == 1 and objects and not re.search(r"\[|\barrays?\b|\blists?\b", context.says(objects[0][0])):
        (first, array), (second, one) = arrays[0], objects[0]
        yield Hit(
            second.start,
            second.end,
            {"first": quote(one.group()), "second": quote(array.group())},
            related=((first.start, first.end, "the other demand"),),
        )


_VERB = re.compile(r"\b(?:return|respond|reply|output|generate|produce|provide|answer)\b", re.I)


def _opposed(json: Demand, other: Demand) -> bool:
    if json.statement == other.statement:
        return False
    return other.exclusive or json.exclusive or other.form == "python"


def _demands(context: Context, statement: Statement) -> Iterator[Demand]:
    said = context.text[statement.start : statement.end]
    if not _ASKS.search(said) or _conditional(context, statement):
        return
    exclusive = _EXCLUSIVE.search(said) is not None or re.search(r"\b(?:only|just)\b", said, re.I) is not None
    for form, pattern in (("plain", _PLAIN), ("python", _PYTHON)):
        match = pattern.search(said)
        if match is not None and not _JSON.search(said):
            yield Demand(form, statement, exclusive, statement.start + match.start(), statement.start + match.end())
            return
    bare = _BARE.search(said)
    if bare is not None and not _JSON.search(said):
        noun = bare["noun"] or bare["last"]
        whole = bare["last"] is not None or _EXCLUSIVE.search(bare["tail"] or "") is not None
        if whole and not _CONTAINER.search(noun):
            yield Demand("bare", statement, True, statement.start + bare.start(), statement.start + bare.end())
            return
    match = _JSON.search(said)
    if match is not None and not _NO_JSON.search(said) and not _GIVEN.search(said):
        at = max(0, match.start() - 30)
        yield Demand(
            "json", statement, exclusive, statement.start + at, statement.start + min(len(said), match.end() + 10)
        )


def _conditional(context: Context, statement: Statement) -> bool:
    """Whether a statement holds in some cases only; "a dictionary where the keys are" is no condition."""
    if statement.condition is None:
        return False
    return _CONDITION.match(context.text, statement.condition.start, statement.condition.end) is not None


_ANNOUNCED = re.compile(
    r"\b(?:(?:your |the )?(?:output|response|answer|reply)\b[^.\n]{0,40}\b(?:schema|format|structure|form"
    r"|like)\b[^.\n]{0,30}|(?:output|response) (?:format|schema))\W*$",
    re.I,
)


def _shapes(context: Context) -> Iterator[Demand]:
    """Samples of the whole output, announced as such: they ask for JSON without the word."""
    for sample in context.anatomy.samples:
        before = context.text[max(0, sample.start - 120) : sample.start].rstrip(" \t\r\n`")
        if sample.language == "json" and sample.use in ("schema", "example") and _ANNOUNCED.search(before):
            line = context.line_span(max(0, context.text.rfind("\n", 0, sample.start)))
            place = next((s for s in context.anatomy.statements if s.start <= line.end <= s.end + 2), None)
            if place is not None and not _conditional(context, place):
                yield Demand("json", place, False, place.start, place.end)
