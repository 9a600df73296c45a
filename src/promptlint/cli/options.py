"""Options that several commands share, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from promptlint.project.settings import Finder

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
    """Add the options that steer settings; the command hands them all to `finder`."""
    for option in reversed(_SETTINGS_OPTIONS):
        function = option(function)
    return function


def finder(
    *,
    select: tuple[str, ...] = (),
    extend_select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    preview: bool | None = None,
    config: tuple[str, ...] = (),
    isolated: bool = False,
    settings_floor: str | None = None,
    force_exclude: bool | None = None,
    fail_on: str | None = None,
) -> Finder:
    """Return what gives the settings of each path under these options. Raises UsageError."""
    from promptlint.project.settings import option_table

    pairs = [item for item in config if "=" in item]
    files = [item for item in config if "=" not in item]
    if len(files) > 1:
        raise click.UsageError(f"--config names {len(files)} files; extend one from the other instead")
    options: dict[str, Any] = option_table(pairs)
    for key, value in (("select", select), ("extend-select", extend_select), ("ignore", ignore)):
        if value:
            options[key] = [part.strip() for item in value for part in item.split(",") if part.strip()]
    flags = {"preview": preview, "force-exclude": force_exclude, "fail-on": fail_on}
    options.update({key: value for key, value in flags.items() if value is not None})
    return Finder(config=files[0] if files else None, isolated=isolated, options=options, floor=settings_floor)
