from __future__ import annotations

import pytest

from promptlint.rules import Rule, load
from promptlint.rules.testing import check_example, schema_problem

CASES = [
    pytest.param(rule, side, example, id=f"{rule.id}-{side}-{index}")
    for rule in load()
    for side in ("bad", "good")
    for index, example in enumerate(rule.examples.get(side, ()))
]


@pytest.mark.parametrize(("rule", "side", "example"), CASES)
def test_a_rule_finds_the_marked_span_of_bad_examples_and_nothing_in_good_ones(
    rule: Rule, side: str, example: dict[str, object]
) -> None:
    assert check_example(rule, side, example) is None


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in load()])
def test_a_rule_has_two_bad_and_three_good_examples(rule: Rule) -> None:
    if "emitted-by" in rule.detect:
        pytest.skip("reported by another part, which has tests of its own")
    assert len(rule.examples["bad"]) >= 2
    assert len(rule.examples["good"]) >= 3


def test_every_rule_file_keeps_to_the_schema() -> None:
    from pathlib import Path

    from promptlint.rules.compile import compile_pack

    folder = Path(__file__).parents[2] / "rules"
    problems = {rule["file"]: schema_problem(rule) for rule in compile_pack(folder)["rules"]}
    assert {name: problem for name, problem in problems.items() if problem} == {}
