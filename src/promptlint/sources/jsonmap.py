"""JSON as a tree with exact places: an own tokenizer, since the standard library tells no offsets."""

from __future__ import annotations

import re

from promptlint.sources.nodes import MAX_DEPTH, Node, SourceError
from promptlint.text.builder import TextBuilder

_SPACE = re.compile(r"[ \t\r\n]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]+')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"true|false|null")
_UNICODE = re.compile(r"[0-9a-fA-F]{4}")
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def parse_json(text: str, path: str, start: int = 0, end: int | None = None) -> Node:
    """Return the tree of `text[start:end]`; offsets count in `text`, the text of `path`.

    Raises SourceError at the first character that is not JSON.
    """
    stop = len(text) if end is None else end
    reader = _Reader(text, path, stop)
    node, at = reader.value(reader.blank(start), 0)
    at = reader.blank(at)
    if at < stop:
        raise SourceError("not valid JSON: text after the end of the value", at)
    return node


class _Reader:
    """A recursive descent over one text; every method returns what it read and where it stopped."""

    def __init__(self, text: str, path: str, end: int) -> None:
        self.text = text
        self.path = path
        self.end = end

    def blank(self, at: int) -> int:
        found = _SPACE.match(self.text, at, self.end)
        return found.end() if found else at

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        if at >= self.end:
            raise SourceError("not valid JSON: the text ends where a value is expected", self.end)
        if depth > MAX_DEPTH:
            raise SourceError(f"nested deeper than {MAX_DEPTH} levels", at)
        char = self.text[at]
        if char == "{":
            return self._object(at, depth)
        if char == "[":
            return self._array(at, depth)
        if char == '"':
            return self.string(at)
        found = _WORD.match(self.text, at, self.end)
        if found:
            kind = "null" if found.group() == "null" else "bool"
            return Node(kind, at, found.end(), found.group()), found.end()  # type: ignore[arg-type]
        found = _NUMBER.match(self.text, at, self.end)
        if found:
            return Node("number", at, found.end(), found.group()), found.end()
        raise SourceError("not valid JSON: a value is expected", at)

    def _object(self, start: int, depth: int) -> tuple[Node, int]:
        pairs: list[tuple[Node, Node]] = []
        at = self.blank(start + 1)
        if self._is(at, "}"):
            return Node("map", start, at + 1), at + 1
        while True:
            if not self._is(at, '"'):
                raise SourceError("not valid JSON: a key in double quotes is expected", at)
            key, at = self.string(at)
            at = self.blank(at)
            if not self._is(at, ":"):
                raise SourceError("not valid JSON: `:` is expected after the key", at)
            value, at = self.value(self.blank(at + 1), depth + 1)
            pairs.append((key, value))
            at = self.blank(at)
            if self._is(at, "}"):
                return Node("map", start, at + 1, pairs=tuple(pairs)), at + 1
            if not self._is(at, ","):
                raise SourceError("not valid JSON: `,` or `}` is expected", at)
            at = self.blank(at + 1)

    def _array(self, start: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        at = self.blank(start + 1)
        if self._is(at, "]"):
            return Node("list", start, at + 1), at + 1
        while True:
            item, at = self.value(at, depth + 1)
            items.append(item)
            at = self.blank(at)
            if self._is(at, "]"):
                return Node("list", start, at + 1, items=tuple(items)), at + 1
            if not self._is(at, ","):
                raise SourceError("not valid JSON: `,` or `]` is expected", at)
            at = self.blank(at + 1)

    def _is(self, at: int, char: str) -> bool:
        return at < self.end and self.text[at] == char

    def string(self, start: int) -> tuple[Node, int]:
        """Read a string at its opening quote."""
        out = TextBuilder()
        at = start + 1
        while at < self.end:
            char = self.text[at]
            if char == '"':
                text, pieces = out.build()
                return Node("string", start, at + 1, text, pieces), at + 1
            if char == "\\":
                decoded, stop = self._escape(at)
                out.escape(decoded, self.path, at, stop)
                at = stop
                continue
            found = _PLAIN.match(self.text, at, self.end)
            if found is None:
                raise SourceError("not valid JSON: a control character stands in a string", at)
            out.text(found.group(), self.path, at)
            at = found.end()
        raise SourceError("not valid JSON: the string is not closed", start)

    def _escape(self, at: int) -> tuple[str, int]:
        mark = self.text[at + 1 : at + 2]
        if mark in _SIMPLE and mark:
            return _SIMPLE[mark], at + 2
        if mark != "u":
            raise SourceError("not valid JSON: unknown escape", at)
        first = self._unit(at)
        if 0xD800 <= first < 0xDC00 and self.text.startswith("\\u", at + 6):
            second = self._unit(at + 6)
            if 0xDC00 <= second < 0xE000:
                return chr(0x10000 + ((first - 0xD800) << 10) + second - 0xDC00), at + 12
        return ("\ufffd" if 0xD800 <= first < 0xE000 else chr(first)), at + 6

    def _unit(self, at: int) -> int:
        found = _UNICODE.match(self.text, at + 2, self.end)
        if found is None:
            raise SourceError("not valid JSON: `\\u` needs four hexadecimal digits", at)
        return int(found.group(), 16)
