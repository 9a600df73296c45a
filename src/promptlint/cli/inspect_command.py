"""`promptlint inspect`: what the linter sees."""

from __future__ import annotations

import click


@click.command(name="inspect")
@click.argument("paths", nargs=-1)
@click.option("--output-format", default="json", type=click.Choice(["json"]), expose_value=False)
def command(paths: tuple[str, ...]) -> int:
    """Show the prompts in PATHS, what each part of them is, and their pillars."""
    from promptlint.project.runner import run
    from promptlint.reports.json import render_inspect

    report = run(paths or (".",))
    click.echo(render_inspect(report), nl=False)
    return 2 if report.faults else 0
