"""From the options that steer settings to the settings of each path."""

from __future__ import annotations

from typing import Any

from promptlint.project.errors import UsageError
from promptlint.project.settings import Finder, option_table


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
    pairs = [item for item in config if "=" in item]
    files = [item for item in config if "=" not in item]
    if len(files) > 1:
        raise UsageError(f"--config names {len(files)} files; extend one from the other instead")
    options: dict[str, Any] = option_table(pairs)
    for key, value in (("select", select), ("extend-select", extend_select), ("ignore", ignore)):
        if value:
            options[key] = [part.strip() for item in value for part in item.split(",") if part.strip()]
    flags = {"preview": preview, "force-exclude": force_exclude, "fail-on": fail_on}
    options.update({key: value for key, value in flags.items() if value is not None})
    return Finder(config=files[0] if files else None, isolated=isolated, options=options, floor=settings_floor)
