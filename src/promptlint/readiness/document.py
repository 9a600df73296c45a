"""The assessment as JSON-able data: the one source of every output format."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from promptlint import __version__
from promptlint.readiness import checks, cost
from promptlint.readiness.assess import Assessment
from promptlint.readiness.facts import Facts
from promptlint.readiness.measure import Variant
from promptlint.readiness.model import EXIT_CODES, Evidence, Question, UseCase

VERSION = "1"


def document(found: Assessment, *, show_rows: bool = False) -> dict[str, Any]:
    """Return the report. Row content is never in it unless `show_rows`; without it lines and hashes stand for rows."""
    verdict = "error" if found.decision is None else found.decision.verdict
    decision = found.decision
    ids = {}
    if decision is not None:
        ids = {index: f"F{index + 1}" for index in range(len(decision.fixes))}
    return {
        "version": VERSION,
        "tool": {"name": "promptlint", "version": __version__},
        "as_of": found.as_of.isoformat(),
        "task": found.evidence.task.get("name"),
        "verdict": verdict,
        "exit_code": EXIT_CODES[verdict],
        "sentence": decision.sentence if decision is not None else "The evidence cannot be trusted: no verdict.",
        "reasons": list(decision.reasons) if decision is not None else ["error"],
        "error": _error(found),
        "mode": {"seed_strict": found.request.seed_strict, "strict": found.request.strict},
        "questions": [_question(question, found, ids) for question in found.questions],
        "cases": [_case(case) for case in found.cases],
        "blockers": [{"id": b.id, "message": b.message} for b in found.blockers if b.blocking],
        "alternatives": [{"id": b.id, "message": b.message} for b in found.blockers if not b.blocking],
        "fixes": [
            {
                "id": ids[i], "rank": i + 1, "action": fix.action, "question": fix.question, "rule": fix.rule,
                "where": fix.where, "effort": fix.effort, "expected": "unmeasured",
            }
            for i, fix in enumerate(decision.fixes if decision is not None else ())
        ],
        "plan": list(decision.plan) if decision is not None else [],
        "data": _data(found, show_rows=show_rows),
        "eval": _eval(found.facts),
        "cost": _cost(found),
        "thresholds": [
            {"name": t.name, "value": t.value, "origin": t.origin} for t in found.evidence.thresholds.values()
        ],
        "skipped": [{"what": item.what, "why": item.why} for item in found.skipped],
    }  # fmt: skip


def _error(found: Assessment) -> dict[str, Any] | None:
    if found.error is None:
        return None
    error = found.error
    return {
        "path": error.path, "line": error.line, "offset": error.offset, "message": error.detail, "remedy": error.remedy,
    }  # fmt: skip


def _evidence(items: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [{"kind": e.kind, "path": e.path, "sha256": e.sha256, "rows": e.rows, "detail": e.detail} for e in items]


def _question(question: Question, found: Assessment, ids: dict[int, str]) -> dict[str, Any]:
    fixes = found.decision.fixes if found.decision is not None else ()
    return {
        "id": question.id,
        "text": question.text,
        "answer": question.answer,
        "confidence": question.confidence,
        "summary": question.summary,
        "value": question.value,
        "threshold": question.threshold,
        "threshold_origin": question.threshold_origin,
        "evidence": _evidence(question.evidence),
        "contradictions": list(question.contradictions),
        "missing": list(question.missing),
        "fixes": [ids[i] for i, fix in enumerate(fixes) if fix.question == question.id],
        "targets": [
            {
                "target": t.target, "answer": t.answer, "confidence": t.confidence, "summary": t.summary,
                "limit": t.limit, "value": t.value, "interval": [_f(end) for end in t.interval] if t.interval else None,
                "n_needed": list(t.needed) if t.needed else None, "swap": t.swap,
            }
            for t in question.targets
        ],
    }  # fmt: skip


def _case(case: UseCase) -> dict[str, Any]:
    return {
        "id": case.id, "text": case.text, "established": case.established, "confidence": case.confidence,
        "summary": case.summary, "numbers": dict(case.numbers),
    }  # fmt: skip


def all_checks(found: Assessment) -> tuple[checks.DataCheck, ...]:
    """Return the checks of the training data, none without it."""
    if found.scan is None:
        return ()
    prompts = found.facts.prompts if found.facts is not None else ()
    outputs = [row.expected for row in found.eval_rows if row.expected]
    inputs = [row.input for row in found.eval_rows]
    if found.facts is not None and not inputs:
        inputs = [text for item in found.facts.loaded for case in item.results.cases for text in case.inputs]
    leaked = max(len(found.scan.tally.in_eval) + len(found.scan.eval_near), found.leak.eval_rows)
    return checks.all_checks(found.scan, prompts, outputs, inputs, leaked)


def _data(found: Assessment, *, show_rows: bool) -> dict[str, Any] | None:
    scan = found.scan
    if scan is None:
        return None
    remaining, waterfall = scan.tally.rows, [["raw", scan.tally.rows]]
    for stage, lost in scan.left.items():
        remaining -= lost
        waterfall.append([stage, remaining])
    waterfall.append(["clean", scan.clean])
    found_checks = all_checks(found)
    texts = _texts(found, found_checks) if show_rows else {}
    listed = []
    for check in found_checks:
        examples = [
            {"path": path, "line": line, **({"text": texts[path, line]} if (path, line) in texts else {})}
            for path, line in check.rows
        ]
        listed.append(
            {
                "code": check.code, "title": check.title, "count": check.number, "effect": check.effect,
                "detail": check.detail, "examples": examples,
            }
        )  # fmt: skip
    balance = checks.labels(scan.tally)
    return {
        "files": [{"path": f.path, "sha256": f.sha256, "rows": f.rows, "format": f.format} for f in scan.files],
        "waterfall": waterfall,
        "clean": scan.clean,
        "checks": listed,
        "tokens": checks.sizes(scan.tally),
        "labels": _labels(scan.tally.labels, show_rows=show_rows) if balance else [],
        "lengths": _histogram(dict(scan.tally.tokens)),
    }  # fmt: skip


def _labels(counts: Mapping[str, int], *, show_rows: bool) -> list[dict[str, Any]]:
    """Return the commonest labels: by hash, since a label is row content, and by name with `show_rows`."""
    found = []
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:30]:
        shown = {"label": name[:60]} if show_rows else {}
        found.append({"sha256": hashlib.sha256(name.encode()).hexdigest()[:12], "count": count, **shown})
    return found


def _texts(found: Assessment, listed: Sequence[checks.DataCheck]) -> dict[tuple[str, int], str]:
    """Return the rows that are shown, each file read once; those of a binary table stay out."""
    from promptlint.readiness.training.reading import lines

    shown: dict[tuple[str, int], str] = {}
    for source in found.evidence.train:
        wanted = {line for check in listed for path, line in check.rows if path == source.shown}
        if not wanted or source.path.endswith(".parquet"):
            continue
        for number, _, text in lines(source.path):
            if number in wanted:
                shown[source.shown, number] = text.decode("utf-8", "replace")[:500]
                if number == max(wanted):
                    break
    return shown


def _histogram(counts: dict[int, int], bins: int = 24) -> list[list[int]]:
    """Return [upper token count, rows] in bins that grow by a constant factor, from the shortest to the longest row."""
    if not counts:
        return []
    least, top = max(1, min(counts)), max(counts)
    edges = sorted({round(least * (top / least) ** ((i + 1) / bins)) for i in range(bins)} | {top})
    found = dict.fromkeys(edges, 0)
    for value, count in counts.items():
        found[next(edge for edge in edges if value <= edge)] += count
    return [[edge, count] for edge, count in found.items()]


def _eval(facts: Facts | None) -> dict[str, Any] | None:
    if facts is None or not facts.variants:
        return None
    from promptlint.readiness.targets import quality

    answer = quality(facts)
    return {
        "target": answer.limit,
        "variants": [_variant(variant) for variant in facts.variants],
        "paired": [
            {
                "a": p.a, "b": p.b, "model": p.model, "n": p.shared, "b_only": p.b_only, "a_only": p.a_only,
                "p": float(f"{p.p:.6g}"), "difference": [_f(value) for value in p.difference],
            }
            for p in facts.pairs
        ],
        "n_needed": list(answer.needed) if answer.needed else None,
    }  # fmt: skip


def _f(value: float) -> float | None:
    return None if abs(value) == float("inf") else round(value, 6)


def _variant(v: Variant) -> dict[str, Any]:
    latencies = v.latencies
    return {
        "name": v.name, "model": v.model, "path": v.path, "n": v.n, "pass": round(v.passed, 6), "rate": _f(v.rate),
        "ci": [_f(v.interval.low), _f(v.interval.high)], "errors": v.errors, "leaked": v.leaked, "stale": v.stale,
        "examples": v.examples, "origin": v.origin, "generic": v.generic, "guards": list(v.guards),
        "latency_p95_ms": latencies[min(len(latencies) - 1, int(0.95 * len(latencies)))] if latencies else None,
    }  # fmt: skip


def _cost(found: Assessment) -> dict[str, Any] | None:
    facts = found.facts
    table = found.prices
    if facts is None or table is None:
        return None
    head = {
        "source": table.source, "date": table.date.isoformat() if table.date else None, "age_days": table.age_days,
        "sha256": table.sha256, "stale": table.stale(found.evidence.limit("max_price_age_days")),
    }  # fmt: skip
    end = {
        "base_eol": facts.life.end.isoformat() if facts.life.end else None,
        "base_life_months": _n(facts.life.months),
    }
    if facts.economy is None:
        return {"prices": head, "rows": [], **end}
    e = facts.economy
    tuned = e.tuned
    return {
        "prices": head,
        "requests_month": _n(e.log.monthly),
        "tokens": {
            "input": _n(e.log.in_tok), "output": _n(e.log.out_tok), "cached": _n(e.log.cached_tok),
            "prefix": _n(e.traffic.prefix), "prefix_origin": e.prefix_origin,
        },
        "actual_usd_month": _n(e.actual),
        "actual_from": "request log" if e.actual_measured else "price table",
        "rows": [
            {
                "model": r.model, "role": r.role, "logged": _n(r.logged), "uncached": _n(r.uncached),
                "cached": _n(r.cached), "breakeven_req_month": _n(r.breakeven),
                "vs_tuned": _n(r.cached / e.tuned_month) if e.tuned_month else None,
            }
            for r in e.rows
        ],
        "tuned": None if tuned is None else {
            "usd_month": _n(e.tuned_month), "running_usd_month": _n(tuned.running(e.log.monthly)),
            "one_off_usd": _n(tuned.one_off), "assumed": list(tuned.assumed),
            "parts": {
                "usage": _n(tuned.per_request * e.log.monthly), "hosting": _n(tuned.hosting(e.log.monthly)),
                "people": _n(tuned.people), "training_and_labels": _n(tuned.training_year / 12),
                "evaluation": _n(tuned.evaluation),
            },
        },
        "saving": None if e.saving is None else {
            "low": _n(e.saving.low), "base": _n(e.saving.base), "high": _n(e.saving.high),
            "low_usd_month": _n(e.saving.low_usd), "as_logged": _n(e.literal),
        },
        "breakeven_req_month": _n(e.breakeven),
        "payback_months": _n(e.payback),
        "tornado": [{"what": name, "low": _n(low), "high": _n(high)} for name, low, high in e.tornado],
        "cache_hit_potential": cost.HIT_POTENTIAL,
        **end,
    }  # fmt: skip


def _n(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
