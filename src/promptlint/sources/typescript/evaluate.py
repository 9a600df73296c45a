"""What an expression of TypeScript stands for, within its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from promptlint.sources.python import texts
from promptlint.sources.python.evaluate import short
from promptlint.sources.python.sdk import ROLES
from promptlint.sources.python.values import (
    Hole,
    Items,
    Plain,
    Table,
    Text,
    Turn,
    Value,
    concat,
    each,
    either,
    options,
)
from promptlint.sources.typescript.tree import Source, unwrapped
from promptlint.text.builder import TextBuilder
from promptlint.text.pieces import SourceSpan

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DEPTH = 10
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_MESSAGES = {
    "SystemMessage": "system",
    "DeveloperMessage": "system",
    "HumanMessage": "user",
    "AIMessage": "assistant",
    "UserMessage": "user",
    "AssistantMessage": "assistant",
}
_TRIMS = {"trim": "strip", "trimStart": "lstrip", "trimEnd": "rstrip"}
_DEDENT = frozenset({"dedent", "outdent", "stripIndent", "stripIndents", "codeBlock", "endent"})
_CONTROL = re.compile(r"\r\n?")


class Evaluator:
    """Evaluates expressions of one file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._open: set[int] = set()

    def value(self, node: Node | None, depth: int = 0) -> Value:
        """Return what an expression stands for; a `Hole` where that is known at run time only."""
        if node is None:
            return Plain(None)
        node = unwrapped(node)
        handler = _HANDLERS.get(node.type)
        if handler is None or depth > MAX_DEPTH * 4 or node.id in self._open:
            return self.hole(node)
        self._open.add(node.id)
        try:
            return handler(self, node, depth + 1)
        finally:
            self._open.discard(node.id)

    def hole(self, node: Node) -> Hole:
        """Return an expression as a run-time value, named by its source."""
        start, end = self.source.span(node)
        return Hole(short(self.source.text[start : min(end, start + 400)]), SourceSpan(self.source.path, start, end))

    def _string(self, node: Node, _depth: int) -> Value:
        builder = TextBuilder()
        for child in node.named_children:
            self._fragment(builder, child)
        return Text(*builder.build())

    def _fragment(self, builder: TextBuilder, node: Node) -> None:
        start, end = self.source.span(node)
        text = self.source.text[start:end]
        if node.type == "escape_sequence":
            builder.escape(_unescaped(text), self.source.path, start, end)
            return
        at = 0
        for match in _CONTROL.finditer(text):
            builder.text(text[at : match.start()], self.source.path, start + at)
            builder.escape("\n", self.source.path, start + match.start(), start + match.end())
            at = match.end()
        builder.text(text[at:], self.source.path, start + at)

    def _template(self, node: Node, depth: int) -> Value:
        parts: list[Value] = []
        builder = TextBuilder()
        for child in node.named_children:
            if child.type != "template_substitution":
                self._fragment(builder, child)
                continue
            if builder.length:
                parts.append(Text(*builder.build()))
                builder = TextBuilder()
            parts.append(self._substitution(child, depth))
        if builder.length or not parts:
            parts.append(Text(*builder.build()))
        if len(parts) == 1 and isinstance(parts[0], Text):
            return parts[0]
        return each(concat(parts), lambda v: v._replace(dialect="dollar") if isinstance(v, Text) else v)

    def _substitution(self, node: Node, depth: int) -> Value:
        inner = node.named_children[0] if node.named_children else node
        value = self.value(inner, depth)
        if all(isinstance(option, Text) for option in options(value)):
            return value
        start, end = self.source.span(node)
        return Hole(short(self.source.source(inner)), SourceSpan(self.source.path, start, end))

    def _binary(self, node: Node, depth: int) -> Value:
        operator = self.source.source(node.child_by_field_name("operator"))
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if operator in ("||", "??"):
            return _known(either([self.value(left, depth), self.value(right, depth)]))
        if operator != "+":
            return self.hole(node)
        operands: list[Value] = []
        current = node
        for _ in range(500):
            operands.append(self._text_or_hole(current.child_by_field_name("right"), depth))
            inner = current.child_by_field_name("left")
            inner = unwrapped(inner) if inner is not None else None
            if inner is None or inner.type != "binary_expression":
                operands.append(self._text_or_hole(inner, depth))
                break
            current = inner
        return concat(reversed(operands)) if any(isinstance(v, Text) for v in operands) else self.hole(node)

    def _text_or_hole(self, node: Node | None, depth: int) -> Value:
        value = self.value(node, depth)
        if all(isinstance(option, (Text, Hole)) for option in options(value)):
            return value
        return self.hole(node) if node is not None else value

    def _identifier(self, node: Node, depth: int) -> Value:
        found = self.source.find(self.source.source(node), node)
        if found is None or found.start_byte <= node.start_byte < found.end_byte:
            return self.hole(node)
        value = self.value(found, depth)
        return self.hole(node) if isinstance(value, Hole) else value

    def _member(self, node: Node, depth: int) -> Value:
        owner, name = node.child_by_field_name("object"), self.source.source(node.child_by_field_name("property"))
        if owner is not None and self.source.source(owner) == "this":
            found = self.source.names.get(name, ())
            return self.value(found[0][0], depth) if len(found) == 1 else self.hole(node)
        for option in options(self.value(owner, depth)):
            if isinstance(option, Table) and option.get(name) is not None:
                value: Value = option.get(name)
                return value
        return self.hole(node)

    def _subscript(self, node: Node, depth: int) -> Value:
        key = self.value(node.child_by_field_name("index"), depth)
        for option in options(self.value(node.child_by_field_name("object"), depth)):
            if isinstance(option, Table) and isinstance(key, Text) and option.get(key.text) is not None:
                value: Value = option.get(key.text)
                return value
        return self.hole(node)

    def _ternary(self, node: Node, depth: int) -> Value:
        sides = [node.child_by_field_name("consequence"), node.child_by_field_name("alternative")]
        return _known(either([self.value(side, depth) for side in sides]))

    def _array(self, node: Node, depth: int) -> Value:
        items: list[Value] = []
        more: list[str] = []
        for child in node.named_children:
            if child.type == "spread_element":
                inner = child.named_children[0]
                known = next((o for o in options(self.value(inner, depth)) if isinstance(o, Items)), None)
                items += known.items if known is not None else ()
                more += known.more if known is not None else (self.hole(inner).name,)
            elif child.type != "comment":
                items.append(self.value(child, depth))
        return Items(tuple(items), tuple(more))

    def _object(self, node: Node, depth: int) -> Value:
        found: list[tuple[str, Value]] = []
        is_open = False
        for child in node.named_children:
            if child.type == "pair":
                key = self.source.source(child.child_by_field_name("key")).strip("\"'`")
                found.append((key, self.value(child.child_by_field_name("value"), depth)))
            elif child.type == "shorthand_property_identifier":
                found.append((self.source.source(child), self._identifier(child, depth)))
            elif child.type == "spread_element":
                inner = self.value(child.named_children[0], depth)
                found += inner.items if isinstance(inner, Table) else ()
                is_open = is_open or not isinstance(inner, Table)
        return Table(tuple(found), is_open, SourceSpan(self.source.path, *self.source.span(node)))

    def _call(self, node: Node, depth: int) -> Value:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None:
            return self.hole(node)
        name = self.source.source(function).rpartition(".")[2]
        if arguments.type == "template_string":
            value = self.value(arguments, depth)
            return each(value, lambda v: texts.cleandoc(v) if isinstance(v, Text) and name in _DEDENT else v)
        given = [child for child in arguments.named_children if child.type != "comment"]
        if function.type == "member_expression":
            owner = function.child_by_field_name("object")
            handled = self._method(name, owner, given, depth)
            if handled is not None:
                return handled
        if name in _DEDENT and given:
            return each(self.value(given[0], depth), lambda v: texts.cleandoc(v) if isinstance(v, Text) else v)
        body = self.source.find(name, node) if function.type == "identifier" else None
        if body is not None and depth < MAX_DEPTH:
            return self._returned(body, depth) or self.hole(node)
        return self.hole(node)

    def _method(self, name: str, owner: Node | None, given: list[Node], depth: int) -> Value | None:
        if name in ("fromTemplate", "fromMessages") and given:
            return each(self.value(given[0], depth), templated)
        if name not in _TRIMS and name not in ("join", "replace", "replaceAll", "toString", "concat"):
            return None
        value = self.value(owner, depth)
        if name == "join" and isinstance(value, Items) and value.items:
            separator = self.value(given[0], depth) if given else Text(",", ())
            parts: list[Value] = []
            for item in value.items:
                fitting = all(isinstance(option, (Text, Hole)) for option in options(item))
                parts += [*([separator] if parts else []), item if fitting else Hole("item", SourceSpan("", 0, 0))]
            return concat(parts)
        if not any(isinstance(option, Text) for option in options(value)):
            return None
        if name in _TRIMS:
            return each(value, lambda v: texts.strip(v, _TRIMS[name], None) if isinstance(v, Text) else v)
        if name in ("replace", "replaceAll") and len(given) == 2:
            old, new = self.value(given[0], depth), self.value(given[1], depth)
            filler = new if isinstance(new, (Text, Hole)) else self.hole(given[1])
            if isinstance(old, Text):
                return each(value, lambda v: texts.replace(v, old.text, filler) if isinstance(v, Text) else v)
        return value

    def _returned(self, function: Node, depth: int) -> Value | None:
        function = unwrapped(function)
        if function.type not in ("arrow_function", "function_declaration", "function_expression"):
            return None
        body = function.child_by_field_name("body")
        if body is None:
            return None
        if body.type != "statement_block":
            return self.value(body, depth)
        returns = [c for c in body.named_children if c.type == "return_statement" and c.named_children]
        found = [self.value(child.named_children[0], depth) for child in returns]
        return either(found) if found else None

    def _new(self, node: Node, depth: int) -> Value:
        name = self.source.source(node.child_by_field_name("constructor")).rpartition(".")[2]
        arguments = node.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        if name in _MESSAGES and given:
            value = self.value(given[0], depth)
            content = value.get("content") if isinstance(value, Table) else value
            return Turn(ROLES[_MESSAGES[name]], content) if content is not None else self.hole(node)
        if name == "MessagesPlaceholder":
            return Hole("history", self.hole(node).source)
        if name.endswith("PromptTemplate") and given:
            table = self.value(given[0], depth)
            inner = table.get("template") if isinstance(table, Table) else None
            return templated(inner) if inner is not None else self.hole(node)
        return self.hole(node)

    def _literal(self, node: Node, _depth: int) -> Value:
        text = self.source.source(node)
        if node.type == "number":
            try:
                return Plain(float(text))
            except ValueError:
                return Plain(None)
        return Plain({"true": True, "false": False}.get(text))


