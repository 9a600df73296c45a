"""FT001 to FT005 come with `check` where they are asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptlint.cli import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        {"messages": [{"role": "system", "content": "Sort."}, {"role": "user", "content": f"ticket {n} of the day"},
                      {"role": "assistant", "content": "billing" if n % 2 else "refund"}]}
        for n in range(8)
    ]  # fmt: skip
    (tmp_path / "train.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "triage.prompt.md").write_text("Classify the support ticket.\n\n<ticket>\n{{ticket}}\n</ticket>\n")
    return tmp_path


def rules_of(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> set[str]:
    run(["check", "--isolated", "--no-cache", "--output-format", "json", *options, str(folder)])
    return {item["rule"] for item in json.loads(capsys.readouterr().out)["diagnostics"]}


def test_rules_about_training_data_are_off_by_default(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not {rule for rule in rules_of(folder, capsys) if rule.startswith("FT")}


def test_rules_about_training_data_run_when_they_are_selected(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rules_of(folder, capsys, "--select", "FT002,FT004,FT005") == {"FT002", "FT004", "FT005"}


def test_text_output_shows_them_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", "--isolated", "--no-cache", "--select", "FT005", str(folder)])
    assert "FT005" in capsys.readouterr().out
