"""All figures of cost that the questions, cases and blockers need, worked out once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from promptlint.readiness import cost
from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.evidence import EvidenceFile, date
from promptlint.readiness.model import PromptEvidence, Skipped
from promptlint.readiness.prices import Prices
from promptlint.readiness.requestlog import Log

_MONTH = 30.4375


class Economy(NamedTuple):
    """Costs at the logged traffic. `actual` is what is paid now, from the log's costs or from the price table."""

    log: Log
    traffic: cost.Traffic
    prefix_origin: str
    rows: tuple[cost.Row, ...]
    actual: float | None
    actual_measured: bool
    """The log itself carries the costs: no price table is needed."""
    best: cost.Row | None
    """The cheapest generic model that may be used: the incumbent, or one measured to reach the target."""
    tuned: cost.Candidate | None
    tuned_month: float | None
    saving: cost.Saving | None
    literal: float | None
    """Cost as logged over the cost of tuning."""
    payback: float | None
    breakeven: float | None
    tornado: tuple[tuple[str, float, float], ...]
    stale: bool


class Life(NamedTuple):
    """How long the base model of the candidate lives, in months; None where no end is known."""

    months: float | None
    end: dt.date | None
    origin: str


def life(evidence: EvidenceFile, prices: Prices, as_of: dt.date) -> Life:
    """Return the life of the base model: the earliest date that is declared or in the price table."""
    path = evidence.path or "evidence"
    declared = date(evidence.candidate.get("base_eol"), "candidate.base_eol", path)
    base = str(evidence.candidate.get("base") or "")
    # Weights of one's own do not end with the service of a provider who offers the same model.
    own = evidence.candidate.get("hosting") == "self" and not base.startswith("ft:")
    price = None if own else prices.tuned(base)
    ends = [(declared, "declared")] if declared is not None else []
    if price is not None and price.end_of_life is not None and price.end_of_life != declared:
        against = f", declared: {declared}" if declared is not None and declared > price.end_of_life else ""
        ends.append((price.end_of_life, f"price table {prices.source}{against}"))
    tuning = date(evidence.candidate.get("tuning_end"), "candidate.tuning_end", path)
    if tuning is not None:
        ends.append((tuning, "end of the provider's tuning"))
    if not ends:
        return Life(None, None, "")
    end, origin = min(ends)
    return Life((end - as_of).days / _MONTH, end, origin)


def economy(
    log: Log,
    evidence: EvidenceFile,
    prompts: Sequence[PromptEvidence],
    prices: Prices,
    status: Mapping[str, str],
    skipped: list[Skipped],
) -> Economy:
    """Return all figures of cost. `status` tells of each measured model whether it `passes`, is `below` or `open`.

    Raises EvidenceError where costs are needed and the price of the incumbent is not known.
    """
    declared = evidence.requests.options if evidence.requests is not None else {}
    static = max((prompt.tokens for prompt in prompts), default=None) if len(prompts) == 1 else None
    traffic, origin = cost.traffic_of(log, declared, static)
    share = declared.get("cache_hit_potential")
    share = cost.HIT_POTENTIAL if share is None else float(share)
    if share > 1:
        raise EvidenceError(evidence.path or log.path, "requests.cache_hit_potential is a share: at most 1")
    offline = evidence.task.get("offline") is True
    rows = _rows(log, traffic, prices, status, share, skipped, evidence)
    incumbent = next((row for row in rows if row.role == "incumbent"), None)
    actual = log.cost_month if log.cost_month is not None else incumbent.logged if incumbent is not None else None
    usable = [row for row in rows if row.role == "passes" or row.model == log.model]
    best = min(usable, key=lambda row: (row.cached, row.model)) if usable else None
    tuned, missing = cost.candidate(evidence.candidate, evidence.team or {}, traffic, prices)
    if tuned is None and evidence.candidate:
        skipped.append(Skipped("cost of tuning", f"not declared: {', '.join(missing)}"))
    stale = prices.stale(evidence.limit("max_price_age_days"))
    found = Economy(
        log, traffic, origin, rows, actual, log.cost_month is not None, best, tuned, None, None, None, None, None, (),
        stale,
    )  # fmt: skip
    if tuned is None or best is None:
        return found
    price = prices.find(best.model)
    assert price is not None
    month = tuned.total(log.monthly)
    return found._replace(
        tuned_month=month,
        saving=cost.saving(price, traffic, share, tuned, batch=offline),
        literal=actual / month if actual is not None and month > 0 else None,
        payback=cost.payback(best.cached, tuned, log.monthly),
        breakeven=cost.breakeven(best.cached / max(log.monthly, 1e-9), tuned),
        tornado=cost.tornado(price, traffic, share, tuned, batch=offline),
        rows=tuple(row._replace(breakeven=cost.breakeven(row.cached / max(log.monthly, 1e-9), tuned)) for row in rows),
    )


def _rows(
    log: Log,
    traffic: cost.Traffic,
    prices: Prices,
    status: Mapping[str, str],
    share: float,
    skipped: list[Skipped],
    evidence: EvidenceFile,
) -> tuple[cost.Row, ...]:
    rows = []
    for model in sorted({log.model, *status}):
        price = prices.find(model)
        if price is None:
            _no_price(model, log, evidence, prices, skipped)
            continue
        role = "incumbent" if model == log.model else status[model]
        rows.append(cost.row(price, traffic, share, role, batch=evidence.task.get("offline") is True))
    return tuple(rows)


def _no_price(model: str, log: Log, evidence: EvidenceFile, prices: Prices, skipped: list[Skipped]) -> None:
    if model == log.model and log.cost_month is None and (evidence.candidate or "monthly_cost_usd" in evidence.targets):
        raise EvidenceError(
            log.path,
            f"no price for model {model!r} in {prices.source}",
            "add it with --prices, or log a `cost` column",
        )
    skipped.append(Skipped("price", f"no price for model {model!r} in {prices.source}"))
