"""Scenarios beyond the acceptance table: each case, blocker and verdict, and what is unknown never passes."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from builders import BARE, CANDIDATE, FEW, Arm, chat, log, passes, prompt, promptfoo, sentence, write_jsonl
from test_scenarios import answers, full, plateau, run, volume

from promptlint.readiness.assess import Request, assess
from promptlint.readiness.document import document

TRIED = ["streaming", "shorter_output", "caching", "smaller_model", "region_tier"]


def blockers(report: dict[str, Any]) -> list[str]:
    return [item["id"] for item in report["blockers"]]


def established(report: dict[str, Any]) -> list[str]:
    return [case["id"] for case in report["cases"] if case["established"]]


def outcome(report: dict[str, Any]) -> tuple[str, int]:
    return report["verdict"], report["exit_code"]


def specialised(folder: Path, **more: Any) -> dict[str, Any]:
    """Everything that makes tuning a specialised task justified."""
    arms = [*plateau("gpt-4.1", passes(330, 400)), Arm(passes(300, 400), model="gpt-4.1-mini")]
    return full(folder, clean=1100, quality=0.95, arms=arms, thresholds={"specialised_examples": 1000}, **more)


def test_the_specialised_task_alone_is_justified(tmp_path: Path) -> None:
    report = run(tmp_path, specialised(tmp_path))
    assert (outcome(report), established(report)) == (("justified", 0), ["C2"])
    origins = {item["name"]: item["origin"] for item in report["thresholds"]}
    assert (origins["specialised_examples"], origins["examples"]) == ("config", "seed")


# --- unknown never passes -----------------------------------------------------------------------------------


def without(sections: dict[str, Any], missing: str) -> dict[str, Any]:
    if missing == "results":
        return {**sections, "eval": {}}
    if missing == "origin":
        return {**sections, "task": {"name": "x"}}
    return {key: value for key, value in sections.items() if key != missing}


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [("train", [0]), ("team", [1]), ("results", [2, 3]), ("targets", [3]), ("origin", [2, 3])],
)
def test_evidence_that_is_missing_is_unknown_and_unknown_never_passes(
    tmp_path: Path, missing: str, unknown: list[int]
) -> None:
    report = run(tmp_path, without(specialised(tmp_path), missing))
    assert [i for i, answer in enumerate(answers(report)) if answer == "unknown"] == unknown
    assert outcome(report) == ("insufficient_evidence", 3)
    for index in unknown:
        assert report["questions"][index]["missing"]


def test_without_a_prompt_q3_is_unknown(tmp_path: Path) -> None:
    report = run(tmp_path, specialised(tmp_path), text=None)
    assert (answers(report)[2], outcome(report)) == ("unknown", ("insufficient_evidence", 3))


@pytest.mark.parametrize("origin", ["synthetic", "benchmark"])
def test_cases_that_are_not_real_show_no_insufficiency(tmp_path: Path, origin: str) -> None:
    report = run(tmp_path, specialised(tmp_path) | {"task": {"origin": origin}})
    assert (answers(report)[3], outcome(report)) == ("unknown", ("insufficient_evidence", 3))


def test_results_of_another_prompt_are_stale(tmp_path: Path) -> None:
    report = run(tmp_path, specialised(tmp_path), text=FEW.replace("money back", "a refund"))
    assert answers(report)[2:] == ["unknown", "unknown"]
    assert {question["confidence"] for question in report["questions"][2:]} == {"stale"}
    assert outcome(report) == ("insufficient_evidence", 3)


def test_over_one_run_in_twenty_that_failed_decides_nothing(tmp_path: Path) -> None:
    sections = specialised(tmp_path)
    broken = [*passes(330, 400), *[None] * 30]
    promptfoo(tmp_path / "pf.json", [Arm(broken), Arm(broken, model="gpt-4.1-mini")])
    report = run(tmp_path, sections)
    assert answers(report)[3] == "unknown"
    assert any("error" in guard for v in report["eval"]["variants"] for guard in v["guards"])


def test_repeated_inputs_count_once(tmp_path: Path) -> None:
    sections = specialised(tmp_path)
    inputs = [sentence(900_000 + n % 60) for n in range(400)]
    promptfoo(tmp_path / "pf.json", [Arm(passes(200, 400))], inputs)
    report = run(tmp_path, sections)
    assert report["eval"]["variants"][0]["n"] == 60
    assert answers(report)[3] == "unknown"


def test_strict_does_not_count_a_declared_team(tmp_path: Path) -> None:
    report = run(tmp_path, specialised(tmp_path), strict=True)
    assert (answers(report), outcome(report)) == (["yes", "unknown", "yes", "yes"], ("insufficient_evidence", 3))


# --- a no is a no -------------------------------------------------------------------------------------------


def test_a_prompt_without_examples_beside_a_finished_one_is_a_no(tmp_path: Path) -> None:
    sections = specialised(tmp_path)
    (tmp_path / "other.prompt.md").write_text(BARE)
    sections["prompt"] = {"paths": ["triage.prompt.md", "other.prompt.md"]}
    prompt(tmp_path)
    report = run(tmp_path, sections, text=None)
    assert (answers(report)[2], outcome(report)) == ("no", ("not_yet", 1))


def test_two_variants_that_still_gain_are_no_plateau(tmp_path: Path) -> None:
    arms = [*plateau("gpt-4.1", passes(330, 400))[:2], Arm(passes(300, 400), model="gpt-4.1-mini")]
    report = run(tmp_path, full(tmp_path, clean=1100, quality=0.95, arms=arms))
    assert (answers(report)[2], outcome(report)) == ("unknown", ("insufficient_evidence", 3))
    assert "still gaining" in report["questions"][2]["summary"]


def test_an_owner_who_is_named_nowhere_is_a_no(tmp_path: Path) -> None:
    sections = specialised(tmp_path)
    sections["team"] |= {"owner": ""}
    assert outcome(run(tmp_path, sections)) == ("not_yet", 1)


def test_a_pipeline_that_does_not_exist_contradicts_the_team(tmp_path: Path) -> None:
    sections = specialised(tmp_path)
    sections["team"] |= {"pipeline": "ml/gone.yaml"}
    report = run(tmp_path, sections)
    assert report["questions"][1]["contradictions"]
    assert (answers(report)[1], outcome(report)) == ("no", ("not_yet", 1))


def test_declared_examples_lose_against_the_file(tmp_path: Path) -> None:
    report = run(tmp_path, specialised(tmp_path) | {"declared": {"examples": 900}})
    assert (answers(report)[0], bool(report["questions"][0]["contradictions"])) == ("yes", True)


def test_data_full_of_repeats_is_not_enough(tmp_path: Path) -> None:
    sections = specialised(tmp_path)
    write_jsonl(tmp_path / "train.jsonl", [chat(n % 500) for n in range(5000)])
    report = run(tmp_path, sections)
    assert (report["data"]["clean"], answers(report)[0], outcome(report)) == (500, "no", ("not_yet", 1))


def test_four_yes_without_a_case_are_not_yet(tmp_path: Path) -> None:
    report = run(tmp_path, {**specialised(tmp_path), "thresholds": {"specialised_examples": 10_000}})
    assert (answers(report), established(report)) == (["yes"] * 4, [])
    assert (outcome(report), report["reasons"]) == (("not_yet", 1), ["no_case"])


# --- latency and privacy ------------------------------------------------------------------------------------


def slow(folder: Path, tried: list[str], p95: int = 2400, limit: int = 1200) -> dict[str, Any]:
    arms = [*plateau("gpt-4.1", passes(392, 400)), Arm(passes(300, 400), model="gpt-4.1-mini")]
    sections = full(folder, clean=1100, quality=0.95, arms=arms, targets={"latency_p95_ms": limit})
    rows = [
        {"model": "gpt-4.1", "prompt_tokens": 500, "completion_tokens": 50, "latency_ms": p95 if n % 10 == 0 else 300}
        for n in range(400)
    ]
    write_jsonl(folder / "log.jsonl", rows)
    sections["requests"] = {"path": "log.jsonl", "window_days": 30}
    sections["latency"] = {"tried": tried}
    return sections


def test_latency_is_a_case_once_everything_cheaper_was_tried(tmp_path: Path) -> None:
    report = run(tmp_path, slow(tmp_path, TRIED))
    assert (answers(report)[3], established(report), outcome(report)) == ("yes", ["C3"], ("justified", 0))
    report = run(tmp_path, slow(tmp_path, TRIED[:2]))
    assert (established(report), outcome(report)) == ([], ("not_yet", 1))
    assert "caching" in report["cases"][2]["summary"]


def test_a_fast_model_that_passes_needs_no_tuning(tmp_path: Path) -> None:
    assert outcome(run(tmp_path, slow(tmp_path, TRIED, p95=900))) == ("not_needed", 4)


def test_seed_strict_knows_no_other_target_than_quality(tmp_path: Path) -> None:
    report = run(tmp_path, slow(tmp_path, TRIED), seed_strict=True)
    assert [target["target"] for target in report["questions"][3]["targets"]] == ["quality"]
    assert (answers(report)[3], report["verdict"]) == ("no", "not_needed")


def private(folder: Path, own: list[Arm], **more: Any) -> dict[str, Any]:
    arms = [*plateau("gpt-4.1", passes(392, 400)), *own]
    return full(
        folder, clean=1100, quality=0.95, arms=arms, candidate=dict(CANDIDATE),
        privacy={"third_party_forbidden": True, **more},
    )  # fmt: skip


def test_privacy_is_a_case_where_an_untuned_open_model_falls_short(tmp_path: Path) -> None:
    report = run(tmp_path, private(tmp_path, [Arm(passes(300, 400), model="llama-3.1-8b")]))
    assert (answers(report)[3], established(report), outcome(report)) == ("yes", ["C4"], ("justified", 0))


def test_privacy_alone_justifies_hosting_not_tuning(tmp_path: Path) -> None:
    report = run(tmp_path, private(tmp_path, []))
    assert (established(report), outcome(report)) == ([], ("not_yet", 1))
    report = run(tmp_path, private(tmp_path, [Arm(passes(395, 400), model="llama-3.1-8b")]))
    assert (established(report), outcome(report)) == ([], ("not_yet", 1))
    assert "host" in report["cases"][3]["summary"]


# --- blockers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("A1", {"failures": {"knowledge": 0.7, "behaviour": 0.3}}),
        ("A9", {"candidate": {**CANDIDATE, "base_eol": "2026-12-31"}}),
        ("A9", {"candidate": {"base": "gpt-4.1-mini", "hosting": "managed", "train_usd": 1, "label_usd": 1}}),
    ],
)
def test_a_blocker_stands_against_four_yes_and_a_case(tmp_path: Path, code: str, more: dict[str, Any]) -> None:
    report = run(tmp_path, specialised(tmp_path, **more))
    assert answers(report) == ["yes"] * 4
    assert (established(report), blockers(report), outcome(report)) == (["C2"], [code], ("not_yet", 1))


def test_a_price_table_that_ends_a_base_earlier_than_declared_wins(tmp_path: Path) -> None:
    managed = {"base": "ft:gpt-4.1-mini", "hosting": "managed", "base_eol": "2030-01-01"}
    report = run(tmp_path, specialised(tmp_path, candidate=managed))
    assert (blockers(report), report["cost"]["base_eol"]) == (["A9"], "2027-01-14")
    hosted = {**CANDIDATE, "base_eol": "2030-01-01"}
    assert outcome(run(tmp_path, specialised(tmp_path, candidate=hosted))) == ("justified", 0)


@pytest.mark.parametrize("others", [[], [Arm(passes(378, 400), model="gpt-4.1-mini")]], ids=["none", "inconclusive"])
def test_a4_asks_for_a_second_generic_model_that_is_conclusive(tmp_path: Path, others: list[Arm]) -> None:
    arms = [*plateau("gpt-4.1", passes(330, 400)), *others]
    sections = full(tmp_path, clean=1100, quality=0.95, arms=arms, thresholds={"specialised_examples": 1000})
    report = run(tmp_path, sections)
    assert "A4" in blockers(report) or answers(report)[3] == "unknown"
    assert report["verdict"] in ("not_yet", "insufficient_evidence")


def test_a8_a_baseline_under_half_means_the_task_is_broken(tmp_path: Path) -> None:
    arms = [*plateau("gpt-4.1", passes(160, 400)), Arm(passes(120, 400), model="gpt-4.1-mini")]
    sections = full(tmp_path, clean=1100, quality=0.95, arms=arms, thresholds={"specialised_examples": 1000})
    report = run(tmp_path, sections)
    assert (blockers(report), outcome(report)) == (["A8"], ("not_yet", 1))


# --- cost ---------------------------------------------------------------------------------------------------


def test_a_stale_price_table_never_passes(tmp_path: Path) -> None:
    sections = volume(tmp_path, 246)
    prompts, path = (prompt(tmp_path),), str(tmp_path / "promptlint.evidence.yaml")
    assert outcome(run(tmp_path, sections)) == ("justified", 0)
    later = document(assess(Request(prompts=prompts, evidence=path, as_of=dt.date(2027, 6, 1))))
    assert later["cost"]["prices"]["stale"]
    assert "C1" not in established(later)
    assert later["questions"][3]["confidence"] == "stale"
    assert outcome(later) == ("insufficient_evidence", 3)


def test_own_prices_win_and_a_table_without_a_date_is_stale(tmp_path: Path) -> None:
    sections = volume(tmp_path, 246)
    row = {"input_cost_per_token": 2e-6, "output_cost_per_token": 8e-6}
    table = {"gpt-4.1": row, "gpt-4.1-mini": row}
    (tmp_path / "p.json").write_text(json.dumps(table))
    report = run(tmp_path, sections, prices=str(tmp_path / "p.json"))
    assert (report["cost"]["prices"]["age_days"], established(report)) == (None, [])
    (tmp_path / "p.json").write_text(json.dumps({"date": "2026-11-20", "models": table}))
    report = run(tmp_path, sections, prices=str(tmp_path / "p.json"))
    assert (report["cost"]["prices"]["age_days"], established(report)) == (3, ["C1"])
    assert report["cost"]["saving"]["base"] == pytest.approx(9.4, abs=0.05)


def test_a_budget_that_caching_meets_is_no_reason_to_tune(tmp_path: Path) -> None:
    sections = volume(tmp_path, 246)
    sections["targets"]["monthly_cost_usd"] = 45_000
    report = run(tmp_path, sections)
    cost = next(t for t in report["questions"][3]["targets"] if t["target"] == "monthly_cost_usd")
    assert (cost["answer"], cost["swap"]) == ("no", "prompt caching")
    assert report["verdict"] == "not_yet"


def test_low_volume_never_pays_back(tmp_path: Path) -> None:
    sections = volume(tmp_path, 246)
    log(tmp_path / "log.jsonl", 500_000, "gpt-4.1")
    sections["targets"]["monthly_cost_usd"] = 1000
    report = run(tmp_path, sections)
    assert (report["cost"]["payback_months"], established(report)) == (None, [])
    assert outcome(report) == ("not_yet", 1)
    assert report["cost"]["breakeven_req_month"] == pytest.approx(2.16e6, rel=0.02)


def test_work_that_can_wait_is_compared_at_the_batch_price(tmp_path: Path) -> None:
    sections = volume(tmp_path, 246)
    online = run(tmp_path, sections)
    sections["task"]["offline"] = True
    offline = run(tmp_path, sections)
    first, second = (next(r for r in x["cost"]["rows"] if r["role"] == "incumbent") for x in (online, offline))
    assert second["cached"] == pytest.approx(first["cached"] / 2)
    assert second["logged"] == first["logged"]
    assert offline["cost"]["saving"]["base"] == pytest.approx(online["cost"]["saving"]["base"] / 2, rel=1e-4)
    assert "A5" in [item["id"] for item in offline["alternatives"]]


def test_ten_million_requests_at_a_tenth_are_the_literal_case(tmp_path: Path) -> None:
    arms = [*plateau("claude-sonnet-4-5", passes(330, 400)), Arm(passes(300, 400), model="gpt-4.1-mini")]
    sections = full(tmp_path, clean=1100, quality=0.95, arms=arms, candidate=dict(CANDIDATE))
    sections["requests"] = {"path": log(tmp_path / "log.jsonl", 10_000_000, "claude-sonnet-4-5"), "window_days": 30}
    report = run(tmp_path, sections, seed_strict=True)
    assert report["cost"]["saving"]["as_logged"] == pytest.approx(14.6, abs=0.05)
    assert (established(report), outcome(report)) == (["C1"], ("justified", 0))


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ([{"model": "gpt-4.1", "prompt_tokens": 1, "currency": "EUR", "cost": 1}], {"window_days": 30}),
        ([{"model": "no-such-model", "prompt_tokens": 10, "completion_tokens": 1}], {"window_days": 30}),
        ([{"model": "gpt-4.1", "prompt_tokens": 10}], {}),
        ([{"model": "gpt-4.1", "prompt_tokens": 10}], {"window_days": 0}),
        ([{"model": "gpt-4.1", "prompt_tokens": -10}], {"window_days": 30}),
        ([], {"window_days": 30}),
        (["{broken"] * 10, {"window_days": 30}),
    ],
    ids=["currency", "no price", "no window", "empty window", "negative", "empty", "broken"],
)
def test_a_log_that_cannot_be_trusted_gives_no_verdict(
    tmp_path: Path, rows: list[Any], options: dict[str, Any]
) -> None:
    write_jsonl(tmp_path / "log.jsonl", rows)
    sections = {"requests": {"path": "log.jsonl", **options}, "candidate": dict(CANDIDATE)}
    report = run(tmp_path, sections)
    assert outcome(report) == ("error", 2)
    assert report["error"]["path"].endswith("log.jsonl")


# --- the measured prompt ------------------------------------------------------------------------------------


def test_results_without_a_prompt_are_compared_by_the_text_or_hash_that_is_declared(tmp_path: Path) -> None:
    rows = [
        {"id": n, "variant": v, "model": "gpt-4.1", "pass": n < p}
        for v, p in (("zero", 60), ("few", 100))
        for n in range(120)
    ]
    write_jsonl(tmp_path / "r.jsonl", rows)
    (tmp_path / "v1.md").write_text(BARE)
    (tmp_path / "v2.md").write_text(FEW)

    def stale(**options: Any) -> dict[str, bool | None]:
        report = run(tmp_path, {"eval": {"results": [{"path": "r.jsonl", **options}]}, "targets": {"quality": 0.9}})
        assert report["eval"] is not None, report["error"]
        return {variant["name"]: variant["stale"] for variant in report["eval"]["variants"]}

    assert stale() == {"zero": None, "few": None}
    assert stale(prompt={"zero": "v1.md", "few": "v2.md"}) == {"zero": True, "few": False}
    assert stale(prompt_sha256="0" * 64) == {"zero": True, "few": True}
    import hashlib

    whole = hashlib.sha256((tmp_path / "triage.prompt.md").read_bytes()).hexdigest()
    assert stale(prompt_sha256=whole) == {"zero": False, "few": False}
    sections = {"eval": {"results": [{"path": "r.jsonl", "prompt": {"thrid": "v1.md"}}]}}
    assert outcome(run(tmp_path, sections)) == ("error", 2)
