"""`promptlint fix`: close the gaps that `check` finds."""

from __future__ import annotations

from typing import Any, NamedTuple

import click

from promptlint.cli.options import settings_options
from promptlint.cli.steering import finder
from promptlint.fixes.apply import Plan, Result
from promptlint.fixes.facts import Facts
from promptlint.model import Diagnostic, Fix, Linted, Safety


class Wishes(NamedTuple):
    """How a run was asked for."""

    suggested: bool
    templates: bool
    diff: bool
    interactive: bool
    budget: int | None
    color: bool


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@settings_options
@click.option("--suggested", is_flag=True, help="Apply fixes that change what the prompt says, too.")
@click.option("--templates", is_flag=True, help="Insert skeletons with blanks to fill in, too.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, and exit 1 if anything would.")
@click.option("--interactive", "-i", is_flag=True, help="Ask for each fix, with a preview.")
@click.option(
    "--data", metavar="FILE", type=click.Path(), help="Labelled rows (JSONL, CSV) to draw schema and examples from."
)
@click.option(
    "--budget", metavar="N", type=click.IntRange(min=1), help="List what to cut first from prompts above N tokens."
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--verbose", "-v", is_flag=True, help="Say which fixes were not made, and why.")
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Fix the prompts in PATHS, by default all below the working directory.

    Safe fixes are applied; suggestions are shown as diffs, best first. Every fix is proved: the file is read again, and
    a fix after which anything but the intended text differs is not written.

    Exit code 0: done. 1: with --diff, something would change. 2: a wrong option, or a file that could not be read or
    written.
    """
    from promptlint.cli.rendering import colored

    verbose = options.pop("verbose")
    data = options.pop("data")
    wishes = Wishes(
        color=colored(options.pop("color"), to_file=False),
        **{name: options.pop(name) for name in ("suggested", "templates", "diff", "interactive", "budget")},
    )
    if wishes.interactive and wishes.diff:
        raise click.UsageError("--interactive and --diff go against each other")
    from promptlint.cli.fixrun import Run

    return Run(paths or (".",), finder(**options), wishes, _facts(data), verbose=verbose).run()


def _facts(data: str | None) -> Facts:
    if data is None:
        return Facts()
    from promptlint.fixes.data import DataError, load

    try:
        return Facts(cases=load(data))
    except DataError as error:
        raise click.UsageError(str(error)) from error


def safeties(wishes: Wishes) -> tuple[Safety, ...]:
    """Return which fixes may be applied without asking."""
    chosen: list[Safety] = ["safe"]
    if wishes.suggested:
        chosen.append("suggested")
    if wishes.templates:
        chosen.append("template")
    return tuple(chosen)


__all__ = ["Diagnostic", "Fix", "Linted", "Plan", "Result", "command", "safeties"]
