"""Checks of the output family that read how the output is described: order of keys, enums, lengths, strictness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

_ONLY = re.compile(
    r"\b(?:only|nothing (?:else|but)|solely|exclusively|just (?:the|return|output)|raw json|directly pars\w+"
    r"|parsable|exactly|strictly|valid json"
    r"|no (?:other|additional|extra|further|more|prose|preamble|commentary|explanations?|text|markdown|code fences?"
    r"|backticks)"
    r"|without (?:any |additional |further )?(?:other|additional|explanation|prose|text|preamble|commentary|markdown"
    r"|code|backticks|formatting)"
    # a code block that is wanted, or the first character of the answer, says what to do with prose as well
    r"|code ?(?:blocks?|fences?|snippets?)|(?:start|begin) (?:your |the )?(?:response|reply|answer|output) with"
    r"|(?:do not|don['’]t|never) (?:include|add|output|write|wrap|use|return|provide"
    r"|give) (?:\w+ ){0,3}?(?:explanation\w*|text|prose|commentary|markdown|code|backticks|else|preamble|words))\b",
    re.I,
)


def no_only_clause(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A machine format in a prompt that never says "only" nor what to do with prose and fences."""
    around, anatomy = context.prompt.around, context.anatomy
    if not anatomy.machine_readable or anatomy.enforced_in_code or around.json_mode or around.contract is not None:
        return
    pillar = anatomy.pillars["output"]
    if pillar.level not in ("named", "fields") or not pillar.evidence or _ONLY.search(context.view("prose")):
        return
    json = next(context.finditer(_ASKED), None)
    if json is None:
        return
    line = context.line_span(json.start())
    raw = around.reply_parser is not None and "json" in around.reply_parser
    yield Hit(
        line.start + len(context.text[line.start : line.end]) - len(context.text[line.start : line.end].lstrip()),
        line.end,
        {"found": quote(context.text[line.start : line.end])},
        severity="warning" if raw else None,
    )


_ASKED = re.compile(
    r"\b(?:return|respond|reply|answer|output|format|provide|generate|produce|give|write)\w*\b[^.\n]{0,60}\bjson\b"
    r"|\bjson (?:object|array|format)\b",
    re.I,
    needs="json",
)
_VERDICT = re.compile(
    r"(?:final_?)?(?:answer|label|score|verdict|decision|rating|grade|is_\w+|classification|category|passed|correct)s?",
    re.I,
)
_REASON = re.compile(
    r"(?:\w+_)?(?:reason\w*|rationale|explanation|analysis|thinking|thoughts?|evidence|justification|steps|chain_of_thought)",
    re.I,
)


