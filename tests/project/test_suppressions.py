"""Comments that silence findings, in the formats that have comments of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.model import Diagnostic, Settings
from promptlint.project import runner

pytestmark = pytest.mark.usefixtures("small_engine")

PYTHON = """\
from openai import OpenAI

{above}
SYSTEM = "You must answer every question of the user. BAD"{beside}

OpenAI().chat.completions.create(model="m", messages=[{{"role": "system", "content": SYSTEM}}])
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def linted(above: str = "", beside: str = "", settings: Settings | None = None) -> dict[str, Diagnostic]:
    text = PYTHON.format(above=above, beside=beside)
    report = runner.run_text(text, "service.py", settings or Settings())
    return {diagnostic.rule: diagnostic for diagnostic in report.diagnostics}


@pytest.mark.parametrize("place", ["above", "beside"])
def test_a_comment_with_a_reason_silences_its_rule_and_no_other(place: str) -> None:
    comment = "# promptlint: ignore[OUT001] -- the caller parses it"
    found = linted(above=comment) if place == "above" else linted(beside=f"  {comment}")
    assert found["OUT001"].suppressed == ("comment", "the caller parses it")
    assert found["UNC001"].suppressed is None
    assert set(found) == {"OUT001", "UNC001"}


def test_a_family_and_a_list_silence_all_that_they_mean() -> None:
    found = linted(above="# promptlint: ignore[OUT, UNC001] -- a demonstration")
    assert [diagnostic.suppressed is not None for diagnostic in found.values()] == [True, True]


def test_a_comment_without_a_reason_silences_nothing_and_is_a_finding() -> None:
    found = linted(above="# promptlint: ignore[OUT001]")
    assert found["OUT001"].suppressed is None
    assert found["SUP002"].location is not None
    assert found["SUP002"].location.line == 3


def test_a_comment_with_a_slip_is_a_finding_and_silences_nothing() -> None:
    for comment in ("# promptlint: ignore OUT001 -- why", "# promptlint: ignore[] -- why", "# promptlint: off"):
        found = linted(above=comment)
        assert "SUP002" in found
        assert found["OUT001"].suppressed is None


def test_an_unknown_rule_is_named() -> None:
    found = linted(above="# promptlint: ignore[OUT9999] -- why")
    assert "OUT9999" in found["SUP002"].message


def test_a_comment_that_nothing_answers_to_is_a_finding() -> None:
    found = linted(above="# promptlint: ignore[OUT001, TON001] -- why")
    assert "TON001" in found["SUP001"].message
    assert "OUT001" not in found["SUP001"].message


def test_a_rule_that_did_not_run_is_not_called_unused() -> None:
    assert "SUP001" not in linted(above="# promptlint: ignore[TON001] -- why", settings=Settings(ignore=("TON001",)))


def test_these_findings_obey_settings() -> None:
    comment = "# promptlint: ignore[OUT001]"
    assert "SUP002" not in linted(above=comment, settings=Settings(ignore=("SUP",)))
    severe = linted(above=comment, settings=Settings(severity={"SUP": "error", "SUP002": "info"}))
    assert severe["SUP002"].severity == "info"


def test_a_comment_elsewhere_silences_nothing_here() -> None:
    assert linted(above="# promptlint: ignore[OUT001] -- why\n\nOTHER = 1\n")["OUT001"].suppressed is None


def test_front_matter_that_the_format_strips_can_silence_a_rule() -> None:
    text = "---\npromptlint:\n  ignore:\n    OUT001: the caller parses it\n---\nYou must answer. BAD\n"
    report = runner.run_text(text, "prompts/answer.prompt.md", Settings())
    silenced = {d.rule: d.suppressed for d in report.diagnostics}
    assert silenced["OUT001"] == ("comment", "the caller parses it")
    assert silenced["UNC001"] is None
