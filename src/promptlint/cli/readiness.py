"""`promptlint readiness`: prompt or fine-tune, answered from evidence."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

FORMATS = ("text", "json", "markdown", "md", "html", "sarif")
_DEFAULT = "promptlint.evidence.yaml"


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--evidence", metavar="FILE", type=click.Path(), help=f"The evidence file; {_DEFAULT} if it is there.")
@click.option("--train", metavar="FILE", multiple=True, type=click.Path(), help="Training data.")
@click.option("--eval-data", metavar="FILE", multiple=True, type=click.Path(), help="Evaluation data.")
@click.option("--results", metavar="FILE[=VARIANT]", multiple=True, help="Evaluation results.")
@click.option("--requests", metavar="FILE", type=click.Path(), help="The request log.")
@click.option("--prices", metavar="FILE", type=click.Path(), help="A price table instead of the built-in one.")
@click.option("--target", metavar="NAME=NUMBER", multiple=True, help="A target: quality=0.95, latency_p95_ms=1200.")
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output-file", "-o", metavar="FILE", type=click.Path(), help="Write the report there.")
@click.option("--plots", metavar="DIR", type=click.Path(), help="Write the plots as SVG files.")
@click.option("--seed-strict", is_flag=True, help="Quality alone counts for Q4, and ten times the cost literally.")
@click.option("--strict", is_flag=True, help="What is only declared does not count as yes.")
@click.option("--near-dup", type=click.Choice(["off", "sample", "full"]), default="sample", show_default=True)
@click.option("--keep-partitions", metavar="DIR", type=click.Path(), help="Keep the partitions of the second pass.")
@click.option("--as-of", metavar="DATE", help="The day of the assessment; today by default.")
@click.option("--offline/--no-offline", default=True, hidden=True, help="There is no network access in any case.")
@click.option("--show-rows", is_flag=True, help="Show the content of example rows in the report.")
@click.option("--init", "init", is_flag=True, help="Write a commented evidence file.")
@click.option("--explain", type=click.Choice(["Q1", "Q2", "Q3", "Q4"], case_sensitive=False))
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=None,
    help="Processes for large files; default: all processors, 8 at most.",
)
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Answer the four questions before fine-tuning from prompts, data, results, a request log and declared facts.

    Exit code 0: justified. 1: not yet. 2: bad input. 3: insufficient evidence. 4: not needed.
    """
    if options["explain"]:
        from promptlint.readiness.explain import explain

        click.echo(explain(options["explain"].upper()), nl=False)
        return 0
    if options["init"]:
        return _init(options["evidence"] or _DEFAULT)
    from promptlint.readiness.assess import assess
    from promptlint.readiness.document import document

    found = assess(_request(paths, options))
    report = document(found, show_rows=options["show_rows"])
    _write(report, options)
    if found.error is not None and options["output_format"] != "text":
        click.echo(f"promptlint: {found.error}", err=True)
    return int(report["exit_code"])


def _request(paths: tuple[str, ...], options: dict[str, Any]) -> Any:
    import datetime as dt

    from promptlint.readiness.assess import Request

    evidence = options["evidence"]
    if evidence is None and os.path.exists(_DEFAULT):
        evidence = _DEFAULT
    targets = {}
    for item in options["target"]:
        name, equals, value = item.partition("=")
        if not equals:
            raise click.UsageError(f"--target {item}: write NAME=NUMBER")
        targets[name] = value
    try:
        as_of = dt.date.fromisoformat(options["as_of"]) if options["as_of"] else None
    except ValueError as error:
        raise click.UsageError(f"--as-of {options['as_of']}: write a date as 2026-11-23") from error
    return Request(
        prompts=paths,
        evidence=evidence,
        train=options["train"],
        eval_data=options["eval_data"],
        results=options["results"],
        requests=options["requests"],
        prices=options["prices"],
        targets=targets,
        seed_strict=options["seed_strict"],
        strict=options["strict"],
        near_dup=options["near_dup"],
        as_of=as_of,
        keep_partitions=options["keep_partitions"],
        workers=options["workers"] or 0,
    )


def _write(report: dict[str, Any], options: dict[str, Any]) -> None:
    from promptlint.readiness.render import rendered, write_plots

    to_file = options["output_file"]
    color = (
        to_file is None and options["output_format"] == "text" and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    )
    text = rendered(report, options["output_format"], color=color)
    try:
        if options["plots"]:
            write_plots(report, options["plots"])
        if to_file is None:
            click.echo(text, nl=False, color=color)
        else:
            with open(to_file, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror or error}") from error


def _init(path: str) -> int:
    from promptlint.readiness.template import template

    if os.path.exists(path):
        raise click.UsageError(f"{path} exists already; it is left as it is")
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(template(os.path.dirname(path) or "."))
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror or error}") from error
    click.echo(f"{path} written; confirm the lines marked CONFIRM")
    return 0
