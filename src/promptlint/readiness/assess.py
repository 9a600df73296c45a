"""One assessment: read everything that is named, decide, and say what was not looked at."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from promptlint.readiness import blockers, cases, economy, measure, prices, questions, repository, requestlog, targets
from promptlint.readiness import prompts as linted
from promptlint.readiness import results as adapters
from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.evidence import EvidenceFile, Source, load, located, with_targets
from promptlint.readiness.facts import Facts, status
from promptlint.readiness.model import Blocker, PromptEvidence, Question, Skipped, UseCase
from promptlint.readiness.results.common import texts
from promptlint.readiness.training import codec, formats, reading
from promptlint.readiness.training.scan import Options, Scan, scan
from promptlint.readiness.verdict import Decision, decide

Value = TypeVar("Value")


class Request(NamedTuple):
    """What the command line asks for. Paths are as given."""

    prompts: tuple[str, ...] = ()
    evidence: str | None = None
    train: tuple[str, ...] = ()
    eval_data: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    """`FILE` or `FILE=variant`."""
    requests: str | None = None
    prices: str | None = None
    targets: Mapping[str, str] = {}
    seed_strict: bool = False
    strict: bool = False
    near_dup: str = "sample"
    as_of: dt.date | None = None
    keep_partitions: str | None = None
    workers: int = 0
    """Processes for large files; 0: as the machine has processors."""
    linted: tuple[PromptEvidence, ...] | None = None
    """Prompts that are linted already: `prompts` is not read then."""


class EvalRow(NamedTuple):
    """One row of evaluation data."""

    path: str
    line: int
    id: str | None
    input: str
    expected: str | None


class Assessment(NamedTuple):
    """All that came out. With `error` set there is no decision, only what was measured before and after it."""

    request: Request
    as_of: dt.date
    evidence: EvidenceFile
    prices: prices.Prices | None
    facts: Facts | None
    scan: Scan | None
    eval_rows: tuple[EvalRow, ...]
    leak: measure.Leak
    questions: tuple[Question, ...]
    cases: tuple[UseCase, ...]
    blockers: tuple[Blocker, ...]
    decision: Decision | None
    skipped: tuple[Skipped, ...]
    error: EvidenceError | None = None


class _Run:
    """Runs the steps; the first error stops the verdict, the other steps are still tried."""

    def __init__(self) -> None:
        self.error: EvidenceError | None = None

    def step(self, function: Callable[[], Value], default: Value) -> Value:
        try:
            return function()
        except EvidenceError as error:
            self.error = self.error or error
            return default


def assess(request: Request) -> Assessment:
    """Return the assessment. Never raises EvidenceError: the assessment holds it."""
    run, skipped = _Run(), list[Skipped]()
    as_of = request.as_of or dt.date.today()
    evidence = run.step(lambda: _evidence(request), EvidenceFile())
    if run.error is not None:
        return _failed(request, as_of, evidence, run.error)
    table = run.step(lambda: prices.load(request.prices, as_of), None)
    found: tuple[PromptEvidence, ...] = run.step(lambda: _prompts(request, evidence), ())
    rows: tuple[EvalRow, ...] = run.step(lambda: _eval_rows(evidence), ())
    loaded: tuple[measure.Loaded, ...] = run.step(lambda: _results(evidence), ())
    log = run.step(lambda: requestlog.read(evidence.requests) if evidence.requests is not None else None, None)
    inputs = _inputs(rows, loaded)
    schema = next((prompt.schema for prompt in found if prompt.schema is not None), None)
    options = Options(request.near_dup, request.keep_partitions, schema, None, request.workers)
    data = run.step(lambda: scan(evidence.train, inputs, options, evidence.folder) if evidence.train else None, None)
    leak = _leak(data, rows, loaded, evidence)
    if run.error is not None or table is None:
        return _failed(request, as_of, evidence, run.error)._replace(scan=data, eval_rows=rows, leak=leak, prices=table)
    facts = Facts(
        evidence, found, data, loaded, measure.variants(loaded, found, leak, evidence), (), log, table, None,
        economy.Life(None, None, ""), as_of, request.seed_strict, request.strict,
        repository.team_files(evidence.team, evidence.folder, as_of),
        repository.ci_evaluates(evidence.folder) if evidence.team else False,
        repository.churn([prompt.path for prompt in found], as_of),
    )  # fmt: skip
    facts = facts._replace(pairs=measure.pairs(facts.variants, evidence.limit("alpha")))
    facts = run.step(lambda: _with_economy(facts, skipped), facts)
    if run.error is not None:
        return _failed(request, as_of, evidence, run.error)._replace(
            scan=data, eval_rows=rows, facts=facts, prices=table
        )
    return _decided(request, facts, rows, leak, skipped)


def _failed(request: Request, as_of: dt.date, evidence: EvidenceFile, error: EvidenceError | None) -> Assessment:
    leak = measure.Leak()
    return Assessment(request, as_of, evidence, None, None, None, (), leak, (), (), (), None, (), error)


def _decided(
    request: Request, facts: Facts, rows: tuple[EvalRow, ...], leak: measure.Leak, skipped: list[Skipped]
) -> Assessment:
    first, fourth = questions.q1(facts), targets.q4(facts)
    answers = (first, questions.q2(facts), questions.q3(facts), fourth)
    found_cases = cases.all_cases(facts, first, fourth)
    found_blockers = blockers.all_blockers(facts, fourth)
    decision = decide(facts, answers, found_cases, found_blockers)
    skipped.extend(_not_checked(facts, rows))
    return Assessment(
        request, facts.as_of, facts.evidence, facts.prices, facts, facts.scan, rows, leak, answers, found_cases,
        found_blockers, decision, tuple(skipped),
    )  # fmt: skip


def _evidence(request: Request) -> EvidenceFile:
    found = load(request.evidence) if request.evidence is not None else EvidenceFile()
    results = []
    for item in request.results:
        path, variant = item, None
        if not os.path.exists(item) and "=" in item:
            path, _, variant = item.rpartition("=")
        results.append(Source(path, path, {"path": path, **({"variant": variant} if variant else {})}))
    found = found._replace(
        train=found.train + tuple(Source(path, path) for path in request.train),
        eval_data=found.eval_data + tuple(Source(path, path) for path in request.eval_data),
        results=found.results + tuple(results),
    )
    if request.requests is not None:
        options = found.requests.options if found.requests is not None else {}
        found = found._replace(requests=Source(request.requests, request.requests, options))
    return with_targets(found, request.targets) if request.targets else found


def _prompts(request: Request, evidence: EvidenceFile) -> tuple[PromptEvidence, ...]:
    if request.linted is not None:
        return request.linted
    declared = evidence.prompt.get("paths") or ()
    declared = [declared] if isinstance(declared, str) else declared
    paths = list(request.prompts) or [located(str(path), evidence.folder) for path in declared]
    found = linted.lint(paths) if paths else ()
    if any(source.options.get("prompt_sha256") for source in evidence.results):
        return tuple(prompt._replace(file_sha256=reading.digest(prompt.path)) for prompt in found)
    return found


def _results(evidence: EvidenceFile) -> tuple[measure.Loaded, ...]:
    loaded = []
    for source in evidence.results:
        sha256 = reading.digest(source.path)
        found = _with_prompts(adapters.read(source), source, evidence)
        loaded.append(measure.Loaded(source, sha256, found, len(found.cases) or sum(a.n for a in found.aggregates)))
    return tuple(loaded)


def _with_prompts(found: adapters.Results, source: Source, evidence: EvidenceFile) -> adapters.Results:
    """Add the texts that were measured, from the files that `prompt` names: one for all variants, or one for each."""
    declared = source.options.get("prompt")
    if not declared:
        return found
    names = {case.variant for case in found.cases}
    given = declared if isinstance(declared, dict) else dict.fromkeys(sorted(names), declared)
    texts = {}
    for name, path in given.items():
        if str(name) not in names:
            known = ", ".join(sorted(names))
            raise EvidenceError(source.shown, f"`prompt.{name}` is no variant of it", f"there are: {known[:200]}")
        texts[str(name)] = _text(located(str(path), evidence.folder), str(path))
    return found._replace(prompts={**texts, **found.prompts})


def _text(path: str, shown: str) -> str:
    with reading.open_bytes(path) as file:
        raw = file.read()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvidenceError(shown, "is not UTF-8 text", "save it as UTF-8", offset=error.start) from error


def _eval_rows(evidence: EvidenceFile) -> tuple[EvalRow, ...]:
    """Read evaluation data: chat rows and pairs like training data, else the declared or first text column."""
    found = []
    for source in evidence.eval_data:
        columns = formats.Columns(source.options.get("input"), source.options.get("expected"))
        count = 0
        for line, offset, row in reading.records(source.path):
            count += 1
            if row is None:
                raise EvidenceError(source.shown, "is no JSON object", "export it anew", line=line, offset=offset)
            given, expected = _eval_pair(row, columns)
            number = row.get(source.options.get("id") or "id", row.get("case_id"))
            found.append(EvalRow(source.shown, line, None if number is None else str(number), given, expected))
        if not count:
            raise EvidenceError(source.shown, "holds no rows", "remove it from `eval.data`", line=1)
    return tuple(found)


def _eval_pair(row: Mapping[str, Any], columns: formats.Columns) -> tuple[str, str | None]:
    form = formats.detect(row, columns)
    if form is not None and not (form == "tabular" and columns.output is None):
        shaped = formats.read(row, form, columns)
        if isinstance(shaped, formats.Row):
            return shaped.input, shaped.output
    if columns.input is not None:
        return "\n".join(texts(row.get(columns.input))), None
    if isinstance(row.get("messages"), list):
        turns = [m for m in row["messages"] if isinstance(m, dict) and m.get("role") == "user"]
        return "\n".join(text for turn in turns for text in texts(turn.get("content"))), None
    for name in ("input", "question", "prompt", "text", "query", "vars"):
        if name in row:
            return "\n".join(texts(row[name])), None
    return "\n".join(texts(dict(row))), None


def _inputs(rows: Sequence[EvalRow], loaded: Sequence[measure.Loaded]) -> list[str]:
    found = {row.input for row in rows if row.input.strip()}
    for item in loaded:
        for case in item.results.cases:
            found.update(case.inputs)
    return sorted(found)


def _leak(
    data: Scan | None, rows: Sequence[EvalRow], loaded: Sequence[measure.Loaded], evidence: EvidenceFile
) -> measure.Leak:
    """Return what stands in the training data too; rows of evaluation data are matched to cases by id or position."""
    if data is None:
        return measure.Leak()
    keys, near = frozenset(data.tally.in_eval), data.eval_near
    leaked = [i for i, row in enumerate(rows) if codec.key_of(codec.normalised(row.input)) in keys or row.input in near]
    ids = {row.id for i in leaked if (row := rows[i]).id is not None}
    if leaked and not ids and len(evidence.eval_data) == 1:
        for item in loaded:
            known = {case.id for case in item.results.cases}
            if len(known) == len(rows) and all(name.isdigit() for name in known):
                first = min(int(name) for name in known)
                ids |= {str(i + first) for i in leaked}
    return measure.Leak(keys, near, frozenset(name for name in ids if name is not None), len(leaked))


def _with_economy(facts: Facts, skipped: list[Skipped]) -> Facts:
    evidence = facts.evidence
    facts = facts._replace(life=economy.life(evidence, facts.prices, facts.as_of))
    if facts.log is None:
        return facts
    target = evidence.targets.get("quality", {}).get("min")
    states = status(facts.variants, target, evidence.limit("alpha"))
    states = {model: state for model, state in states.items() if model}
    return facts._replace(economy=economy.economy(facts.log, evidence, facts.prompts, facts.prices, states, skipped))


def _not_checked(facts: Facts, rows: Sequence[EvalRow]) -> list[Skipped]:
    """Return everything that was not looked at, and why: never a silent skip."""
    found = list(facts.scan.skipped) if facts.scan is not None else [Skipped("training data", "no file is named")]
    if not facts.loaded:
        found.append(Skipped("evaluation results", "no file is named"))
    if facts.log is None:
        found.append(Skipped("volume, latency, cost", "no request log is named"))
    else:
        found.extend(Skipped(f"rows of {facts.log.path}", note) for note in facts.log.notes)
    if not facts.prompts:
        found.append(Skipped("prompts", "no path is named"))
    if facts.scan is not None and not rows and not facts.loaded:
        found.append(Skipped("TD011, TD013, TD015, TD018", "no evaluation data to compare with"))
    elif facts.scan is not None and facts.scan.uncovered[1] == 0:
        found.append(Skipped("TD018", "no neighbours can be looked for without near-duplicate search"))
    if facts.scan is not None and not any(prompt.system for prompt in facts.prompts):
        found.append(Skipped("TD017", "no prompt to compare the training system prompt with"))
    for item in facts.loaded:
        found.extend(Skipped(item.source.shown, note) for note in item.results.notes)
        if facts.prompts and not item.results.prompts and not item.source.options.get("prompt_sha256"):
            found.append(Skipped(f"prompt of {item.source.shown}", "the results do not say which prompt they measured"))
        if item.results.judged and item.source.options.get("judge_agreement") is None:
            found.append(
                Skipped(
                    f"judge of {item.source.shown}", "graded by a model whose agreement with people is not supplied"
                )
            )
    if facts.evidence.candidate and facts.life.end is None:
        found.append(Skipped("A9", "no end of life of the base model is declared or known"))
    return found
