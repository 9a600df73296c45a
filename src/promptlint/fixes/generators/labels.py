"""One more label for a closed list: where no other fits."""

from __future__ import annotations

import re

from promptlint.fixes.facts import Facts
from promptlint.fixes.generators import drafting
from promptlint.model import Edit, Finding, Fix, LabelSet, Linted

OTHER = re.compile(
    r"^(?:other|unknown|unclear|none|n/?a|neutral|mixed|not[_ ]\w+|out[_ ]of[_ ]scope|needs[_ ]review)$", re.I
)


def closed(linted: Linted) -> LabelSet | None:
    """Return the first closed list of labels."""
    return next(iter(linted.anatomy.labels), None)


def other_class(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """UNC005: one more label, written like the others, and when it applies."""
    del facts
    text = linted.prompt.text
    labels = next((s for s in linted.anatomy.labels if s.start <= finding.start < s.end), closed(linted))
    if labels is None or not labels.spans:
        return None
    last = labels.spans[-1]
    word = "OTHER" if all(label.isupper() for label in labels.labels) else "other"
    word = "Other" if all(label[:1].isupper() and not label.isupper() for label in labels.labels) else word
    opening, closing = text[last.start - 1 : last.start], text[last.end : last.end + 1]
    quoted = opening == closing and opening in ('"', "'", "`") and bool(opening)
    line = text[text.rfind("\n", 0, last.start) + 1 : last.start]
    if re.fullmatch(r"[ \t]*(?:[-*•]|\d+[.)])[ \t]+[*_`\"']{0,3}", line):
        return _other_item(linted, last.end, line, word)
    between = text[labels.spans[-2].end : last.start].strip("\"'`") if len(labels.spans) > 1 else ", "
    glue = re.sub(r"\b(?:or|and)\b\s*", "", between).strip() or ","
    if glue not in (",", "/", "|", ";"):
        return None
    if re.search(r"\b(?:or|and)\b", between):
        glue = between.strip()
        glue = glue if glue.startswith(",") else ", " + glue
    at = last.end + (1 if quoted else 0)
    shown = f"{opening}{word}{opening}" if quoted else word
    gap = glue if glue in ("/", "|") and " " not in between else f"{glue} "
    edits = [Edit(at, at, f"{gap}{shown}")]
    clause = drafting.after_statement(linted, last.start)
    if clause is not None and clause >= at and text[clause - 1 : clause] == ".":
        edits.append(Edit(clause, clause, f' Use "{word}" if none of the others fits or the text is unclear.'))
    return Fix("suggested", f'Add "{word}" to the labels', tuple(edits))


def _other_item(linted: Linted, end: int, line: str, word: str) -> Fix | None:
    text = linted.prompt.text
    finish = text.find("\n", end)
    finish = len(text[: finish if finish >= 0 else len(text)].rstrip())
    number = re.search(r"\d+", line)
    mark = line.replace(number[0], str(int(number[0]) + 1), 1) if number is not None else line
    tail = re.match(r"[*_`\"']{0,3}", text[end:finish])
    new = f"\n{mark}{word}{tail[0] if tail else ''}: none of the others fits, or the text is unclear"
    return Fix("suggested", f'Add "{word}" to the labels', (Edit(finish, finish, new),))
