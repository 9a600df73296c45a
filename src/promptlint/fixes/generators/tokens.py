"""Tokens: what the prompt says twice or for nothing."""

from __future__ import annotations

from promptlint.fixes.facts import Facts
from promptlint.fixes.generators import drafting
from promptlint.fixes.generators.drafting import slot
from promptlint.model import Edit, Finding, Fix, Linted


def repeated(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """TOK003: take out the later copy, with the line end before it."""
    del facts
    text = linted.prompt.text
    copies = sorted({(finding.start, finding.end), *((s, e) for s, e, _ in finding.related)})
    if len(copies) < 2:
        return None
    start, end = copies[-1]
    first = text[copies[0][0] : copies[0][1]]
    if " ".join(text[start:end].split()) != " ".join(first.split()):
        return None
    line = text.rfind("\n", 0, start) + 1
    if not text[line:start].strip() and _item(linted, start) != _item(linted, copies[0][0]):
        return None  # a remark to each of several points
    if text[line:start].strip(" \t-*•") or _section(linted, start) != _section(linted, copies[0][0]):
        return None  # said again under another title, it may be there for that one
    stop = text.find("\n", end)
    stop = stop if stop >= 0 else len(text)
    if text[end:stop].strip():
        return None
    line = line - 1 if line > 0 else line
    return Fix("suggested", "Take out the later copy", (Edit(line, stop, ""),))


def _item(linted: Linted, at: int) -> int | None:
    """Return where the item of a list begins that stands last before a place."""
    return next((b.start for b in reversed(linted.anatomy.blocks) if b.kind == "item" and b.start <= at), None)


def _section(linted: Linted, at: int) -> int | None:
    return next((b.section for b in reversed(linted.anatomy.blocks) if b.start <= at < b.end), None)


def inert(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """TOK004: take out the sentence."""
    del facts
    text = linted.prompt.text
    statement = next((s for s in linted.anatomy.statements if s.start <= finding.start < s.end), None)
    if statement is None:
        return None
    start, end = statement.start, statement.end
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    stop = stop if stop >= 0 else len(text)
    if not text[line:start].strip(" \t-*•") and not text[end:stop].strip():
        start, end = (line - 1 if line > 0 else line), stop
        if text[max(0, start - 1) : start] in ("", "\n") and text[end : end + 2] == "\n\n":
            end += 1  # the blank line above it serves for the one below
    elif text[line:start].strip():
        start -= len(text[line:start]) - len(text[line:start].rstrip())
    else:
        end += len(text[end:stop]) - len(text[end:stop].lstrip())
    if not (text[:start] + text[end:]).strip():
        return None
    return Fix("suggested", "Take out the sentence: it changes nothing", (Edit(start, end, ""),))


def steps(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """TOK005: take out "think step by step"."""
    return inert(linted, finding, facts)


def precedence(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """CON005: which of two wishes wins, for the author to say."""
    del facts
    end = max([drafting.after_statement(linted, finding.start) or finding.end, *(e for _, e, _ in finding.related)])
    end = drafting.after_statement(linted, end - 1) or end
    text = f" When these conflict, prefer {slot('which of the two')}."
    return Fix("template", "Add which wish comes first", (Edit(end, end, text),))


GENERATORS = {"TOK003": repeated, "TOK004": inert, "TOK005": steps, "CON005": precedence}
