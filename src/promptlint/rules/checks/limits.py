"""Checks of the consistency family: scales and lengths that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from promptlint.model import Statement
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

_RANGE = re.compile(
    r"\b(?:scores?|ratings?|rate|scale|values?|number)\b[^.\n]{0,40}?\b(?:between|from|of)? ?(?P<low>\d{1,3}) ?(?:-"
    r"|–|to|and) ?(?P<high>\d{1,3})\b(?! ?(?:words|sentences|items|lines|%|\.\d))",
    re.I,
)
_MEANS = re.compile(
    r"^[ \t>*_-]*[\"'`]?(?P<value>\d{1,3})[\"'`*]*(?: means?\b|[ \t]*(?:=|:|[-–—] )[ \t]*\S)", re.I | re.M
)


def clash(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Bounds of one thing that exclude each other: words, sentences, and scores against their anchors."""
    yield from _scores(context)
    yield from _lengths(context)


def _scores(context: Context) -> Iterator[Hit]:
    ranges = {(int(m["low"]), int(m["high"])): m for m in context.finditer(_RANGE) if int(m["low"]) < int(m["high"])}
    if len(ranges) != 1:
        return
    (low, high), match = next(iter(ranges.items()))
    for anchor in re.finditer(r"\b(?P<value>\d{1,3}) means\b", context.view("instructions")):
        value = int(anchor["value"])
        if not low <= value <= high and value <= high * 2:
            yield Hit(
                anchor.start(),
                anchor.end(),
                {"first": quote(anchor.group()), "second": quote(match.group())},
                related=((match.start(), match.end(), "the range"),),
            )
            return


_BOUND = re.compile(
    r"\b(?P<kind>at most|no more than|maximum(?: of)?|max\.?|up to|under|less than|fewer than|within|at least"
    r"|minimum(?: of)?|no less than|no fewer than|more than|exactly|in)"
    r" (?P<number>\d{1,5}|one|two|three|four|five|six|seven|eight|nine|ten|a single) (?P<unit>words?|sentences?"
    r"|paragraphs?|characters?|bullet points?|bullets)\b",
    re.I,
)
_NUMBERS = {
    "a single": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_UPPER = ("at most", "no more", "max", "up to", "under", "less", "fewer", "within", "in")
_OBJECT = re.compile(
    r"\b(?:title|headline|subject|summary|description|body|introduction|conclusion|explanation|reason\w*|abstract|caption|tweet|paragraph|section|bullet|answer|response|reply|sentence|name|query|keyword|each|every|per|first|second|question|note|rationale|justification|context|thought|step)\b",
    re.I,
)


class Bound(NamedTuple):
    """A length demand: `low` and `high` are None where open; `about` is the thing it bounds."""

    unit: str
    low: int | None
    high: int | None
    about: frozenset[str]
    start: int
    end: int


def _lengths(context: Context) -> Iterator[Hit]:
    bounds = [
        bound
        for statement in context.anatomy.statements
        if statement.condition is None
        for bound in _bounds(context, statement)
    ]
    for index, left in enumerate(bounds):
        for right in bounds[index + 1 :]:
            if left.unit == right.unit and left.about == right.about and _apart(left, right):
                yield Hit(
                    right.start,
                    right.end,
                    {
                        "first": quote(context.text[right.start : right.end]),
                        "second": quote(context.text[left.start : left.end]),
                    },
                    related=((left.start, left.end, "the other bound"),),
                )
                return


def _bounds(context: Context, statement: Statement) -> Iterator[Bound]:
    said = context.says(statement)
    about = frozenset(word.lower() for word in _OBJECT.findall(said))
    for match in _BOUND.finditer(said):
        number = _NUMBERS.get(match["number"].lower()) or int(match["number"])
        kind = match["kind"].lower()
        low = number if kind == "exactly" or not kind.startswith(_UPPER) else None
        high = number if kind == "exactly" or kind.startswith(_UPPER) else None
        unit = match["unit"].lower().rstrip("s")
        yield Bound(
            unit,
            low,
            high,
            about - {unit},
            statement.start + match.start(),
            statement.start + match.end(),
        )


def _apart(left: Bound, right: Bound) -> bool:
    low = max((b.low for b in (left, right) if b.low is not None), default=None)
    high = min((b.high for b in (left, right) if b.high is not None), default=None)
    return low is not None and high is not None and low > high
