"""String literals, character by character: what Python reads, and where each character is written.

The scanner works on the source between the positions that the tree gives, so it is the same for every version of
Python. What it decodes is compared with the tree's own value: on a difference the whole literal becomes one escape,
so the text is never wrong, only its places are coarser.
"""

from __future__ import annotations

import ast
import unicodedata
from typing import NamedTuple

from promptlint.sources.python.module import Module
from promptlint.text import lazy_re as re

_PREFIX = re.compile(r"([A-Za-z]{0,3})('''|\"\"\"|'|\")")
_BETWEEN = re.compile(r"(?:[ \t\f\r\n()]|\\(?=[\r\n])|#[^\r\n]*)*")
_ESCAPE = re.compile(
    r"\\(?:\r\n|[\n\r\\'\"abfnrtv]|[0-7]{1,3}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|N\{[^}]{1,100}\})"
)
_SIMPLE = {"\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_STOPS = {
    # (raw, formatted): characters at which a run of plain text ends
    (False, False): re.compile(r"[\\\r]"),
    (True, False): re.compile(r"\r"),
    (False, True): re.compile(r"[\\\r{}]"),
    (True, True): re.compile(r"[\r{}]"),
}

_CLOSINGS = {
    (quote, formatted): re.compile(rf"\\|{quote}|[{{]" if formatted else rf"\\|{quote}")
    for quote in ("'", '"', "'''", '"""')
    for formatted in (False, True)
}


class Part(NamedTuple):
    """A run of a literal. `text`: copied characters; `escape`: written otherwise; `hole`: the source of a value."""

    kind: str
    text: str
    start: int
    end: int


def scan(module: Module, node: ast.Constant | ast.JoinedStr) -> list[Part]:
    """Return the parts of a string literal, implicit concatenation included; holes carry their expression's source."""
    start, end = module.span(node)
    if isinstance(node, ast.Constant):
        plain = _plain(module.text, start, end, str(node.value))
        if plain is not None:
            return [plain]
    parts = _Scanner(module.text).literals(start, end)
    read = "".join(part.text for part in parts or () if part.kind != "hole")
    holes = sum(part.kind == "hole" for part in parts or ())
    expected, expected_holes = _expected(node)
    if parts is None or read != expected or holes != expected_holes:
        return _coarse(node, start, end)
    return parts


def _plain(text: str, start: int, end: int, value: str) -> Part | None:
    """Return the only part of a literal that is written as it reads, as most are."""
    for width in (1, 3):
        first, last = start + width, end - width
        if text[start] in "'\"" and last - first == len(value) > 0 and text.startswith(value, first):
            return Part("text", value, first, last)
    return None


def _expected(node: ast.Constant | ast.JoinedStr) -> tuple[str, int]:
    if isinstance(node, ast.Constant):
        return str(node.value), 0
    texts = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
    return "".join(texts), len(node.values) - len(texts)


def _coarse(node: ast.Constant | ast.JoinedStr, start: int, end: int) -> list[Part]:
    if isinstance(node, ast.Constant):
        return [Part("escape", str(node.value), start, end)]
    found = []
    for value in node.values:
        if isinstance(value, ast.Constant):
            found.append(Part("escape", str(value.value), start, end))
        elif isinstance(value, ast.FormattedValue):
            found.append(Part("hole", ast.unparse(value.value), start, end))
    return found


