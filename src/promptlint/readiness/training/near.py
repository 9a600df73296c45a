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
FULL_LIMIT = 5_000_000
_COMPARED = 8
_BATCH = 5000
_NEIGHBOUR = 0.25
_COVERAGE_ROWS, _COVERAGE_CASES = 20_000, 1000


class Near(NamedTuple):
    """Groups that repeat another one nearly, groups that are nearly an evaluation input, and those inputs."""

    repeats: frozenset[int]
    """Indexes of groups that collapse into an earlier one."""
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


def search(groups: Sequence[Group], eval_inputs: Sequence[str], *, exact: bool) -> Near:
    """Find near repeats among groups (they hold their input) and against evaluation inputs.

    `exact` verifies candidates on the texts, otherwise on the signatures (standard error 0.05).
    """
    texts = [group.input for group in groups] + list(eval_inputs)
    flat = signatures(texts)
    parent = list(range(len(groups)))
    leaked: set[int] = set()
    found_eval: set[int] = set()
    count = len(groups)
    for a, b in _candidates(flat, len(texts)):
        if a < count and b < count and (groups[a].system != groups[b].system or _root(parent, a) == _root(parent, b)):
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
    repeats = _repeats(parent, groups, leaked)
    return Near(frozenset(repeats), frozenset(leaked), frozenset(found_eval))


def _repeats(parent: list[int], groups: Sequence[Group], leaked: set[int]) -> set[int]:
    """Of each cluster, all but the first group that is neither leaked nor in conflict."""
    kept: set[int] = set()
    repeats: set[int] = set()
    for index, group in enumerate(groups):
        if index in leaked or group.conflict:
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
        buckets: dict[bytes, list[int]] = {}
        for index in range(count):
            start = index * PERMUTATIONS + band * width
            bucket = buckets.setdefault(flat[start : start + width].tobytes(), [])
            for other in bucket:
                yield other, index
            if len(bucket) < _COMPARED:
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


def uncovered(groups: Sequence[Group], eval_inputs: Sequence[str]) -> tuple[int, int]:
    """Return (evaluation inputs without a training neighbour, inputs looked at).

    A neighbour shares about a quarter of the words: MinHash of single words, 32 bands of 2.
    """
    train = [group.input for group in groups[:_COVERAGE_ROWS]]
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
