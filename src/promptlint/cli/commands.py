"""The commands by name: one module a command, imported when it is called."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

import click

from promptlint import __version__

COMMANDS = {
    "check": "Lint prompts: what each one still lacks.",
    "fix": "Apply safe fixes, show or apply suggested ones.",
    "inspect": "Show prompts as the linter sees them, with their pillars.",
    "explain": "Explain a lint rule: why, evidence, fix, examples.",
    "rules": "List lint rules, test rule packs, begin a new rule.",
    "readiness": "Prompt or fine-tune: decide from evidence.",
    "fewshot": "Pick few-shot examples from labelled data.",
    "optimize": "Write the whole improved prompt beside the one that is there.",
    "report": "Write one report on prompts, data and decision.",
    "init": "Look at a repository and write its first settings.",
    "baseline": "Accept today's findings, and nothing more.",
    "config": "Print the settings that hold for a path, and their sources.",
}
"""Command to its line in `--help`: to show that, no command is imported."""
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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


def _module(name: str) -> str:
    return f"promptlint.cli.{MODULES.get(name, name)}"


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="promptlint", message="%(prog)s %(version)s")
def group() -> None:
    """Find what prompts still lack: schema, examples, rules, uncertainty, tone, input structure."""


def call(arguments: list[str]) -> int:
    """Run a command by its arguments and return its exit code."""
    try:
        result = group.main(arguments, prog_name="promptlint", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show(sys.stderr)
        return 2
    return result if isinstance(result, int) else 0