_HANDLERS = {
    "string": Evaluator._string,
    "template_string": Evaluator._template,
    "binary_expression": Evaluator._binary,
    "identifier": Evaluator._identifier,
    "member_expression": Evaluator._member,
    "subscript_expression": Evaluator._subscript,
    "ternary_expression": Evaluator._ternary,
    "array": Evaluator._array,
    "object": Evaluator._object,
    "call_expression": Evaluator._call,
    "new_expression": Evaluator._new,
    "number": Evaluator._literal,
    "true": Evaluator._literal,
    "false": Evaluator._literal,
    "null": Evaluator._literal,
}


def templated(value: Value) -> Value:
    """Mark texts that LangChain fills: `{name}` is a placeholder."""
    if isinstance(value, Text) and not value.dialect and not value.pending:
        return value._replace(pending="format", dialect="format")
    if isinstance(value, Items):
        items = []
        for item in value.items:
            if isinstance(item, Items) and len(item.items) == 2:
                item = item._replace(items=(item.items[0], templated(item.items[1])))
            items.append(templated(item) if isinstance(item, Text) else item)
        return value._replace(items=tuple(items))
    return value


def _known(value: Value) -> Value:
    good = [option for option in options(value) if isinstance(option, (Text, Items, Table))]
    return either(good) if good else value


def _unescaped(text: str) -> str:
    body = text[1:]
    if not body:
        return ""
    first = body[0]
    if first in "xu" and len(body) > 1:
        try:
            return chr(int(body[1:].strip("{}"), 16))
        except (ValueError, OverflowError):
            return body
    if first in "\r\n\u2028\u2029":
        return ""
    return _ESCAPES.get(first, first) if len(body) == 1 else body


__all__ = ["Evaluator", "Plain", "Turn", "templated"]
