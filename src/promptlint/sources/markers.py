"""Role markers in a template body: where one message ends and the next begins."""

from __future__ import annotations

import re
from typing import NamedTuple

from promptlint.model import Role
from promptlint.sources.making import ROLES, Turn, raw
from promptlint.sources.nodes import Node
from promptlint.text.pieces import cut as cut_piece

_NAMES = "system|developer|user|assistant|function|tool|human|ai|model"
LINE = re.compile(
    rf"^[ \t]*#?[ \t]*(?P<role>{_NAMES})(?:\[[^\]\r\n]{{0,200}}\])?[ \t]*:[ \t]*(?=[\r\n]|\Z)", re.I | re.M
)
"""`system:`, `# user:`, `assistant[name="x"]:` alone on a line (Prompty, promptflow)."""
PREFIX = re.compile(r"^(?P<role>system|user|assistant)[ \t]*:[ \t]+(?=\S)", re.I | re.M)
"""`System: text` on the same line (the litellm dialect of dotprompt)."""
HELPER = re.compile(r"""\{\{~?\s*#?role\s+["'](?P<role>\w+)["']\s*~?\}\}|(?P<close>\{\{~?/role\s*~?\}\})""")
"""`{{role "system"}}` and `{{#role "system"}} … {{/role}}` (dotprompt)."""
BLOCK = re.compile(
    r"""(?P<open>\{%[-+]?\s*(?:chat|message)\s+role\s*=\s*["'](?P<role>\w+)["'][^%]{0,200}%\})"""
    r"""|(?P<close>\{%[-+]?\s*end(?:chat|message)\s*[-+]?%\})"""
)
"""`{% chat role="system" %}` (banks), `{% message role="system" %}` (haystack)."""
TAG = re.compile(
    r"""(?P<open><message\s+role\s*=\s*["'](?P<role>\w+)["'][^<>]{0,200}>)|(?P<close></message>)"""
    r"""|(?P<open2>\{\{#message\s+role\s*=\s*["'](?P<role2>\w+)["'][^{}]{0,200}\}\})|(?P<close2>\{\{/message\}\})""",
    re.I,
)
"""`<message role="system">` and `{{#message role="system"}}` (Semantic Kernel)."""
CALL = re.compile(r"""\{\{\s*_\.(?:role|chat)\(\s*(?:role\s*=\s*)?["'](?P<role>\w+)["'][^{}]{0,100}\)\s*\}\}""")
"""`{{ _.role("system") }}` (BAML)."""

COLANG = re.compile(r"^(?=(?P<role>user|bot)\b)", re.M)
"""`user "…"` and `bot …` open the turns of a sample conversation (NeMo Guardrails); they stay in the text."""

HISTORY = re.compile(
    r"\{%[-+]?\s*for\s+\w+(?:\s*,\s*\w+)?\s+in\s+[\w.]*(?:history|messages|conversation)\b"
    r"|\{\{~?\s*#each\s+[\w.@]*(?:history|messages|conversation)\b|\{\{~?\s*history\s*~?\}\}",
    re.I,
)
"""A loop over the messages of a conversation: they are known at run time only."""


class _Cut(NamedTuple):
    start: int
    end: int
    role: str | None


def split(
    text: str, path: str, start: int, end: int, pattern: re.Pattern[str], first: Role, *, trim: bool = True
) -> list[Turn] | None:
    """Return the turns of `text[start:end]` (file offsets), None when no marker is there.

    Text before the first marker, and after one that closes, belongs to `first`.
    """
    return split_node(raw(text, path, start, end), pattern, first, trim=trim)


def split_node(node: Node, pattern: re.Pattern[str], first: Role, *, trim: bool = True) -> list[Turn] | None:
    """Return the turns of a decoded text, None when no marker is there."""
    cuts = []
    for match in pattern.finditer(node.text):
        groups = match.groupdict()
        name = groups.get("role") or groups.get("role2")
        if name is not None and name.lower() not in ROLES:
            continue
        cuts.append(_Cut(match.start(), match.end(), name.lower() if name else None))
    if not any(cut.role for cut in cuts):
        return None
    turns = []
    role: Role = first
    at = 0
    length = len(node.text)
    for cut in [*cuts, _Cut(length, length, None)]:
        part = cut_node(node, at, cut.start, trim=trim)
        if part.text.strip():
            turns.append(Turn(role, (part,)))
        role = ROLES[cut.role] if cut.role else first
        at = cut.end
    return turns


def cut_node(node: Node, start: int, end: int, *, trim: bool = False) -> Node:
    """Return `node.text[start:end]` as a string that keeps its places; an escape is never cut in the file."""
    while trim and start < end and node.text[start].isspace():
        start += 1
    while trim and end > start and node.text[end - 1].isspace():
        end -= 1
    inside = [cut_piece(piece, start, end) for piece in node.pieces if piece.end > start and piece.start < end]
    pieces = [piece._replace(start=piece.start - start, end=piece.end - start) for piece in inside]
    begin = pieces[0].source_start if pieces else node.start
    finish = pieces[-1].source_end if pieces else node.start
    return Node("string", begin, finish, node.text[start:end], tuple(pieces))
