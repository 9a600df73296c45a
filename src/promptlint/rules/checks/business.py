"""Checks of the business-rule family: directives in prose, absolutes without a way out, references to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.model import Statement
from promptlint.rules.checks.common import distance
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

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
    r"\b(?:always|must|every (?:time|response|turn),?(?: you)?|before (?:every|each) \w+,?(?: you)?)[*_]*"
    r" (?:\w+ly |always |first |also |then )*"
    r"(?:call|invoke|use (?:the |a |your )?(?:\w+ ){0,2}?tools?|search|look ?up|query|cite|quote|reference|extract"
    r"|fill|retrieve|fetch)\b",
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
    r"\b(?:(?:the |these |this )?following(?: \w+){0,4}|(?:as follows|listed below|described below"
    r"|shown below))\s*[:：]?\s*$",
    re.I,
)
_NUMBERED = re.compile(
    r"\b(?P<what>step|rule|section)s? (?P<number>\d{1,2})\b(?!\s*(?:\.\d|[:)\]=]|steps))",
    re.I,
    needs="step rule section",
)
_SECTION = re.compile(
    r"\b(?:see|refer to|follow|in|per"
    r"|from) (?:the )?[\"“*_`]{0,2}(?P<title>[A-Z][\w'&/-]*(?: [A-Z&][\w'&/-]*){0,4})[\"”*_`]{0,2} "
    r"section (?:above|below)\b",
    needs=(" section above", " section below"),
)
_TIER = re.compile(
    r"\bthe (?P<noun>(?:[a-z][\w-]* ){1,2}(?:tier|section|table|step|list|rules?|order|guide|checklist|matrix"
    r"|summary|diagram|chapter|phase))"
    r" above\b",
    needs=(" above",),
)
_STEM = 5


def dangling(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Sentences that point to something which is not in the prompt."""
    yield from _announced_nothing(context)
    yield from _numbers(context)
    yield from _titles(context)
    yield from _tags(context)


def _announced_nothing(context: Context) -> Iterator[Hit]:
    """A last sentence such as "only include the following fields:" with nothing after it in its message.

    In code only what a call is seen to send: a constant that ends so is a part that the code goes on with.
    """
    if context.prompt.host != "raw" and not context.prompt.uses:
        return
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
    references = list(context.finditer(_NUMBERED))
    if not references:
        return
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
    for match in references:
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
    for match in context.finditer(_SECTION):
        words = [word.lower() for word in match["title"].split() if len(word) > 3]
        if words and not any(word[:_STEM] in titles for word in words):
            yield Hit(match.start(), match.end(), {"what": quote(match.group())})
    lower = context.anatomy.views["lower"]
    for match in context.finditer(_TIER):
        head = lower[: match.start()]
        words = [word for word in match["noun"].split() if len(word) > 3]
        if words and len(context.prompt.messages) == 1 and not any(word[:_STEM] in head for word in words):
            yield Hit(match.start(), match.end(), {"what": quote(match.group())})


