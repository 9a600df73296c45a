"""Walking the findings one by one with a preview."""

from __future__ import annotations

from collections.abc import Callable

import click

from promptlint.cli.fixing import Bench, visible
from promptlint.model import Diagnostic, Fix, Linted


class Asking:
    """Asks once for each fix; `wants` is the filter of a plan."""

    def __init__(self, bench: Bench, make: Callable[[Linted, Diagnostic], Fix | None], *, color: bool) -> None:
        self.bench = bench
        self.make = make
        self.color = color
        self.stopped = False
        self._answers: dict[tuple[str, str], bool] = {}
        self._prompts: dict[str, Linted] = {}

    def wants(self, diagnostic: Diagnostic) -> bool:
        """Return the author's answer for a finding; it is asked for once."""
        key = (diagnostic.rule, "\0".join([*diagnostic.prompts, diagnostic.message]))
        if key not in self._answers:
            self._answers[key] = not self.stopped and self._ask(diagnostic)
        return self._answers[key]

    def _ask(self, diagnostic: Diagnostic) -> bool:
        linted = next(
            (i for i in self.bench.judge(diagnostic.path, {}).prompts if i.prompt.id in diagnostic.prompts), None
        )
        fix = self.make(linted, diagnostic) if linted is not None else None
        if linted is None or fix is None:
            return False
        self._show(diagnostic, fix, linted)
        answer = click.prompt("Apply?", type=click.Choice(["y", "n", "q"]), default="n", show_choices=True)
        self.stopped = answer == "q"
        return bool(answer == "y")

    def _show(self, diagnostic: Diagnostic, fix: Fix, linted: Linted) -> None:
        from rich.panel import Panel
        from rich.text import Text

        from promptlint.cli.drawing import console

        out = console(color=self.color)
        line = diagnostic.location.line if diagnostic.location is not None else 1
        body = Text(visible(diagnostic.message) + "\n\n")
        for edit in fix.edits:
            before = linted.prompt.text[max(0, edit.start - 80) : edit.start].split("\n")[-1]
            body.append(visible(before), style="dim")
            body.append(visible(linted.prompt.text[edit.start : edit.end]), style="red strike")
            body.append(visible(edit.text), style="green")
            body.append("\n")
        title = visible(f"{diagnostic.path}:{line} {diagnostic.rule}: {fix.title} ({fix.safety})")
        out.print(Panel(body, title=Text(title), title_align="left"))
