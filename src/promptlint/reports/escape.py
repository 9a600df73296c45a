"""Untrusted text, made harmless for the place that it goes to.

Paths, symbols, prompt text and every message that quotes them are written by whoever wrote the linted repository.
"""

from __future__ import annotations

import unicodedata

from promptlint.text import lazy_re as re

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # part of emoji and of words in several scripts; they move nothing
_MARKUP = re.compile(r"""[\\`*_{}\[\]<>#&|~@$^"']|://|(?<=www)\.""", re.IGNORECASE)
_REFERENCE = re.compile(r"&#64;|&#35;(?=\w)")
_COMMAND_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_COMMAND_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def visible(text: str) -> str:
    """Return text that cannot steer a terminal or hide a part of itself.

    Control characters, direction marks, other invisible characters and lone surrogates read `<U+202E>`.
    """
    if text.isprintable():
        return text
    return "".join(shown(character) for character in text)


def shown(character: str) -> str:
    """Return one character as `visible` shows it."""
    if character.isprintable() or character in _JOINERS or unicodedata.category(character) not in _UNSEEN:
        return character
    return f"<U+{ord(character):04X}>"


def same_length(text: str) -> str:
    """Return what `visible` does in as many characters as the text has: offsets still hold. Line ends and tabs stay."""
    if text.isprintable():
        return text
    return "".join(c if c in "\n\t" else _in_one(c) for c in text)


def _in_one(character: str) -> str:
    if ord(character) < 32 or ord(character) == 127:
        return chr(0x2421 if ord(character) == 127 else 0x2400 + ord(character))
    return character if shown(character) == character else "\ufffd"


def one_line(text: str) -> str:
    """Return text on one line, with runs of blanks made one space, and visible."""
    return visible(" ".join(text.split()))


def html(text: str) -> str:
    """Return text for HTML and for Markdown within a line: no markup, link or mention can come of it."""
    escaped = _MARKUP.sub(lambda match: "".join(f"&#{ord(character)};" for character in match[0]), one_line(text))
    # Forges look for @name and #1 in the finished page, where an entity is the character again.
    return _REFERENCE.sub(r"\g<0>&#8203;", escaped)


def code(text: str) -> str:
    """Return text as inline code of Markdown, safe in table cells too."""
    return f"<code>{html(text)}</code>"


def command_data(text: str) -> str:
    """Return text for the message of a GitHub workflow command (what follows the second `::`)."""
    return "\n".join(visible(line) for line in _lines(text)).translate(_COMMAND_DATA)


def command_property(text: str) -> str:
    """Return text for a property of a GitHub workflow command (`file=…`)."""
    return visible(text).translate(_COMMAND_PROPERTY)


def sarif(text: str) -> str:
    """Return text for a SARIF message, in which `[text](place)` would be a link."""
    return "\n".join(visible(line) for line in _lines(text)).replace("](", "] (")


def xml(text: str) -> str:
    """Return text for XML, both as content and between double quotes."""
    safe = "\n".join("".join(_xml_legal(character) for character in visible(line)) for line in _lines(text))
    for raw, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "&#10;")):
        safe = safe.replace(raw, escaped)
    return safe


def _xml_legal(character: str) -> str:
    code_point = ord(character)
    legal = character == "\t" or 0x20 <= code_point <= 0xD7FF or 0xE000 <= code_point <= 0xFFFD or code_point > 0xFFFF
    return character if legal and code_point & 0xFFFE != 0xFFFE else f"<U+{code_point:04X}>"


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
