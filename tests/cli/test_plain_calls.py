"""Plain calls of `check` are read without click, and as click reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.cli import checking, plain
from promptlint.cli.check import command

SWITCHES = sorted(plain._SWITCHES)
VALUES = sorted((name, value) for name, known in plain._VALUES.items() for value in known)
PLAIN = st.one_of(
    st.sampled_from(SWITCHES).map(lambda name: [name]),
    st.sampled_from(VALUES).map(list),
    st.sampled_from(VALUES).map(lambda pair: ["=".join(pair)]),
    st.sampled_from(["prompt.md", "a b", "", "prompts/", "ünï", "x=y"]).map(lambda path: [path]),
)
OTHER = st.sampled_from(
    ["-", "--", "--output-format", "--color", "--select", "A", "--select=OUT", "-vv", "--al", "--all=1"]
)


@given(st.lists(PLAIN).map(lambda parts: [word for part in parts for word in part]))
def test_a_plain_call_is_read_as_click_reads_it(arguments: list[str]) -> None:
    assert plain.asked(["check", *arguments]) == command.make_context("check", list(arguments)).params


@given(st.lists(st.one_of(PLAIN, OTHER.map(lambda word: [word])), max_size=6))
def test_what_is_not_left_to_click_is_read_as_click_reads_it(parts: list[list[str]]) -> None:
    arguments = [word for part in parts for word in part]
    found = plain.asked(["check", *arguments])
    if found is not None:
        assert found == command.make_context("check", list(arguments)).params


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fix", "prompt.md"],
        ["--help"],
        ["check", "--help"],
        ["check", "-"],
        ["check", "--output-format", "xml"],
        ["check", "--output-format"],
        ["check", "--select", "OUT"],
        ["check", "--no-cache=1"],
        ["check", "--", "prompt.md"],
    ],
)
def test_other_calls_are_left_to_click(arguments: list[str]) -> None:
    assert plain.asked(arguments) is None


def test_every_output_format_may_stand_in_a_plain_call() -> None:
    assert plain._VALUES["--output-format"] == set(checking.FORMATS)


def test_a_shell_that_completes_a_line_is_answered_by_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_PROMPTLINT_COMPLETE", "bash_complete")
    assert plain.asked(["check", "prompt.md"]) is None
