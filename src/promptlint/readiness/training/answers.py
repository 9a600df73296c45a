"""What an output says by itself. Judged once for all rows that give the same short one, as labels do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from promptlint.readiness.training import codec, schemas, signals
from promptlint.readiness.training.spill import quoted

SHORT = 48
PROSE = 200
"""From this length on, prose that ends mid-word may have been cut at a cap."""
_CACHED_LENGTH, _CACHED = 200, 10_000
_COMPARED_TEXT = 4000
_LABEL_FIELDS = (
    "label", "category", "class", "intent", "sentiment", "topic", "priority", "type", "route", "answer",
)  # fmt: skip


class Answer(NamedTuple):
    """One output. `kind`, `digest` and `text` are what rows of equal input are compared by."""

    blank: bool
    cut: str | None
    """How it breaks off by itself."""
    fits: bool
    """Whether it satisfies the schema; also where there is none."""
    refuses: bool
    declines: bool
    personal: str | None
    kind: str
    """`l` short text, `j` JSON, `t` free text."""
    digest: str
    text: str
    """Normalised, as a JSON string; of JSON nothing."""
    label: str | None
    ends_open: bool
    """Whether it is long prose that ends in a letter or digit."""


NONE = Answer(False, None, True, False, False, None, "t", f"{codec.key_of(''):016x}", quoted(""), None, False)
"""The output of a format that has none."""


class Answers:
    """Judges outputs by one schema and one label field."""

    def __init__(self, schema: Mapping[str, Any] | None, label: str | None) -> None:
        self._loads, _ = codec.loader()
        self._fits = schemas.compiled(schema) if schema is not None else None
        self._declared = label is not None
        field = (label or "").removeprefix("$.").strip() or _enum_field(schema)
        self._fields = (field,) if field else _LABEL_FIELDS
        self._known: dict[str, Answer] = {}

    def of(self, output: str, value: Any = None) -> Answer:
        """Return what an output says; `value` is the output where the file holds it as data."""
        if value is not None:
            return self._judged(output, value)
        known = self._known.get(output)
        if known is None:
            known = self._judged(output, None)
            if len(output) <= _CACHED_LENGTH and len(self._known) < _CACHED:
                self._known[output] = known
        return known

    def _judged(self, output: str, value: Any) -> Answer:
        opening = output.lstrip()[:1]
        cut = "open code fence" if output.count("```") % 2 else None
        if cut is None and value is None and opening in ("{", "["):
            value = self._parsed(output)
            if value is None and signals.unclosed(output):
                cut = "unclosed JSON"
        kind, text, label = self._comparable(output, value)
        return Answer(
            not opening,
            cut,
            self._fits is None or self._satisfies(output, value),
            signals.refuses(output),
            signals.declines(output),
            signals.personal_data(output),
            kind,
            f"{codec.key_of(text):016x}",
            quoted("" if kind == "j" else text[:_COMPARED_TEXT]),
            label,
            kind == "t" and len(output) >= PROSE and output[-1].isalnum(),
        )

    def _parsed(self, output: str) -> Any:
        try:
            return self._loads(output.encode("utf-8", "surrogatepass"))
        except ValueError:
            return None

    def _satisfies(self, output: str, value: Any) -> bool:
        assert self._fits is not None
        if value is not None:
            return self._fits(value)
        try:
            return self._fits(self._loads(output.encode("utf-8", "surrogatepass")))
        except ValueError:
            return False

    def _comparable(self, output: str, value: Any) -> tuple[str, str, str | None]:
        """Return (kind, text to compare, label) of an output."""
        if isinstance(value, dict | list):
            label = self._field(value)
            declared = self._declared and label is not None
            return "j", str(label) if declared else codec.canonical(value), label
        text = codec.normalised(output)
        if len(text) <= SHORT and text.count(" ") <= 4:
            plain = text.rstrip(".!")
            return "l", plain, plain
        return "t", text, None

    def _field(self, value: Any) -> str | None:
        if not isinstance(value, dict):
            return None
        for name in self._fields:
            found: Any = value
            for part in name.split("."):
                found = found.get(part) if isinstance(found, dict) else None
            if isinstance(found, str | int | bool):
                return str(found)
        return None


def _enum_field(schema: Mapping[str, Any] | None) -> str:
    for name, part in (schema or {}).get("properties", {}).items():
        if isinstance(part, dict) and "enum" in part:
            return str(name)
    return ""
