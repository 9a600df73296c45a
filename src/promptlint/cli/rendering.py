"""From a report and a format's name to text."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from promptlint.model import Report


def rendered(
    report: Report, name: str, *, edition: str, statistics: bool, verbose: bool, every: bool, color: bool
) -> str:
    """Return a report in one of the output formats."""
    module = import_module(f"promptlint.reports.{name}")
    if name == "json":
        text: str = module.render(report, edition=edition)
        return text
    text = module.render(report)
    return text


def colored(choice: str, *, to_file: bool) -> bool:
    """Whether output is coloured: as asked; else on a terminal, unless NO_COLOR speaks against it."""
    if choice != "auto":
        return choice == "always"
    if to_file or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
