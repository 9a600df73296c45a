"""`promptlint fewshot`: pick examples from labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from promptlint.cli.fixing import Bench
    from promptlint.fixes.facts import Case, Facts
    from promptlint.fixes.selection import Pick
    from promptlint.model import Linted

CONFIG = "promptfooconfig.fewshot.yaml"
TESTS = 50


@click.command()
@click.option(
    "--data", metavar="FILE", type=click.Path(), required=True, help="Labelled rows: JSONL, JSON, CSV or chat data."
)
@click.option(
    "--k", "count", metavar="K", type=click.IntRange(1, 100), default=4, show_default=True, help="How many examples."
)
@click.option(
    "--budget", metavar="TOKENS", type=click.IntRange(min=1), help="At most this many tokens for the examples."
)
@click.option("--exclude", metavar="EVAL", type=click.Path(), help="Evaluation rows: never shown, nor rows like them.")
@click.option("--prompt", metavar="PROMPT", type=click.Path(), help="The prompt: its labels, schema and form decide.")
@click.option("--apply", is_flag=True, help="Insert the block into the prompt.")
@click.option("--promptfoo", metavar="FILE", type=click.Path(), help=f"Where the comparison goes (default {CONFIG}).")
def command(
    data: str,
    count: int,
    budget: int | None,
    exclude: str | None,
    prompt: str | None,
    apply: bool,
    promptfoo: str | None,
) -> int:
    """Pick a diverse, label-balanced set of examples from labelled rows, without a model.

    The same rows give the same block. Coverage is not accuracy: the block is a candidate until it was measured.
    """
    from promptlint.fixes.data import DataError, load
    from promptlint.fixes.facts import Facts

    if (apply or promptfoo) and prompt is None:
        raise click.UsageError("--apply and --promptfoo need --prompt")
    try:
        facts = Facts(load(data), budget, count)
        held_out = load(exclude) if exclude is not None else ()
    except DataError as error:
        raise click.UsageError(str(error)) from error
    bench, linted = _prompt(prompt)
    chosen = _pick(linted, facts, held_out)
    if not chosen.cases:
        reasons = ", ".join(f"{number} {why}" for why, number in chosen.left_out.items())
        raise click.UsageError(f"{data}: no row is fit to be an example ({reasons or 'the budget is too small'})")
    _print(linted, chosen)
    if linted is not None and bench is not None and prompt is not None:
        tests = held_out or tuple(case for case in facts.cases if case not in chosen.cases)
        return _into(bench, prompt, linted, chosen.cases, tests[:TESTS], apply=apply, config=promptfoo or CONFIG)
    return 0


def _prompt(path: str | None) -> tuple[Bench | None, Linted | None]:
    if path is None:
        return None, None
    from promptlint.cli.fixing import Bench, first_prompt
    from promptlint.project.settings import Finder

    bench = Bench(Finder())
    return bench, first_prompt(bench, path)


def _pick(linted: Linted | None, facts: Facts, held_out: tuple[Case, ...]) -> Pick:
    from promptlint.anatomy.tokens import count_tokens
    from promptlint.fixes.generators.examples import picked
    from promptlint.fixes.selection import pick

    if linted is not None:
        return picked(linted, facts, held_out)
    return pick(
        facts.cases, facts.shots, budget=facts.tokens, exclude=held_out, tokens=lambda text: count_tokens(text)[0]
    )


def _print(linted: Linted | None, chosen: Pick) -> None:
    from promptlint.cli.fixing import visible
    from promptlint.fixes.generators.examples import block, tagged

    click.echo(visible(block(linted, chosen.cases) if linted is not None else tagged(chosen.cases)))
    click.echo("\ncandidate, unmeasured: coverage is not accuracy", err=True)
    for name, value in chosen.coverage.items():
        click.echo(visible(f"  {name}: {value}"), err=True)
    for why, number in chosen.left_out.items():
        click.echo(f"  left out: {number} ({why})", err=True)


def _into(
    bench: Bench,
    path: str,
    linted: Linted,
    cases: tuple[Case, ...],
    tests: tuple[Case, ...],
    *,
    apply: bool,
    config: str,
) -> int:
    """Write the comparison, and the block into the prompt if that was asked for."""
    from promptlint.fixes.apply import apply_one
    from promptlint.fixes.filling import FillError, promptfoo, template
    from promptlint.fixes.generators.examples import block
    from promptlint.fixes.generators.placing import add_text
    from promptlint.fixes.write import WriteError, write
    from promptlint.model import Fix

    edit = add_text(linted, block(linted, cases))
    made = (
        apply_one(path, linted, Fix("suggested", "Show examples", (edit,)), bench.judge, bench.read)
        if edit
        else "no text"
    )
    if isinstance(made, str):
        raise click.ClickException(f"{path}: the block cannot be inserted: {made}")
    after = next(item for item in bench.judge(path, made).prompts if item.prompt.id == linted.prompt.id)
    try:
        text = promptfoo(
            template(linted, tests or cases), template(after, tests or cases), tests, linted.prompt.around.model
        )
        Path(config).write_text(text, encoding="utf-8")
        click.echo(f"  comparison on {len(tests)} rows: {config}", err=True)
    except FillError as error:
        click.echo(f"  no comparison written: {error}", err=True)
    if apply:
        for name, text in made.items():
            try:
                write(name, bench.read(name) or "", text)
            except WriteError as error:
                raise click.ClickException(f"{name}: not written: {error}") from error
            click.echo(f"  inserted into {name}", err=True)
    return 0
