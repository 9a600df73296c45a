"""`promptlint explain`: what a lint rule is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from promptlint.project.errors import UsageError

if TYPE_CHECKING:
    from promptlint.rules import Rule, RuleSet


@click.command()
@click.argument("rule")
@click.option("--rule-pack", "packs", multiple=True, type=click.Path(), help="A folder with further rules.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(rule: str, packs: tuple[str, ...], output_format: str) -> int:
    """Explain RULE (an id such as UNC001 or a name such as no-unknown-path): why, evidence, fix, examples."""
    rules = load(packs)
    found = rules.get(rule)
    if found is None:
        from promptlint.project.schema import nearest

        names = tuple(name for known in rules for name in (known.id, known.name))
        raise UsageError(f"there is no rule '{rule}'{nearest(rule, names)}; `promptlint rules list` shows all")
    if output_format == "json":
        import json

        click.echo(json.dumps(as_data(found), indent=1, ensure_ascii=False))
    else:
        click.echo(as_text(found), nl=False)
    return 0


def load(packs: tuple[str, ...]) -> RuleSet:
    """Return our rules and those of packs. Raises UsageError for a pack that is wrong."""
    from promptlint import rules
    from promptlint.rules.compile import PackError

    try:
        return rules.load(packs)
    except PackError as error:
        raise UsageError(f"--rule-pack: {error}") from error


def as_data(rule: Rule) -> dict[str, object]:
    """Return a rule for other programs."""
    return {
        "id": rule.id,
        "name": rule.name,
        "family": rule.family,
        "since": rule.since,
        "status": rule.status,
        "default": rule.default,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "summary": rule.summary,
        "message": rule.message,
        "help": rule.help,
        "why": rule.why,
        "evidence": [evidence._asdict() for evidence in rule.evidence],
        "applies": {"pillar": rule.applies.pillar, "kinds": list(rule.applies.kinds)},
        "fix": rule.fix._asdict() if rule.fix is not None else None,
        "not_detected": rule.not_detected,
        "examples": {name: list(items) for name, items in rule.examples.items()},
    }


def as_text(rule: Rule) -> str:
    """Return a rule as a page of text."""
    on = "on by default" if rule.default else f"off by default ({rule.status})"
    from promptlint.reports.rule_page import TIERS

    lines = [f"{rule.id} {rule.name}", f"{rule.severity}, {rule.confidence} confidence, {on}, since {rule.since}", ""]
    lines += [rule.summary, "", "Why", *_indented(rule.why), ""]
    if rule.evidence:
        lines.append("Evidence")
        for evidence in rule.evidence:
            source = f" ({evidence.source})" if evidence.source else ""
            lines += _indented(f"{evidence.says}{source}: {TIERS.get(evidence.tier, evidence.tier)}")
        lines.append("")
    if rule.applies.kinds:
        lines += ["Applies to", *_indented(", ".join(rule.applies.kinds)), ""]
    if rule.help:
        lines += ["What to do", *_indented(rule.help), ""]
    if rule.fix is not None:
        lines += [f"Fix ({rule.fix.safety})", *_indented(rule.fix.title), ""]
    if rule.not_detected:
        lines += ["Not detected", *_indented(rule.not_detected), ""]
    for title, verdict in (("bad", "Reported («» marks the place)"), ("good", "Not reported")):
        shown = [example for example in rule.examples.get(title, ()) if isinstance(example, Mapping)]
        lines += [verdict] if shown else []
        for example in shown:
            note = example.get("note")
            lines += _indented(f"{note}:") if note else []
            lines += [f"  | {line}".rstrip() for line in str(example.get("text", "")).rstrip("\n").splitlines()]
            lines.append("")
    return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [f"  {line}".rstrip() for line in text.splitlines()]
