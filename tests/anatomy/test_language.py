"""The language of a prompt: what decides, and what does not."""

from __future__ import annotations

import pytest

from promptlint.anatomy.language import detect


@pytest.mark.parametrize(
    "text",
    [
        "<< Example {i}. >>\nData Source:\n{data_source}\n",
        "{a}",
        "Go on.",
        "Do not make things up.\n\n<question>\n{question}\n</question>\n\n<text>\n{text}\n</text>\n",
    ],
)
def test_a_single_word_of_another_language_does_not_make_a_text_foreign(text: str) -> None:
    assert detect(text) in ("en", "und")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sie sind ein Assistent. Antworten Sie nur mit dem Namen der Stadt.", "de"),
        ("Vous êtes un assistant. Répondez avec le nom de la ville.", "fr"),
        ("Eres un asistente. Responde con el nombre de la ciudad y nada más.", "es"),
        ("你是一个助手。只回答城市的名字。", "zh"),
        ("あなたはアシスタントです。都市の名前だけを答えてください。", "ja"),
    ],
)
def test_short_prompts_are_told_by_their_words_or_script(text: str, code: str) -> None:
    assert detect(text) == code
