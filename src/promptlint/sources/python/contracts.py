"""Declared output shapes as JSON Schema: Pydantic models, dataclasses, typed dicts, enumerations and plain dicts.

Models are read, never imported. What cannot be told becomes an open schema: `{}` allows anything.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from promptlint.model import Contract
from promptlint.sources.python import calls
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.scopes import Scope
from promptlint.sources.python.values import Defined, Items, Made, Named, Plain, Table, Text, Value, options
from promptlint.text.pieces import SourceSpan

Schema = Mapping[str, object]
MAX_DEPTH = 6
_SCALARS: dict[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "Decimal": {"type": "number"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "UUID": {"type": "string", "format": "uuid"},
    "EmailStr": {"type": "string", "format": "email"},
    "HttpUrl": {"type": "string", "format": "uri"},
    "dict": {"type": "object"},
    "Dict": {"type": "object"},
    "Mapping": {"type": "object"},
    "None": {"type": "null"},
}
_LISTS = frozenset({"list", "List", "Sequence", "Iterable", "set", "Set", "tuple", "Tuple", "frozenset", "Partial"})
_WRAPPERS = frozenset(
    {
        "Annotated",
        "Required",
        "NotRequired",
        "ReadOnly",
        "Final",
        "ClassVar",
        "Partial",
        "Maybe",
        "Optional",
        "SkipValidation",
    }
)
_STRATEGIES = frozenset(
    {"ToolStrategy", "ProviderStrategy", "AutoStrategy", "ToolOutput", "NativeOutput", "AgentOutputSchema", "format"}
)
_PROMPT_ONLY = frozenset({"PromptedOutput", "TextOutput", "PydanticOutputParser"})
_CONSTRAINTS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}


def contract_of(evaluator: Evaluator, node: ast.expr, value: Value, scope: Scope, *, helper: bool) -> Contract | None:
    """Return the contract that an argument declares; None where it declares none (`None`, `str`)."""
    for option in options(value):
        found = _contract(evaluator, node, option, scope, helper)
        if found is not None:
            return found
    return None


def is_json_mode(value: Value | None) -> bool:
    """Whether an argument asks for JSON without a schema."""
    for option in options(value) if value is not None else ():
        if isinstance(option, Table):
            kind = option.get("type")
            if isinstance(kind, Text) and kind.text == "json_object":
                return True
        if isinstance(option, Text) and option.text in ("json", "application/json"):
            return True
    return False


def _contract(evaluator: Evaluator, node: ast.expr, value: Value, scope: Scope, helper: bool) -> Contract | None:
    source = SourceSpan(scope.module.path, *scope.module.span(node))
    if isinstance(value, Table):
        return _of_table(evaluator, value, source)
    if isinstance(value, Defined) and isinstance(value.node, ast.ClassDef):
        schema = _of_class(evaluator, value, 0)
        place = SourceSpan(value.scope.module.path, *value.scope.module.span(value.node))
        return Contract(value.node.name, True, schema, place, helper=helper)
    if isinstance(value, Made):
        name = value.callee.rpartition(".")[2]
        if name in _PROMPT_ONLY:
            return None
        if name in _STRATEGIES and value.node.args:
            inner = evaluator.value(value.node.args[0], value.scope)
            return _contract(evaluator, value.node.args[0], inner, value.scope, helper)
        return Contract(name, True, None, source, helper=helper)
    if isinstance(value, (Plain, Text)):
        return None
    if isinstance(value, Items):
        return Contract("union", True, None, source, helper=helper)
    if isinstance(node, (ast.Subscript, ast.Name, ast.Attribute, ast.BinOp)):
        schema = annotation(evaluator, node, scope, 0)
        name = scope.module.segment(node)
        if name in ("str", "None", "None | str", "str | None"):
            return None
        return Contract(name[:80], True, schema or None, source, helper=helper)
    return Contract(scope.module.segment(node)[:80], True, None, source, helper=helper)


def _of_table(evaluator: Evaluator, value: Table, source: SourceSpan) -> Contract | None:
    kind = value.get("type")
    name = kind.text if isinstance(kind, Text) else ""
    if name in ("text", "json_object"):
        return None
    wrapped = value.get("json_schema") or value.get("jsonSchema") or value
    inner = wrapped.get("schema") if isinstance(wrapped, Table) else None
    title = wrapped.get("name") if isinstance(wrapped, Table) else None
    strict = wrapped.get("strict") if isinstance(wrapped, Table) else None
    shape = inner if inner is not None else wrapped if name in ("object", "array", "string") else None
    if name not in ("json_schema", "object", "array", "string") and inner is None:
        return Contract("schema", True, None, source) if value.items or value.open else None
    place = shape.source if isinstance(shape, Table) and shape.source is not None else source
    schema = to_data(evaluator, shape) if shape is not None else None
    return Contract(
        title.text if isinstance(title, Text) else "json_schema",
        True,
        schema if isinstance(schema, dict) else None,
        place,
        isinstance(strict, Plain) and strict.value is True,
    )


def to_data(evaluator: Evaluator, value: Value, depth: int = 0) -> object:
    """Return a literal value as data; what is not known becomes None."""
    if depth > 20:
        return None
    if isinstance(value, Table):
        return {key: to_data(evaluator, item, depth + 1) for key, item in value.items}
    if isinstance(value, Items):
        return [to_data(evaluator, item, depth + 1) for item in value.items]
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Plain):
        return value.value
    if isinstance(value, Made) and value.callee.endswith("model_json_schema"):
        return None
    return None


# --- classes ---


def _of_class(evaluator: Evaluator, value: Defined, depth: int) -> Schema | None:
    node = value.node
    if not isinstance(node, ast.ClassDef) or depth > MAX_DEPTH:
        return None
    inner = value.scope.children[node]
    bases = [calls.dotted_name(base).rpartition(".")[2] for base in node.bases]
    if any(base in ("Enum", "StrEnum", "IntEnum") for base in bases):
        return _of_enum(evaluator, inner)
    properties: dict[str, object] = {}
    required: list[str] = []
    for base in node.bases:
        parent = evaluator.value(base, value.scope)
        if isinstance(parent, Defined):
            above = _of_class(evaluator, parent, depth + 1) or {}
            inherited, needed = above.get("properties"), above.get("required")
            properties.update(inherited if isinstance(inherited, dict) else {})
            required += needed if isinstance(needed, list) else []
    total = not any(k.arg == "total" and isinstance(k.value, ast.Constant) and not k.value.value for k in node.keywords)
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            if name.startswith("_") or name == "model_config" or _is_class_var(statement.annotation):
                continue
            field, name, needed = _field(evaluator, statement, name, inner, depth)
            properties[name] = field
            if needed and total and name not in required:
                required.append(name)
    if not properties:
        return None
    schema: dict[str, object] = {"type": "object", "title": node.name, "properties": properties, "required": required}
    note = ast.get_docstring(node)
    if note:
        schema["description"] = note
    return schema


def _is_class_var(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and calls.last_name(node.value) == "ClassVar"


def _field(
    evaluator: Evaluator, statement: ast.AnnAssign, name: str, scope: Scope, depth: int
) -> tuple[Schema, str, bool]:
    field: dict[str, object] = dict(annotation(evaluator, statement.annotation, scope, depth + 1))
    settings = [*_annotated_fields(statement.annotation)]
    needed = statement.value is None and not _not_required(statement.annotation)
    if isinstance(statement.value, ast.Call) and calls.last_name(statement.value.func) in ("Field", "field"):
        settings.append(statement.value)
        given = {keyword.arg for keyword in statement.value.keywords}
        first = statement.value.args[0] if statement.value.args else None
        default = "default" in given or "default_factory" in given or first is not None
        needed = not default or (isinstance(first, ast.Constant) and first.value is Ellipsis)
    for call in settings:
        for keyword in call.keywords:
            known = evaluator.value(keyword.value, scope)
            if keyword.arg in ("alias", "serialization_alias", "validation_alias") and isinstance(known, Text):
                name = known.text
            elif keyword.arg == "description" and isinstance(known, Text):
                field["description"] = known.text
            elif keyword.arg in _CONSTRAINTS and isinstance(known, (Plain, Text)):
                field[_CONSTRAINTS[keyword.arg]] = known.text if isinstance(known, Text) else known.value
    return field, name, needed


def _annotated_fields(node: ast.expr) -> list[ast.Call]:
    if (
        isinstance(node, ast.Subscript)
        and calls.last_name(node.value) == "Annotated"
        and isinstance(node.slice, ast.Tuple)
    ):
        return [
            item for item in node.slice.elts[1:] if isinstance(item, ast.Call) and calls.last_name(item.func) == "Field"
        ]
    return []


def _not_required(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and calls.last_name(node.value) == "NotRequired"


def _of_enum(evaluator: Evaluator, scope: Scope) -> Schema | None:
    values: list[object] = []
    for name, bindings in scope.bindings.items():
        if name.startswith("_") or bindings[-1].kind != "assign":
            continue
        known = evaluator.value(bindings[-1].node, scope)
        if isinstance(known, Text):
            values.append(known.text)
        elif isinstance(known, Plain):
            values.append(known.value)
        elif calls.last_name(getattr(bindings[-1].node, "func", ast.Pass())) == "auto":
            values.append(name.lower())
    if not values:
        return None
    return {"type": "string", "enum": values} if all(isinstance(v, str) for v in values) else {"enum": values}


# --- annotations ---


def annotation(evaluator: Evaluator, node: ast.expr, scope: Scope, depth: int) -> Schema:
    """Return the JSON Schema of a type annotation; `{}` for what is not known."""
    if depth > MAX_DEPTH:
        return {}
    if isinstance(node, ast.Constant):
        return _constant(evaluator, node, scope, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union(evaluator, [node.left, node.right], scope, depth)
    if isinstance(node, ast.Subscript):
        return _generic(evaluator, node, scope, depth)
    name = calls.last_name(node)
    if name in _SCALARS:
        return _SCALARS[name]
    if name in _LISTS:
        return {"type": "array"}
    value = evaluator.value(node, scope)
    if isinstance(value, Defined):
        return _of_class(evaluator, value, depth + 1) or {}
    # A name for a type: `Label = Literal["a", "b"]`.
    found = scope.find(name) if isinstance(node, ast.Name) else None
    if (
        found is not None
        and found[1][-1].kind == "assign"
        and isinstance(found[1][-1].node, (ast.Subscript, ast.BinOp))
    ):
        return annotation(evaluator, found[1][-1].node, found[0], depth + 1)
    return {}


def _constant(evaluator: Evaluator, node: ast.Constant, scope: Scope, depth: int) -> Schema:
    if node.value is None:
        return {"type": "null"}
    if isinstance(node.value, str):
        try:
            inner = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return {}
        if isinstance(inner, ast.Name):
            return annotation(evaluator, inner, scope, depth + 1)
    return {}


def _generic(evaluator: Evaluator, node: ast.Subscript, scope: Scope, depth: int) -> Schema:
    name = calls.last_name(node.value)
    inner = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Literal":
        values = [_literal(evaluator, item, scope) for item in inner]
        kind = {"type": "string"} if all(isinstance(value, str) for value in values) else {}
        return {**kind, "enum": values}
    if name == "Optional":
        return _union(evaluator, [inner[0], ast.Constant(None)], scope, depth)
    if name == "Union":
        return _union(evaluator, inner, scope, depth)
    if name in _WRAPPERS:
        return annotation(evaluator, inner[0], scope, depth + 1)
    if name in _LISTS:
        return {"type": "array", "items": annotation(evaluator, inner[0], scope, depth + 1)}
    if name in ("dict", "Dict", "Mapping"):
        value = annotation(evaluator, inner[1], scope, depth + 1) if len(inner) == 2 else {}
        return {"type": "object", "additionalProperties": value}
    return {}


def _literal(evaluator: Evaluator, node: ast.expr, scope: Scope) -> object:
    value = evaluator.value(node, scope)
    return value.text if isinstance(value, Text) else value.value if isinstance(value, Plain) else None


def _union(evaluator: Evaluator, nodes: list[ast.expr], scope: Scope, depth: int) -> Schema:
    parts: list[Schema] = []
    for node in nodes:
        part = annotation(evaluator, node, scope, depth + 1)
        nested = part.get("anyOf")
        parts += nested if isinstance(nested, list) else [part]
    return {"anyOf": parts} if len(parts) > 1 else parts[0]


__all__ = ["Named", "annotation", "contract_of", "is_json_mode", "to_data"]
