"""Results of Inspect, openai/evals, lm-eval, deepeval and Braintrust."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.results.common import (
    Aggregate,
    Case,
    Results,
    amount,
    flag,
    mapping,
    model_name,
    score,
    texts,
)

_LETTERS = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}


# --- Inspect ------------------------------------------------------------------------------------------------


def read_inspect(log: Mapping[str, Any], samples: list[Any], path: str) -> Results:
    """Return the cases of an Inspect log. Raises EvidenceError for a log that did not succeed."""
    status = log.get("status")
    if status != "success" or log.get("invalidated"):
        state = "invalidated" if log.get("invalidated") else f"of status {status!r}"
        raise EvidenceError(path, f"the Inspect log is {state}", "only a finished run counts: run it again")
    head = mapping(log.get("eval"))
    model, task = model_name(str(head.get("model", ""))), str(head.get("task", "inspect"))
    cases = tuple(_inspect_case(mapping(sample), index, task, model, path) for index, sample in enumerate(samples))
    results = mapping(log.get("results"))
    sound = sum(not case.error for case in cases)
    for name, counts in (("total_samples", (len(cases),)), ("completed_samples", (len(cases), sound))):
        said = results.get(name)
        if cases and isinstance(said, int) and said not in counts:
            raise EvidenceError(path, f"`{name}` says {said}, there are {len(cases)} samples", "log it anew")
    judged = any("model_graded" in str(mapping(item).get("scorer", "")) for item in results.get("scores") or [])
    return Results("inspect", cases, judged=judged)


def _inspect_case(sample: Mapping[str, Any], index: int, task: str, model: str, path: str) -> Case:
    scores: dict[str, float] = {}
    for name, entry in mapping(sample.get("scores")).items():
        value = mapping(entry).get("value", entry)
        value = _LETTERS.get(value, value) if isinstance(value, str) else value
        if isinstance(value, str | list | dict) and not _number(value):
            continue
        number = score(value, path, index + 1)
        if number is not None:
            scores[str(name)] = number
    first = next(iter(scores.values()), None)
    broken = bool(sample.get("error"))
    return Case(
        id=str(sample.get("id", index)),
        variant=task,
        model=model,
        passed=None if broken or first is None else first >= 1.0,
        score=None if broken else first,
        error=broken,
        epoch=int(sample.get("epoch", 1) or 1),
        inputs=_user_texts(sample.get("input")),
        latency_ms=_milliseconds(sample.get("total_time")),
        scores=scores,
    )


def _number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _milliseconds(seconds: Any) -> float | None:
    found = amount(seconds)
    return None if found is None else amount(found * 1000)


def _user_texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(t for m in value if mapping(m).get("role") == "user" for t in texts(mapping(m).get("content")))
    return texts(value)


def read_inspect_zip(path: str) -> Results:
    """Return the cases of an Inspect `.eval` file, a zip. Raises EvidenceError for one that cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "header.json" not in names:
                raise EvidenceError(path, "no header.json in this .eval file", "the run did not finish: run it again")
            header = json.loads(archive.read("header.json"))
            members = sorted(name for name in names if name.startswith("samples/") and name.endswith(".json"))
            if members:
                samples = [json.loads(archive.read(name)) for name in members]
            else:
                samples = json.loads(archive.read("summaries.json")) if "summaries.json" in names else []
    except NotImplementedError as error:
        raise EvidenceError(
            path, "its members use a compression that this Python cannot read",
            "convert it with `inspect log convert --to json`",
        ) from error  # fmt: skip
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
        raise EvidenceError(path, f"is no readable .eval file: {error}", "log it anew") from error
    return read_inspect(mapping(header), samples, path)


# --- openai/evals -------------------------------------------------------------------------------------------


def read_openai_evals(events: Iterator[tuple[int, int, dict[str, Any] | None]], path: str) -> Results:
    """Return the cases of an openai/evals log. Raises EvidenceError where its final report contradicts them."""
    cases: list[Case] = []
    inputs: dict[str, tuple[str, ...]] = {}
    spec: dict[str, Any] = {}
    report: dict[str, Any] = {}
    for line, offset, event in events:
        if event is None:
            raise EvidenceError(path, "is no JSON object", "log it anew", line=line, offset=offset)
        spec = mapping(event.get("spec")) or spec
        report = mapping(event.get("final_report")) or report
        data = mapping(event.get("data"))
        if event.get("type") == "sampling":
            inputs[str(event.get("sample_id"))] = _user_texts(data.get("prompt"))
        if event.get("type") in ("match", "metrics") and ("correct" in data or "score" in data):
            mark = flag(data.get("correct"), path, line)
            number = score(data.get("score"), path, line)
            cases.append(Case(str(event.get("sample_id")), "", "", mark, number, line=line))
    models = spec.get("completion_fns") or [""]
    variant = str(spec.get("eval_name") or "openai-evals")
    found = tuple(
        case._replace(model=model_name(str(models[0])), variant=variant, inputs=inputs.get(case.id, ()))
        for case in cases
    )
    accuracy = report.get("accuracy")
    marked = [case.passed for case in found if case.passed is not None]
    if isinstance(accuracy, int | float) and marked and abs(sum(marked) / len(marked) - accuracy) > 0.005:
        raise EvidenceError(
            path, f"`final_report.accuracy` says {accuracy}, the events give {sum(marked) / len(marked):.4f}",
            "the log was cut: run it again",
        )  # fmt: skip
    return Results("openai-evals", found)


