"""The pure core: one prompt and the settings in, its anatomy and diagnostics out.

The command line, the editor, the cache and the tests call the same function.
"""

from __future__ import annotations

from collections.abc import Callable

from promptlint import anatomy as anatomies
from promptlint import rules as lint_rules
from promptlint.anatomy.tokens import count_tokens
from promptlint.model import (
    Diagnostic,
    Finding,
    Linted,
    Location,
    Prompt,
    Related,
    Settings,
)
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import SourceMap, SourceSpan

Lines = Callable[[str], LineIndex]
"""Gives the line index of a file by its path."""


def lint(prompt: Prompt, settings: Settings, lines: Lines) -> Linted:
    """Return what is found in a prompt; of a prompt with variants, what is found in all of them."""
    anatomy = anatomies.parse(prompt, settings)
    rules = lint_rules.load(settings.rule_packs).select(settings, prompt.path)
    findings = lint_rules.run(prompt, anatomy, rules, settings)
    if prompt.variants:
        findings = _common(findings, prompt, settings, rules)
    source_map = SourceMap(prompt.pieces)
    diagnostics = [_place(finding, prompt, source_map, lines) for finding in findings]
    tokens, counter = count_tokens(prompt.text)
    return Linted(prompt, anatomy, tuple(sorted(diagnostics, key=order)), tokens, counter)


def order(diagnostic: Diagnostic) -> tuple[str, int, str, int, str]:
    """The order of every output: path, offset, rule; then end and message, so that it is total."""
    return (diagnostic.path, diagnostic.start, diagnostic.rule, diagnostic.end, diagnostic.message)


def _common(
    findings: list[Finding], prompt: Prompt, settings: Settings, rules: tuple[lint_rules.Rule, ...]
) -> list[Finding]:
    """Keep the findings whose rule also fires on every variant.

    Only the first text's places are shown: a defect of one variant alone may be the other one's remedy.
    """
    for variant in prompt.variants:
        found = {f.rule for f in lint_rules.run(variant, anatomies.parse(variant, settings), rules, settings)}
        findings = [finding for finding in findings if finding.rule in found]
    return findings


def _place(finding: Finding, prompt: Prompt, source_map: SourceMap, lines: Lines) -> Diagnostic:
    rule = lint_rules.load().get(finding.rule)
    span = finding.file_span or source_map.to_source(finding.start, finding.end) or SourceSpan(prompt.path, 0, 0)
    related = []
    for start, end, message in finding.related:
        place = source_map.to_source(start, end)
        if place is not None:
            related.append(Related(place.path, _location(place, lines), message))
    return Diagnostic(
        rule=finding.rule,
        name=rule.name if rule is not None else finding.rule.lower(),
        severity=finding.severity or (rule.severity if rule is not None else "warning"),
        confidence=finding.confidence or (rule.confidence if rule is not None else "medium"),
        message=finding.message,
        help=finding.help or (rule.help if rule is not None else ""),
        path=span.path,
        location=_location(span, lines),
        start=span.start,
        end=span.end,
        prompts=(prompt.id,),
        related=tuple(related),
        fix=finding.fix,
        finding=finding,
    )


def _location(span: SourceSpan, lines: Lines) -> Location:
    index = lines(span.path)
    line, column = index.position(span.start)
    end_line, end_column = index.position(span.end)
    return Location(line, column, end_line, end_column)
