"""One prompt under the selected rules: a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from promptlint.model import Anatomy, Fact, Finding, Kind, PillarName, Prompt, Settings, Severity
from promptlint.rules.context import Context, Hit
from promptlint.rules.detection import detect
from promptlint.rules.rule import Level, Rule
from promptlint.rules.selection import applying, matches
from promptlint.text import lazy_re as re
from promptlint.text.globs import relative_path

_STANDS = ("error", "warning")
_FIELD = re.compile(r"\{(\w+)\}")
_SURE_OF_KIND = 0.6
"""A finding that depends on the kind stands where the kinds that ask for it are together at least so likely."""
_SET_ASIDE = re.compile(
    r"(?:unit|integ|integration|e2e)?[-_]?tests?|__tests__|(?:test[-_])?fixtures?|__fixtures__|test[-_]?data"
    r"|attacks?|(?:[\w-]+[-_])?jailbreaks?|red[-_]?team(?:ing)?|adversarial",
    re.I,
)
"""Folders of prompts that nobody improves: fixtures, and attacks kept to try a model with."""
_NOBODYS = frozenset({"frame", "record", "unnamed"})
"""Traits of texts of which no gap is worth a warning."""
_PASSED = {"output": _NOBODYS | {"partial", "unsent"}, "rules": _NOBODYS | {"unsent"}}
"""By pillar, where it is more: what is injected, or the call that nobody saw, often brings these, and rarely examples
or a way out."""


def run(prompt: Prompt, anatomy: Anatomy, rules: Iterable[Rule], settings: Settings) -> list[Finding]:
    """Return the findings of the rules on a prompt, sorted by place and rule. No file is read."""
    from promptlint.rules.loading import load

    matrix = load().matrix
    context = Context(prompt, anatomy, _for_path(settings, prompt.path))
    folders = relative_path(prompt.path, settings.root).split("/")[:-1]
    set_aside = any(map(_SET_ASIDE.fullmatch, folders))
    reported = {fact.rule for fact in prompt.facts}
    findings: list[Finding] = []
    for rule in rules:
        severity = severity_of(rule, anatomy, context.settings, matrix)
        if severity is None:
            continue
        if set_aside and rule.applies.pillar is not None and rule.applies.pillar not in context.settings.require:
            severity = "info"
        if rule.id in reported:
            findings.extend(_from_fact(rule, fact, context, severity) for fact in prompt.facts if fact.rule == rule.id)
        if "emitted-by" in rule.detect or (rule.applies.languages and anatomy.language not in rule.applies.languages):
            continue
        hits = detect(context, rule.detect)
        named = _kinds_named(rule, anatomy, matrix) if hits and severity in _STANDS else anatomy.kind
        findings.extend(_finding(rule, hit, context, severity, named) for hit in hits)
    return sorted(findings, key=lambda finding: (finding.start, finding.rule, finding.end, finding.message))


def severity_of(
    rule: Rule, anatomy: Anatomy, settings: Settings, matrix: Mapping[str, Mapping[str, Level]]
) -> Severity | None:
    """Return the severity of a rule for a prompt's kind, before settings override it; None where it is silent.

    It is not the best kind alone that decides: judge 0.4 and classification 0.4 both ask for examples.
    """
    severity = _by_kind(rule, anatomy.kind, matrix)
    if rule.applies.pillar is not None and rule.applies.pillar in settings.require:
        return severity if severity in _STANDS else "warning"
    if (rule.applies.pillar is None and not rule.applies.kinds) or anatomy.kind == "unknown":
        return severity
    asking = _asking(rule, anatomy, matrix)
    wanted = float(rule.detect.get("kind-confidence", _SURE_OF_KIND))
    if sum(asking.values()) >= wanted and not _elsewhere(rule, anatomy):
        severity = severity if severity in _STANDS else _by_kind(rule, _likeliest(asking), matrix)
        # What is an error for one kind needs that kind to be as likely.
        doubted = severity == "error" and anatomy.kind_chances.get(anatomy.kind, 0.0) < wanted
        return rule.severity if doubted else severity
    return None if severity is None else "info"


def _elsewhere(rule: Rule, anatomy: Anatomy) -> bool:
    """Whether what a pillar lacks may well stand elsewhere."""
    pillar = rule.applies.pillar
    return pillar is not None and not anatomy.traits.isdisjoint(_PASSED.get(pillar, _NOBODYS))


def _asking(rule: Rule, anatomy: Anatomy, matrix: Mapping[str, Mapping[str, Level]]) -> dict[Kind, float]:
    """Return the kinds for which a finding of the rule is more than an info, each with its chance."""
    return {kind: chance for kind, chance in anatomy.kind_chances.items() if _by_kind(rule, kind, matrix) in _STANDS}


def _likeliest(chances: Mapping[Kind, float]) -> Kind:
    return max(chances, key=chances.__getitem__)


def _kinds_named(rule: Rule, anatomy: Anatomy, matrix: Mapping[str, Mapping[str, Level]]) -> str:
    """Return the kind for a message, with the likeliest one that asks for the rule where that is another."""
    asking = _asking(rule, anatomy, matrix)
    if not asking or anatomy.kind in asking or anatomy.kind == "unknown":
        return anatomy.kind
    return f"{anatomy.kind} or {_likeliest(asking)}"


def _by_kind(rule: Rule, kind: Kind, matrix: Mapping[str, Mapping[str, Level]]) -> Severity | None:
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


def set_by_user(rule: Rule, settings: Settings) -> Severity | None:
    """Return the severity that settings give a rule: the longest selector that means it decides."""
    fitting = [selector for selector in settings.severity if matches(selector, rule)]
    exact = [selector for selector in fitting if selector in (rule.id, rule.name)]
    chosen = exact or sorted((s for s in fitting if s != "ALL"), key=len, reverse=True) or fitting
    return settings.severity[chosen[0]] if chosen else None


def _finding(rule: Rule, hit: Hit, context: Context, severity: Severity, kind: str) -> Finding:
    data = {"kind": kind, "kind_reason": context.anatomy.kind_reason, **hit.data}
    lowered = severity == "info" and rule.severity != "info"
    chosen = severity if lowered else hit.severity or severity
    chosen = set_by_user(rule, context.settings) or chosen
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
        severity=set_by_user(rule, context.settings) or severity,
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
