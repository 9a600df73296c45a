"""From values to the messages of one call."""

from __future__ import annotations

from typing import NamedTuple

from promptlint.model import Role
from promptlint.sources.python.sdk import role_of
from promptlint.sources.python.values import (
    Either,
    Hole,
    Items,
    Named,
    Plain,
    Table,
    Text,
    Turn,
    Value,
    join_texts,
    options,
)
from promptlint.text import lazy_re as re
from promptlint.text.builder import TextBuilder

_FEW_SHOT = re.compile(r"few_?shot|example|demo(?!graph)|exemplar", re.I)


class Messages(NamedTuple):
    """The turns of a call. A turn's text may be a `Hole`: a message that is known at run time only."""

    turns: tuple[tuple[Role, Text | Hole], ...] = ()
    more: tuple[str, ...] = ()
    """Names of what else is put between the messages."""

    @property
    def few_shot(self) -> bool:
        """Whether messages that are put in at run time are examples."""
        return any(_FEW_SHOT.search(name) for name in self.more)


def variants(value: Value, default: Role = "user") -> list[Messages]:
    """Return the messages that a value stands for; several for a conditional."""
    if isinstance(value, Items):
        rows = [Messages()]
        for item in value.items:
            grown = []
            for found in variants(item, default):
                grown += [Messages(row.turns + found.turns, row.more + found.more) for row in rows]
            rows = grown[:8]
        return [row._replace(more=row.more + value.more) for row in rows] if not _is_pair(value) else _pair(value)
    if isinstance(value, Either):
        return [found for option in value.options for found in variants(option, default)][:8]
    if isinstance(value, Turn):
        return [Messages(((value.role, text),)) for text in content(value.content)]
    if isinstance(value, Table):
        return _table(value)
    if isinstance(value, Text):
        return [Messages(((default, value),))]
    if isinstance(value, Hole):
        return [Messages(more=(value.name,))]
    return [Messages()]


def _is_pair(value: Items) -> bool:
    if len(value.items) != 2:
        return False
    first = value.items[0]
    if isinstance(first, Text):
        return role_of(first) is not None or first.text == "placeholder"
    return isinstance(first, Named) and role_of(first) is not None


def _pair(value: Items) -> list[Messages]:
    role = role_of(value.items[0])
    if role is None:
        inner = value.items[1]
        return [Messages(more=(inner.text if isinstance(inner, Text) else "history",))]
    return [Messages(((role, text),)) for text in content(value.items[1])]


def _table(value: Table) -> list[Messages]:
    role_value = value.get("role")
    body = value.get("content") if value.get("content") is not None else value.get("parts")
    if body is None:
        body = value.get("text")
    if role_value is None:
        # Gemini's contents without a role are the user's.
        return (
            [Messages((("user", text),)) for text in content(body)] if value.get("parts") is not None else [Messages()]
        )
    role = role_of(role_value)
    if body is None or role is None:
        return [Messages(more=("message",))] if role is None else [Messages()]
    return [Messages(((role, text),)) for text in content(body)]


def content(value: Value | None) -> list[Text | Hole]:
    """Return the text of a message's content: a text, or the text parts of a list of parts."""
    if value is None or isinstance(value, Plain):
        return []
    found: list[Text | Hole] = []
    for option in options(value):
        if isinstance(option, (Text, Hole)):
            found.append(option)
        elif isinstance(option, Items):
            joined = _parts(option)
            if joined is not None:
                found.append(joined)
        elif isinstance(option, Table):
            inner = option.get("text") or option.get("content")
            found += content(inner) if inner is not None else []
        elif isinstance(option, Turn):
            found += content(option.content)
    return found[:8]


def _parts(items: Items) -> Text | Hole | None:
    parts: list[Text | Hole] = []
    for item in items.items:
        texts = content(item)
        if not texts:
            continue
        if parts:
            builder = TextBuilder()
            builder.join("\n")
            parts.append(Text(*builder.build()))
        parts.append(texts[0])
    if not parts:
        return None
    joined = join_texts(parts)
    return joined if isinstance(joined, (Text, Hole)) else None
