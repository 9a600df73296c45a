"""Findings that a project has decided to live with for now, in a file that can only shrink by itself.

A baseline is JSON, one finding a line, keyed by fingerprint: it survives edits elsewhere in a file and line shifts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import NamedTuple

from promptlint.model import Diagnostic, Report, SuppressedBy
from promptlint.project.cache import replace
from promptlint.project.errors import UsageError
from promptlint.project.roots import Roots

NAME = "promptlint-baseline.json"
VERSION = 1
REASON = "in the baseline"


class Entry(NamedTuple):
    """One accepted finding; `path` is relative to the project root."""

    path: str
    rule: str
    fingerprint: str


class Comparison(NamedTuple):
    """How findings and a baseline meet. `stale` entries are those whose file was looked at or is gone."""

    known: tuple[Entry, ...]
    new: tuple[Entry, ...]
    stale: tuple[Entry, ...]


def read(path: str) -> tuple[Entry, ...]:
    """Return the entries of a baseline file. Raises UsageError."""
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        if data["version"] != VERSION:
            raise UsageError(f"{path}: baseline version {data['version']!r} is not {VERSION}; write it anew")
        return tuple(Entry(str(e["path"]), str(e["rule"]), str(e["fingerprint"])) for e in data["findings"])
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is no such baseline; `promptlint baseline` writes one") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{path}: not a baseline file ({error})") from error


def write(path: str, entries: Iterable[Entry]) -> None:
    """Write a baseline: sorted, one finding a line, so that a merge conflict is readable."""
    lines = [json.dumps(entry._asdict(), ensure_ascii=False) for entry in sorted(set(entries))]
    body = ",\n".join(f"  {line}" for line in lines)
    text = (
        f'{{"version": {VERSION}, "findings": [\n{body}\n]}}\n'
        if lines
        else f'{{"version": {VERSION}, "findings": []}}\n'
    )
    replace(os.path.abspath(path), text)


def suppress(report: Report, entries: Iterable[Entry]) -> Report:
    """Return a report whose findings in the baseline are marked as suppressed by it."""
    known = {entry.fingerprint for entry in entries}

    def marked(diagnostic: Diagnostic) -> Diagnostic:
        if diagnostic.suppressed is None and diagnostic.fingerprint in known:
            return diagnostic._replace(suppressed=SuppressedBy("baseline", REASON))
        return diagnostic

    return report._replace(diagnostics=tuple(marked(diagnostic) for diagnostic in report.diagnostics))


def compare(report: Report, entries: Iterable[Entry], checked: Iterable[str], root: str = ".") -> Comparison:
    """Set findings that nothing else silences against a baseline.

    `checked` are the files that were read, as the user named them; `root` is the folder that entries are relative to.
    An entry for a file that was not looked at and still exists is neither known nor stale.
    """
    roots = Roots()
    open_findings = {
        Entry(roots.relative(d.path), d.rule, d.fingerprint)
        for d in report.diagnostics
        if d.suppressed is None or d.suppressed.by == "baseline"
    }
    fingerprints = {entry.fingerprint for entry in open_findings}
    seen = {roots.relative(path) for path in checked}
    entries = list(entries)
    known = tuple(entry for entry in entries if entry.fingerprint in fingerprints)
    names = {entry.fingerprint for entry in entries}
    new = tuple(sorted(entry for entry in open_findings if entry.fingerprint not in names))
    gone = [entry for entry in entries if entry.fingerprint not in fingerprints]
    stale = tuple(e for e in gone if e.path in seen or not os.path.exists(os.path.join(root, e.path)))
    return Comparison(known, new, stale)
