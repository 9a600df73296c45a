"""The four cases in which fine-tuning can be worth while."""

from __future__ import annotations

from promptlint.readiness.declared import TRIED
from promptlint.readiness.facts import Facts, status
from promptlint.readiness.model import Grade, Question, UseCase
from promptlint.readiness.targets import self_hostable


def all_cases(facts: Facts, q1: Question, q4: Question) -> tuple[UseCase, ...]:
    """Return C1 volume, C2 specialised task, C3 latency and C4 privacy."""
    return (volume(facts), specialised(facts, q1, q4), latency(facts, q4), privacy(facts))


def volume(facts: Facts) -> UseCase:
    """A saving that is still there at its low end and pays back in time; literally 10M requests at 10 times less."""
    base = UseCase("C1", "very high volume at much lower cost", False, "none", "")
    economy, limit = facts.economy, facts.evidence.limit
    if facts.log is None or economy is None:
        return base._replace(summary="no request log tells the volume")
    numbers: dict[str, object] = {"n_month": round(facts.log.monthly)}
    if economy.saving is None or economy.tuned is None or economy.tuned_month is None:
        return base._replace(summary="the cost of tuning is not declared (candidate, team)", numbers=numbers)
    saving = economy.saving
    numbers["saving"] = {"low": _r(saving.low), "base": _r(saving.base), "high": _r(saving.high)}
    numbers["saving_as_logged"] = _r(economy.literal) if economy.literal is not None else None
    numbers["against"] = economy.best.model if economy.best is not None else None
    numbers["payback_months"] = _r(economy.payback) if economy.payback is not None else None
    enough = facts.log.monthly >= limit("volume")
    literal = enough and economy.literal is not None and economy.literal >= limit("saving_ratio")
    if facts.seed_strict:
        established = literal
    else:
        in_time = economy.payback is not None and (facts.life.months is None or economy.payback <= facts.life.months)
        established = (literal and saving.base > 1) or (saving.low_usd > 0 and in_time)
    grade: Grade = "stale" if economy.stale else "measured"
    logged = f"{economy.literal:.1f}x as logged, " if economy.literal is not None else ""
    pay = f", pays back in {economy.payback:.1f} months" if economy.payback is not None else ", never pays back"
    cheaper = "caching at the batch tier" if facts.offline else "caching"
    summary = (
        f"{facts.log.monthly:,.0f} requests a month; not tuning costs {logged}{saving.base:.2g}x with "
        f"{numbers['against']} and {cheaper} [{saving.low:.2g} to {saving.high:.2g}] what tuning costs{pay}"
    )
    return base._replace(
        established=established and not economy.stale, confidence=grade, summary=summary, numbers=numbers
    )


def _r(value: float) -> float:
    return float(f"{value:.3g}")


def specialised(facts: Facts, q1: Question, q4: Question) -> UseCase:
    """Many clean examples, and a generic model measured to miss the quality target."""
    base = UseCase("C2", "a highly specialised task with many quality examples", False, "none", "")
    need = facts.evidence.limit("specialised_examples")
    quality = q4.targets[0]
    if q1.value is None:
        return base._replace(summary="no training file is named")
    below = quality.answer == "yes"
    summary = (
        f"{q1.value:,.0f} clean examples, {need:,.0f} needed; quality {'missed' if below else 'not shown to be missed'}"
    )
    return base._replace(
        established=q1.value >= need and below,
        confidence="measured",
        summary=summary,
        numbers={"clean": int(q1.value), "needed": int(need)},
    )


def latency(facts: Facts, q4: Question) -> UseCase:
    """A measured p95 over the limit, after everything cheaper was tried or ruled out."""
    base = UseCase("C3", "critical latency", False, "none", "no latency limit is declared")
    found = next((answer for answer in q4.targets if answer.target == "latency_p95_ms"), None)
    if found is None:
        return base
    tried = {str(name) for name in facts.evidence.latency.get("tried") or ()}
    left = [name for name in TRIED if name not in tried]
    late = found.answer == "yes"
    summary = found.summary + (f"; not tried: {', '.join(left)}" if late and left else "")
    return base._replace(
        established=late and not left and not (facts.strict and found.confidence != "measured"),
        confidence=found.confidence,
        summary=summary,
        numbers={"p95_ms": found.value, "limit_ms": found.limit},
    )


def privacy(facts: Facts) -> UseCase:
    """Privacy alone justifies hosting a model, not tuning it: an untuned open model must fall short."""
    base = UseCase("C4", "privacy", False, "none", "no ban on third-party processing is declared")
    if facts.evidence.privacy.get("third_party_forbidden") is not True:
        return base
    target = facts.evidence.targets.get("quality", {}).get("min")
    states = status(facts.variants, target, facts.evidence.limit("alpha"))
    own = {model: state for model, state in states.items() if self_hostable(model)}
    if facts.evidence.candidate.get("hosting") != "self":
        return base._replace(summary="third-party processing is forbidden, the candidate is not self-hosted")
    if any(state == "passes" for state in own.values()):
        return base._replace(confidence="measured", summary="an untuned open model reaches the target: host that one")
    if own and all(state == "below" for state in own.values()):
        return base._replace(
            established=True, confidence="measured", summary="untuned open models were measured below the target"
        )
    if facts.evidence.privacy.get("self_hosted_untuned_ok") is False and not facts.strict and not own:
        return base._replace(
            established=True, confidence="declared", summary="an untuned open model is declared not to suffice"
        )
    return base._replace(summary="no untuned open model was measured: privacy alone justifies hosting, not tuning")
