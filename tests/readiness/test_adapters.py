"""Evaluation results of every tool: what is read, what is no failure of the model, and what ends the run."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from builders import write_jsonl
from test_scenarios import run

from promptlint.readiness import results
from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.evidence import Source

ROWS = 6


def read(path: Path, **options: Any) -> results.Results:
    return results.read(Source(str(path), path.name, options))


def saved(path: Path, data: Any) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def passed(found: results.Results) -> list[bool | None]:
    return [case.passed for case in found.cases]


# --- promptfoo ----------------------------------------------------------------------------------------------


def promptfoo(rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    heads = [{"raw": "Sort {{t}}", "label": "zero", "provider": "openai:chat:gpt-4.1"},
             {"raw": "Sort {{t}} like so", "label": "few", "provider": "openai:chat:gpt-4.1"}]  # fmt: skip
    return {"evalId": "e1", "config": {}, "results": {"version": 3, "prompts": heads, "results": rows, **more}}


def test_promptfoo_tells_errors_from_failures_and_pairs_by_test(tmp_path: Path) -> None:
    rows = [
        {"testIdx": 0, "promptIdx": 0, "success": True, "score": 1, "failureReason": 0, "vars": {"t": "a"},
         "provider": {"id": "openai:chat:gpt-4.1"}, "latencyMs": 120, "cost": 0.01},
        {"testIdx": 0, "promptIdx": 1, "success": False, "score": 0, "failureReason": 1, "vars": {"t": "a"}},
        {"testIdx": 1, "promptIdx": 1, "success": False, "score": 0, "failureReason": 2, "vars": {"t": "b"},
         "error": "429"},
    ]  # fmt: skip
    found = read(saved(tmp_path / "pf.json", promptfoo(rows, stats={"successes": 1, "failures": 1, "errors": 1})))
    assert [(c.id, c.variant, c.model, c.passed, c.error) for c in found.cases] == [
        ("0", "zero", "gpt-4.1", True, False),
        ("0", "few", "gpt-4.1", False, False),
        ("1", "few", "gpt-4.1", None, True),
    ]
    assert found.prompts == {"zero": "Sort {{t}}", "few": "Sort {{t}} like so"}
    assert found.cases[0].latency_ms == 120


def test_promptfoo_reads_the_keys_of_its_documentation_and_of_version_2(tmp_path: Path) -> None:
    outputs = {"version": 3, "stats": {"successes": 1, "failures": 0}, "outputs": [
        {"pass": True, "score": 1, "vars": {"t": "a"}, "provider": "openai:gpt-4.1"}]}  # fmt: skip
    assert passed(read(saved(tmp_path / "a.json", {"evalId": "e", "results": outputs}))) == [True]
    table = {
        "head": {"prompts": ["Sort {{t}}"], "vars": ["t"]},
        "body": [
            {"outputs": [{"pass": False, "score": 0}], "vars": ["a"]},
            {"outputs": [{"pass": True, "score": 1}], "vars": ["b"]},
        ],
    }
    found = read(saved(tmp_path / "b.json", {"evalId": "e", "results": {"version": 2, "table": table}}))
    assert passed(found) == [False, True]
    assert [case.inputs for case in found.cases] == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("rows", "stats", "said"),
    [
        ([{"testIdx": 0, "promptIdx": 0, "success": True}], {"successes": 2, "failures": 0, "errors": 0}, "says 2"),
        ([{"testIdx": 0, "promptIdx": 0, "success": True, "score": float("nan")}], {}, "score"),
        ([{"testIdx": 0, "promptIdx": 0, "ok": True}], {}, "neither"),
        ([], {}, "no graded answers"),
    ],
)
def test_promptfoo_that_contradicts_itself_ends_the_run(
    tmp_path: Path, rows: list[dict[str, Any]], stats: dict[str, int], said: str
) -> None:
    with pytest.raises(EvidenceError, match=said):
        read(saved(tmp_path / "pf.json", promptfoo(rows, stats=stats)))


# --- Inspect ------------------------------------------------------------------------------------------------


def inspect_log(values: list[Any], **more: Any) -> dict[str, Any]:
    samples = [
        {"id": n, "epoch": 1, "input": [{"role": "user", "content": f"text {n}"}], "total_time": 1.5,
         "scores": {"match": {"value": value}}}
        for n, value in enumerate(values)
    ]  # fmt: skip
    head = {"model": "openai/gpt-4.1", "task": "triage"}
    return {"version": 2, "status": "success", "eval": head, "samples": samples, **more}


def test_inspect_reads_letters_numbers_and_marks(tmp_path: Path) -> None:
    found = read(saved(tmp_path / "log.json", inspect_log(["C", "I", "P", "N", 1.0, 0.4, True])))
    assert passed(found) == [True, False, False, False, True, False, True]
    assert {(case.variant, case.model) for case in found.cases} == {("triage", "gpt-4.1")}
    assert (found.cases[0].latency_ms, found.cases[3].inputs) == (1500, ("text 3",))


def test_inspect_tolerates_samples_that_ended_in_an_error(tmp_path: Path) -> None:
    log = inspect_log(["C", "I", "C"], results={"total_samples": 3, "completed_samples": 2, "scores": []})
    log["samples"][2] |= {"error": {"message": "timeout"}, "scores": {}}
    found = read(saved(tmp_path / "log.json", log))
    assert passed(found) == [True, False, None]
    assert [case.error for case in found.cases] == [False, False, True]


def test_inspect_epochs_are_one_case(tmp_path: Path) -> None:
    log = inspect_log(["C"] * 4)
    for n, sample in enumerate(log["samples"]):
        sample.update(id=n // 2, epoch=n % 2 + 1, input=f"text {n // 2}")
    found = read(saved(tmp_path / "log.json", log))
    assert [(case.id, case.epoch) for case in found.cases] == [("0", 1), ("0", 2), ("1", 1), ("1", 2)]


@pytest.mark.parametrize(
    "more",
    [
        {"status": "error"},
        {"status": "started"},
        {"invalidated": True},
        {"results": {"total_samples": 9, "completed_samples": 3}},
        {"results": {"total_samples": 3, "completed_samples": 1}},
    ],
)
def test_inspect_counts_only_when_it_was_run_to_its_end(tmp_path: Path, more: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError):
        read(saved(tmp_path / "log.json", inspect_log(["C"] * 3) | more))


def test_inspect_archives_are_read_and_a_broken_one_is_named(tmp_path: Path) -> None:
    log = inspect_log(["C", "I"])
    with zipfile.ZipFile(tmp_path / "log.eval", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", json.dumps({k: v for k, v in log.items() if k != "samples"}))
        for sample in log["samples"]:
            archive.writestr(f"samples/{sample['id']}_epoch_1.json", json.dumps(sample))
    assert passed(read(tmp_path / "log.eval")) == [True, False]
    (tmp_path / "cut.eval").write_bytes((tmp_path / "log.eval").read_bytes()[:-40])
    with pytest.raises(EvidenceError, match="no readable"):
        read(tmp_path / "cut.eval")


# --- openai/evals, lm-eval ----------------------------------------------------------------------------------


def openai_evals(accuracy: float) -> list[Any]:
    spec = {"spec": {"completion_fns": ["gpt-4.1"], "eval_name": "triage.dev.v0", "run_id": "r"}}
    events = [
        {"run_id": "r", "event_id": n, "sample_id": f"s.{n}", "type": "match", "data": {"correct": n != 0}}
        for n in range(4)
    ]
    given = [{"role": "system", "content": "x"}, {"role": "user", "content": "a ticket"}]
    sampled = {"run_id": "r", "sample_id": "s.0", "type": "sampling", "data": {"prompt": given}}
    return [spec, sampled, *events, {"final_report": {"accuracy": accuracy}}]


def test_openai_evals_are_read_and_their_report_is_checked(tmp_path: Path) -> None:
    found = read(write_jsonl(tmp_path / "log.jsonl", openai_evals(0.75)))
    assert passed(found) == [False, True, True, True]
    assert (found.cases[0].variant, found.cases[0].model, found.cases[0].inputs) == (
        "triage.dev.v0", "gpt-4.1", ("a ticket",),
    )  # fmt: skip
    with pytest.raises(EvidenceError, match="final_report"):
        read(write_jsonl(tmp_path / "log.jsonl", openai_evals(0.95)))


def test_lm_eval_is_a_benchmark_and_never_ones_own_cases(tmp_path: Path) -> None:
    totals = {"results": {"gsm8k": {"exact_match,strict-match": 0.8}}, "n-samples": {"gsm8k": {"effective": 200}},
              "higher_is_better": {"gsm8k": {"exact_match": True}}, "model_name": "llama-3.1-8b"}  # fmt: skip
    saved(tmp_path / "lm.json", totals)
    write_jsonl(tmp_path / "samples_gsm8k.jsonl", [{"doc_id": n, "doc_hash": "h", "acc": 0.0} for n in range(200)])
    for name in ("lm.json", "samples_gsm8k.jsonl"):
        sections = {"task": {"origin": "production"}, "targets": {"quality": 0.95}, "eval": {"results": [name]}}
        report = run(tmp_path, sections, None)
        assert report["eval"]["variants"][0]["n"] == 200
        assert (report["questions"][3]["answer"], report["verdict"]) == ("unknown", "insufficient_evidence")


# --- deepeval, Ragas, Braintrust ----------------------------------------------------------------------------


def deepeval(cases: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"testRunData": {"testCases": cases, **more}}


def metric(score: float | None, *, error: str | None = None) -> dict[str, Any]:
    return {"name": f"m{score}", "score": score, "threshold": 0.5, "success": (score or 0) >= 0.5, "error": error}


def test_deepeval_reads_success_and_takes_a_broken_metric_for_no_failure(tmp_path: Path) -> None:
    cases = [
        {"name": "a", "input": "x", "success": True, "metricsData": [metric(0.9)], "runDuration": 2.0},
        {"name": "b", "input": "y", "success": False, "metricsData": [metric(0.1)]},
        {"name": "c", "input": "z", "success": False, "metricsData": [metric(0.9), metric(None, error="timeout")]},
        {"name": "d", "input": "w", "success": False, "metricsData": [metric(0.1), metric(None, error="timeout")]},
    ]
    found = read(saved(tmp_path / "run.json", deepeval(cases, testPassed=1, testFailed=3)))
    assert [(case.passed, case.error) for case in found.cases] == [
        (True, False), (False, False), (None, True), (False, False),
    ]  # fmt: skip
    assert found.judged
    with pytest.raises(EvidenceError, match="testPassed"):
        read(saved(tmp_path / "run.json", deepeval(cases, testPassed=3)))


def test_ragas_needs_a_threshold_and_leaves_ungraded_rows_out(tmp_path: Path) -> None:
    text = "user_input,response,faithfulness,context_recall\na,x,0.9,0.4\nb,y,0.2,0.5\nc,z,nan,0.6\nd,w,,0.6\n"
    path = saved(tmp_path / "ragas.csv", text)
    with pytest.raises(EvidenceError, match="no pass mark"):
        read(path)
    assert passed(read(path, threshold=0.7)) == [True, False, None, None]


@pytest.mark.parametrize("shape", ["experiment", "array", "lines"])
def test_braintrust_passes_where_every_score_reaches_the_threshold(tmp_path: Path, shape: str) -> None:
    rows: list[Any] = [
        {"id": "a", "input": "x", "scores": {"match": 1, "tone": 0.8}, "error": None},
        {"id": "b", "input": "y", "scores": {"match": 0, "tone": 0.9}},
        {"id": "c", "input": "z", "scores": {"match": None}},
        {"id": "d", "input": "w", "scores": {"match": 1}, "error": "timeout"},
    ]
    if shape == "lines":
        path = write_jsonl(tmp_path / "bt.jsonl", rows)
    else:
        path = saved(tmp_path / "bt.json", {"results": rows, "summary": {}} if shape == "experiment" else rows)
    assert passed(read(path, threshold=0.75)) == [True, False, None, None]
    assert passed(read(path))[0] is False


# --- JUnit, tables ------------------------------------------------------------------------------------------

JUNIT = """<testsuites><testsuite name="all" tests="4"><testsuite name="t" tests="4" skipped="1">
<testcase classname="c" name="a" time="0.5"/><testcase classname="c" name="b"><failure message="no"/></testcase>
<testcase classname="c" name="d"><error message="timeout"/></testcase>
<testcase classname="c" name="e"><skipped/></testcase></testsuite></testsuite></testsuites>"""


def test_junit_tells_failures_errors_and_skipped_apart(tmp_path: Path) -> None:
    found = read(saved(tmp_path / "junit.xml", JUNIT), variant="few", model="gpt-4.1")
    assert [(case.passed, case.error) for case in found.cases] == [(True, False), (False, False), (None, True)]
    assert {(case.variant, case.model) for case in found.cases} == {("few", "gpt-4.1")}
    with pytest.raises(EvidenceError, match="says 4 tests"):
        read(saved(tmp_path / "junit.xml", JUNIT.replace('name="t" tests="4"', 'name="t" tests="5"')))
    with pytest.raises(EvidenceError, match="document type"):
        read(saved(tmp_path / "junit.xml", '<!DOCTYPE x [<!ENTITY a "b">]>' + JUNIT))


def test_a_table_is_read_by_its_names_or_by_declared_columns(tmp_path: Path) -> None:
    text = (
        "case_id,variant,model,pass,latency_ms,tag\n1,few,openai/gpt-4.1,yes,100,\n2,few,openai/gpt-4.1,no,200,tone\n"
    )
    found = read(saved(tmp_path / "r.csv", text))
    assert [(c.id, c.variant, c.model, c.passed, c.tag) for c in found.cases] == [
        ("1", "few", "gpt-4.1", True, ""), ("2", "few", "gpt-4.1", False, "tone"),
    ]  # fmt: skip
    rows = [{"nr": n, "verdict": "passed" if n else "failed"} for n in range(3)]
    path = write_jsonl(tmp_path / "r.jsonl", rows)
    assert passed(read(path, columns={"case_id": "nr", "pass": "verdict"})) == [False, True, True]
    with pytest.raises(EvidenceError, match="no column says"):
        read(path)
    with pytest.raises(EvidenceError, match="has no column"):
        read(path, columns={"pass": "verdikt"})


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"id": 1, "score": -0.5}], "at least 0"),
        ([{"id": 1, "score": "NaN"}], "at least 0"),
        ([{"id": 1, "score": "high"}], "no number"),
        ([{"id": 1, "pass": "perhaps"}], "neither yes nor no"),
        ([{"id": 1, "pass": True}, {"id": 1, "pass": False}], "graded twice"),
        ([{"id": 1, "pass": True}, "[1]"], "no record"),
    ],
)
def test_a_table_that_cannot_be_trusted_ends_the_run(tmp_path: Path, rows: list[Any], said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        read(write_jsonl(tmp_path / "r.jsonl", rows))


def test_repeated_runs_of_a_case_need_an_epoch_and_count_once(tmp_path: Path) -> None:
    rows = [{"id": n % 120, "epoch": n // 120, "pass": n % 120 < 60, "variant": "few"} for n in range(240)]
    write_jsonl(tmp_path / "r.jsonl", rows)
    report = run(tmp_path, {"eval": {"results": ["r.jsonl"]}, "targets": {"quality": 0.9}}, None)
    assert report["eval"]["variants"][0]["n"] == 120


def test_promptfoo_searches_the_file_for_a_line_only_where_a_row_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search is linear in the file, so that one a row would be quadratic."""
    rows = [{"testIdx": n, "promptIdx": 0, "success": True, "score": 1} for n in range(50)]
    looked: list[int] = []
    monkeypatch.setattr(results.promptfoo, "_row_line", lambda _, index: looked.append(index) or 7)
    read(saved(tmp_path / "pf.json", promptfoo(rows)))
    assert looked == []
    rows[40]["score"] = -1
    with pytest.raises(EvidenceError, match=r":7"):
        read(saved(tmp_path / "pf.json", promptfoo(rows)))
    assert looked == [40]


def test_a_file_of_another_format_than_declared_ends_the_run(tmp_path: Path) -> None:
    path = saved(tmp_path / "log.json", inspect_log(["C", "I"]))
    assert passed(read(path, format="inspect")) == [True, False]
    with pytest.raises(EvidenceError, match="is inspect, declared as promptfo"):
        read(path, format="promptfo")
