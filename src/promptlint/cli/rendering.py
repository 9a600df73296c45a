"""From a report and a format's name to text."""

from __future__ import annotations

import os
import sys

from promptlint.model import Report


def rendered(
    report: Report, name: str, *, edition: str, statistics: bool, verbose: bool, every: bool, color: bool
) -> str:
    """Return a report in one of the output formats."""
    from promptlint.reports import Options, render

    if statistics and name in ("full", "concise"):
        name = "statistics"
    width = max(40, min(_columns(), 160))
    options = Options(color=color, all_findings=every, verbose=verbose, edition=edition, width=width)
    return render(name, report, options)


def _columns() -> int:
    """Return the width of the terminal. `shutil` knows it as well, but imports all kinds of compression with it."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 100  # type: ignore[union-attr]  # caught below
    except (AttributeError, ValueError, OSError):
        return 100


def colored(choice: str, *, to_file: bool) -> bool:
    """Whether output is coloured: as asked; else on a terminal, unless NO_COLOR speaks against it."""
    if choice != "auto":
        return choice == "always"
    if to_file or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
