"""Q1 to Q3: the data, the team, the prompt."""

from __future__ import annotations

from promptlint.readiness.facts import Facts, usable
from promptlint.readiness.keys import REAL
from promptlint.readiness.measure import Pair, Variant
from promptlint.readiness.model import Answer, Evidence, Question

TEXTS = {
    "Q1": "Are there enough quality input/output examples?",
    "Q2": "Is there a team able to maintain the pipeline over time?",
    "Q3": "Is the prompt already optimised with few-shot examples?",
}
_FEW = 3
_ROUNDS = 3


def q1(facts: Facts) -> Question:
    """Compare the clean rows, never the raw ones, with the threshold."""
    threshold = facts.evidence.thresholds["examples"]
    declared = facts.evidence.declared.get("examples")
    base = Question(
        "Q1", TEXTS["Q1"], "unknown", "none", "no training file is named", None, threshold.value, threshold.origin
    )
    if facts.scan is None:
        note = f"; {declared:,} declared, which proves nothing" if isinstance(declared, int) else ""
        return base._replace(summary=base.summary + note, missing=("name the training files: `train` or --train",))
    scan = facts.scan
    raw = scan.tally.rows
    evidence = tuple(Evidence("train", f.path, f.sha256, "waterfall", f.rows) for f in scan.files)
    contradictions: tuple[str, ...] = ()
    if isinstance(declared, int | float) and (declared >= threshold.value) != (scan.clean >= threshold.value):
        contradictions = (f"declared {declared:,} examples, {scan.clean:,} are clean: the data wins",)
    answer: Answer = "yes" if scan.clean >= threshold.value else "no"
    summary = f"{scan.clean:,} clean of {raw:,} rows, {threshold.value:,.0f} needed"
    if answer == "no" and raw >= threshold.value:
        stage, lost = max(scan.left.items(), key=lambda item: item[1])
        summary += f"; the stage `{stage}` takes the most: {lost:,}"
    return base._replace(
        answer=answer,
        confidence="measured",
        summary=summary,
        value=scan.clean,
        evidence=evidence,
        contradictions=contradictions,
    )


def q2(facts: Facts) -> Question:
    """No file can prove a team: at best declared, and corroborated by what the repository shows."""
    base = Question("Q2", TEXTS["Q2"], "unknown", "none", "no team is declared")
    team = facts.evidence.team
    needed = ("owner", "backup", "hours_per_month", "retrain_cadence_days", "rollback")
    if not team:
        return base._replace(missing=tuple(f"team.{name}" for name in needed))
    absent = sorted(name for name, state in facts.team_files.items() if state == "absent")
    if not team.get("owner"):
        return base._replace(answer="no", confidence="declared", summary="no owner is named")
    if absent:
        found = tuple(f"team.{name}: {team[name]} does not exist" for name in absent)
        return base._replace(answer="no", confidence="measured", summary="; ".join(found), contradictions=found)
    missing = [name for name in needed if not team.get(name)]
    hours, least = team.get("hours_per_month"), facts.evidence.limit("min_hours_per_month")
    if isinstance(hours, int | float) and hours < least:
        return base._replace(
            summary=f"{hours:g} hours a month are declared, at least {least:g} are needed",
            missing=("team.hours_per_month",),
        )
    if missing:
        return base._replace(
            summary=f"not declared: {', '.join(missing)}", missing=tuple(f"team.{name}" for name in missing)
        )
    pipeline = facts.team_files.get("pipeline", "")
    inferred = pipeline.startswith("changed") and facts.ci_evaluates
    if facts.strict and not inferred:
        return base._replace(summary="a team is declared, which --strict does not count", missing=("--strict is on",))
    shown = "; the pipeline is alive and CI runs the evaluation" if inferred else ""
    return base._replace(
        answer="yes",
        confidence="inferred" if inferred else "declared",
        summary=f"owner, backup, {hours:g} hours a month, cadence and rollback are declared{shown}",
    )


def q3(facts: Facts) -> Question:
    """No examples or an open error: no. A plateau measured on the current prompt: yes. Otherwise unknown."""
    base = Question("Q3", TEXTS["Q3"], "unknown", "none", "no prompt is named", evidence=_prompt_evidence(facts))
    if not facts.prompts:
        return base._replace(missing=("name the prompt files",))
    contradictions = _contradictions(facts)
    bare = [prompt for prompt in facts.prompts if not prompt.examples and not prompt.examples_injected]
    errors = [finding for prompt in facts.prompts for finding in prompt.findings if finding.severity == "error"]
    if bare or errors:
        parts = [f"{prompt.id} has no worked example" for prompt in bare[:3]]
        parts += [f"{finding.where}: {finding.rule} is open" for finding in errors[:3]]
        return base._replace(
            answer="no", confidence="measured", summary="; ".join(parts), contradictions=contradictions,
            value=float(min(prompt.examples for prompt in facts.prompts)),
        )  # fmt: skip
    base = base._replace(contradictions=contradictions, evidence=base.evidence + facts.results_evidence())
    return _plateau(facts, base)


