"""Tables of one answer a row (CSV, JSONL, Parquet), Ragas scores among them, and JUnit XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.results.common import Case, Results, amount, flag, model_name, score, texts
from promptlint.readiness.training.reading import open_bytes, records

NAMES: Mapping[str, tuple[str, ...]] = {
    "case_id": ("case_id", "id", "test_id", "sample_id", "example_id", "case", "testIdx"),
    "variant": ("variant", "prompt", "prompt_version", "prompt_name", "experiment"),
    "model": ("model", "provider", "model_name"),
    "pass": ("pass", "passed", "success", "correct", "is_correct"),
    "score": ("score", "value"),
    "latency_ms": ("latency_ms", "latency", "latencyMs", "duration_ms"),
    "cost": ("cost", "cost_usd", "total_cost"),
    "tag": ("tag", "failure", "failure_tag", "cause"),
    "input": ("input", "question", "user_input", "query", "text"),
    "error": ("error", "errored"),
    "epoch": ("epoch", "repeat", "trial", "run"),
}
_RAGAS = (
    "faithfulness", "answer_relevancy", "context_precision", "context_recall", "answer_correctness",
    "answer_similarity", "factual_correctness", "semantic_similarity",
)  # fmt: skip
RETRIEVAL = ("faithfulness", "context_recall")


def read_table(path: str, shown: str, options: Mapping[str, Any]) -> Results:
    """Return the cases of a table. Raises EvidenceError where no column says whether an answer passed."""
    rows = []
    for line, offset, row in records(path):
        if row is None:
            raise EvidenceError(shown, "a row that is no record", "export it anew", line=line, offset=offset)
        rows.append((line, row))
    if not rows:
        raise EvidenceError(shown, "holds no rows", "export it anew", line=1)
    names = _columns(rows[0][1], options, shown)
    if "pass" not in names and "score" not in names:
        found = [name for name in _RAGAS if name in rows[0][1]]
        if found:
            return _ragas(rows, found, names, shown, options)
        raise EvidenceError(
            shown, f"no column says whether an answer passed (there: {', '.join(map(str, rows[0][1]))[:200]})",
            "map them: `columns: {pass: your_column}`", line=rows[0][0],
        )  # fmt: skip
    if "pass" not in names and options.get("threshold") is None:
        values = {score(row.get(names["score"]), shown, line) for line, row in rows}
        if not values <= {0.0, 1.0, None}:
            options = {**options, "threshold": None, "continuous": True}
    cases = tuple(_case(row, line, names, shown, options, index) for index, (line, row) in enumerate(rows))
    _unique(cases, shown)
    return Results("table", cases)


def _columns(row: Mapping[str, Any], options: Mapping[str, Any], shown: str) -> dict[str, str]:
    given = {str(k): str(v) for k, v in (options.get("columns") or {}).items()}
    for name, column in given.items():
        if name not in NAMES:
            raise EvidenceError(shown, f"`columns.{name}` is not known", f"known: {', '.join(NAMES)}")
        if column not in row:
            raise EvidenceError(shown, f"has no column {column!r}", "correct `columns`", line=1)
    found = dict(given)
    for name, spellings in NAMES.items():
        if name not in found:
            present = [spelling for spelling in spellings if spelling in row]
            if present:
                found[name] = present[0]
    return found


def _case(
    row: Mapping[str, Any], line: int, names: Mapping[str, str], shown: str, options: Mapping[str, Any], index: int
) -> Case:
    def at(name: str) -> Any:
        return row.get(names[name]) if name in names else None

    broken = str(at("error") or "").strip().lower() not in ("", "0", "false", "none", "null")
    number = score(at("score"), shown, line) if "score" in names else None
    mark = flag(at("pass"), shown, line) if "pass" in names else None
    if mark is None and number is not None and not options.get("continuous"):
        mark = number >= float(options.get("threshold") or 1.0)
    return Case(
        id=str(at("case_id")) if at("case_id") is not None else str(index),
        variant=str(at("variant") or options.get("variant") or "default"),
        model=model_name(str(at("model") or options.get("model") or "")),
        passed=None if broken else mark,
        score=None if broken else number,
        error=broken,
        epoch=int(amount(at("epoch")) or 0),
        inputs=texts(at("input")),
        latency_ms=amount(at("latency_ms")),
        cost=amount(at("cost")),
        tag=str(at("tag") or ""),
        line=line,
    )


def _unique(cases: tuple[Case, ...], shown: str) -> None:
    seen: set[tuple[str, str, str, int]] = set()
    for case in cases:
        key = (case.id, case.variant, case.model, case.epoch)
        if key in seen:
            raise EvidenceError(
                shown, f"case {case.id!r} is graded twice for the same variant and model",
                "add an `epoch` column for repeated runs", line=case.line,
            )  # fmt: skip
        seen.add(key)


def _ragas(
    rows: list[tuple[int, dict[str, Any]]], metrics: list[str], names: Mapping[str, str], shown: str,
    options: Mapping[str, Any],
) -> Results:  # fmt: skip
    limit = options.get("threshold")
    if limit is None:
        raise EvidenceError(shown, "Ragas scores have no pass mark", "declare `threshold` for this result file", line=1)
    cases = []
    for index, (line, row) in enumerate(rows):
        scores = {}
        for name in metrics:
            value = score(row.get(name), shown, line, ungraded_nan=True)
            if value is not None:
                scores[name] = value
        main = scores.get(metrics[0])
        case = _case({**row, "score": ""}, line, names, shown, options, index)
        passed = None if main is None else main >= float(limit)
        cases.append(case._replace(passed=passed, score=main, scores=scores))
    return Results("ragas", tuple(cases), judged=True, notes=(f"pass mark: {metrics[0]} of at least {limit}",))


_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.I)


def read_junit(path: str, shown: str, options: Mapping[str, Any]) -> Results:
    """Return the cases of a JUnit file. Entities are refused. Raises EvidenceError where totals differ."""
    from xml.etree import ElementTree as ET

    with open_bytes(path) as file:
        data = file.read()
    if _DOCTYPE.search(data):
        raise EvidenceError(shown, "declares a document type or entities", "remove them: they are not read")
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise EvidenceError(shown, f"is not XML: {error}", "export it anew", line=error.position[0]) from error
    variant, model = str(options.get("variant") or "default"), model_name(str(options.get("model") or ""))
    cases: list[Case] = []
    for item in root.iter("testcase"):
        broken = item.find("error") is not None
        if item.find("skipped") is not None:
            continue
        seconds = amount(item.get("time"))
        cases.append(
            Case(
                f"{item.get('classname', '')}::{item.get('name', len(cases))}",
                variant, model, None if broken else item.find("failure") is None, None, broken,
                latency_ms=None if seconds is None else amount(seconds * 1000),
            )
        )  # fmt: skip
    suites = [suite for suite in root.iter("testsuite") if suite.find("testcase") is not None]
    said = sum(int(s.get("tests", 0)) - int(s.get("skipped", 0) or 0) for s in suites if s.get("tests", "").isdigit())
    if said and said != len(cases):
        raise EvidenceError(shown, f"says {said} tests, holds {len(cases)}", "export it anew", line=1)
    return Results("junit", tuple(cases))
