"""Statements: mood, polarity, head verb, condition and action of a sentence."""

from __future__ import annotations

import pytest

from promptlint.anatomy.blocks import blocks
from promptlint.anatomy.cues import load
from promptlint.anatomy.statements import statements
from promptlint.model import Statement


def parse(text: str) -> list[Statement]:
    return list(statements(text, blocks(text), load("en")))


@pytest.mark.parametrize(
    ("text", "mood", "polarity", "verb"),
    [
        ("Extract the parties from the contract.", "imperative", 1, "extract"),
        ("Please then classify the ticket below.", "imperative", 1, "classify"),
        ("Do not include any other text.", "imperative", -1, "include"),
        ("Never quote prices.", "imperative", -1, "quote"),
        ("You must cite the source.", "modal", 1, "cite"),
        ("Weave the facts into one tale.", "imperative", 1, "weave"),
        ("Garnish each plate with a leaf.", "imperative", 1, "garnish"),
        ("In each reply, carefully name the guest.", "imperative", 1, "name"),
        ("Within the first hour, polish the glasses.", "imperative", 1, "polish"),
        ("You are a support agent of ACME.", "declarative", 1, ""),
        ("Which product does the user mean?", "question", 1, ""),
    ],
)
def test_a_sentence_has_mood_polarity_and_verb(text: str, mood: str, polarity: int, verb: str) -> None:
    (statement,) = parse(text)
    assert (statement.mood, statement.polarity, statement.verb) == (mood, polarity, verb)


def test_an_opening_if_clause_is_told_from_the_action() -> None:
    text = "If the order id is missing, ask the user for it."
    (statement,) = parse(text)
    assert statement.condition is not None
    assert statement.action is not None
    assert text[statement.condition.start : statement.condition.end] == "If the order id is missing"
    assert text[statement.action.start : statement.action.end].strip() == "ask the user for it."


@pytest.mark.parametrize(
    "text",
    [
        "Question: the text above",
        "Food that the guest has sent back",
        "Guests all dislike the soup.",
        "During the day, the kitchen rests.",
        "With name, state and city.",
        "Made a cake for the guest.",
    ],
)
def test_a_noun_or_a_tale_opens_no_command(text: str) -> None:
    assert parse(text)[0].mood != "imperative"


def test_wrapped_lines_stay_one_sentence_and_finished_lines_do_not() -> None:
    wrapped = "You are an assistant who helps people to find what they are looking for in\nour shop."
    assert len(parse(wrapped)) == 1
    assert len(parse("Greet the user.\nAsk for the order id.\nClose the ticket.")) == 3


def test_an_abbreviation_ends_no_sentence() -> None:
    assert len(parse("Use a short form, e.g. the city, and the date.")) == 1


@pytest.mark.parametrize(
    ("text", "language", "mood"),
    [
        ("请用简洁的语言总结这篇文章", "zh", "modal"),
        ("我的第一个请求是关于天气的问题。", "zh", "declarative"),
        ("回答は日本語で書いてください。", "ja", "modal"),
        ("Écris toujours le résumé en français.", "fr", "imperative"),
    ],
)
def test_a_sentence_in_another_script_is_no_fragment(text: str, language: str, mood: str) -> None:
    (statement,) = statements(text, blocks(text), load(language))
    assert statement.mood == mood


def test_a_case_behind_a_short_command_does_not_open_the_sentence() -> None:
    text = "Print Y if the guest has paid, or N if not."
    (statement,) = parse(text)
    assert statement.mood == "imperative"
    assert statement.action is not None
    assert text[: statement.action.end].strip() == "Print Y"


def test_long_lines_that_all_start_anew_are_a_sentence_each() -> None:
    lines = [
        "Use the linen that the season asks for and fold it twice",
        "Set the glasses to the right of each plate in one row",
        "Place the candles where no guest can knock them over",
    ]
    assert len(parse("\n".join(lines))) == 3
    assert len(parse("\n".join(lines).replace("Set", "set").replace("Place", "place"))) == 1
