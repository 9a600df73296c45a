"""Every format against a file that was read by a person. `UPDATE_GOLDEN=1 pytest` writes the files anew."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from promptlint import __version__
from promptlint.model import Report
from promptlint.reports import FORMATS, Options, render

from .made import compared, crowded, usual

GOLDEN = Path(__file__).parent / "golden"


class Case(NamedTuple):
    """What is drawn, and how."""

    format: str
    report: Callable[[], Report] = usual
    options: Options = Options(verbose=True, width=60)


CASES = {
    **{name: Case(name) for name in FORMATS},
    "full-color": Case("full", options=Options(color=True, width=60)),
    "full-crowded": Case("full", crowded),
    "full-nothing": Case("full", lambda: Report((), ())),
    "markdown-compared": Case("markdown", compared),
}


def without_rule_texts(name: str, text: str) -> str:
    """Return a report without what only a rule's own file decides."""
    text = text.replace(__version__, "VERSION")
    if name != "sarif":
        return text
    log = json.loads(text)
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        for key in ("shortDescription", "fullDescription", "help"):
            rule[key] = dict.fromkeys(rule[key], "…")
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_a_format_looks_as_it_did_when_it_was_read(name: str) -> None:
    case = CASES[name]
    text = without_rule_texts(case.format, render(case.format, case.report(), case.options))
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8", newline="\n")
    assert text == file.read_text(encoding="utf-8")


def test_all_findings_are_drawn_when_they_are_asked_for() -> None:
    text = render("full", crowded(), Options(all_findings=True))
    assert sum(line.startswith("prompts/") for line in text.splitlines()) == len(crowded().diagnostics)


@pytest.mark.parametrize("name", FORMATS)
def test_two_runs_give_the_same_text(name: str) -> None:
    assert render(name, usual()) == render(name, usual())


def test_an_unknown_format_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="no output format 'pdf'; there are full, concise"):
        render("pdf", usual())
