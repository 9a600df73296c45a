"""The SDK table: which argument of which call holds what. The table itself is `sdk.json`."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from promptlint.model import Role
from promptlint.sources.python.scopes import Scope
from promptlint.sources.python.values import Hole, Items, Named, Table, Text, Turn, Value, each

if TYPE_CHECKING:
    from promptlint.sources.python.evaluate import Evaluator

ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "model": "assistant",
    "tool": "tool",
    "function": "tool",
}


def _bracket(code: int) -> int:
    if chr(code) in "([":
        return ord("(")
    if chr(code) in "\n \t":
        return ord(" ") if code == ord("\t") else code
    return code if code < 128 and (chr(code).isalnum() or chr(code) == "_") else ord("\r")


_BRACKETS = bytes(_bracket(code) for code in range(256))
"""Leaves words, blanks and line ends; an opening bracket becomes `(`, all else `\\r`."""


class Call(NamedTuple):
    """One row: where a call's system text, messages, schema and tools stand. Arguments may be paths (`text.format`)."""

    sdk: str
    packages: tuple[str, ...]
    tops: frozenset[str]
    """The first names of `packages`."""
    suffixes: tuple[str, ...]
    """Chains that name the call without a look at the imports."""
    names: tuple[str, ...]
    """Names that count only when they come from one of `packages`."""
    prefix: str
    needs: tuple[str, ...]
    positional: tuple[str, ...]
    system: tuple[str, ...]
    user: tuple[str, ...]
    messages: tuple[str, ...]
    contract: tuple[str, ...]
    json: tuple[str, ...]
    tools: tuple[str, ...]
    few_shot: tuple[str, ...]
    variables: tuple[str, ...]
    template: str
    typed: bool
    reply: bool


