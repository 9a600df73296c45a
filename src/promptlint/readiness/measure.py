"""From graded answers to measured variants: guards first, then statistics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from promptlint.readiness import stats
from promptlint.readiness.evidence import EvidenceFile, Source
from promptlint.readiness.model import Evidence, PromptEvidence
from promptlint.readiness.prompts import count_examples, digest
from promptlint.readiness.results import Case, Results
from promptlint.readiness.training.codec import key_of, normalised

_SLOT = re.compile(r"\{\{\{?[^{}\n]{1,80}\}?\}\}|\$?\{[\w.$ -]{1,80}\}|%\([\w.]{1,80}\)s|\$[A-Za-z_]\w{0,60}")
_FEW = re.compile(r"few|(?:^|[^0-9])(?:[3-9]|[1-9]\d)[-_ ]?shot|icl", re.I)
_TUNED = re.compile(r"fine-?tuned|(?:^|[-_ ])(?:ft|sft|lora)(?:[-_ ]|$)", re.I)
_MARK = "\u27e8\u27e9"


class Loaded(NamedTuple):
    """One file of results, read."""

    source: Source
    sha256: str
    results: Results
    rows: int


class Variant(NamedTuple):
    """A prompt with a model, as measured. `guards` says why it may not count; empty: it may.

    `clusters` maps each distinct input to (sum of outcomes, answers); `outcomes` each case id to its mean outcome.
    `stale` is None where the results do not tell which prompt they measured.
    """

    name: str
    model: str
    path: str
    n: int
    passed: float
    interval: stats.Interval
    errors: int
    leaked: int
    stale: bool | None
    examples: int | None
    generic: bool
    origin: str | None
    binary: bool
    guards: tuple[str, ...]
    clusters: tuple[tuple[float, int], ...]
    outcomes: Mapping[str, float]
    latencies: tuple[float, ...] = ()
    costs: tuple[float, ...] = ()
    tags: Mapping[str, int] = {}
    retrieval: Mapping[str, float] = {}

    @property
    def rate(self) -> float:
        """The mean outcome over distinct inputs; 0 for none."""
        return self.interval.point

    def bounds(self, alpha: float) -> stats.Interval:
        """Return the interval at another level."""
        return _interval(self.clusters, self.binary, alpha)


class Leak(NamedTuple):
    """Inputs that stand in the training data too: keys of exact ones, texts of near ones, ids of evaluation rows."""

    keys: frozenset[int] = frozenset()
    near: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    eval_rows: int = 0

    def holds(self, case: Case) -> bool:
        """Whether a case was trained on."""
        if case.inputs:
            return any(text in self.near or key_of(normalised(text)) in self.keys for text in case.inputs)
        return case.id in self.ids


def variants(
    loaded: Sequence[Loaded], prompts: Sequence[PromptEvidence], leak: Leak, evidence: EvidenceFile
) -> tuple[Variant, ...]:
    """Return the measured variants of all results, in the order of the files."""
    found = []
    for item in loaded:
        groups: dict[tuple[str, str], list[Case]] = {}
        for case in item.results.cases:
            groups.setdefault((case.variant, case.model), []).append(case)
        for (name, model), cases in groups.items():
            found.append(_variant(item, name, model, cases, prompts, leak, evidence))
        for total in item.results.aggregates:
            clusters = ((total.passed, total.n),)
            bounds = stats.wilson(total.passed, total.n, evidence.limit("alpha"))
            found.append(
                Variant(
                    total.variant, total.model, item.source.shown, total.n, total.passed, bounds, 0, 0, None, None,
                    True, "benchmark", True, ("a public benchmark, not your cases",), clusters, {},
                )
            )  # fmt: skip
    return tuple(found)


def _variant(
    item: Loaded, name: str, model: str, cases: Sequence[Case], prompts: Sequence[PromptEvidence], leak: Leak,
    evidence: EvidenceFile,
) -> Variant:  # fmt: skip
    metric = str(evidence.targets.get("quality", {}).get("metric", "pass"))
    kept = [case for case in cases if not leak.holds(case)]
    errors = sum(case.error for case in kept)
    graded = [(case, value) for case in kept if not case.error and (value := _value(case, metric)) is not None]
    binary = metric == "pass" and all(case.passed is not None for case, _ in graded)
    clusters = _clusters(graded)
    text = item.results.prompts.get(name)
    stale = _stale(text, item.source, prompts)
    outcomes: dict[str, list[float]] = {}
    for case, value in graded:
        outcomes.setdefault(case.id, []).append(value)
    origin = item.results.origin or item.source.options.get("origin") or evidence.task.get("origin")
    bounds = _interval(clusters, binary, evidence.limit("alpha"))
    found = Variant(
        name=name,
        model=model,
        path=item.source.shown,
        n=len(clusters),
        passed=sum(total / n for total, n in clusters),
        interval=bounds,
        errors=errors,
        leaked=len(cases) - len(kept),
        stale=stale,
        examples=_examples(name, text, item, prompts, stale),
        generic=not (model.startswith("ft:") or _TUNED.search(f"{model} {name}") is not None),
        origin=origin,
        binary=binary,
        guards=(),
        clusters=clusters,
        outcomes={key: sum(values) / len(values) for key, values in outcomes.items()},
        latencies=tuple(sorted(case.latency_ms for case in kept if case.latency_ms is not None and not case.error)),
        costs=tuple(case.cost for case in kept if case.cost is not None),
        tags=_tags(kept),
        retrieval=_retrieval(kept),
    )  # fmt: skip
    unmapped = leak.eval_rows > 0 and not leak.ids and not any(case.inputs for case in cases)
    return found._replace(guards=_guards(found, len(kept), unmapped, evidence))


def _value(case: Case, metric: str) -> float | None:
    if metric != "pass":
        return case.scores.get(metric, case.score if metric == "score" else None)
    return float(case.passed) if case.passed is not None else case.score


def _clusters(graded: Sequence[tuple[Case, float]]) -> tuple[tuple[float, int], ...]:
    """Return (sum, answers) of each distinct input, sorted so that the order of cases does not matter."""
    found: dict[object, list[float]] = {}
    for case, value in graded:
        key: object = key_of(normalised("\n".join(sorted(case.inputs)))) if case.inputs else case.id
        found.setdefault(key, []).append(value)
    return tuple(sorted((sum(values), len(values)) for values in found.values()))


def _interval(clusters: Sequence[tuple[float, int]], binary: bool, alpha: float) -> stats.Interval:
    """Wilson where each input has one outcome, else whole inputs resampled."""
    if binary and all(total in (0, n) for total, n in clusters):
        return stats.wilson(sum(total > 0 for total, _ in clusters), len(clusters), alpha)
    return stats.cluster_mean([(total / n, 1) for total, n in clusters], alpha)


def _guards(variant: Variant, kept: int, unmapped: bool, evidence: EvidenceFile) -> tuple[str, ...]:
    """Return why a variant may not count. Guards come before any statistic."""
    found = []
    if variant.stale:
        found.append("measured another text than the current prompt")
    if variant.n < evidence.limit("min_cases"):
        found.append(f"{variant.n} usable cases, at least {evidence.limit('min_cases'):g} are needed")
    if kept and variant.errors / kept > evidence.limit("max_error_share"):
        found.append(f"{variant.errors} of {kept} runs ended in an error")
    if variant.origin == "benchmark":
        found.append("a public benchmark, not your cases")
    if unmapped:
        found.append("evaluation inputs stand in the training data, and these results do not say which cases they are")
    return tuple(found)


def _stale(text: str | None, source: Source, prompts: Sequence[PromptEvidence]) -> bool | None:
    """Whether another text than every linted prompt was measured; None when that cannot be told."""
    declared = source.options.get("prompt_sha256")
    if declared:
        known = {sha256 for prompt in prompts for sha256 in (prompt.sha256, prompt.file_sha256)}
        return not (declared in known or (text is not None and digest(text) == declared and not prompts))
    if text is None or not prompts or text.strip().startswith("file://"):
        return None
    return not any(same_text(text, prompt) for prompt in prompts)


def same_text(measured: str, prompt: PromptEvidence) -> bool:
    """Whether a measured text is a linted prompt, apart from blanks and the spelling of placeholders.

    A final user message that holds nothing but placeholders may come on top.
    """
    wanted = comparable(measured)
    for text in (prompt.text, prompt.system):
        own = comparable(text)
        if own == wanted:
            return True
        if own and own in wanted:
            rest = re.sub(r"[^\w]+", " ", wanted.replace(own, " ", 1).replace(_MARK, " ")).split()
            if len(rest) <= 3:
                return True
    return False


def comparable(text: str) -> str:
    """Return a prompt text with blanks collapsed and every placeholder spelled alike."""
    return " ".join(_SLOT.sub(_MARK, text).split())


def _examples(
    name: str, text: str | None, item: Loaded, prompts: Sequence[PromptEvidence], stale: bool | None
) -> int | None:
    """Return how many examples the variant's prompt has; None when that cannot be told."""
    declared = item.source.options.get("examples")
    if isinstance(declared, int):
        return declared
    if text is not None:
        if stale is False:
            return max([prompt.examples for prompt in prompts if same_text(text, prompt)] + [count_examples(text)])
        return count_examples(text)
    return 3 if _FEW.search(name) else None


