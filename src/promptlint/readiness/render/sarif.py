"""The assessment as SARIF 2.1.0: what is answered with no or blocked, and the findings in the training data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from promptlint.readiness.render.safe import plain

_LEVELS = {"drop": "warning", "collapse": "note", "warn": "warning", "info": "note"}


def render(document: Mapping[str, Any]) -> str:
    """Return one SARIF run."""
    results = list(_results(document))
    rules = sorted({result["ruleId"] for result in results})
    driver = {
        "name": "promptlint readiness",
        "version": document["tool"]["version"],
        "rules": [{"id": rule} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "results": results,
        "properties": {"verdict": document["verdict"], "exitCode": document["exit_code"], "asOf": document["as_of"]},
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


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
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(plain(path))}}
        if line:
            place["region"] = {"startLine": line}
        found["locations"] = [{"physicalLocation": place}]
    return found
