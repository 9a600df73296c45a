"""Picking examples from labelled rows without a model: valid, distinct, balanced over labels, diverse, in good order.

Everything is deterministic: the same rows give the same block.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from zlib import crc32

from promptlint.fixes.facts import Case

_POOL = 10_000
_NEAR = 0.8
_LENGTHS = (0.5, 0.85, 0.15, 0.65, 0.35, 0.95, 0.05, 0.75, 0.25)
"""Where in the order of lengths the next example is looked for."""
_EDGE = re.compile(
    r"null|\"\"|\[\]|\b(?:other|unknown|unclear|none|n/a|not stated|don't (?:know|have)|cannot|could not)\b", re.I
)
_LABEL_KEYS = ("label", "category", "class", "intent", "sentiment", "type", "status", "priority", "verdict", "score")


class Pick(NamedTuple):
    """The chosen rows in the order to show them, and what the choice covers."""

    cases: tuple[Case, ...]
    coverage: Mapping[str, str]
    left_out: Mapping[str, int]
    """Rows that were not candidates, by reason."""


def pick(
    rows: Iterable[Case],
    k: int,
    *,
    budget: int | None = None,
    exclude: Iterable[Case] = (),
    labels: tuple[str, ...] = (),
    valid: Callable[[object], bool] | None = None,
    tokens: Callable[[str], int] = lambda text: len(text) // 4 + 1,
) -> Pick:
    """Return at most `k` rows within `budget` tokens; never one that is in `exclude` or nearly so.

    `labels` and `valid` (of an output's data) say which outputs the prompt admits.
    """
    left_out: Counter[str] = Counter()
    pool = _candidates(list(rows), list(exclude), labels, valid, left_out)
    chosen = _choose(pool, k, budget, tokens)
    ordered = _ordered(chosen)
    return Pick(tuple(item.case for item in ordered), _coverage(ordered, pool, tokens), dict(left_out))


class _Item(NamedTuple):
    case: Case
    label: str
    grams: frozenset[int]
    edge: bool


def label_of(case: Case) -> str:
    """Return what rows are balanced over: a short output, or the label-like field of an object; else nothing."""
    if isinstance(case.value, Mapping):
        for key in _LABEL_KEYS:
            if key in case.value and isinstance(case.value[key], str | int | float):
                return str(case.value[key])
        return ""
    return case.output if len(case.output) <= 40 and "\n" not in case.output else ""


def _grams(text: str) -> frozenset[int]:
    words = re.findall(r"\w+", text.lower())
    sizes = [words[i : i + 2] for i in range(max(1, len(words) - 1))]
    return frozenset(crc32(" ".join(part).encode("utf-8", "replace")) for part in sizes)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _candidates(
    rows: list[Case],
    exclude: list[Case],
    labels: tuple[str, ...],
    valid: Callable[[object], bool] | None,
    left_out: Counter[str],
) -> list[_Item]:
    forbidden = {_plain(case.input) for case in exclude}
    near = [_grams(case.input) for case in exclude[:_POOL]]
    index: dict[int, list[int]] = defaultdict(list)
    for number, grams in enumerate(near):
        for gram in grams:
            index[gram].append(number)
    usual = _usual_keys(rows)
    seen: set[str] = set()
    found: list[_Item] = []
    for case in rows:
        text = _plain(case.input)
        grams = _grams(case.input)
        reason = _unfit(case, labels, valid, usual)
        if reason is None and text in seen:
            reason = "repeats another row"
        if reason is None and (text in forbidden or _close(grams, near, index)):
            reason = "stands in the evaluation data, or nearly so"
        if reason is not None:
            left_out[reason] += 1
            continue
        seen.add(text)
        found.append(_Item(case, label_of(case), grams, _EDGE.search(case.output) is not None))
        if len(found) >= _POOL:
            break
    return found


def _usual_keys(rows: list[Case]) -> frozenset[str] | None:
    keys = Counter(frozenset(map(str, case.value)) for case in rows if isinstance(case.value, Mapping))
    if not keys or sum(keys.values()) * 2 < len(rows):
        return None
    return keys.most_common(1)[0][0]


def _unfit(
    case: Case, labels: tuple[str, ...], valid: Callable[[object], bool] | None, usual: frozenset[str] | None
) -> str | None:
    if not case.input.strip() or not case.output.strip():
        return "empty input or output"
    if "<example" in case.input.lower() or "</example" in case.output.lower():
        return "holds example tags"
    if usual is not None and not (isinstance(case.value, Mapping) and usual == frozenset(map(str, case.value))):
        return "differs in its fields from most rows"
    if labels and label_of(case) and label_of(case).lower() not in {label.lower() for label in labels}:
        return "has a label that the prompt does not list"
    if valid is not None and not valid(case.value):
        return "does not fit the declared schema"
    return None


def _close(grams: frozenset[int], others: list[frozenset[int]], index: Mapping[int, list[int]]) -> bool:
    shared: Counter[int] = Counter(number for gram in grams for number in index.get(gram, ()))
    return any(
        count / max(1, len(grams | others[number])) >= _NEAR for number, count in shared.most_common(3) if count > 2
    )


def _similar(left: frozenset[int], right: frozenset[int]) -> float:
    return len(left & right) / max(1, len(left | right))


def _choose(pool: list[_Item], k: int, budget: int | None, tokens: Callable[[str], int]) -> list[_Item]:
    """Take turns over the labels, the commonest first; within a label the row least like those taken, of a length that
    is not yet shown.

    One row that shows the unknown or empty case is taken if there is any.
    """
    by_label: dict[str, list[_Item]] = defaultdict(list)
    for item in pool:
        by_label[item.label].append(item)
    turns = sorted(by_label, key=lambda label: (-len(by_label[label]), label))
    sizes = sorted(len(item.case.input) for item in pool)
    nearest: dict[int, float] = {}
    chosen: list[_Item] = []
    left = budget
    turn = 0
    while turns and len(chosen) < k:
        label = turns[turn % len(turns)]
        wants_edge = len(chosen) == min(k, 3) - 1 and not any(item.edge for item in chosen)
        options = by_label[label]
        edges = [item for item in pool if item.edge and item not in chosen] if wants_edge else []
        wanted = sizes[int(len(sizes) * _LENGTHS[len(chosen) % len(_LENGTHS)])]
        best = min(edges or options, key=lambda item: _fitness(item, wanted, nearest))
        by_label[best.label].remove(best)
        turns = [name for name in turns if by_label[name]]
        turn += best.label in turns and not edges
        cost = tokens(f"Input: {best.case.input}\nOutput: {best.case.output}\n<example></example>\n")
        if left is not None and cost > left:
            continue
        left = left - cost if left is not None else None
        chosen.append(best)
        for item in pool:
            nearest[id(item)] = max(nearest.get(id(item), 0.0), _similar(item.grams, best.grams))
    return chosen


def _fitness(item: _Item, wanted: int, nearest: Mapping[int, float]) -> tuple[float, int, int]:
    return (round(nearest.get(id(item), 0.0), 1), abs(len(item.case.input) - wanted), item.case.row)


def _ordered(chosen: list[_Item]) -> list[_Item]:
    """Interleave the labels, so that none comes in a run or alone at the end; an edge case stands inside."""
    waiting: dict[str, list[_Item]] = defaultdict(list)
    for item in chosen:
        waiting[item.label].append(item)
    out: list[_Item] = []
    while any(waiting.values()):
        last = out[-1].label if out else None
        names = sorted((n for n in waiting if waiting[n]), key=lambda n: (n == last, -len(waiting[n]), n))
        out.append(waiting[names[0]].pop(0))
    if len(out) > 2 and out[-1].edge:
        swap = next((i for i in range(len(out) - 2, 0, -1) if not out[i].edge), None)
        if swap is not None:
            out[-1], out[swap] = out[swap], out[-1]
    return out


def _coverage(chosen: list[_Item], pool: list[_Item], tokens: Callable[[str], int]) -> dict[str, str]:
    labels, shown = {item.label for item in pool if item.label}, Counter(item.label for item in chosen if item.label)
    found = {"examples": f"{len(chosen)} of {len(pool)} candidates"}
    if labels:
        balance = ", ".join(f"{name} {count}" for name, count in sorted(shown.items()))
        found["labels"] = f"{len(shown)} of {len(labels)} shown ({balance})"
    if chosen:
        sizes = sorted(len(item.case.input) for item in pool)
        within = sum(
            min(len(i.case.input) for i in chosen) <= size <= max(len(i.case.input) for i in chosen) for size in sizes
        )
        found["lengths"] = f"{within * 100 // len(sizes)}% of the rows lie between the shortest and the longest shown"
        words = Counter(gram for item in pool for gram in item.grams)
        common = [gram for gram, count in words.items() if count > 1]
        seen = frozenset().union(*(item.grams for item in chosen))
        if common:
            found["wording"] = f"{sum(g in seen for g in common) * 100 // len(common)}% of the recurring word pairs"
        found["edge cases"] = str(sum(item.edge for item in chosen))
        found["tokens"] = str(sum(tokens(i.case.input) + tokens(i.case.output) for i in chosen))
    return found
