"""Counts by rule instead of findings."""

from __future__ import annotations

from collections import Counter

from promptlint.model import SEVERITY_RANK, Report
from promptlint.reports import summary
from promptlint.reports.escape import visible
from promptlint.reports.options import Options
from promptlint.text.counting import counted


def render(report: Report, options: Options) -> str:  # noqa: ARG001 - the signature of every renderer
    """Return one line a rule, the most frequent first: count, worst severity, prompts, fixes."""
    findings = summary.open_findings(report)
    counts = Counter(finding.rule for finding in findings)
    lines = []
    width = len(str(max(counts.values(), default=0)))
    for rule, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        own = [finding for finding in findings if finding.rule == rule]
        severity = min((finding.severity for finding in own), key=lambda severity: SEVERITY_RANK[severity])
        prompts = counted(len({prompt for finding in own for prompt in finding.prompts}), "prompt")
        fixable = ", ".join(f"{number} {safety}" for safety, number in summary.fixable(own).items())
        tail = f"; fixes: {fixable}" if fixable else ""
        lines.append(f"{count:>{width}}  {rule} {visible(own[0].name)} ({severity}, in {prompts}{tail})")
    return "\n".join([*lines, summary.sentence(report)]) + "\n"
