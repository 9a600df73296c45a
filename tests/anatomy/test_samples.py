"""Structured samples: JSON as prompts write it, and what it is there for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.anatomy.loosejson import parse
from tests.anatomy.prompts import anatomy


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1,}', "trailing comma"),
        ("{'a': 1}", "quotes that JSON does not know"),
        ('{"a": 1 "b": 2}', "missing comma"),
        ('{"a": {"b": 1}', "a bracket is never closed"),
    ],
)
def test_a_mistake_is_named(text: str, problem: str) -> None:
    parsed = parse(text, 0, len(text))
    assert parsed is not None
    assert parsed.error is not None
    assert parsed.error[1] == problem


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "x", "b": [1, 2, ...]}',
        '{"a": "yes" | "no", "b": string, // why\n "c": <int>}',
        '{{"a": "{x}", "b": {{"c": 2}}}}',
        '{"a": true, "b": null, "c": -1.5e3}',
    ],
)
def test_what_is_meant_is_no_mistake(text: str) -> None:
    parsed = parse(text, 0, len(text))
    assert parsed is not None
    assert parsed.error is None


def test_a_placeholder_is_no_object() -> None:
    assert anatomy("Summarise {document} in one line.").samples == ()


def test_a_shape_with_slots_is_a_schema_and_one_with_values_an_example() -> None:
    shape = anatomy('Return JSON:\n{"name": "<string>", "age": "number of years"}').samples[0]
    shown = anatomy('Return JSON:\n{"city": "Paris", "age": 41, "vip": true}').samples[0]
    assert (shape.use, shown.use) == ("schema", "example")
    assert shown.keys == ("city", "age", "vip")


def test_data_that_the_prompt_is_given_is_input() -> None:
    text = 'You will be given the following user profile:\n{"name": "Ann", "plan": "pro"}\n\nWrite a greeting.'
    assert anatomy(text).samples[0].use == "input"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(alphabet="ab c", max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet="xyz", min_size=1), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_real_json_parses_to_its_value(value: object) -> None:
    import json

    text = json.dumps({"k": value})
    parsed = parse(text, 0, len(text))
    assert parsed is not None
    assert parsed.error is None
    assert parsed.value == {"k": value}
    assert parsed.end == len(text)


@given(st.text(alphabet=st.sampled_from("{}[]\",:' \nabc01.|<>/"), max_size=120))
def test_the_reader_ends_on_any_text(text: str) -> None:
    parsed = parse("{" + text, 0, len(text) + 1)
    assert parsed is None or 0 <= parsed.end <= len(text) + 1
