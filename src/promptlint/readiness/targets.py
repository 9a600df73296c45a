"""Q4: is the generic model measured to miss a declared target?"""

from __future__ import annotations

import datetime as dt

from promptlint.readiness import stats
from promptlint.readiness.declared import window_end
from promptlint.readiness.facts import Facts, status, usable
from promptlint.readiness.keys import REAL
from promptlint.readiness.measure import Variant
from promptlint.readiness.model import Answer, Grade, Question, TargetAnswer

TEXT = "Is the generic model measured as insufficient on real cases?"


def q4(facts: Facts) -> Question:
    """Answer for every declared target; `yes` as soon as one is missed, `no` when all are met."""
    answers = [quality(facts)]
    if not facts.seed_strict:
        answers.extend(answer for answer in (money(facts), latency(facts), privacy(facts)) if answer is not None)
    declared = [answer for answer in answers if answer.limit is not None or answer.target == "privacy"]
    missed = [answer for answer in declared if answer.answer == "yes"]
    evidence = facts.results_evidence() + (facts.log_evidence() if len(declared) > 1 else ())
    contradictions = _contradictions(facts)
    missing = tuple(answer.summary for answer in answers if answer.answer == "unknown")
    answer: Answer
    if missed:
        main, answer = missed[0], "yes"
    elif declared and all(item.answer == "no" for item in declared):
        main, answer = declared[0], "no"
    else:
        main, answer = next((item for item in answers if item.answer == "unknown"), answers[0]), "unknown"
    stale = [item for item in answers if item.confidence == "stale"]
    grade: Grade = main.confidence if answer != "unknown" else "stale" if stale else "none"
    summary = "; ".join(item.summary for item in (missed or [main]))
    return Question(
        "Q4", TEXT, answer, grade, summary, main.value, main.limit, "config" if main.limit is not None else None,
        evidence, contradictions, missing, tuple(answers),
    )  # fmt: skip


def _contradictions(facts: Facts) -> tuple[str, ...]:
    found = list(facts.log.contradictions) if facts.log is not None else []
    declared = facts.evidence.declared
    said, best = declared.get("pass_rate"), best_variant(facts)
    if isinstance(said, int | float) and best is not None and not best.interval.low <= said <= best.interval.high:
        found.append(f"declared pass rate {said:g}, measured {_percent(best.interval)}: the measurement wins")
    window = window_end(facts.evidence.task)
    if window is not None and window > facts.as_of:
        found.append(f"the cases are declared to reach until {window}, after the day of the assessment, {facts.as_of}")
    if facts.log is not None and facts.log.last is not None and facts.log.last > facts.as_of + dt.timedelta(days=1):
        found.append(f"{facts.log.path} holds requests of {facts.log.last}, after the day of the assessment")
    said = declared.get("requests_per_month")
    if isinstance(said, int | float) and facts.log is not None and abs(said - facts.log.monthly) > 0.2 * said:
        found.append(f"declared {said:g} requests a month, the log gives {facts.log.monthly:,.0f}: the log wins")
    return tuple(found)


def best_variant(facts: Facts) -> Variant | None:
    """Return the best generic variant: among the usable ones, else among those that are not stale."""
    generic = [variant for variant in facts.variants if variant.generic and variant.n]
    for pool in ([v for v in generic if not v.guards], [v for v in generic if not v.stale and v.origin != "benchmark"]):
        if pool:
            return max(pool, key=lambda variant: (variant.rate, variant.n, variant.name))
    return None


def quality(facts: Facts) -> TargetAnswer:
    """Compare the intervals of all usable generic variants with the target."""
    target = facts.evidence.targets.get("quality", {}).get("min")
    alpha = facts.evidence.limit("alpha")
    best = best_variant(facts)
    if target is None:
        return TargetAnswer("quality", "unknown", "none", "no quality target is declared (targets.quality.min)")
    if best is None:
        why = "no evaluation results" if not facts.variants else "no result measures the current prompt"
        age: Grade = "stale" if any(variant.stale for variant in facts.variants) else "none"
        return TargetAnswer("quality", "unknown", age, f"{why} (target {target:g})", target)
    counted = [variant for variant in facts.variants if usable(variant)]
    needed = stats.needed_for_target(best.rate, target, alpha)
    bounds = (best.interval.low, best.interval.high)
    sizes = (needed.interval, needed.power80) if needed is not None else None
    base = TargetAnswer("quality", "unknown", "none", "", target, best.rate, bounds, sizes)
    name = f"{best.name} on {best.model}" if best.model else best.name
    said = f"{name} passes {_percent(best.interval)} of {best.n} cases, target {target:g}"
    if not counted:
        return base._replace(summary=f"{said}: {'; '.join(best.guards)}{_need(base)}")
    states = status(facts.variants, target, alpha)
    passing = sorted(model for model, state in states.items() if state == "passes")
    if passing:
        return _sufficient(facts, base, said, passing)
    if all(variant.interval.high < target for variant in counted):
        if not any(variant.origin in REAL for variant in counted):
            origin = f"{best.origin} cases" if best.origin else "cases of undeclared origin (task.origin)"
            return base._replace(summary=f"{said}: below the target, but on {origin}", needed=None)
        return base._replace(answer="yes", confidence="measured", summary=f"{said}: below the target", needed=None)
    return base._replace(summary=f"{said}: the interval does not clear the target{_need(base)}")


