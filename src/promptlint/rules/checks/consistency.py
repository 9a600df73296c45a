"""Checks of the consistency family: rules that contradict each other, words that drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.model import Statement
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

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
