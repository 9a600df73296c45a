"""Rule packs to one index: YAML files in, a JSON value out.

The build hook loads this file by its path, before the package is installed: it imports nothing of promptlint.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

VERSION = 1
_NOT_RULES = frozenset({"cues"})
_REQUIRED = (
    "id",
    "name",
    "since",
    "status",
    "severity",
    "confidence",
    "summary",
    "message",
    "why",
    "detect",
    "examples",
)


_EXPLAINING = ("since", "summary", "why", "evidence", "examples", "not_detected", "status_reason", "file")


class PackError(ValueError):
    """A file of a rule pack cannot be used; the message names the file and what is wrong."""


def rule_files(folder: Path) -> Iterator[Path]:
    """Yield the rule files below a pack's folder, sorted: every YAML file in a sub-folder that is not `cues`."""
    for path in sorted(folder.rglob("*.yaml")):
        parts = path.relative_to(folder).parts
        if len(parts) > 1 and parts[0] not in _NOT_RULES:
            yield path


def compile_pack(folder: Path) -> dict[str, Any]:
    """Return the index of a pack: its rules sorted by id, applicability and editions. Raises PackError."""
    rules = sorted((read_rule(path, folder) for path in rule_files(folder)), key=lambda rule: str(rule["id"]))
    seen: dict[str, str] = {}
    for rule in rules:
        for key in (str(rule["id"]), str(rule["name"])):
            if key in seen:
                raise PackError(f"{rule['file']}: '{key}' is taken by {seen[key]}")
            seen[key] = str(rule["file"])
    return {
        "version": VERSION,
        "rules": rules,
        "applicability": _yaml(folder / "applicability.yaml") if (folder / "applicability.yaml").is_file() else {},
        "editions": _toml(folder / "editions.toml") if (folder / "editions.toml").is_file() else {},
    }


def read_rule(path: Path, folder: Path) -> dict[str, Any]:
    """Return one rule file as a mapping, with `file` added. Raises PackError."""
    rule = _yaml(path)
    name = path.relative_to(folder).as_posix()
    if not isinstance(rule, dict):
        raise PackError(f"{name}: a rule file is a mapping")
    missing = [key for key in _REQUIRED if key not in rule]
    if missing:
        raise PackError(f"{name}: no '{missing[0]}'")
    return {**rule, "since": str(rule["since"]), "file": name}


def write_index(index: Mapping[str, Any], target: Path) -> None:
    """Write an index so that a reader sees the old or the new one, never a half.

    What only explains a rule is written as JSON in a string: a reader that lints does not look into it.
    """
    index = {**index, "rules": [_folded(rule) for rule in index["rules"]]}
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(index, file, separators=(",", ":"))  # ASCII: one wide character makes all of a text slow to read
        Path(temporary).chmod(0o644)  # a temporary file is private, package data is not
        Path(temporary).replace(target)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _folded(rule: Mapping[str, Any]) -> dict[str, Any]:
    about = {key: rule[key] for key in _EXPLAINING if key in rule}
    rest = {key: value for key, value in rule.items() if key not in about}
    return {**rest, "about": json.dumps(about, separators=(",", ":"))}


def _yaml(path: Path) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # a safe loader either way
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: {error}") from error


def _toml(path: Path) -> Any:
    # mypy reads the code as 3.10 would run it, where the standard library has no parser
    tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: {error}") from error
