"""Places stay exact through every way in which a host writes the same text."""

from __future__ import annotations

import json
from itertools import pairwise

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.model import Prompt
from tests.sources.helpers import check_places, one, turns, written

MARK = "zqmark"
"""A word that no host writes in another way; it stands once in each text."""
OPENING = "You are a support agent. Classify the ticket. "
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="{}\ufeff\ufffe\uffff")
PIECES = st.lists(
    st.text(LETTERS, max_size=12) | st.sampled_from(["\n", "\n\n", " ", "  ", "\t", "\\", '"', "'", "# ", ": "])
)
TEXTS = st.tuples(PIECES, PIECES).map(lambda parts: f"{OPENING}{''.join(parts[0])} {MARK} {''.join(parts[1])}.")
ENDS = st.sampled_from(["\n", "\r\n"])


class _Styled(str):
    style = ""


def _represent(dumper: yaml.SafeDumper, value: _Styled) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style=value.style)


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_Styled, _represent)


def in_order(prompt: Prompt) -> bool:
    """Whether the pieces of one file follow each other in it."""
    spans = [(p.source_start, p.source_end) for p in prompt.pieces if p.kind != "join"]
    return all(before[1] <= after[0] for before, after in pairwise(spans))


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(["|", ">", '"', "'", ""]), ENDS, st.integers(20, 90), st.booleans())
def test_a_yaml_scalar_of_any_style_gives_its_value_and_its_places(
    text: str, style: str, end: str, width: int, plain: bool
) -> None:
    held = _Styled(text)
    held.style = style
    data = {"name": "x", "messages": [{"role": "system", "content": held}, {"role": "user", "content": "Go on."}]}
    source = yaml.dump(data, Dumper=_Dumper, width=width, allow_unicode=plain, line_break=end, sort_keys=False)
    prompt = one("a.prompt.yml", source)
    # PyYAML breaks lines in a folded text that begin with blanks, and so does not always write what it was given.
    assert turns(prompt)[0] == ("system", yaml.safe_load(source)["messages"][0]["content"])
    assert written(prompt, source, MARK) == MARK
    assert in_order(prompt)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(LETTERS | st.sampled_from("\n\t\"'\\{}"), max_size=20), min_size=1, max_size=4), ENDS)
def test_an_f_string_gives_its_text_with_its_slots_in_place(parts: list[str], end: str) -> None:
    # A quote before the text makes `repr` write it so that it fits between single quotes.
    bodies = [repr('"' + part)[2:-1].replace("{", "{{").replace("}", "}}") for part in (OPENING, *parts, f" {MARK}.")]
    source = f"def ask(ticket):{end}    system_prompt = f'{'{ticket}'.join(bodies)}'{end}    return system_prompt{end}"
    prompt = one("a.py", source)
    assert prompt.text == "{ticket}".join([OPENING, *parts, f" {MARK}."])
    assert written(prompt, source, MARK) == MARK
    slots = [p for p in prompt.pieces if p.kind == "placeholder"]
    assert [source[p.source_start : p.source_end] for p in slots] == ["{ticket}"] * (len(parts) + 1)
    assert in_order(prompt)


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.booleans(), st.sampled_from([None, 2]), ENDS)
def test_a_json_string_gives_its_value_and_its_places(text: str, escaped: bool, indent: int | None, end: str) -> None:
    data = {"messages": [{"role": "system", "content": text}, {"role": "user", "content": "Go on."}]}
    source = json.dumps(data, ensure_ascii=escaped, indent=indent).replace("\n", end)
    prompt = one("request.json", source)
    assert turns(prompt)[0] == ("system", text)
    assert written(prompt, source, MARK) == MARK
    assert in_order(prompt)


@settings(max_examples=40, deadline=None)
@given(TEXTS.filter(lambda text: '"' not in text and "\\" not in text), st.sampled_from(["\n", "\r\n", "\r"]))
def test_line_ends_in_a_triple_quoted_literal_read_as_python_reads_them(text: str, end: str) -> None:
    source = f'SYSTEM_PROMPT = """{text}"""\n'.replace("\n", end)
    prompt = one("a.py", source)
    check_places(prompt, source)
    assert prompt.text == text
    assert written(prompt, source, MARK) == MARK
    assert in_order(prompt)


@settings(max_examples=60, deadline=None)
@given(TEXTS, ENDS)
def test_a_text_file_is_its_prompt_letter_by_letter(text: str, end: str) -> None:
    source = text.replace("\n", end)
    prompt = one("prompts/support.md", source)
    assert written(prompt, source, MARK) == MARK
    assert in_order(prompt)
