"""The example of examples/fine-tune, walked from the weak prompt to the next verdict."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import run
from promptlint.readiness.assess import Request, assess
from promptlint.readiness.document import document

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "fine-tune"


def verdict(folder: Path, name: str) -> dict[str, Any]:
    return document(assess(Request(evidence=str(folder / name), as_of=dt.date(2026, 11, 24))))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


def test_the_weak_prompt_comes_before_any_tuning(folder: Path) -> None:
    report = verdict(folder, "before.yaml")
    assert [question["answer"] for question in report["questions"]] == ["yes", "yes", "no", "yes"]
    assert (report["verdict"], report["exit_code"]) == ("not_yet", 1)
    assert report["fixes"][0]["question"] == "Q3"


def test_fix_offers_what_the_repaired_prompt_fills_in(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["fix", "--diff", "--isolated", str(folder / "prompts/weak.md")])
    output = capsys.readouterr().out
    assert "EXM001" in output
    assert "+Input:" in output


def test_results_of_the_weak_prompt_are_stale_once_it_is_repaired(folder: Path) -> None:
    (folder / "prompts/weak.md").write_text((folder / "prompts/triage.md").read_text())
    report = verdict(folder, "before.yaml")
    assert report["eval"]["variants"][0]["stale"] is True
    assert report["questions"][3]["answer"] == "unknown"
    assert report["verdict"] == "insufficient_evidence"


def test_the_repaired_prompt_measured_on_the_same_cases_needs_no_tuning(folder: Path) -> None:
    report = verdict(folder, "after.yaml")
    assert report["eval"]["paired"][0]["p"] < 0.001
    assert (report["verdict"], report["exit_code"]) == ("not_needed", 4)
    assert report["blockers"] == []
