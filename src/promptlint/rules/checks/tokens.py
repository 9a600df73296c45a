"""Checks of the tokens family: length, repetition, and what breaks a cached prefix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

_VOLATILE = re.compile(
    r"(?:current_?)?(?:date|time|datetime|timestamp|now|today|day|uuid|session(?:_?id)?|request_?id|user_?(?:id|name)|username|nonce|random)",
    re.I,
)
_LIMITS = {"agent": 15_000, "memory": 6_000, "chat": 4_000, "unknown": 8_000, "other": 8_000}
_TASK_LIMIT = 4_000


def _tokens(context: Context) -> int:
    found = context.cached.get("tokens")
    if found is None:
        from promptlint.anatomy.tokens import estimate_tokens

        found = context.cached["tokens"] = estimate_tokens(context.text)
    return int(found)


def volatile_prefix(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A value that changes with every call in the first quarter of a long prompt."""
    if len(context.text) < 3_000 or not context.prompt.placeholders:
        return
    for placeholder in context.prompt.placeholders:
        if placeholder.start > len(context.text) / 4:
            return
        name = placeholder.name.strip().split(".")[-1].split("|")[0].strip("() ")
        if _VOLATILE.fullmatch(name) and _tokens(context) > 1_000:
            yield Hit(placeholder.start, placeholder.end, {"name": name, "tokens": _tokens(context)})
            return


def long_prompt(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A static text above the limit of its kind, or above the budget that the settings give."""
    budget = context.settings.token_budget
    limit = budget or _LIMITS.get(context.anatomy.kind, _TASK_LIMIT)
    if len(context.text) < limit * 2 or _tokens(context) <= limit:
        return
    data = {"tokens": _tokens(context), "limit": limit, "largest": ", ".join(_largest(context)) or "one block"}
    message = "Length: about {tokens} tokens, the budget is {limit}; the largest parts are {largest}." if budget else ""
    yield Hit(*context.anatomy.task, data, message=message, severity="warning" if budget else None)


def _largest(context: Context) -> list[str]:
    """Return the titles of the three longest sections."""
    heads = [block for block in context.anatomy.blocks if block.kind == "heading"]
    ends = [*(block.start for block in heads[1:]), len(context.text)]
    sized = sorted(zip(ends, heads, strict=False), key=lambda pair: pair[1].start - pair[0])
    return [f"“{quote(context.text[block.body_start : block.body_end], 30)}”" for _, block in sized[:3]]


_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = 5
"""The words that a repeated line must have: a rule of `====` is no repetition."""


def duplicate_block(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A line of sixty characters and more that is repeated; one repeat at the very end is a reminder."""
    seen: dict[str, int] = {}
    at = 0
    for line in context.view("instructions").splitlines(keepends=True):
        said = " ".join(line.split()).strip("-*> ").lower()
        start = at + len(line) - len(line.lstrip(" \t-*>"))
        at += len(line)
        if len(said) < 60 or len(_WORD.findall(said)) < _SENTENCE:
            continue
        if said not in seen:
            seen[said] = start
        elif context.text[at:].strip():
            first = seen[said]
            yield Hit(
                start,
                at - (len(line) - len(line.rstrip())),
                {"match": quote(said)},
                related=((first, first + len(line.strip()), "stated before"),),
            )
            return


_STEPS = re.compile(r"\b(?:think|reason|work)(?: \w+)? step[- ]by[- ]step\b|\bchain[- ]of[- ]thought\b", re.I)
_REASONING = re.compile(r"\b(?:o1|o3|o4-mini|gpt-5|deepseek-r\d|gemini-3|gemini-2\.5|qwq|magistral|grok-4)\b", re.I)
_BARE_ANSWER = re.compile(
    r"\b(?:only|just) (?:the |a |one )?(?:label|number|score|word|letter|answer|category|class|name|json"
    r"|yes or no)\b|\bnothing else\b|\bno explanations?\b",
    re.I,
)
_PLACE = re.compile(r"reason|rationale|thinking|thought|scratchpad|explanation|analysis|steps\b", re.I)


def steps(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """ "Think step by step" for a model that reasons anyway, or where the answer has no place for the steps."""
    match = context.search(_STEPS)
    if match is None:
        return
    model = context.prompt.around.model or context.settings.model or ""
    if _REASONING.search(model):
        yield Hit(match.start(), match.end(), {"match": quote(match.group()), "model": model})
        return
    bare = context.search(_BARE_ANSWER)
    fields = " ".join([*(field.name for field in context.anatomy.fields), *(b.name for b in context.anatomy.blocks)])
    silent = re.search(
        r"\b(?:silently|internally|before (?:you )?answer\w*|privately|in your head)\b",
        context.view("instructions"),
        re.I,
    )
    if bare is None or silent or _PLACE.search(fields) or len(_PLACE.findall(context.view("instructions"))) > 1:
        return
    yield Hit(
        match.start(),
        match.end(),
        {"match": quote(match.group()), "only": quote(bare.group())},
        message="Reasoning: “{match}”, but the answer may hold “{only}”: there is no place for the steps.",
        related=((bare.start(), bare.end(), "nothing else may be written"),),
    )


_EVERY_SESSION = re.compile(
    r"(?:^|/)(?:(?:CLAUDE|AGENTS|GEMINI|CONVENTIONS)(?:\.local)?\.md|copilot-instructions\.md"
    r"|\.(?:cursorrules|windsurfrules)|\.clinerules(?:/[^/]+)?)$"
)
"""Files that agents read without being asked; commands, skills and scoped instructions are read on demand."""


def memory_overlong(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A memory file of more than two hundred lines or two and a half thousand tokens."""
    if _EVERY_SESSION.search(context.prompt.path) is None:
        return
    lines = context.text.rstrip("\n").count("\n") + 1
    if lines > 200 or (len(context.text) > 6_000 and _tokens(context) > 2_500):
        yield Hit(
            *context.anatomy.task,
            {"lines": lines, "tokens": _tokens(context)},
            severity="warning" if lines > 500 else None,
        )
