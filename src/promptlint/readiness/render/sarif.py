"""The assessment as SARIF 2.1.0: what is answered with no or blocked, and the findings in the training data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from promptlint.readiness.render.safe import plain

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_MOST_DESCRIPTION = 1024
_LEVELS = {"drop": "warning", "collapse": "note", "warn": "warning", "info": "note"}


def render(document: Mapping[str, Any]) -> str:
    """Return one SARIF run, with what GitHub asks of it: a place for each result, and a text for each rule."""
    home = _home(document)
    results = [_placed(result, home) for result in _results(document)]
    texts = {result["ruleId"]: result["message"]["text"] for result in reversed(results)}
    driver = {
        "name": "promptlint readiness",
        "version": document["tool"]["version"],
        "rules": [_rule(rule, texts[rule]) for rule in sorted(texts)],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"verdict": document["verdict"], "exitCode": document["exit_code"], "asOf": document["as_of"]},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: str, text: str) -> dict[str, Any]:
    described = {"text": text[:_MOST_DESCRIPTION]}
    more = f"`promptlint readiness --explain {rule}`" if rule in ("Q1", "Q2", "Q3", "Q4") else "docs/readiness.md"
    return {
        "id": rule, "shortDescription": described, "fullDescription": described,
        "help": {"text": f"{more} says what is asked and what to do."},
    }  # fmt: skip


def _home(d: Mapping[str, Any]) -> str:
    """Return the file that a result without a place of its own is shown at."""
    paths = [item["path"] for question in d["questions"] for item in question["evidence"]]
    paths += [item["path"] for item in (d["data"] or {}).get("files", [])]
    return str(paths[0]) if paths else "promptlint.evidence.yaml"


def _placed(result: dict[str, Any], home: str) -> dict[str, Any]:
    return result if "locations" in result else {**result, "locations": [_location(home, 1)]}


def _results(d: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if d["error"] is not None:
        yield _result("readiness-error", "error", d["error"]["message"], d["error"]["path"], d["error"]["line"])
    for question in d["questions"]:
        if question["answer"] != "yes":
            level = "error" if question["answer"] == "no" and d["verdict"] != "not_needed" else "note"
            path = question["evidence"][0]["path"] if question["evidence"] else None
            yield _result(
                question["id"], level, f"{question['text']} {question['answer']}: {question['summary']}", path
            )
    for blocker in d["blockers"]:
        yield _result(blocker["id"], "error", blocker["message"])
    for check in (d["data"] or {}).get("checks", []):
        text = f"{check['count']} {check['title']}"
        for place in check["examples"] or [{}]:
            yield _result(check["code"], _LEVELS[check["effect"]], text, place.get("path"), place.get("line"))
    for fix in d["fixes"]:
        if fix["rule"] and fix["where"]:
            path, _, line = fix["where"].rpartition(":")
            known = line.isdigit()
            yield _result(
                fix["rule"], "warning", fix["action"], path if known else fix["where"], int(line) if known else None
            )


def _result(rule: str, level: str, message: str, path: str | None = None, line: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"ruleId": rule, "level": level, "message": {"text": plain(message)}}
    if path:
        found["locations"] = [_location(path, line or 1)]
    return found


def _location(path: str, line: int) -> dict[str, Any]:
    uri = quote(plain(path).replace("\\", "/"))
    uri = f"file://{uri}" if uri.startswith("/") else uri
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}
