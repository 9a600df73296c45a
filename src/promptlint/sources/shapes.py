"""Shapes that data files share: chat messages, and strings that read like prompts."""

from __future__ import annotations

import re

from promptlint.model import Role
from promptlint.sources.making import ROLES, Turn
from promptlint.sources.nodes import Node

_WORD = re.compile(r"[^\W\d_]{2,}")
_SLOT = re.compile(r"\{\{[^{}]{0,400}\}\}|\{%.{0,400}?%\}|\$?\{[^{}\n]{0,200}\}", re.S)
_REFERENCE = re.compile(r"(?:https?|file|exec|langfuse|portkey|helicone|env)://\S+|[\w./\\~-]+\.\w{1,6}|\S+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def speaks(node: Node | None, words: int = 5) -> bool:
    """Whether a string holds running text: so many words beside its placeholders, and not a path or an address."""
    if node is None or node.kind != "string":
        return False
    text = node.text.strip()
    if not text or (_REFERENCE.fullmatch(text) and not _UNSPACED.search(text)):
        return False
    bare = _SLOT.sub(" ", text[:20_000])
    return len(_WORD.findall(bare)) >= words or len(_UNSPACED.findall(bare)) >= 2 * words


def chat_turns(node: Node | None) -> list[Turn] | None:
    """Return the turns of a list of messages, None if the node is not one.

    A message is a mapping with `role` (or `from`, `speaker`, `type`) and `content` (or `parts`, `value`, `text`).
    A bare string between messages stands for what is inserted there.
    """
    if node is None or node.kind != "list" or not any(item.kind == "map" for item in node.items):
        return None
    turns = []
    for item in node.items:
        if item.kind == "string":
            turns.append(Turn("user", (item,)))
            continue
        role = item.string("role", "from", "speaker", "type") if item.kind == "map" else None
        if role is None:
            return None
        known = ROLES.get(role.lower())
        body = item.get("content", "parts", "value", "text")
        if known is None or (body is None and item.get("tool_calls", "function_call", "refusal", "name") is None):
            if role.lower() in ("placeholder", "history", "messages_placeholder"):
                continue
            return None
        turns.append(Turn(known, content_parts(body)))
    return turns or None


def content_parts(node: Node | None) -> tuple[Node, ...]:
    """Return the texts of a message's content: a string, a list of parts, or a mapping with `text`."""
    if node is None:
        return ()
    if node.kind == "string":
        return (node,)
    if node.kind == "list":
        return tuple(part for item in node.items for part in content_parts(item))
    if node.kind == "map":
        inner = node.get("text", "content", "parts")
        return content_parts(inner) if inner is not None and node.string("type") not in ("image", "image_url") else ()
    return ()


def role_of_key(key: str) -> Role:
    """Return the role that a key's name tells (`user_prompt`), `system` when it tells none."""
    words = re.split(r"[_\W]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", key).lower())
    for word in words:
        if word in ("user", "human", "instance"):
            return "user"
        if word == "assistant":
            return "assistant"
    return "system"
