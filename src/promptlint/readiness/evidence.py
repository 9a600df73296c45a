"""The evidence file: what the owner declares, and where the measured facts lie."""

from __future__ import annotations

import datetime as dt
import difflib
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from promptlint.readiness import declared
from promptlint.readiness.declared import number
from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.model import Threshold

DEFAULTS: Mapping[str, tuple[float, str]] = {
    "examples": (1000, "seed"),
    "specialised_examples": (10_000, "seed"),
    "volume": (10_000_000, "seed"),
    "saving_ratio": (10, "seed"),
    "min_cases": (100, "promptlint"),
    "alpha": (0.05, "promptlint"),
    "max_price_age_days": (90, "promptlint"),
    "max_error_share": (0.05, "promptlint"),
    "min_hours_per_month": (8, "promptlint"),
    "min_base_life_months": (6, "promptlint"),
}

_MAP: Mapping[str, Any] = {"*": None}
KEYS: Mapping[str, Any] = {
    "version": None,
    "task": {"name": None, "origin": None, "cases_window": None, "offline": None},
    "prompt": {"paths": None},
    "targets": {"quality": {"metric": None, "min": None}, "latency_p95_ms": None, "monthly_cost_usd": None},
    "train": [
        {
            "path": None, "format": None, "schema": None, "label": None, "input": None, "output": None,
            "token_limit": None, "pii": None, "refusals": None,
        }
    ],
    "eval": {
        "data": [{"path": None, "input": None, "id": None, "expected": None}],
        "results": [
            {
                "path": None, "format": None, "variant": None, "variant_map": _MAP, "model": None, "prompt": None,
                "prompt_sha256": None, "origin": None, "columns": _MAP, "threshold": None,
                "judge_agreement": None, "examples": None,
            }
        ],
        "regression": None,
    },
    "requests": {
        "path": None, "map": None, "window_days": None, "sample_rate": None, "static_tokens": None,
        "cache_hit_potential": None, "model": None,
    },
    "team": {
        "owner": None, "backup": None, "hours_per_month": None, "usd_per_hour": None, "retrain_cadence_days": None,
        "rollback": None, "pipeline": None,
    },
    "candidate": {
        "base": None, "hosting": None, "gpu_usd_h": None, "replicas_min": None, "rps_per_gpu": None, "peak": None,
        "train_usd": None, "label_usd": None, "labels_per_year": None, "eval_usd_month": None, "base_eol": None,
        "tuning_end": None, "prompt_tokens": None, "input_usd_per_mtok": None, "output_usd_per_mtok": None,
    },
    "privacy": {
        "third_party_forbidden": None, "data_classes": None, "zero_retention_available": None,
        "regional_endpoint_available": None, "self_hosted_untuned_ok": None,
    },
    "latency": {"tried": None},
    "failures": _MAP,
    "declared": {"few_shot": None, "examples": None, "requests_per_month": None, "pass_rate": None},
    "thresholds": dict.fromkeys(DEFAULTS),
}  # fmt: skip

ORIGINS = ("production", "curated", "synthetic", "benchmark")


class Source(NamedTuple):
    """One file of evidence with what is declared about it. `path` can be opened, `shown` is as written."""

    path: str
    shown: str
    options: Mapping[str, Any] = {}


_UNSET: Mapping[str, Threshold] = {name: Threshold(name, *DEFAULTS[name]) for name in DEFAULTS}


class EvidenceFile(NamedTuple):
    """All declared facts. Sections that are not there are empty mappings."""

    path: str | None = None
    folder: str = "."
    task: Mapping[str, Any] = {}
    prompt: Mapping[str, Any] = {}
    targets: Mapping[str, Any] = {}
    train: tuple[Source, ...] = ()
    eval_data: tuple[Source, ...] = ()
    results: tuple[Source, ...] = ()
    regression: str | None = None
    requests: Source | None = None
    team: Mapping[str, Any] | None = None
    candidate: Mapping[str, Any] = {}
    privacy: Mapping[str, Any] = {}
    latency: Mapping[str, Any] = {}
    failures: Mapping[str, Any] = {}
    declared: Mapping[str, Any] = {}
    thresholds: Mapping[str, Threshold] = _UNSET

    def limit(self, name: str) -> float:
        """Return the value of a threshold."""
        return self.thresholds[name].value


def load(path: str) -> EvidenceFile:
    """Read an evidence file. Raises EvidenceError for what cannot be read or is not understood."""
    return parse(_read(path), path)


def _read(path: str) -> Any:
    import yaml

    try:
        with open(path, encoding="utf-8-sig") as file:
            return yaml.safe_load(file)
    except OSError as error:
        raise EvidenceError(path, error.strerror or str(error), "`promptlint readiness --init` writes one") from error
    except UnicodeDecodeError as error:
        raise EvidenceError(path, "is not UTF-8 text", "save it as UTF-8", offset=error.start) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise EvidenceError(path, f"is not YAML: {getattr(error, 'problem', error)}", line=line) from error


