"""Checks of the business-rule family: directives in prose, absolutes without a way out, references to nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.model import Statement
from promptlint.rules.checks.common import distance
from promptlint.rules.context import Context, Hit, quote

_DIRECTIVE = re.compile(r"\b(?:must|never|always|do not|don['’]t|should|only|need to|have to|avoid)\b", re.I)
_NARRATIVE = frozenset({"question", "fragment"})


def directives(context: Context) -> list[Statement]:
    """Return the statements that tell the model to do or not to do something."""
    found = context.cached.get("directives")
    if found is None:
        found = [
            statement
            for statement in context.anatomy.statements
            if statement.mood == "imperative"
            or (statement.mood == "modal" and _DIRECTIVE.search(context.says(statement)))
        ]
        context.cached["directives"] = found
    return list(found)


def buried(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A paragraph with several directives in a prompt that lists none."""
    if context.words() < 60:
        return
    kinds = context.anatomy.blocks
    listed = sum(kinds[statement.block].kind == "item" for statement in directives(context))
    if listed >= 3:
        return
    by_block: dict[int, list[Statement]] = {}
    for statement in directives(context):
        if kinds[statement.block].kind == "paragraph" and len(context.says(statement).split()) >= 3:
            by_block.setdefault(statement.block, []).append(statement)
    for found in sorted(by_block.values(), key=len, reverse=True)[:1]:
        lines = {context.line_number(statement.start) for statement in found}
        if len(found) >= 4 and len(lines) <= len(found) / 2:
            yield Hit(found[0].start, found[-1].end, {"count": len(found)})


_ABSOLUTE = re.compile(
    r"\b(?:always|must|every (?:time|response|answer|turn)|before (?:every|each))\b[^.\n]{0,40}?"
    r"\b(?:call|invoke|use (?:the |a |your )?(?:\w+ ){0,2}?tools?|search|look ?up|query|cite|quote|answer|extract|fill|retrieve|fetch)\b",
    re.I,
)
_EXIT = re.compile(
    r"\b(?:unless|except|if|when|where|in case|otherwise|as needed|where possible|if any|at least|first|before|after"
    r"|in (?:english|german|french|spanish)|with|using|only|not|never)\b",
    re.I,
)


