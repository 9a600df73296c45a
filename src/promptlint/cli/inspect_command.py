"""`promptlint inspect`: what the linter sees."""

from __future__ import annotations

import sys
from typing import Any

import click

from promptlint.cli.checking import Ways, run
from promptlint.cli.options import settings_options
from promptlint.cli.steering import finder
from promptlint.text.counting import counted


@click.command(name="inspect")
@click.argument("paths", nargs=-1, type=click.Path())
@settings_options
@click.option("--why", is_flag=True, help="Say which strings were taken or left as prompts, and why this kind.")
@click.option("--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True)
@click.option("--stdin-filename", metavar="NAME", help="The name that text from stdin (path `-`) goes by.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write .promptlint_cache.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def command(
    paths: tuple[str, ...],
    why: bool,
    output_format: str,
    stdin_filename: str | None,
    no_cache: bool,
    color: str,
    **options: Any,
) -> int:
    """Show the prompts in PATHS (`-`: stdin), what each part of them is, and their pillars."""
    from promptlint.cli.rendering import colored
    from promptlint.project.session import Session

    session = Session(finder(**options), cached=not (why or no_cache))
    ways = Ways(session.cached, stdin_filename, diff_base=None, new_only=False, baseline=None, compare=False)
    report = run(paths or (".",), session, ways)
    if output_format == "json":
        from promptlint.reports.json import render_inspect

        click.echo(render_inspect(report, edition=session.settings_of((paths or (".",))[0]).edition), nl=False)
    else:
        from promptlint.cli import drawing
        from promptlint.reports import summary
        from promptlint.reports.prepare import redacted

        report = redacted(report)
        console = drawing.console(color=colored(color, to_file=False))
        gaps = summary.gaps(report.diagnostics)
        for linted in report.prompts:
            drawing.draw(linted, session, console, gaps.get(linted.prompt.id, {}), why=why)
        if why:
            drawing.choices(report, session, console)
        prompts, files = counted(len(report.prompts), "prompt"), counted(report.files, "file")
        console.print(f"{prompts} in {files}")
    for fault in report.faults:
        place = f"{fault.path}:{fault.line}" if fault.line else fault.path
        print(f"{place}: {fault.message}", file=sys.stderr)
    return 2 if report.faults else 0
