"""The evidence file that `--init` writes."""

from __future__ import annotations

import os

_TEMPLATE = """\
# Evidence for `promptlint readiness`: prompt or fine-tune.
# What stays out is unknown, and unknown never counts as a yes. Lines marked CONFIRM are guesses: confirm or delete.
version: 1

task:
  name: {name}            # CONFIRM
  # Where the evaluation cases come from: production, curated, synthetic or benchmark.
  # Only production and curated cases can show that the generic model does not suffice.
  # origin: production
  # cases_window: 2026-09-01..2026-10-31
  # offline: false        # true: nobody waits for an answer, a batch tier would do

targets:                  # no defaults: the owner of the task sets them
  # quality: {{metric: pass, min: 0.95}}
  # latency_p95_ms: 1200
  # monthly_cost_usd: 10000

{train}
{eval}
{requests}
# Nothing in a repository proves a team: these are declarations. Paths are checked.
# team: {{owner: name@example.org, backup: second@example.org, hours_per_month: 40, usd_per_hour: 94,
#        retrain_cadence_days: 90, rollback: docs/rollback.md, pipeline: ml/train.yaml}}

# What would be tuned, where it would run, what it would cost.
# candidate: {{base: llama-3.1-8b, hosting: self, gpu_usd_h: 2.5, replicas_min: 2, rps_per_gpu: 10,
#             train_usd: 1500, label_usd: 6000, eval_usd_month: 500, base_eol: null}}

# privacy: {{third_party_forbidden: false, self_hosted_untuned_ok: true}}
# latency: {{tried: [streaming, shorter_output, caching, smaller_model, region_tier]}}
# failures: {{knowledge: 0.1, behaviour: 0.9}}   # shares of the failed cases, by cause

# The defaults, with who set them.
# thresholds:
#   examples: 1000               # seed: one team's practice; providers start at 10 to 100
#   specialised_examples: 10000  # seed
#   volume: 10000000             # seed, requests a month
#   saving_ratio: 10             # seed, counts literally under --seed-strict only
#   min_cases: 100               # promptlint
#   alpha: 0.05                  # promptlint
#   max_price_age_days: 90       # promptlint
"""
_SKIP = ("node_modules", "__pycache__", "dist", "build", "site-packages")


def template(root: str = ".") -> str:
    """Return a commented evidence file; files of `root` that look like evidence are named as guesses."""
    train, data, results, logs = _guesses(root)
    return _TEMPLATE.format(
        name=_plain(os.path.basename(os.path.abspath(root))) or "task",
        train=_section("train", train, "train: [{path: data/train.jsonl, format: auto, schema: out.json}]"),
        eval=_evaluation(data, results),
        requests=_section(
            "requests", logs[:1], "requests: {path: logs/usage.jsonl, map: openai, window_days: 30}", single=True
        ),
    )


def _guesses(root: str) -> tuple[list[str], list[str], list[str], list[str]]:
    train, data, results, logs = [], [], [], []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIP)
        if os.path.relpath(folder, root).count(os.sep) >= 3:
            folders[:] = []
        for name in sorted(files):
            path, lower = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/"), name.lower()
            table = lower.endswith((".jsonl", ".jsonl.gz", ".csv", ".parquet"))
            if table and "train" in lower:
                train.append(path)
            elif table and any(word in lower for word in ("eval", "test", "valid", "holdout")):
                data.append(path)
            elif table and any(word in lower for word in ("request", "usage", "log")):
                logs.append(path)
            elif lower.endswith((".json", ".eval")) and any(w in lower for w in ("result", "promptfoo", "output")):
                results.append(path)
    return train[:5], data[:5], results[:5], logs[:5]


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char in "-_. ").strip()


def _quoted(path: str) -> str:
    import json

    return json.dumps(path)


def _section(name: str, paths: list[str], sample: str, *, single: bool = False) -> str:
    if not paths:
        return f"# {sample}\n"
    if single:
        return f"{name}: {{path: {_quoted(paths[0])}}}   # CONFIRM\n"
    return "\n".join([f"{name}:"] + [f"  - {{path: {_quoted(path)}}}   # CONFIRM" for path in paths]) + "\n"


def _evaluation(data: list[str], results: list[str]) -> str:
    if not data and not results:
        return (
            "# eval: {data: [data/eval.jsonl],\n"
            "#        results: [{path: pf.json, variant_map: {0: zero_shot, 1: few_shot}}]}\n"
        )
    lines = ["eval:"]
    for name, paths in (("data", data), ("results", results)):
        if paths:
            lines.append(f"  {name}:")
            lines.extend(f"    - {{path: {_quoted(path)}}}   # CONFIRM" for path in paths)
    return "\n".join(lines) + "\n"
