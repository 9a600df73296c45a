"""A1 to A12: what speaks against tuning now, and what is cheaper to try first."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.readiness.cost import BATCH
from promptlint.readiness.facts import Facts, status, usable
from promptlint.readiness.model import Blocker, Question
from promptlint.readiness.targets import best_variant

_KNOWLEDGE = ("knowledge", "missing_knowledge", "fact", "facts", "retrieval", "hallucination", "outdated")
_TONE = ("tone", "style", "preference")
BLOCKING = ("A1", "A4", "A8", "A9")
CHURN = 5


def all_blockers(facts: Facts, q4: Question) -> tuple[Blocker, ...]:
    """Return what applies, blockers first."""
    found = [Blocker(code, message, code in BLOCKING) for code, message in _found(facts, q4)]
    return tuple(sorted(found, key=lambda item: (not item.blocking, int(item.id[1:]))))


def _found(facts: Facts, q4: Question) -> Iterator[tuple[str, str]]:
    yield from _failures(facts)
    yield from _settings(facts, q4)
    yield from _models(facts, q4)
    best = best_variant(facts)
    if best is not None and best.n >= facts.evidence.limit("min_cases") and best.rate < 0.5:
        yield "A8", f"the best variant passes {best.rate:.0%}: under half, look at the task and its grading first"
    yield from _life(facts)
    if not any(variant.generic is False for variant in facts.variants):
        yield "A10", "no pilot yet: tune on 50 of the examples and compare on the same cases before the full set"
    for path, count in sorted(facts.churn.items()):
        if count >= CHURN:
            yield "A11", f"{path} changed {count} times in 60 days: the task is still moving"
    if facts.evidence.regression is None and facts.variants:
        yield "A12", "no regression set outside the task is named (eval.regression)"


def _failures(facts: Facts) -> Iterator[tuple[str, str]]:
    shares: dict[str, float] = dict(facts.evidence.failures)
    origin = "declared"
    tags: dict[str, int] = {}
    for variant in facts.variants:
        if usable(variant):
            for tag, count in variant.tags.items():
                tags[tag] = tags.get(tag, 0) + count
    if sum(tags.values()) >= 10:
        total = sum(tags.values())
        shares, origin = {tag: count / total for tag, count in tags.items()}, "measured"
    knowledge = sum(share for tag, share in shares.items() if tag in _KNOWLEDGE)
    recall = [v.retrieval["context_recall"] for v in facts.variants if "context_recall" in v.retrieval and usable(v)]
    if knowledge >= 0.5:
        yield "A1", f"{knowledge:.0%} of the failures are missing knowledge ({origin}): retrieval, not tuning"
    elif recall and max(recall) < 0.7:
        yield "A1", f"context recall is {max(recall):.2f}: the retriever does not find what the answer needs"
    tone = sum(share for tag, share in shares.items() if tag in _TONE)
    if tone >= 0.5:
        yield "A7", f"{tone:.0%} of the failures are tone or preference ({origin}): preference tuning, not plain tuning"


def _settings(facts: Facts, q4: Question) -> Iterator[tuple[str, str]]:
    loose = [prompt.id for prompt in facts.prompts if prompt.machine_readable and not prompt.enforced]
    if loose:
        yield "A2", f"structured output is not enforced for {loose[0]}: use the provider's schema mode"
    economy = facts.economy
    if economy is not None:
        own = next((row for row in economy.rows if row.model == economy.log.model), None)
        caching = own.cached / (BATCH if facts.offline else 1.0) if own is not None else 0.0
        if own is not None and caching < 0.9 * own.logged:
            yield "A3", f"prompt caching is not used to the full: ${own.logged:,.0f} → ${caching:,.0f} a month"
    if facts.offline:
        yield "A5", "nobody waits for the answers: a batch tier costs about half"
    money = [answer for answer in q4.targets if answer.target == "monthly_cost_usd" and answer.answer == "yes"]
    if money:
        yield "A6", "route the easy cases to a smaller model and only the rest to the large one"


def _models(facts: Facts, q4: Question) -> Iterator[tuple[str, str]]:
    """A4: another generic model that suffices, or none conclusively tested."""
    for answer in q4.targets:
        if answer.swap is not None and not answer.swap.startswith("prompt caching"):
            yield "A4", f"{answer.target} is met by a change of model: {answer.swap}"
            return
    if not facts.variants:
        return
    target = facts.evidence.targets.get("quality", {}).get("min")
    states = status(facts.variants, target, facts.evidence.limit("alpha"))
    incumbent = facts.incumbent()
    others = {model: state for model, state in states.items() if model != incumbent}
    own = facts.prices.find(incumbent)
    for model, state in others.items():
        price = facts.prices.find(model)
        cheaper = own is None or price is None or price.input <= own.input
        if state == "passes" and cheaper and states.get(incumbent) != "passes":
            yield "A4", f"{model} reaches the target untuned"
            return
        if state == "passes" and cheaper and own is not None and price is not None and price.input < own.input:
            yield "A4", f"{model} reaches the target untuned at a lower price than {incumbent}"
            return
    if q4.answer == "no":
        return
    if not others:
        yield "A4", "no second generic model was tested: try a smaller or newer one on the same cases"
    elif all(state == "open" for state in others.values()):
        yield "A4", f"the result for {', '.join(sorted(others))} is not conclusive: test it on more cases"


def _life(facts: Facts) -> Iterator[tuple[str, str]]:
    """A9: the base model must outlive what tuning costs."""
    life = facts.life
    if life.months is None or life.end is None:
        return
    base = facts.evidence.candidate.get("base", "the base model")
    ends = f"{base} ends on {life.end} ({life.origin}), in {life.months:.1f} months"
    least = facts.evidence.limit("min_base_life_months")
    payback = facts.economy.payback if facts.economy is not None else None
    if life.months <= 0:
        yield "A9", f"{base} ended on {life.end} ({life.origin})"
    elif payback is not None and payback > life.months:
        yield "A9", f"{ends}; tuning pays back in {payback:.1f} months"
    elif payback is None and life.months < least:
        yield "A9", f"{ends}; at least {least:g} are needed where no payback is shown"