def _tags(cases: Sequence[Case]) -> dict[str, int]:
    found: dict[str, int] = {}
    for case in cases:
        if case.passed is False and case.tag:
            found[case.tag.lower()] = found.get(case.tag.lower(), 0) + 1
    return dict(sorted(found.items()))


def _retrieval(cases: Sequence[Case]) -> dict[str, float]:
    found = {}
    for name in ("context_recall", "faithfulness"):
        values = [case.scores[name] for case in cases if name in case.scores]
        if values:
            found[name] = sum(values) / len(values)
    return found


class Pair(NamedTuple):
    """Two variants of one model on the same cases. `b_only`: cases that only `b` passed."""

    a: str
    b: str
    model: str
    shared: int
    a_only: int
    b_only: int
    p: float
    difference: stats.Interval


def pairs(found: Sequence[Variant], alpha: float) -> tuple[Pair, ...]:
    """Compare all variants of each model on the cases they share; variants without a shared case are left out."""
    result = []
    for i, a in enumerate(found):
        for b in found[i + 1 :]:
            if a.model != b.model or not a.generic or not b.generic or a.name == b.name:
                continue
            shared = sorted(set(a.outcomes) & set(b.outcomes))
            if not shared:
                continue
            a_only = sum(a.outcomes[k] >= 0.5 > b.outcomes[k] for k in shared)
            b_only = sum(b.outcomes[k] >= 0.5 > a.outcomes[k] for k in shared)
            result.append(
                Pair(
                    a.name, b.name, a.model, len(shared), a_only, b_only, stats.mcnemar_exact(a_only, b_only),
                    stats.paired_difference(b_only, a_only, len(shared), alpha),
                )
            )  # fmt: skip
    return tuple(result)


def as_evidence(loaded: Sequence[Loaded]) -> tuple[Evidence, ...]:
    """Return the files that the measurements rest on."""
    return tuple(Evidence("results", item.source.shown, item.sha256, item.results.kind, item.rows) for item in loaded)
