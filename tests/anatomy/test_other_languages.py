"""Prompts in the languages that have a cue grammar: a complete one draws no finding, a bare one shows its gaps."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint import lint_text

COMPLETE = sorted((Path(__file__).parent / "languages").glob("*.md"))
BARE = {
    "de": "Ordne die folgende Nachricht einer Kategorie zu.\n\n{nachricht}\n",
    "fr": "Extrais les informations importantes du texte suivant.\n\n{texte}\n",
    "es": "Evalúa si la respuesta del alumno es correcta.\n\n{respuesta}\n",
    "pt": "Classifique o texto abaixo.\n\n{texto}\n",
    "zh": "请判断下面的回复是否正确。\n\n{reply}\n",
    "ja": "次の文章から重要な情報を抽出してください。\n\n{text}\n",
}


@pytest.mark.parametrize("path", COMPLETE, ids=lambda path: path.stem)
def test_a_complete_prompt_draws_no_finding(path: Path) -> None:
    report = lint_text(path.read_text(encoding="utf-8"))

    assert report.prompts[0].anatomy.language == path.stem
    assert [(diagnostic.rule, diagnostic.message) for diagnostic in report.diagnostics] == []


@pytest.mark.parametrize("language", sorted(BARE))
def test_a_bare_prompt_shows_its_gaps(language: str) -> None:
    report = lint_text(BARE[language])

    assert report.prompts[0].anatomy.language == language
    assert {"EXM001", "OUT001", "UNC001"} <= {diagnostic.rule for diagnostic in report.diagnostics}


def test_every_language_has_a_complete_and_a_bare_prompt() -> None:
    assert {path.stem for path in COMPLETE} == set(BARE)
