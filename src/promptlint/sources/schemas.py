"""Declared output shapes as JSON Schema: response formats of the providers, property lists of Prompty."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.model import Contract
from promptlint.sources.nodes import Node, SourceError, plain
from promptlint.text.pieces import SourceSpan

_TYPES = {"string": "string", "integer": "integer", "int": "integer", "float": "number", "number": "number",
          "boolean": "boolean", "bool": "boolean", "array": "array", "list": "array", "object": "object"}  # fmt: skip


def mapping(node: Node | None) -> Mapping[str, object] | None:
    """Return a node as a dict: a mapping, or a string that holds a JSON object. None for all else."""
    if node is None:
        return None
    try:
        if node.kind == "map":
            value = plain(node)
        elif node.kind == "string" and node.text.lstrip().startswith("{"):
            from promptlint.sources.jsonmap import parse_json

            value = plain(parse_json(node.text, ""))
        else:
            return None
    except SourceError:
        return None
    return value if isinstance(value, dict) else None


def contract_of_format(node: Node | None, path: str) -> tuple[Contract | None, bool]:
    """Read a provider's response format; the second value tells JSON mode without a schema.

    Understood are OpenAI's nested and flat `json_schema`, Anthropic's `output_config.format` and a bare JSON Schema.
    A reference that could not be read gives a contract without fields.
    """
    if node is None or node.kind == "null":
        return None, False
    span = SourceSpan(path, node.start, node.end)
    if node.kind == "string" and not node.text.lstrip().startswith("{"):
        if node.text in ("text", ""):
            return None, False
        if node.text in ("json_object", "json"):
            return None, True
        return Contract("response_format", enforced=True, source=span), False
    value = mapping(node)
    if value is None:
        return None, False
    kind = value.get("type")
    if kind in ("json_object", "json"):
        return None, True
    if kind in ("text", "auto"):
        return None, False
    inner = value.get("json_schema", value)
    if not isinstance(inner, dict):
        return Contract("response_format", enforced=True, source=span), False
    schema = inner.get("schema", inner if ("properties" in inner or "$ref" in inner) else None)
    if isinstance(schema, str):
        schema = mapping(Node("string", 0, 0, schema))
    if schema is None and kind != "json_schema":
        return None, False
    name = inner.get("name")
    return (
        Contract(
            name if isinstance(name, str) else "response_format",
            enforced=True,
            schema=schema if isinstance(schema, dict) else None,
            source=span,
            strict=inner.get("strict") is True,
        ),
        False,
    )


def schema_contract(node: Node | None, path: str, name: str, *, enforced: bool) -> Contract | None:
    """Return a contract from a node that is a JSON Schema itself (or a string that holds one)."""
    if node is None or node.kind == "null":
        return None
    schema = mapping(node)
    return Contract(name, enforced=enforced, schema=schema, source=SourceSpan(path, node.start, node.end))


def schema_of_properties(node: Node) -> Mapping[str, object] | None:
    """Return the JSON Schema of Prompty's `outputs`: a list of properties with names, or a mapping by name."""
    pairs: list[tuple[str, Node]] = [(key.text, value) for key, value in node.pairs]
    pairs += [(name, item) for item in node.items if (name := item.string("name"))]
    if not pairs:
        return None
    properties = {name: _property(value, 0) for name, value in pairs}
    required = [name for name, value in pairs if (flag := value.get("required")) is not None and flag.text == "true"]
    found: dict[str, object] = {"type": "object", "properties": properties}
    if required:
        found["required"] = required
    return found


def _property(node: Node, depth: int) -> dict[str, object]:
    if node.kind == "string":
        return {"type": _TYPES.get(node.text, "string")}
    found: dict[str, object] = {}
    kind = node.string("kind", "type")
    if kind in _TYPES:
        found["type"] = _TYPES[kind]
    description = node.string("description")
    if description:
        found["description"] = description
    values = node.get("enumValues", "enum")
    if values is not None and values.items:
        found["enum"] = [plain(item) for item in values.items]
    inner, items = node.get("properties"), node.get("items")
    if depth < 20 and inner is not None:
        found.update(_nested(inner, depth))
    if depth < 20 and items is not None:
        found["items"] = _property(items, depth + 1)
    return found


def _nested(node: Node, depth: int) -> dict[str, object]:
    pairs = [(key.text, value) for key, value in node.pairs]
    pairs += [(name, item) for item in node.items if (name := item.string("name"))]
    return {"type": "object", "properties": {name: _property(value, depth + 1) for name, value in pairs}}
