"""What the fields and values asked for say of a prompt's kind."""

from __future__ import annotations

import pytest

from promptlint import anatomy
from promptlint.anatomy.kindsigns import signs
from promptlint.sources.assemble import PromptBuilder


def _signs(text: str) -> dict[str, float]:
    builder = PromptBuilder()
    builder.message("system", "prompt.txt")
    builder.template(text, "prompt.txt", 0, "none")
    return signs(anatomy._parts(builder.build(id="p", path="prompt.txt", format="text", dialect="none")))


@pytest.mark.parametrize(
    ("fields", "sign"),
    [
        ('{"score": 0.5, "verdict": "..."}', "asked:judged"),
        ('{"category": "..."}', "asked:label"),
        ('{"company": "...", "date": "..."}', "asked:field"),
        ('{"action": "...", "thought": "..."}', "asked:act"),
    ],
)
def test_names_of_the_fields_speak_for_what_the_answer_is(fields: str, sign: str) -> None:
    found = _signs(f"Read the letter.\n\nReturn JSON in this form:\n{fields}\n")
    assert [name for name in found if name.startswith("asked:")] == [sign]


def test_values_that_pass_or_fail_are_a_judgement() -> None:
    found = _signs("Look at the weld. Answer with exactly one of: pass, fail.\n")
    assert "value:judged" in found
    assert "value:yes or no" not in found


def test_a_prompt_that_asks_for_no_field_has_no_such_sign() -> None:
    assert not [name for name in _signs("Write a poem about rain.\n") if name.startswith(("asked:", "value:"))]
