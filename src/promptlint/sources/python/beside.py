"""What code keeps beside an instruction: `examples` or `output_model`, in a class body or among a call's arguments."""

from __future__ import annotations

import ast

from promptlint.model import Contract
from promptlint.sources.python import contracts
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.scopes import Scope
from promptlint.sources.python.spelling import target_name

_EXAMPLES = frozenset({"examples", "few_shot_examples", "few_shots", "fewshots", "demos", "demonstrations", "shots"})
_SHAPES = frozenset({"output_model", "response_model", "output_schema", "output_type", "output_cls", "response_format"})
"""Attributes of a class that holds an instruction: what its base class renders or sends with it."""


def shows(node: ast.Call) -> bool:
    """Whether a call has examples among its arguments: `Prompt(instructions=..., examples=[...])`."""
    return any(keyword.arg in _EXAMPLES and not _is_nothing(keyword.value) for keyword in node.keywords)


class Beside:
    """What the classes and functions of a file set beside their instructions, each looked at once."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._known: dict[Scope, tuple[bool, Contract | None]] = {}

    def of(self, scope: Scope) -> tuple[bool, Contract | None]:
        """Return whether a class or function sets `examples = [...]`, and the contract of `output_model = Answer`."""
        if scope not in self._known:
            self._known[scope] = self._look(scope)
        return self._known[scope]

    def _look(self, scope: Scope) -> tuple[bool, Contract | None]:
        examples, contract = False, None
        for statement in getattr(scope.node, "body", ()) if scope.is_class or scope.is_function else ():
            if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
                continue
            name = target_name(statement.targets[0] if isinstance(statement, ast.Assign) else statement.target)
            if name in _EXAMPLES:
                examples = examples or not _is_nothing(statement.value)
            elif name in _SHAPES and contract is None:
                value = self._evaluator.value(statement.value, scope)
                contract = contracts.contract_of(self._evaluator, statement.value, value, scope, helper=True)
        return examples, contract


def _is_nothing(node: ast.expr) -> bool:
    """Whether a value is a constant such as None, or an empty list."""
    return isinstance(node, ast.Constant) or (isinstance(node, (ast.List, ast.Tuple)) and not node.elts)
