"""The second pass: rows of equal input, one partition at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from promptlint.readiness.training.spill import Record, Spill

_COMPARED = 8
_AGREE = 0.5


class Group(NamedTuple):
    """Rows of one input under one system prompt. `outputs` counts the distinct outputs."""

    key: int
    system: str
    rows: int
    outputs: int
    conflict: bool
    first: int
    """The lowest row id."""
    input: str


def groups(spill: Spill, *, labels: bool) -> Iterator[Group]:
    """Yield the groups in the order of their keys. `labels`: short outputs are labels of a closed set."""
    for records in spill.partitions():
        for (key, system), found in groupby(records, key=lambda record: (record.key, record.system)):
            rows = list(found)
            outputs = {record.output: record for record in rows}
            conflict = len(outputs) > 1 and disagree(list(outputs.values()), labels=labels)
            text = next((record.input for record in rows if record.input), "")
            yield Group(
                int(key, 16), system, len(rows), len(outputs), conflict, min(record.row for record in rows), text
            )


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
    return [" ".join(words[i : i + size]) for i in range(len(words) - size + 1)] or [text]


def jaccard(a: Iterable[str], b: Iterable[str]) -> float:
    """Return the Jaccard similarity of two collections of shingles."""
    first, second = set(a), set(b)
    return len(first & second) / max(1, len(first | second))
