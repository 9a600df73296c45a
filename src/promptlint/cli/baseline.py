"""`promptlint baseline`: accept today's findings, and nothing more."""

from __future__ import annotations

from typing import Any

import click

from promptlint.cli.options import settings_options
from promptlint.cli.steering import finder


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@settings_options
@click.option("--file", type=click.Path(), default="promptlint-baseline.json", show_default=True)
@click.option("--update", is_flag=True, help="Add findings that the baseline does not have yet.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if the baseline is not up to date.")
def command(paths: tuple[str, ...], file: str, update: bool, only_check: bool, **options: Any) -> int:
    """Write the findings in PATHS to a baseline, for `promptlint check --baseline FILE`.

    The first call writes all of them. Later calls drop what is no longer found, and add nothing without --update.
    """
    import os

    from promptlint.project import baseline, runner
    from promptlint.project.session import Session

    report = runner.run(paths or (".",), session=Session(finder(**options), cached=True))
    first = not os.path.exists(file)
    entries = () if first else baseline.read(file)
    found = baseline.compare(report, entries, report.checked)
    kept = [entry for entry in entries if entry not in set(found.stale)]
    added = list(found.new) if first or update else []
    if not only_check:
        baseline.write(file, [*kept, *added])
    for entry in found.stale:
        click.echo(f"{entry.path}: {entry.rule} is no longer found{'' if only_check else ', dropped'}")
    left = len(found.new) - len(added)
    done = "would hold" if only_check else "holds"
    click.echo(f"{file} {done} {len(kept) + len(added)} findings: {len(added)} added, {len(found.stale)} dropped")
    if left:
        click.echo(f"{left} new findings are not in it; fix them, or accept them with --update", err=True)
    for fault in report.faults:
        click.echo(f"{fault.path}: {fault.message}", err=True)
    if report.faults:
        return 2
    return int(only_check and bool(found.stale or found.new))
