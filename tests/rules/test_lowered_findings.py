"""What is missing is a warning only where its owner would add it here, and an info elsewhere.

Nothing can be unknown to a figure, a bare assistant or a forced choice; a frame around injected instructions and a
line of training data say little themselves; a message of its own bounds a text.
"""

from __future__ import annotations

import pytest

from promptlint.anatomy import parse
from promptlint.model import Kind, Prompt, Settings, Severity
from promptlint.rules.loading import load
from promptlint.rules.runner import run
from tests.anatomy.prompts import chat, prompt

FIGURE = (
    "You are in a village at the edge of a forest. Below is the description of your role. {role}\nSpeak when asked.\n"
)
SHELL = "You are Pip, a helpful and friendly assistant. Answer the user's questions concisely and politely.\n"
NAMED_SHELL = (
    "[INST] You are a helpful assistant of Nordlicht Systems (NLS) and its Friends. Always answer with care. [/INST]\n"
)
TOOLS_SHELL = "You are a helpful assistant with access to tools.\n"
TASK = "You are a helpful assistant of the water works. Answer questions about meters and bills.\n"
FRAME = "{instructions}\n\nThe guest says:\n{message}\n"
PARTIAL = (
    "{instructions}\n\nYour task is to name the wish of the guest. Do not explain it, only name it.\n\n{message}\n"
)
FORCED = "Pick the better of the two poems. Do not say both, choose the least wrong one.\n"
OPEN = "Pick the better of the two poems. Name its number.\n"
PAIR = "Say which poem is better.\n\nFirst:\n{poem_a}\n\nSecond:\n{poem_b}\n"
ONE = "Say whether the poem is better than most.\n\nPoem:\n{poem_a}\n\nPoet:\n{poet}\n"
BOTH = "If a word is missing, give a score of 0. When all words are there, give a score of 1.\n"
SCALE = "Rate the soup.\n1: cold\n2: lukewarm\n3: warm\n4: hot\n"
GIVES_UP = "Find the hut.\n- FINISH: it is found\n- FAIL: it cannot be found because of fog\n"
ENDS = "Rate the soup.\n1: cold\n4: hot\n"
GENERAL = PARTIAL.replace("{instructions}", "{general_instructions}")


def _severity(rule: str, made: Prompt, kind: Kind, settings: Settings | None = None) -> Severity | None:
    """Return how severe a rule's finding in a prompt of a certain kind is."""
    anatomy = parse(made)._replace(kind=kind, kind_confidence=1.0, kind_chances={kind: 1.0})
    (found,) = run(made, anatomy, [one for one in load().rules if one.id == rule], settings or Settings())
    return found.severity


@pytest.mark.parametrize(
    ("text", "kind", "severity"),
    [
        (FIGURE, "chat", "info"),
        (SHELL, "chat", "info"),
        (NAMED_SHELL, "chat", "info"),
        (TOOLS_SHELL, "agent", "info"),
        (TASK, "chat", "warning"),
        (FRAME, "chat", "info"),
        (PARTIAL, "chat", "warning"),
        (FORCED, "judge", "info"),
        (OPEN, "judge", "warning"),
        (PAIR, "judge", "info"),
        (ONE, "judge", "warning"),
        (BOTH, "judge", "info"),
        (SCALE, "judge", "info"),
        (ENDS, "judge", "warning"),
        (GIVES_UP, "agent", "info"),
        (GENERAL, "chat", "info"),
    ],
)
def test_a_missing_way_out_weighs_by_whether_anything_can_be_unknown(text: str, kind: Kind, severity: str) -> None:
    assert _severity("UNC001", prompt(text), kind) == severity


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("src/hut.prompt", "warning"),
        ("tests/data/hut.prompt", "info"),
        ("web/__fixtures__/hut.prompt", "info"),
        ("integ-tests/hut.prompt", "info"),
        ("red_team/hut.prompt", "info"),
        ("contests/hut.prompt", "warning"),
        ("heart-attack/hut.prompt", "warning"),
        ("tests.prompt", "warning"),
    ],
)
def test_what_the_prompt_of_a_test_lacks_is_an_info(path: str, severity: str) -> None:
    assert _severity("UNC001", prompt(TASK)._replace(path=path), "chat") == severity


def test_a_project_below_a_folder_for_tests_is_no_fixture() -> None:
    made = prompt(TASK)._replace(path="/home/ann/tests/shop/hut.prompt")
    assert _severity("UNC001", made, "chat", Settings(root="/home/ann/tests/shop")) == "warning"


