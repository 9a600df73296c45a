"""A way out is asked for by a warning only where something can be unknown: not of figures and bare assistants."""

from __future__ import annotations

import pytest

from promptlint.anatomy import parse
from promptlint.model import Settings
from promptlint.rules.loading import load
from promptlint.rules.runner import run
from tests.anatomy.prompts import prompt

FIGURE = (
    "You are in a village at the edge of a forest. Below is the description of your role. {role}\nSpeak when asked.\n"
)
SHELL = "You are Pip, a helpful and friendly assistant. Answer the user's questions concisely and politely.\n"
TASK = "You are a helpful assistant of the water works. Answer questions about meters and bills.\n"


@pytest.mark.parametrize(("text", "severity"), [(FIGURE, "info"), (SHELL, "info"), (TASK, "warning")])
def test_what_is_missing_weighs_by_whether_anything_can_be_unknown(text: str, severity: str) -> None:
    made = prompt(text)
    anatomy = parse(made)._replace(kind="chat", kind_confidence=1.0, kind_chances={"chat": 1.0})
    rules = [rule for rule in load().rules if rule.id == "UNC001"]
    (found,) = run(made, anatomy, rules, Settings())
    assert found.severity == severity
