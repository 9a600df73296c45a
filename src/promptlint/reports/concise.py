"""One line a finding: `path:line:column: RULE severity message`."""

from __future__ import annotations

from promptlint.model import Report
from promptlint.reports import summary
from promptlint.reports.escape import one_line, visible
from promptlint.reports.options import Options


def render(report: Report, options: Options) -> str:
    """Return the report with one line a finding, one a fault, and the summary."""
    lines = []
    for finding in summary.open_findings(report):
        at = finding.location
        place = visible(finding.path) if at is None else f"{visible(finding.path)}:{at.line}:{at.column}"
        lines.append(f"{place}: {finding.rule} {finding.severity} {one_line(finding.message)}")
    lines += [f"{visible(summary.fault_place(f))}: cannot be checked: {one_line(f.message)}" for f in report.faults]
    if options.verbose:
        lines += [f"{visible(path)}: left out: {visible(why)}" for path, why in report.skipped_files]
    return "\n".join([*lines, summary.sentence(report)]) + "\n"
