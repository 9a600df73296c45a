"""All passes over the training files, and what they come to."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.evidence import Source, located
from promptlint.readiness.model import Skipped
from promptlint.readiness.training import codec, formats, near, reading, schemas, second
from promptlint.readiness.training.judge import Judge, Rules
from promptlint.readiness.training.spill import Spill
from promptlint.readiness.training.tally import STAGES, Tally
from promptlint.readiness.training.workers import Workers, processors

_PARALLEL_FROM = 64 * 1024 * 1024
_NEAR_BUDGET = 200 * 1024 * 1024
_BAD_SHARE, _BAD_ROWS = 0.05, 1000


class Options(NamedTuple):
    """How the files are looked at. `near` is `off`, `sample` or `full`."""

    near: str = "sample"
    keep_partitions: str | None = None
    schema: Mapping[str, Any] | None = None
    """The schema of the linted prompt, for files without one of their own."""
    token_limit: int | None = None
    workers: int = 0
    """Processes for large files; 0: as the machine has processors."""


class FileFacts(NamedTuple):
    """One training file that was read."""

    path: str
    sha256: str
    rows: int
    clean: int
    format: str


class Scan(NamedTuple):
    """What all training files hold together."""

    files: tuple[FileFacts, ...]
    tally: Tally
    left: Mapping[str, int]
    clean: int
    places: tuple[tuple[int, str, int], ...]
    """(first chunk number, path, line before the chunk) of each chunk."""
    eval_near: frozenset[str]
    """Evaluation inputs that are nearly a training input."""
    uncovered: tuple[int, int]
    near_rows: int
    conflicts: tuple[int, ...]
    repeats: tuple[int, ...]
    skipped: tuple[Skipped, ...]
    parser: str
    schema_used: bool

    def place(self, row: int) -> tuple[str, int]:
        """Return (path, line) of a row id."""
        _, path, before = self.places[row >> 32]
        return path, before + (row & 0xFFFFFFFF)


class _Work(NamedTuple):
    number: int
    chunk: reading.Chunk
    rules: Rules
    folder: str


def scan(sources: Sequence[Source], eval_inputs: Sequence[str], options: Options, folder: str = ".") -> Scan:
    """Read training files. Raises EvidenceError for files that cannot be trusted.

    `eval_inputs` are the inputs of evaluation data and results; `folder` is that of the evidence file.
    """
    temporary = tempfile.mkdtemp(prefix="promptlint-readiness-")
    try:
        with Workers(options.workers or processors()) as workers:
            return _scan(sources, eval_inputs, options, folder, _Place(temporary, workers))
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


class _Place(NamedTuple):
    """Where partitions are written, and by whom."""

    folder: str
    workers: Workers


def _scan(sources: Sequence[Source], eval_inputs: Sequence[str], options: Options, folder: str, at: _Place) -> Scan:
    skipped: list[Skipped] = []
    total = sum(os.path.getsize(source.path) for source in sources if os.path.exists(source.path))
    mode = _near_mode(options.near, skipped)
    share = 0.0 if mode == "off" else 1.0 if mode == "full" else min(1.0, _NEAR_BUDGET / max(1, total))
    eval_keys = frozenset(codec.key_of(codec.normalised(text)) for text in eval_inputs)
    base = Rules(eval_keys=eval_keys, near_share=share, language_every=_every(total, bool(eval_keys)))
    spill, tally = Spill(at.folder), Tally()
    files: list[FileFacts] = []
    places: list[tuple[int, str, int]] = []
    schema_used = False
    for source in sources:
        rules = _rules(source, base, options, folder)
        schema_used = schema_used or rules.schema is not None
        part, sha256 = _file(source, rules, at, spill, places)
        _trust(source, part)
        files.append(FileFacts(source.shown, sha256, part.rows, 0, _format(part)))
        tally.add(part)
    if options.keep_partitions is not None:
        spill.keep(options.keep_partitions)
    large = total > _PARALLEL_FROM
    if large:
        spill.flush()
    outcome = second.run(spill, tally, eval_inputs, mode, share, skipped, at.workers if large else None)
    if tally.bom:
        skipped.append(Skipped("byte order mark", "a training file starts with one; not every tool reads over it"))
    if not schema_used:
        skipped.append(Skipped("TD007", "no schema in the prompt, its code or the evidence file"))
    left = {**{stage: tally.left[stage] for stage in STAGES}}
    for stage, count in outcome.left.items():
        left[stage] += count
    return Scan(
        tuple(files), tally, left, tally.rows - sum(left.values()), tuple(places), outcome.eval_near,
        outcome.uncovered, outcome.near_rows, outcome.conflicts, outcome.repeats, tuple(skipped),
        codec.loader()[1], schema_used,
    )  # fmt: skip


def _every(total: int, wanted: bool) -> int:
    """Return how thinly languages are sampled: about 2 MB of rows, hardly any where nothing is compared with them."""
    return max(1, total // 2_000_000) if wanted else 2**63


def _near_mode(wanted: str, skipped: list[Skipped]) -> str:
    if wanted == "off":
        skipped.append(Skipped("near_dup", "switched off by --near-dup off"))
        return "off"
    if not near.available():
        skipped.append(Skipped("near_dup", "rensa is not installed: pip install 'promptlint[data]'"))
        return "off"
    return wanted


def _rules(source: Source, base: Rules, options: Options, folder: str) -> Rules:
    declared = source.options
    schema = options.schema
    if declared.get("schema"):
        schema = schemas.load(located(str(declared["schema"]), folder))
    if schema is not None:
        try:
            schemas.compiled(schema)
        except ValueError as error:
            raise EvidenceError(source.shown, f"its schema is no JSON Schema: {error}") from error
    limit = declared.get("token_limit") or options.token_limit
    label = declared.get("label")
    return base._replace(
        columns=formats.Columns(
            declared.get("input"),
            declared.get("output") or (label if declared.get("input") else None),
            declared.get("format") == "openai-rft",
        ),
        schema=schema,
        label=label,
        token_limit=int(limit) if limit else None,
        drop_pii=declared.get("pii") == "drop",
        drop_refusals=declared.get("refusals") != "keep",
    )


def _file(
    source: Source, rules: Rules, at: _Place, spill: Spill, places: list[tuple[int, str, int]]
) -> tuple[Tally, str]:
    """Return what the rows of a file count to, and the sha256 of the file."""
    path = source.path
    if not os.path.exists(path):
        raise EvidenceError(source.shown, "no such file", "check `train` in the evidence file")
    kind = reading.table_kind(path)
    if kind == "jsonl" and not reading.compressed(path) and os.path.getsize(path) > _PARALLEL_FROM:
        return _chunks(source, rules, at, places)
    tally = Tally()
    judge = Judge(rules, tally, spill)
    base = len(places) << 32
    places.append((len(places), source.shown, 0))
    if kind == "jsonl":
        judge.lines(reading.lines(path), base, first=True)
    else:
        judge.rows(reading.records(path, kind), base)
    return tally, reading.digest(path)


def _chunks(source: Source, rules: Rules, at: _Place, places: list[tuple[int, str, int]]) -> tuple[Tally, str]:
    """Judge a large file in parts; their rows go to the partition files."""
    first = len(places)
    work = [_Work(first + i, chunk, rules, at.folder) for i, chunk in enumerate(reading.chunks(source.path))]
    tally, before = Tally(), 0
    sha256 = at.workers.submit(reading.digest, source.path)
    for item, part in zip(work, at.workers.map(_chunk, work), strict=True):
        places.append((item.number, source.shown, before))
        before += part.lines
        tally.add(part)
    return tally, sha256()


def _chunk(work: _Work) -> Tally:
    tally, spill = Tally(), Spill(work.folder)
    judge = Judge(work.rules, tally, spill)
    judge.lines(reading.chunk_lines(work.chunk), work.number << 32, first=work.chunk.start == 0)
    spill.flush()
    return tally


def _format(part: Tally) -> str:
    return part.formats.most_common(1)[0][0] if part.formats else "unknown"


def _trust(source: Source, part: Tally) -> None:
    """Raise for a file that is empty, largely unreadable, or a mixture of formats."""
    if part.rows == 0:
        raise EvidenceError(source.shown, "holds no rows", "remove it from `train` or export it anew", line=1)
    bad, unknown = part.found["TD001"], part.found["TD002"]
    line, offset = part.first_bad or (0, 0)
    if bad > _BAD_SHARE * part.rows or bad > _BAD_ROWS:
        raise EvidenceError(
            source.shown, f"{bad} of {part.rows} lines are no JSON object, the first of them here",
            "export it anew", line=line & 0xFFFFFFFF, offset=offset,
        )  # fmt: skip
    where = (part.where.get("TD002") or [0])[0] & 0xFFFFFFFF
    if unknown > _BAD_SHARE * part.rows:
        raise EvidenceError(
            source.shown, f"{unknown} of {part.rows} rows have keys of no known format, the first of them here",
            "name the columns: `input` and `output`", line=where,
        )  # fmt: skip
    wanted = str(source.options.get("format") or "auto")
    families = _families(part)
    if len(families) > 1:
        counts = ", ".join(f"{name} {count}" for name, count in sorted(families.items()))
        raise EvidenceError(source.shown, f"mixes formats: {counts}", "one format a file")
    if wanted != "auto" and families and not formats.is_of(next(iter(families)), wanted):
        raise EvidenceError(source.shown, f"is {next(iter(families))}, declared as {wanted}", "set `format: auto`")


def _families(part: Tally) -> dict[str, int]:
    """Return the rows of each format; a `system` beside the messages, or an answer that is missing, makes no other."""
    found = dict(part.formats)
    if "chat" in found and "bedrock-anthropic" in found:
        found["chat"] += found.pop("bedrock-anthropic")
    if len(found) > 1:
        found.pop("prompt-only", None)
    return found
