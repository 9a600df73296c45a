"""What the fields and values asked for say of a prompt's kind."""

from __future__ import annotations

import pytest

from promptlint import anatomy
from promptlint.anatomy.kindsigns import signs
from promptlint.sources.assemble import PromptBuilder
from tests.anatomy.prompts import anatomy as anatomy_of


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


def test_words_of_the_task_are_signs_as_stems() -> None:
    found = _signs("You are grading essays. Judge each of them by its style.\n")
    assert {"word:grad", "word:judg", "word:essay", "word:styl"} <= found.keys()


def test_the_words_of_a_long_middle_are_no_signs() -> None:
    text = "Summarise it.\n\n" + "The weather was fine on that day. " * 40 + "Zebras came.\n" + "It rained. " * 60
    assert "word:zebra" not in _signs(text)


def test_all_words_together_count_the_same_in_a_short_and_a_longer_task() -> None:
    short = [value for name, value in _signs("Translate it.\n").items() if name.startswith("word:")]
    longer = [value for name, value in _signs("Translate the letter to French.\n").items() if name.startswith("word:")]
    assert sum(value * value for value in short) == pytest.approx(sum(value * value for value in longer))


def test_words_of_a_language_other_than_english_are_no_signs() -> None:
    found = _signs("Du bist ein Gutachter. Bewerte die Antwort mit einer Note von 1 bis 6 und begründe sie.\n")
    assert not [name for name in found if name.startswith("word:")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "You mark the essays of pupils. Give each a grade from 1 to 6 and say why.\n\n{essay}\n",
            "judge",
        ),
        (
            "Sort the complaint into one of: late, broken, other. Reply with the label.\n\n{text}\n",
            "classification",
        ),
        ("Translate the menu into Dutch. Keep the prices as they are.\n\n<menu>\n{menu}\n</menu>\n", "writing"),
        ("Write an SQL query that answers the question. Return only the query.\n\n{schema}\n\n{question}\n", "codegen"),
        ("Answer the question from the passages below.\n\n<passages>\n{context}\n</passages>\n\n{question}\n", "rag"),
    ],
)
def test_the_kind_is_what_a_finished_answer_would_be(text: str, kind: str) -> None:
    assert anatomy_of(text).kind == kind


def test_chances_of_all_kinds_sum_to_one() -> None:
    assert sum(anatomy_of("Translate it into Dutch.\n").kind_chances.values()) == pytest.approx(1.0)


def test_a_kind_decided_by_the_file_has_all_the_chances() -> None:
    assert anatomy_of("Translate it into Dutch.\n", kind_hint="memory").kind_chances == {"memory": 1.0}