def _prompt_evidence(facts: Facts) -> tuple[Evidence, ...]:
    return tuple(Evidence("prompt", p.path, p.sha256, f"{p.examples} examples", None) for p in facts.prompts)


def _contradictions(facts: Facts) -> tuple[str, ...]:
    said = facts.evidence.declared.get("few_shot")
    claimed = said is True or str(said).lower() in ("done", "yes", "true")
    if claimed and any(not p.examples and not p.examples_injected for p in facts.prompts):
        return ("few-shot is declared as done, the prompt holds no example: the prompt wins",)
    return ()


def _plateau(facts: Facts, base: Question) -> Question:
    least, alpha = facts.evidence.limit("min_cases"), facts.evidence.limit("alpha")
    candidates = [pair for pair in facts.pairs if pair.shared >= least and _current(facts, pair)]
    if not candidates:
        why = "no paired result for the current prompt"
        if facts.pairs:
            why += f" on {least:g} shared cases, few-shot among the variants"
        stale = any(variant.stale for variant in facts.variants)
        return base._replace(
            summary=why, confidence="stale" if stale else "none", missing=(_todo(facts, least),)
        )  # fmt: skip
    tried = _tried(facts, least)
    best = _best(tried)
    assert best is not None
    rivals = [pair for pair in facts.pairs if best.name in (pair.a, pair.b) and pair.model == best.model]
    rivals = [pair for pair in rivals if pair.shared >= least]
    if not rivals:
        return base._replace(
            summary="the best variant shares too few cases with another one", missing=(_todo(facts, least),)
        )
    nearest = max(rivals, key=lambda pair: _rate(tried, pair.b if pair.a == best.name else pair.a, best.model))
    current = _best([variant for variant in tried if not variant.stale])
    if best.stale and current is not None and _beaten(facts, best, current, alpha):
        return base._replace(
            summary=f"{best.name}, another text than the current prompt, did better than {current.name}",
            missing=(f"go back to {best.name}, or measure a better prompt",),
        )
    rounds = len({variant.name for variant in tried if variant.model == best.model})
    found = (
        f"{nearest.a} → {nearest.b} on {nearest.shared} shared cases: {nearest.b_only} won, {nearest.a_only} lost, "
        f"p = {nearest.p:.2g}"
    )
    if any(variant.origin not in REAL for variant in tried if variant.model == best.model):
        return base._replace(summary=f"{found}, but not on production or curated cases", missing=("task.origin",))
    if nearest.p >= alpha:
        return _yes(base, f"{found}: no further gain", nearest)
    if rounds >= _ROUNDS:
        return _yes(base, f"{found}; {rounds} variants were measured", nearest)
    return base._replace(
        summary=f"{found}: still gaining after {rounds} variants", missing=("measure one more variant of the prompt",)
    )


def _best(variants: list[Variant]) -> Variant | None:
    return max(variants, key=lambda variant: (variant.rate, variant.examples or 0, variant.name), default=None)


def _beaten(facts: Facts, best: Variant, current: Variant, alpha: float) -> bool:
    """Whether the current prompt did significantly worse than another text on the same cases."""
    names = {best.name, current.name}
    return any(pair.p < alpha for pair in facts.pairs if pair.model == best.model and {pair.a, pair.b} == names)


def _yes(base: Question, summary: str, pair: Pair) -> Question:
    return base._replace(answer="yes", confidence="measured", summary=summary, value=float(pair.shared))


def _todo(facts: Facts, least: float) -> str:
    from promptlint.readiness import stats

    n = max(int(least), stats.needed_paired(0.05, 0.1, facts.evidence.limit("alpha")))
    return f"measure the current prompt with and without examples on the same {n} cases (shows a gain of 5 points)"


def _current(facts: Facts, pair: Pair) -> bool:
    """Whether a pair is of the current prompt and holds a few-shot variant, both graded on enough sound cases."""
    both = [v for v in facts.variants if v.model == pair.model and v.name in (pair.a, pair.b)]
    if any(_unsound(variant) for variant in both):
        return False
    few = any((variant.examples or 0) >= _FEW for variant in both)
    return few and any(usable(variant) for variant in both)


def _unsound(variant: Variant) -> bool:
    """Whether a guard other than staleness speaks against a variant: an older prompt may stand for comparison."""
    return any(not guard.startswith("measured another text") for guard in variant.guards)


def _tried(facts: Facts, least: float) -> list[Variant]:
    models = {pair.model for pair in facts.pairs if pair.shared >= least and _current(facts, pair)}
    main = facts.incumbent() if facts.incumbent() in models else min(models)
    return [v for v in facts.variants if v.generic and v.model == main and not _unsound(v)]


def _rate(tried: list[Variant], name: str, model: str) -> float:
    return max((variant.rate for variant in tried if variant.name == name and variant.model == model), default=0.0)
