"""Checks of the tone family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

_PAIRS = (
    (
        re.compile(r"\b(?:be|sound|stay|tone (?:is|should be)|use an?|in an?)\b[^.\n]{0,20}\bformal\b", re.I),
        re.compile(
            r"\b(?:be|sound|stay|tone (?:is|should be)|use an?|in an?)\b[^.\n]{0,20}\b(?:casual|informal|chatty"
            r"|colloquial)\b",
            re.I,
        ),
    ),
    (
        re.compile(r"\b(?:do not|don['’]t|never|no|avoid)\b[^.\n]{0,15}\bemojis?\b", re.I),
        re.compile(r"\b(?:use|add|include)\b[^.\n]{0,25}\bemojis?\b", re.I),
    ),
    (
        re.compile(r"\b(?:be|stay|remain|sound)\b[^.\n]{0,15}\b(?:serious|solemn)\b", re.I),
        re.compile(r"\b(?:be|stay|sound)\b[^.\n]{0,15}\b(?:playful|funny|humorous)\b", re.I),
    ),
)
_SCOPE = re.compile(r"\b(?:if|when|unless|except|with|for|but|yet|while|or)\b", re.I)


def conflict(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Two opposite tones without a condition, in one section."""
    blocks = context.anatomy.blocks
    said = [(s, context.says(s)) for s in context.anatomy.statements if s.condition is None]
    for left, right in _PAIRS:
        first = next(((s, m) for s, text in said if (m := left.search(text)) and not _SCOPE.search(text)), None)
        second = next(
            (
                (s, m)
                for s, text in said
                if (m := right.search(text)) and not left.search(text) and not _SCOPE.search(text)
            ),
            None,
        )
        if first is None or second is None or blocks[first[0].block].section != blocks[second[0].block].section:
            continue
        late, early = (first, second) if first[0].start > second[0].start else (second, first)
        yield Hit(
            late[0].start,
            late[0].end,
            {"first": quote(late[1].group()), "second": quote(early[1].group())},
            related=((early[0].start, early[0].end, "the other tone"),),
        )


_SAMPLES = re.compile(
    r"\b(?:sample|example|typical|useful|standard) (?:phrases|greetings|replies|sentences)\b|\bphrases (?:you|to)\b",
    re.I,
)
_VARY = re.compile(
    r"\b(?:vary|varied|variation|adapt|own words|do not repeat|don['’]t repeat|never repeat|for instance|verbatim"
    r"|exactly|word for word|inspiration)\b",
    re.I,
)
_PHRASE = re.compile(r"^[ \t]*(?:[-*•]|\d+[.)])[ \t]*[\"“'][^\"”\n]{12,200}[\"”'][ \t]*$", re.M)


def no_variation(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A section of quoted phrases without a word on varying them."""
    if _VARY.search(context.view("prose")):
        return
    for block in context.anatomy.blocks:
        if block.kind not in ("heading", "label"):
            continue
        title = context.text[block.body_start : block.body_end]
        if _SAMPLES.search(title) and len(_PHRASE.findall(context.text[block.end : block.end + 1500])) >= 2:
            yield Hit(block.start, block.end, {"match": quote(title)})
            return


_ROLE = re.compile(
    r"\s*(?:you are|act as|you['’]re)(?: an?| the)? (?:(?:helpful|expert|world[- ]class|senior|smart|friendly"
    r"|professional|experienced|highly \w+|very \w+|useful|intelligent|ai"
    r"|artificial intelligence)[, ]*(?:and )?)+[\w -]{3,40}[.!]?\s*",
    re.I,
)


def role_only(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A prompt whose only sentence is a generic role."""
    system = [message for message in context.prompt.messages if message.role == "system"]
    if len(context.prompt.messages) > 1 or not system:
        return
    said = context.text
    if len(said.split()) < 40 and _ROLE.fullmatch(said):
        start = len(said) - len(said.lstrip())
        yield Hit(start, len(said.rstrip()), {"match": quote(said)})
