"""Options that several commands share; `steering` tells what they come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

_SETTINGS_OPTIONS = (
    click.option("--select", metavar="RULES", multiple=True, help="Use these rules only (ids, families, ALL)."),
    click.option("--extend-select", metavar="RULES", multiple=True, help="Use these rules as well."),
    click.option("--ignore", metavar="RULES", multiple=True, help="Leave these rules out."),
    click.option("--preview", is_flag=True, default=None, help="Use rules that are in preview."),
    click.option(
        "--config",
        metavar="FILE|KEY=VALUE",
        multiple=True,
        help="Use this settings file for all paths, or set one key (in TOML) on top of the files.",
    ),
    click.option("--isolated", is_flag=True, help="Read no settings file."),
    click.option(
        "--settings-floor",
        metavar="FILE",
        type=click.Path(),
        help="Settings that those of the project may tighten and not weaken.",
    ),
    click.option(
        "--force-exclude", is_flag=True, default=None, help="Leave out excluded files even if they are named."
    ),
)


def settings_options(function: Function) -> Function:
    """Add the options that steer settings; the command hands them all to `steering.finder`."""
    for option in reversed(_SETTINGS_OPTIONS):
        function = option(function)
    return function
