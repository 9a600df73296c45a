"""`promptlint init`: look at a repository and write its first settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from promptlint.project.survey import Survey

SETTINGS = "promptlint.toml"
HOOKS = ".pre-commit-config.yaml"
WORKFLOW = ".github/workflows/promptlint.yml"


@click.command()
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--baseline", is_flag=True, help="Also accept today's findings in promptlint-baseline.json.")
@click.option("--hook", is_flag=True, help="Also write .pre-commit-config.yaml.")
@click.option("--workflow", is_flag=True, help="Also write .github/workflows/promptlint.yml.")
@click.option("--action", default="OWNER/promptlint@REF", metavar="OWNER/REPO@REF", show_default=True)
@click.option("--dry-run", is_flag=True, help="Show what was found and what would be written; write nothing.")
def command(folder: str, baseline: bool, hook: bool, workflow: bool, action: str, dry_run: bool) -> int:
    """Look at the repository in FOLDER, show what was found, and write settings with the edition.

    Files that exist are left alone.
    """
    from promptlint import __version__
    from promptlint.model import Settings
    from promptlint.project import baseline as baselines
    from promptlint.project import runner
    from promptlint.project.survey import HOOK, settings_text, survey
    from promptlint.project.workflow import workflow_text

    report = runner.run([folder], cached=not dry_run)
    _show(survey(report))
    name = baselines.NAME if baseline else None
    files = {SETTINGS: settings_text(Settings().edition, __version__, baseline=name)}
    if hook:
        files[HOOKS] = HOOK
    if workflow:
        files[WORKFLOW] = workflow_text(action, baseline=name)
    for path, text in files.items():
        _write(os.path.join(folder, path), text, dry_run=dry_run)
    if name is not None and not dry_run:
        _accept(os.path.join(folder, name), report)
    if workflow and "OWNER" in action:
        click.echo(f"In {WORKFLOW}, replace {action} by where your copy of promptlint lives, pinned to a commit.")
    for fault in report.faults:
        click.echo(f"{fault.path}: {fault.message}", err=True)
    return 0


def _accept(path: str, report: object) -> None:
    from promptlint.model import Report
    from promptlint.project import baseline

    assert isinstance(report, Report)
    if os.path.exists(path):
        click.echo(f"{path} is there already; left as it is")
        return
    entries = baseline.compare(report, (), report.checked).new
    baseline.write(path, entries)
    click.echo(f"wrote {path} with {len(entries)} findings")


def _write(path: str, text: str, *, dry_run: bool) -> None:
    from promptlint.project.cache import replace

    if os.path.exists(path):
        click.echo(
            f"{path} is there already; left as it is. It could hold:\n\n{text}" if dry_run else _left(path, text)
        )
    elif dry_run:
        click.echo(f"would write {path}:\n\n{text}")
    else:
        replace(os.path.abspath(path), text)
        click.echo(f"wrote {path}")


def _left(path: str, text: str) -> str:
    if path.endswith(SETTINGS):
        return f"{path} is there already; left as it is"
    return f"{path} is there already; left as it is. Add to it:\n\n{text}"


def _show(found: Survey) -> None:
    from promptlint.text.counting import counted

    click.echo(f"{counted(found.prompts, 'prompt')} in {counted(found.files, 'file')}")
    _line("formats", found.formats)
    _line("kinds", found.kinds)
    _line("folders", dict(found.folders))
    _line("left out", found.skipped)
    click.echo(f"{counted(found.findings, 'finding')} (errors and warnings)")
    _line("most often", dict(list(found.gaps.items())[:6]))


def _line(title: str, counts: Mapping[str, int]) -> None:
    if counts:
        click.echo(f"  {title}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
