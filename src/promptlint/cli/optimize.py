"""`promptlint optimize`: the whole improved prompt, beside the one that is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from promptlint.cli.options import settings_options
from promptlint.cli.steering import finder

if TYPE_CHECKING:
    from promptlint.cli.comparing import Comparison
    from promptlint.fixes.facts import Case
    from promptlint.project.settings import Finder


class Options(NamedTuple):
    """What was asked for besides the prompt."""

    data: str | None
    exclude: str | None
    shots: int
    measure: str | None
    model: str | None
    rows: int
    html: str | None
    write: bool
    color: bool


@click.command()
@click.argument("prompt", metavar="PROMPT", type=click.Path())
@settings_options
@click.option(
    "--data", metavar="FILE", type=click.Path(), help="Labelled rows: schema, labels and examples come from them."
)
@click.option(
    "--exclude", metavar="EVAL", type=click.Path(), help="Evaluation rows: never shown, and what --measure runs."
)
@click.option(
    "--k", "shots", metavar="K", type=click.IntRange(1, 100), default=4, show_default=True, help="How many examples."
)
@click.option(
    "--measure", metavar="COMMAND|URL", help="Run the rows through both variants: an endpoint or a local command."
)
@click.option("--model", metavar="NAME", help="The model that the endpoint is asked for.")
@click.option(
    "--rows", metavar="N", type=click.IntRange(min=1), default=50, show_default=True, help="Measure at most N rows."
)
@click.option("--html", metavar="FILE", type=click.Path(), help="Write the comparison as a page, too.")
@click.option("--write", is_flag=True, help="Write the improved prompt into its file.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def command(prompt: str, **values: Any) -> int:
    """Show PROMPT (a file, or FILE#SYMBOL) with all fixes made, side by side with what is there.

    Nothing is written, and nothing is run, unless asked for. With --measure, rows that are not among the examples go
    through both variants, and the paired result is reported with its interval.
    """
    from promptlint.cli.rendering import colored

    chosen = Options(
        color=colored(values.pop("color"), to_file=False),
        **{name: values.pop(name) for name in Options._fields if name != "color"},
    )
    return _run(prompt, chosen, finder(**values))


def _run(path: str, options: Options, settings_of: Finder) -> int:
    from promptlint.cli.comparing import Comparison, draw, page
    from promptlint.cli.fixing import Bench, first_prompt
    from promptlint.fixes.apply import Plan, fix_file
    from promptlint.fixes.data import DataError, load
    from promptlint.fixes.facts import Facts
    from promptlint.fixes.generators import generate

    bench = Bench(settings_of)
    before = first_prompt(bench, path)
    try:
        facts = Facts(cases=load(options.data), shots=options.shots) if options.data else Facts()
        held_out = load(options.exclude) if options.exclude else ()
    except DataError as error:
        raise click.UsageError(str(error)) from error
    facts = facts._replace(held_out=held_out)
    file = path.partition("#")[0]
    plan = Plan(
        ("safe", "suggested", "template"),
        lambda linted, diagnostic: generate(linted, diagnostic, facts),
        lambda diagnostic: before.prompt.id in diagnostic.prompts,
    )
    result = fix_file(file, bench.judge, bench.read, plan)
    after = next(item for item in result.outcome.prompts if item.prompt.id == before.prompt.id)
    comparison = Comparison(before, after, tuple(f"{a.rule} {a.title}" for a in result.applied), result.texts)
    draw(comparison, color=options.color)
    measured = _measure(comparison, facts.cases, held_out, options) if options.measure else None
    if options.html:
        Path(options.html).write_text(page(comparison, measured), encoding="utf-8")
        click.echo(f"page: {options.html}")
    if options.write:
        _write(result.texts, result.before)
    return 0


def _write(texts: Mapping[str, str], before: Mapping[str, str]) -> None:
    from promptlint.fixes.write import WriteError, write

    for name, text in texts.items():
        try:
            write(name, before[name], text)
        except WriteError as error:
            raise click.ClickException(f"{name}: not written: {error}") from error
        click.echo(f"written: {name}")


def _measure(
    comparison: Comparison, cases: tuple[Case, ...], held_out: tuple[Case, ...], options: Options
) -> tuple[str, ...]:
    from promptlint.cli.measuring import lines, measure
    from promptlint.fixes.filling import FillError
    from promptlint.fixes.trial import TrialError

    try:
        measured = measure(comparison, held_out or cases, options.measure or "", options.model, options.rows)
    except (FillError, TrialError) as error:
        raise click.UsageError(f"--measure: {error}") from error
    said = lines(measured)
    for line in said:
        click.echo(line)
    return said
