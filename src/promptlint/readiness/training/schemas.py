"""JSON Schema at the speed of a million rows: the common keywords compiled to closures, the rest left to jsonschema."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from promptlint.readiness.errors import EvidenceError

Check = Callable[[Any], bool]

_IGNORED = frozenset({"$schema", "$id", "title", "description", "default", "examples", "strict", "name", "$comment"})
_KNOWN = _IGNORED | {
    "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minLength", "maxLength",
    "minimum", "maximum", "minItems", "maxItems",
}  # fmt: skip


def load(path: str) -> dict[str, Any]:
    """Return the JSON Schema in a file; one wrapped as a `response_format` is unwrapped. Raises EvidenceError."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            value = json.load(file)
    except OSError as error:
        raise EvidenceError(path, error.strerror or str(error), "check `schema` of the training file") from error
    except ValueError as error:
        raise EvidenceError(path, f"is not JSON: {error}", "check `schema` of the training file") from error
    for name in ("json_schema", "schema"):
        if isinstance(value, dict) and isinstance(value.get(name), dict) and "properties" not in value:
            value = value[name]
    if not isinstance(value, dict):
        raise EvidenceError(path, "is no JSON Schema")
    return value


def compiled(schema: Mapping[str, Any]) -> Check:
    """Return the test whether a value satisfies a schema. Raises ValueError for a schema that is none."""
    import jsonschema

    validator = jsonschema.validators.validator_for(schema)
    try:
        validator.check_schema(dict(schema))
    except jsonschema.SchemaError as error:
        raise ValueError(error.message) from error
    fast = _fast(schema)
    if fast is not None:
        return fast
    return validator(dict(schema)).is_valid


def _fast(schema: Any) -> Check | None:
    if schema is True:
        return lambda _: True
    if not isinstance(schema, Mapping) or not set(schema) <= _KNOWN:
        return None
    checks: list[Check] = []
    for part in (_types, _values, _object, _items, _sizes):
        found = part(schema)
        if found is None:
            return None
        checks.extend(found)
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def _is_integer(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


_TYPES: Mapping[str, Check] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "integer": _is_integer,
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


def _types(schema: Mapping[str, Any]) -> list[Check] | None:
    if "type" not in schema:
        return []
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    checks = [_TYPES[name] for name in names]
    return checks if len(checks) == 1 else [lambda value: any(check(value) for check in checks)]


def _values(schema: Mapping[str, Any]) -> list[Check] | None:
    checks: list[Check] = []
    for allowed in [schema["enum"]] if "enum" in schema else [[schema["const"]]] if "const" in schema else []:
        if not all(isinstance(item, str) for item in allowed):
            return None
        known = frozenset(allowed)
        checks.append(lambda value, known=known: isinstance(value, str) and value in known)  # type: ignore[misc]
    if "enum" in schema and "const" in schema:
        return None
    return checks


def _object(schema: Mapping[str, Any]) -> list[Check] | None:
    if not {"properties", "required", "additionalProperties"} & set(schema):
        return []
    properties: dict[str, Check] = {}
    for name, part in schema.get("properties", {}).items():
        check = _fast(part)
        if check is None:
            return None
        properties[name] = check
    required = tuple(schema.get("required", ()))
    extra = schema.get("additionalProperties", True)
    if not isinstance(extra, bool):
        return None

    def test(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        if any(name not in value for name in required):
            return False
        for name, item in value.items():
            check = properties.get(name)
            if check is None:
                if not extra:
                    return False
            elif not check(item):
                return False
        return True

    return [test]


def _items(schema: Mapping[str, Any]) -> list[Check] | None:
    if "items" not in schema:
        return []
    check = _fast(schema["items"])
    return None if check is None else [lambda value: not isinstance(value, list) or all(check(item) for item in value)]


def _sizes(schema: Mapping[str, Any]) -> list[Check] | None:
    checks: list[Check] = []
    for name, kind in (("Length", str), ("Items", list)):
        low, high = schema.get(f"min{name}", 0), schema.get(f"max{name}", float("inf"))
        if low or high != float("inf"):
            checks.append(lambda v, k=kind, a=low, b=high: not isinstance(v, k) or a <= len(v) <= b)  # type: ignore[misc]
    low, high = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
    if "minimum" in schema or "maximum" in schema:
        checks.append(lambda v: isinstance(v, bool) or not isinstance(v, int | float) or low <= v <= high)
    return checks