class Sdk:
    """The table, indexed by the last name of a call."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.version: int = data["version"]
        self._calls: dict[str, list[Call]] = {}
        self._prefixes: list[Call] = []
        for sdk in data["sdks"]:
            for row in sdk["calls"]:
                self._add(_call(sdk, row))
        self._makers: dict[str, Mapping[str, Any]] = {}
        for row in data["messages"]:
            for name in row["names"]:
                self._makers[name] = row
        self.classes: dict[str, Role] = {
            name.partition(".")[0]: row["role"] for row in data["messages"] for name in row["names"] if row["role"]
        }
        """The role that a class of messages stands for; messages are also written as (class, text)."""
        self._templates = {name: row for row in data["templates"] for name in row["names"]}
        self._beginnings = tuple({*self._calls, *(row.prefix for row in self._prefixes if row.prefix)})
        self._known: dict[bytes, bool] = {}
        """Names that were met, and whether they begin like one of the table."""

    def _add(self, call: Call) -> None:
        if call.prefix:
            self._prefixes.append(call)
        for name in {chain.rpartition(".")[2] for chain in (*call.suffixes, *call.names)}:
            self._calls.setdefault(name, []).append(call)

    def lines(self, text: str) -> list[int]:
        """Return the lines on which a file may call anything of the table, in order.

        The text is cut at its brackets and the last word of each part looked up: a quarter of the time of a pattern.
        """
        plain = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        cut = plain.encode("ascii", "replace").translate(_BRACKETS)
        found = []
        line, counted, at = 1, 0, -1
        for part in cut.split(b"(")[:-1]:
            at += len(part) + 1
            before = part.rstrip(b" ")
            # What ends in a sign or a line end has no word before the bracket; all that is left are words and blanks.
            word = before.rsplit(None, 1)[-1] if before and before[-1] not in b"\r\n" else b""
            known = self._known.get(word)
            if known is None:
                known = self._known[word] = word.decode().startswith(self._beginnings)
            if known:
                line += cut.count(b"\n", counted, at)
                counted = at
                found.append(line)
        return found

    def may_find(self, written: str, packages: Callable[[frozenset[str]], bool]) -> bool:
        """Whether a call may have a row, whatever its chain stands for.

        `packages` tells whether any of some packages is imported from outside.
        """
        last = written.rpartition(".")[2]
        rows = self._calls.get(last, [])
        if last[:1].isupper():
            return bool(rows) or written[:1].isupper()  # a class, which may extend one of the table
        # A row that has chains alone is found by what is written: `counts.update()` is not worth a look at `counts`.
        return any(_spelled(call, written) or (call.names and packages(call.tops)) for call in rows)

    def find(
        self, written: str, dotted: str | None, packages: frozenset[str], arguments: frozenset[str]
    ) -> Call | None:
        """Return the row of a call.

        `written` is its chain as written, `dotted` the imported name behind it, `packages` what the file imports.
        """
        last = written.rpartition(".")[2]
        rows: list[Call] = [*self._calls.get(last, ()), *self._prefixes]
        for call in rows:
            if call.needs and not arguments & {need.split(".", 1)[0] for need in call.needs}:
                continue
            if _matches(call, written, dotted, packages):
                return call
        return None

    def construct(self, evaluator: Evaluator, dotted: str, node: ast.Call, scope: Scope) -> Value | None:
        """Return the message, part, template or list of messages that a constructor makes, None for any other."""
        parts = dotted.rsplit(".", 2)
        from promptlint.sources.python.calls import dotted_name

        written = dotted_name(node.func).rsplit(".", 2)
        names = (".".join(written[-2:]), ".".join(parts[-2:]), parts[-1], written[-1])
        for name in names:
            if name in self._makers:
                return _message(evaluator, self._makers[name], node, scope)
            if name in self._templates:
                return _template(evaluator, self._templates[name], node, scope)
            if name in self.data["parts"]:
                return argument(evaluator, node, scope, ("text",), "text")
            if name in self.data["lists"]:
                value = argument(evaluator, node, scope, ("messages",), "messages")
                value = value or argument(evaluator, node, scope, (), "message_templates")
                return each(value, lambda v: _templated(v, "format")) if value is not None else None
            if name in self.data["history"]:
                return Hole("history", evaluator.hole(node, scope).source)
        return None


def _spelled(call: Call, written: str) -> bool:
    return any(written == chain or written.endswith("." + chain) for chain in call.suffixes)


def _matches(call: Call, written: str, dotted: str | None, packages: frozenset[str]) -> bool:
    if _spelled(call, written):
        return True
    home = dotted is not None and any(dotted == p or dotted.startswith(p + ".") for p in call.packages)
    if call.prefix and home and dotted is not None and dotted.rpartition(".")[2].startswith(call.prefix):
        return True
    for name in call.names:
        fits = written == name or written.endswith("." + name)
        if home and dotted is not None and (dotted.endswith("." + name) or fits):
            return True
        # A method of an object: its class is not followed, the imports of the file vouch for it.
        if fits and "." in name and packages & call.tops:
            return True
        method = "." in written and "." not in name and dotted is None and not name[0].isupper()
        if fits and method and packages & call.tops:
            return True
    return False


def _call(sdk: Mapping[str, Any], row: Mapping[str, Any]) -> Call:
    def words(key: str) -> tuple[str, ...]:
        return tuple(row.get(key, ()))

    return Call(
        sdk=sdk["name"],
        packages=tuple(sdk["packages"]),
        tops=frozenset(package.split(".", 1)[0] for package in sdk["packages"]),
        suffixes=words("suffix"),
        names=(*words("names"), *words("last")),
        prefix=row.get("prefix", ""),
        needs=words("needs"),
        positional=words("positional"),
        system=words("system"),
        user=words("user"),
        messages=words("messages"),
        contract=words("contract"),
        json=words("json"),
        tools=words("tools"),
        few_shot=words("few_shot"),
        variables=words("variables"),
        template=row.get("template", ""),
        typed=row.get("typed", False),
        reply=row.get("reply", False),
    )


def argument(
    evaluator: Evaluator, node: ast.Call, scope: Scope, positional: tuple[str, ...], name: str
) -> Value | None:
    """Return the value of an argument by name or by place, None where the call does not pass it."""
    for keyword in node.keywords:
        if keyword.arg == name:
            return evaluator.value(keyword.value, scope)
    if name in positional:
        at = positional.index(name)
        if at < len(node.args) and not any(isinstance(a, ast.Starred) for a in node.args[: at + 1]):
            return evaluator.value(node.args[at], scope)
    return None


def _message(evaluator: Evaluator, row: Mapping[str, Any], node: ast.Call, scope: Scope) -> Value | None:
    positional = tuple(row["positional"])
    role: Role | None = row["role"] or None
    if role is None:
        given = argument(evaluator, node, scope, positional, "role")
        role = role_of(given)
        if role is None:
            return None
    for name in row["content"]:
        content = argument(evaluator, node, scope, positional, name)
        if content is not None:
            return Turn(role, each(content, lambda value: _templated(value, row.get("template", ""))))
    return None


def role_of(value: Value | None) -> Role | None:
    """Return the role that a value names: a string, or a member of an enumeration of roles."""
    if isinstance(value, Text):
        return ROLES.get(value.text.strip().lower())
    if isinstance(value, Named):
        name = value.dotted.rpartition(".")[2]
        return ROLES.get(name.lower()) or load().classes.get(name)
    if isinstance(value, Hole):
        return ROLES.get(value.name.rpartition(".")[2].lower()) if "." in value.name else None
    return None


def _template(evaluator: Evaluator, row: Mapping[str, Any], node: ast.Call, scope: Scope) -> Value | None:
    for name in row["arguments"]:
        value = argument(evaluator, node, scope, tuple(row["arguments"]), name)
        if value is not None:
            dialect = _declared_dialect(evaluator, node, scope) or row["dialect"]
            return each(value, partial(_templated, dialect=dialect))
    return None


def _declared_dialect(evaluator: Evaluator, node: ast.Call, scope: Scope) -> str:
    value = argument(evaluator, node, scope, (), "template_format")
    if not isinstance(value, Text):
        return ""
    return {"jinja2": "jinja", "jinja": "jinja", "mustache": "mustache", "f-string": "format"}.get(value.text, "")


def _templated(value: Value, dialect: str) -> Value:
    if isinstance(value, Text) and dialect and not value.dialect and not value.pending:
        return value._replace(pending=dialect, dialect=dialect)
    if isinstance(value, Items):
        return value._replace(items=tuple(each(item, lambda v: _listed(v, dialect)) for item in value.items))
    return value


def _listed(item: Value, dialect: str) -> Value:
    """Mark the text of one entry of a list of messages; message objects hold literal text."""
    if isinstance(item, Items) and len(item.items) == 2:
        first, second = item.items
        return item._replace(items=(first, each(second, lambda v: _templated(v, dialect))))
    if isinstance(item, Table):
        return item._replace(
            items=tuple((k, each(v, lambda x: _templated(x, dialect)) if k == "content" else v) for k, v in item.items)
        )
    return _templated(item, dialect) if isinstance(item, Text) else item


@lru_cache(maxsize=1)
def load() -> Sdk:
    """Return the table."""
    return Sdk(json.loads((Path(__file__).parent / "sdk.json").read_text(encoding="utf-8")))
