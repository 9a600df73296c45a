"""Findings that no detection makes: what a source saw in a file, and what is wrong with a suppression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from promptlint.model import Diagnostic, Fact, Location, Settings, Severity
from promptlint.project.overrides import covers
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import SourceSpan

Lines = Callable[[str], LineIndex]


class Catalogue:
    """The lint rules as one file's settings select them."""

    def __init__(self, settings: Settings, path: str) -> None:
        from promptlint import rules

        self._settings = settings
        self._all = rules.load(settings.rule_packs)
        self._running = {rule.id: rule for rule in self._all.select(settings, path)}

    def knows(self, selector: str) -> bool:
        """Whether a selector means any rule at all."""
        return any(covers(selector, rule.id, rule.name) for rule in self._all)

    def runs(self, selector: str) -> bool:
        """Whether a selector means a rule that ran."""
        return any(covers(selector, rule.id, rule.name) for rule in self._running.values())

    def report(
        self, rule_id: str, span: SourceSpan, data: Mapping[str, str], prompts: tuple[str, ...], lines: Lines
    ) -> Iterator[Diagnostic]:
        """Yield the diagnostic of a rule at a place in a file, nothing if the rule does not run.

        `data` fills the rule's message; a `message` or `help` in it stands for the rule's own.
        """
        from promptlint.rules.runner import fill

        rule = self._running.get(rule_id)
        if rule is None:
            return
        index = lines(span.path)
        yield Diagnostic(
            rule=rule.id,
            name=rule.name,
            severity=self._severity(rule.id, rule.name) or rule.severity,
            confidence=rule.confidence,
            message=data.get("message") or fill(rule.message, data),
            help=data.get("help") or fill(rule.help, data),
            path=span.path,
            location=Location(*index.position(span.start), *index.position(span.end)),
            start=span.start,
            end=span.end,
            prompts=prompts,
        )

    def facts(self, facts: Iterable[Fact], lines: Lines) -> Iterator[Diagnostic]:
        """Yield the diagnostics of defects of a file that belong to no prompt."""
        for fact in facts:
            yield from self.report(fact.rule, fact.source, fact.data, (), lines)

    def _severity(self, rule: str, name: str) -> Severity | None:
        """Return the severity that settings give a rule: an id or name before its family, that before ALL."""
        fitting = [selector for selector in self._settings.severity if covers(selector, rule, name)]
        fitting.sort(key=lambda selector: (selector in (rule, name), selector != "ALL", len(selector)))
        return self._settings.severity[fitting[-1]] if fitting else None
