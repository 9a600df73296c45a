"""The price table: a dated subset of a public one, replaceable, with its age beside every figure."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.results.common import amount, mapping
from promptlint.readiness.training.reading import digest

_OWN = os.path.join(os.path.dirname(__file__), "prices.json")
_MOST = 1.0
"""USD per token; a larger price is one per million tokens, or a slip of the pen."""
CACHE_MINIMUM = 1024
"""Tokens below which providers do not cache a prefix, where the table names no other minimum."""


class Price(NamedTuple):
    """USD per token. `cached` and `write` equal `input` where the provider has no such price."""

    model: str
    input: float
    output: float
    cached: float
    write: float
    cache_minimum: int = CACHE_MINIMUM
    end_of_life: dt.date | None = None


class Prices(NamedTuple):
    """A table with its source. `age_days` counts from `date` to the day of the assessment, at least 0."""

    source: str
    date: dt.date | None
    age_days: int | None
    sha256: str
    models: Mapping[str, Mapping[str, Any]]

    def stale(self, limit: float) -> bool:
        """Whether the table is too old, or of unknown age."""
        return self.age_days is None or self.age_days > limit

    def find(self, model: str) -> Price | None:
        """Return the price of a model; an alias without an entry takes its latest dated snapshot."""
        name = model if model in self.models else self._snapshot(model)
        if name is None:
            return None
        row = self.models[name]
        given, output = amount(row.get("input_cost_per_token")), amount(row.get("output_cost_per_token"))
        if given is None or output is None or max(given, output) > _MOST:
            return None
        cached, write = (
            amount(row.get("cache_read_input_token_cost")),
            amount(row.get("cache_creation_input_token_cost")),
        )
        return Price(
            model, given, output, given if cached is None else cached, given if write is None else write,
            int(amount(row.get("prompt_cache_min_tokens")) or CACHE_MINIMUM), self._end(model, name),
        )  # fmt: skip

    def tuned(self, base: str) -> Price | None:
        """Return the price of a tuned model: its own entry, which may cost more, or else that of its base."""
        return (None if base.startswith("ft:") else self.find(f"ft:{base}")) or self.find(base)

    def _snapshot(self, model: str) -> str | None:
        dated = [name for name in self.models if name.startswith(f"{model}-20")]
        return max(dated) if dated else None

    def _end(self, model: str, name: str) -> dt.date | None:
        """Return the retirement date; an alias without one takes that of its latest snapshot."""
        for candidate in (name, self._snapshot(model)):
            value = self.models[candidate].get("deprecation_date") if candidate is not None else None
            if value:
                try:
                    return dt.date.fromisoformat(str(value)[:10])
                except ValueError:
                    continue
        return None


def load(path: str | None, as_of: dt.date) -> Prices:
    """Read a price table: the built-in one, or a file of the same or of LiteLLM's form. Raises EvidenceError."""
    file = path or _OWN
    try:
        with open(file, encoding="utf-8-sig") as stream:
            data = json.load(stream)
    except OSError as error:
        raise EvidenceError(file, error.strerror or str(error), "check --prices") from error
    except ValueError as error:
        raise EvidenceError(file, f"is not JSON: {error}", "check --prices") from error
    head = mapping(data)
    models = mapping(head.get("models")) or {k: v for k, v in head.items() if isinstance(v, dict)}
    if not any("input_cost_per_token" in mapping(row) for row in models.values()):
        raise EvidenceError(file, "holds no `input_cost_per_token`", "give prices in LiteLLM's form")
    if str(head.get("currency", "USD")).upper() != "USD":
        raise EvidenceError(file, f"prices are in {str(head['currency'])[:10]}, not USD", "convert them")
    date = None
    if head.get("date"):
        try:
            date = dt.date.fromisoformat(str(head["date"])[:10])
        except ValueError as error:
            raise EvidenceError(file, f"`date` is no date: {head['date']!r}") from error
    source = str(head.get("source") or (os.path.basename(file) if path else "built-in"))
    age = None if date is None else max(0, (as_of - date).days)
    return Prices(source, date, age, digest(file), {str(k): mapping(v) for k, v in models.items()})
