"""Compiling the cue grammars."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.anatomy.grammars import GrammarError, write_grammars
from promptlint.text.literals import needed


def test_a_wrong_pattern_is_named_and_leaves_no_file_behind(tmp_path: Path) -> None:
    folder = tmp_path / "cues"
    folder.mkdir()
    (folder / "en.yaml").write_text("greeting: |\n  hello\n  good (day\n", encoding="utf-8")

    with pytest.raises(GrammarError, match=r"en\.yaml: greeting: 'good \(day' is no regular expression"):
        write_grammars(folder, tmp_path / "built", needed)

    assert [path.name for path in tmp_path.iterdir()] == ["cues"]
