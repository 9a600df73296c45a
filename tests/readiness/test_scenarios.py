"""The acceptance scenarios, on files."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from builders import (
    BARE,
    CANDIDATE,
    FEW,
    Arm,
    chat,
    evidence,
    log,
    passes,
    prompt,
    promptfoo,
    sentence,
    team,
    train,
    write_jsonl,
)

from promptlint.readiness.assess import Request, assess
from promptlint.readiness.document import document

AS_OF = dt.date(2026, 11, 23)


def run(folder: Path, sections: dict[str, Any] | None = None, text: str | None = FEW, **options: Any) -> dict[str, Any]:
    """Assess a folder and return the document."""
    paths = (prompt(folder, text),) if text is not None else ()
    file = evidence(folder, sections) if sections is not None else None
    return document(assess(Request(prompts=paths, evidence=file, as_of=AS_OF, **options)))


def answers(report: dict[str, Any]) -> list[str]:
    return [question["answer"] for question in report["questions"]]


def plateau(model: str, few: list[bool | None]) -> list[Arm]:
    """Zero-shot that is clearly worse, few-shot, and another few-shot that gains nothing more."""
    zero = [*few[:8], *[False] * 30, *few[38:]]
    other = FEW.replace("wrong amount", "wrong sum")
    return [Arm(zero, BARE, model, "zero"), Arm(few, FEW, model, "few"), Arm(list(few), other, model, "few_more")]


def full(folder: Path, *, clean: int, quality: float, arms: list[Arm], **more: Any) -> dict[str, Any]:
    """Return sections in which data, team and results are all there."""
    results = promptfoo(folder / "pf.json", arms)
    return {
        "task": {"name": "triage", "origin": "production"},
        "targets": {"quality": {"min": quality}, **more.pop("targets", {})},
        "train": [{"path": train(folder, clean)}],
        "eval": {"results": [{"path": results}]},
        "team": team(folder),
        **more,
    }


def test_1_a_prompt_without_examples_is_not_ready(tmp_path: Path) -> None:
    report = run(tmp_path, text=BARE)
    assert answers(report) == ["unknown", "unknown", "no", "unknown"]
    assert (report["verdict"], report["exit_code"]) == ("not_yet", 1)
    first = report["fixes"][0]
    assert (first["rule"] or "").startswith(("EXM", "OUT")) or "example" in first["action"]


def test_2_a_clean_prompt_alone_is_insufficient_evidence(tmp_path: Path) -> None:
    report = run(tmp_path)
    assert answers(report) == ["unknown"] * 4
    assert (report["verdict"], report["exit_code"]) == ("insufficient_evidence", 3)


def test_3_q1_counts_clean_rows_not_raw_ones(tmp_path: Path) -> None:
    arms = [*plateau("gpt-4.1", passes(330, 400)), Arm(passes(300, 400), model="gpt-4.1-mini")]
    sections = full(tmp_path, clean=1, quality=0.95, arms=arms)
    rows: list[Any] = [chat(n) for n in range(970)]
    rows += [chat(n) for n in range(150)]
    rows += [chat(5000 + n, label) for n in range(30) for label in ("billing", "other")]
    rows += ['{"messages": '] * 20
    write_jsonl(tmp_path / "train.jsonl", rows)
    report = run(tmp_path, sections)
    assert report["data"]["waterfall"][0] == ["raw", 1200]
    assert report["data"]["clean"] == report["questions"][0]["value"] == 970
    assert answers(report) == ["no", "yes", "yes", "yes"]
    assert (report["verdict"], report["exit_code"]) == ("not_yet", 1)


def test_4_twenty_cases_cannot_decide(tmp_path: Path) -> None:
    report = run(tmp_path, full(tmp_path, clean=1200, quality=0.9, arms=[Arm(passes(17, 20))]))
    variant = report["eval"]["variants"][0]
    assert [round(x, 3) for x in variant["ci"]] == [0.640, 0.948]
    assert report["questions"][3]["answer"] == "unknown"
    assert report["eval"]["n_needed"] == [124, 253]
    assert (report["verdict"], report["exit_code"]) == ("insufficient_evidence", 3)


def test_5_a_sufficient_generic_model_needs_no_tuning(tmp_path: Path) -> None:
    sections = full(tmp_path, clean=1200, quality=0.9, arms=[Arm(passes(470, 500))])
    sections["requests"] = {"path": log(tmp_path / "log.jsonl", 200_000, "gpt-4.1"), "window_days": 30}
    report = run(tmp_path, sections)
    assert [round(x, 3) for x in report["eval"]["variants"][0]["ci"]] == [0.916, 0.958]
    assert (report["verdict"], report["exit_code"]) == ("not_needed", 4)


def test_6_a_specialised_task_with_everything_measured_is_justified(tmp_path: Path) -> None:
    arms = [*plateau("gpt-4.1", passes(330, 400)), Arm(passes(300, 400), model="gpt-4.1-mini")]
    report = run(tmp_path, full(tmp_path, clean=12_400, quality=0.95, arms=arms, failures={"behaviour": 0.9}))
    few = next(v for v in report["eval"]["variants"] if v["name"] == "few" and v["model"] == "gpt-4.1")
    assert [round(x, 3) for x in few["ci"]] == [0.785, 0.859]
    assert [case["id"] for case in report["cases"] if case["established"]] == ["C2"]
    assert not report["blockers"]
    assert (report["verdict"], report["exit_code"]) == ("justified", 0)
    assert report["plan"]


def volume(folder: Path, mini: int) -> dict[str, Any]:
    """Ten million requests a month to an uncached large model over a budget of 10,000 dollars."""
    arms = [*plateau("gpt-4.1", passes(290, 300)), Arm(passes(mini, 300), model="gpt-4.1-mini")]
    sections = full(
        folder, clean=5000, quality=0.9, arms=arms, targets={"monthly_cost_usd": 10_000}, candidate=dict(CANDIDATE)
    )
    name = log(folder / "log.jsonl", 10_000_000, "gpt-4.1")
    sections["requests"] = {"path": name, "window_days": 30}
    return sections


def test_7_high_volume_is_justified_by_economy_and_not_by_the_literal_ratio(tmp_path: Path) -> None:
    report = run(tmp_path, volume(tmp_path, 246))
    cost = report["cost"]
    assert cost["actual_usd_month"] == pytest.approx(80_000)
    assert cost["tuned"]["usd_month"] == pytest.approx(8525)
    assert cost["saving"]["as_logged"] == pytest.approx(9.4, abs=0.05)
    assert cost["saving"]["base"] == pytest.approx(4.6, abs=0.05)
    assert cost["payback_months"] < 1
    assert (report["verdict"], report["exit_code"]) == ("justified", 0)
    strict = run(tmp_path, volume(tmp_path, 246), seed_strict=True)
    assert not strict["cases"][0]["established"]
    assert strict["verdict"] != "justified"


def test_8_a_small_model_that_suffices_is_swapped_in(tmp_path: Path) -> None:
    report = run(tmp_path, volume(tmp_path, 288))
    rows = {row["model"]: row for row in report["cost"]["rows"]}
    assert rows["gpt-4.1-mini"]["cached"] == pytest.approx(7900)
    assert report["cost"]["saving"]["base"] == pytest.approx(0.93, abs=0.01)
    assert "A4" in [blocker["id"] for blocker in report["blockers"]]
    assert (report["verdict"], report["exit_code"]) == ("not_yet", 1)


def test_9_leaked_cases_leave_the_evaluation(tmp_path: Path) -> None:
    inputs = [sentence(n if n < 180 else 900_000 + n) for n in range(400)]
    outcomes: list[bool | None] = [False] * 60 + [True] * 120 + passes(196, 220)
    sections = full(tmp_path, clean=1200, quality=0.9, arms=[Arm(outcomes)])
    promptfoo(tmp_path / "pf.json", [Arm(outcomes)], inputs)
    write_jsonl(tmp_path / "eval.jsonl", [{"input": text, "expected": "x"} for text in inputs])
    sections["eval"]["data"] = [{"path": "eval.jsonl"}]
    report = run(tmp_path, sections)
    variant = report["eval"]["variants"][0]
    assert (variant["n"], variant["leaked"], variant["pass"]) == (220, 180, 196)
    leak = next(check for check in report["data"]["checks"] if check["code"] == "TD011")
    assert leak["count"] == 180
    assert report["questions"][3]["answer"] == "unknown"
    assert report["verdict"] == "insufficient_evidence"


def test_10_a_truncated_archive_gives_no_verdict(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(json.dumps(chat(n)) for n in range(2000)).encode())
    (tmp_path / "train.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    report = run(tmp_path, {"train": [{"path": "train.jsonl.gz"}]})
    assert (report["verdict"], report["exit_code"]) == ("error", 2)
    assert report["error"]["path"].endswith("train.jsonl.gz")
    assert report["error"]["line"] > 1


def test_10_unparsable_lines_give_no_verdict_but_what_was_measured(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "train.jsonl", [chat(n) if n % 5 < 3 else "{broken" for n in range(500)])
    report = run(tmp_path, {"train": [{"path": "train.jsonl"}]})
    assert (report["verdict"], report["error"]["line"]) == ("error", 4)
    assert report["questions"] == []


def test_10_renamed_promptfoo_keys_give_no_verdict(tmp_path: Path) -> None:
    promptfoo(tmp_path / "pf.json", [Arm(passes(10, 20))])
    file = tmp_path / "pf.json"
    file.write_text(file.read_text().replace('"success"', '"passedTest"'))
    report = run(tmp_path, {"eval": {"results": [{"path": "pf.json"}]}})
    assert (report["verdict"], report["exit_code"]) == ("error", 2)
    assert report["error"]["line"] > 1


def test_11_a_base_model_that_ends_before_the_payback_blocks(tmp_path: Path) -> None:
    arms = [*plateau("gpt-6.1-sol", passes(330, 400)), Arm(passes(300, 400), model="gpt-6-luna")]
    base = {**CANDIDATE, "base": "ft:gpt-4.1-mini"}
    sections = full(tmp_path, clean=12_400, quality=0.95, arms=arms, candidate=base)
    name = log(tmp_path / "log.jsonl", 3_000_000, "gpt-6.1-sol", cached=2700)
    sections["requests"] = {"path": name, "window_days": 30}
    report = run(tmp_path, sections)
    assert report["cost"]["actual_usd_month"] == pytest.approx(9510)
    assert report["cost"]["tuned"]["running_usd_month"] == pytest.approx(7900)
    assert report["cost"]["payback_months"] == pytest.approx(4.7, abs=0.05)
    assert report["cost"]["base_life_months"] == pytest.approx(1.7, abs=0.05)
    assert [blocker["id"] for blocker in report["blockers"]] == ["A9"]
    assert (report["verdict"], report["exit_code"]) == ("not_yet", 1)


def test_12_the_prompt_wins_over_the_declaration(tmp_path: Path) -> None:
    report = run(tmp_path, {"declared": {"few_shot": "done"}}, text=BARE)
    assert report["questions"][2]["answer"] == "no"
    assert report["questions"][2]["contradictions"]
