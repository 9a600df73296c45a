"""Results as JSON and back, for the cache and between processes.

Named tuples become `{"~": name, "v": [fields]}`, tuples JSON arrays, lists `{"l": []}`, mappings `{"m": {}}`. Only
types of `promptlint.model` and `promptlint.text.pieces` are ever made: a forged cache file can do no more than lie.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from promptlint import model
from promptlint.text import pieces

_CLASSES: dict[str, type] = {
    name: value
    for module in (model, pieces)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, tuple) and hasattr(value, "_fields")
}


class CodecError(ValueError):
    """The value cannot be written as JSON, or the JSON is not one of ours."""


def encode(value: object) -> str:
    """Return JSON for a value made of the types of `model`. Raises CodecError."""
    try:
        return json.dumps(_plain(value), separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise CodecError(str(error)) from error


def decode(text: str) -> Any:
    """Return the value that `encode` wrote. Raises CodecError."""
    try:
        return _built(json.loads(text))
    except (TypeError, ValueError, KeyError, RecursionError) as error:
        raise CodecError(str(error)) from error


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple):
        items = [_plain(item) for item in value]
        name = type(value).__name__
        if name == "tuple":
            return items
        if _CLASSES.get(name) is type(value):
            return {"~": name, "v": items}
    if isinstance(value, list):
        return {"l": [_plain(item) for item in value]}
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {"m": {key: _plain(item) for key, item in value.items()}}
    if isinstance(value, frozenset):
        return {"s": sorted(value)}
    raise CodecError(f"cannot write {type(value).__name__}")


def _built(data: Any) -> Any:
    if isinstance(data, list):
        return tuple([_built(item) for item in data])
    if not isinstance(data, dict):
        return data
    if "~" in data:
        return _CLASSES[data["~"]](*[_built(item) for item in data["v"]])
    if "l" in data:
        return [_built(item) for item in data["l"]]
    if "s" in data:
        return frozenset(data["s"])
    return {key: _built(item) for key, item in data["m"].items()}
