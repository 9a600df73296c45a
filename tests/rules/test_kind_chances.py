"""A finding that depends on the kind stands by the chances of all kinds together, not by the best one alone."""

from __future__ import annotations

import pytest

from promptlint.anatomy import parse
from promptlint.model import Finding, Kind, Settings
from promptlint.rules.loading import load
from promptlint.rules.runner import run
from tests.anatomy.prompts import prompt

TEXT = "Look at the photo of the weld and say whether it holds.\n"


def _found(rule: str, kind: Kind, chances: dict[Kind, float]) -> Finding | None:
    """Return what a rule finds in a prompt without examples and without a word on unclear photos."""
    made = prompt(TEXT)
    anatomy = parse(made)._replace(kind=kind, kind_confidence=max(chances.values()), kind_chances=chances)
    rules = [one for one in load().rules if one.id == rule]
    return next(iter(run(made, anatomy, rules, Settings())), None)


@pytest.mark.parametrize(
    ("kind", "chances", "severity"),
    [
        ("judge", {"judge": 0.4, "classification": 0.4, "writing": 0.2}, "warning"),
        ("judge", {"judge": 0.4, "writing": 0.35, "other": 0.25}, "info"),
        ("writing", {"writing": 0.35, "judge": 0.33, "classification": 0.32}, "warning"),
        ("writing", {"writing": 0.7, "judge": 0.3}, "info"),
    ],
)
def test_the_kinds_that_ask_for_examples_decide_together(kind: Kind, chances: dict[Kind, float], severity: str) -> None:
    found = _found("EXM001", kind, chances)
    assert found is not None
    assert found.severity == severity


def test_no_finding_where_no_kind_can_be_told() -> None:
    assert _found("EXM001", "unknown", {"judge": 0.2, "classification": 0.2, "extraction": 0.2, "other": 0.4}) is None


def test_the_message_names_the_kind_that_asks_where_the_likeliest_does_not() -> None:
    found = _found("EXM001", "writing", {"writing": 0.35, "judge": 0.33, "classification": 0.32})
    assert found is not None
    assert "(kind: writing or judge)" in found.message


def test_a_rule_may_want_to_be_surer_of_the_kind() -> None:
    assert next(rule for rule in load().rules if rule.id == "OUT001").detect["kind-confidence"] > 0.6
    found = _found("OUT001", "judge", {"judge": 0.31, "classification": 0.31, "writing": 0.38})
    assert found is None or found.severity == "info"
