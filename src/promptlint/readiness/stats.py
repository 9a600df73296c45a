"""Intervals, paired tests and sample sizes; pure Python, checked against scipy and statsmodels in the tests."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

_NORMAL = NormalDist()
_RESAMPLES = 2000
_BOOTSTRAP_LIMIT = 2000
_COUNTED = 20_000
"""Up to so many cases the number that is needed is counted out."""
SEED = 20261123


class Interval(NamedTuple):
    """A confidence interval; `low <= point <= high`."""

    low: float
    point: float
    high: float


def z_score(alpha: float) -> float:
    """Return the two-sided normal quantile: 1.96 for alpha 0.05."""
    return _NORMAL.inv_cdf(1 - alpha / 2)


def wilson(passed: float, n: float, alpha: float = 0.05) -> Interval:
    """Return the Wilson score interval of `passed` out of `n`; (0, 0, 1) for no cases."""
    if n <= 0:
        return Interval(0.0, 0.0, 1.0)
    z, p = z_score(alpha), passed / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if passed == 0 else max(0.0, centre - half)
    return Interval(low, p, 1.0 if passed == n else min(1.0, centre + half))


def mcnemar_exact(b: int, c: int) -> float:
    """Return the two-sided exact p-value for `b` and `c` discordant pairs; 1.0 when there is none."""
    n = b + c
    if n == 0:
        return 1.0
    tail = term = 1
    for i in range(min(b, c)):
        term = term * (n - i) // (i + 1)
        tail += term
    return min(1.0, 2 * tail / (1 << n))


def paired_difference(b: int, c: int, n: int, alpha: float = 0.05) -> Interval:
    """Return the difference of two pass rates on the same `n` cases, `b` won and `c` lost (Agresti and Min, 2005)."""
    if n == 0:
        return Interval(-1.0, 0.0, 1.0)
    wins, losses, total = b + 0.5, c + 0.5, n + 2
    centre = (wins - losses) / total
    half = z_score(alpha) * math.sqrt(wins + losses - (wins - losses) ** 2 / total) / total
    point = (b - c) / n
    return Interval(max(-1.0, min(point, centre - half)), point, min(1.0, max(point, centre + half)))


def cluster_mean(clusters: Sequence[tuple[float, int]], alpha: float = 0.05, seed: int = SEED) -> Interval:
    """Return the mean over all observations of clusters `(sum, count)`, whole clusters resampled.

    Up to 2,000 clusters by a seeded percentile bootstrap; above that by the cluster-robust normal interval, which
    the bootstrap approaches. The result does not depend on the order of the clusters.
    """
    ordered = sorted(clusters)
    count = sum(n for _, n in ordered)
    if count == 0:
        return Interval(-math.inf, 0.0, math.inf)
    mean = math.fsum(total for total, _ in ordered) / count
    if len(ordered) < 2:
        return Interval(-math.inf, mean, math.inf)
    if len(ordered) > _BOOTSTRAP_LIMIT:
        return _robust(ordered, mean, count, alpha)
    means = _resampled(tuple(ordered), seed)
    low = means[int(alpha / 2 * _RESAMPLES)]
    high = means[min(_RESAMPLES - 1, math.ceil((1 - alpha / 2) * _RESAMPLES) - 1)]
    return Interval(min(low, mean), mean, max(high, mean))


@lru_cache(maxsize=64)
def _resampled(clusters: tuple[tuple[float, int], ...], seed: int) -> list[float]:
    """Return the sorted means of resamples; intervals of several levels are read from the same ones."""
    generator, size = random.Random(seed), len(clusters)
    counts = {n for _, n in clusters}
    if len(counts) == 1:
        totals, whole = [total for total, _ in clusters], counts.pop() * size
        return sorted(sum(generator.choices(totals, k=size)) / whole for _ in range(_RESAMPLES))
    means = []
    for _ in range(_RESAMPLES):
        drawn = generator.choices(clusters, k=size)
        means.append(sum(total for total, _ in drawn) / sum(n for _, n in drawn))
    return sorted(means)


def _robust(clusters: Sequence[tuple[float, int]], mean: float, count: int, alpha: float) -> Interval:
    groups = len(clusters)
    spread = math.fsum((total - mean * n) ** 2 for total, n in clusters)
    half = z_score(alpha) * math.sqrt(spread * groups / (groups - 1)) / count
    return Interval(mean - half, mean, mean + half)


class Needed(NamedTuple):
    """How many cases: for the interval to clear the target at the observed rate, and to do so with 80 % power."""

    interval: int
    power80: int


def needed_for_target(rate: float, target: float, alpha: float = 0.05) -> Needed | None:
    """Return how many cases tell `rate` from `target`; None where they are equal."""
    gap = abs(rate - target)
    if gap < 1e-9 or not 0 < target < 1:
        return None
    return Needed(_interval_n(rate, target, alpha), _power_n(rate, target, alpha))


def _interval_n(rate: float, target: float, alpha: float) -> int:
    """Return the smallest n at which the nearest whole number of passes clears the target.

    Where that takes many cases, whole numbers hardly matter and the interval is solved for n instead.
    """
    z = z_score(alpha)
    solved = z * z * target * (1 - target) / (rate - target) ** 2
    if solved > _COUNTED:
        return math.ceil(solved)
    n = 1 if rate in (0.0, 1.0) else max(1, int(solved * 0.5))
    while True:
        passed = round(rate * n)
        bounds = wilson(passed, n, alpha)
        if (bounds.high < target) if rate < target else (bounds.low >= target):
            return n
        n += 1


def _power_n(rate: float, target: float, alpha: float) -> int:
    one_sided, power = _NORMAL.inv_cdf(1 - alpha), _NORMAL.inv_cdf(0.8)
    spread = one_sided * math.sqrt(target * (1 - target)) + power * math.sqrt(max(rate * (1 - rate), 0.0))
    return math.ceil((spread / (rate - target)) ** 2 - 1e-9)


def needed_paired(difference: float, discordance: float, alpha: float = 0.05) -> int:
    """Return how many shared cases show a `difference` of two pass rates with 80 % power.

    `discordance` is the share of cases on which the two differ; at least the absolute difference.
    """
    if difference == 0:
        raise ValueError("no number of cases shows a difference of zero")
    spread = max(discordance, abs(difference))
    part = z_score(alpha) * math.sqrt(spread) + _NORMAL.inv_cdf(0.8) * math.sqrt(spread - difference**2)
    return math.ceil((part / difference) ** 2 - 1e-9)


def quantile_interval(ordered: Sequence[float], q: float, alpha: float = 0.05) -> Interval:
    """Return a quantile of sorted values with a distribution-free interval from order statistics (normal ranks)."""
    n = len(ordered)
    if n == 0:
        raise ValueError("no values")
    half = z_score(alpha) * math.sqrt(n * q * (1 - q))
    low, high = math.floor(n * q - half), math.ceil(n * q + half)
    point = ordered[min(n - 1, max(0, math.ceil(n * q) - 1))]
    return Interval(ordered[low - 1] if low >= 1 else -math.inf, point, ordered[high] if high < n else math.inf)
