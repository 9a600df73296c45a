"""The verdict from answers, cases and blockers; and what to do, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from promptlint.readiness.facts import Facts
from promptlint.readiness.model import Blocker, Question, Remedy, UseCase, Verdict

_NO = {
    "Q1": "there are too few clean examples (Q1)",
    "Q2": "no team is ready to maintain it (Q2)",
    "Q3": "the prompt itself is not finished (Q3)",
    "Q4": "a generic model can meet the targets (Q4)",
}
_REPAIRABLE = ("parsed", "valid", "complete", "schema", "fits", "no_pii", "no_refusal", "no_conflict")
"""Stages of the waterfall, the cheapest to repair first."""


class Decision(NamedTuple):
    """The verdict, what led to it, and what to do next."""

    verdict: Verdict
    reasons: tuple[str, ...]
    sentence: str
    fixes: tuple[Remedy, ...]
    plan: tuple[str, ...]


def decide(
    facts: Facts, questions: Sequence[Question], cases: Sequence[UseCase], blockers: Sequence[Blocker]
) -> Decision:
    """Return the decision. Unknown never passes."""
    verdict, reasons = judge(questions, cases, blockers)
    fixes = tuple(sorted(_fixes(facts, questions, blockers), key=lambda fix: (-fix.impact, fix.cost, fix.action)))
    return Decision(verdict, reasons, _sentence(verdict, questions, cases, blockers), fixes, _plan(verdict, facts))


def judge(
    questions: Sequence[Question], cases: Sequence[UseCase], blockers: Sequence[Blocker]
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict and the ids that decided it."""
    q4 = questions[3]
    established = [case.id for case in cases if case.established]
    swap = any(answer.swap is not None for answer in q4.targets)
    if q4.answer == "no" and not established and not swap:
        return "not_needed", ("Q4.no",)
    said_no = [f"{question.id}.no" for question in questions if question.answer == "no"]
    stopping = [blocker.id for blocker in blockers if blocker.blocking]
    if said_no:
        return "not_yet", (*said_no, *stopping)
    unknown = [f"{question.id}.unknown" for question in questions if question.answer == "unknown"]
    if unknown:
        return "insufficient_evidence", tuple(unknown)
    if stopping or not established:
        return "not_yet", (*stopping, *(() if established else ("no_case",)))
    return "justified", tuple(established)


def _sentence(
    verdict: Verdict, questions: Sequence[Question], cases: Sequence[UseCase], blockers: Sequence[Blocker]
) -> str:
    if verdict == "justified":
        texts = [case.text for case in cases if case.established]
        return f"Fine-tuning is justified: all four questions are answered with yes, for {' and '.join(texts)}."
    if verdict == "not_needed":
        return "Fine-tuning is not needed: the generic model meets every declared target."
    if verdict == "insufficient_evidence":
        ids = ", ".join(question.id for question in questions if question.answer == "unknown")
        return f"There is not enough evidence to decide: {ids} cannot be answered yet."
    no = [question.id for question in questions if question.answer == "no"]
    stopping = [blocker.id for blocker in blockers if blocker.blocking]
    if no:
        return f"Do not fine-tune yet: {' and '.join(_NO[name] for name in no)}."
    if stopping:
        return f"Do not fine-tune yet: {', '.join(stopping)} speaks against it."
    return "Do not fine-tune yet: none of the four cases that make it worth while is established."


def _fixes(facts: Facts, questions: Sequence[Question], blockers: Sequence[Blocker]) -> Iterator[Remedy]:
    q1, q2, q3, q4 = questions
    yield from _prompt_fixes(facts, q3)
    for blocker in blockers:
        cost = {"A2": 3, "A3": 4, "A4": 5, "A5": 4, "A6": 5, "A1": 6}.get(blocker.id)
        if cost is not None:
            yield Remedy(
                blocker.message, blocker.id, "days" if cost >= 5 else "hours", cost, 3 if blocker.blocking else 1
            )
    if q4.answer == "unknown":
        for todo in q4.missing:
            yield Remedy(f"measure: {todo}", "Q4", "hours", 3, 2)
    if q3.answer == "unknown" and facts.prompts:
        for todo in q3.missing:
            yield Remedy(todo, "Q3", "hours", 3, 2)
    if q2.answer != "yes":
        wanted = ", ".join(q2.missing or q2.contradictions) or "team.owner"
        yield Remedy(f"name the team in the evidence file: {wanted}", "Q2", "minutes", 4, 3 if q2.answer == "no" else 2)
    if q1.answer == "unknown":
        yield Remedy("name the training files: `train` or --train", "Q1", "minutes", 4, 2)
    if q1.answer == "no":
        yield _data_fix(facts, q1)
    if any(blocker.id == "A9" for blocker in blockers):
        yield Remedy("choose a base model that outlives the payback", "A9", "days", 7, 3)


def _prompt_fixes(facts: Facts, q3: Question) -> Iterator[Remedy]:
    """The gaps of the prompt: what flips Q3 first, the rest as free wins."""
    covered: set[str] = set()
    for prompt in facts.prompts:
        for found in prompt.findings:
            if found.severity == "info":
                continue
            examples = found.rule.startswith("EXM")
            bare = examples and not prompt.examples and not prompt.examples_injected
            covered.update([prompt.id] if bare else [])
            impact = 3 if found.severity == "error" or bare else 1
            yield Remedy(
                found.message, "Q3", "minutes" if not examples else "hours", 2 if examples else 1, impact,
                found.rule, found.where,
            )  # fmt: skip
        if not prompt.examples and not prompt.examples_injected and prompt.id not in covered:
            action = "add 3 to 5 worked examples, the rare cases among them (`promptlint fewshot` selects candidates)"
            yield Remedy(action, "Q3", "hours", 2, 3, None, prompt.path)
    if not facts.prompts and q3.answer == "unknown":
        yield Remedy("name the prompt files: promptlint readiness PROMPT_PATHS", "Q3", "minutes", 1, 2)


def _data_fix(facts: Facts, q1: Question) -> Remedy:
    """The cheapest stage of the waterfall that would bring the data over the threshold, else more labels."""
    lacking = int((q1.threshold or 0) - (q1.value or 0))
    if facts.scan is not None:
        for stage in _REPAIRABLE:
            lost = facts.scan.left.get(stage, 0)
            if lost >= lacking > 0:
                return Remedy(f"repair {lacking:,} of the {lost:,} rows lost at `{stage}`", "Q1", "days", 6, 3)
    return Remedy(f"label {lacking:,} more examples that are clean and distinct", "Q1", "weeks", 7, 3)


def _plan(verdict: Verdict, facts: Facts) -> tuple[str, ...]:
    if verdict != "justified":
        return ()
    best = max((v.rate for v in facts.variants if v.generic and not v.guards), default=None)
    held = f" (generic: {best:.1%})" if best is not None else ""
    plan = [
        "Pilot: tune on 50 of the clean examples; go on only if the same cases show a gain.",
        f"Held-out set: the measured cases stay out of training{held}.",
        "Kill criterion: no significant paired gain over the generic prompt on the held-out set after two rounds.",
        "Kill criterion: a generic model reaches the target at the same or a lower monthly cost.",
        "Residual risk: the generic models move; repeat this assessment with every new one.",
    ]
    if facts.evidence.regression is None:
        plan.append("Residual risk: no regression set outside the task is named.")
    if facts.life.end is not None:
        plan.append(f"Residual risk: the base model ends on {facts.life.end}.")
    return tuple(plan)
