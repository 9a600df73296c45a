"""The command line: one module a command, imported when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec

import click

from promptlint import __version__
from promptlint.project.errors import UsageError

COMMANDS = (
    "check", "fix", "inspect", "explain", "rules", "readiness", "fewshot", "optimize", "report", "init", "baseline",
    "config",
)  # fmt: skip
MODULES = {"inspect": "inspect_command"}


class Commands(click.Group):
    """Loads a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return [name for name in COMMANDS if find_spec(_module(name)) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS or find_spec(_module(cmd_name)) is None:
            return None
        command: click.Command = import_module(_module(cmd_name)).command
        return command


def _module(name: str) -> str:
    return f"promptlint.cli.{MODULES.get(name, name)}"


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="promptlint", message="%(prog)s %(version)s")
def group() -> None:
    """Find what prompts still lack: schema, examples, rules, uncertainty, tone, input structure."""


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 clean, 1 findings, 2 an error of any kind."""
    try:
        result = group.main(arguments, prog_name="promptlint", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show(sys.stderr)
        return 2
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
    return result if isinstance(result, int) else 0
