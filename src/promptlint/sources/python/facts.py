"""What a call says about its prompt: declared output, tools, model, and what becomes of the reply."""

from __future__ import annotations

import ast

from promptlint.model import Surroundings
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.messages import Messages
from promptlint.sources.python.scopes import Place
from promptlint.sources.python.sdk import Call


def surroundings(row: Call, node: ast.Call, place: Place, evaluator: Evaluator, messages: Messages) -> Surroundings:
    """Return what a call declares."""
    del row, node, place, evaluator
    return Surroundings(few_shot_injected=messages.few_shot, history_injected=bool(messages.more))
