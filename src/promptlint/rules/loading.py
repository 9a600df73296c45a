"""The packs in memory: the compiled index of our own, and YAML packs of the user."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from promptlint.rules.rule import Rule, RuleSet, rule_of

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_INDEX = os.path.join(_PACKAGE, "_data", "rules.json")
_SOURCE = os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "rules")
EDITION = "2026"


@lru_cache(maxsize=8)
def load(packs: tuple[str, ...] = (), edition: str = EDITION) -> RuleSet:
    """Return our rules and those of the packs (folders of rule files). Raises PackError for a pack that is wrong.

    A pack is data: a rule of it that asks for a Python check is refused. Its stable rules are on by default.
    """
    index = _index()
    default = _default_set(index, edition)
    rules = [rule_of(data, default) for data in index["rules"]]
    for pack in packs:
        rules.extend(_user_rules(pack, {rule.id for rule in rules} | {rule.name for rule in rules}))
    return RuleSet(tuple(rules), index["applicability"].get("matrix", {}))


def editions() -> tuple[str, ...]:
    """Return the names of the editions, oldest first."""
    return tuple(sorted(_index()["editions"]))


def default_severities(edition: str = EDITION) -> Mapping[str, str]:
    """Return the default set of an edition: rule id to severity."""
    return _default_set(_index(), edition)


def _default_set(index: Mapping[str, Any], edition: str) -> Mapping[str, str]:
    known = index["editions"]
    if edition not in known:
        edition = max(known, default=edition)
    rules: Mapping[str, str] = known.get(edition, {}).get("rules", {})
    return rules


@lru_cache(maxsize=1)
def _index() -> Mapping[str, Any]:
    if _is_checkout() and _stale():
        from pathlib import Path

        from promptlint.rules.compile import compile_pack, write_index

        index = compile_pack(Path(_SOURCE))
        with contextlib.suppress(OSError):  # a read-only checkout works too, only slower
            write_index(index, Path(_INDEX))
        return index
    loaded: Mapping[str, Any] = json.loads(_read(_INDEX))
    return loaded


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _is_checkout() -> bool:
    return os.path.basename(os.path.dirname(_PACKAGE)) == "src" and os.path.isfile(_schema_source())


def _schema_source() -> str:
    return os.path.join(_SOURCE, "rule.schema.json")


def _stale() -> bool:
    """Whether a rule file, or the set of them, is newer than the index."""
    try:
        built = os.stat(_INDEX).st_mtime_ns
    except OSError:
        return True
    for folder in os.scandir(_SOURCE):
        if folder.is_file():
            newer = folder.stat().st_mtime_ns > built
        elif folder.name == "cues":
            newer = False
        else:
            newer = folder.stat().st_mtime_ns > built or any(
                entry.stat().st_mtime_ns > built for entry in os.scandir(folder) if entry.name.endswith(".yaml")
            )
        if newer:
            return True
    return False


def _user_rules(pack: str, taken: set[str]) -> list[Rule]:
    from pathlib import Path

    from promptlint.rules.compile import PackError, compile_pack

    folder = Path(pack)
    if not folder.is_dir():
        raise PackError(f"{pack}: no such rule pack")
    index = compile_pack(folder)
    found = []
    for data in index["rules"]:
        if data["id"] in taken or data["name"] in taken:
            raise PackError(f"{pack}/{data['file']}: '{data['id']}' or '{data['name']}' is taken")
        if _asks_for_code(data["detect"]):
            raise PackError(f"{pack}/{data['file']}: a pack is data: 'check' is for rules of promptlint itself")
        default = {data["id"]: data["severity"]} if data["status"] == "stable" else {}
        found.append(rule_of(data, default))
    return found


def _asks_for_code(detect: object) -> bool:
    if isinstance(detect, Mapping):
        return "check" in detect or any(_asks_for_code(value) for value in detect.values())
    return isinstance(detect, list) and any(_asks_for_code(item) for item in detect)


def schema_text() -> str:
    """Return the JSON Schema of rule files."""
    return _read(_schema_source() if _is_checkout() else os.path.join(_PACKAGE, "_data", "rule.schema.json"))
