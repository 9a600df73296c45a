"""Counts and sentences that several formats share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from promptlint.model import SEVERITY_RANK, Diagnostic, Fault, Linted, PillarName, Report, Safety
from promptlint.reports.escape import visible
from promptlint.text.counting import counted
from promptlint.text.records import NamedTuple

PILLARS: tuple[PillarName, ...] = ("output", "examples", "rules", "uncertainty", "tone", "input")
MOST_PLACES = 8
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


NEEDED, WISHED = "✗", "○"
LEGEND = {NEEDED: "less than this kind of prompt needs", WISHED: "more would help"}
"""Signs behind the level of a pillar: the kind of prompt needs more, or more is only recommended for it."""

Gaps = Mapping[PillarName, str]
"""The pillars of one prompt that fall short, each with its sign."""


class PillarView(NamedTuple):
    """One pillar of a prompt: its level, and a sign if it falls short, else an empty string."""

    name: PillarName
    level: str
    sign: str


def open_findings(report: Report) -> list[Diagnostic]:
    """Return the findings that count, in the report's order."""
    return [diagnostic for diagnostic in report.diagnostics if diagnostic.suppressed is None]


def gaps(diagnostics: Iterable[Diagnostic]) -> dict[str, dict[PillarName, str]]:
    """Return, by prompt id, the pillars that fall short. An accepted (suppressed) gap is still one."""
    found: dict[str, dict[PillarName, str]] = {}
    for diagnostic in diagnostics:
        pillar = _GAP_RULES.get(diagnostic.rule)
        if pillar is not None:
            for prompt in diagnostic.prompts:
                signs = found.setdefault(prompt, {})
                if signs.get(pillar) != NEEDED:
                    signs[pillar] = WISHED if diagnostic.severity == "info" else NEEDED
    return found


def pillars(linted: Linted, short: Gaps) -> list[PillarView]:
    """Return the six pillars of a prompt in their fixed order."""
    return [PillarView(name, linted.anatomy.pillars[name].level, short.get(name, "")) for name in PILLARS]


def legend(signs: Iterable[str]) -> str:
    """Return what the signs mean that occur; empty if there is none."""
    occurring = set(signs)
    return "; ".join(f"{sign} {meaning}" for sign, meaning in LEGEND.items() if sign in occurring)


def lines(path: str, places: Iterable[tuple[str, int]]) -> str:
    """Return `lines 3-5, 9, other.md:4` for (path, line) places, seen from `path`; at most eight parts."""
    places = list(dict.fromkeys(places))
    runs: list[list[int]] = []
    for line in sorted(line for other, line in places if other == path):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    if parts:
        parts[0] = f"{'line' if len(runs) == len(runs[0]) == 1 else 'lines'} {parts[0]}"
    parts += [f"{visible(other)}:{line}" for other, line in places if other != path]
    return ", ".join(parts[:MOST_PLACES]) + (", …" if len(parts) > MOST_PLACES else "")


def fixable(diagnostics: Iterable[Diagnostic]) -> dict[Safety, int]:
    """Return how many findings have a fix, by its safety; in the order safe, suggested, template."""
    counts = Counter(diagnostic.fix.safety for diagnostic in diagnostics if diagnostic.fix is not None)
    order: tuple[Safety, ...] = ("safe", "suggested", "template")
    return {safety: counts[safety] for safety in order if counts[safety]}


def sentence(report: Report) -> str:
    """Return the last line of a run: what was found in how many prompts of how many files."""
    findings = open_findings(report)
    counts = Counter(diagnostic.severity for diagnostic in findings)
    parts = [counted(counts[severity], severity) for severity in SEVERITY_RANK if counts[severity]]
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
    reasons = ", ".join(f"{count} {visible(reason)}" for reason, count in sorted(report.skipped.items()))
    return f"{before}left out: {reasons}{after}"


def fault_place(fault: Fault) -> str:
    """Return `path`, `path:line` or `path:line:column` of a fault, as far as known."""
    parts = [fault.path, *(str(number) for number in (fault.line, fault.column) if number is not None)]
    return ":".join(parts[: 3 if fault.line is not None else 1])
