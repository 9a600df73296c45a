"""The paired result of two variants of a prompt on the same rows."""

from __future__ import annotations

from typing import NamedTuple

from promptlint.cli.comparing import Comparison
from promptlint.fixes.facts import Case
from promptlint.fixes.filling import template
from promptlint.fixes.trial import asker, run
from promptlint.readiness.stats import Interval, mcnemar_exact, paired_difference, wilson


class Measured(NamedTuple):
    """Counts and intervals; `won` rows only the new variant got right, `lost` only the old one."""

    rows: int
    before: Interval
    after: Interval
    won: int
    lost: int
    difference: Interval
    p: float
    left_out: int
    """Rows that the new variant shows as examples."""


def measure(comparison: Comparison, cases: tuple[Case, ...], target: str, model: str | None, limit: int) -> Measured:
    """Run rows through both variants. Raises FillError and TrialError."""
    shown = comparison.after.prompt.text
    unseen = tuple(case for case in cases if case.input not in shown)
    rows = unseen[:limit]
    before, after = template(comparison.before, rows), template(comparison.after, rows)
    answers = run(before, after, rows, asker(target, model))
    won = sum(a.after_right and not a.before_right for a in answers)
    lost = sum(a.before_right and not a.after_right for a in answers)
    n = len(answers)
    return Measured(
        n,
        wilson(sum(a.before_right for a in answers), n),
        wilson(sum(a.after_right for a in answers), n),
        won,
        lost,
        paired_difference(won, lost, n),
        mcnemar_exact(won, lost),
        len(cases) - len(unseen),
    )


def lines(measured: Measured) -> tuple[str, ...]:
    """Return the result as text, and what it does and does not show."""
    if measured.rows == 0:
        return ("measured: no row is left that the prompt does not show as an example",)
    d = measured.difference
    verdict = "the new variant did better" if d.low > 0 else "the old variant did better" if d.high < 0 else ""
    verdict = verdict or "not shown to differ: the interval holds 0"
    return (
        f"measured on {measured.rows} rows ({measured.left_out} shown as examples left out), exact answers",
        f"  before {_rate(measured.before)}",
        f"  after  {_rate(measured.after)}",
        f"  difference {d.point:+.1%}, 95% interval {d.low:+.1%} to {d.high:+.1%}; won {measured.won}, lost "
        f"{measured.lost}, exact McNemar p = {measured.p:.3g}",
        f"  {verdict}",
    )


def _rate(interval: Interval) -> str:
    return f"{interval.point:.1%} (95% interval {interval.low:.1%} to {interval.high:.1%})"
