"""TOML as a tree with exact places of its strings: the standard reader tells no positions."""

from __future__ import annotations

import re

from promptlint.sources.nodes import MAX_DEPTH, Node, SourceError
from promptlint.text.builder import TextBuilder

_SKIP = re.compile(r"(?:[ \t]|\r\n|\n|#[^\r\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\Z)")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TOKEN = re.compile(r"[^\s,\]}#]+(?: \d\d:[\d:.Z+-]+)?")
_BASIC = re.compile(r'[^"\\\r\n]+')
_CONTINUED = re.compile(r"\\[ \t]*(?:\r\n|\n)\s*")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_HEX = {"x": 2, "u": 4, "U": 8}


class _Table:
    """A table that may still grow."""

    __slots__ = ("children", "keys", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.keys: list[Node] = []
        self.children: dict[str, _Table | list[_Table] | Node] = {}


def parse_toml(text: str, path: str) -> Node:
    """Return the tree of a TOML text. Raises SourceError at the first place that is not TOML."""
    return _Reader(text, path).document()


class _Reader:
    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path

    def document(self) -> Node:
        root = _Table(0)
        current = root
        at = self._skip(0)
        while at < len(self.text):
            if self.text[at] == "[":
                current, at = self._header(root, at)
            else:
                at = self._assignment(current, at, 0)
            line = _LINE.match(self.text, at)
            if line is None:
                raise SourceError("not valid TOML: the line goes on after its value", at)
            at = self._skip(line.end())
        return self._node(root, len(self.text), 0)

    def _skip(self, at: int) -> int:
        found = _SKIP.match(self.text, at)
        return found.end() if found else at

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def _header(self, root: _Table, at: int) -> tuple[_Table, int]:
        many = self.text.startswith("[[", at)
        start = at
        keys, at = self._keys(self._blank(at + (2 if many else 1)))
        closing = "]]" if many else "]"
        if not self.text.startswith(closing, at):
            raise SourceError(f"not valid TOML: `{closing}` is expected", at)
        table = self._walk(root, keys[:-1])
        last = keys[-1]
        known = table.children.get(last.text)
        if many:
            if known is None:
                known = []
                self._set(table, last, known)
            if not isinstance(known, list):
                raise SourceError(f"not valid TOML: `{last.text}` is not a list of tables", last.start)
            known.append(_Table(start))
            return known[-1], at + 2
        return self._walk(table, [last]), at + 1

    def _walk(self, table: _Table, keys: list[Node]) -> _Table:
        for key in keys:
            below = table.children.get(key.text)
            if below is None:
                below = _Table(key.start)
                self._set(table, key, below)
            if isinstance(below, list):
                below = below[-1]
            if not isinstance(below, _Table):
                raise SourceError(f"not valid TOML: `{key.text}` is a value and not a table", key.start)
            table = below
        return table

    def _set(self, table: _Table, key: Node, value: _Table | list[_Table] | Node) -> None:
        if key.text in table.children:
            raise SourceError(f"not valid TOML: `{key.text}` is set twice", key.start)
        table.keys.append(key)
        table.children[key.text] = value

    def _assignment(self, table: _Table, at: int, depth: int) -> int:
        keys, at = self._keys(at)
        if not self.text.startswith("=", at):
            raise SourceError("not valid TOML: `=` is expected after the key", at)
        value, at = self._value(self._blank(at + 1), depth + 1)
        self._set(self._walk(table, keys[:-1]), keys[-1], value)
        return at

    def _keys(self, at: int) -> tuple[list[Node], int]:
        keys = []
        while True:
            if at < len(self.text) and self.text[at] in "\"'":
                key, at = self._string(at)
            else:
                found = _BARE.match(self.text, at)
                if found is None:
                    raise SourceError("not valid TOML: a key is expected", at)
                key, at = Node("string", at, found.end(), found.group()), found.end()
            keys.append(key)
            if len(keys) > MAX_DEPTH:
                raise SourceError(f"nested deeper than {MAX_DEPTH} levels", at)
            at = self._blank(at)
            if not self.text.startswith(".", at):
                return keys, at
            at = self._blank(at + 1)

    def _value(self, at: int, depth: int) -> tuple[Node, int]:
        if at >= len(self.text):
            raise SourceError("not valid TOML: the text ends where a value is expected", at)
        if depth > MAX_DEPTH:
            raise SourceError(f"nested deeper than {MAX_DEPTH} levels", at)
        char = self.text[at]
        if char in "\"'":
            return self._string(at)
        if char == "[":
            return self._array(at, depth)
        if char == "{":
            return self._inline(at, depth)
        found = _TOKEN.match(self.text, at)
        if found is None:
            raise SourceError("not valid TOML: a value is expected", at)
        word = found.group()
        if word in ("true", "false"):
            return Node("bool", at, found.end(), word), found.end()
        if not re.match(r"[-+]?(?:\d|inf$|nan$)", word):
            raise SourceError("not valid TOML: a value is expected; text needs quotes", at)
        return Node("number", at, found.end(), word), found.end()

    def _array(self, start: int, depth: int) -> tuple[Node, int]:
        items = []
        at = self._skip(start + 1)
        while not self.text.startswith("]", at):
            item, at = self._value(at, depth + 1)
            items.append(item)
            at = self._skip(at)
            if self.text.startswith(",", at):
                at = self._skip(at + 1)
            elif not self.text.startswith("]", at):
                raise SourceError("not valid TOML: `,` or `]` is expected", at)
        return Node("list", start, at + 1, items=tuple(items)), at + 1

    def _inline(self, start: int, depth: int) -> tuple[Node, int]:
        table = _Table(start)
        at = self._skip(start + 1)
        while not self.text.startswith("}", at):
            at = self._skip(self._assignment(table, at, depth))
            if self.text.startswith(",", at):
                at = self._skip(at + 1)
            elif not self.text.startswith("}", at):
                raise SourceError("not valid TOML: `,` or `}` is expected", at)
        return self._node(table, at + 1, depth), at + 1

    def _node(self, table: _Table, end: int, depth: int) -> Node:
        if depth > 2 * MAX_DEPTH:
            raise SourceError("nested too deeply", table.start)
        pairs = []
        for key in table.keys:
            child = table.children[key.text]
            if isinstance(child, list):
                items = tuple(self._node(item, end, depth + 1) for item in child)
                child = Node("list", key.start, end, items=items)
            elif isinstance(child, _Table):
                child = self._node(child, end, depth + 1)
            pairs.append((key, child))
        return Node("map", table.start, end, pairs=tuple(pairs))

    # --- strings

    def _string(self, start: int) -> tuple[Node, int]:
        quote = self.text[start]
        long = self.text.startswith(quote * 3, start)
        out = TextBuilder()
        at = start + (3 if long else 1)
        if long:
            first = re.compile(r"\r\n|\n").match(self.text, at)
            at = first.end() if first else at
        closing = quote * 3 if long else quote
        while not self.text.startswith(closing, at):
            if at >= len(self.text):
                raise SourceError("not valid TOML: the string is not closed", start)
            at = self._run(out, at, quote, long)
        end = at
        while long and self.text.startswith(quote, end + 3) and end - at < 2:
            end += 1
        out.text(self.text[at:end], self.path, at)
        text, pieces = out.build()
        end += len(closing)
        return Node("string", start, end, text, pieces), end

    def _run(self, out: TextBuilder, at: int, quote: str, long: bool) -> int:
        char = self.text[at]
        if char in "\r\n":
            if not long:
                raise SourceError("not valid TOML: the string is not closed on its line", at)
            if self.text.startswith("\r\n", at):
                out.escape("\n", self.path, at, at + 2)
                return at + 2
            out.text(char, self.path, at)
            return at + 1
        if quote == '"' and char == "\\":
            return self._escape(out, at, long)
        stop = at + 1
        if char != quote:
            pattern = _BASIC if quote == '"' else _LITERAL
            found = pattern.match(self.text, at)
            stop = found.end() if found else stop
        out.text(self.text[at:stop], self.path, at)
        return stop

    def _escape(self, out: TextBuilder, at: int, long: bool) -> int:
        mark = self.text[at + 1 : at + 2]
        if mark in _ESCAPES and mark:
            out.escape(_ESCAPES[mark], self.path, at, at + 2)
            return at + 2
        if mark in _HEX and mark:
            stop = at + 2 + _HEX[mark]
            try:
                out.escape(chr(int(self.text[at + 2 : stop], 16)), self.path, at, stop)
            except (ValueError, OverflowError):
                raise SourceError("not valid TOML: the escape names no character", at) from None
            return stop
        found = _CONTINUED.match(self.text, at) if long else None
        if found is None:
            raise SourceError("not valid TOML: unknown escape", at)
        return found.end()


_LITERAL = re.compile(r"[^'\r\n]+")