def test_what_the_settings_require_is_required_of_tests_too() -> None:
    made = prompt(TASK)._replace(path="tests/hut.prompt")
    assert _severity("UNC001", made, "chat", Settings(require=("uncertainty",))) == "warning"


def test_a_system_message_that_is_inserted_holds_the_instructions() -> None:
    form = ("system", "Answer directly. Do not explain anything before or after it.")
    assert _severity("UNC001", chat(form, ("system", "{flow}\n"), dialect="format"), "rag") == "info"
    assert _severity("UNC001", chat(form, ("user", "{flow}\n"), dialect="format"), "rag") == "error"


@pytest.mark.parametrize("rule", ["UNC001", "RUL010"])
def test_what_a_line_of_training_data_lacks_is_an_info(rule: str) -> None:
    made = prompt("You answer the questions of hikers about huts.\n")
    assert _severity(rule, made, "chat") == "warning"
    assert _severity(rule, made._replace(format="training-data"), "chat") == "info"


def test_examples_show_the_tone_that_adjectives_name() -> None:
    task = "Write a note to the hikers.\nBe warm and playful.\n"
    pair = "\nExample:\nInput: hut closed in May\nOutput: See you in June, dear friends of the mountain!\n"
    assert _severity("TON001", prompt(task), "writing") == "warning"
    assert parse(prompt(task + "{examples}\n")).pillars["examples"].level == "injected"
    assert _severity("TON001", prompt(task + "\n{examples}\n"), "writing") == "info"
    assert parse(prompt(task + pair)).pillars["examples"].level == "full"


def test_whether_a_thing_is_so_is_a_question_and_no_rule() -> None:
    assert _severity("RUL010", prompt("Your job is to check if the list is complete.\n"), "judge") == "warning"
    assert (
        _severity("RUL010", prompt("Your job is to mark the list.\nMark it red if a name is missing.\n"), "judge")
        == "info"
    )


@pytest.mark.parametrize(
    ("turns", "severity"),
    [
        ((("system", "You translate letters."), ("user", "The letter of today {letter}\n")), "info"),
        ((("system", "You translate letters."), ("user", "{letter}\n\n## What to do\nTranslate it.")), "info"),
        ((("system", "You translate letters."), ("user", "{letter}\nTranslate it now.")), "warning"),
        ((("system", "You translate letters. Here it is {letter} and more."), ("user", "Go on.")), "warning"),
    ],
)
def test_a_message_of_its_own_bounds_a_text_on_the_side_where_it_ends(
    turns: tuple[tuple[str, str], ...], severity: str
) -> None:
    assert _severity("INP001", chat(*turns, dialect="format"), "writing") == severity


@pytest.mark.parametrize(("name", "severity"), [("scene_description", "info"), ("hut_description", "warning")])
def test_what_a_program_says_of_the_stage_is_the_authors_word(name: str, severity: str) -> None:
    made = prompt(f"You act in a play. {{{name}}} Say what you do next, in one line.\n")
    assert _severity("INP001", made, "writing") == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Answer what the guest asks about the hut in one sentence.\n{question}\n", "info"),
        ("Answer what the guest asks about the hut in one sentence.\n{letter}\n", "warning"),
        ("Answer the letter below in one sentence, but never promise a bed.\n{letter}\n", "info"),
        ("Answer what the guest asks about the hut.\n{question}\nKeep to one sentence.\n", "warning"),
    ],
)
def test_a_question_or_what_was_announced_needs_no_mark_at_the_end_of_a_prompt(text: str, severity: str) -> None:
    made = prompt(text)
    assert _severity("INP001", made, "chat") == severity


def test_a_constant_in_an_f_string_is_the_authors_word() -> None:
    made = prompt("Shorten the letter and keep to {HOUSE_TEXT} as before. Then sign it.\n")
    assert _severity("INP001", made, "writing") == "warning"
    assert _severity("INP001", made._replace(dialect="fstring"), "writing") == "info"


def test_an_error_for_one_kind_needs_that_kind_to_be_likely() -> None:
    made = prompt(TASK)
    rules = [one for one in load().rules if one.id == "UNC001"]
    for chance, severity in ((0.9, "error"), (0.5, "warning")):
        chances: dict[Kind, float] = {"rag": chance, "chat": 1 - chance}
        anatomy = parse(made)._replace(kind="rag", kind_confidence=chance, kind_chances=chances)
        (found,) = run(made, anatomy, rules, Settings())
        assert found.severity == severity
