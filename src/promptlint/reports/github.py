"""Workflow commands of GitHub Actions: inline annotations on the changed files."""

from __future__ import annotations

from promptlint.model import SEVERITY_RANK, Diagnostic, Fault, Report
from promptlint.reports import summary
from promptlint.reports.escape import command_data, command_property
from promptlint.reports.options import Options
from promptlint.reports.places import relative

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, options: Options) -> str:
    """Return one command a finding, the most severe first: GitHub shows ten of each level a step.

    The last line is the summary, for the log.
    """
    findings = sorted(summary.open_findings(report), key=lambda finding: SEVERITY_RANK[finding.severity])
    lines = [_fault(fault, options) for fault in report.faults]
    lines += [_finding(finding, options) for finding in findings]
    return "\n".join([*lines, f"promptlint: {summary.sentence(report)}"]) + "\n"


def _finding(finding: Diagnostic, options: Options) -> str:
    properties = {"file": relative(finding.path, options.root)}
    at = finding.location
    if at is not None:
        properties["line"] = str(at.line)
        properties["endLine"] = str(at.end_line)
        if at.line == at.end_line:  # with columns, GitHub rejects an annotation over several lines
            properties["col"] = str(at.column)
            properties["endColumn"] = str(at.end_column)
    properties["title"] = f"{finding.rule} {finding.name}"
    message = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    return _command(COMMANDS[finding.severity], properties, message)


def _fault(fault: Fault, options: Options) -> str:
    properties = {"file": relative(fault.path, options.root)}
    if fault.line is not None:
        properties["line"] = str(fault.line)
        if fault.column is not None:
            properties["col"] = str(fault.column)
    properties["title"] = "promptlint cannot check this file"
    return _command("error", properties, fault.message)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={command_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{command_data(message)}"
