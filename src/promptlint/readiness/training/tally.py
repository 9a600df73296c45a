"""What one pass over rows counts. Tallies of parts add up to the tally of the whole, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

STAGES = (
    "parsed", "valid", "complete", "fits", "schema", "no_refusal", "no_pii", "not_in_eval", "no_conflict",
    "deduplicated",
)  # fmt: skip
"""The waterfall after `raw`: a row leaves at the first stage that it fails."""

SHOWN = 5
LABEL_CAP = 1000
SYSTEM_CAP = 200


class Tally:
    """Counts of rows by finding and by the stage at which they leave. Row ids are `(chunk << 32) + line`."""

    def __init__(self) -> None:
        self.rows = 0
        self.lines = 0
        self.left: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.where: dict[str, list[int]] = {}
        self.kinds: Counter[str] = Counter()
        self.formats: Counter[str] = Counter()
        self.tokens: Counter[int] = Counter()
        self.sizes: Counter[int] = Counter()
        self.labels: Counter[str] = Counter()
        self.labels_overflow = False
        self.labelled = 0
        self.near_rows = 0
        """Rows whose input is kept for the search of near duplicates."""
        self.outputs = 0
        self.caps: Counter[int] = Counter()
        self.longest = 0
        self.languages: Counter[str] = Counter()
        self.systems: dict[int, tuple[int, str]] = {}
        self.systems_overflow = 0
        self.teachers: Counter[str] = Counter()
        self.in_eval: set[int] = set()
        self.declined = 0
        self.bom = False
        self.first_bad: tuple[int, int] | None = None

    def note(self, code: str, row: int) -> None:
        """Count a finding and keep the lowest row ids."""
        self.found[code] += 1
        kept = self.where.setdefault(code, [])
        if len(kept) < SHOWN:
            kept.append(row)

    def label(self, label: str) -> None:
        """Count a label; past the cap of distinct ones the output is no label."""
        self.labelled += 1
        if not self.labels_overflow:
            self.labels[label] += 1
            if len(self.labels) > LABEL_CAP:
                self.labels_overflow = True
                self.labels.clear()

    def system(self, key: int, text: str) -> None:
        """Count a system prompt and keep its text."""
        known = self.systems.get(key)
        if known is not None:
            self.systems[key] = (known[0] + 1, known[1])
        elif len(self.systems) < SYSTEM_CAP:
            self.systems[key] = (1, text)
        else:
            self.systems_overflow += 1

    def add(self, other: Tally) -> None:
        """Take in the counts of another part."""
        for name in ("rows", "lines", "labelled", "near_rows", "outputs", "systems_overflow", "declined"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("left", "found", "kinds", "formats", "tokens", "sizes", "labels", "caps", "languages", "teachers"):
            getattr(self, name).update(getattr(other, name))
        self.longest = max(self.longest, other.longest)
        self.in_eval |= other.in_eval
        self.bom = self.bom or other.bom
        for code, rows in other.where.items():
            self.where[code] = sorted(self.where.get(code, []) + rows)[:SHOWN]
        self.labels_overflow = self.labels_overflow or other.labels_overflow or len(self.labels) > LABEL_CAP
        if self.labels_overflow:
            self.labels.clear()
        for key, (count, text) in other.systems.items():
            self.systems[key] = (self.systems.get(key, (0, ""))[0] + count, text)
        bad = [at for at in (self.first_bad, other.first_bad) if at is not None]
        self.first_bad = min(bad) if bad else None

    def is_label_task(self) -> bool:
        """Whether outputs are labels of a closed set: nearly all short, few distinct for the number of rows."""
        if self.labels_overflow or not self.outputs or not self.labels:
            return False
        few = len(self.labels) <= max(2, min(200, self.labelled // 5))
        return self.labelled >= 0.8 * self.outputs and few


def quantile(counts: Counter[int], q: float) -> int:
    """Return a quantile of a histogram; 0 for an empty one."""
    total, seen = sum(counts.values()), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= q * total:
            return value
    return 0


def outliers(counts: Counter[int], limit: float = 6.0) -> int:
    """Return how many values lie beyond a robust z of `limit` on the log scale."""
    import math

    if not counts:
        return 0
    median = math.log1p(quantile(counts, 0.5))
    spread: Counter[int] = Counter()
    for value, count in counts.items():
        spread[round(abs(math.log1p(value) - median) * 1e6)] += count
    scale = max(quantile(spread, 0.5) / 1e6 * 1.4826, 0.05)
    return sum(count for value, count in counts.items() if abs(math.log1p(value) - median) / scale > limit)


def smallest(rows: Iterable[int]) -> list[int]:
    """Return the row ids that are shown."""
    return sorted(rows)[:SHOWN]
