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
        ("Write a short {text} program that prints a greeting.", "no-runtime"),
        ("Decide whether the {statement} can be proven from the notes.", "no-runtime"),
        ("Solve the task.\n{section 'thought'}\nThink first.", "no-runtime"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sum up the visit.\n\nVisitor's wish: {wish_text}.\n", "labelled"),
        ("Sum up the visit. The wish is: {wish_text}. Stay short.\n", "undelimited"),
        ("Sum up the visit.\n\nThis is what the guest said on the way to the desk: {letter}.\n", "labelled"),
        ("Sum up the visit.\n\n- Then link what you say to the mood: {mood_text}.\n", "undelimited"),
        ("Sum up the visit.\n\n{page_block}Last page: {last_page}\n", "labelled"),
        ("Greet the guests. Your description is: {agent.description}\n", "no-runtime"),
        ("Sum up the visit.\n\nPages: {first_page} / {last_page}\n\nKeep dates.", "labelled"),
        ("Sum up the visit.\n\nPages: {first_page}{last_page}\n\nKeep dates.", "undelimited"),
        ("Sum up the visit.\n\n<Guest words>\n{letter}\n\nKeep dates.", "labelled"),
        ("Sum up the visit.\n\n<Guest words:> {letter}\n<Staff words:> {reply}\n\nKeep dates.", "labelled"),
        ("Sum up the visit.\n\nLETTER:\n{letter}\nEND OF LETTER\n\nKeep dates.", "delimited"),
        ("Sum up the visit.\n\n<START_OF_LETTER>\nText:\n{letter}\n<END_OF_LETTER>\n\nKeep dates.", "delimited"),
        ("Sum up the visit.\n\n-----\n{letter}-----\n\nKeep dates.", "delimited"),
        ("Sum up the visit.\n\n[MAIL] {letter} [/MAIL]\n\nKeep dates.", "delimited"),
        ("Sum up the visit.\n\nYearly report: '{findings_of_spring}'\n\nKeep dates.", "delimited"),
    ],
)
def test_what_stands_around_a_placeholder_tells_whether_its_end_is_seen(text: str, expected: str) -> None:
    assert level(text, "input") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Answer the guest.\n\nQuestion: $question\nAnswer:", "labelled"),
        ("Answer the guest.\n\n-----\n$notes\n-----\n\nStay short.", "delimited"),
        ("Run `echo $path` and tell what it says about costs of $5 a night.", "no-runtime"),
    ],
)
def test_a_name_behind_a_dollar_is_a_placeholder_where_it_ends_a_label_or_stands_alone(
    text: str, expected: str
) -> None:
    assert level(text, "input") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The group is to {task_description}. Plan the steps.", "no-runtime"),
        ("You work in a group, aiming to {task_description}. Plan the steps.", "no-runtime"),
        ("It is the {turn_text}th trial. Go on.", "no-runtime"),
        ("Answer the guest. [|User|] {instruction}</s>[|Assistant|]", "delimited"),
    ],
)
def test_a_slot_that_completes_a_phrase_or_stands_between_marks_needs_no_tags(text: str, expected: str) -> None:
    assert level(text, "input") == expected


def test_how_a_letter_begins_and_ends_stands_between_marks_with_it() -> None:
    shown = "+++++\n[Letter]\nDear Ann,\n{letter}\n\nThanks,\n{sender}\n+++++\n"
    assert level(f"Answer the letter.\n\n{shown}", "input") == "delimited"
    assert level(f"Answer the letter.\n\n{shown.replace('Thanks,', 'Keep to the facts')}", "input") != "delimited"
