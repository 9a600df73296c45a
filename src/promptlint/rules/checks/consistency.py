"""Checks of the consistency family: formats, limits and rules that contradict each other."""

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


def formats(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Two demands for the form of the answer that cannot both be met; the first such pair."""
    demands = [demand for statement in context.anatomy.statements for demand in _demands(context, statement)]
    json = [*(demand for demand in demands if demand.form == "json"), *_shapes(context)]
    others = [demand for demand in demands if demand.form != "json"]
    for pair in _containers(context):
        yield pair
        return
    for other in others:
        rival = next((d for d in json if _clash(d, other)), None)
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


def _clash(json: Demand, other: Demand) -> bool:
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


def _shapes(context: Context) -> Iterator[Demand]:
    """Samples of the whole output, announced as such: they ask for JSON without the word."""
    for sample in context.anatomy.samples:
        before = context.text[max(0, sample.start - 120) : sample.start].rstrip(" \t\r\n`")
        if sample.language == "json" and sample.use in ("schema", "example") and _ANNOUNCED.search(before):
            line = context.line_span(max(0, context.text.rfind("\n", 0, sample.start)))
            place = next((s for s in context.anatomy.statements if s.start <= line.end <= s.end + 2), None)
            if place is not None and not _conditional(context, place):
                yield Demand("json", place, False, place.start, place.end)


_ANNOUNCED = re.compile(
    r"\b(?:(?:your |the )?(?:output|response|answer|reply)\b[^.\n]{0,40}\b(?:schema|format|structure|form"
    r"|like)\b[^.\n]{0,30}|(?:output|response) (?:format|schema))\W*$",
    re.I,
)
_RANGE = re.compile(
    r"\b(?:scores?|ratings?|rate|scale|values?|number)\b[^.\n]{0,40}?\b(?:between|from|of)? ?(?P<low>\d{1,3}) ?(?:-"
    r"|–|to|and) ?(?P<high>\d{1,3})\b(?! ?(?:words|sentences|items|lines|%|\.\d))",
    re.I,
)
_MEANS = re.compile(
    r"^[ \t>*_-]*[\"'`]?(?P<value>\d{1,3})[\"'`*]*(?: means?\b|[ \t]*(?:=|:|[-–—] )[ \t]*\S)", re.I | re.M
)


def limits(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Bounds of one thing that exclude each other: words, sentences, and scores against their anchors."""
    yield from _scores(context)
    yield from _lengths(context)


def _scores(context: Context) -> Iterator[Hit]:
    ranges = {
        (int(m["low"]), int(m["high"])): m for m in context.finditer(_RANGE.pattern) if int(m["low"]) < int(m["high"])
    }
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


_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "to",
        "of",
        "in",
        "on",
        "for",
        "and",
        "or",
        "with",
        "by",
        "from",
        "as",
        "at",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "be",
        "is",
        "are",
        "was",
        "will",
        "any",
        "all",
        "each",
        "every",
        "do",
        "not",
        "never",
        "always",
        "must",
        "should",
        "don't",
        "only",
        "please",
        "your",
        "you",
        "their",
        "them",
        "they",
        "user",
        "users",
    ]
)
_TOKEN = re.compile(r"[a-z][a-z'-]+")
_SCOPED = re.compile(
    r"\b(?:unless|except|but|if|when|while|other than|only|before|after|until|without|instead|again|first|already"
    r"|just|directly)\b",
    re.I,
)


def polarity(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """The same action demanded and forbidden, neither under a condition."""
    wanted: list[tuple[Statement, str, frozenset[str]]] = []
    banned: list[tuple[Statement, str, frozenset[str]]] = []
    for statement in context.anatomy.statements:
        said = context.says(statement).lower()
        if (
            statement.mood != "imperative"
            or not statement.verb
            or statement.condition is not None
            or _SCOPED.search(said)
        ):
            continue
        words = frozenset(word for word in _TOKEN.findall(said) if word not in _STOP and word != statement.verb)
        if 1 <= len(words) <= 8:
            (banned if statement.polarity < 0 else wanted).append((statement, statement.verb, words))
    for ban, verb, words in banned:
        for want, other, objects in wanted:
            if verb == other and len(words & objects) >= 0.8 * len(words | objects):
                yield Hit(
                    ban.start,
                    ban.end,
                    {
                        "first": quote(context.text[ban.start : ban.end]),
                        "second": quote(context.text[want.start : want.end]),
                    },
                    related=((want.start, want.end, "demanded here"),),
                )
                return


def drift(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Two list items in different sections that say nearly the same, with another number."""
    blocks = context.anatomy.blocks
    items: list[tuple[int, frozenset[str], frozenset[str]]] = []
    for index, block in enumerate(blocks[:400]):
        if block.kind == "item" and not context.shown(block.start):
            said = context.text[block.body_start : block.body_end].lower()
            words = frozenset(word for word in _TOKEN.findall(said) if word not in _STOP)
            if 4 <= len(words) <= 30:
                items.append((index, words, frozenset(re.findall(r"\d+", said))))
    for at, (first, words, numbers) in enumerate(items):
        for second, others, digits in items[at + 1 :]:
            same = len(words & others) >= 0.7 * len(words | others)
            if (
                same
                and numbers
                and digits
                and numbers.isdisjoint(digits)
                and blocks[first].section != blocks[second].section
            ):
                left, right = blocks[first], blocks[second]
                yield Hit(
                    right.body_start,
                    right.body_end,
                    {
                        "first": quote(context.text[right.body_start : right.body_end]),
                        "second": quote(context.text[left.body_start : left.body_end]),
                    },
                    related=((left.body_start, left.body_end, "stated before"),),
                )
                return


_FULL = re.compile(
    r"\b(?:exhaustive|comprehensive|in[- ]depth|thorough|as detailed as possible|very detailed|every detail"
    r"|extensive)\b",
    re.I,
)
_SHORT = re.compile(
    r"\b(?:one (?:line|sentence|word)|as (?:short|brief|concise) as possible|very (?:short|brief|concise)"
    r"|be (?:brief|terse|concise))\b",
    re.I,
)
_PRIORITY = re.compile(
    r"\b(?:priorit\w+|precedence|prefer|conflict|first\b[^.\n]{0,40}\bthen|by default|while|but|yet|balance"
    r"|without (?:being|losing))\b",
    re.I,
)


def tension(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Completeness and extreme brevity in one list, with no order of precedence."""
    full: dict[int | None, Statement] = {}
    short: dict[int | None, Statement] = {}
    for statement in context.anatomy.statements:
        block = context.block_of(statement)
        said = context.says(statement)
        if block.kind != "item" or statement.polarity < 0 or _PRIORITY.search(said) or statement.condition is not None:
            continue
        if len(said.split()) <= 14:
            if _FULL.search(said):
                full.setdefault(block.section, statement)
            if _SHORT.search(said):
                short.setdefault(block.section, statement)
    for section, statement in short.items():
        other = full.get(section)
        if other is not None and other != statement:
            yield Hit(
                statement.start,
                statement.end,
                {
                    "first": quote(context.text[statement.start : statement.end]),
                    "second": quote(context.text[other.start : other.end]),
                },
                related=((other.start, other.end, "pulls the other way"),),
            )
            return
