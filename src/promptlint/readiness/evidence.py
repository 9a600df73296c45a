"""The evidence file: what the owner declares, and where the measured facts lie."""

from __future__ import annotations

import datetime as dt
import difflib
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from promptlint.readiness import declared, keys
from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.keys import number
from promptlint.readiness.model import Threshold


class Source(NamedTuple):
    """One file of evidence with what is declared about it. `path` can be opened, `shown` is as written."""

    path: str
    shown: str
    options: Mapping[str, Any] = {}


_UNSET: Mapping[str, Threshold] = {name: Threshold(name, *keys.THRESHOLDS[name]) for name in keys.THRESHOLDS}


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
    except RecursionError as error:
        raise EvidenceError(path, "is nested too deeply") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise EvidenceError(path, f"is not YAML: {getattr(error, 'problem', error)}", line=line) from error


def parse(data: Any, path: str) -> EvidenceFile:
    """Return the evidence of parsed YAML; `path` is for messages and for relative paths."""
    if data is None:
        data = {}
    keys.check(data, keys.KEYS, path)
    if data.get("version", 1) != 1:
        raise EvidenceError(path, f"version {data['version']!r} is not known", "this promptlint reads version 1")
    folder = os.path.dirname(path) or "."
    evaluation = data.get("eval") or {}
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
        team=declared.team(data.get("team")),
        candidate=data.get("candidate") or {},
        privacy=data.get("privacy") or {},
        latency=declared.latency(data.get("latency") or {}, path),
        failures=declared.failures(data.get("failures") or {}),
        declared=declared.claims(data.get("declared") or {}, path),
        thresholds=_thresholds(data.get("thresholds") or {}, path),
    )


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
    found = {name: Threshold(name, value, origin) for name, (value, origin) in keys.THRESHOLDS.items()}
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
        known = tuple(keys.KEYS["targets"])
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
