"""Picoschema, dotprompt's short form of JSON Schema, and JSON Schema itself, from a YAML tree."""

from __future__ import annotations

import re

from promptlint.sources.nodes import MAX_DEPTH, Node, SourceError, plain

_SCALARS = ("string", "boolean", "null", "number", "integer", "any")
_JSON_TYPES = (*_SCALARS[:5], "object", "array")
_KEY = re.compile(r"(?P<name>[^(?]*)(?P<optional>\?)?(?:\((?P<kind>[^,)]*)(?:,(?P<description>.*))?\))?", re.S)


def to_json_schema(node: Node) -> dict[str, object]:
    """Return the JSON Schema of a picoschema.

    A mapping that already is JSON Schema is returned as it is; the name of a schema registered elsewhere becomes
    `{"$ref": name}`. Raises SourceError at a node that is neither.
    """
    if node.kind == "map" and _is_json_schema(node):
        value = plain(node)
        assert isinstance(value, dict)
        if "type" not in value and "properties" in value:
            value = {"type": "object", **value}
        return value
    return _schema(node, 0)


def _is_json_schema(node: Node) -> bool:
    kind = node.get("type")
    if kind is not None and kind.kind == "string" and kind.text in _JSON_TYPES and _only_keywords(node):
        return True
    properties = node.get("properties")
    return properties is not None and properties.kind == "map"


def _only_keywords(node: Node) -> bool:
    """`type: string` is JSON Schema, unless it stands among fields that are picoschema too."""
    known = ("type", "description", "properties", "items", "required", "enum", "additionalProperties", "title",
             "default", "format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern",
             "const", "anyOf", "oneOf", "allOf", "$ref", "$defs", "$schema", "examples", "nullable")  # fmt: skip
    return all(key in known for key in node.keys)


def _schema(node: Node, depth: int) -> dict[str, object]:
    if depth > MAX_DEPTH:
        raise SourceError("the schema is nested too deeply", node.start)
    if node.kind in ("string", "null"):
        return _scalar(node)
    if node.kind != "map":
        raise SourceError("a schema is a type name or a mapping of fields to types", node.start)
    properties: dict[str, object] = {}
    required: list[str] = []
    found: dict[str, object] = {"type": "object", "properties": properties, "additionalProperties": False}
    for key, value in node.pairs:
        if key.text.startswith("(*)"):
            found["additionalProperties"] = _schema(value, depth + 1)
            continue
        name, optional, schema = _field(key, value, depth)
        properties[name] = schema
        if not optional:
            required.append(name)
    if required:
        found["required"] = required
    return found


def _field(key: Node, value: Node, depth: int) -> tuple[str, bool, dict[str, object]]:
    match = _KEY.fullmatch(key.text)
    if match is None or not match.group("name"):
        raise SourceError(f"`{key.text[:60]}` is not a field name of picoschema", key.start)
    name, optional = match.group("name"), bool(match.group("optional"))
    kind, description = match.group("kind"), (match.group("description") or "").strip()
    if kind is None:
        schema = _schema(value, depth + 1)
    elif kind.strip() == "array":
        schema = {"type": "array", "items": _schema(value, depth + 1)}
    elif kind.strip() == "object":
        schema = _schema(value, depth + 1)
    elif kind.strip() == "enum":
        schema = _enum(value, optional)
    else:
        raise SourceError(f"`{kind.strip()[:40]}` is not array, object or enum", key.start)
    if (optional and kind is None) or (optional and kind.strip() != "enum"):
        schema = _nullable(schema)
    if description:
        schema = {**schema, "description": description}
    return name, optional, schema


def _enum(value: Node, optional: bool) -> dict[str, object]:
    if value.kind != "list":
        raise SourceError("an enum is a list of values", value.start)
    values = [plain(item) for item in value.items]
    if optional and None not in values:
        values.append(None)
    return {"enum": values}


def _nullable(schema: dict[str, object]) -> dict[str, object]:
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    kind = schema.get("type")
    return schema if kind is None else {**schema, "type": [kind, "null"]}


def _scalar(node: Node) -> dict[str, object]:
    kind, _, description = (node.text or "null").partition(",")
    kind, description = kind.strip(), description.strip()
    if node.kind == "null":
        kind = "null"
    found: dict[str, object]
    if kind == "any":
        found = {}
    elif kind in _SCALARS:
        found = {"type": kind}
    else:
        found = {"$ref": kind}
    return {**found, "description": description} if description else found
