"""Properties that hold for every evidence."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from builders import CANDIDATE, LABELS, Arm, chat, passes, sentence, write_jsonl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_scenarios import full, plateau, run, volume

from promptlint.readiness import cost
from promptlint.readiness.evidence import Source
from promptlint.readiness.model import Blocker, Question, TargetAnswer, UseCase
from promptlint.readiness.prices import Price
from promptlint.readiness.training.scan import Options, scan
from promptlint.readiness.verdict import judge

SOUND = [json.dumps(chat(number)) for number in range(100, 500)]
FEW_RUNS = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ROWS = st.lists(
    st.one_of(
        st.builds(chat, st.integers(0, 12), st.sampled_from(LABELS)),
        st.sampled_from(['{"messages": ', "[]", '{"other": 1}']).map(str),
        st.builds(lambda n: {"messages": chat(n)["messages"][:2]}, st.integers(0, 12)),
    ),
    min_size=1,
    max_size=20,
)
ANSWERS = st.sampled_from(["yes", "no", "unknown"])


def counted(folder: Path, rows: list[Any]) -> Any:
    """Return the scan of rows; sound rows on top keep the file trustworthy."""
    write_jsonl(folder / "t.jsonl", [*rows, *SOUND])
    return scan([Source(str(folder / "t.jsonl"), "t.jsonl")], [], Options(near="off"), str(folder))


@FEW_RUNS
@given(rows=ROWS, rng=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_what_is_counted(tmp_path: Path, rows: list[Any], rng: random.Random) -> None:
    first = counted(tmp_path, rows)
    rng.shuffle(rows)
    second = counted(tmp_path, rows)
    assert (first.clean, first.left, first.tally.found) == (second.clean, second.left, second.tally.found)


@FEW_RUNS
@given(rows=ROWS)
def test_a_file_given_twice_holds_no_more_clean_rows(tmp_path: Path, rows: list[Any]) -> None:
    once = counted(tmp_path, rows)
    path = Source(str(tmp_path / "t.jsonl"), "t.jsonl")
    assert scan([path, path], [], Options(near="off"), str(tmp_path)).clean == once.clean


@FEW_RUNS
@given(rows=ROWS, more=st.integers(1, 30))
def test_more_clean_rows_never_make_fewer(tmp_path: Path, rows: list[Any], more: int) -> None:
    before = counted(tmp_path, rows)
    after = counted(tmp_path, [*rows, *(chat(number) for number in range(2000, 2000 + more))])
    assert after.clean == before.clean + more


@settings(max_examples=200, deadline=None)
@given(
    st.floats(1e-8, 1e-4), st.floats(1e-8, 1e-4), st.floats(0, 5000), st.floats(0, 1000), st.floats(1, 1e8),
    st.floats(0.1, 50),
)  # fmt: skip
def test_cost_grows_in_proportion_to_volume(
    into: float, out: float, in_tok: float, out_tok: float, n: float, factor: float
) -> None:
    price = Price("m", into, out, into / 10, into)
    traffic = cost.Traffic(n, in_tok, out_tok, in_tok / 2, 0.0, in_tok / 2)
    more = traffic._replace(monthly=n * factor)
    for cached in (0.0, in_tok / 2):
        assert cost.generic(price, more, cached) == pytest.approx(factor * cost.generic(price, traffic, cached))


def _questions(answers: list[str]) -> list[Question]:
    targets = (TargetAnswer("quality", answers[3], "measured", ""),)  # type: ignore[arg-type]
    return [
        Question(f"Q{index + 1}", "", answer, "measured", "", targets=targets if index == 3 else ())  # type: ignore[arg-type]
        for index, answer in enumerate(answers)
    ]


@settings(max_examples=300, deadline=None)
@given(st.lists(ANSWERS, min_size=4, max_size=4), st.booleans(), st.sampled_from([None, "A1", "A4", "A8", "A9", "A2"]))
def test_justified_needs_four_yes_a_case_no_blocker(answers: list[str], established: bool, code: str | None) -> None:
    case = UseCase("C2", "", established, "measured", "")
    blockers = [] if code is None else [Blocker(code, "", code != "A2")]
    verdict, reasons = judge(_questions(answers), [case], blockers)
    sound = answers == ["yes"] * 4 and established and code in (None, "A2")
    assert (verdict == "justified") == sound
    assert reasons
    if verdict == "insufficient_evidence":
        assert "no" not in answers
        assert "unknown" in answers


@settings(max_examples=200, deadline=None)
@given(st.lists(ANSWERS, min_size=4, max_size=4), st.integers(0, 2), st.booleans())
def test_a_yes_in_place_of_another_answer_never_leads_away_from_tuning(
    answers: list[str], index: int, established: bool
) -> None:
    """Q4 apart, of which `no` settles the matter."""
    order = {"not_needed": 0, "not_yet": 1, "insufficient_evidence": 2, "justified": 3}
    case = [UseCase("C2", "", established, "measured", "")]
    better = [*answers[:index], "yes", *answers[index + 1 :]]
    before, after = judge(_questions(answers), case, [])[0], judge(_questions(better), case, [])[0]
    if "unknown" in better or "unknown" not in answers:
        assert order[after] >= order[before]
    else:
        assert after in ("justified", "not_yet", "not_needed")


def test_every_measured_yes_names_a_file_with_its_hash(tmp_path: Path) -> None:
    report = run(tmp_path, volume(tmp_path, 246))
    measured = [q for q in report["questions"] if (q["answer"], q["confidence"]) == ("yes", "measured")]
    assert {question["id"] for question in measured} == {"Q1", "Q3", "Q4"}
    for question in measured:
        assert all(len(item["sha256"]) == 64 for item in question["evidence"])
        assert {item["kind"] for item in question["evidence"]} & {"train", "results", "requests"}


def test_the_same_evidence_gives_the_same_bytes(tmp_path: Path) -> None:
    arms = [*plateau("gpt-4.1", passes(330, 400)), Arm(passes(300, 400), model="gpt-4.1-mini")]
    sections = full(tmp_path, clean=1100, quality=0.95, arms=arms, candidate=dict(CANDIDATE))
    first = json.dumps(run(tmp_path, sections))
    assert json.dumps(run(tmp_path, sections)) == first


def test_the_content_of_rows_stays_out_of_the_report(tmp_path: Path) -> None:
    rows = [chat(number) for number in range(30)] + [chat(3, "other"), chat(3, "billing")]
    rows.append({"messages": [{"role": "user", "content": "mail bob@mail.de"}, {"role": "assistant", "content": "x"}]})
    write_jsonl(tmp_path / "t.jsonl", rows)
    report = json.dumps(run(tmp_path, {"train": [{"path": "t.jsonl"}]}))
    assert "bob@mail" not in report
    assert sentence(3)[:30] not in report
