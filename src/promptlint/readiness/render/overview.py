"""`promptlint report`: prompts by pillars for a product owner, with the gaps to fix first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import get_args

from promptlint.model import SEVERITY_RANK, Diagnostic, Linted, PillarName, Report
from promptlint.readiness.render.safe import markdown as m
from promptlint.text.counting import counted

_TITLES = {
    "output": "Output format", "examples": "Examples", "rules": "Business rules", "uncertainty": "Uncertainty",
    "tone": "Tone", "input": "Input",
}  # fmt: skip
_FAMILIES = {"OUT": "output", "EXM": "examples", "RUL": "rules", "UNC": "uncertainty", "TON": "tone", "INP": "input"}
_MARKS = {"error": "✗", "warning": "!", "info": "·"}


def render(report: Report, *, first: int = 20) -> str:
    """Return the report as Markdown: a table of prompts and pillars, then the gaps, the most severe first."""
    return "\n".join(_lines(report, first)).rstrip() + "\n"


def _lines(report: Report, first: int) -> Iterator[str]:
    counts = Counter(d.severity for d in report.diagnostics if d.suppressed is None)
    yield "# Prompts and what they still lack"
    yield ""
    yield (
        f"{counted(len(report.prompts), 'prompt')} in {counted(report.files, 'file')}: "
        f"{counted(counts['error'], 'error')}, {counted(counts['warning'], 'warning')}, "
        f"{counted(counts['info'], 'note')}."
    )
    yield ""
    yield from _matrix(report.prompts)
    yield from _gaps(report, first)
    yield from _unread(report)


def _matrix(prompts: Sequence[Linted]) -> Iterator[str]:
    if not prompts:
        return
    names: tuple[PillarName, ...] = get_args(PillarName)
    yield f"| Prompt | Kind | {' | '.join(_TITLES[name] for name in names)} | Tokens |"
    yield f"|---|---|{'---|' * len(names)}---:|"
    for linted in prompts:
        cells = [_cell(linted, name) for name in names]
        yield f"| {m(linted.prompt.id)} | {linted.anatomy.kind} | {' | '.join(cells)} | {linted.tokens:,} |"
    yield ""
    yield "✗ error, ! gap, · note, ✓ no finding; the word is the level that was found."
    yield ""


def _cell(linted: Linted, name: PillarName) -> str:
    """Return the level of a pillar, marked by the most severe finding of its family."""
    found = [d for d in linted.diagnostics if d.suppressed is None and _FAMILIES.get(_family(d)) == name]
    level = linted.anatomy.pillars[name].level
    if not found:
        return "–" if level == "unknown" else f"✓ {level}"
    return f"{_MARKS[min(found, key=lambda d: SEVERITY_RANK[d.severity]).severity]} {level}"


def _family(diagnostic: Diagnostic) -> str:
    return diagnostic.rule.rstrip("0123456789")


def _gaps(report: Report, first: int) -> Iterator[str]:
    found = [d for d in report.diagnostics if d.suppressed is None and d.severity != "info"]
    found.sort(key=lambda d: (SEVERITY_RANK[d.severity], d.path, d.start, d.rule))
    if not found:
        return
    yield "## Fix these first"
    yield ""
    for index, item in enumerate(found[:first], 1):
        place = f"{item.path}:{item.location.line}" if item.location is not None else item.path
        fixable = ""
        if item.fix is not None:
            fixable = " `promptlint fix` offers a change."
        advice = f" {m(item.help)}" if item.help else ""
        yield f"{index}. **{m(item.message)}**{advice}{fixable} ({m(place)}, {item.rule})"
    if len(found) > first:
        yield ""
        yield f"And {len(found) - first} more: `promptlint check` lists them all."
    yield ""


def _unread(report: Report) -> Iterator[str]:
    if not report.faults:
        return
    yield "## Not read"
    yield ""
    for fault in report.faults:
        yield f"- {m(fault.path)}: {m(fault.message)}"
    yield ""
