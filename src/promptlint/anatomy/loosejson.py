"""JSON as prompts write it: with comments, `...`, `<type>`, bare words, `a | b` and placeholders.

The parser accepts these on purpose and records only what a strict parser would trip over by mistake: a trailing
comma, single or curly quotes, an unclosed bracket, a missing comma.
"""

from __future__ import annotations

from promptlint.text import lazy_re as re
from promptlint.text.records import NamedTuple


class Word(str):
    """A bare value that is not JSON: a type name, `...`, a union, a placeholder."""

    __slots__ = ()


class Parsed(NamedTuple):
    """The value, where it ends, and the first mistake: (offset, what). `elided` tells that `...` stands for more."""

    value: object
    end: int
    error: tuple[int, str] | None
    elided: bool
    doubled: bool
    """Braces are doubled (`{{`), as in a template."""


_SPACE = re.compile(r"(?:\s|//[^\n]*|#[^\n]*|/\*.{0,2000}?\*/|<!--.{0,2000}?-->)*", re.S)
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)[^\S\n]*(?:\([^()\n]*\))?,?")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|"(?:[^"\\]|\\.){0,4000}?"(?=\s*[,}\]:])')
_ODD_STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|[“”„][^“”\n]*[“”]|‘[^’\n]*’|`[^`\n]*`")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=\s*[,}\]\n/#]|$)")
_BARE = re.compile(r"[^,{}\[\]\n\"':]+(?:\[\])?|\{\w[\w.]*\}|\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}")
_AFTER_STRING = re.compile(r"[^\S\n]*(?:\||or\b|/)[^,}\]\n]*|[^\S\n]*\([^()\n]*\)")
_CONTROL = re.compile(r"\{%[^%\n]*%\}|\{#[^\n]*?#\}")
_SLOT = re.compile(r"\{\w[\w.]*\}|\{\{\s*\w[\w.|() ]*\}\}|\{%")
_BARE_KEY = re.compile(r"<?[\w$.-]+>?\??|\{\{?\s*[\w.]+\s*\}?\}")
_LITERALS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
_DEPTH = 60


class _ParseError(Exception):
    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at = at
        self.what = what


def parse(text: str, start: int, limit: int) -> Parsed | None:
    """Parse the object or array that begins at `start`, reading at most to `limit`; None if it is not JSON-like."""
    reader = _Reader(text, limit)
    try:
        value = reader.value(start, 0)
    except _ParseError as failure:
        if reader.keys == 0:
            return None
        return Parsed(None, min(failure.at, limit), (failure.at, failure.what), reader.elided, reader.doubled)
    return Parsed(value, reader.at, reader.error, reader.elided, reader.doubled)


class _Reader:
    def __init__(self, text: str, limit: int) -> None:
        self.text = text
        self.limit = limit
        self.at = 0
        self.keys = 0
        self.error: tuple[int, str] | None = None
        self.elided = False
        self.doubled = False

    def value(self, at: int, depth: int) -> object:
        if depth > _DEPTH:
            raise _ParseError(at, "nested too deeply")
        self.at = self._space(at)
        char = self._char()
        if char == "{" and not self._is_slot():
            return self._object(depth)
        if char == "[":
            return self._array(depth)
        return self._scalar()

    def _is_slot(self) -> bool:
        return _SLOT.match(self.text, self.at) is not None

    def _object(self, depth: int) -> dict[str, object]:
        doubled = self.text.startswith("{{", self.at)
        self.doubled = self.doubled or doubled
        opened = self.at
        self.at += 2 if doubled else 1
        result: dict[str, object] = {}
        while True:
            self._separators()
            if self._char() == "}":
                self.at += 2 if doubled and self.text.startswith("}}", self.at) else 1
                return result
            if self.at >= self.limit:
                raise _ParseError(opened, "this brace is never closed")
            key = self._key()
            result[key] = self.value(self.at, depth + 1)
            self._after_value("}")

    def _array(self, depth: int) -> list[object]:
        opened = self.at
        self.at += 1
        result: list[object] = []
        while True:
            self._separators()
            if self._char() == "]":
                self.at += 1
                return result
            if self.at >= self.limit:
                raise _ParseError(opened, "this bracket is never closed")
            before = self.at
            result.append(self.value(self.at, depth + 1))
            self._after_value("]")
            if self.at == before:
                raise _ParseError(self.at, "not a value")

    def _separators(self) -> None:
        """Skip blanks, comments and ellipses before a member."""
        while True:
            self.at = self._space(self.at)
            dots = _ELLIPSIS.match(self.text, self.at, self.limit)
            control = _CONTROL.match(self.text, self.at, self.limit)
            if dots is not None:
                self.elided = True
                self.at = dots.end()
            elif control is not None:
                self.elided = True
                self.at = control.end()
            else:
                break

    def _after_value(self, close: str) -> None:
        tail = _AFTER_STRING.match(self.text, self.at, self.limit)
        if tail is not None:
            self.at = tail.end()
        at = self._space(self.at)
        char = self.text[at] if at < self.limit else ""
        if char == ",":
            self.at = at + 1
            following = self._space(self.at)
            if following < self.limit and self.text[following] == close:
                self._note(at, "trailing comma")
        elif char == close or _ELLIPSIS.match(self.text, at, self.limit) is not None:
            self.at = at
        elif char in ('"', "{", "“"):
            self._note(self.at, "missing comma")
            self.at = at
        elif char in ("}", "]"):
            raise _ParseError(at, f"'{char}' closes the wrong bracket")
        elif self.text.startswith(("{%", "{#"), at):
            self.at = at
        else:
            raise _ParseError(at, "not JSON from here on" if at < self.limit else "a bracket is never closed")

    def _key(self) -> str:
        match = _STRING.match(self.text, self.at, self.limit)
        if match is None:
            match = _ODD_STRING.match(self.text, self.at, self.limit)
            if match is not None:
                self._note(self.at, "quotes that JSON does not know")
        raw = match.group()[1:-1] if match is not None else ""
        if match is None:
            match = _BARE_KEY.match(self.text, self.at, self.limit)
            if match is None:
                raise _ParseError(self.at, "no key here")
            raw = match.group()
            self.elided = True
        at = self._space(match.end())
        if at >= self.limit or self.text[at] != ":":
            raise _ParseError(at, "no colon after the key")
        self.keys += 1
        self.at = at + 1
        return raw

    def _scalar(self) -> object:
        for pattern, odd in ((_STRING, False), (_ODD_STRING, True)):
            match = pattern.match(self.text, self.at, self.limit)
            if match is not None:
                if odd and match.group()[0] != "`":
                    self._note(self.at, "quotes that JSON does not know")
                self.at = match.end()
                tail = _AFTER_STRING.match(self.text, self.at, self.limit)
                if tail is not None and tail.group().strip()[:1] in ("|", "o", "/"):
                    whole = match.group() + tail.group()
                    self.at = tail.end()
                    return Word(whole)
                return match.group()[1:-1]
        match = _NUMBER.match(self.text, self.at, self.limit)
        if match is not None:
            self.at = match.end()
            number = match.group()
            return int(number) if number.lstrip("-").isdigit() else float(number)
        match = _BARE.match(self.text, self.at, self.limit)
        if match is None:
            raise _ParseError(self.at, "no value here")
        self.at = match.end()
        word = match.group().strip().split("//")[0].strip()
        return _LITERALS[word] if word in _LITERALS else Word(word)

    def _note(self, at: int, what: str) -> None:
        if self.error is None:
            self.error = (at, what)

    def _space(self, at: int) -> int:
        match = _SPACE.match(self.text, at, self.limit)
        return match.end() if match is not None else at

    def _char(self) -> str:
        return self.text[self.at] if self.at < self.limit else ""
