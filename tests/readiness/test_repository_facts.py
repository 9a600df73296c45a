"""What the repository itself shows: a pipeline that is alive, CI that evaluates, a prompt that still moves."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from builders import FEW, TEAM, team
from test_scenarios import answers, run

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str, date: str = "2026-10-20T12:00:00Z") -> None:
    who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER")
           for part, value in (("NAME", "t"), ("EMAIL", "t@example.org"), ("DATE", date))}  # fmt: skip
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **who, **settings}, check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose training pipeline was committed and whose CI runs an evaluation."""
    team(tmp_path)
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "eval.yml").write_text("jobs: {eval: {steps: [{run: npx promptfoo eval}]}}\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


def second(folder: Path, **options: Any) -> tuple[str, str]:
    question = run(folder, {"team": dict(TEAM)}, None, **options)["questions"][1]
    return question["answer"], question["confidence"]


def test_a_pipeline_that_is_alive_with_ci_that_evaluates_corroborates_the_team(repository: Path) -> None:
    assert second(repository) == ("yes", "inferred")
    assert second(repository, strict=True) == ("yes", "inferred")


def test_without_ci_or_with_an_old_pipeline_the_team_is_only_declared(repository: Path) -> None:
    (repository / ".github" / "workflows" / "eval.yml").write_text("jobs: {build: {}}\n")
    assert second(repository) == ("yes", "declared")
    assert second(repository, strict=True)[0] == "unknown"


def test_a_pipeline_last_changed_over_half_a_year_ago_is_not_alive(tmp_path: Path) -> None:
    team(tmp_path)
    (tmp_path / ".gitlab-ci.yml").write_text("eval: {script: [promptfoo eval]}\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first", date="2026-03-01T12:00:00Z")
    assert second(tmp_path) == ("yes", "declared")


def test_a_prompt_that_changes_every_week_is_still_moving(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    for week in range(6):
        (tmp_path / "triage.prompt.md").write_text(FEW.replace("wrong amount", f"amount {week}"))
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", f"week {week}", date=f"2026-10-{1 + 5 * week:02}T12:00:00Z")
    report = run(tmp_path, {})
    assert "A11" in [item["id"] for item in report["alternatives"]]
    assert answers(report)[2] == "unknown"
