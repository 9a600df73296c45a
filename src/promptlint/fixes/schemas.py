"""Fields of an answer: from a declared JSON Schema, from samples, from the nouns of the task; and as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_REASON = re.compile(r"reason|rationale|explanation|analysis|thinking|steps|evidence|justification", re.I)
_VERDICT = re.compile(r"^(?:answer|label|score|verdict|decision|result|rating|grade|category|class)$|^is_", re.I)
_TYPES = {"string": "text", "integer": "integer", "number": "number", "boolean": "true or false", "null": "null"}
MAX_FIELDS = 40


class Field(NamedTuple):
    """One field of the answer. `type` reads well in a list (`text`, `list of text`)."""

    name: str
    type: str
    note: str = ""
    optional: bool = False


def from_schema(schema: Mapping[str, Any]) -> list[Field]:
    """Return the fields of a JSON Schema, nested ones with dotted names; empty if it describes no object."""
    found: list[Field] = []
    _walk(schema, schema, "", found, 0, required=True)
    return found[:MAX_FIELDS]


def _walk(
    schema: Mapping[str, Any], root: Mapping[str, Any], prefix: str, found: list[Field], depth: int, *, required: bool
) -> None:
    schema = _resolved(schema, root)
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or depth > 4:
        return
    needed = schema.get("required")
    for name, child in properties.items():
        if not isinstance(child, Mapping) or len(found) >= MAX_FIELDS:
            continue
        resolved, nullable = _not_null(_resolved(child, root), root)
        optional = nullable or (isinstance(needed, list) and name not in needed)
        note = str(child.get("description") or resolved.get("description") or "").strip().split("\n")[0]
        label = f"{prefix}{name}"
        found.append(Field(label, _type(resolved, root), note, optional or not required))
        inner, mark = resolved, "."
        if resolved.get("type") == "array" and isinstance(resolved.get("items"), Mapping):
            inner, mark = _resolved(resolved["items"], root), "[]."
        _walk(inner, root, label + mark, found, depth + 1, required=required)


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a local `$ref` and a single `allOf`."""
    for _ in range(8):
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            target: Any = root
            for part in reference[2:].split("/"):
                target = target.get(part, {}) if isinstance(target, Mapping) else {}
            schema = target if isinstance(target, Mapping) else {}
            continue
        joined = schema.get("allOf")
        if isinstance(joined, list) and len(joined) == 1 and isinstance(joined[0], Mapping):
            schema = joined[0]
            continue
        break
    return schema


