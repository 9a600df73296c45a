"""The request log: volume, tokens, cache hits, latency and cost as they are, not as they are hoped to be."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Mapping
from typing import Any, NamedTuple

from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.evidence import Source
from promptlint.readiness.keys import MOST, number
from promptlint.readiness.results.common import amount, mapping, model_name
from promptlint.readiness.training.reading import digest, records

MONTH_DAYS = 30
_LATEST = 7e9
"""Seconds since 1970, in the year 2191: a larger number is no time."""
_LATENCY_CAP = 2_000_000
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "model": ("model", "model_name", "model_id", "snapshot_id", "deployment"),
    "in_tok": (
        "usage.prompt_tokens", "usage.input_tokens", "prompt_tokens", "input_tokens", "in_tok", "tokens_in",
        "inputTokens",
    ),
    "out_tok": (
        "usage.completion_tokens", "usage.output_tokens", "completion_tokens", "output_tokens", "out_tok",
        "tokens_out", "outputTokens",
    ),
    "cached_tok": (
        "usage.prompt_tokens_details.cached_tokens", "usage.input_tokens_details.cached_tokens", "cached_tokens",
        "input_cached_tokens", "cached_tok", "cached_input_tokens",
    ),
    "cache_read": ("usage.cache_read_input_tokens", "cache_read_input_tokens"),
    "cache_write": ("usage.cache_creation_input_tokens", "cache_creation_input_tokens", "cache_write_tokens"),
    "latency_ms": ("latency_ms", "latencyMs", "duration_ms", "latency", "response_time_ms"),
    "cost": ("cost", "cost_usd", "total_cost", "usd"),
    "time": ("timestamp", "ts", "time", "created", "created_at", "start_time", "date"),
    "count": ("requests", "count", "n_requests", "num_requests", "num_model_requests", "request_count"),
    "currency": ("currency",),
    "static_tok": ("static_tokens", "prefix_tokens", "cacheable_tokens"),
}  # fmt: skip
_PRESETS = ("auto", "openai", "anthropic", "generic")


class Log(NamedTuple):
    """Means are per request; `monthly` is requests in 30 days. `cost_month` is None without a cost column."""

    path: str
    sha256: str
    rows: int
    requests: float
    days: float
    monthly: float
    model: str
    models: Mapping[str, float]
    in_tok: float
    out_tok: float
    cached_tok: float
    write_tok: float
    min_in_tok: float
    static_tok: float | None
    latencies: tuple[float, ...]
    cost_month: float | None
    last: dt.date | None
    """The day of the latest request."""
    notes: tuple[str, ...]
    contradictions: tuple[str, ...]


class _Sums:
    """Running totals; each field adds up in any order of rows."""

    def __init__(self) -> None:
        self.rows = self.bad = 0
        self.requests = self.in_tok = self.out_tok = self.cached = self.written = self.cost = 0.0
        self.costed = 0.0
        self.models: dict[str, float] = {}
        self.smallest = float("inf")
        self.static: list[float] = []
        self.latencies = array("d")
        self.first: float | None = None
        self.last: float | None = None
        self.date_only = False


def read(source: Source) -> Log:
    """Return what a request log says. Raises EvidenceError for an empty window, another currency, unreadable rows."""
    options, shown = source.options, source.shown
    fields = _fields(options, shown)
    sums = _Sums()
    for line, offset, row in records(source.path):
        if row is None:
            sums.bad += 1
            if sums.bad > 1000:
                raise EvidenceError(shown, "over 1,000 unreadable rows", "export it anew", line=line, offset=offset)
            continue
        _add(row, fields, sums, shown, line)
    total = sums.rows + sums.bad
    if sums.rows == 0:
        raise EvidenceError(shown, "the log window holds no requests", "export a window with traffic", line=1)
    if sums.bad > 0.05 * total:
        raise EvidenceError(shown, f"{sums.bad} of {total} rows are unreadable", "export it anew", line=1)
    return _log(source, sums, options)


def _fields(options: Mapping[str, Any], shown: str) -> dict[str, tuple[str, ...]]:
    given = options.get("map")
    if given is None or (isinstance(given, str) and given in _PRESETS):
        return dict(_FIELDS)
    if not isinstance(given, dict):
        raise EvidenceError(shown, f"`map: {given}` is not known", f"one of {', '.join(_PRESETS)}, or a mapping")
    unknown = [name for name in given if name not in _FIELDS]
    if unknown:
        raise EvidenceError(shown, f"`map.{unknown[0]}` is not known", f"known: {', '.join(_FIELDS)}")
    return {name: (str(given[name]), *names) if name in given else names for name, names in _FIELDS.items()}


def _at(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if name in row:
            return row[name]
        if "." in name:
            value: Any = row
            for part in name.split("."):
                value = mapping(value).get(part)
            if value is not None:
                return value
    return None


def _add(row: Mapping[str, Any], fields: Mapping[str, tuple[str, ...]], sums: _Sums, shown: str, line: int) -> None:
    currency = _at(row, fields["currency"])
    if currency and str(currency).upper() != "USD":
        raise EvidenceError(shown, f"costs are in {str(currency)[:10]}, not USD", "convert them", line=line)
    count = amount(_at(row, fields["count"]))
    count = 1.0 if count is None else count
    values = {name: amount(_at(row, fields[name])) or 0.0 for name in ("in_tok", "out_tok", "cached_tok")}
    read_tok, written = amount(_at(row, fields["cache_read"])), amount(_at(row, fields["cache_write"])) or 0.0
    for name in ("in_tok", "out_tok", "cached_tok", "count", "cost", "latency_ms"):
        raw = _at(row, fields[name])
        if isinstance(raw, int | float) and not 0 <= raw <= MOST:
            said = "negative" if raw < 0 else f"over {MOST:g}"
            raise EvidenceError(shown, f"{name} is {said}", "correct the export", line=line)
    if read_tok is not None:  # Anthropic counts cached and written tokens beside `input_tokens`.
        values["cached_tok"] = read_tok
        values["in_tok"] += read_tok + written
    sums.rows += 1
    sums.requests += count
    # A row of many requests holds totals, unless they are too small to be any.
    factor = count if count > 1 and values["in_tok"] < count else 1.0
    sums.in_tok += values["in_tok"] * factor
    sums.out_tok += values["out_tok"] * factor
    sums.cached += values["cached_tok"] * factor
    sums.written += written * factor
    if count > 0:
        sums.smallest = min(sums.smallest, values["in_tok"] * factor / count)
    _add_rest(row, fields, sums, count, factor)


def _add_rest(
    row: Mapping[str, Any], fields: Mapping[str, tuple[str, ...]], sums: _Sums, count: float, factor: float
) -> None:
    model = model_name(str(_at(row, fields["model"]) or ""))
    sums.models[model] = sums.models.get(model, 0.0) + count
    cost, latency = amount(_at(row, fields["cost"])), amount(_at(row, fields["latency_ms"]))
    if cost is not None:
        sums.cost += cost * factor
        sums.costed += count
    if latency is not None and len(sums.latencies) < _LATENCY_CAP:
        sums.latencies.append(latency)
    static = amount(_at(row, fields["static_tok"]))
    if static is not None:
        sums.static.append(static)
    at = _seconds(_at(row, fields["time"]), sums)
    if at is not None:
        sums.first = at if sums.first is None else min(sums.first, at)
        sums.last = at if sums.last is None else max(sums.last, at)


def _seconds(value: Any, sums: _Sums) -> float | None:
    if isinstance(value, dt.datetime):
        return value.timestamp() if value.tzinfo else value.replace(tzinfo=dt.timezone.utc).timestamp()
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value) / (1000 if value > 1e11 else 1)
        return seconds if seconds < _LATEST else None
    if not isinstance(value, str | dt.date):
        return None
    text = str(value).strip().replace("Z", "+00:00")
    sums.date_only = sums.date_only or len(text) == 10
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=dt.timezone.utc)).timestamp()


def _day(seconds: float | None) -> dt.date | None:
    try:
        return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.timezone.utc).date()
    except (OverflowError, ValueError, OSError):
        return None


def _window(sums: _Sums, options: Mapping[str, Any], shown: str, contradictions: list[str]) -> float:
    span = None
    if sums.first is not None and sums.last is not None:
        span = (sums.last - sums.first) / 86400 + (1 if sums.date_only else 0)
    declared = options.get("window_days")
    if declared is None:
        if not span:
            raise EvidenceError(shown, "no timestamps tell the window", "declare `requests.window_days`", line=1)
        return span
    days = number(declared, "requests.window_days", shown)
    if days == 0:
        raise EvidenceError(shown, "an empty log window", "declare `requests.window_days`")
    if span is not None and span > days * 1.1:
        contradictions.append(f"{shown} spans {span:.1f} days, declared are {days:g}: the log wins")
        return span
    return days


def _log(source: Source, sums: _Sums, options: Mapping[str, Any]) -> Log:
    shown = source.shown
    contradictions: list[str] = []
    days = _window(sums, options, shown, contradictions)
    rate = options.get("sample_rate")
    scale = 1.0
    if rate is not None:
        rate = number(rate, "requests.sample_rate", shown)
        if not 0 < rate <= 1:
            raise EvidenceError(shown, "requests.sample_rate lies above 0 and at most at 1")
        scale = 1 / rate
    n = max(sums.requests, 1e-9)
    monthly = sums.requests * scale / days * MONTH_DAYS
    notes = [f"{sums.bad} unreadable rows left out"] if sums.bad else []
    cost = None
    if sums.costed >= 0.95 * n:
        cost = sums.cost / sums.costed * monthly
    elif sums.costed:
        notes.append(f"only {sums.costed:g} of {n:g} requests carry a cost: it is not used")
    model = options.get("model") or max(sorted(sums.models), key=lambda name: sums.models[name])
    return Log(
        path=shown,
        sha256=digest(source.path),
        rows=sums.rows,
        requests=sums.requests,
        days=days,
        monthly=monthly,
        model=model_name(str(model)),
        models=dict(sorted(sums.models.items())),
        in_tok=sums.in_tok / n,
        out_tok=sums.out_tok / n,
        cached_tok=min(sums.cached, sums.in_tok) / n,
        write_tok=sums.written / n,
        min_in_tok=sums.smallest if sums.smallest != float("inf") else 0.0,
        static_tok=min(sums.static) if sums.static else None,
        latencies=tuple(sorted(sums.latencies)),
        cost_month=cost,
        last=_day(sums.last),
        notes=tuple(notes),
        contradictions=tuple(contradictions),
    )
