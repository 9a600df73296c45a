"""One run of `promptlint fix`: file by file, applied, shown, written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import click

from promptlint.cli.fix import Wishes, safeties
from promptlint.cli.fixing import Bench, coloured, diff, visible
from promptlint.fixes.apply import Plan, Result, fix_file
from promptlint.fixes.bench import Outcome
from promptlint.fixes.facts import Facts
from promptlint.fixes.generators import generate
from promptlint.fixes.write import WriteError, write
from promptlint.model import SEVERITY_RANK, Diagnostic, Fix, Linted
from promptlint.project.discovery import discover
from promptlint.project.settings import Finder
from promptlint.text.counting import counted

SHOWN = 20


class Suggestion(NamedTuple):
    """A fix that was proved and not applied, as a diff."""

    order: tuple[int, int, str, int]
    diagnostic: Diagnostic
    fix: Fix
    diff: str


class Run:
    """Fixes files one after another and keeps count."""

    def __init__(
        self, paths: tuple[str, ...], settings_of: Finder, wishes: Wishes, facts: Facts, *, verbose: bool
    ) -> None:
        self.discovery = discover(paths, settings_of)
        self.bench = Bench(settings_of)
        self.wishes = wishes
        self.facts = facts
        self.verbose = verbose
        self.applied = self.changed = self.failed = 0
        self.suggestions: list[Suggestion] = []
        self.dropped: dict[str, str] = {}
        self._stopped = False

    def run(self) -> int:
        """Fix all files; return the exit code."""
        for fault in self.discovery.faults:
            self._fail(f"{fault.path}: {fault.message}")
        for found in self.discovery.files:
            if self._stopped:
                break
            self._file(found.path)
        if not self.wishes.interactive:
            self._show_suggestions()
        if self.verbose:
            for line in self.dropped:
                click.echo(visible(line))
        self._summary()
        if self.failed:
            return 2
        return int(self.wishes.diff and self.changed > 0)

    def _file(self, path: str) -> None:
        text = self.bench.read(path)
        if text is None:
            return
        plan = Plan(safeties(self.wishes), self._generate)
        if self.wishes.interactive:
            from promptlint.cli.asking import Asking

            asking = Asking(self.bench, self._generate, color=self.wishes.color)
            plan = Plan(("safe", "suggested", "template"), self._generate, asking.wants, recommended=True)
        result = fix_file(path, self.bench.judge, self.bench.read, plan)
        if self.wishes.interactive:
            self._stopped = asking.stopped
        self._finish(result)
        self._collect(result)
        if self.wishes.budget is not None:
            self._budget(result)

    def _generate(self, linted: Linted, diagnostic: Diagnostic) -> Fix | None:
        return generate(linted, diagnostic, self.facts)

    def _finish(self, result: Result) -> None:
        """Show or write the new texts of a file, and say what was done."""
        for fault in result.first.faults:
            self._fail(f"{fault.path}: {fault.message}")
        if result.oscillation:
            names = " and ".join(result.oscillation)
            self._fail(f"{result.path}: the fixes of {names} undo each other; please report it")
        for item in result.dropped:
            self.dropped[f"{item.path}:{item.line}: {item.rule} not fixed ({item.title}): {item.reason}"] = item.rule
        self.applied += len(result.applied)
        for path, text in sorted(result.texts.items()):
            shown = diff(path, result.before[path], text)
            if self.wishes.diff:
                self.changed += 1
                click.echo(coloured(shown) if self.wishes.color else shown, nl=False, color=True)
                continue
            try:
                write(path, result.before[path], text)
            except WriteError as error:
                self._fail(f"{path}: not written: {error}")
                continue
            self.changed += 1
            self.bench.written(path)
        if not self.wishes.diff:
            for made in result.applied:
                click.echo(visible(f"{made.path}:{made.line}: {made.rule} fixed: {made.title} ({made.safety})"))

    def _collect(self, result: Result) -> None:
        """Prove each suggestion that may not be applied by itself, and keep it as a diff."""
        allowed = safeties(self.wishes)
        if self.wishes.interactive or (self.wishes.diff and self.wishes.suggested):
            return
        before: Callable[[str], str | None] = lambda path: result.texts.get(path, self.bench.read(path))  # noqa: E731
        seen: set[str] = set()
        for diagnostic in result.outcome.diagnostics:
            linted = next((i for i in result.outcome.prompts if i.prompt.id in diagnostic.prompts), None)
            if linted is None or diagnostic.suppressed is not None:
                continue
            fix = self._generate(linted, diagnostic)
            if fix is None or (fix.safety in allowed and (fix.safety, diagnostic.severity) != ("template", "info")):
                continue
            proved = one(result.path, self.bench, before, result, diagnostic, fix)
            if proved is None or proved in seen:
                continue
            seen.add(proved)
            rank = (
                int(fix.safety == "template"),
                SEVERITY_RANK[diagnostic.severity],
                diagnostic.path,
                diagnostic.start,
            )
            self.suggestions.append(Suggestion(rank, diagnostic, fix, proved))

    def _show_suggestions(self) -> None:
        self.suggestions.sort(key=lambda item: item.order)
        for item in self.suggestions[:SHOWN]:
            d = item.diagnostic
            line = d.location.line if d.location is not None else 1
            flag = "--templates" if item.fix.safety == "template" else "--suggested"
            click.echo(visible(f"\n{d.path}:{line}: {d.rule} {item.fix.title} ({flag})"))
            click.echo(coloured(item.diff) if self.wishes.color else item.diff, nl=False, color=True)
        if len(self.suggestions) > SHOWN:
            click.echo(f"\n{len(self.suggestions) - SHOWN} more suggestions; name a file to see its own")

    def _budget(self, result: Result) -> None:
        from promptlint.fixes.budget import cuts

        limit = self.wishes.budget or 0
        for linted in result.outcome.prompts:
            if linted.tokens <= limit:
                continue
            click.echo(
                visible(f"{linted.prompt.id}: {linted.tokens} tokens ({linted.counter}), {limit} wanted; cut first:")
            )
            for cut in cuts(linted, limit):
                place = self.bench.lines(linted.prompt.path).position(cut.at)[0] if cut.at is not None else 0
                click.echo(visible(f"  line {place}: {cut.tokens} tokens, {cut.why}: {cut.shown}"))

    def _summary(self) -> None:
        verb = "would change" if self.wishes.diff else "changed"
        fixes = "1 fix" if self.applied == 1 else f"{self.applied} fixes"  # "fixs" is not a word
        parts = [fixes if self.wishes.diff else f"{fixes} applied", f"{counted(self.changed, 'file')} {verb}"]
        if self.suggestions:
            templates = sum(item.fix.safety == "template" for item in self.suggestions)
            full = len(self.suggestions) - templates
            parts.append(f"{full} more with --suggested, {templates} with --templates")
        if self.dropped:
            parts.append(f"{len(self.dropped)} not made" + ("" if self.verbose else " (--verbose says why)"))
        click.echo(", ".join(parts))

    def _fail(self, message: str) -> None:
        self.failed += 1
        click.echo(visible(f"promptlint: {message}"), err=True)


def one(
    path: str,
    bench: Bench,
    read: Callable[[str], str | None],
    result: Result,
    diagnostic: Diagnostic,
    fix: Fix,
) -> str | None:
    """Return the diff of one fix on top of a result, None if it cannot be proved."""
    base = dict(result.texts)

    def judge(name: str, texts: Mapping[str, str]) -> Outcome:
        return bench.judge(name, {**base, **texts})

    def only(linted: Linted, found: Diagnostic) -> Fix | None:
        del linted
        return fix if found == diagnostic else None

    plan = Plan((fix.safety,), only, lambda found: found == diagnostic, recommended=True)
    trial = fix_file(path, judge, read, plan)
    if not trial.applied:
        return None
    return "".join(diff(name, trial.before[name], text) for name, text in sorted(trial.texts.items()))