_TAG = re.compile(r"<(?P<name>[A-Za-z][\w-]{2,40}(?: [a-z][\w-]{2,20}){0,2})>")
_READS = re.compile(
    r"\b(?:in|inside|within|from|between|have|given|using|read|use|contains?|under|at)(?: the| your"
    r"| this)?\s*(?:xml )?[`\"'*]{0,2}$",
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


_CLAUSE = re.compile(
    r"[.;](?=\s|$)|,? (?:and|but) (?=(?:must|never|do not|don['’]t|always)\b)|, (?=(?:never|always|do not|don['’]t)\b)",
    re.I,
)
_EXCEPTION = re.compile(
    r"\b(?:unless|except|if|when|otherwise|because|since|so that|e\.g\.|for example|such as|example)\b", re.I
)
_COMMAND = re.compile(r"\b(?:must|never|always|do not|don['’]t|should|avoid|ensure|make sure)\b", re.I)


def compound(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """List items with three or more directives of their own."""
    for block in context.anatomy.blocks:
        if block.kind != "item" or context.shown(block.start):
            continue
        said = context.view("instructions")[block.body_start : block.body_end]
        if _EXCEPTION.search(said) or len(said.split()) < 12 or "\n" in said.strip():
            continue
        clauses = [clause for clause in _CLAUSE.split(said) if _COMMAND.search(clause)]
        if len(clauses) >= 3:
            yield Hit(block.body_start, block.body_start + len(said.rstrip()), {"count": len(clauses)})


def overload(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """More rules at a time than models keep."""
    found = directives(context)
    conditional = [statement for statement in found if statement.condition is not None]
    several = len(found)
    if several > 50 or len(conditional) > 20:
        yield Hit(
            *context.anatomy.task,
            {"count": several, "conditional": len(conditional)},
            severity="warning" if several > 150 else None,
        )


_HARD = re.compile(
    r"\b(?:reveal|share|disclose|delete|credential\w*|password|secret|personal|privacy|private|legal|medical|harm\w*|illegal|copyright|malicious|security|expose|commit|push|force|drop)\b",
    re.I,
)
_INSTEAD = re.compile(r"\b(?:instead|rather|use|only|prefer|but|replace|if|when|unless|should|must)\b", re.I)


def prohibitions(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Bans without an alternative, where bans are most of what a prompt says."""
    found = directives(context)
    bans = [statement for statement in found if statement.polarity < 0]
    if len(found) < 5 or len(bans) < 0.6 * len(found):
        return
    bare = []
    for statement in bans:
        index = context.anatomy.statements.index(statement)
        following = [s for s in context.anatomy.statements[index + 1 : index + 2] if s.polarity > 0]
        said = context.says(statement) + " " + (context.says(following[0]) if following else "")
        if not _HARD.search(said) and not _INSTEAD.search(said.split(" ", 2)[-1]):
            bare.append(statement)
    if len(bare) >= 3:
        first = bare[0]
        yield Hit(
            first.start,
            first.end,
            {"count": len(bare), "total": len(found)},
            related=tuple((other.start, other.end, "so does this") for other in bare[1:5]),
        )


_VAGUE_RULE = re.compile(
    r"\b(?:appropriate(?:ly)?|properly|as needed|when necessary|where necessary|if necessary|as appropriate"
    r"|reasonabl[ey]|high[- ]quality|as required)\b",
    re.I,
)


def untestable(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Short list items whose whole content is an adjective that nobody can check."""
    for block in context.anatomy.blocks:
        if block.kind != "item" or context.shown(block.start):
            continue
        said = context.view("instructions")[block.body_start : block.body_end].strip()
        words = said.split()
        match = _VAGUE_RULE.search(said)
        if match is None or not 2 <= len(words) <= 8 or any(char.isdigit() for char in said):
            continue
        if re.search(r"[:(\"`{]|\b(?:e\.g|for|such as|if|so that|to|from|with|of)\b", said):
            continue
        yield Hit(block.body_start, block.body_start + len(said), {"match": match.group().lower()})


_SHOUT = re.compile(
    r"\b(?:MUST(?: NOT)?|NEVER|ALWAYS|DO NOT|DON['’]T|ONLY|IMPORTANT|CRITICAL|REQUIRED|MANDATORY|STRICTLY)\b"
)


def inflation(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Capitals in eight or more sentences and in nearly every second one."""
    found = [statement for statement in context.anatomy.statements if _SHOUT.search(context.says(statement))]
    rules = directives(context)
    if len(found) >= 8 and len(found) >= 0.3 * max(1, len(rules)):
        first = found[0]
        yield Hit(first.start, first.end, {"count": len(found), "total": len(rules)})


_SELF_EVIDENT = re.compile(
    r"yes|no|true|false|positive|negative|neutral|pass(?:ed)?|fail(?:ed)?|low|medium|high|correct|incorrect|none|other|unknown|null|spam|ham|male|female|"
    r"supported|unsupported|relevant|irrelevant|equal|same|different|[a-z]{2}|[a-d]|\d+",
    re.I,
)


def undefined_labels(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A closed set of which fewer than half the labels are explained anywhere."""
    for labels in context.anatomy.labels:
        names = labels.labels
        if labels.field or not 3 <= len(names) <= 20 or context.shown(labels.start):
            continue
        if sum(_SELF_EVIDENT.fullmatch(name) is not None for name in names) * 2 >= len(names):
            continue
        if sum(_explained(context.text, name) for name in names) * 2 < len(names):
            shown = context.text[labels.start : labels.end]
            lead = len(shown) - len(shown.lstrip())
            yield Hit(
                labels.start + lead,
                labels.start + len(shown.rstrip()),
                {"labels": ", ".join(f"“{name}”" for name in names[:4]), "count": len(names)},
            )
            return


def _explained(text: str, name: str) -> bool:
    said = re.compile(
        rf"(?<!\w){re.escape(name)}(?!\w)[\"'`*_)\]]*[ \t]*(?:[:=–—(-]|->|→|means\b|when\b|if\b|for\b|is\b"
        rf"|are\b)[ \t]*(?:\S+[ \t]+){{2}}\S",
        re.I,
    )
    return said.search(text) is not None
