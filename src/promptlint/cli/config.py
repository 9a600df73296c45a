"""`promptlint config`: which settings hold for a file, and where each came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from promptlint.cli.options import settings_options
from promptlint.cli.steering import finder


@click.command()
@click.argument("path", default=".", type=click.Path())
@settings_options
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(path: str, output_format: str, **options: Any) -> int:
    """Print each setting that holds for PATH and the file or option that it came from."""
    import json

    from promptlint.project.settings import effective

    rows = effective(finder(**options).loaded(path), path)
    if output_format == "json":
        data = {row.key: {"value": _plain(row.value), "from": row.source} for row in rows}
        click.echo(json.dumps(data, indent=1, ensure_ascii=False))
        return 0
    width = max(len(row.key) for row in rows)
    values = [json.dumps(_plain(row.value), ensure_ascii=False) for row in rows]
    middle = min(60, max(map(len, values)))
    for row, value in zip(rows, values, strict=True):
        click.echo(f"{row.key:{width}}  {value:{middle}}  {row.source}".rstrip())
    return 0


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value
