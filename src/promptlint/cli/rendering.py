"""From a report and a format's name to text."""

from __future__ import annotations

import os
import sys

from promptlint.model import Report


def rendered(
    report: Report, name: str, *, edition: str, statistics: bool, verbose: bool, every: bool, color: bool
) -> str:
    """Return a report in one of the output formats."""
    import shutil

    from promptlint.reports import Options, render

    if statistics and name in ("full", "concise"):
        name = "statistics"
    width = max(40, min(shutil.get_terminal_size((100, 24)).columns, 160))
    options = Options(color=color, all_findings=every, verbose=verbose, edition=edition, width=width)
    return render(name, report, options)


def colored(choice: str, *, to_file: bool) -> bool:
    """Whether output is coloured: as asked; else on a terminal, unless NO_COLOR speaks against it."""
    if choice != "auto":
        return choice == "always"
    if to_file or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