def parse(data: Any, path: str) -> EvidenceFile:
    """Return the evidence of parsed YAML; `path` is for messages and for relative paths."""
    if data is None:
        data = {}
    _known(data, KEYS, path, "")
    if data.get("version", 1) != 1:
        raise EvidenceError(path, f"version {data['version']!r} is not known", "this promptlint reads version 1")
    folder = os.path.dirname(path) or "."
    evaluation = data.get("eval") or {}
    origin = (data.get("task") or {}).get("origin")
    for value in [origin, *(item.get("origin") for item in _listed(evaluation.get("results")))]:
        if value is not None and value not in ORIGINS:
            raise EvidenceError(path, f"origin {value!r} is not known", f"one of {', '.join(ORIGINS)}")
    requests = data.get("requests")
    return EvidenceFile(
        path=path,
        folder=folder,
        task=declared.task(data.get("task") or {}, path),
        prompt=data.get("prompt") or {},
        targets=_targets(data.get("targets") or {}, path),
        train=_sources(data.get("train"), folder, path),
        eval_data=_sources(evaluation.get("data"), folder, path),
        results=_sources(evaluation.get("results"), folder, path),
        regression=evaluation.get("regression"),
        requests=_sources([requests], folder, path)[0] if requests else None,
        team=declared.team(data.get("team"), path),
        candidate=declared.numbers(data.get("candidate") or {}, _CANDIDATE_NUMBERS, "candidate", path),
        privacy=declared.switches(data.get("privacy") or {}, _PRIVACY_SWITCHES, "privacy", path),
        latency=declared.latency(data.get("latency") or {}, path),
        failures=declared.failures(data.get("failures") or {}, path),
        declared=declared.claims(data.get("declared") or {}, path),
        thresholds=_thresholds(data.get("thresholds") or {}, path),
    )


_PRIVACY_SWITCHES = (
    "third_party_forbidden", "zero_retention_available", "regional_endpoint_available", "self_hosted_untuned_ok",
)  # fmt: skip
_CANDIDATE_NUMBERS = (
    "gpu_usd_h", "replicas_min", "rps_per_gpu", "peak", "train_usd", "label_usd", "labels_per_year", "eval_usd_month",
    "prompt_tokens", "input_usd_per_mtok", "output_usd_per_mtok",
)  # fmt: skip


def _known(value: Any, keys: Any, path: str, where: str) -> None:
    """Raise for a key that is not known, with the nearest one that is."""
    if keys is None or value is None:
        return
    if keys is _MAP:
        if not isinstance(value, dict):
            raise EvidenceError(path, f"{where} must be a mapping, not {type(value).__name__}")
        return
    if isinstance(keys, list):
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(item, str):
                _known(item, keys[0], path, f"{where}[{index}]")
        return
    if not isinstance(value, dict):
        if (where.endswith("quality") and isinstance(value, int | float)) or (
            where == "requests" and isinstance(value, str)
        ):
            return
        raise EvidenceError(path, f"{where or 'the file'} must be a mapping, not {type(value).__name__}")
    for key, item in value.items():
        if key not in keys:
            near = difflib.get_close_matches(str(key), list(keys), 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(keys)}"
            raise EvidenceError(path, f"unknown key `{f'{where}.{key}'.lstrip('.')}`", hint)
        _known(item, keys[key], path, f"{where}.{key}".lstrip("."))


def _listed(value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [{"path": item} if isinstance(item, str) else dict(item or {}) for item in items]


def _sources(value: Any, folder: str, path: str) -> tuple[Source, ...]:
    found = []
    for options in _listed(value):
        shown = options.get("path")
        if not isinstance(shown, str) or not shown:
            raise EvidenceError(path, "a file entry without `path`")
        found.append(Source(located(shown, folder), shown, options))
    return tuple(found)


def located(shown: str, folder: str) -> str:
    """Return where a path of the evidence file lies: beside it, else below the working directory."""
    beside = os.path.join(folder, shown)
    return shown if not os.path.exists(beside) and os.path.exists(shown) else beside


def _targets(targets: Mapping[str, Any], path: str) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    quality = targets.get("quality")
    if quality is not None:
        quality = {"min": quality} if isinstance(quality, int | float) else quality
        if quality.get("min") is None:
            raise EvidenceError(path, "targets.quality has no `min`", "there is no default: the owner sets it")
        checked["quality"] = {
            "metric": str(quality.get("metric", "pass")),
            "min": number(quality["min"], "targets.quality.min", path),
        }
    for name in ("latency_p95_ms", "monthly_cost_usd"):
        if targets.get(name) is not None:
            checked[name] = number(targets[name], f"targets.{name}", path)
    if "quality" in checked and checked["quality"]["metric"] == "pass" and not 0 < checked["quality"]["min"] <= 1:
        raise EvidenceError(path, "targets.quality.min is a pass rate: more than 0 and at most 1", "95 % is 0.95")
    return checked


def _thresholds(given: Mapping[str, Any], path: str) -> dict[str, Threshold]:
    found = {name: Threshold(name, value, origin) for name, (value, origin) in DEFAULTS.items()}
    for name, value in given.items():
        if value is not None:
            found[name] = Threshold(name, number(value, f"thresholds.{name}", path), "config")
    if not 0 < found["alpha"].value < 1:
        raise EvidenceError(path, "thresholds.alpha lies between 0 and 1")
    return found


def date(value: Any, name: str, path: str) -> dt.date | None:
    """Return a declared date, None for none. Raises EvidenceError for what is no ISO date."""
    if value is None or isinstance(value, dt.datetime):
        return value.date() if value is not None else None
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise EvidenceError(path, f"{name} is no date: {value!r}", "write it as 2027-01-31") from error


def with_targets(evidence: EvidenceFile, options: Mapping[str, str]) -> EvidenceFile:
    """Return the evidence with targets of the command line (`quality=0.95`) on top."""
    targets: dict[str, Any] = {}
    for name, value in options.items():
        known = tuple(KEYS["targets"])
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.3)
            raise EvidenceError("--target", f"unknown target `{name}`", f"did you mean `{(near or known)[0]}`?")
        try:
            targets[name] = float(value)
        except ValueError as error:
            raise EvidenceError("--target", f"{name}={value} is no number") from error
    merged = {**evidence.targets, **_targets(targets, "--target")}
    if "quality" in targets and "quality" in evidence.targets:
        merged["quality"]["metric"] = evidence.targets["quality"]["metric"]
    return evidence._replace(targets=merged)
