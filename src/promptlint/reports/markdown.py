"""A summary in Markdown: the table of prompts and pillars, and the findings; for job summaries and comments."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.model import Diagnostic, Linted, PillarName, Report
from promptlint.reports import summary
from promptlint.reports.escape import code, html
from promptlint.reports.full import title
from promptlint.reports.options import Options
from promptlint.reports.places import relative

MOST_PROMPTS = 200
MOST_FINDINGS = 100
_SIGNS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}


def render(report: Report, options: Options) -> str:
    """Return the summary. With `report.before`, a pillar whose level changed reads `before → after`."""
    findings = summary.open_findings(report)
    lines = ["## promptlint", "", html(summary.sentence(report)), ""]
    lines += _faults(report)
    lines += _table(report)
    lines += _findings(findings, options)
    counts = summary.fixable(findings)
    if counts:
        lines += [f"Fixable: {', '.join(f'{count} {safety}' for safety, count in counts.items())}.", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _faults(report: Report) -> Iterator[str]:
    for fault in report.faults:
        yield f"- ❌ {code(summary.fault_place(fault))} cannot be checked: {html(fault.message)}"
    if report.faults:
        yield ""


def _table(report: Report) -> Iterator[str]:
    """Yield the table: first the prompts with gaps or changes, then the others."""
    if not report.prompts:
        return
    before = {linted.prompt.id: linted for linted in report.before}
    short = summary.gaps(report.diagnostics)
    # Of the prompts as they were, the findings are their own: what the base lacked is not in this report.
    short_before = summary.gaps(d for linted in report.before for d in linted.diagnostics)
    compared = bool(before)
    yield f"| prompt | kind | {' | '.join(summary.PILLARS)} |"
    yield f"|---|---|{'---|' * len(summary.PILLARS)}"
    ordered = sorted(report.prompts, key=lambda linted: linted.prompt.id not in short)
    for linted in ordered[:MOST_PROMPTS]:
        now = short.get(linted.prompt.id, set())
        old = before.get(linted.prompt.id)
        then = short_before.get(linted.prompt.id, set())
        cells = [_cell(linted, old, view, now, then) for view in summary.pillars(linted, now)]
        new = " (new)" if compared and old is None else ""
        yield f"| {code(title(linted))}{new} | {html(linted.anatomy.kind)} | {' | '.join(cells)} |"
    yield ""
    if len(ordered) > MOST_PROMPTS:
        yield f"and {summary.counted(len(ordered) - MOST_PROMPTS, 'more prompt')}."
        yield ""
    yield "✗ falls short of what this kind of prompt needs." + (" before → after." if compared else "")
    yield ""


def _cell(
    linted: Linted,
    old: Linted | None,
    view: summary.PillarView,
    now: set[PillarName],
    then: set[PillarName],
) -> str:
    level = _level(view.level, view.name in now)
    if old is None:
        return level
    was = _level(old.anatomy.pillars[view.name].level, view.name in then)
    same_kind = old.anatomy.kind == linted.anatomy.kind
    unchanged = old.anatomy.pillars[view.name].level == view.level and (was == level or not same_kind)
    return level if unchanged else f"{was} → {level}"


def _level(level: str, gap: bool) -> str:
    return f"{html(level)} ✗" if gap else html(level)


def _findings(findings: list[Diagnostic], options: Options) -> Iterator[str]:
    if not findings:
        return
    ranked = sorted(findings, key=lambda finding: summary.RANK[finding.severity])
    yield "<details open><summary>Findings</summary>"
    yield ""
    yield "| | place | rule | finding |"
    yield "|---|---|---|---|"
    for finding in ranked[:MOST_FINDINGS]:
        at = finding.location
        path = relative(finding.path, options.root)
        place = path if at is None else f"{path}:{at.line}"
        text = f"{html(finding.message)}<br>{html(finding.help)}" if finding.help else html(finding.message)
        yield f"| {_SIGNS[finding.severity]} | {code(place)} | {code(finding.rule)} {html(finding.name)} | {text} |"
    yield ""
    if len(ranked) > MOST_FINDINGS:
        yield f"and {len(ranked) - MOST_FINDINGS} more."
        yield ""
    yield "</details>"
    yield ""
