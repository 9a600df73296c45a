"""One prompt under the selected rules: a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from promptlint.model import Anatomy, Fact, Finding, PillarName, Prompt, Settings, Severity
from promptlint.rules.context import Context, Hit
from promptlint.rules.detection import detect
from promptlint.rules.rule import Level, Rule
from promptlint.rules.selection import applying, matches
from promptlint.text import lazy_re as re

_FIELD = re.compile(r"\{(\w+)\}")
_SURE_OF_KIND = 0.5


def run(prompt: Prompt, anatomy: Anatomy, rules: Iterable[Rule], settings: Settings) -> list[Finding]:
    """Return the findings of the rules on a prompt, sorted by place and rule. No file is read."""
    from promptlint.rules.loading import load

    matrix = load().matrix
    context = Context(prompt, anatomy, _for_path(settings, prompt.path))
    reported = {fact.rule for fact in prompt.facts}
    findings: list[Finding] = []
    for rule in rules:
        severity = severity_of(rule, anatomy, context.settings, matrix)
        if severity is None:
            continue
        if rule.id in reported:
            findings.extend(_from_fact(rule, fact, context, severity) for fact in prompt.facts if fact.rule == rule.id)
        if "emitted-by" in rule.detect or (rule.applies.languages and anatomy.language not in rule.applies.languages):
            continue
        findings.extend(_finding(rule, hit, context, severity) for hit in detect(context, rule.detect))
    return sorted(findings, key=lambda finding: (finding.start, finding.rule, finding.end, finding.message))


def severity_of(
    rule: Rule, anatomy: Anatomy, settings: Settings, matrix: Mapping[str, Mapping[str, Level]]
) -> Severity | None:
    """Return the severity of a rule for a prompt's kind, before settings override it; None where it is silent."""
    required = rule.applies.pillar is not None and rule.applies.pillar in settings.require
    severity = _by_kind(rule, anatomy, matrix)
    if required:
        return severity if severity in ("error", "warning") else "warning"
    if severity is None:
        return None
    bound = rule.applies.pillar is not None or bool(rule.applies.kinds)
    # An injected part often holds the output format; rarely the examples or what to do when nothing is known.
    elsewhere = "partial" in anatomy.traits and rule.applies.pillar == "output"
    if bound and (anatomy.kind_confidence < _SURE_OF_KIND or elsewhere) and anatomy.kind != "unknown":
        return "info"
    return severity


def _by_kind(rule: Rule, anatomy: Anatomy, matrix: Mapping[str, Mapping[str, Level]]) -> Severity | None:
    kind = anatomy.kind
    if kind in rule.severities:
        own = rule.severities[kind]
        return None if own == "silent" else cast(Severity, own)
    if "any" in rule.severities:
        return cast(Severity, rule.severities["any"])
    if rule.applies.pillar is not None:
        level = matrix.get(kind, {}).get(rule.applies.pillar, "none")
        if level == "required":
            return rule.severity
        return "info" if level == "recommended" else None
    if rule.applies.kinds and kind not in rule.applies.kinds:
        return None
    return rule.severity


def _for_path(settings: Settings, path: str) -> Settings:
    """Return the settings with what the overrides for a path add to severity and `require`."""
    severity, require = dict(settings.severity), list(settings.require)
    for override in applying(settings, path):
        severity.update(override.severity)
        require.extend(pillar for pillar in override.require if pillar not in require)
    return settings._replace(severity=severity, require=cast("tuple[PillarName, ...]", tuple(require)))


def _set_by_user(rule: Rule, settings: Settings) -> Severity | None:
    """Return the severity that settings give a rule: the longest selector that means it decides."""
    fitting = [selector for selector in settings.severity if matches(selector, rule)]
    exact = [selector for selector in fitting if selector in (rule.id, rule.name)]
    chosen = exact or sorted((s for s in fitting if s != "ALL"), key=len, reverse=True) or fitting
    return settings.severity[chosen[0]] if chosen else None


def _finding(rule: Rule, hit: Hit, context: Context, severity: Severity) -> Finding:
    data = {"kind": context.anatomy.kind, "kind_reason": context.anatomy.kind_reason, **hit.data}
    lowered = severity == "info" and rule.severity != "info"
    chosen = severity if lowered else hit.severity or severity
    chosen = _set_by_user(rule, context.settings) or chosen
    start, end = _within(hit.start, hit.end, context.text)
    return Finding(
        rule=rule.id,
        start=start,
        end=end,
        message=fill(hit.message or rule.message, data),
        help=fill(hit.help or rule.help, data),
        severity=chosen,
        confidence=hit.confidence or rule.confidence,
        related=hit.related,
        data=data,
        fix=hit.fix,
        file_span=hit.file_span,
    )


def _from_fact(rule: Rule, fact: Fact, context: Context, severity: Severity) -> Finding:
    data = dict(fact.data)
    if "detail" in data and "message" not in data:
        data["message"] = f"{rule.message.partition(':')[0]}: {data['detail']}."
    return Finding(
        rule=rule.id,
        start=context.anatomy.task.start,
        end=context.anatomy.task.end,
        message=data.get("message") or fill(rule.message, data),
        help=data.get("help") or fill(rule.help, data),
        severity=_set_by_user(rule, context.settings) or severity,
        confidence=rule.confidence,
        data=data,
        file_span=fact.source,
    )


def _within(start: int, end: int, text: str) -> tuple[int, int]:
    start = min(max(0, start), max(0, len(text) - 1))
    return start, min(max(end, start + 1), len(text))


def fill(template: str, data: Mapping[str, object]) -> str:
    """Return a message with `{name}` replaced from `data`; a name that is not there stays as it is.

    The values are never read as templates, so a prompt's text cannot steer the message.
    """
    return _FIELD.sub(lambda match: str(data.get(match[1], match[0])), template)
