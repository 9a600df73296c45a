"""Counts and sentences that several formats share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from promptlint.model import Diagnostic, Fault, Linted, PillarName, Report, Safety, Severity
from promptlint.reports.escape import visible

PILLARS: tuple[PillarName, ...] = ("output", "examples", "rules", "uncertainty", "tone", "input")
RANK: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}
_GAP_RULES: Mapping[str, PillarName] = {
    "OUT001": "output",
    "OUT002": "output",
    "EXM001": "examples",
    "RUL010": "rules",
    "UNC001": "uncertainty",
    "TON001": "tone",
    "INP001": "input",
}
"""Which lint rule says that a pillar falls short of what the prompt's kind needs."""

ABSENCES = frozenset({"OUT001", "EXM001", "RUL010", "UNC001"})
"""Of these, those about something that is not in the prompt at all."""


class PillarView(NamedTuple):
    """One pillar of a prompt: its level, and whether that is a gap."""

    name: PillarName
    level: str
    gap: bool


def open_findings(report: Report) -> list[Diagnostic]:
    """Return the findings that count, in the report's order."""
    return [diagnostic for diagnostic in report.diagnostics if diagnostic.suppressed is None]


def counted(number: int, word: str) -> str:
    """Return `1 file`, `2 files`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def gaps(diagnostics: Iterable[Diagnostic]) -> dict[str, set[PillarName]]:
    """Return, by prompt id, the pillars that fall short. An accepted (suppressed) gap is still one."""
    found: dict[str, set[PillarName]] = {}
    for diagnostic in diagnostics:
        pillar = _GAP_RULES.get(diagnostic.rule)
        if pillar is not None:
            for prompt in diagnostic.prompts:
                found.setdefault(prompt, set()).add(pillar)
    return found


def pillars(linted: Linted, short: set[PillarName]) -> list[PillarView]:
    """Return the six pillars of a prompt in their fixed order."""
    return [PillarView(name, linted.anatomy.pillars[name].level, name in short) for name in PILLARS]


def fixable(diagnostics: Iterable[Diagnostic]) -> dict[Safety, int]:
    """Return how many findings have a fix, by its safety; in the order safe, suggested, template."""
    counts = Counter(diagnostic.fix.safety for diagnostic in diagnostics if diagnostic.fix is not None)
    order: tuple[Safety, ...] = ("safe", "suggested", "template")
    return {safety: counts[safety] for safety in order if counts[safety]}


def sentence(report: Report) -> str:
    """Return the last line of a run: what was found in how many prompts of how many files."""
    findings = open_findings(report)
    counts = Counter(diagnostic.severity for diagnostic in findings)
    parts = [counted(counts[severity], severity) for severity in RANK if counts[severity]]
    files = counted(report.files, "file")
    if not report.prompts and not findings:
        text = f"0 prompts in {files}{_left_out(report, ' (', ')')}"
    else:
        what = ", ".join(parts) or "No findings"
        text = f"{what} in {counted(len(report.prompts), 'prompt')} ({files}{_left_out(report, ', ', '')})"
    silenced = len(report.diagnostics) - len(findings)
    if silenced:
        text += f"; {silenced} suppressed"
    if report.faults:
        text += f"; {counted(len(report.faults), 'problem')} while reading"
    return f"{text}."


def _left_out(report: Report, before: str, after: str) -> str:
    if not report.skipped:
        return ""
    reasons = ", ".join(f"{visible(reason)} {count}" for reason, count in sorted(report.skipped.items()))
    return f"{before}{sum(report.skipped.values())} skipped: {reasons}{after}"


def fault_place(fault: Fault) -> str:
    """Return `path`, `path:line` or `path:line:column` of a fault, as far as known."""
    parts = [fault.path, *(str(number) for number in (fault.line, fault.column) if number is not None)]
    return ":".join(parts[: 3 if fault.line is not None else 1])