# --- lm-eval ------------------------------------------------------------------------------------------------


def read_lm_eval(data: Mapping[str, Any], path: str) -> Results:
    """Return the totals of an lm-eval file: a public benchmark, never "your real cases"."""
    model = model_name(str(data.get("model_name") or mapping(data.get("config")).get("model") or ""))
    found, notes = [], []
    for task, metrics in mapping(data.get("results")).items():
        n = mapping(mapping(data.get("n-samples")).get(task)).get("effective")
        main = next(
            (key for key in ("acc,none", "exact_match,strict-match", "exact_match,none") if key in metrics), None
        )
        if main is None or not isinstance(n, int) or n < 1:
            notes.append(f"task {task}: no accuracy or no sample count")
            continue
        value = score(metrics[main], path, None)
        if value is not None and value > 1:
            raise EvidenceError(
                path, f"task {task}: an accuracy of {value:g}", "it lies between 0 and 1: export it anew"
            )
        if value is not None:
            found.append(Aggregate(str(task), model, value * n, n))
    return Results("lm-eval", (), notes=tuple(notes), origin="benchmark", aggregates=tuple(found))


def read_lm_eval_samples(rows: Iterator[tuple[int, int, dict[str, Any] | None]], path: str) -> Results:
    """Return the cases of an lm-eval `samples_*.jsonl`."""
    cases = []
    for line, offset, row in rows:
        if row is None:
            raise EvidenceError(path, "is no JSON object", "log it anew", line=line, offset=offset)
        value = next((row[key] for key in ("acc", "exact_match") if key in row), None)
        number = score(value, path, line)
        passed = None if number is None else number >= 1
        cases.append(Case(str(row["doc_id"]), "lm-eval", "", passed, number, inputs=texts(row.get("doc")), line=line))
    return Results("lm-eval", tuple(cases), origin="benchmark")


# --- deepeval -----------------------------------------------------------------------------------------------


def read_deepeval(data: Mapping[str, Any], path: str) -> Results:
    """Return the cases of a deepeval test run. Raises EvidenceError where its totals contradict them."""
    run = mapping(data.get("testRunData", data))
    cases = []
    for index, item in enumerate(run.get("testCases") or []):
        metrics = [mapping(metric) for metric in mapping(item).get("metricsData") or []]
        scores = {str(m.get("name", i)): score(m.get("score"), path, None) for i, m in enumerate(metrics)}
        mark = flag(item.get("success"), path, None)
        # A metric that broke down fails the case in the file, though the model's answer was never judged by it.
        broken = any(metric.get("error") for metric in metrics) and all(
            metric.get("error") or metric.get("success") for metric in metrics
        )
        cases.append(
            Case(
                id=str(item.get("name", index)),
                variant=str(data.get("identifier") or "deepeval"),
                model=model_name(str(run.get("model") or mapping(run.get("hyperparameters")).get("model") or "")),
                passed=None if broken else mark,
                score=next((value for value in scores.values() if value is not None), None) if not broken else None,
                error=broken,
                inputs=texts(item.get("input")),
                latency_ms=_milliseconds(item.get("runDuration")),
                cost=amount(item.get("tokenCost")),
                scores={name: value for name, value in scores.items() if value is not None},
            )
        )
    passed = run.get("testPassed")
    if isinstance(passed, int) and passed != sum(bool(mapping(i).get("success")) for i in run.get("testCases") or []):
        raise EvidenceError(path, f"`testPassed` says {passed}, the cases give another count", "run it again")
    return Results("deepeval", tuple(cases), judged=True)


# --- Braintrust ---------------------------------------------------------------------------------------------


def read_braintrust(data: Mapping[str, Any], path: str, options: Mapping[str, Any]) -> Results:
    """Return the cases of a Braintrust experiment; a score of 1 passes unless a threshold is declared."""
    limit = float(options.get("threshold") or 1.0)
    cases = []
    for index, row in enumerate(data["results"]):
        if row is None:
            raise EvidenceError(path, "is no JSON object", "export it anew", line=index + 1)
        values = [score(value, path, index + 1) for value in mapping(mapping(row).get("scores")).values()]
        graded = [value for value in values if value is not None]
        broken = bool(row.get("error"))
        mean = sum(graded) / len(graded) if graded else None
        cases.append(
            Case(
                id=str(row.get("id", index)),
                variant=str(mapping(data.get("summary")).get("experimentName") or "braintrust"),
                model="",
                passed=None if broken or mean is None else all(value >= limit for value in graded),
                score=None if broken else mean,
                error=broken,
                inputs=texts(row.get("input")),
                scores={str(k): float(v) for k, v in mapping(row.get("scores")).items() if isinstance(v, int | float)},
            )
        )
    return Results("braintrust", tuple(cases))
