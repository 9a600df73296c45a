"""What code passes to a template is held against the slots of that template alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint import lint_path

CASES = {
    "a slot that is joined on": (
        "    prompt = 'You are a helpful assistant. Complete this function.\\n'\n"
        "    prompt += text\n"
        "    prompt += ' Answer only with {name} and nothing else, please.'.format(name=name)\n"
    ),
    "a slot inside what is passed": (
        "    part = 'The context of the code is {code}, as it stands.'.format(code=text)\n"
        "    prompt = 'You are a helpful assistant. Explain this:\\n{part}\\n'.format(part=part)\n"
    ),
    "a known text that is passed": (
        "    rules = 'Never answer in German. Always be brief.'\n"
        "    prompt = 'You are a helpful assistant. {rules}\\nExplain {text}.'.format(rules=rules, text=text)\n"
    ),
    "an f-string that is formatted": (
        "    prompt = (f'You are a helpful assistant for {name}. ' + 'Explain {text}.').format(text=text)\n"
    ),
}
CALL = "    return client.responses.create(model='m', input=prompt)\n"


def rules_found(folder: Path, body: str) -> list[tuple[str, str]]:
    path = folder / "ask.py"
    path.write_text(f"def ask(client, text, name):\n{body}{CALL}", encoding="utf-8")
    report = lint_path(path)
    assert len(report.prompts) == 1
    return [(d.rule, d.message) for d in report.diagnostics if d.rule == "CODE001"]


@pytest.mark.parametrize("body", CASES.values(), ids=CASES)
def test_slots_that_are_filled_by_other_means_are_not_missed(tmp_path: Path, body: str) -> None:
    assert rules_found(tmp_path, body) == []


def test_a_slot_that_the_one_call_does_not_fill_is_found(tmp_path: Path) -> None:
    body = "    prompt = 'You are a helpful assistant. Explain {text} to {reader}.'.format(text=text)\n"
    assert [rule for rule, _ in rules_found(tmp_path, body)] == ["CODE001"]