def absolute(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """An "always call" or "must cite" with no way out in the sentence, its neighbours or the uncertainty pillar."""
    if context.anatomy.pillars["uncertainty"].level == "explicit":
        return
    statements = context.anatomy.statements
    for index, statement in enumerate(statements):
        said = context.says(statement)
        match = _ABSOLUTE.search(said)
        if (
            match is None
            or statement.polarity < 0
            or statement.condition is not None
            or _EXIT.search(said[match.end() :])
        ):
            continue
        near = statements[max(0, index - 1) : index + 3]
        if any(_EXIT.search(context.says(other)[:40]) and other.condition is not None for other in near):
            continue
        yield Hit(statement.start, statement.end, {"match": quote(match.group())})


_FOLLOWING = re.compile(
    r"\b(?:(?:the |these |this )?following(?: \w+){0,4}|(?:as follows|listed below|described below|shown below))\s*[:：]?\s*$",
    re.I,
)
_NUMBERED = re.compile(r"\b(?P<what>step|rule|section)s? (?P<number>\d{1,2})\b(?!\s*(?:\.\d|[:)\]=]|steps))", re.I)
_SECTION = re.compile(
    r"\b(?:see|refer to|follow|in|per|from) (?:the )?[\"“*_`]{0,2}(?P<title>[A-Z][\w'&/-]*(?: [A-Z&][\w'&/-]*){0,4})[\"”*_`]{0,2} "
    r"section (?:above|below)\b"
)
_TIER = re.compile(
    r"\bthe (?P<noun>(?:[a-z][\w-]* ){1,2}(?:tier|section|table|step|list|rules?|order|guide|checklist|matrix|summary|diagram|chapter|phase))"
    r" above\b"
)
_STEM = 5


def dangling(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Sentences that point to something which is not in the prompt."""
    yield from _announced_nothing(context)
    yield from _numbers(context)
    yield from _titles(context)
    yield from _tags(context)


def _announced_nothing(context: Context) -> Iterator[Hit]:
    """A last sentence such as "only include the following fields:" with nothing after it in its message."""
    for message in context.prompt.messages:
        body = context.text[message.start : message.end]
        stripped = body.rstrip(" \t\r\n*_`")
        last = max(stripped.rfind("\n"), stripped.rfind(". ")) + 1
        sentence = stripped[last:]
        if not stripped.endswith((":", "：")) or _FOLLOWING.search(sentence) is None:
            continue
        if message is not context.prompt.messages[-1] or message.role == "user":
            continue
        start = message.start + last + len(sentence) - len(sentence.lstrip(" \t-*•0123456789."))
        yield Hit(start, message.start + len(stripped), {"what": quote(sentence.strip())})


def _numbers(context: Context) -> Iterator[Hit]:
    items = [
        int(number)
        for number in re.findall(r"^[ \t>*_#]*(?:(?:step|rule|section)\s+)?(\d{1,2})[.):]", context.text, re.M | re.I)
    ]
    named = [
        int(number)
        for number in re.findall(r"^[ \t>*_#-]*(?:step|rule|section)\s+(\d{1,2})\b", context.text, re.M | re.I)
    ]
    known = set(named) if context.anatomy.kind == "memory" else {*items, *named}
    if not known or max(known) < 2:
        return
    for match in context.finditer(_NUMBERED.pattern):
        number = int(match["number"])
        line = context.line_span(match.start())
        if number > max(known) and match.start() > line.start + 3 and not context.shown(match.start()):
            yield Hit(match.start(), match.end(), {"what": quote(match.group()), "known": max(known)})


def _titles(context: Context) -> Iterator[Hit]:
    titles = " ".join(
        context.text[block.body_start : block.body_end].lower() if block.kind != "tag" else block.name.lower()
        for block in context.anatomy.blocks
        if block.kind in ("heading", "label", "tag")
    )
    for match in context.finditer(_SECTION.pattern, flags=0):
        words = [word.lower() for word in match["title"].split() if len(word) > 3]
        if words and not any(word[:_STEM] in titles for word in words):
            yield Hit(match.start(), match.end(), {"what": quote(match.group())})
    lower = context.anatomy.views["lower"]
    for match in context.finditer(_TIER.pattern, flags=0):
        head = lower[: match.start()]
        words = [word for word in match["noun"].split() if len(word) > 3]
        if words and len(context.prompt.messages) == 1 and not any(word[:_STEM] in head for word in words):
            yield Hit(match.start(), match.end(), {"what": quote(match.group())})


_TAG = re.compile(r"<(?P<name>[A-Za-z][\w-]{2,40}(?: [a-z][\w-]{2,20}){0,2})>")
_READS = re.compile(
    r"\b(?:in|inside|within|from|between|have|given|using|read|use|contains?|under|at)(?: the| your| this)?\s*(?:xml )?[`\"'*]{0,2}$",
    re.I,
)
_WRITES = re.compile(
    r"\b(?:output|write|respond|return|answer|put|place|wrap|enclose|provide|give|reply|generate|produce|include|print|surround|format|your)\b",
    re.I,
)


def _tags(context: Context) -> Iterator[Hit]:
    """`<name>` that a sentence says to read from, although only a tag of nearly that name is in the prompt."""
    text = context.text
    names = {match["name"].lower() for match in re.finditer(r"</(?P<name>[A-Za-z][\w -]{2,60})>", text)}
    if not names:
        return
    opened = [match["name"].lower() for match in _TAG.finditer(text)]
    for statement in context.anatomy.statements:
        said = text[statement.start : statement.end]
        if _WRITES.search(said):
            continue
        for match in _TAG.finditer(said):
            name = match["name"].lower()
            if name in names or opened.count(name) > 1 or not _READS.search(said[: match.start()]):
                continue
            words = set(re.split(r"[ _-]", name))
            twin = next((other for other in sorted(names) if _same_thing(name, other, words)), None)
            if twin is not None:
                start = statement.start + match.start()
                yield Hit(
                    start,
                    start + len(match.group()),
                    {"what": match.group(), "nearest": f"<{twin}>"},
                    help="Name the tag that is there, {nearest}, or add this one.",
                )


def _same_thing(name: str, other: str, words: set[str]) -> bool:
    shared = words & set(re.split(r"[ _-]", other))
    return name != other and (bool(shared - {"the", "user", "input"}) or distance(name, other) <= 2)
