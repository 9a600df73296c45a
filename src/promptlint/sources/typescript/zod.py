"""Declared output in TypeScript: zod schemas and JSON Schema objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from promptlint.model import Contract
from promptlint.sources.python.values import Items, Plain, Table, Text, Value
from promptlint.sources.typescript.evaluate import Evaluator
from promptlint.sources.typescript.tree import unwrapped
from promptlint.text.pieces import SourceSpan

if TYPE_CHECKING:
    from tree_sitter import Node

_SCALARS: dict[str, Mapping[str, object]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "int": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date-time"},
    "email": {"type": "string", "format": "email"},
    "url": {"type": "string", "format": "uri"},
    "null": {"type": "null"},
}
_WRAPPERS = frozenset({"zodResponseFormat", "zodTextFormat", "zodSchema", "jsonSchema", "toJsonSchema", "object"})
MAX_DEPTH = 12


def contract_of(evaluator: Evaluator, node: Node) -> Contract | None:
    """Return the contract that an expression declares: zod, a helper around it, or a JSON Schema."""
    source = evaluator.source
    node = _followed(evaluator, node)
    place = SourceSpan(source.path, *source.span(node))
    if node.type == "object":
        return _of_json(evaluator.value(node), place)
    if node.type != "call_expression":
        return Contract(source.source(node)[:80], True, None, place)
    name = _name(evaluator, node)
    arguments = _arguments(node)
    if name in _WRAPPERS and not _is_zod(evaluator, node):
        title = evaluator.value(arguments[1]) if len(arguments) > 1 else None
        inner = contract_of(evaluator, arguments[0]) if arguments else None
        if inner is None:
            return None
        named = title.text if isinstance(title, Text) else inner.name
        return inner._replace(name=named, helper=name.startswith("zod"))
    schema = schema_of(evaluator, node, 0)
    return Contract("zod", True, schema if schema.get("type") else None, place, helper=True)


def _of_json(value: Value, place: SourceSpan) -> Contract | None:
    if not isinstance(value, Table):
        return None
    kind = value.get("type")
    if isinstance(kind, Text) and kind.text in ("text", "json_object"):
        return None
    wrapped = value.get("json_schema") or value
    inner = wrapped.get("schema") if isinstance(wrapped, Table) else None
    title, strict = wrapped.get("name"), wrapped.get("strict")
    schema = _data(inner if inner is not None else value, 0)
    return Contract(
        title.text if isinstance(title, Text) else "json_schema",
        True,
        schema if isinstance(schema, dict) and "type" in schema else None,
        place,
        isinstance(strict, Plain) and strict.value is True,
    )


def _data(value: Value, depth: int) -> object:
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, Table):
        return {key: _data(item, depth + 1) for key, item in value.items}
    if isinstance(value, Items):
        return [_data(item, depth + 1) for item in value.items]
    return value.text if isinstance(value, Text) else value.value if isinstance(value, Plain) else None


def schema_of(evaluator: Evaluator, node: Node, depth: int) -> dict[str, object]:
    """Return the JSON Schema of a zod expression; `{}` for what is not known."""
    node = _followed(evaluator, node)
    if node.type != "call_expression" or depth > MAX_DEPTH:
        return {}
    name = _name(evaluator, node)
    function = node.child_by_field_name("function")
    owner = function.child_by_field_name("object") if function is not None else None
    arguments = _arguments(node)
    if owner is not None and unwrapped(owner).type == "call_expression":
        return _refined(evaluator, schema_of(evaluator, owner, depth + 1), name, arguments)
    if name in ("object", "strictObject", "looseObject") and arguments:
        return _object(evaluator, arguments[0], depth)
    if name == "array":
        return {"type": "array", "items": schema_of(evaluator, arguments[0], depth + 1) if arguments else {}}
    if name == "enum" and arguments:
        return {"type": "string", "enum": _data(evaluator.value(arguments[0]), 0)}
    if name == "literal" and arguments:
        return {"enum": [_data(evaluator.value(arguments[0]), 0)]}
    if name == "union" and arguments:
        return {"anyOf": [schema_of(evaluator, child, depth + 1) for child in arguments[0].named_children]}
    if name == "record":
        return {"type": "object"}
    return dict(_SCALARS.get(name, {}))


def _object(evaluator: Evaluator, node: Node, depth: int) -> dict[str, object]:
    properties: dict[str, object] = {}
    required: list[str] = []
    for child in node.named_children:
        if child.type != "pair":
            continue
        key = evaluator.source.source(child.child_by_field_name("key")).strip("\"'")
        value = child.child_by_field_name("value")
        inner = schema_of(evaluator, value, depth + 1) if value is not None else {}
        if not inner.pop("__optional", False):
            required.append(key)
        properties[key] = inner
    return {"type": "object", "properties": properties, "required": required}


def _refined(evaluator: Evaluator, schema: dict[str, object], name: str, arguments: list[Node]) -> dict[str, object]:
    if name in ("optional", "nullish", "default"):
        schema["__optional"] = True
    if name in ("nullable", "nullish"):
        optional = schema.pop("__optional", False)
        schema = {"anyOf": [schema, {"type": "null"}], **({"__optional": True} if optional else {})}
    if name == "describe" and arguments:
        note = evaluator.value(arguments[0])
        if isinstance(note, Text):
            schema["description"] = note.text
    if name == "int":
        schema["type"] = "integer"
    return schema


def _followed(evaluator: Evaluator, node: Node) -> Node:
    for _ in range(6):
        node = unwrapped(node)
        if node.type != "identifier":
            return node
        found = evaluator.source.find(evaluator.source.source(node), node)
        if found is None:
            return node
        node = found
    return node


def _is_zod(evaluator: Evaluator, node: Node) -> bool:
    function = node.child_by_field_name("function")
    owner = function.child_by_field_name("object") if function is not None else None
    return owner is not None and evaluator.source.source(owner) in ("z", "zod")


def _name(evaluator: Evaluator, node: Node) -> str:
    function = node.child_by_field_name("function")
    last = function.child_by_field_name("property") if function is not None else None
    return evaluator.source.source(last if last is not None else function)


def _arguments(node: Node) -> list[Node]:
    arguments = node.child_by_field_name("arguments")
    return [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
