"""What the generic model costs, what a tuned one would, and when the difference pays for itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from promptlint.readiness.keys import MOST
from promptlint.readiness.prices import Price, Prices
from promptlint.readiness.requestlog import Log

HOURS = 730
SECONDS = 2.592e6
HIT_POTENTIAL = 0.9
BATCH = 0.5
"""Price of the batch tier over that of an answer at once."""
ASSUMED: Mapping[str, float] = {
    "usd_per_hour": 93.75,
    "eval_usd_month": 500.0,
    "peak": 3.0,
    "replicas_min": 2.0,
    "prompt_tokens": 150.0,
    "labels_per_year": 1.0,
}
"""Taken where nothing is declared; every report names those that were used."""


class Traffic(NamedTuple):
    """Requests a month and mean tokens per request. `prefix` can be cached, `cached` was read from it."""

    monthly: float
    in_tok: float
    out_tok: float
    cached: float
    written: float
    prefix: float


class Candidate(NamedTuple):
    """The cost of a tuned model: per request (managed) and fixed. `assumed` names values that nobody declared."""

    per_request: float
    people: float
    training_year: float
    evaluation: float
    one_off: float
    gpu_month: float
    replicas_min: float
    rps: float | None
    peak: float
    assumed: tuple[str, ...]

    def hosting(self, monthly: float) -> float:
        """Return USD a month for the replicas that carry a volume."""
        replicas = self.replicas_min
        if self.rps:
            replicas = max(replicas, math.ceil(monthly / SECONDS * self.peak / self.rps - 1e-9))
        return self.gpu_month * replicas

    def running(self, monthly: float) -> float:
        """Return USD a month without what is paid once."""
        return self.per_request * monthly + self.hosting(monthly) + self.people + self.evaluation

    def total(self, monthly: float) -> float:
        """Return USD a month, training and labels spread over the year."""
        return self.running(monthly) + self.training_year / 12


class Row(NamedTuple):
    """One generic model at the logged traffic: USD a month as it is used, without cache, and at its cheapest.

    `cached` is with caching in full, and at the batch tier where nobody waits for the answers.
    """

    model: str
    logged: float
    uncached: float
    cached: float
    role: str
    """`incumbent`, `passes`, `below` or `open`: what was measured."""
    breakeven: float | None = None


def generic(price: Price, traffic: Traffic, cached: float, written: float = 0.0, *, batch: bool = False) -> float:
    """Return USD a month for `cached` tokens a request read from the cache."""
    cached = min(cached, traffic.in_tok)
    plain = (traffic.in_tok - cached) * price.input + cached * price.cached
    write = written * max(0.0, price.write - price.input)
    return traffic.monthly * (plain + write + traffic.out_tok * price.output) * (BATCH if batch else 1.0)


def traffic_of(log: Log, declared: Mapping[str, Any], prompt_tokens: int | None) -> tuple[Traffic, str]:
    """Return the traffic and where the cacheable prefix comes from.

    Declared or logged prefix first, then the linted prompt where it makes up half of the input; else the smallest
    logged input, an upper bound that speaks for the generic model.
    """
    if declared.get("static_tokens") is not None:
        prefix, origin = float(declared["static_tokens"]), "declared"
    elif log.static_tok is not None:
        prefix, origin = log.static_tok, "request log"
    elif prompt_tokens is not None and 0.5 * log.in_tok <= prompt_tokens <= log.in_tok:
        prefix, origin = float(prompt_tokens), "linted prompt"
    else:
        prefix, origin = log.min_in_tok, "smallest logged input, an upper bound"
    prefix = max(min(prefix, log.in_tok), log.cached_tok)
    return Traffic(log.monthly, log.in_tok, log.out_tok, log.cached_tok, log.write_tok, prefix), origin


def potential(price: Price, traffic: Traffic, share: float) -> float:
    """Return the tokens a request that caching could serve; the logged ones where those are more."""
    prefix = traffic.prefix if traffic.prefix >= price.cache_minimum else 0.0
    return max(share * prefix, traffic.cached)


def row(price: Price, traffic: Traffic, share: float, role: str, *, batch: bool = False) -> Row:
    """Return the costs of one generic model; `batch` tells whether the batch tier may be used."""
    return Row(
        price.model,
        generic(price, traffic, traffic.cached, traffic.written),
        generic(price, traffic, 0.0),
        generic(price, traffic, potential(price, traffic, share), batch=batch),
        role,
    )


def candidate(
    declared: Mapping[str, Any], team: Mapping[str, Any], traffic: Traffic, prices: Prices
) -> tuple[Candidate | None, tuple[str, ...]]:
    """Return the cost of tuning, or None with the keys that are missing."""
    missing = [f"candidate.{name}" for name in ("train_usd", "label_usd") if declared.get(name) is None]
    hosting = str(declared.get("hosting") or ("managed" if str(declared.get("base", "")).startswith("ft:") else ""))
    if hosting not in ("self", "managed"):
        missing.append("candidate.hosting (self or managed)")
    if hosting == "self" and declared.get("gpu_usd_h") is None:
        missing.append("candidate.gpu_usd_h")
    if team.get("hours_per_month") is None:
        missing.append("team.hours_per_month")
    per_request = 0.0
    assumed: list[str] = []
    if hosting == "managed":
        found = _managed(declared, traffic, prices, assumed)
        if found is None:
            missing.append("candidate.input_usd_per_mtok and output_usd_per_mtok")
        per_request = found or 0.0
    if missing:
        return None, tuple(missing)

    def value(section: Mapping[str, Any], name: str) -> float:
        if section.get(name) is None:
            assumed.append(f"{name} = {ASSUMED[name]:g}")
            return ASSUMED[name]
        return float(section[name])

    cadence = float(team.get("retrain_cadence_days") or 365)
    rounds = max(1.0, 365 / cadence) if cadence > 0 else 1.0
    labels = value(declared, "labels_per_year")
    own = hosting == "self"
    return Candidate(
        per_request=per_request,
        people=float(team["hours_per_month"]) * value(team, "usd_per_hour"),
        training_year=declared["train_usd"] * rounds + declared["label_usd"] * labels,
        evaluation=value(declared, "eval_usd_month"),
        one_off=declared["train_usd"] + declared["label_usd"],
        gpu_month=declared["gpu_usd_h"] * HOURS if own else 0.0,
        replicas_min=value(declared, "replicas_min") if own else 0.0,
        rps=declared.get("rps_per_gpu") if own else None,
        peak=value(declared, "peak") if own else 1.0,
        assumed=tuple(assumed),
    ), ()


def _managed(declared: Mapping[str, Any], traffic: Traffic, prices: Prices, assumed: list[str]) -> float | None:
    """Return USD a request of a managed tuned model, whose prompt has shrunk."""
    price = prices.tuned(str(declared.get("base", "")))
    into, out = declared.get("input_usd_per_mtok"), declared.get("output_usd_per_mtok")
    if price is not None and not price.model.startswith("ft:") and (into is None or out is None):
        assumed.append(f"a tuned {price.model} costs what its base costs")
    into = price.input * 1e6 if into is None and price is not None else into
    out = price.output * 1e6 if out is None and price is not None else out
    if into is None or out is None:
        return None
    static = declared.get("prompt_tokens")
    if static is None:
        static = ASSUMED["prompt_tokens"]
        assumed.append(f"prompt_tokens = {static:g}")
    user = max(0.0, traffic.in_tok - traffic.prefix)
    return float((static + user) * into + traffic.out_tok * out) / 1e6


def breakeven(per_request: float, tuned: Candidate) -> float | None:
    """Return the requests a month from which tuning is cheaper; None where it never is."""
    margin = per_request - tuned.per_request
    if margin <= 0:
        return None
    monthly = 0.0
    for _ in range(50):
        fixed = tuned.total(monthly) - tuned.per_request * monthly
        following = fixed / margin
        if following > MOST:
            return None
        if abs(following - monthly) < 0.5:
            break
        monthly = following
    return following


def payback(generic_month: float, tuned: Candidate, monthly: float) -> float | None:
    """Return the months until what is paid once is earned; None where it never is."""
    gain = generic_month - tuned.running(monthly)
    return tuned.one_off / gain if gain > 0 else None


class Saving(NamedTuple):
    """Cost of the generic model over that of the tuned one: 2 means half the cost."""

    low: float
    base: float
    high: float
    low_usd: float
    """USD a month saved at the low end; negative: tuning costs more."""


def saving(price: Price, traffic: Traffic, share: float, tuned: Candidate, *, batch: bool = False) -> Saving:
    """Return the saving against a generic model: low and high end with volume, hit rate and fixed cost moved."""

    def at(scale: float, cached: float, fixed: float) -> tuple[float, float]:
        moved = traffic._replace(monthly=traffic.monthly * scale)
        own = generic(price, moved, cached, batch=batch)
        steady = tuned.per_request * moved.monthly
        return own, steady + (tuned.total(moved.monthly) - steady) * fixed

    best = potential(price, traffic, share)
    low, base, high = at(0.8, best, 1.25), at(1.0, best, 1.0), at(1.2, traffic.cached, 0.8)
    return Saving(low[0] / low[1], base[0] / base[1], high[0] / high[1], low[0] - low[1])


def tornado(
    price: Price, traffic: Traffic, share: float, tuned: Candidate, *, batch: bool = False
) -> tuple[tuple[str, float, float], ...]:
    """Return (what is moved, ratio at its low end, ratio at its high end), widest first."""
    best = potential(price, traffic, share)

    def ratio(t: Traffic, c: Candidate, cached: float) -> float:
        return generic(price, t, min(cached, t.in_tok), batch=batch) / max(c.total(t.monthly), 1e-9)

    moves: list[tuple[str, float, float]] = []
    for name, field in (("volume", "monthly"), ("output tokens", "out_tok")):
        low, high = (traffic._replace(**{field: getattr(traffic, field) * factor}) for factor in (0.8, 1.2))
        moves.append((f"{name} ±20%", ratio(low, tuned, best), ratio(high, tuned, best)))
    moves.append(("cache hits full / none", ratio(traffic, tuned, best), ratio(traffic, tuned, 0.0)))
    for name, field, part in (
        ("engineer hours", "people", 0.5),
        ("GPU price", "gpu_month", 0.25),
        ("training and labels", "training_year", 0.5),
    ):
        more, less = (tuned._replace(**{field: getattr(tuned, field) * factor}) for factor in (1 + part, 1 - part))
        moves.append((f"{name} ±{part:.0%}", ratio(traffic, more, best), ratio(traffic, less, best)))
    return tuple(sorted(moves, key=lambda move: (-abs(move[2] - move[1]), move[0])))
