"""Every format against a file that was read by a person. `UPDATE_GOLDEN=1 pytest` writes the files anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from promptlint import __version__
from promptlint.reports import FORMATS, Options, render

from .made import usual

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_looks_as_it_did_when_it_was_read(name: str) -> None:
    text = render(name, usual(), Options(verbose=True, width=60)).replace(__version__, "VERSION")
    # The text of a rule is the rule's affair.
    text = re.sub(r'("markdown": |"fullDescription": \{\n +"text": )".*"', r'\1"…"', text)
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_two_runs_give_the_same_text(name: str) -> None:
    assert render(name, usual()) == render(name, usual())


def test_an_unknown_format_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="no output format 'pdf'; there are full, concise"):
        render("pdf", usual())
