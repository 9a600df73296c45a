"""`promptlint check`: lint files."""

from __future__ import annotations

import click


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--output-format", default="json", type=click.Choice(["json"]), expose_value=False)
def command(paths: tuple[str, ...]) -> int:
    """Lint the prompts in PATHS (files and folders; default: here)."""
    from promptlint.project.runner import run
    from promptlint.reports.json import render

    report = run(paths or (".",))
    click.echo(render(report), nl=False)
    if report.faults:
        return 2
    return int(any(d.suppressed is None and d.severity != "info" for d in report.diagnostics))
