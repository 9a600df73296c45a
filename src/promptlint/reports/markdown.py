"""A summary in Markdown: the table of prompts and pillars, and the findings; for job summaries and comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from promptlint.model import SEVERITY_RANK, Diagnostic, Linted, Report
from promptlint.reports import summary
from promptlint.reports.escape import code, html
from promptlint.reports.full import title
from promptlint.reports.options import Options
from promptlint.reports.places import relative
from promptlint.text.counting import counted

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
    yield f"| prompt | kind | {' | '.join(summary.PILLARS)} |"
    yield f"|---|---|{'---|' * len(summary.PILLARS)}"
    ordered = sorted(report.prompts, key=lambda linted: linted.prompt.id not in short)
    shown = "".join(_row(linted, before, short, short_before) + "\n" for linted in ordered[:MOST_PROMPTS])
    yield shown.rstrip("\n")
    yield ""
    if len(ordered) > MOST_PROMPTS:
        yield f"and {counted(len(ordered) - MOST_PROMPTS, 'more prompt')}."
        yield ""
    notes = [summary.legend(sign for sign in summary.LEGEND if f" {sign} " in shown)]
    notes.append("before → after" if before else "")
    if any(notes):
        yield "; ".join(note for note in notes if note) + "."
        yield ""


def _row(
    linted: Linted,
    before: Mapping[str, Linted],
    short: Mapping[str, summary.Gaps],
    short_before: Mapping[str, summary.Gaps],
) -> str:
    identifier = linted.prompt.id
    old = before.get(identifier)
    cells = [f"{code(title(linted))}{' (new)' if before and old is None else ''}", html(linted.anatomy.kind)]
    was = {} if old is None else {v.name: v for v in summary.pillars(old, short_before.get(identifier, {}))}
    same_kind = old is not None and old.anatomy.kind == linted.anatomy.kind
    for view in summary.pillars(linted, short.get(identifier, {})):
        then = was.get(view.name, view)
        # A pillar that another kind of prompt needs is no change of the pillar.
        changed = then.level != view.level or (same_kind and then.sign != view.sign)
        cells.append(f"{_level(then)} → {_level(view)}" if changed else _level(view))
    return f"| {' | '.join(cells)} |"


def _level(view: summary.PillarView) -> str:
    return f"{html(view.level)} {view.sign}".rstrip()


def _findings(findings: list[Diagnostic], options: Options) -> Iterator[str]:
    if not findings:
        return
    ranked = sorted(findings, key=lambda finding: SEVERITY_RANK[finding.severity])
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
