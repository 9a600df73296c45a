"""Rows of equal input, one partition at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from promptlint.readiness.training.spill import Record, record

_COMPARED = 8
_AGREE = 0.5
_IDENTITY = 33
"""Where the key and the hash of the system prompt end in a line."""


class Group(NamedTuple):
    """Rows of one input under one system prompt. `outputs` counts the distinct outputs."""

    key: str
    system: str
    rows: int
    outputs: int
    conflict: bool
    first: int
    """The lowest row id."""
    input: str


def groups(lines: Sequence[str], *, labels: bool) -> Iterator[Group]:
    """Yield the groups of a partition's sorted lines. `labels`: short outputs are labels of a closed set."""
    start, end = 0, len(lines)
    while start < end:
        line = lines[start]
        identity, stop = line[:_IDENTITY], start + 1
        while stop < end and lines[stop].startswith(identity):
            stop += 1
        if stop == start + 1:  # nearly always
            one = record(line)
            yield Group(one.key, one.system, 1, 1, False, one.row, one.input)
        else:
            yield _group([record(found) for found in lines[start:stop]], labels=labels)
        start = stop


def _group(rows: list[Record], *, labels: bool) -> Group:
    outputs = {row.output: row for row in rows}
    conflict = len(outputs) > 1 and disagree(list(outputs.values()), labels=labels)
    text = next((row.input for row in rows if row.input), "")
    return Group(
        rows[0].key, rows[0].system, len(rows), len(outputs), conflict, min(row.row for row in rows), text
    )  # fmt: skip


def disagree(records: list[Record], *, labels: bool) -> bool:
    """Whether different outputs for one input contradict each other.

    JSON and labels do when they differ at all; free text when two answers share less than half of their words.
    """
    if any(record.kind == "j" or (labels and record.kind == "l") for record in records):
        return True
    words = [Counter(record.text.split()) for record in sorted(records, key=lambda r: r.output)[:_COMPARED]]
    return any(_similarity(a, b) < _AGREE for i, a in enumerate(words) for b in words[i + 1 :])


def _similarity(a: Counter[str], b: Counter[str]) -> float:
    """Return the Dice coefficient of two bags of words."""
    total = sum(a.values()) + sum(b.values())
    return 2 * sum((a & b).values()) / total if total else 1.0


def shingles(text: str, size: int = 3) -> list[str]:
    """Return the word n-grams of a normalised text; the text itself where it is shorter."""
    words = text.split()
    if size == 1 or len(words) < size:
        return words if size == 1 and words else [text]
    return list(map(" ".join, zip(*(words[start:] for start in range(size)), strict=False)))


def jaccard(a: Iterable[str], b: Iterable[str]) -> float:
    """Return the Jaccard similarity of two collections of shingles."""
    first, second = set(a), set(b)
    return len(first & second) / max(1, len(first | second))
