"""promptfoo: JSON of version 3, and the keys of version 2 and of its documentation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.results.common import Case, Results, amount, mapping, model_name, score, texts


def matches(data: Any) -> bool:
    """Whether parsed JSON looks like an export of promptfoo."""
    return isinstance(data, dict) and (
        isinstance(data.get("results"), dict)
        and bool({"version", "results", "outputs", "table", "prompts", "stats"} & set(data["results"]))
        and ("evalId" in data or "config" in data or "version" in data["results"] or "stats" in data["results"])
    )


def read(data: Mapping[str, Any], path: str, text: str, options: Mapping[str, Any]) -> Results:
    """Return the cases. Raises EvidenceError where keys are missing or the statistics differ from the rows."""
    body = mapping(data["results"])
    rows = body.get("results", body.get("outputs"))
    if rows is None and isinstance(body.get("table"), dict):
        rows = _table(body["table"], path)
    if not isinstance(rows, list):
        known = ", ".join(sorted(map(str, body)))
        raise EvidenceError(
            path, f"no `results.results` in this promptfoo file (there: {known[:200]})",
            "export it with `promptfoo eval -o results.json`", line=_line(text, '"results"'),
        )  # fmt: skip
    heads = [mapping(head) for head in body.get("prompts") or _heads(body)]
    names = _names(heads, rows, options)
    cases = tuple(_case(row, index, names, heads, path, text) for index, row in enumerate(rows))
    _check_stats(mapping(body.get("stats")), cases, path, text)
    prompts: dict[str, str] = {}
    for index, head in enumerate(heads):
        raw = head.get("raw", head.get("template"))
        if isinstance(raw, str) and index in names:
            prompts.setdefault(names[index], message_text(raw))
    judged = '"llm-rubric"' in text or '"model-graded' in text or '"factuality"' in text or '"g-eval"' in text
    return Results("promptfoo", cases, prompts, judged=judged)


def message_text(raw: str) -> str:
    """Return the text of a prompt that may be a JSON list of messages, joined as promptlint joins them."""
    if raw.lstrip().startswith("["):
        try:
            messages = json.loads(raw)
        except ValueError:
            return raw
        if isinstance(messages, list) and all(isinstance(m, dict) and "content" in m for m in messages):
            return "\n\n".join("\n".join(texts(message["content"])) for message in messages)
    return raw


def _heads(body: Mapping[str, Any]) -> list[Any]:
    head = mapping(mapping(body.get("table")).get("head"))
    found = head.get("prompts", [])
    return [{"raw": item} if isinstance(item, str) else item for item in found] if isinstance(found, list) else []


def _table(table: Mapping[str, Any], path: str) -> list[dict[str, Any]]:
    """Return the rows of a version 2 table."""
    rows = []
    names = mapping(table.get("head")).get("vars", [])
    for test, line in enumerate(table.get("body", [])):
        if not isinstance(line, dict) or not isinstance(line.get("outputs"), list):
            raise EvidenceError(path, f"row {test} of `results.table.body` has no `outputs`", "export it anew")
        values = line.get("vars", [])
        given = dict(zip(names, values, strict=False)) if isinstance(values, list) else values
        for prompt, output in enumerate(line["outputs"]):
            rows.append({**mapping(output), "testIdx": test, "promptIdx": prompt, "vars": given})
    return rows


def _names(heads: list[dict[str, Any]], rows: list[Any], options: Mapping[str, Any]) -> dict[int, str]:
    """Return the name of each prompt: as mapped in the evidence file, its label, or its number.

    Heads are listed once a provider; heads of the same raw text are the same prompt.
    """
    given = {str(key): str(name) for key, name in mapping(options.get("variant_map")).items()}
    count = max([len(heads), *(int(r["promptIdx"]) + 1 for r in rows if _is_int(mapping(r).get("promptIdx")))])
    names: dict[int, str] = {}
    by_text: dict[str, str] = {}
    for index in range(count):
        head = heads[index] if index < len(heads) else {}
        raw = str(head.get("raw", ""))
        name = given.get(str(index)) or by_text.get(raw) or _label(head, raw) or f"prompt {index}"
        if raw:
            by_text.setdefault(raw, name)
        names[index] = name
    if options.get("variant") and len(set(names.values())) == 1:
        names = {index: str(options["variant"]) for index in names}
    return names


def _label(head: Mapping[str, Any], raw: str) -> str:
    label = str(head.get("label") or head.get("display") or "")
    return "" if label == raw or len(label) > 60 or "\n" in label else label


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _case(row: Any, index: int, names: Mapping[int, str], heads: list[dict[str, Any]], path: str, text: str) -> Case:
    if not isinstance(row, dict):
        raise EvidenceError(path, f"result {index} is no object", "export it anew", line=_line(text, '"results"'))
    mark = row.get("success", row.get("pass"))
    if not isinstance(mark, bool):
        raise EvidenceError(
            path, f"result {index} has neither `success` nor `pass` (there: {', '.join(sorted(row))[:200]})",
            "this is not the export of a known promptfoo version: use the generic columns", line=_row_line(text, index),
        )  # fmt: skip
    number = row["promptIdx"] if _is_int(row.get("promptIdx")) else 0
    head = heads[number] if number < len(heads) else {}
    provider = row.get("provider") or head.get("provider") or ""
    name = str(provider.get("id", "") if isinstance(provider, dict) else provider)
    given = texts(row.get("vars"))
    test = row.get("testIdx", mapping(row.get("testCase")).get("testIdx"))
    reason = row.get("failureReason")
    broken = reason == 2 or (reason is None and bool(row.get("error")) and not row.get("gradingResult") and not mark)
    cached = bool(mapping(row.get("response")).get("cached") or row.get("cached"))
    return Case(
        id=str(test) if test is not None else json.dumps(row.get("vars"), sort_keys=True),
        variant=names.get(number, f"prompt {number}"),
        model=model_name(name),
        passed=None if broken else mark,
        score=None if broken else _score(row, index, path, text),
        error=broken,
        epoch=int(row.get("repeatIndex") or 0) if _is_int(row.get("repeatIndex") or 0) else 0,
        inputs=given,
        latency_ms=None if cached else amount(row.get("latencyMs")),
        cost=amount(row.get("cost")),
        scores=_scores(row, path),
        tag=str(mapping(row.get("metadata")).get("tag", "")),
    )


def _score(row: Mapping[str, Any], index: int, path: str, text: str) -> float | None:
    try:
        return score(row.get("score"), path, None)
    except EvidenceError as error:  # only now is the line worth a search through the file
        line = _row_line(text, index)
        raise EvidenceError(path, error.detail, error.remedy, line=line) from error


def _scores(row: Mapping[str, Any], path: str) -> dict[str, float]:
    found = {}
    for name, value in mapping(row.get("namedScores")).items():
        number = score(value, path, None)
        if number is not None:
            found[str(name)] = number
    return found


def _check_stats(stats: Mapping[str, Any], cases: tuple[Case, ...], path: str, text: str) -> None:
    """Raise where the file's own totals contradict its rows."""
    if not stats:
        return
    counted = {
        "successes": sum(case.passed is True for case in cases),
        "failures": sum(case.passed is False for case in cases),
        "errors": sum(case.error for case in cases),
    }
    if "errors" not in stats:
        counted["failures"] += counted.pop("errors")
    for name, count in counted.items():
        if _is_int(stats.get(name)) and stats[name] != count:
            raise EvidenceError(
                path, f"`results.stats.{name}` says {stats[name]}, the rows give {count}",
                "the file was edited or cut: export it anew", line=_line(text, '"stats"'),
            )  # fmt: skip


def _line(text: str, needle: str) -> int:
    at = text.find(needle)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


def _row_line(text: str, index: int) -> int:
    """Return the line where result `index` starts, as far as a search can tell it."""
    at = text.find('"results"', text.find('"results"') + 1)
    for _ in range(index + 1):
        found = max(text.find('"promptIdx"', at + 1), -1)
        if found < 0:
            break
        at = found
    return text.count("\n", 0, max(at, 0)) + 1
