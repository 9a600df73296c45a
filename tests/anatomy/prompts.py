"""Prompts for the anatomy tests, made through the same builder that every source uses."""

from __future__ import annotations

from promptlint.anatomy import parse
from promptlint.model import Anatomy, Dialect, Kind, Prompt, Surroundings
from promptlint.sources.assemble import PromptBuilder
from promptlint.text.dialects import guess_dialect


def prompt(text: str, *, kind_hint: Kind | None = None, around: Surroundings | None = None) -> Prompt:
    dialect = guess_dialect(text)
    builder = PromptBuilder()
    builder.message("system", "p.md")
    builder.template(text, "p.md", 0, dialect)
    return builder.build(
        id="p.md#0", path="p.md", format="markdown", dialect=dialect, around=around, kind_hint=kind_hint
    )


def chat(*turns: tuple[str, str], dialect: Dialect = "none") -> Prompt:
    builder = PromptBuilder()
    at = 0
    for role, text in turns:
        builder.message(role, "p.json")  # type: ignore[arg-type]  # tests name roles as text
        builder.template(text, "p.json", at, dialect)
        at += len(text) + 1
    return builder.build(id="p.json#0", path="p.json", format="chat", dialect=dialect)


def anatomy(text: str, *, kind_hint: Kind | None = None, around: Surroundings | None = None) -> Anatomy:
    return parse(prompt(text, kind_hint=kind_hint, around=around))


def level(text: str, pillar: str) -> str:
    return anatomy(text).pillars[pillar].level  # type: ignore[index]  # tests name pillars as text
