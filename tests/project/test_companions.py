"""Gaps in files of several prompts: a companion that closes one makes it an info."""

from __future__ import annotations

import pytest

from promptlint import lint_text
from promptlint.model import Settings

ANSWERER = (
    "Answer the question from the documents. If they do not hold the answer, reply 'not found'."
    "\\n\\n<documents>{documents}</documents>\\n\\n<question>{question}</question>"
)
JUDGE = (
    "You are an evaluator. Rate how well the answer between the tags fits the question on a scale from 1 to 5."
    " Return JSON with the keys score and reason.\\n\\n<question>{question}</question>\\n<answer>{answer}</answer>"
)
DATA = f'answer_prompt: "{ANSWERER}"\njudge_prompt: "{JUDGE}"\n'
CODE = f'ANSWER_PROMPT = "{ANSWERER}"\nJUDGE_PROMPT = "{JUDGE}"\n'


def severities(text: str, path: str, settings: Settings | None = None) -> list[str]:
    report = lint_text(text, path=path, settings=settings)
    assert len(report.prompts) == 2
    return [diagnostic.severity for diagnostic in report.diagnostics if diagnostic.rule == "UNC001"]


def test_in_a_data_file_a_gap_that_another_prompt_closes_is_an_info() -> None:
    assert severities(DATA, "prompts/qa.yaml") == ["info"]


def test_alone_the_same_prompt_draws_a_warning() -> None:
    report = lint_text(JUDGE.replace("\\n", "\n"))

    assert [d.severity for d in report.diagnostics if d.rule == "UNC001"] == ["warning"]


def test_prompts_that_share_a_code_file_have_nothing_to_do_with_each_other() -> None:
    assert severities(CODE, "prompts.py") == ["warning"]


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        (Settings(root=".", severity={"UNC001": "error"}), "error"),
        (Settings(root=".", require=("uncertainty",)), "warning"),
    ],
    ids=["severity", "require"],
)
def test_what_the_settings_ask_for_stays(settings: Settings, severity: str) -> None:
    assert severities(DATA, "prompts/qa.yaml", settings) == [severity]
