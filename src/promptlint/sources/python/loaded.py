"""YAML and JSON files that code loads, as tables whose texts keep their places."""

from __future__ import annotations

from promptlint.model import Document
from promptlint.sources.nodes import Node, SourceError
from promptlint.sources.python.values import Items, Plain, Table, Text, Value
from promptlint.text.pieces import SourceSpan

MAX_DEPTH = 20


def table(document: Document) -> Value | None:
    """Return what a file holds, None where it cannot be read (its own source reports that)."""
    try:
        if document.path.lower().endswith(".json"):
            from promptlint.sources import jsonmap

            node = jsonmap.parse_json(document.text, document.path)
        else:
            from promptlint.sources import yamlmap

            node = yamlmap.parse_yaml(document.text, document.path)
    except SourceError:
        return None
    return _value(node, document.path, 0)


def _value(node: Node, path: str, depth: int) -> Value:
    if depth > MAX_DEPTH:
        return Plain(None)
    source = SourceSpan(path, node.start, node.end)
    if node.kind == "map":
        return Table(tuple((key.text, _value(value, path, depth + 1)) for key, value in node.pairs), False, source)
    if node.kind == "list":
        return Items(tuple(_value(item, path, depth + 1) for item in node.items))
    if node.kind == "string":
        return Text(node.text, node.pieces)
    return Plain(node.text)
