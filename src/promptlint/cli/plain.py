"""Plain calls of `check`, read without click: importing that is a fifth of a run on one clean file.

Plain is what hooks and people mostly write: paths, switches, and the values named here. Whatever else stands in a call,
a mistake above all, is left to click, which also documents all options; a test holds the two to the same reading.
"""

from __future__ import annotations

import os
from typing import Any

_SWITCHES = {
    "--all": "every",
    "--exit-zero": "exit_zero",
    "--force-exclude": "force_exclude",
    "--isolated": "isolated",
    "--no-cache": "no_cache",
    "--preview": "preview",
    "--statistics": "statistics",
    "--verbose": "verbose",
    "-v": "verbose",
}
_VALUES = {
    "--color": frozenset({"auto", "always", "never"}),
    "--fail-on": frozenset({"error", "warning", "info"}),
    "--output-format": frozenset({"full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"}),
}
_UNASKED: dict[str, Any] = {
    "select": (),
    "extend_select": (),
    "ignore": (),
    "preview": None,
    "config": (),
    "isolated": False,
    "settings_floor": None,
    "force_exclude": None,
    "fail_on": None,
    "exit_zero": False,
    "output_format": "full",
    "output_file": None,
    "statistics": False,
    "verbose": False,
    "every": False,
    "color": "auto",
    "stdin_filename": None,
    "diff_base": None,
    "new_only": False,
    "baseline": None,
    "no_cache": False,
}


def asked(arguments: list[str]) -> dict[str, Any] | None:
    """Return what `checking.check` is called with, None for a call that is not plain."""
    # On Windows click expands patterns in arguments; it also answers the shell that completes a line.
    if arguments[:1] != ["check"] or os.name == "nt" or "_PROMPTLINT_COMPLETE" in os.environ:
        return None
    found = dict(_UNASKED)
    paths = []
    rest = iter(arguments[1:])
    for argument in rest:
        name, assigned, value = argument.partition("=")
        if not argument.startswith("-"):
            paths.append(argument)
        elif argument in _SWITCHES:
            found[_SWITCHES[argument]] = True
        elif name in _VALUES:
            value = value if assigned else next(rest, "")
            if value not in _VALUES[name]:
                return None
            found[name[2:].replace("-", "_")] = value
        else:
            return None
    return {**found, "paths": tuple(paths)}
