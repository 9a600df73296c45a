"""The command line. `click` reads it, but for plain calls of `check`, which a hook makes a hundred times a day."""

from __future__ import annotations

import os
import sys

from promptlint.project.errors import UsageError


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 clean, 1 findings, 2 an error of any kind."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(arguments)
    except UsageError as error:
        print(f"promptlint: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        raise
    except Exception as error:
        if os.environ.get("PROMPTLINT_DEBUG"):
            raise
        print(
            f"promptlint: internal error: {type(error).__name__}: {error}\n"
            "Please report it to the project, with the output of the same command under PROMPTLINT_DEBUG=1.",
            file=sys.stderr,
        )
        return 2


def _run(arguments: list[str]) -> int:
    from promptlint.cli.plain import asked

    plain = asked(arguments)
    if plain is None:
        from promptlint.cli.commands import call

        return call(arguments)
    from promptlint.cli.checking import check

    return check(**plain)
