"""How run-time content is set off: what counts as content, what announces it, what encloses it."""

from __future__ import annotations

import pytest

from tests.anatomy.prompts import level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rewrite the letter {letter} in plain words.", "undelimited"),
        ("Compare {notes} with the plan.", "undelimited"),
        ("You are a guide. {role_description} Greet the guests of the hotel.", "no-runtime"),
        ("{self.description} Greet the guests of the hotel.", "no-runtime"),
        ("Greet the guests of the hotel. {safety_prompt} Stay calm.", "no-runtime"),
        ("Your aim is to {task}. Plan the steps in order.", "no-runtime"),
        ("My email is {email}. Book a table for two.", "no-runtime"),
        ("Shorten the following letter.\n\n{letter}\n\nKeep the greeting.", "labelled"),
        ("Here is the mail thread:\n\nFrom: {sender}\nTo: {receiver}\n\n{thread}\n\nWrite a reply.", "labelled"),
        ("Clean this up.\n\n<raw>\n{raw_bytes}\n</raw>\n\nDrop the menus.", "delimited"),
    ],
)
def test_input(text: str, expected: str) -> None:
    assert level(text, "input") == expected


def test_marks_of_different_kinds_do_not_enclose_what_stands_between_two_blocks() -> None:
    text = "Code:\n~~~\n{code}\n~~~\n\nQuestion: {question}\n\nAnswer in this form:\n```\nanswer: ...\n```\n"
    assert level(text, "input") == "labelled"


@pytest.mark.parametrize("text", ["{text}\n", "{history}\n\n{question}\n"])
def test_a_prompt_of_nothing_but_placeholders_pastes_nothing_into_instructions(text: str) -> None:
    assert level(text, "input") == "no-runtime"
