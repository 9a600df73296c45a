"""A lint rule as a page of Markdown: for the documentation, SARIF help and the hover of an editor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from promptlint.rules import Rule

_FENCE = re.compile(r"^[ \t]*(`{3,})", re.MULTILINE)
TIERS = {
    "M": "measured in a study",
    "V": "vendor's guidance",
    "L": "measured for this rule",
    "E": "engineering logic",
}
_SAFETY = {
    "safe": "`promptlint fix` applies it",
    "suggested": "`promptlint fix` shows it, `promptlint fix --suggested` applies it",
    "template": "`promptlint fix --templates` inserts it with blanks for you to fill in",
}


def markdown(rule: Rule, *, heading: int = 1) -> str:
    """Return the page of a rule, its title a heading of level `heading`. It ends in a line end."""
    marks = "#" * heading
    on = "on by default" if rule.default else f"off by default ({rule.status})"
    lines = [f"{marks} {rule.id} {rule.name}", "", rule.summary, ""]
    lines += [f"Severity {rule.severity}, {rule.confidence} confidence, {on}, since {rule.since}.{_where(rule)}", ""]
    lines += [f"{marks}# Why", "", rule.why, ""]
    if rule.evidence:
        lines += [f"{marks}# Evidence", ""]
        for evidence in rule.evidence:
            source = f" ({evidence.source})" if evidence.source else ""
            lines.append(f"- {evidence.says}{source}: {TIERS.get(evidence.tier, evidence.tier)}")
        lines.append("")
    if rule.help or rule.fix is not None:
        lines += [f"{marks}# What to do", ""]
        lines += [rule.help, ""] if rule.help else []
        lines += [f"{rule.fix.title}: {_SAFETY[rule.fix.safety]}.", ""] if rule.fix is not None else []
    if rule.not_detected:
        lines += [f"{marks}# Not detected", "", rule.not_detected, ""]
    for title, verdict in (("bad", "Reported (between « and »)"), ("good", "Not reported")):
        shown = [example for example in rule.examples.get(title, ()) if isinstance(example, Mapping)]
        if shown:
            lines += [f"{marks}# {verdict}", ""]
            for example in shown:
                lines += _example(example)
    return "\n".join(lines).rstrip("\n") + "\n"


def _where(rule: Rule) -> str:
    if rule.applies.pillar is not None:
        return f" It asks for the pillar “{rule.applies.pillar}” in the kinds of prompts that need it."
    if rule.applies.kinds:
        return f" For these kinds of prompts: {', '.join(rule.applies.kinds)}."
    return ""


def _example(example: Mapping[str, object]) -> Iterator[str]:
    text = str(example.get("text", "")).rstrip("\n")
    fence = "`" * max([3, *(len(found) + 1 for found in _FENCE.findall(text))])
    note = example.get("note")
    if note:
        yield from (f"{note}:", "")
    yield from (f"{fence}text", *(line.rstrip() for line in text.splitlines()), fence, "")
