"""The first pass: each row alone. The order of the stages is the order of the waterfall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from promptlint.anatomy.language import detect as language_of
from promptlint.anatomy.tokens import estimate_tokens
from promptlint.readiness.training import codec, formats, signals
from promptlint.readiness.training.answers import NONE, PROSE, Answer, Answers
from promptlint.readiness.training.spill import HASHES, Spill, quoted
from promptlint.readiness.training.tally import Tally


class Rules(NamedTuple):
    """How rows of one file are judged. It can be sent to another process."""

    columns: formats.Columns = formats.Columns()
    schema: Mapping[str, Any] | None = None
    label: str | None = None
    token_limit: int | None = None
    drop_pii: bool = False
    drop_refusals: bool = True
    eval_keys: frozenset[int] = frozenset()
    near_share: float = 0.0
    """Share of the inputs, chosen by hash, that are kept for the search of near duplicates."""
    language_every: int = 1
    """One of so many rows, chosen by hash, is looked at for its language."""


class Judge:
    """Judges rows one at a time and counts into `tally`; rows that stay in play go to `spill`."""

    def __init__(self, rules: Rules, tally: Tally, spill: Spill) -> None:
        self.rules, self.tally, self.spill = rules, tally, spill
        self._loads, _ = codec.loader()
        self._answers = Answers(rules.schema, rules.label)
        self._near = int(rules.near_share * HASHES)
        self._systems: dict[str, int] = {}

    def lines(self, lines: Iterable[tuple[int, int, bytes]], base: int, *, first: bool) -> None:
        """Judge the lines of a JSONL chunk. `base` is added to line numbers; `first` allows a BOM."""
        tally, loads = self.tally, self._loads
        for number, offset, line in lines:
            tally.lines = number
            if first and number == 1 and line.startswith(b"\xef\xbb\xbf"):
                tally.bom = True
                line = line[3:]
            if not line or line.isspace():
                continue
            tally.rows += 1
            try:
                row = loads(line)
            except ValueError:
                row = None
            if type(row) is not dict or b"\\u0000" in line:
                if tally.first_bad is None:
                    tally.first_bad = (base + number, offset)
                self._leave("TD001", "parsed", base + number)
            else:
                self.row(row, base + number)

    def rows(self, rows: Iterable[tuple[int, int, dict[str, Any] | None]], base: int) -> None:
        """Judge rows that another reader has parsed."""
        for number, offset, row in rows:
            self.tally.rows += 1
            self.tally.lines = number
            if row is None:
                self.tally.first_bad = self.tally.first_bad or (base + number, offset)
                self._leave("TD001", "parsed", base + number)
            else:
                self.row(row, base + number)

    def row(self, data: dict[str, Any], number: int) -> None:
        """Judge one object."""
        tally, rules = self.tally, self.rules
        form = formats.detect(data, rules.columns)
        if form is None:
            self._leave("TD002", "valid", number)
            return
        tally.formats[form] += 1
        row = formats.read(data, form, rules.columns)
        if isinstance(row, str):
            self._leave("TD003", "valid", number)
            return
        key = codec.text_key(row.input)
        in_eval = key in rules.eval_keys
        if in_eval:
            tally.in_eval.add(key)
            tally.note("TD011", number)
        answer = self._answers.of(row.input if row.output is None else row.output, row.value)
        system = self._observe(row, answer, key)
        stage = self._stage(row, answer, number)
        if stage is None and in_eval:
            stage = "not_in_eval"
        if stage is not None:
            tally.left[stage] += 1
            return
        self._keep(row, NONE if row.output is None else answer, key, system, number)

    def _stage(self, row: formats.Row, answer: Answer, number: int) -> str | None:
        """Return the stage at which a row leaves by its own content."""
        tally, rules = self.tally, self.rules
        if answer.blank and row.output is not None:
            tally.note("TD004", number)
            return "complete"
        cut = "finish reason" if row.finish in signals.CUT_OFF else answer.cut
        if cut is not None:
            tally.note("TD005", number)
            tally.kinds[f"TD005:{cut}"] += 1
            return "complete"
        if not self._measure(row, number):
            return "fits"
        if not answer.fits and row.output is not None:
            tally.note("TD007", number)
            return "schema"
        if answer.refuses:
            tally.note("TD013", number)
            if rules.drop_refusals:
                return "no_refusal"
        kind = signals.personal_data(row.input) or answer.personal
        if kind is not None:
            tally.note("TD014", number)
            tally.kinds[f"TD014:{kind}"] += 1
            if rules.drop_pii:
                return "no_pii"
        return None

    def _measure(self, row: formats.Row, number: int) -> bool:
        """Count tokens and length; return whether the row fits the limit."""
        size = len(row.input) + len(row.output or "")
        self.tally.sizes[size] += 1
        whole = size + len(row.system)
        tokens = whole // 4 + 1
        limit = self.rules.token_limit
        if limit is not None and whole > limit:
            tokens = sum(map(estimate_tokens, (row.system, row.input, row.output or "")))
        self.tally.tokens[tokens] += 1
        if limit is not None and tokens > limit:
            self.tally.note("TD006", number)
            return False
        return True

    def _observe(self, row: formats.Row, answer: Answer, key: int) -> int:
        """Count what belongs to the file as a whole; return the key of the system prompt."""
        tally = self.tally
        tally.outputs += 1
        system = self._systems.get(row.system)
        if system is None:
            system = codec.text_key(row.system)
            if len(self._systems) < 1000:
                self._systems[row.system] = system
        tally.system(system, row.system)
        if key % self.rules.language_every == 0:
            given = codec.normalised(row.input)
            if len(given) >= 24:
                tally.languages[language_of(given[:400])] += 1
        if row.teacher:
            tally.teachers[row.teacher] += 1
        if answer.declines and row.output is not None:
            tally.declined += 1
        return system

    def _keep(self, row: formats.Row, answer: Answer, key: int, system: int, number: int) -> None:
        size = len(row.output or "")
        if answer.kind == "t" and size >= PROSE:
            self.tally.longest = max(self.tally.longest, size)
            if answer.ends_open:
                self.tally.caps[size] += 1
        if answer.label is not None:
            self.tally.label(answer.label)
        near = key % HASHES < self._near
        self.tally.near_rows += near
        given = quoted(row.input if near else "")
        self.spill.add(key, system, answer.digest, answer.kind, number, answer.text, given)

    def _leave(self, code: str, stage: str, number: int) -> None:
        self.tally.note(code, number)
        self.tally.left[stage] += 1
