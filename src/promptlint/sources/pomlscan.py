"""Scanning POML: tags, text, expressions and comments with their places. It is XML-like and lenient."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from promptlint.sources.nodes import SourceError

_TOKEN = re.compile(
    r"(?P<comment><!--.{0,4000}?-->)|(?P<cdata><!\[CDATA\[.{0,4000}?\]\]>)|(?P<expression>\{\{.{0,1000}?\}\})|(?P<declaration><[?!][^<>]{0,1000}>)"
    r"|</\s*(?P<close>[A-Za-z][\w.-]*)\s*>|<(?P<open>[A-Za-z][\w.-]*)(?=[\s/>])|(?P<entity>[&#](?:\w{2,8}|#\d{1,6});)",
    re.S,
)
_ATTRIBUTE = re.compile(
    r"""\s*(?P<name>[A-Za-z_:@][\w:.-]*)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'<>]+)))?"""
)
_END = re.compile(r"\s*(?P<self>/?)>")
ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": "\xa0", "hash": "#", "lbrace": "{",
            "rbrace": "}"}  # fmt: skip


class Attribute(NamedTuple):
    """A value and where it stands between its quotes."""

    text: str
    start: int
    end: int


class Element(NamedTuple):
    """A tag with its content. `name` is lower-cased, without hyphens."""

    name: str
    start: int
    end: int
    attributes: dict[str, Attribute]
    children: list[Element | Run]

    def value(self, *names: str) -> str | None:
        """Return the first of these attributes."""
        return next((self.attributes[name].text for name in names if name in self.attributes), None)


class Run(NamedTuple):
    """Text, an expression (`text` is what stands between the braces), an escaped character or a comment."""

    kind: Literal["text", "expression", "entity", "comment"]
    start: int
    end: int
    text: str


def scan(text: str) -> Element:
    """Return the tree below an unnamed root. Raises SourceError at a tag that is not closed or closes nothing."""
    root = Element("", 0, len(text), {}, [])
    open_: list[Element] = [root]
    at = 0
    while True:
        match = _TOKEN.search(text, at)
        if match is None:
            _text(open_[-1], text, at, len(text))
            break
        _text(open_[-1], text, at, match.start())
        at = match.end()
        if match.group("open"):
            at = _opened(text, match, open_)
        elif match.group("close"):
            _closed(match, open_)
        elif match.group("expression"):
            inner = match.group()[2:-2].strip()
            open_[-1].children.append(Run("expression", match.start(), at, inner))
        elif match.group("comment"):
            open_[-1].children.append(Run("comment", match.start(), at, match.group()))
        elif match.group("cdata"):
            _text(open_[-1], text, match.start() + 9, at - 3)
        elif match.group("entity"):
            _entity(open_[-1], match)
    if len(open_) > 1:
        raise SourceError(f"not valid POML: `<{_written(text, open_[-1].start)}>` is not closed", open_[-1].start)
    return root


def _text(parent: Element, text: str, start: int, end: int) -> None:
    if end > start:
        parent.children.append(Run("text", start, end, text[start:end]))


def _written(text: str, start: int) -> str:
    found = re.compile(r"[\w.-]+").search(text, start)
    return found.group() if found else ""


def _opened(text: str, match: re.Match[str], open_: list[Element]) -> int:
    attributes: dict[str, Attribute] = {}
    at = match.end()
    while True:
        end = _END.match(text, at)
        if end is not None:
            break
        found = _ATTRIBUTE.match(text, at)
        if found is None or found.end() == at:
            raise SourceError(f"not valid POML: the tag `<{match.group('open')}` is not closed by `>`", match.start())
        for group in ("double", "single", "bare"):
            if found.group(group) is not None:
                attributes[found.group("name").lower()] = Attribute(found.group(group), *found.span(group))
        at = found.end()
    if len(open_) > 200:
        raise SourceError("nested deeper than 200 levels", match.start())
    name = match.group("open").lower().replace("-", "")
    element = Element(name, match.start(), end.end(), attributes, [])
    open_[-1].children.append(element)
    if not end.group("self") and name not in ("br", "meta", "img"):
        open_.append(element)
    return end.end()


def _closed(match: re.Match[str], open_: list[Element]) -> None:
    name = match.group("close").lower().replace("-", "")
    if open_[-1].name == name and len(open_) > 1:
        open_.pop()
    elif name not in ("br", "meta", "img"):
        wanted = f"`</{open_[-1].name}>` is expected" if len(open_) > 1 else "it closes nothing"
        raise SourceError(f"not valid POML: `{match.group()}`: {wanted}", match.start())


def _entity(parent: Element, match: re.Match[str]) -> None:
    name = match.group()[1:-1]
    if name.startswith("#") and name[1:].isdigit() and int(name[1:]) < 0x110000:
        parent.children.append(Run("entity", *match.span(), chr(int(name[1:]))))
    elif name in ENTITIES:
        parent.children.append(Run("entity", *match.span(), ENTITIES[name]))
    else:
        parent.children.append(Run("text", *match.span(), match.group()))
