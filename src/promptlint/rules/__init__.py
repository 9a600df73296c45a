"""Lint rules: loading, selecting and running them."""

from __future__ import annotations

from promptlint.rules.loading import editions, load
from promptlint.rules.rule import Applies, Evidence, FixInfo, Rule, RuleSet
from promptlint.rules.runner import run, set_by_user
from promptlint.rules.selection import SelectorError

__all__ = [
    "Applies",
    "Evidence",
    "FixInfo",
    "Rule",
    "RuleSet",
    "SelectorError",
    "editions",
    "load",
    "run",
    "set_by_user",
]