class _Scanner:
    """Reads literals from a text; None instead of a result where the text is not what the tree promised."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: list[Part] = []

    def literals(self, start: int, end: int) -> list[Part] | None:
        at = start
        while at < end:
            match = _PREFIX.match(self._text, at, end)
            if match is None:
                return None
            prefix = match.group(1).lower()
            closed = self._body(match.end(), end, match.group(2), "r" in prefix, "f" in prefix or "t" in prefix)
            if closed is None:
                return None
            between = _BETWEEN.match(self._text, closed, end)
            at = between.end() if between is not None else closed
        return self._parts

    def _body(self, at: int, end: int, quote: str, raw: bool, formatted: bool) -> int | None:
        """Read one literal's body; return the offset after the closing quote."""
        text = self._text
        closing = self._closing(at, end, quote, formatted, raw)
        if closing is None:
            return None
        stops = _STOPS[raw, formatted]
        while at < closing:
            match = stops.search(text, at, closing)
            stop = match.start() if match is not None else closing
            if stop > at:
                self._add("text", text[at:stop], at, stop)
            if match is None:
                break
            following = self._special(stop, closing, raw)
            if following is None:
                return None
            at = following
        return closing + len(quote)

    def _special(self, at: int, end: int, raw: bool) -> int | None:
        text = self._text
        sign = text[at]
        if sign == "\r":
            stop = at + 2 if text.startswith("\r\n", at) else at + 1
            self._add("escape", "\n", at, stop)
            return stop
        if sign == "\\" and not raw:
            return self._escape(at, end)
        if text.startswith(sign * 2, at) and sign in "{}":
            self._add("escape", sign, at, at + 2)
            return at + 2
        return self._hole(at, end) if sign == "{" else None

    def _escape(self, at: int, end: int) -> int:
        match = _ESCAPE.match(self._text, at, end)
        if match is None:
            self._add("text", "\\", at, at + 1)
            return at + 1
        body = match.group()[1:]
        if body[0] not in "\r\n":
            self._add("escape", _decode(body), at, match.end())
        return match.end()

    def _hole(self, at: int, end: int) -> int | None:
        expression_end, stop = hole_end(self._text, at + 1, end)
        if stop is None:
            return None
        source = self._text[at + 1 : expression_end]
        if source.rstrip().endswith("=") and source.rstrip()[-2:-1] not in ("=", "!", "<", ">"):
            self._add("text", source, at + 1, expression_end)
            source = source.rstrip()[:-1]
        self._parts.append(Part("hole", source, at, stop))
        return stop

    def _closing(self, at: int, end: int, quote: str, formatted: bool, raw: bool) -> int | None:
        """Return the offset of the closing quote; quotes inside holes do not close."""
        text = self._text
        step = _CLOSINGS[quote, formatted]
        while True:
            match = step.search(text, at, end)
            if match is None:
                return None
            found = match.group()
            if found == quote:
                return match.start()
            if found == "\\":
                named = None if raw else _ESCAPE.match(text, match.start(), end)
                if formatted and named is None and text[match.end() : match.end() + 1] in ("{", "}"):
                    at = match.end()
                else:
                    at = named.end() if named is not None else match.end() + 1
            elif text.startswith("{{", match.start()):
                at = match.end() + 1
            else:
                _, stop = hole_end(text, match.end(), end)
                if stop is None:
                    return None
                at = stop

    def _add(self, kind: str, text: str, start: int, end: int) -> None:
        self._parts.append(Part(kind, text, start, end))


def _decode(body: str) -> str:
    first = body[0]
    if first in "xuU":
        return chr(int(body[1:], 16))
    if first == "N":
        try:
            return unicodedata.lookup(body[2:-1])
        except KeyError:
            return ""
    if first.isdigit():
        return chr(int(body, 8))
    return _SIMPLE.get(first, body)


_LINE_END = re.compile(r"[\r\n]")
_IN_HOLE = re.compile(r"[\[({\])}!:'\"#]")


def hole_end(text: str, at: int, end: int) -> tuple[int, int | None]:
    """Return where the expression of a hole ends and where the hole does; `at` is after the brace, None if open."""
    depth = 0
    while True:
        match = _IN_HOLE.search(text, at, end)
        if match is None:
            return end, None
        sign, at = match.group(), match.end()
        if sign in "'\"":
            closed = _skip_string(text, match.start(), end)
            if closed is None:
                return end, None
            at = closed
        elif sign == "#":
            line_end = _LINE_END.search(text, at, end)
            at = line_end.end() if line_end is not None else end
        elif sign in "[({":
            depth += 1
        elif sign == "}" and depth == 0:
            return match.start(), at
        elif sign in "])}":
            depth -= 1
        elif depth == 0 and not (sign == "!" and text.startswith("=", at)):
            return match.start(), _spec_end(text, match.start(), end)


def _spec_end(text: str, at: int, end: int) -> int | None:
    """Return the offset after the brace that closes a hole, from its conversion or format specification on."""
    while at < end:
        if text[at] == "}":
            return at + 1
        if text[at] == "{":
            _, stop = hole_end(text, at + 1, end)
            if stop is None:
                return None
            at = stop
        else:
            at += 1
    return None


def _skip_string(text: str, at: int, end: int) -> int | None:
    """Return the offset after a string literal inside a hole; `at` is its opening quote."""
    first = at
    while first > 0 and text[first - 1] in "rRbBfFuUtT" and at - first < 2:
        first -= 1
    prefix = text[first:at].lower()
    match = _PREFIX.match(text, at, end)
    if match is None:
        return None
    quote = match.group(2)
    closing = _Scanner(text)._closing(match.end(), end, quote, "f" in prefix or "t" in prefix, "r" in prefix)
    return None if closing is None else closing + len(quote)
