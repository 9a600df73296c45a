"""Where each character of a decoded YAML scalar stands in the file."""

from __future__ import annotations

import re

from promptlint.text.builder import TextBuilder
from promptlint.text.pieces import Piece

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_BREAKS = "\r\n\x85\u2028\u2029"
_HEADER = re.compile(r"[|>](?:(?P<chomp>[-+])(?P<indent>[1-9])?|(?P<indent2>[1-9])(?P<chomp2>[-+])?)?")
_SIMPLE = {
    "0": "\0", "a": "\x07", "b": "\x08", "t": "\x09", "\t": "\x09", "n": "\x0a", "v": "\x0b", "f": "\x0c", "r": "\x0d",
    "e": "\x1b", " ": " ", '"': '"', "\\": "\\", "/": "/", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX = {"x": 2, "u": 4, "U": 8}


def scalar_pieces(text: str, start: int, end: int, style: str, value: str, path: str, base: int) -> tuple[Piece, ...]:
    """Return the pieces that tile `value`, the scalar at `text[start:end]`; `base` is added to every file offset.

    Should the file be read differently here than by the parser, the whole scalar is one `escape` piece: coarse, never
    wrong.
    """
    if not value:
        return ()
    if style in ("|", ">"):
        for indent in _indents(text, start, end):
            builder = _Scalar(text, path, base)
            builder.block(start, end, indent)
            if builder.out.length == len(value):
                found, pieces = builder.out.build()
                if found == value:
                    return pieces
    else:
        builder = _Scalar(text, path, base)
        builder.flow(start + (1 if style else 0), end - (1 if style else 0), style)
        found, pieces = builder.out.build()
        if found == value:
            return pieces
    return (Piece("escape", 0, len(value), path, base + start, base + end),)


def _indents(text: str, start: int, end: int) -> list[int]:
    """Return the indents that a block scalar may have, the likeliest first."""
    header = _HEADER.match(text, start)
    body = text[header.end() if header else start : end]
    lines = _BREAK.split(body)[1:]
    spaces = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")]
    first = spaces[0] if spaces else max((len(line) for line in lines), default=0)
    if header and (header.group("indent") or header.group("indent2")):
        return list(range(first, -1, -1))
    return [first]


class _Scalar:
    """Decodes one scalar the way YAML 1.1 says, noting where every run came from."""

    def __init__(self, text: str, path: str, base: int) -> None:
        self.text_in = text
        self.path = path
        self.base = base
        self.out = TextBuilder()

    def _copy(self, start: int, end: int) -> None:
        self.out.text(self.text_in[start:end], self.path, self.base + start)

    def _become(self, text: str, start: int, end: int) -> None:
        if self.text_in[start:end] == text:
            self._copy(start, end)
        else:
            self.out.escape(text, self.path, self.base + start, self.base + end)

    def _break(self, span: tuple[int, int]) -> None:
        """Add a kept line break: every kind but the two Unicode ones is a line feed."""
        written = self.text_in[span[0] : span[1]]
        self._become(written if written in "\u2028\u2029" else "\n", *span)

    # --- block scalars

    def block(self, start: int, end: int, indent: int) -> None:
        """Decode `|` and `>`."""
        header = _HEADER.match(self.text_in, start)
        if header is None:
            return
        chomp = header.group("chomp") or header.group("chomp2")
        folded = self.text_in[start] == ">"
        opening = _BREAK.search(self.text_in, header.end(), end)
        if opening is None:
            return
        at, breaks = self._skip_breaks(opening.end(), end, indent)
        last: tuple[int, int] | None = None
        while at is not None:
            for span in breaks:
                self._break(span)
            tight = self.text_in[at] not in " \t"
            closing = _BREAK.search(self.text_in, at, end)
            stop = closing.start() if closing else end
            self._copy(at, stop)
            last = closing.span() if closing else None
            breaks = []
            if closing is None:
                break
            at, breaks = self._skip_breaks(closing.end(), end, indent)
            if at is None:
                break
            self._between(closing.span(), breaks, folded and tight and self.text_in[at] not in " \t")
        if chomp != "-" and last is not None:
            self._break(last)
        if chomp == "+":
            for span in breaks:
                self._break(span)

    def _between(self, span: tuple[int, int], breaks: list[tuple[int, int]], fold: bool) -> None:
        if fold and self.text_in[span[0] : span[1]] not in "\u2028\u2029":
            if not breaks:
                self._become(" ", *span)
        else:
            self._break(span)

    def _skip_breaks(self, at: int, end: int, indent: int) -> tuple[int | None, list[tuple[int, int]]]:
        """Return where the next line of content begins (None at the end) and the empty lines before it."""
        breaks: list[tuple[int, int]] = []
        while True:
            column = 0
            while column < indent and at < end and self.text_in[at] == " ":
                at, column = at + 1, column + 1
            found = _BREAK.match(self.text_in, at, end)
            if found is None:
                return (at if column == indent and at < end else None), breaks
            breaks.append(found.span())
            at = found.end()

    # --- plain and quoted scalars

    def flow(self, start: int, end: int, quote: str) -> None:
        """Decode plain and quoted scalars between their quotes."""
        at = start
        while at < end:
            char = self.text_in[at]
            if quote == '"' and char == "\\" and at + 1 < end:
                at = self._escape(at, end)
            elif quote == "'" and self.text_in.startswith("''", at):
                self._become("'", at, at + 2)
                at += 2
            elif char in " \t" or char in _BREAKS:
                at = self._space(at, end)
            else:
                run = at + 1
                while run < end and self.text_in[run] not in " \t\\'" and self.text_in[run] not in _BREAKS:
                    run += 1
                self._copy(at, run)
                at = run

    def _escape(self, at: int, end: int) -> int:
        mark = self.text_in[at + 1]
        if mark in _SIMPLE:
            self._become(_SIMPLE[mark], at, at + 2)
            return at + 2
        if mark in _HEX:
            stop = at + 2 + _HEX[mark]
            digits = self.text_in[at + 2 : stop]
            try:
                self._become(chr(int(digits, 16)), at, stop)
            except (ValueError, OverflowError):
                return end
            return stop
        found = _BREAK.match(self.text_in, at + 1, end)
        if found is None:
            return end
        kept: list[tuple[int, int]] = []
        after = self._folded(found.end(), end, kept)
        for span in kept:
            self._break(span)
        return after

    def _space(self, at: int, end: int) -> int:
        """Copy blanks inside a line; fold a line break."""
        stop = at
        while stop < end and self.text_in[stop] in " \t":
            stop += 1
        found = _BREAK.match(self.text_in, stop, end) if stop < end else None
        if found is None:
            self._copy(at, stop)
            return stop
        rest: list[tuple[int, int]] = []
        after = self._folded(found.end(), end, rest)
        if self.text_in[found.start() : found.end()] in "\u2028\u2029":
            self._break(found.span())
        elif not rest:
            self._become(" ", found.start(), found.end())
        for span in rest:
            self._break(span)
        return after

    def _folded(self, at: int, end: int, breaks: list[tuple[int, int]]) -> int:
        """Skip the blanks of the next lines; empty lines are added to `breaks`."""
        while True:
            while at < end and self.text_in[at] in " \t":
                at += 1
            found = _BREAK.match(self.text_in, at, end) if at < end else None
            if found is None:
                return at
            breaks.append(found.span())
            at = found.end()
