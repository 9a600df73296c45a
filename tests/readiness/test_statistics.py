"""The statistics agree with scipy and statsmodels, and with the figures of the literature."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.readiness import stats

COUNTS = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
ALPHAS = st.sampled_from([0.05, 0.01, 0.1, 0.05 / 3])


@settings(max_examples=100, deadline=None)
@given(COUNTS, ALPHAS)
def test_wilson_agrees_with_scipy(counts: tuple[int, int], alpha: float) -> None:
    scipy = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    passed, n = counts
    wanted = scipy.binomtest(passed, n).proportion_ci(1 - alpha, method="wilson")
    found = stats.wilson(passed, n, alpha)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 1500), st.integers(0, 1500))
def test_mcnemar_agrees_with_scipy(won: int, lost: int) -> None:
    scipy = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    wanted = scipy.binomtest(won, won + lost, 0.5).pvalue if won + lost else 1.0
    assert stats.mcnemar_exact(won, lost) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("passed", "n"), [(0, 5), (17, 20), (82, 100), (410, 500), (7, 7)])
def test_wilson_agrees_with_statsmodels(passed: int, n: int) -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion", reason="statsmodels is not installed")
    low, high = proportion.proportion_confint(passed, n, method="wilson")
    found = stats.wilson(passed, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(("won", "lost"), [(10, 25), (5, 12), (8, 30), (0, 0), (3, 3)])
def test_mcnemar_agrees_with_statsmodels(won: int, lost: int) -> None:
    tables = pytest.importorskip("statsmodels.stats.contingency_tables", reason="statsmodels is not installed")
    wanted = tables.mcnemar([[50, won], [lost, 50]], exact=True).pvalue if won + lost else 1.0
    assert stats.mcnemar_exact(won, lost) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(("rate", "target"), [(0.8999, 0.9), (0.89, 0.9), (0.951, 0.95), (0.9000001, 0.9)])
def test_the_number_of_cases_clears_the_target_however_near(rate: float, target: float) -> None:
    needed = stats.needed_for_target(rate, target)
    assert needed is not None

    def clears(n: int) -> bool:
        bounds = stats.wilson(rate * n, n)
        return bounds.high < target if rate < target else bounds.low >= target

    assert clears(round(needed.interval * 1.05))
    assert not clears(round(needed.interval * 0.9))


@pytest.mark.parametrize(("rate", "target"), [(0.85, 0.9), (0.87, 0.9), (0.93, 0.95), (0.98, 0.95)])
def test_the_number_of_cases_has_80_percent_power(rate: float, target: float) -> None:
    """Checked on the normal approximation, which the formula solves."""
    scipy = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    needed = stats.needed_for_target(rate, target)
    assert needed is not None
    spread, own = (target * (1 - target)) ** 0.5, (rate * (1 - rate)) ** 0.5

    def power(n: int) -> float:
        return float(scipy.norm.cdf((abs(rate - target) * n**0.5 - scipy.norm.ppf(0.95) * spread) / own))

    assert power(needed.power80) >= 0.8 - 1e-9 > power(needed.power80 - 1) - 1e-9


@pytest.mark.parametrize(("rate", "target", "wanted"), [(0.85, 0.9, (124, 253)), (0.87, 0.9, (358, 670))])
def test_published_sample_sizes_are_met(rate: float, target: float, wanted: tuple[int, int]) -> None:
    assert stats.needed_for_target(rate, target) == wanted


@pytest.mark.parametrize(("difference", "discordance", "n"), [(0.05, 0.1, 312), (0.05, 0.2, 626), (0.03, 0.1, 870)])
def test_published_paired_sample_sizes_are_met(difference: float, discordance: float, n: int) -> None:
    assert stats.needed_paired(difference, discordance) == pytest.approx(n, abs=2)


def test_the_interval_of_a_quantile_holds_what_scipy_gives() -> None:
    """Order statistics: the exact interval of scipy and the one by normal ranks differ by a few ranks at most."""
    scipy = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    values = [float(value) for value in range(1, 1001)]
    wanted = scipy.quantile_test(values, q=930, p=0.95).confidence_interval(0.95)
    found = stats.quantile_interval(values, 0.95)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=3)


def test_clustered_means_agree_with_the_bootstrap_of_scipy() -> None:
    scipy = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    values = [((index * 37) % 100) / 100 for index in range(300)]
    wanted = scipy.bootstrap((numpy.array(values),), numpy.mean, method="percentile", rng=1).confidence_interval
    found = stats.cluster_mean([(value, 1) for value in values])
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=0.01)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 3), st.integers(3, 5)), min_size=2, max_size=40), st.randoms())
def test_the_order_of_clusters_does_not_matter(clusters: list[tuple[float, int]], rng) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(clusters)
    rng.shuffle(shuffled)
    assert stats.cluster_mean(shuffled) == stats.cluster_mean(clusters)
