"""Fixing files that stand in memory only."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.fixes.apply import Plan, Result, fix_file
from promptlint.fixes.bench import Judge, Outcome, OverlayProject, engine_judge
from promptlint.fixes.facts import Facts
from promptlint.fixes.generators import generate
from promptlint.model import Document, Extraction, Kind, Prompt, Settings
from promptlint.sources.registry import extract

ALL = ("safe", "suggested", "template")
NOWHERE = "no-such-folder"


def extraction(path: str, text: str) -> Extraction:
    return extract(Document(path, text), OverlayProject(NOWHERE, {path: text}), named=True)


def prompt_in(path: str, text: str) -> Prompt:
    return extraction(path, text).prompts[0]


def judge_of(path: str, text: str, settings: Settings) -> Judge:
    base = engine_judge(settings)

    def judge(name: str, texts: Mapping[str, str]) -> Outcome:
        return base(name, {path: text, **texts})

    return judge


def fixed(
    path: str,
    text: str,
    *,
    kind: Kind | None = None,
    only: tuple[str, ...] = (),
    safeties: tuple[str, ...] = ALL,
    facts: Facts | None = None,
) -> Result:
    """Return the result of fixing one file; with `only`, of these rules."""
    settings = Settings(kind=kind, select=only, root=NOWHERE)
    plan = Plan(
        safeties,  # type: ignore[arg-type]  # the tests name the three
        lambda linted, diagnostic: generate(linted, diagnostic, facts or Facts()),
        recommended=True,
    )
    return fix_file(path, judge_of(path, text, settings), lambda name: text if name == path else None, plan)


def after(result: Result, path: str, text: str) -> str:
    return result.texts.get(path, text)
