"""Whatever stands in the evidence file or in a file of evidence: a verdict or exit code 2, never a crash."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from builders import CANDIDATE, Arm, chat, log, passes, promptfoo, sentence, write_jsonl
from test_scenarios import AS_OF

from promptlint.readiness import keys
from promptlint.readiness.assess import Request, assess
from promptlint.readiness.document import document
from promptlint.readiness.render import rendered

WEIRD: tuple[Any, ...] = (
    [], {}, "", "x\0", -1, 1e308, float("nan"), True, [[1]], {1: 2}, dt.date(2026, 1, 1), b"bytes", 10**30, [None], ".",
)  # fmt: skip


def judged(folder: Path, text: str) -> dict[str, Any]:
    """Return the report of an evidence file, rendered in every format."""
    path = folder / "e.yaml"
    path.write_text(text)
    report = document(assess(Request(evidence=str(path), as_of=AS_OF, near_dup="off", linted=())))
    for form in ("text", "html", "markdown", "sarif", "json"):
        rendered(report, form).encode()
    return report


def places(shape: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(shape, dict):
        for name, part in shape.items():
            yield (*at, "other" if name == "*" else name)
            yield from places(part, (*at, name)) if name != "*" else ()
    elif isinstance(shape, list):
        yield (*at, 0)
        yield from places(shape[0], (*at, 0))


def put(holder: Any, at: tuple[str | int, ...], value: Any) -> Any:
    """Return a copy of `holder` with a value at a place; what stands in the way gives way."""
    if not at:
        return value
    head, rest = at[0], at[1:]
    if isinstance(head, int):
        first = holder[0] if isinstance(holder, list) and holder else {}
        return [put(first, rest, value)]
    held = holder if isinstance(holder, dict) else {}
    return {**held, head: put(held.get(head), rest, value)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("hostile")
    write_jsonl(found / "t.jsonl", [chat(n) for n in range(30)])
    write_jsonl(found / "e.jsonl", [{"input": sentence(n), "expected": "x"} for n in range(5)])
    promptfoo(found / "pf.json", [Arm(passes(4, 6)), Arm(passes(5, 6), label="more")])
    log(found / "log.jsonl", 10_000_000, "gpt-4.1")
    return found


WHOLE: dict[str, Any] = {
    "task": {"origin": "production"},
    "targets": {"quality": {"min": 0.9}, "latency_p95_ms": 100, "monthly_cost_usd": 100},
    "train": [{"path": "t.jsonl"}],
    "eval": {"data": [{"path": "e.jsonl"}], "results": [{"path": "pf.json"}]},
    "requests": {"path": "log.jsonl", "window_days": 30},
    "team": {"owner": "a", "backup": "b", "hours_per_month": 9},
    "candidate": dict(CANDIDATE),
    "privacy": {"third_party_forbidden": True},
}


@pytest.mark.parametrize("section", sorted(keys.KEYS))
def test_no_value_in_the_evidence_file_makes_the_run_crash(folder: Path, section: str) -> None:
    for index, at in enumerate(places({section: keys.KEYS[section]})):
        for value in WEIRD[index % 3 :: 3]:
            report = judged(folder, yaml.dump(put(WHOLE, at, value)))
            assert report["verdict"] != "justified"


def changed(rng: random.Random, value: Any) -> Any:
    """Return data in which some parts are something else, or gone."""
    if rng.random() < 0.1:
        return rng.choice([None, [], {}, "", "x", -1, 0, 1e308, True, [1], [[]], {"a": 1}, 10**25, "NaN", [None]])
    if isinstance(value, dict):
        return {name: changed(rng, part) for name, part in value.items() if rng.random() > 0.04}
    return [changed(rng, part) for part in value] if isinstance(value, list) else value


def turn(role: str, content: Any) -> dict[str, Any]:
    return {"role": role, "content": content}


ROWS: tuple[Any, ...] = (
    chat(1),
    {"messages": [turn("user", [{"type": "text", "text": "q"}]), turn("assistant", None)], "metadata": {"model": "m"}},
    {
        "input": {"messages": [turn("user", "q")]},
        "preferred_output": [turn("assistant", "a")],
        "non_preferred_output": [],
    },
    {"contents": [{"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": [{"text": "a"}]}]},
    {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
    {"instruction": "i", "input": "j", "output": "o", "system": "s"},
    {"prompt": [turn("user", "q")], "completion": [turn("assistant", "a")]},
    {"question": "q", "answer": {"label": "x"}},
)
RESULTS: tuple[Any, ...] = (
    {"version": 2, "status": "success", "eval": {"model": "m", "task": "t"}, "results": {"total_samples": 1},
     "samples": [{"id": 1, "epoch": 1, "input": "x", "scores": {"m": {"value": "C"}}, "total_time": 1}]},
    {"testRunData": {"testCases": [{"name": "a", "success": True, "metricsData": [{"score": 0.5, "success": True}]}]}},
    {"results": [{"id": "a", "input": {"q": "x"}, "scores": {"m": 1}}], "summary": {"experimentName": "e"}},
    {"results": {"t": {"acc,none": 0.5}}, "n-samples": {"t": {"effective": 10}}, "higher_is_better": {}},
    [{"id": 1, "pass": True, "score": 0.5, "variant": "v", "latency_ms": 5, "cost": 0.1, "tag": "tone", "epoch": 1}],
)  # fmt: skip
LOGS: tuple[Any, ...] = (
    {"model": "gpt-4.1", "usage": {"prompt_tokens": 5, "prompt_tokens_details": {"cached_tokens": 1}}, "cost": 0.1,
     "timestamp": "2026-11-01T00:00:00Z", "requests": 5, "latency_ms": 4, "static_tokens": 5},
    {"model": "gpt-4.1", "usage": {"input_tokens": 5, "cache_read_input_tokens": 4}, "ts": 1_700_000_000},
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_no_structure_of_a_file_makes_the_run_crash(folder: Path, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    results = (*RESULTS, json.loads((folder / "pf.json").read_text()))
    for _ in range(15):
        write_jsonl(tmp_path / "t.jsonl", [changed(rng, rng.choice(ROWS)) for _ in range(3)])
        (tmp_path / "r.json").write_text(json.dumps(changed(rng, rng.choice(results))))
        write_jsonl(tmp_path / "l.jsonl", [changed(rng, row) for row in LOGS * 3])
        requests = {"path": "l.jsonl", "window_days": 30}
        for part in ({"train": ["t.jsonl"]}, {"eval": {"results": ["r.json"]}}, {"requests": requests}):
            report = judged(tmp_path, yaml.dump({"candidate": dict(CANDIDATE), **part}))
            assert report["verdict"] != "justified"
