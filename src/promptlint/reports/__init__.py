"""Renderers: one module an output format. Each turns a `Report` into text; none decides an exit code.

Whatever a report holds of the linted project (paths, names, prompt text) was written by others: every renderer escapes
it for the place it goes to (`reports.escape`), and secrets are masked before a renderer sees them.
"""

from __future__ import annotations

from importlib import import_module

from promptlint.model import Report
from promptlint.reports.options import Options

FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "statistics")
_WITH_FIXES = frozenset({"full", "json", "sarif", "statistics", "markdown"})


def render(name: str, report: Report, options: Options | None = None) -> str:
    """Return the report in the output format `name`, one of FORMATS; the text ends in a line end.

    Raises ValueError for another name.
    """
    from promptlint.reports.prepare import redacted, with_fixes

    if name not in FORMATS:
        msg = f"no output format '{name}'; there are {', '.join(FORMATS)}"
        raise ValueError(msg)
    options = options or Options()
    if name in _WITH_FIXES:
        report = with_fixes(report)
    text: str = import_module(f"promptlint.reports.{name}").render(redacted(report), options)
    return text


__all__ = ["FORMATS", "Options", "render"]
