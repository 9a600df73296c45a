"""GitLab's code quality report: a JSON array of findings."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from promptlint.model import Fault, Location, Report
from promptlint.reports import summary
from promptlint.reports.escape import one_line, visible
from promptlint.reports.options import Options
from promptlint.reports.places import relative

SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def render(report: Report, options: Options) -> str:
    """Return the open findings, and every file that could not be read, as the array that GitLab takes."""
    seen: Counter[str] = Counter()
    entries = [_fault(fault, options) for fault in report.faults]
    for finding in summary.open_findings(report):
        path = relative(finding.path, options.root)
        key = finding.fingerprint or _hash(finding.rule, path, finding.message)
        seen[key] += 1
        text = f"{finding.rule}: {finding.message} {finding.help}".strip()
        entries.append(
            {
                "description": one_line(text),
                "check_name": finding.rule,
                # GitLab drops entries that share a fingerprint.
                "fingerprint": key if seen[key] == 1 else _hash(key, str(seen[key])),
                "severity": SEVERITIES[finding.severity],
                "location": {"path": visible(path), "lines": _lines(finding.location)},
            }
        )
    return json.dumps(entries, indent=1) + "\n"


def _fault(fault: Fault, options: Options) -> dict[str, object]:
    path = relative(fault.path, options.root)
    line = fault.line or 1
    return {
        "description": one_line(f"cannot be checked: {fault.message}"),
        "check_name": "unreadable",
        "fingerprint": _hash("unreadable", path, fault.message),
        "severity": "blocker",
        "location": {"path": visible(path), "lines": {"begin": line, "end": line}},
    }


def _lines(location: Location | None) -> dict[str, int]:
    return {"begin": 1, "end": 1} if location is None else {"begin": location.line, "end": location.end_line}


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
