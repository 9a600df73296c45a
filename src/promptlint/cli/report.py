"""`promptlint report`: prompts by pillars, for a product owner."""

from __future__ import annotations

from typing import Any

import click

from promptlint.cli.options import settings_options
from promptlint.cli.steering import finder


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@settings_options
@click.option("--output-format", "--format", type=click.Choice(["markdown"]), default="markdown", show_default=True)
@click.option("--output-file", "-o", type=click.Path(), help="Write the report there instead of to stdout.")
@click.option("--first", type=click.IntRange(1), default=20, show_default=True, help="How many gaps to list.")
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Show which prompts have which pillars, and the gaps to fix first.

    Exit code 0, whatever is found; 2 for a wrong option or a file that could not be read.
    """
    from promptlint.project import runner
    from promptlint.project.session import Session
    from promptlint.readiness.render.overview import render

    target, first = options.pop("output_file"), options.pop("first")
    options.pop("output_format")
    report = runner.run(list(paths) or ["."], session=Session(finder(**options), cached=True))
    text = render(report, first=first)
    if target is None:
        click.echo(text, nl=False)
    else:
        try:
            with open(target, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise click.UsageError(f"--output-file {target}: {error.strerror or error}") from error
    return 2 if report.faults else 0
