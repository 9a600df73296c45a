"""Which function makes the fix of which lint rule. A family's module is imported when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from promptlint.fixes.facts import Facts
from promptlint.model import Diagnostic, Finding, Fix, Linted

Generator = Callable[[Linted, Finding, Facts], "Fix | None"]

_FAMILIES = {
    "output": (
        "OUT001", "OUT002", "OUT003", "OUT004", "OUT006", "OUT007", "OUT008", "OUT009", "CODE002", "CODE003", "CODE004",
        "RUL009",
    ),
    "examples": ("EXM001", "EXM002", "EXM005", "EXM006", "EXM007", "EXM008", "EXM009"),
    "business": ("RUL001", "RUL002", "RUL005", "RUL007", "RUL008", "RUL010"),
    "uncertainty": ("UNC001", "UNC002", "UNC003", "UNC004", "UNC005", "UNC006", "UNC008", "UNC009"),
    "tone": ("TON001", "TON003"),
    "inputs": ("INP001", "INP002", "INP004"),
    "security": ("SEC002", "SEC004", "SEC006", "SEC007"),
    "tokens": ("TOK003", "TOK004", "TOK005", "CON005"),
    "code": ("CODE005", "CODE006"),
}  # fmt: skip
_ASSEMBLED = frozenset(("OUT001", "OUT002", "OUT006", "EXM001", "UNC001", "RUL010"))
"""What the other attributes of a class may say, where its prompt is made of several."""
_SAFE = frozenset(("OUT003", "EXM006", "INP002", "SEC002", "CODE006"))
_PAGES = frozenset(("OUT001", "OUT002", "EXM001", "EXM002", "UNC001", "RUL010", "TON001"))
"""What is wanted of a prompt, and not of a page for people that was read as one."""
_WORDLESS = frozenset(
    ("OUT003", "OUT004", "OUT007", "EXM005", "EXM006", "EXM007", "RUL001", "RUL002", "RUL007", "RUL008", "INP002",
     "SEC002", "SEC006", "TOK003", "TOK004", "TOK005", "CODE005", "CODE006")
)  # fmt: skip
"""Fixes that bring no words of ours: they fit a prompt in any language."""
FAMILY_OF = {rule: family for family, rules in _FAMILIES.items() for rule in rules}


def generate(linted: Linted, diagnostic: Diagnostic, facts: Facts | None = None) -> Fix | None:
    """Return the fix of a finding, None where there is none. No file is read.

    A fix that the lint rule itself brought along wins.
    """
    finding = diagnostic.finding
    if diagnostic.fix is not None or finding is None:
        return diagnostic.fix
    family = FAMILY_OF.get(diagnostic.rule)
    if family is None or not _fits(linted, diagnostic.rule):
        return None
    table = import_module(f"promptlint.fixes.generators.{family}").GENERATORS
    generator: Generator | None = table.get(diagnostic.rule)
    return generator(linted, finding, (facts or Facts()).meant_for(linted)) if generator is not None else None


def _fits(linted: Linted, rule: str) -> bool:
    """Whether what the fixes of a rule write has a place in this text, in its language."""
    if rule in _ASSEMBLED and _is_part(linted):
        return False
    if rule not in _WORDLESS and linted.anatomy.language not in ("en", "und"):
        return False
    from promptlint.fixes.generators.drafting import is_compared_with, speaks_to_a_model

    if rule not in _SAFE and is_compared_with(linted):
        return False
    return rule not in _PAGES or speaks_to_a_model(linted)


def _is_part(linted: Linted) -> bool:
    """Whether the text is the `instruction` of a class or of an object, or stands in its examples.

    Such a class (ragas, and others like it) puts the prompt together from attributes: its examples and the schema of
    its answer stand beside the text, so that writing them into it would say them twice, or otherwise.
    """
    names = (linted.prompt.symbol or "").split(".")
    return len(names) > 1 and names[-1] in ("instruction", "instructions", "examples")
