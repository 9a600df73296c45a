"""Near duplicates: MinHash of word 3-grams, 64 permutations in 8 bands, verified at Jaccard 0.8."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from promptlint.readiness.training.codec import normalised
from promptlint.readiness.training.groups import Group, jaccard, shingles

PERMUTATIONS = 64
BANDS = 8
THRESHOLD = 0.8
SAMPLE = 100_000
FULL_LIMIT = 3_000_000
COVERAGE_ROWS = 20_000
_COVERAGE_CASES = 1000
_COMPARED = 8
_BATCH = 5000
_NEIGHBOUR = 0.25


class Kept:
    """Distinct inputs that are compared: 300 bytes each, and their texts where `exact`.

    Without `exact` only the first `texts` of them keep their text.
    """

    def __init__(self, *, exact: bool, texts: int = 0) -> None:
        self.systems: array[int] = array("Q")
        self.rows: array[int] = array("I")
        self.firsts: array[int] = array("Q")
        self.conflicts = bytearray()
        self.signatures: array[int] = array("I")
        self.texts: list[str] = []
        self._most = -1 if exact else texts
        self._waiting: list[str] = []

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, group: Group) -> None:
        """Take in one input; `settle` has to follow."""
        self.systems.append(int(group.system, 16))
        self.rows.append(group.rows)
        self.firsts.append(group.first)
        self.conflicts.append(group.conflict)
        self.texts.append(group.input if self._most < 0 or len(self.texts) < self._most else "")
        self._waiting.append(group.input)
        if len(self._waiting) == _BATCH:
            self.settle()

    def settle(self) -> None:
        """Sign what has no signature yet."""
        self.signatures.extend(signatures(self._waiting))
        self._waiting.clear()

    def extend(self, other: Kept) -> None:
        """Take in what another part has kept."""
        for name in ("systems", "rows", "firsts", "conflicts", "signatures", "texts"):
            getattr(self, name).extend(getattr(other, name))


class Near(NamedTuple):
    """Inputs that repeat another one nearly, inputs that are nearly one of the evaluation, and those."""

    repeats: frozenset[int]
    """Indexes of inputs that collapse into an earlier one."""
    leaked: frozenset[int]
    eval_leaked: frozenset[int]
    """Indexes of evaluation inputs."""


def available() -> bool:
    """Whether the MinHash library is installed."""
    from importlib.util import find_spec

    return find_spec("rensa") is not None


def signatures(texts: Sequence[str], size: int = 3) -> array[int]:
    """Return the MinHash of each text, 64 numbers a text in one flat array."""
    import rensa  # type: ignore[import-untyped,unused-ignore]

    flat = array("I")
    for start in range(0, len(texts), _BATCH):
        sets = [shingles(normalised(text), size) for text in texts[start : start + _BATCH]]
        for row in rensa.RMinHash.digests_from_token_sets(sets, PERMUTATIONS, 42):
            flat.extend(row)
    return flat


def search(kept: Kept, eval_inputs: Sequence[str], *, exact: bool) -> Near:
    """Find near repeats among the inputs, and inputs near to those of the evaluation.

    `exact` verifies candidates on the texts, otherwise on the signatures (standard error 0.05).
    """
    count, texts = len(kept), [*kept.texts, *eval_inputs]
    flat = kept.signatures + signatures(eval_inputs)
    parent = list(range(count))
    leaked: set[int] = set()
    found_eval: set[int] = set()
    for a, b in _candidates(flat, len(texts)):
        if b < count and (kept.systems[a] != kept.systems[b] or _root(parent, a) == _root(parent, b)):
            continue
        if a >= count or (b >= count and b - count in found_eval and a in leaked):
            continue
        if not _alike(flat, texts, a, b, exact=exact):
            continue
        if b >= count:
            leaked.add(a)
            found_eval.add(b - count)
        else:
            low, high = sorted((_root(parent, a), _root(parent, b)))
            parent[high] = low
    repeats = _repeats(parent, kept, leaked)
    return Near(frozenset(repeats), frozenset(leaked), frozenset(found_eval))


def _repeats(parent: list[int], groups: Kept, leaked: set[int]) -> set[int]:
    """Of each cluster, all but the first group that is neither leaked nor in conflict."""
    kept: set[int] = set()
    repeats: set[int] = set()
    for index in range(len(parent)):
        if index in leaked or groups.conflicts[index]:
            continue
        root = _root(parent, index)
        if root in kept:
            repeats.add(index)
        kept.add(root)
    return repeats


def _candidates(flat: array[int], count: int, bands: int = BANDS) -> Iterator[tuple[int, int]]:
    """Yield pairs (a < b) that share a band, each member against the first few of its bucket."""
    width = PERMUTATIONS // bands
    for band in range(bands):
        first: dict[bytes, int] = {}
        more: dict[int, list[int]] = {}
        for index in range(count):
            start = index * PERMUTATIONS + band * width
            found = first.setdefault(flat[start : start + width].tobytes(), index)
            if found == index:
                continue
            yield found, index
            bucket = more.setdefault(found, [])
            for other in bucket:
                yield other, index
            if len(bucket) < _COMPARED - 1:
                bucket.append(index)


def _alike(flat: array[int], texts: Sequence[str], a: int, b: int, *, exact: bool) -> bool:
    estimate = _estimate(flat, a, b)
    if not exact:
        return estimate >= THRESHOLD
    if estimate < 0.5:
        return False
    return jaccard(shingles(normalised(texts[a])), shingles(normalised(texts[b]))) >= THRESHOLD


def _estimate(flat: array[int], a: int, b: int) -> float:
    first = flat[a * PERMUTATIONS : (a + 1) * PERMUTATIONS]
    second = flat[b * PERMUTATIONS : (b + 1) * PERMUTATIONS]
    return sum(x == y for x, y in zip(first, second, strict=True)) / PERMUTATIONS


def _root(parent: list[int], index: int) -> int:
    while parent[index] != index:
        parent[index] = parent[parent[index]]
        index = parent[index]
    return index


def uncovered(kept: Kept, leaked: frozenset[int], eval_inputs: Sequence[str]) -> tuple[int, int]:
    """Return (evaluation inputs without a training neighbour, inputs looked at).

    A neighbour shares about a quarter of the words: MinHash of single words, 32 bands of 2.
    """
    train = [text for index, text in enumerate(kept.texts) if text and index not in leaked][:COVERAGE_ROWS]
    cases = sorted(set(eval_inputs))[:_COVERAGE_CASES]
    if not train or not cases:
        return 0, 0
    flat = signatures([*train, *cases], size=1)
    buckets: dict[tuple[int, int, int], list[int]] = {}
    for index in range(len(train)):
        for band in range(32):
            start = index * PERMUTATIONS + band * 2
            held = buckets.setdefault((band, flat[start], flat[start + 1]), [])
            if len(held) < 32:
                held.append(index)
    alone = sum(not _has_neighbour(flat, index, buckets) for index in range(len(train), len(train) + len(cases)))
    return alone, len(cases)


def _has_neighbour(flat: array[int], index: int, buckets: Mapping[Any, list[int]]) -> bool:
    seen: set[int] = set()
    for band in range(32):
        start = index * PERMUTATIONS + band * 2
        for other in buckets.get((band, flat[start], flat[start + 1]), ()):
            if other not in seen:
                seen.add(other)
                if _estimate(flat, index, other) >= _NEIGHBOUR:
                    return True
    return False