def _not_null(schema: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """Return a schema without its null alternative, and whether it had one."""
    options = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(options, list):
        others = [o for o in options if isinstance(o, Mapping) and o.get("type") != "null"]
        if len(others) == 1:
            return _resolved(others[0], root), len(others) < len(options)
    kinds = schema.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        rest = [kind for kind in kinds if kind != "null"]
        return {**schema, "type": rest[0] if len(rest) == 1 else rest}, True
    return schema, False


def _type(schema: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    values = schema.get("enum")
    if isinstance(values, list) and values:
        return "one of " + ", ".join(f'"{value}"' for value in values[:20])
    if "const" in schema:
        return f'always "{schema["const"]}"'
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items")
        inner = _type(_resolved(items, root), root) if isinstance(items, Mapping) else "values"
        return f"list of {inner}" if not inner.startswith("one of") else f"list, each {inner}"
    if kind == "object" or "properties" in schema:
        return "object"
    if schema.get("format") == "date":
        return "date, YYYY-MM-DD"
    low, high = schema.get("minimum"), schema.get("maximum")
    name = _TYPES.get(str(kind), "text")
    return f"{name} from {low} to {high}" if low is not None and high is not None else name


def from_values(values: Iterable[object]) -> list[Field]:
    """Return the fields that sample answers have; a field that one of them lacks or has as null is optional."""
    objects = [value for value in values if isinstance(value, Mapping)]
    seen: dict[str, list[object]] = {}
    for value in objects:
        for name, item in value.items():
            seen.setdefault(str(name), []).append(item)
    found = []
    for name, items in seen.items():
        known = [item for item in items if item is not None]
        found.append(Field(name, _type_of(known), optional=len(known) < len(objects)))
    return found[:MAX_FIELDS]


def _type_of(items: list[object]) -> str:
    if not items:
        return "text"
    if all(isinstance(item, bool) for item in items):
        return "true or false"
    if all(isinstance(item, int) and not isinstance(item, bool) for item in items):
        return "integer"
    if all(isinstance(item, int | float) and not isinstance(item, bool) for item in items):
        return "number"
    if all(isinstance(item, list) for item in items):
        inner = [part for item in items if isinstance(item, list) for part in item]
        return f"list of {_type_of(inner)}" if inner else "list of text"
    if all(isinstance(item, Mapping) for item in items):
        return "object"
    texts = [str(item) for item in items]
    if all(re.fullmatch(r"\d{4}-\d\d-\d\d", text) for text in texts):
        return "date, YYYY-MM-DD"
    distinct = sorted(set(texts))
    if len(items) >= 6 and 2 <= len(distinct) <= max(2, len(items) // 3) and all(len(t) <= 30 for t in distinct):
        return "one of " + ", ".join(f'"{text}"' for text in distinct)
    return "text"


def is_verdict(name: str) -> bool:
    """Whether a field holds the answer that reasoning leads to."""
    return _VERDICT.search(name) is not None


def is_reason(name: str) -> bool:
    """Whether a field holds reasoning."""
    return _REASON.search(name) is not None


def reasoned_first(fields: list[Field]) -> list[Field]:
    """Return the fields with reasoning before the verdict, the rest in their order."""
    verdicts = [i for i, field in enumerate(fields) if is_verdict(field.name)]
    reasons = [field for field in fields if is_reason(field.name)]
    if not verdicts or not reasons:
        return fields
    rest = [field for field in fields if field not in reasons]
    at = next(i for i, field in enumerate(rest) if is_verdict(field.name))
    return [*rest[:at], *reasons, *rest[at:]]


def bullets(fields: list[Field], *, nullable: bool) -> str:
    """Return the fields as a list without braces; `nullable` marks the optional ones."""
    return "\n".join(f"- {said(field, nullable=nullable)}" for field in fields)


def said(field: Field, *, nullable: bool) -> str:
    """Return one field as `name: type, or null; note`."""
    kind = f"{field.type}, or null" if nullable and field.optional and field.type != "null" else field.type
    return f"{field.name}: {kind}" + (f"; {field.note}" if field.note else "")


_DATE = re.compile(r"date|deadline|birthday|due", re.I)
_NUMBER = re.compile(r"amount|total|price|count|number|quantity|age|sum|cost|salary|percentage|score|rating", re.I)
_STOP = re.compile(
    r"\b(?:from|in|of the|out of|for|that|which|who|mentioned|contained|found|given|below|above|using|with|as|into|to)"
    r"\b",
    re.I,
)
_NOUN = re.compile(r"(?:the |an? |all |any |each |every |its |their |and )*(?P<noun>[A-Za-z][A-Za-z -]{1,30})", re.I)
_VAGUE = re.compile(
    r"\b(?:information|data|details|text|content|following|key|relevant|important|entit(?:y|ies)|facts|things|points|all|"
    r"fields|values|everything|items|specific|structured|main|necessary|required|json|object|list|array|single|mention|"
    r"their|exact|other)\b"
)


def from_nouns(action: str) -> list[Field]:
    """Return the fields that an extraction's object names: `the parties, the due date and the total`."""
    stop = _STOP.search(action)
    named = action[: stop.start()] if stop is not None else action
    parts = [
        part for part in re.split(r",\s*(?:and\s+)?|\s+and\s+|\s*/\s*|\s*&\s*", named.strip(" .:")) if part.strip()
    ]
    found: list[Field] = []
    for part in parts:
        match = _NOUN.fullmatch(part.strip())
        if match is None:
            return []
        words = match["noun"].lower().replace("-", " ").split()
        if not words or len(words) > 4 or _VAGUE.search(" ".join(words)):
            return []
        found.append(Field("_".join(words), _guess(words)))
    return found


def _guess(words: list[str]) -> str:
    name = " ".join(words)
    if _DATE.search(name):
        return "date, YYYY-MM-DD"
    if words[-1].endswith("s") and not words[-1].endswith(("ss", "us", "is")):
        return "list of text"
    return "number" if _NUMBER.search(name) else "text"
