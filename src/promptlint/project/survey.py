"""What a repository holds, before it has settings: for `promptlint init`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from promptlint.model import Report


class Survey(NamedTuple):
    """Counts of one look at a repository. `folders` are those that hold prompts, the fullest first."""

    prompts: int
    files: int
    formats: Mapping[str, int]
    kinds: Mapping[str, int]
    folders: tuple[tuple[str, int], ...]
    gaps: Mapping[str, int]
    findings: int
    skipped: Mapping[str, int]


def survey(report: Report) -> Survey:
    """Return the counts of a report; a gap is counted by the rule that reports it."""
    prompts = [linted.prompt for linted in report.prompts]
    open_findings = [d for d in report.diagnostics if d.suppressed is None and d.severity != "info"]
    return Survey(
        prompts=len(prompts),
        files=report.files,
        formats=_counted(prompt.format for prompt in prompts),
        kinds=_counted(linted.anatomy.kind for linted in report.prompts),
        folders=tuple(Counter(os.path.dirname(prompt.path) or "." for prompt in prompts).most_common(8)),
        gaps=_counted(f"{d.rule} {d.name}" for d in open_findings),
        findings=len(open_findings),
        skipped=report.skipped,
    )


def _counted(values: object) -> dict[str, int]:
    return dict(Counter(values).most_common())  # type: ignore[call-overload]  # any iterable of strings


def settings_text(edition: str, version: str, *, baseline: str | None) -> str:
    """Return a settings file that names the edition and shows what can be set."""
    major, minor = version.split(".")[:2]
    use = (
        f"# Findings of the first day are in {baseline}: run `promptlint check --baseline {baseline}`.\n"
        if baseline
        else ""
    )
    return f'''\
# Settings of promptlint. `promptlint config PATH` shows what holds for a file, and why.
required-version = ">={major}.{minor}"
edition = "{edition}"  # a frozen set of rules: an upgrade of promptlint adds no findings until this changes
{use}
# fail-on = "error"  # error, warning (default) or info
# exclude = ["vendored/"]

# What the prompts of some paths are for, where promptlint cannot tell:
# [[per-file]]
# paths = ["prompts/extract/**"]
# kind = "extraction"
# require = ["output", "uncertainty"]
'''


HOOK = """\
repos:
  - repo: local
    hooks:
      - id: promptlint
        name: promptlint
        entry: promptlint check --force-exclude
        language: system
        types: [text]
        require_serial: true
"""