def verdict_first(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A sample whose verdict key comes before its reasoning key."""
    for sample in context.anatomy.samples:
        if sample.use not in ("schema", "example") or sample.language != "json":
            continue
        keys = list(sample.keys)
        verdict = next((at for at, key in enumerate(keys) if _VERDICT.fullmatch(key)), None)
        reason = next((at for at, key in enumerate(keys) if _REASON.fullmatch(key)), None)
        if verdict is None or reason is None or verdict > reason:
            continue
        at = context.text.find(keys[verdict], sample.start, sample.end)
        if at >= 0:
            yield Hit(at, at + len(keys[verdict]), {"verdict": keys[verdict], "reason": keys[reason]})
            return


_VAGUE = re.compile(
    r"\b(?P<how>short|brief|concise|long|detailed|lengthy|succinct)(?:,? (?:and |but )?\w+){0,2} (?P<what>answers?"
    r"|responses?|repl(?:y|ies)|summar(?:y|ies)|sentences?|paragraphs?|descriptions?|explanations?|reports?)\b",
    re.I,
    needs="short brief concise long detailed lengthy succinct",
)
_LENGTH = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|ten|a single|few)(?: ?(?:-|–|to) ?\d+)?[ -](?:or \w+ |more "
    r"|short |brief |concise |full )?(?:words?|sentences?|bullets?|lines?|tokens?|characters?|paragraphs?|points?"
    r"|pages?|items?)\b"
    r"|[{<\[]\w*(?:length|words|limit|count|size)\w*[}>\]]",
    re.I,
    needs="word sentence bullet line token character paragraph point page item length limit count size",
)


def vague_length(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A length told by an adjective alone, in a prompt without any number of words or sentences."""
    if _LENGTH.search(context.view("prose")):
        return
    for statement in context.anatomy.statements:
        if statement.mood not in ("imperative", "modal") or statement.polarity < 0:
            continue
        match = _VAGUE.search(context.says(statement))
        if match is not None:
            start = statement.start + match.start()
            yield Hit(start, start + len(match.group()), {"match": quote(match.group()), "how": match["how"].lower()})
            return


_ENUM_FIELD = re.compile(r"(?:\w+_)?(?:label|category|status|sentiment|priority|intent|severity)", re.I)
_OPEN_TASK = re.compile(
    r"\b(?:suggest|propose|generate|brainstorm|invent|create|come up with|free[- ]form|e\.g\.|such as|for example)\b",
    re.I,
)
_VALUES = re.compile(r"[|/]|\bor\b|,|\d|one of|e\.g|\btrue\b|boolean|enum", re.I)


def open_enum(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A field that sounds like a label and has no closed list of values."""
    anatomy = context.anatomy
    names = {field.name for field in anatomy.fields}
    listed = any(not set(labels.labels) <= names for labels in anatomy.labels)
    if anatomy.enforced_in_code or listed or not anatomy.fields or anatomy.examples:
        return
    for field in anatomy.fields:
        if not _ENUM_FIELD.fullmatch(field.name):
            continue
        line = context.line_span(field.start)
        said = context.text[field.end : line.end]
        mentions = len(re.findall(rf"\b{re.escape(field.name)}s?\b", context.text, re.I))
        if (
            _VALUES.search(said)
            or _OPEN_TASK.search(context.view("instructions"))
            or "{" in said.strip(" {}\"',:")
            or mentions > 2
        ):
            continue
        yield Hit(field.start, field.end, {"field": field.name})
        return


def strict_schema(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A schema that is sent in strict mode and breaks what strict mode demands of it."""
    contract = context.prompt.around.contract
    if contract is None or not contract.strict or contract.helper or contract.schema is None:
        return
    problem = _strict_problem(contract.schema, contract.schema, "the root", 0)
    if problem is not None:
        yield Hit(*context.anatomy.task, {"problem": problem, "name": contract.name}, file_span=contract.source)


def _strict_problem(schema: object, root: Mapping[str, object], place: str, depth: int) -> str | None:
    if not isinstance(schema, Mapping) or depth > 12:
        return None
    if depth == 0 and "anyOf" in schema:
        return "the root is a union"
    if depth == 0 and schema.get("type") not in (None, "object"):
        return "the root is no object"
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        if schema.get("additionalProperties") is not False:
            return f"`additionalProperties: false` is missing at {place}"
        required = schema.get("required")
        listed = set(required) if isinstance(required, (list, tuple)) else set()
        left = [str(name) for name in properties if name not in listed]
        if left:
            return f"“{left[0]}” is not in `required` at {place}"
        for name, inner in properties.items():
            problem = _strict_problem(inner, root, f"“{name}”", depth + 1)
            if problem is not None:
                return problem
    for key in ("items", "anyOf", "$defs", "definitions"):
        inner = schema.get(key)
        options = (
            inner
            if isinstance(inner, (list, tuple))
            else inner.values()
            if key in ("$defs", "definitions") and isinstance(inner, Mapping)
            else [inner]
        )
        for option in options:
            problem = _strict_problem(option, root, f"`{key}` of {place}", depth + 1)
            if problem is not None:
                return problem
    return None
