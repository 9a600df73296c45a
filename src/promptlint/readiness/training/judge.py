"""The first pass: each row alone. The order of the stages is the order of the waterfall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from promptlint.anatomy.language import detect as language_of
from promptlint.anatomy.tokens import estimate_tokens
from promptlint.readiness.training import codec, formats, schemas, signals
from promptlint.readiness.training.spill import Spill
from promptlint.readiness.training.tally import Tally

_SHORT = 48
_LABEL_FIELDS = (
    "label", "category", "class", "intent", "sentiment", "topic", "priority", "type", "route", "answer",
)  # fmt: skip


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
        self._loads, self.parser = codec.loader()
        self._fits = schemas.compiled(rules.schema) if rules.schema is not None else None
        self._near = int(rules.near_share * 2**56)
        self._label = (rules.label or "").removeprefix("$.").strip() or _enum_field(rules.schema)
        self._systems: dict[str, int] = {}
        self._value: Any = None
        """The output of the row at hand, where it is JSON."""

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
        given = codec.normalised(row.input)
        key = codec.key_of(given)
        in_eval = key in rules.eval_keys
        if in_eval:
            tally.in_eval.add(key)
            tally.note("TD011", number)
        self._observe(row, given, key)
        stage = self._stage(row, number)
        if stage is None and in_eval:
            stage = "not_in_eval"
        if stage is not None:
            tally.left[stage] += 1
            return
        self._keep(row, key, number)

    def _stage(self, row: formats.Row, number: int) -> str | None:
        """Return the stage at which a row leaves by its own content."""
        tally, rules, output = self.tally, self.rules, row.output
        if output is None:
            output = row.input
        elif not output.strip():
            tally.note("TD004", number)
            return "complete"
        cut = signals.breaks_off(output, row.finish)
        self._value = row.value
        if cut is None and row.value is None and output.lstrip()[:1] in ("{", "["):
            self._value = self._parsed(output)
            if self._value is None and signals.unclosed(output):
                cut = "unclosed JSON"
        if cut is not None:
            tally.note("TD005", number)
            tally.kinds[f"TD005:{cut}"] += 1
            return "complete"
        if not self._measure(row, output, number):
            return "fits"
        if self._fits is not None and row.output is not None and not self._satisfies(output):
            tally.note("TD007", number)
            return "schema"
        if signals.refuses(output):
            tally.note("TD013", number)
            if rules.drop_refusals:
                return "no_refusal"
        kind = signals.personal_data(row.input) or signals.personal_data(output)
        if kind is not None:
            tally.note("TD014", number)
            tally.kinds[f"TD014:{kind}"] += 1
            if rules.drop_pii:
                return "no_pii"
        return None

    def _measure(self, row: formats.Row, output: str, number: int) -> bool:
        """Count tokens and length; return whether the row fits the limit."""
        size = len(row.input) + (len(output) if row.output is not None else 0)
        self.tally.sizes[size] += 1
        whole = size + len(row.system)
        tokens = whole // 4 + 1
        limit = self.rules.token_limit
        if limit is not None and whole > limit:
            tokens = estimate_tokens(row.system) + estimate_tokens(row.input) + estimate_tokens(output)
        self.tally.tokens[tokens] += 1
        if limit is not None and tokens > limit:
            self.tally.note("TD006", number)
            return False
        return True

    def _satisfies(self, output: str) -> bool:
        assert self._fits is not None
        if self._value is not None:
            return self._fits(self._value)
        try:
            return self._fits(self._loads(output.encode("utf-8", "surrogatepass")))
        except ValueError:
            return False

    def _parsed(self, output: str) -> Any:
        try:
            return self._loads(output.encode("utf-8", "surrogatepass"))
        except ValueError:
            return None

    def _observe(self, row: formats.Row, given: str, key: int) -> None:
        """Count what belongs to the file as a whole."""
        tally = self.tally
        tally.outputs += 1
        system = self._systems.get(row.system)
        if system is None:
            system = codec.key_of(codec.normalised(row.system))
            if len(self._systems) < 1000:
                self._systems[row.system] = system
        tally.system(system, row.system)
        if key % self.rules.language_every == 0 and len(given) >= 24:
            tally.languages[language_of(given[:400])] += 1
        if row.teacher:
            tally.teachers[row.teacher] += 1
        if row.output is not None and signals.declines(row.output):
            tally.declined += 1

    def _keep(self, row: formats.Row, key: int, number: int) -> None:
        output = row.output if row.output is not None else ""
        kind, canonical, label = self._comparable(output)
        size = len(output)
        if kind == "t" and size >= 200:
            self.tally.longest = max(self.tally.longest, size)
            if output[-1:].isalnum():
                self.tally.caps[size] += 1
        if label is not None:
            self.tally.label(label)
        near = self._near > 0 and (key & (2**56 - 1)) < self._near
        self.spill.add(
            key,
            self._systems.get(row.system) or codec.key_of(codec.normalised(row.system)),
            codec.key_of(canonical),
            kind,
            number,
            "" if kind == "j" else canonical[:4000],
            row.input if near else "",
        )

    def _comparable(self, output: str) -> tuple[str, str, str | None]:
        """Return (kind, text to compare, label) of an output."""
        value = self._value
        if isinstance(value, dict | list):
            label = self._field(value)
            declared = self.rules.label is not None and label is not None
            return "j", str(label) if declared else codec.canonical(value), label
        text = codec.normalised(output)
        if len(text) <= _SHORT and text.count(" ") <= 4:
            self.tally.short += 1
            plain = text.rstrip(".!")
            return "l", plain, plain
        return "t", text, None

    def _field(self, value: Any) -> str | None:
        if not isinstance(value, dict):
            return None
        names = (self._label,) if self._label else _LABEL_FIELDS
        for name in names:
            found: Any = value
            for part in name.split("."):
                found = found.get(part) if isinstance(found, dict) else None
            if isinstance(found, str | int | bool):
                return str(found)
        return None

    def _leave(self, code: str, stage: str, number: int) -> None:
        self.tally.note(code, number)
        self.tally.left[stage] += 1


def _enum_field(schema: Mapping[str, Any] | None) -> str:
    for name, part in (schema or {}).get("properties", {}).items():
        if isinstance(part, dict) and "enum" in part:
            return str(name)
    return ""
