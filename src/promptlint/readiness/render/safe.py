"""Untrusted names made safe to show: no control characters, no markup of the target format."""

from __future__ import annotations

import html
import re
import unicodedata

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~])")


def plain(value: object) -> str:
    """Return one line without control, format or bidirectional characters: safe on a terminal."""
    text = str(value).replace("\r\n", " ").replace("\n", " ").replace("\t", " ")
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    return f"\\x{ord(char):02x}" if category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else char


def markup(value: object) -> str:
    """Return text for HTML and SVG, attributes included."""
    return html.escape(plain(value), quote=True)


def markdown(value: object) -> str:
    """Return text for Markdown, table cells included."""
    return _MARKDOWN.sub(r"\\\1", plain(value))
