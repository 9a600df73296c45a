"""Texts that no call is seen to send: what stands beside them, and how sure it is that they are prompts."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint import lint_path
from promptlint.model import Linted

TEXT = "You are an examiner of hut wardens. Judge the answer of the warden below and give it a score from 1 to 5."
LONG = "The hut stands above the lake, and the guests come from both valleys, on foot and on skis, all the year round."


def only(folder: Path, code: str) -> Linted:
    path = folder / "warden.py"
    path.write_text(code, encoding="utf-8")
    (linted,) = lint_path(path).prompts
    return linted


def severities(linted: Linted) -> dict[str, str]:
    return {diagnostic.rule: diagnostic.severity for diagnostic in linted.diagnostics}


@pytest.mark.parametrize(
    ("beside", "level"),
    [
        ("examples = [('a', 'b')]", "injected"),
        ("few_shot_examples: list = EXAMPLES", "injected"),
        ("examples = []", "none"),
        ("examples = None", "none"),
        ("names = ['a', 'b']", "none"),
    ],
)
def test_examples_that_a_class_keeps_beside_its_instruction_are_injected(
    tmp_path: Path, beside: str, level: str
) -> None:
    linted = only(tmp_path, f"class Warden(Prompt):\n    instruction = {TEXT!r}\n    {beside}\n")
    assert linted.anatomy.pillars["examples"].level == level


def test_examples_that_a_method_keeps_beside_its_instruction_are_injected(tmp_path: Path) -> None:
    body = f"        self.instructions = {TEXT!r}\n        self.examples = examples or DEFAULTS\n"
    linted = only(tmp_path, f"class Warden:\n    def __init__(self, examples):\n{body}")
    assert linted.anatomy.pillars["examples"].level == "injected"


def test_the_model_of_the_answer_that_a_class_names_beside_its_instruction_is_its_contract(tmp_path: Path) -> None:
    model = "class Mark(BaseModel):\n    score: int\n    reason: str\n\n"
    code = f"{model}class Warden(Prompt):\n    instruction = {TEXT!r}\n    output_model = Mark\n"
    contract = only(tmp_path, code).prompt.around.contract
    assert contract is not None
    assert contract.schema is not None
    assert set(contract.schema["properties"]) == {"score", "reason"}


@pytest.mark.parametrize(("sends", "severity"), [(False, "info"), (True, "warning")])
def test_rules_are_missed_where_a_call_sends_the_text(tmp_path: Path, sends: bool, severity: str) -> None:
    text = "You are the agent of a hut. Your task is to book beds with the tools and tell the guests about it. " + LONG
    call = "client.responses.create(model='m', instructions=HUT_PROMPT, input=question, tools=TOOLS)\n"
    code = f"HUT_PROMPT = {text!r}\n\ndef ask(client, question):\n    return {call}"
    found = severities(only(tmp_path, code if sends else f"HUT_PROMPT = {text!r}\n"))
    assert found["RUL010"] == severity
    assert found["UNC001"] == "warning"


@pytest.mark.parametrize(("name", "severity"), [("WARDEN_PROMPT", "warning"), ("KINDS", "info")])
def test_a_text_that_only_speaks_a_little_like_a_prompt_draws_infos(tmp_path: Path, name: str, severity: str) -> None:
    text = "You are the warden. Judge the following answer of the guest and say whether it is wrong or not. " + LONG
    assert severities(only(tmp_path, f"{name} = {text!r}\n"))["UNC001"] == severity


def test_a_role_line_that_no_call_sends_draws_infos(tmp_path: Path) -> None:
    text = "You are the agent of a hut. Your task is to book beds with the tools and tell the guests about it."
    assert severities(only(tmp_path, f"HUT_PROMPT = {text!r}\n"))["UNC001"] == "info"


@pytest.mark.parametrize("name", ["RETRY_INSTRUCTION", "SYSTEM_PROMPT_PREFIX", "json_output_instructions"])
def test_a_text_that_its_name_calls_a_part_draws_infos(tmp_path: Path, name: str) -> None:
    found = severities(only(tmp_path, f"{name} = {TEXT + ' ' + LONG!r}\n"))
    assert found
    assert set(found.values()) == {"info"}


def test_examples_among_the_arguments_of_the_same_call_are_injected(tmp_path: Path) -> None:
    linted = only(tmp_path, f"WARDEN = Prompt(name='x', instructions={TEXT!r}, examples=[{{'a': 'b'}}])\n")
    assert linted.anatomy.pillars["examples"].level == "injected"


def test_a_few_words_in_code_are_no_prompt_to_improve(tmp_path: Path) -> None:
    code = (
        "def ask(client, question):\n"
        "    return client.responses.create(model='m', instructions='You are the warden.', input=question)\n"
    )
    assert "warning" not in severities(only(tmp_path, code)).values()
