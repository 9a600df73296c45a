"""Prompt against code: tool names that differ, braces that a template reads otherwise."""

from __future__ import annotations

import re

from promptlint.fixes.facts import Facts
from promptlint.fixes.generators.business import distance
from promptlint.model import Edit, Finding, Fix, Linted


def braces(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """CODE006: double the literal braces of a template, or undouble those of a text that no engine reads.

    Where the dialect reads single braces, each brace is written anew: the text stays, its spelling in the file changes.
    """
    del facts
    text = linted.prompt.text
    end = _closing(text, finding.start)
    if end is None:
        return None
    held = [(p.start, p.end) for p in linted.prompt.placeholders]
    if linted.prompt.dialect == "format":
        edits = [
            Edit(at, at + 1, text[at])
            for at in range(finding.start, end)
            if text[at] in "{}" and not any(low <= at < high for low, high in held)
        ]
        return Fix("safe", "Double the braces that the template would read", tuple(edits)) if edits else None
    if linted.prompt.dialect in ("none", "unknown") and "{{" in text[finding.start : end]:
        edits = [
            Edit(finding.start + m.start(), finding.start + m.end(), m[0][0])
            for m in re.finditer(r"\{\{|\}\}", text[finding.start : end])
        ]
        return Fix("suggested", "Write single braces: nothing formats this text", tuple(edits))
    return None


def _closing(text: str, at: int) -> int | None:
    """Return the end of the brace block that begins at or after an offset."""
    level = 0
    start = text.find("{", at)
    if start < 0 or start > at + 40:
        return None
    for index in range(start, min(len(text), start + 8000)):
        level += {"{": 1, "}": -1}.get(text[index], 0)
        if level == 0:
            return index + 1
    return None


def rename_tool(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """CODE005: the registered tool whose name is the same words in another order, or nearly the same."""
    del facts
    text = linted.prompt.text
    said = re.search(r"[A-Za-z_][\w.-]*", text[finding.start : finding.end].lstrip("`"))
    tools = linted.prompt.around.tools or ()
    if said is None or not tools:
        return None
    near = [tool for tool in tools if _words(tool) == _words(said[0]) or distance(tool, said[0]) <= 2]
    if len(near) != 1 or near[0] == said[0]:
        return None
    start = text.find(said[0], finding.start)
    return Fix("suggested", f"Name the tool that is there: {near[0]}", (Edit(start, start + len(said[0]), near[0]),))


def _words(name: str) -> list[str]:
    return sorted(word.lower() for word in re.findall(r"[A-Za-z][a-z]*|\d+", name))


GENERATORS = {"CODE005": rename_tool, "CODE006": braces}
