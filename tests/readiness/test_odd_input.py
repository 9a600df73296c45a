"""Odd evidence: it is read for what it is, or the run ends with exit code 2 and says where; it never crashes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from builders import chat
from test_scenarios import AS_OF, answers, run

from promptlint.readiness.assess import Request, assess
from promptlint.readiness.document import document

ROWS = "\n".join(json.dumps(chat(number)) for number in range(1000))
TEAM = "owner: a, backup: b, hours_per_month: 40, retrain_cadence_days: 90, rollback: by hand"


def train(folder: Path, data: bytes, name: str = "t.jsonl") -> dict[str, object]:
    (folder / name).write_bytes(data)
    return run(folder, {"train": [{"path": name}]}, text=None)


def declared(folder: Path, text: str) -> dict[str, object]:
    path = folder / "e.yaml"
    path.write_text(text + "\n")
    return document(assess(Request(evidence=str(path), as_of=AS_OF)))


@pytest.mark.parametrize(
    "data",
    [ROWS.encode(), b"\xef\xbb\xbf" + ROWS.encode(), ROWS.replace("\n", "\r\n").encode(), b"\n\n" + ROWS.encode()],
    ids=["plain", "BOM", "CRLF", "blank lines"],
)
def test_bom_line_ends_and_blank_lines_lose_no_row(tmp_path: Path, data: bytes) -> None:
    assert train(tmp_path, data)["data"]["clean"] == 1000


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "t.jsonl"),
        (b"\n \n", "t.jsonl"),
        (b"1\n2\n3\n", "t.jsonl"),
        (ROWS.encode("utf-16"), "t.jsonl"),
        (ROWS.encode(), "t.jsonl.gz"),
        (gzip.compress(ROWS.encode()) + b"xx", "t.jsonl.gz"),
        (b"input,output\n", "t.csv"),
        (b"[" * 5000, "t.json"),
        (b"zzz", "t.parquet"),
    ],
    ids=["empty", "blank", "numbers", "UTF-16", "no gzip", "bytes after gzip", "header alone", "nested", "no Parquet"],
)
def test_a_file_that_holds_no_rows_gives_no_verdict(tmp_path: Path, data: bytes, name: str) -> None:
    report = train(tmp_path, data, name)
    assert (report["verdict"], report["exit_code"]) == ("error", 2)
    assert report["error"]["path"].endswith(name)


@pytest.mark.parametrize(
    "row",
    [
        {"messages": None},
        {"messages": [1]},
        {"messages": [{"role": ["x"], "content": "a"}]},
        {"conversations": [{"from": ["a"], "value": 1}]},
        {"prompt": [1], "completion": [2]},
        {"input": {"messages": [1]}, "preferred_output": [1], "non_preferred_output": [2]},
        {"chosen": [], "rejected": [1]},
        {"input": "x", "output": None},
    ],
)
def test_a_malformed_row_is_dropped(tmp_path: Path, row: object) -> None:
    report = train(tmp_path, "\n".join([json.dumps(row)] * 30).encode())
    assert (answers(report)[0], report["data"]["clean"]) == ("no", 0)


def test_a_row_without_its_answer_is_no_other_format(tmp_path: Path) -> None:
    rows = [{"prompt": f"question {n} of the list", "completion": f"answer {n * 7}"} for n in range(60)]
    report = train(tmp_path, "\n".join(map(json.dumps, [*rows, {"prompt": "and now"}])).encode())
    assert report["data"]["clean"] == 60


def test_a_system_prompt_beside_the_messages_is_no_other_format(tmp_path: Path) -> None:
    rows = [chat(number) for number in range(20)]
    rows += [{"system": "Sort.", "messages": chat(number)["messages"][1:]} for number in range(20, 40)]
    assert train(tmp_path, "\n".join(map(json.dumps, rows)).encode())["data"]["clean"] == 40


@pytest.mark.parametrize(
    "text",
    [
        "trian: []",
        "- a",
        "version: 2",
        "targets: {quality: {min: 95}}",
        "targets: {latency_p95_ms: -3}",
        "team: {owner: a, hours_per_month: forty}",
        "team: {owner: a, hours_per_month: .nan}",
        "team: {owner: a, retrain_cadence_days: quarterly}",
        "candidate: {base_eol: soon}",
        "privacy: {third_party_forbidden: 'yes'}",
        "latency: {tried: [cachng]}",
        "failures: [a]",
        "failures: {knowledge: much}",
        "declared: {examples: '5000'}",
        "declared: {pass_rate: 95}",
        "thresholds: {alpha: 5}",
        "task: {cases_window: 2026-10-31..2026-09-01}",
        "task: {offline: 'no'}",
        "task: {name: [a]}",
        "task: {origin: prodution}",
        "train: [{path: t.jsonl, pii: dorp}]",
        "train: [{path: t.jsonl, token_limit: '8k'}]",
        "eval: {results: [{path: r.csv, columns: [a]}]}",
        "candidate: {hosting: cloud}",
        "requests: {path: l.jsonl, window_days: .inf}",
        "targets: {monthly_cost_usd: 1.0e+30}",
    ],
)
def test_a_wrong_declaration_gives_no_verdict_instead_of_an_answer(tmp_path: Path, text: str) -> None:
    report = declared(tmp_path, text)
    assert (report["verdict"], report["exit_code"]) == ("error", 2)
    assert report["error"]["path"].endswith("e.yaml")


def test_an_unknown_key_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    assert declared(tmp_path, "tasc: {name: x}")["error"]["remedy"] == "did you mean `task`?"


@pytest.mark.parametrize(
    ("team", "answer"),
    [
        (TEAM, "yes"),
        (TEAM.replace("backup: b", "backup: TODO"), "unknown"),
        (TEAM.replace("backup: b", "backup: A"), "unknown"),
        (TEAM.replace("hours_per_month: 40", "hours_per_month: 4"), "unknown"),
        (TEAM.replace("rollback: by hand", "rollback: docs/none.md"), "no"),
        ("owner: TBD", "no"),
        ("owner: ''", "no"),
    ],
)
def test_a_team_is_one_only_if_it_is_named(tmp_path: Path, team: str, answer: str) -> None:
    assert answers(declared(tmp_path, f"team: {{{team}}}"))[1] == answer


def test_counts_of_failures_are_turned_into_shares(tmp_path: Path) -> None:
    report = declared(tmp_path, "failures: {knowledge: 30, behaviour: 70}")
    assert "A1" not in [blocker["id"] for blocker in report["blockers"]]
    report = declared(tmp_path, "failures: {knowledge: 70, behaviour: 30}")
    assert "A1" in [blocker["id"] for blocker in report["blockers"]]


def test_dates_after_the_assessment_are_reported_as_contradictions(tmp_path: Path) -> None:
    log = [{"model": "gpt-4.1", "ts": f"2027-01-{day:02}T00:00:00Z", "input_tokens": 9} for day in range(1, 29)]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, log)))
    report = declared(tmp_path, "task: {cases_window: 2026-09-01..2027-10-31}\nrequests: log.jsonl")
    found = " ".join(report["questions"][3]["contradictions"])
    assert "2027-10-31" in found
    assert "2027-01-28" in found


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"results": {"version": 3, "prompts": 5, "results": [{"success": True}]}},
        {"results": {"version": 2, "table": {"body": 5}}},
        {"results": {"version": 3, "results": [{"success": True, "score": -1}]}},
        {"status": "success", "eval": {}, "samples": [{"id": 1, "epoch": "x", "scores": {"a": {"value": "C"}}}]},
        {"status": "error", "eval": {}},
        {"testCases": [5]},
        {"testCases": 5},
        {"results": {"task": 5}, "n-samples": 5},
        [{"id": 1, "pass": "maybe"}],
    ],
)
def test_results_of_another_structure_give_no_verdict(tmp_path: Path, data: object) -> None:
    (tmp_path / "r.json").write_text(json.dumps(data))
    report = run(tmp_path, {"eval": {"results": [{"path": "r.json"}]}}, text=None)
    assert (report["verdict"], report["exit_code"]) == ("error", 2)
    assert report["error"]["path"].endswith("r.json")


def test_the_end_of_the_providers_tuning_counts_as_an_end_of_the_base_model(tmp_path: Path) -> None:
    report = declared(tmp_path, "candidate: {base: m, base_eol: 2030-01-01, tuning_end: 2027-01-06}")
    assert "A9" in [blocker["id"] for blocker in report["blockers"]]
