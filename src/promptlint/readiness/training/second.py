"""The second pass, partition by partition: contradictions, exact and near repeats, leakage, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from promptlint.readiness.model import Skipped
from promptlint.readiness.training import near
from promptlint.readiness.training.groups import groups
from promptlint.readiness.training.near import Kept
from promptlint.readiness.training.spill import HASHES, PARTITIONS, Spill
from promptlint.readiness.training.tally import Tally, smallest
from promptlint.readiness.training.workers import Workers

_TOGETHER = 16


class Outcome(NamedTuple):
    """Rows that leave by stage, and what is near to what. `conflicts` and `repeats` are the lowest row ids."""

    left: dict[str, int]
    eval_near: frozenset[str] = frozenset()
    uncovered: tuple[int, int] = (0, 0)
    near_rows: int = 0
    conflicts: tuple[int, ...] = ()
    repeats: tuple[int, ...] = ()


class _Work(NamedTuple):
    folder: str | None
    first: int
    """The first of the partitions that are worked off together."""
    labels: bool
    cutoff: int
    """Inputs whose key lies below it are kept for the search of near duplicates."""
    exact: bool


class _Part(NamedTuple):
    """What some partitions come to. `rows` are those of contradictory, `repeated` of other groups beyond the first."""

    unique: int
    conflict_rows: int
    repeated: int
    same_output: int
    other_output: int
    conflicts: list[int]
    again: list[int]
    kept: Kept


def run(
    spill: Spill, tally: Tally, eval_inputs: Sequence[str], mode: str, share: float, skipped: list[Skipped],
    workers: Workers | None,
) -> Outcome:  # fmt: skip
    """Group all rows by input. `share` of the inputs were kept by the first pass; `workers` work on written files."""
    limit = {"full": near.FULL_LIMIT, "sample": near.SAMPLE}.get(mode, 0)
    exact = mode == "sample" or tally.near_rows <= near.SAMPLE
    cutoff = int(HASHES * share * min(1.0, limit / max(1, tally.near_rows)))
    starts = range(0, PARTITIONS, _TOGETHER)
    work = [_Work(spill.folder, start, tally.is_label_task(), cutoff, exact) for start in starts]
    parts = (_part(spill, item) for item in work) if workers is None else workers.map(_written, work)
    left = {"not_in_eval": 0, "no_conflict": 0, "deduplicated": 0}
    kept, conflicts, unique = Kept(exact=exact), list[int](), 0
    for part in parts:
        unique += part.unique
        left["no_conflict"] += part.conflict_rows
        left["deduplicated"] += part.repeated
        tally.found["TD010"] += part.conflict_rows
        tally.found["TD008"] += part.same_output
        tally.found["TD009"] += part.other_output
        conflicts = smallest([*conflicts, *part.conflicts])
        if part.again:
            tally.where["TD008"] = smallest([*tally.where.get("TD008", []), *part.again])
        kept.extend(part.kept)
    if not limit:
        return Outcome(left, conflicts=tuple(conflicts))
    if len(kept) < unique:
        skipped.append(Skipped("near_dup", f"sampled {len(kept)}/{unique} distinct inputs; near leakage likewise"))
    if eval_inputs and unique > near.COVERAGE_ROWS:
        skipped.append(
            Skipped("TD018", f"neighbours were looked for among {near.COVERAGE_ROWS:,} of {unique:,} inputs")
        )
    return _near(kept, tally, eval_inputs, Outcome(left, conflicts=tuple(conflicts)), exact=exact)


def _written(work: _Work) -> _Part:
    return _part(Spill(work.folder), work)


def _part(spill: Spill, work: _Work) -> _Part:
    kept = Kept(exact=work.exact, texts=near.COVERAGE_ROWS * _TOGETHER // PARTITIONS)
    below = f"{work.cutoff:014x}" if work.cutoff < HASHES else "g"
    conflicts: list[int] = []
    again: list[int] = []
    unique = conflict_rows = repeated = same = other = 0
    for number in range(work.first, work.first + _TOGETHER):
        for group in groups(spill.partition(number), labels=work.labels):
            unique += 1
            if group.input and group.key[2:] < below:
                kept.add(group)
            if group.conflict:
                conflict_rows += group.rows
                conflicts.append(group.first)
            elif group.rows > 1:
                repeated += group.rows - 1
                same += group.rows - group.outputs
                other += group.outputs - 1
                again.append(group.first)
        conflicts, again = smallest(conflicts), smallest(again)
    kept.settle()
    return _Part(unique, conflict_rows, repeated, same, other, conflicts, again, kept)


def _near(kept: Kept, tally: Tally, eval_inputs: Sequence[str], outcome: Outcome, *, exact: bool) -> Outcome:
    left = outcome.left
    cases = sorted({text for text in eval_inputs if len(text.split()) >= 3})
    found = near.search(kept, cases, exact=exact)
    for index in sorted(found.leaked):
        rows = kept.rows[index]
        left["not_in_eval"] += rows
        tally.note("TD011", kept.firsts[index])
        tally.found["TD011"] += rows - 1
        if kept.conflicts[index]:
            left["no_conflict"] -= rows
            tally.found["TD010"] -= rows
        else:
            left["deduplicated"] -= rows - 1
    left["deduplicated"] += len(found.repeats)
    tally.found["TD009"] += len(found.repeats)
    return outcome._replace(
        eval_near=frozenset(cases[index] for index in found.eval_leaked),
        uncovered=near.uncovered(kept, found.leaked, list(eval_inputs)),
        near_rows=len(kept),
        repeats=tuple(smallest(kept.firsts[index] for index in found.repeats)),
    )
