"""The keys of the evidence file and what each may hold: a slip of the pen ends in a message, not in an answer."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import Any

from promptlint.readiness.errors import EvidenceError

MOST = 1e15
"""A larger number is a slip of the pen in every unit that is asked for."""

TEXT, NAME, NUMBER, SWITCH, TEXTS, ANY = "text", "a name", "number", "true or false", "text or a list of texts", None
REAL = ("production", "curated")
"""Where cases come from that show how the model does on real ones."""
ORIGINS = (*REAL, "synthetic", "benchmark")
_MAP: Mapping[str, Any] = {"*": ANY}
_NAMES: Mapping[str, Any] = {"*": NAME}
_NUMBERS: Mapping[str, Any] = {"*": NUMBER}
THRESHOLDS: Mapping[str, tuple[float, str]] = {
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
"""Defaults, with who set them."""
KEYS: Mapping[str, Any] = {
    "version": ANY,
    "task": {
        "name": NAME, "origin": ORIGINS, "cases_window": ANY,
        "offline": SWITCH,
    },
    "prompt": {"paths": TEXTS},
    "targets": {"quality": {"metric": TEXT, "min": NUMBER}, "latency_p95_ms": NUMBER, "monthly_cost_usd": NUMBER},
    "train": [
        {
            "path": TEXT, "format": TEXT, "schema": TEXT, "label": TEXT, "input": TEXT, "output": TEXT,
            "token_limit": NUMBER, "pii": ("warn", "drop"), "refusals": ("drop", "keep"),
        }
    ],
    "eval": {
        "data": [{"path": TEXT, "input": TEXT, "id": TEXT, "expected": TEXT}],
        "results": [
            {
                "path": TEXT, "format": TEXT, "variant": NAME, "variant_map": _NAMES, "model": TEXT, "prompt": ANY,
                "prompt_sha256": TEXT, "origin": ORIGINS,
                "columns": _NAMES, "threshold": NUMBER, "judge_agreement": NUMBER, "examples": NUMBER,
            }
        ],
        "regression": TEXT,
    },
    "requests": {
        "path": TEXT, "map": ANY, "window_days": NUMBER, "sample_rate": NUMBER, "static_tokens": NUMBER,
        "cache_hit_potential": NUMBER, "model": TEXT,
    },
    "team": {
        "owner": TEXT, "backup": TEXT, "hours_per_month": NUMBER, "usd_per_hour": NUMBER,
        "retrain_cadence_days": NUMBER, "rollback": TEXT, "pipeline": TEXT,
    },
    "candidate": {
        "base": TEXT, "hosting": ("self", "managed"), "gpu_usd_h": NUMBER, "replicas_min": NUMBER,
        "rps_per_gpu": NUMBER, "peak": NUMBER, "train_usd": NUMBER, "label_usd": NUMBER, "labels_per_year": NUMBER,
        "eval_usd_month": NUMBER, "base_eol": ANY, "tuning_end": ANY, "prompt_tokens": NUMBER,
        "input_usd_per_mtok": NUMBER, "output_usd_per_mtok": NUMBER,
    },
    "privacy": {
        "third_party_forbidden": SWITCH, "data_classes": TEXTS, "zero_retention_available": SWITCH,
        "regional_endpoint_available": SWITCH, "self_hosted_untuned_ok": SWITCH,
    },
    "latency": {"tried": ANY},
    "failures": _NUMBERS,
    "declared": {"few_shot": ANY, "examples": NUMBER, "requests_per_month": NUMBER, "pass_rate": NUMBER},
    "thresholds": dict.fromkeys(THRESHOLDS, NUMBER),
}  # fmt: skip
_SHORT = {"targets.quality": NUMBER, "requests": TEXT}
"""Sections that a single value may stand for: the pass rate, and the path."""


def check(value: Any, keys: Any, path: str, where: str = "") -> None:
    """Raise EvidenceError for a key that is not known, with the nearest one, and for a value that it cannot hold."""
    if keys is ANY or value is None:
        return
    if isinstance(keys, list):
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            check(item, TEXT if isinstance(item, str) else keys[0], path, f"{where}[{index}]")
    elif isinstance(keys, Mapping):
        _section(value, keys, path, where)
    else:
        _leaf(value, keys, path, where)


def _section(value: Any, keys: Mapping[str, Any], path: str, where: str) -> None:
    if not isinstance(value, dict):
        if where in _SHORT and not isinstance(value, list):
            _leaf(value, _SHORT[where], path, where)
            return
        raise EvidenceError(path, f"{where or 'the file'} must be a mapping, not {type(value).__name__}")
    for key, item in value.items():
        name = f"{where}.{key}".lstrip(".")
        if key not in keys and "*" not in keys:
            near = difflib.get_close_matches(str(key), list(keys), 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(keys)}"
            raise EvidenceError(path, f"unknown key `{name}`", hint)
        check(item, keys.get(key, keys.get("*")), path, name)


def _leaf(value: Any, kind: Any, path: str, where: str) -> None:
    if isinstance(kind, tuple):
        if value not in kind:
            near = difflib.get_close_matches(str(value), kind, 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"one of {', '.join(kind)}"
            raise EvidenceError(path, f"{where} {_shown(value)} is not known", hint)
    elif kind == NUMBER:
        number(value, where, path)
    elif not _holds(value, kind):
        raise EvidenceError(path, f"{where} must be {kind}, not {_shown(value)}")


def _holds(value: Any, kind: Any) -> bool:
    if kind == SWITCH:
        return isinstance(value, bool)
    if kind == TEXTS and isinstance(value, list):
        return all(_holds(item, TEXT) for item in value)
    if kind == NAME and isinstance(value, int) and not isinstance(value, bool):
        return True
    return isinstance(value, str) and "\0" not in value


def _shown(value: Any) -> str:
    return type(value).__name__ if isinstance(value, list | dict) else repr(value)[:40]


def number(value: Any, name: str, path: str) -> float:
    """Return a finite number that is not negative. Raises EvidenceError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise EvidenceError(path, f"{name} must be a number of at least 0, not {_shown(value)}")
    if value > MOST:
        raise EvidenceError(path, f"{name} must be at most {MOST:g}, not {_shown(value)}")
    return float(value)
