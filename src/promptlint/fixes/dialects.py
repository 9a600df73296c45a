"""Writing literal text into a template: what the model should read must survive rendering."""

from __future__ import annotations

import re

_TAGS = {
    "jinja": re.compile(r"\{\{|\{%|\{#"),
    "mustache": re.compile(r"\{\{"),
    "sk": re.compile(r"\{\{"),
    "bare": re.compile(r"\{\{\s*[\w.-]+\s*\}\}"),
    "dollar": re.compile(r"\$(?=[A-Za-z_{$])"),
    "unknown": re.compile(r"[{}]|<<|\[\[|%\("),
}


def escaped(text: str, dialect: str) -> str | None:
    """Return `text` as a template of `dialect` must hold it; None where the dialect has no safe way to say it.

    `fstring` is left alone: the braces of an f-string belong to the host, which knows each literal's prefix.
    """
    if dialect == "format":
        return text.replace("{", "{{").replace("}", "}}")
    if dialect == "percent":
        return text.replace("%", "%%")
    tag = _TAGS.get(dialect)
    if tag is None or tag.search(text) is None:
        return text
    if dialect == "dollar":
        return tag.sub("$$", text)
    if dialect == "jinja" and "endraw" not in text:
        return "{% raw %}" + text + "{% endraw %}"
    return None


def allows_braces(dialect: str) -> bool:
    """Whether text with braces can be inserted; where the dialect is a guess, a list of fields is written instead."""
    return dialect != "unknown"
