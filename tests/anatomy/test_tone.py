"""Tone: sentences that show the voice, and quotations that do not."""

from __future__ import annotations

import pytest

from tests.anatomy.prompts import level


@pytest.mark.parametrize(
    "text",
    [
        # A short phrase that is to be said word for word.
        'Chat with the visitor about the museum. Always say "see you soon!" at the end.',
        # A phrase in passing.
        'You are a seller. Chat with the buyer.\n- Build urgency at times ("I have another offer on my desk")',
        # Wrong, then right.
        'Write the release note.\n- Bad: "A layer that unifies caches."\n  Good: "Your pages load twice as fast now."',
    ],
)
def test_the_voice_is_shown(text: str) -> None:
    assert level(text, "tone") == "exemplar"


@pytest.mark.parametrize(
    "text",
    [
        # What a user says; words that open the answer.
        'Chat with the visitor. Open the ticket when the user says "I want my money back".',
        'Chat with the visitor. End with "My final decision on this is:" and the decision.',
    ],
)
def test_the_voice_is_not_shown(text: str) -> None:
    assert level(text, "tone") != "exemplar"


def test_what_stands_between_two_short_quotations_is_no_quotation() -> None:
    text = 'Chat with the visitor. Start with "Hi", then answer and thank them for "it" at the end of "all" you say.'
    assert level(text, "tone") == "none"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chat with the visitor. Keep language warm and plain.", "adjectives"),
        ("Chat with the visitor. Answers must not be stiff but be warm.", "adjectives"),
        ("Chat with the visitor. It would be rude not to greet.", "none"),
        ("Chat with the visitor as a language professional.", "none"),
        ("Chat with the visitor. You avoid motivational language.", "none"),
    ],
)
def test_tone_is_named_of_the_answer_and_asked_for(text: str, expected: str) -> None:
    assert level(text, "tone") == expected


def test_an_example_of_a_text_whose_tone_is_asked_for_shows_that_tone() -> None:
    example = "\n\nInput: rent up 5 % in May\nOutput: We are sorry to tell you that the rent goes up in May, by 5 %.\n"
    task = "Write a letter to the tenant about the news below. {}"
    assert level(task.format("Be warm and polite.") + example, "tone") == "exemplar"
    assert level(task.format("Be brief.") + example, "tone") == "none"
    assert level(task.format("Be warm and polite."), "tone") == "adjectives"


def test_natural_wording_is_a_quality_of_a_translation() -> None:
    assert level("Translate the letter. Use natural phrasing.", "tone") == "none"
    assert level("Chat with the guest. Sound natural and friendly.", "tone") == "adjectives"
