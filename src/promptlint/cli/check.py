"""`promptlint check`: lint files."""

from __future__ import annotations

from typing import Any

import click

from promptlint.cli.checking import FORMATS, check
from promptlint.cli.options import settings_options


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@settings_options
@click.option("--fail-on", type=click.Choice(["error", "warning", "info"]), help="Exit 1 from this severity on.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 in spite of findings.")
@click.option("--output-format", type=click.Choice(FORMATS), default="full", show_default=True)
@click.option("--output-file", type=click.Path(), help="Write the report there instead of to stdout.")
@click.option("--statistics", is_flag=True, help="Show counts by rule instead of findings.")
@click.option("--verbose", "-v", is_flag=True, help="List the files that were left out, and why.")
@click.option("--all", "every", is_flag=True, help="Show all findings; by default ten a prompt.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--stdin-filename", metavar="NAME", help="The name that text from stdin (path `-`) goes by.")
@click.option("--diff-base", metavar="REF", help="Only prompts that the change since the merge base with REF touches.")
@click.option("--new-only", is_flag=True, help="With --diff-base: only findings that the base does not have.")
@click.option("--baseline", metavar="FILE", type=click.Path(), help="Do not count the findings in this baseline.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write .promptlint_cache.")
def command(**options: Any) -> int:
    """Lint the prompts in PATHS: files and folders, `-` for stdin; by default all below the working directory.

    Exit code 0: nothing at or above fail-on. 1: findings. 2: a wrong option or setting, or a file that should have
    been read and could not be.
    """
    return check(**options)
