"""Reasoning before the verdict, in the lists and samples of a prompt."""

from __future__ import annotations

import re

from promptlint.fixes import schemas
from promptlint.fixes.facts import Facts
from promptlint.model import Edit, Finding, Fix, Linted


def reorder(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """OUT007: reasoning before the verdict, in every list and sample whose lines can simply change places."""
    del facts, finding
    text = linted.prompt.text
    edits: list[Edit] = []
    for start, end in _lists(linted):
        edits += _reordered(text, start, end)
    return Fix("suggested", "Put the reasoning before the verdict", tuple(sorted(set(edits)))) if edits else None


def _lists(linted: Linted) -> list[tuple[int, int]]:
    found = [(s.start, s.end) for s in linted.anatomy.samples]
    items = [b for b in linted.anatomy.blocks if b.kind == "item"]
    if items:
        found.append((items[0].start, items[-1].end))
    return found


_KEY_LINE = re.compile(
    r"^[ \t]*(?:[-*][ \t]+)?[`\"'*]{0,3}(?P<key>\w+)[`\"'*]{0,3}[ \t]*(?:\([^()\n]*\))?[ \t]*:[^\n]*$", re.M
)


def _reordered(text: str, start: int, end: int) -> list[Edit]:
    """Swap the lines of a verdict and of the reasoning that follows it; the comma stays where the line was."""
    lines = list(_KEY_LINE.finditer(text, start, end))
    verdict = next((m for m in lines if schemas.is_verdict(m["key"])), None)
    reason = next((m for m in lines if schemas.is_reason(m["key"])), None)
    if verdict is not None and reason is not None:
        return _swapped(text, verdict, reason, lines) if verdict.start() < reason.start() else []
    pair = re.compile(r'"(?P<key>\w+)"\s*:\s*(?:"(?:[^"\\\n]|\\.)*"|[^,{}\[\]"\n]+)')
    inline = list(pair.finditer(text, start, end))
    verdict = next((m for m in inline if schemas.is_verdict(m["key"])), None)
    reason = next((m for m in inline if schemas.is_reason(m["key"])), None)
    if verdict is None or reason is None or verdict.start() > reason.start():
        return []
    return [
        Edit(verdict.start(), verdict.start() + len(verdict[0].rstrip()), reason[0].rstrip()),
        Edit(reason.start(), reason.start() + len(reason[0].rstrip()), verdict[0].rstrip()),
    ]


_VALUE = re.compile(r":\s*(?:[\"'<{\[\d-]|true|false|null|\w+,?\s*$|\w+ (?:between|from) )")


def _swapped(text: str, verdict: re.Match[str], reason: re.Match[str], lines: list[re.Match[str]]) -> list[Edit]:
    """Swap two lines where only lines of other keys stand between them, and each has the comma it needs."""
    between = sum(verdict.start() < line.start() < reason.start() for line in lines)
    if text.count("\n", verdict.end(), reason.start()) != between + 1:
        return []  # what explains the verdict would stay behind
    first, second = verdict[0], reason[0]
    comma_first, comma_second = first.rstrip().endswith(","), second.rstrip().endswith(",")
    quoted = first.lstrip().startswith(('"', "'"))
    if quoted and (not comma_first or "//" in first or "//" in second or not _VALUE.search(second)):
        return []  # no comma, one before a remark, or a value without an end: the lines cannot simply change places
    if comma_first != comma_second:
        first = first.rstrip()[:-1] if comma_first else first + ","
        second = second + "," if comma_first else second.rstrip()[:-1]
    return [Edit(verdict.start(), verdict.end(), second), Edit(reason.start(), reason.end(), first)]
