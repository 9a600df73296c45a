"""What `promptlint check` does, however it was asked for."""

from __future__ import annotations

import os
import sys
from typing import Any

from promptlint.cli.steering import finder
from promptlint.model import SEVERITY_RANK, Report
from promptlint.project.errors import UsageError
from promptlint.project.session import Session, SettingsOf
from promptlint.project.settings import Finder
from promptlint.text.records import NamedTuple

FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown")


class Ways(NamedTuple):
    """How a run was asked for, apart from settings and output."""

    cached: bool
    stdin_filename: str | None
    diff_base: str | None
    new_only: bool
    baseline: str | None
    compare: bool
    """The output shows the prompts as they were at the base, too."""


def check(
    *,
    paths: tuple[str, ...],
    output_format: str,
    output_file: str | None,
    exit_zero: bool,
    no_cache: bool,
    stdin_filename: str | None,
    diff_base: str | None,
    new_only: bool,
    baseline: str | None,
    statistics: bool,
    verbose: bool,
    every: bool,
    color: str,
    **options: Any,
) -> int:
    """Lint, write the report and return the exit code; `options` steer the settings. Raises UsageError."""
    if new_only and diff_base is None:
        raise UsageError("--new-only needs --diff-base")
    ways = Ways(not no_cache, stdin_filename, diff_base, new_only, baseline, compare=output_format == "markdown")
    paths = paths or (".",)
    settings_of = finder(**options)
    report = run(paths, Session(settings_of, cached=ways.cached), ways)
    write(
        report,
        settings_of,
        paths,
        output_format=output_format,
        output_file=output_file,
        statistics=statistics,
        verbose=verbose,
        every=every,
        color=color,
    )
    if report.faults:
        return 2
    return 0 if exit_zero else int(fails(report, settings_of))


def run(paths: tuple[str, ...], session: Session, ways: Ways) -> Report:
    """Return the report of a run that was asked for in these ways. Raises UsageError."""
    from promptlint.project import runner

    if "-" in paths:
        if paths != ("-",) or ways.diff_base is not None:
            raise UsageError("`-` reads stdin and goes with no other path and not with --diff-base")
        report = _stdin(ways.stdin_filename or "stdin.md", session)
    elif ways.diff_base is None:
        report = _with_training(runner.run(paths, session=session), paths, session.settings_of)
    else:
        report = runner.run_change(paths, session, ways.diff_base, new_only=ways.new_only, compare=ways.compare)
    if ways.baseline is None:
        return report
    return _with_baseline(report, ways.baseline, whole=ways.diff_base is None)


def _with_training(report: Report, paths: tuple[str, ...], settings_of: SettingsOf) -> Report:
    """Return a report with the findings about training data (FT), where those rules are asked for.

    They are in preview, and training files are large: without `preview` or a selector that names them nothing is read.
    """
    settings = settings_of(paths[0])
    named = (*(settings.select or ()), *settings.extend_select)
    if not settings.preview and not any(name.upper().startswith("FT") for name in named):
        return report
    from promptlint.project.runner import merged
    from promptlint.readiness import lint_findings
    from promptlint.readiness.prompts import from_report
    from promptlint.rules import load

    wanted = {rule.id for rule in load().select(settings) if "emitted-by" in rule.detect}
    found = [d for d in lint_findings(paths, from_report(report)) if d.rule in wanted] if wanted else []
    texts = {**{d.path: "" for d in found}, **report.texts}
    return report._replace(diagnostics=tuple(merged([*report.diagnostics, *found])), texts=dict(sorted(texts.items())))


def _stdin(name: str, session: Session) -> Report:
    from promptlint.model import Fault
    from promptlint.project.runner import run_text
    from promptlint.project.session import decoded

    text = decoded(sys.stdin.buffer.read())
    if text is None:
        return Report((), (), faults=(Fault(name, "stdin is not UTF-8 or UTF-16 text"),))
    return run_text(text, name, session=session)


def _with_baseline(report: Report, file: str, *, whole: bool) -> Report:
    """Return a report without the findings of a baseline. `whole`: it holds all findings of the files it is about."""
    from promptlint.project import baseline

    entries = baseline.read(file)
    stale = baseline.compare(report, entries, report.checked).stale
    if stale and whole:
        remedy = f"`promptlint baseline --file {file}` prunes them"
        print(f"{file}: {len(stale)} of {len(entries)} findings are gone; {remedy}", file=sys.stderr)
    return baseline.suppress(report, entries)


def fails(report: Report, settings_of: Finder) -> bool:
    """Whether a finding that counts is at or above the `fail-on` of its file."""
    return any(
        d.suppressed is None and SEVERITY_RANK[d.severity] <= SEVERITY_RANK[settings_of(d.path).fail_on]
        for d in report.diagnostics
    )


def write(
    report: Report,
    settings_of: Finder,
    paths: tuple[str, ...],
    *,
    output_format: str,
    output_file: str | None,
    statistics: bool,
    verbose: bool,
    every: bool,
    color: str,
) -> None:
    """Render a report to stdout or a file, and say on stderr what must not pass in silence."""
    from promptlint.cli.rendering import colored, rendered

    text = rendered(
        report,
        output_format,
        edition=settings_of(paths[0]).edition,
        statistics=statistics,
        verbose=verbose,
        every=every,
        color=colored(color, to_file=output_file is not None),
    )
    if output_file is None:
        _say(text)
    else:
        from promptlint.project.cache import replace

        try:
            replace(os.path.abspath(output_file), text)
        except OSError as error:
            raise UsageError(f"--output-file {output_file}: {error.strerror or error}") from error
    if report.files == 0 and not report.faults and not report.prompts:
        print("promptlint: warning: 0 files checked; look at the paths and at `exclude`", file=sys.stderr)


def _say(text: str) -> None:
    if os.name == "nt":  # consoles that do not know the codes of colours need them translated
        import click

        click.echo(text, nl=False, color=True)
    else:
        sys.stdout.write(text)
        sys.stdout.flush()