def _sufficient(facts: Facts, base: TargetAnswer, said: str, passing: list[str]) -> TargetAnswer:
    incumbent = facts.incumbent()
    swap = None if incumbent in passing or not incumbent else passing[0]
    grade: Grade = "measured" if any(v.origin in REAL for v in facts.variants if usable(v)) else "inferred"
    tail = f": sufficient{f' with {swap}' if swap else ''}"
    return base._replace(answer="no", confidence=grade, summary=said + tail, needed=None, swap=swap)


def _need(answer: TargetAnswer) -> str:
    if answer.needed is None:
        return ""
    return f"; about {answer.needed[0]:,} cases are needed, {answer.needed[1]:,} for 80 % power"


def _percent(interval: stats.Interval) -> str:
    return f"{interval.point:.1%} [{interval.low:.3f}, {interval.high:.3f}]"


def money(facts: Facts) -> TargetAnswer | None:
    """Compare what is paid, and what the cheapest usable generic model would cost with caching, with the budget."""
    limit = facts.evidence.targets.get("monthly_cost_usd")
    if limit is None:
        return None
    if facts.economy is None or facts.economy.actual is None:
        return TargetAnswer("monthly_cost_usd", "unknown", "none", "no request log tells the monthly cost", limit)
    economy = facts.economy
    actual = economy.actual or 0.0
    base = TargetAnswer("monthly_cost_usd", "no", "measured", "", limit, actual)
    if economy.stale and not economy.actual_measured:
        return base._replace(answer="unknown", confidence="stale", summary="the price table is too old (--prices)")
    if actual <= limit:
        return base._replace(summary=f"${actual:,.0f} a month, budget ${limit:,.0f}: within budget")
    best = economy.best
    if best is None:
        return base._replace(answer="unknown", confidence="none", summary="no price for a usable generic model")
    if economy.stale:
        return base._replace(answer="unknown", confidence="stale", summary="the price table is too old (--prices)")
    if best.cached <= limit:
        means = " and ".join(("prompt caching", *(("the batch tier",) if facts.offline else ())))
        same = best.model == economy.log.model
        swap = means if same else f"{best.model}{'' if best.logged <= limit else f' with {means}'}"
        return base._replace(
            summary=f"${actual:,.0f} a month, budget ${limit:,.0f}: ${best.cached:,.0f} with {swap}", swap=swap
        )
    cheaper = "caching at the batch tier" if facts.offline else "caching"
    return base._replace(
        answer="yes",
        summary=f"${actual:,.0f} a month and ${best.cached:,.0f} with {best.model} and {cheaper}, budget ${limit:,.0f}",
    )


def latency(facts: Facts) -> TargetAnswer | None:
    """Compare the measured p95 with the limit; the tool never predicts a latency."""
    limit = facts.evidence.targets.get("latency_p95_ms")
    if limit is None:
        return None
    best = best_variant(facts)
    logged = facts.log is not None and bool(facts.log.latencies)
    values = facts.log.latencies if facts.log is not None and logged else best.latencies if best is not None else ()
    if len(values) < facts.evidence.limit("min_cases"):
        found = f"{len(values)} measured latencies" if values else "no measured latency"
        return TargetAnswer("latency_p95_ms", "unknown", "none", f"{found} (limit {limit:g} ms)", limit)
    bounds = stats.quantile_interval(sorted(values), 0.95, facts.evidence.limit("alpha"))
    interval = (bounds.low, bounds.high) if bounds.low > 0 and bounds.high < float("inf") else None
    said = f"p95 {bounds.point:,.0f} ms of {len(values):,} requests, limit {limit:,.0f} ms"
    base = TargetAnswer("latency_p95_ms", "unknown", "none", said, limit, bounds.point, interval)
    grade: Grade = "measured" if logged else "inferred"
    if bounds.low > limit:
        return base._replace(answer="yes", confidence=grade, summary=f"{said}: too slow")
    if bounds.high <= limit:
        return base._replace(answer="no", confidence=grade, summary=f"{said}: fast enough")
    return base._replace(summary=f"{said}: too close to tell")


def privacy(facts: Facts) -> TargetAnswer | None:
    """A ban on third-party processing is missed by a model of a provider."""
    if facts.evidence.privacy.get("third_party_forbidden") is not True:
        return None
    model = facts.incumbent()
    if not model:
        return TargetAnswer("privacy", "unknown", "none", "which model is in use is not known")
    if self_hostable(model):
        return TargetAnswer("privacy", "no", "inferred", f"{model} can be hosted by yourselves")
    if facts.prices.find(model) is None:
        return TargetAnswer("privacy", "unknown", "none", f"whether {model} is a third party's is not known")
    if facts.strict:
        return TargetAnswer("privacy", "unknown", "none", "third-party processing is only declared as forbidden")
    return TargetAnswer("privacy", "yes", "declared", f"third-party processing is forbidden, {model} is a provider's")


def self_hostable(model: str) -> bool:
    """Whether a model's name is that of a family with open weights."""
    lower = model.lower()
    return any(name in lower for name in ("llama", "mistral-7b", "mixtral", "qwen", "gemma", "phi-", "gpt-oss", "olmo"))
