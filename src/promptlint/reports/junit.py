"""JUnit XML: a suite for each file, a case for each finding, or one that passed."""

from __future__ import annotations

from promptlint.model import Diagnostic, Fault, Report
from promptlint.reports import summary
from promptlint.reports.escape import one_line, xml
from promptlint.reports.options import Options
from promptlint.reports.places import relative


def render(report: Report, options: Options) -> str:
    """Return the report as XML. Errors and warnings are failures; infos are passed cases that say what they found."""
    findings: dict[str, list[Diagnostic]] = {}
    for finding in summary.open_findings(report):
        findings.setdefault(finding.path, []).append(finding)
    faults: dict[str, list[Fault]] = {}
    for fault in report.faults:
        faults.setdefault(fault.path, []).append(fault)
    paths = sorted({*findings, *faults, *report.checked, *(linted.prompt.path for linted in report.prompts)})
    suites = [_suite(relative(p, options.root), findings.get(p, []), faults.get(p, [])) for p in paths]
    tests, failures = sum(suite[1] for suite in suites), sum(suite[2] for suite in suites)
    head = f'<testsuites name="promptlint" tests="{tests}" failures="{failures}" errors="{len(report.faults)}">'
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', head, *(suite[0] for suite in suites), "</testsuites>", ""]
    )


def _suite(path: str, findings: list[Diagnostic], faults: list[Fault]) -> tuple[str, int, int]:
    """Return the suite of a file, the number of its cases, and that of its failures."""
    cases = [_fault(path, fault) for fault in faults] + [_case(path, finding) for finding in findings]
    cases = cases or [f'  <testcase name="promptlint" classname="{xml(path)}" file="{xml(path)}"/>']
    failures = sum(finding.severity != "info" for finding in findings)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{len(faults)}" skipped="0"'
    return "\n".join([f' <testsuite name="{xml(path)}" {counts}>', *cases, " </testsuite>"]), len(cases), failures


def _case(path: str, finding: Diagnostic) -> str:
    at = finding.location
    place = path if at is None else f"{path}:{at.line}:{at.column}"
    name = f"{finding.rule} {finding.name}" + ("" if at is None else f" at {at.line}:{at.column}")
    line = "" if at is None else f' line="{at.line}"'
    head = f'  <testcase name="{xml(name)}" classname="{xml(path)}" file="{xml(path)}"{line}>'
    help_line = f"\nhelp: {one_line(finding.help)}" if finding.help else ""
    text = xml(f"{place}: {finding.severity}: {one_line(finding.message)}{help_line}")
    if finding.severity == "info":
        return f"{head}\n   <system-out>{text}</system-out>\n  </testcase>"
    message = xml(one_line(finding.message))
    return f'{head}\n   <failure type="{finding.severity}" message="{message}">{text}</failure>\n  </testcase>'


def _fault(path: str, fault: Fault) -> str:
    message = xml(one_line(fault.message))
    place = xml(summary.fault_place(fault._replace(path=path)))
    head = f'  <testcase name="read" classname="{xml(path)}" file="{xml(path)}">'
    return f'{head}\n   <error type="unreadable" message="{message}">{place}: {message}</error>\n  </testcase>'
