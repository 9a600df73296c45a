"""Scanning BAML: tokens with places, declarations, types as JSON Schema. There is no parser of it for Python."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from promptlint.sources.nodes import SourceError

TokenKind = Literal["word", "string", "raw", "number", "punct", "comment"]

_TOKEN = re.compile(
    r"(?P<comment>//[^\r\n]*)|(?P<raw>#+\")|(?P<string>\"(?:[^\"\\\r\n]|\\.)*\")|(?P<word>[A-Za-z_]\w*(?:(?:::|[-.])\w+)*)"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<arrow>->)|(?P<jinja>\{#|\{\{|\}\})|(?P<punct>\S)"
)
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_PRIMITIVES = {
    "string": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "null": {"type": "null"},
}


class Token(NamedTuple):
    """`start`/`end` are the whole token, `inner_start`/`inner_end` the text between quotes."""

    kind: TokenKind
    start: int
    end: int
    text: str
    inner_start: int = 0
    inner_end: int = 0


class Member(NamedTuple):
    """A field of a class with the tokens of its type, or a value of an enum; `told` is its description."""

    name: str
    kind: tuple[Token, ...] = ()
    told: str = ""


class Declaration(NamedTuple):
    """A top-level declaration; `head` are the tokens between its name and its body."""

    keyword: str
    name: str
    start: int
    end: int
    head: tuple[Token, ...]
    body: tuple[Token, ...]


def scan(text: str) -> list[Token]:
    """Return the tokens of a BAML file. Raises SourceError at a raw string that is not closed."""
    found: list[Token] = []
    at = 0
    while True:
        match = _TOKEN.search(text, at)
        if match is None:
            return found
        start, at = match.span()
        kind = match.lastgroup or "punct"
        if kind == "raw":
            closing = '"' + "#" * (at - start - 1)
            end = text.find(closing, at)
            if end < 0:
                raise SourceError("not valid BAML: the raw string is not closed", start)
            found.append(Token("raw", start, end + len(closing), text[at:end], at, end))
            at = end + len(closing)
        elif kind == "string":
            found.append(Token("string", start, at, text[start + 1 : at - 1], start + 1, at - 1))
        elif kind == "jinja" and match.group() == "{#":
            end = text.find("#}", at)
            at = end + 2 if end >= 0 else at
            found.append(Token("comment", start, at, text[start:at]))
        elif kind == "jinja":
            at = start + 1
            found.append(Token("punct", start, at, text[start]))
        else:
            named: TokenKind = kind if kind in ("word", "number", "comment") else "punct"  # type: ignore[assignment]
            found.append(Token(named, start, at, match.group()))


def declarations(tokens: list[Token]) -> list[Declaration]:
    """Return the declarations of a file. Raises SourceError at a brace that is not closed or closes nothing."""
    found = []
    code = [token for token in tokens if token.kind != "comment"]
    at = 0
    while at < len(code):
        token = code[at]
        if token.kind != "word":
            if token.text in ")]}":
                raise SourceError(f"not valid BAML: `{token.text}` closes nothing", token.start)
            at = _skip_group(code, at) if token.text in ("(", "[", "{") else at + 1
            continue
        if token.text == "type":
            stop = _alias_end(code, at)
            name = code[at + 1].text if at + 1 < len(code) else ""
            found.append(Declaration("type", name, token.start, code[stop - 1].end, tuple(code[at + 2 : stop]), ()))
            at = stop
            continue
        at, made = _declaration(code, at)
        if made is not None:
            found.append(made)
    return found


def _declaration(code: list[Token], at: int) -> tuple[int, Declaration | None]:
    """Read `keyword<x> Name head { body }`, or `template_string Name(args) raw`."""
    start = at
    names = [code[at].text]
    at += 1
    while at < len(code) and not (code[at].kind == "punct" and code[at].text == "{") and code[at].kind != "raw":
        if code[at].kind == "word":
            names.append(code[at].text)
        if code[at].kind == "punct" and code[at].text in "([":
            at = _skip_group(code, at)
        elif code[at].kind == "word" and code[at].text in ("function", "class", "enum", "test", "generator"):
            return at, None
        else:
            at += 1
    if at >= len(code):
        return at, None
    head = tuple(code[start + 1 : at])
    if code[at].kind == "raw":
        made = Declaration(names[0], _name(head), code[start].start, code[at].end, head, (code[at],))
        return at + 1, made
    stop = _skip_group(code, at)
    made = Declaration(
        names[0], _name(head), code[start].start, code[stop - 1].end, head, tuple(code[at + 1 : stop - 1])
    )
    return stop, made


def _name(head: tuple[Token, ...]) -> str:
    return next((token.text for token in head if token.kind == "word" and token.text != "llm"), "")


def _alias_end(code: list[Token], at: int) -> int:
    """Return where `type X = A | B` ends: at the first token of a new statement."""
    at += 3
    while at < len(code):
        before, token = code[at - 1], code[at]
        joined = before.text in ("=", "|", "<", ",", "(", "[") or token.text in (
            "|",
            "[",
            "]",
            "?",
            ">",
            ",",
            ")",
            "<",
            "(",
        )
        if token.text == "@":
            at += 1
            while at < len(code) and (code[at].text == "@" or (code[at].kind == "word" and code[at - 1].text == "@")):
                at += 1
            at = _skip_group(code, at) if at < len(code) and code[at].text == "(" else at
            continue
        if not joined:
            break
        at += 1
    return min(at, len(code))


def _skip_group(code: list[Token], at: int) -> int:
    """Return the index behind the group that opens at `at`. Raises SourceError when it is not closed."""
    stack = []
    start = at
    while at < len(code):
        token = code[at]
        if token.kind == "punct" and token.text in "([{":
            stack.append(_CLOSING[token.text])
        elif token.kind == "punct" and token.text in ")]}":
            if stack and stack[-1] != token.text:
                raise SourceError(f"not valid BAML: `{stack[-1]}` is expected", token.start)
            stack.pop()
            if not stack:
                return at + 1
        at += 1
    raise SourceError(f"not valid BAML: `{code[start].text}` is not closed", code[start].start)


class Types:
    """The classes, enums and aliases of a file, as JSON Schema on demand."""

    def __init__(self, found: list[Declaration]) -> None:
        self.by_name = {item.name: item for item in found if item.keyword in ("class", "enum", "type")}

    def schema(self, tokens: tuple[Token, ...], depth: int = 0) -> dict[str, object] | None:
        """Return the JSON Schema of a type expression, None when it is a name that is not known here.

        Of a union, a member that another file declares may be anything.
        """
        try:
            value, _ = self._union(tokens, 0, depth)
        except IndexError:
            return None
        return value or None

    def _union(self, tokens: tuple[Token, ...], at: int, depth: int) -> tuple[dict[str, object], int]:
        first, at = self._postfix(tokens, at, depth)
        members = [first]
        while at < len(tokens) and tokens[at].text == "|":
            member, at = self._postfix(tokens, at + 1, depth)
            members.append(member)
        if len(members) == 1:
            return first, at
        if all(set(member) == {"const"} for member in members):
            return {"enum": [member["const"] for member in members]}, at
        return {"anyOf": members}, at

    def _postfix(self, tokens: tuple[Token, ...], at: int, depth: int) -> tuple[dict[str, object], int]:
        token = tokens[at]
        if token.text == "(":
            value, at = self._union(tokens, at + 1, depth)
            at += 1
        elif token.kind == "string":
            value, at = {"const": token.text}, at + 1
        elif token.kind == "number":
            value, at = {"const": float(token.text) if "." in token.text else int(token.text)}, at + 1
        elif token.text == "map" and at + 1 < len(tokens) and tokens[at + 1].text == "<":
            _, at = self._union(tokens, at + 2, depth)
            inner, at = self._union(tokens, at + 1, depth)
            value, at = {"type": "object", "additionalProperties": inner}, at + 1
        else:
            value, at = self._named(token.text, depth), at + 1
        while at < len(tokens):
            if tokens[at].text == "?":
                value, at = {"anyOf": [value, {"type": "null"}]}, at + 1
            elif tokens[at].text == "[" and at + 1 < len(tokens) and tokens[at + 1].text == "]":
                value, at = {"type": "array", "items": value}, at + 2
            else:
                break
        return value, at

    def _named(self, name: str, depth: int) -> dict[str, object]:
        if name in _PRIMITIVES:
            return dict(_PRIMITIVES[name])
        if name in ("true", "false"):
            return {"const": name == "true"}
        if name in ("image", "audio", "pdf", "video"):
            return {}
        declared = self.by_name.get(name)
        if declared is None or depth > 8:
            return {}
        if declared.keyword == "type":
            tokens = tuple(token for token in declared.head if token.text != "=")
            return self._union(tokens, 0, depth + 1)[0]
        if declared.keyword == "enum":
            return {"enum": [member.name for member in members(declared)]}
        properties: dict[str, object] = {}
        required = []
        for member in members(declared):
            value = self.schema(member.kind, depth + 1) or {}
            properties[member.name] = {**value, "description": member.told} if member.told else value
            if not member.kind or member.kind[-1].text != "?":
                required.append(member.name)
        return {"type": "object", "properties": properties, "required": required}


def members(declared: Declaration) -> list[Member]:
    """Return the fields of a class, or the values of an enum; `@alias` renames, `@skip` leaves out."""
    found: list[Member] = []
    body = declared.body
    at = 0
    while at < len(body):
        token = body[at]
        if token.kind != "word":
            _, at = _attribute(body, at) if token.text == "@" else (None, at + 1)
            continue
        name, at = token.text, at + 1
        kind: list[Token] = []
        if declared.keyword == "class":
            while at < len(body) and _goes_on(body, at, kind):
                kind.append(body[at])
                at += 1
        skipped, told = False, ""
        while at < len(body) and body[at].text == "@":
            attribute, at = _attribute(body, at)
            if attribute and attribute[0] == "alias" and len(attribute) > 1:
                name = attribute[1]
            if attribute and attribute[0] == "description" and len(attribute) > 1:
                told = " ".join(attribute[1].split())
            skipped = skipped or bool(attribute and attribute[0] == "skip")
        if not skipped:
            found.append(Member(name, tuple(kind), told))
    return found


def _goes_on(body: tuple[Token, ...], at: int, kind: list[Token]) -> bool:
    token = body[at]
    if token.text == "@":
        return False
    if not kind:
        return True
    return kind[-1].text in ("|", "<", ",", "(", "[") or token.text in ("|", "[", "]", "?", "<", ">", ",", ")", "(")


def _attribute(body: tuple[Token, ...], at: int) -> tuple[list[str] | None, int]:
    """Read `@name(...)` or `@@name(...)`; return its name and string arguments."""
    while at < len(body) and body[at].text == "@":
        at += 1
    if at >= len(body) or body[at].kind != "word":
        return None, at
    found = [body[at].text]
    at += 1
    if at < len(body) and body[at].text == "(":
        stop = _skip_group(list(body), at)
        found += [token.text for token in body[at:stop] if token.kind in ("string", "raw")]
        at = stop
    return found, at
