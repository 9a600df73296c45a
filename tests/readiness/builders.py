"""Evidence files for the tests, written to a folder."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

LABELS = ("billing", "technical", "refund", "other")
SYSTEM = "You sort support tickets."
_RANDOM = random.Random(11)
_WORDS = ["".join(_RANDOM.choices("abcdefghijklmnoprstuvz", k=7)) for _ in range(4000)]

BARE = "Classify the support ticket.\n\n<ticket>\n{{ticket}}\n</ticket>\n"
FEW = """Classify the support ticket into one label: billing, technical, refund or other.
Answer with one JSON object and nothing else: {"label": "billing|technical|refund|other"}
If the ticket fits no label, or you are not sure, answer {"label": "other"}.

## Rules
- A ticket about a wrong invoice is billing.
- A ticket that asks for money back is refund.

## Examples

Input: The invoice shows the wrong amount.
Output: {"label": "billing"}

Input: The app crashes when I open it.
Output: {"label": "technical"}

Input: Please send my money back.
Output: {"label": "refund"}

<ticket>
{{ticket}}
</ticket>
"""
TEAM = {
    "owner": "a@x",
    "backup": "b@x",
    "hours_per_month": 40,
    "retrain_cadence_days": 365,
    "rollback": "docs/rollback.md",
    "pipeline": "ml/train.yaml",
}
CANDIDATE = {
    "base": "llama-3.1-8b",
    "hosting": "self",
    "gpu_usd_h": 2.5,
    "replicas_min": 2,
    "rps_per_gpu": 10,
    "train_usd": 1500,
    "label_usd": 6000,
}


def sentence(number: int, words: int = 16) -> str:
    """Return a text that shares hardly a 3-gram with that of another number."""
    return " ".join(random.Random(number).choices(_WORDS, k=words))


def chat(number: int, label: str | None = None, system: str = SYSTEM) -> dict[str, Any]:
    """Return one clean training row."""
    answer = json.dumps({"label": label or LABELS[number % 4]})
    turns = [("system", system), ("user", sentence(number)), ("assistant", answer)]
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


def write_jsonl(path: Path, rows: Sequence[Any]) -> Path:
    """Write rows; strings go out as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def train(folder: Path, clean: int) -> str:
    """Write clean rows and return the path for the evidence file."""
    write_jsonl(folder / "train.jsonl", [chat(n) for n in range(clean)])
    return "train.jsonl"


def team(folder: Path) -> dict[str, Any]:
    """Write the files that the team section names, and return it."""
    for name in ("docs/rollback.md", "ml/train.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x\n")
    return dict(TEAM)


class Arm:
    """The outcomes of one prompt with one model: True, False, or None for an error, a case each."""

    def __init__(self, outcomes: Sequence[bool | None], prompt: str = FEW, model: str = "gpt-4.1", label: str = "few"):
        self.outcomes, self.prompt, self.model, self.label = outcomes, prompt, model, label


def passes(passed: int, total: int) -> list[bool | None]:
    """Return outcomes, the passes first."""
    return [True] * passed + [False] * (total - passed)


def promptfoo(path: Path, arms: Sequence[Arm], inputs: Sequence[str] | None = None) -> str:
    """Write a promptfoo file of version 3 and return its name."""
    rows, heads = [], []
    for index, arm in enumerate(arms):
        heads.append({"raw": arm.prompt, "label": arm.label, "provider": f"openai:chat:{arm.model}"})
        for test, outcome in enumerate(arm.outcomes):
            text = inputs[test] if inputs is not None else sentence(1_000_000 + test)
            rows.append(
                {
                    "testIdx": test,
                    "promptIdx": index,
                    "provider": {"id": f"openai:chat:{arm.model}"},
                    "success": outcome is True,
                    "score": 1 if outcome else 0,
                    "failureReason": 0 if outcome else 2 if outcome is None else 1,
                    "latencyMs": 300,
                    "vars": {"ticket": text},
                }
            )
    stats = {
        "successes": sum(row["success"] for row in rows),
        "failures": sum(row["failureReason"] == 1 for row in rows),
        "errors": sum(row["failureReason"] == 2 for row in rows),
    }
    data = {"evalId": "e", "results": {"version": 3, "prompts": heads, "results": rows, "stats": stats}, "config": {}}
    path.write_text(json.dumps(data, indent=1))
    return path.name


def log(path: Path, monthly: int, model: str, *, in_tok: int = 3400, out_tok: int = 150, cached: int = 0) -> str:
    """Write a request log that covers 30 days and return its name."""
    rows = [
        {
            "model": model, "requests": monthly // 100, "prompt_tokens": in_tok * (monthly // 100),
            "completion_tokens": out_tok * (monthly // 100), "cached_tokens": cached * (monthly // 100),
            "static_tokens": 3000,
        }
        for _ in range(100)
    ]  # fmt: skip
    write_jsonl(path, rows)
    return path.name


def evidence(folder: Path, sections: Mapping[str, Any]) -> str:
    """Write the evidence file and return its path."""
    path = folder / "promptlint.evidence.yaml"
    path.write_text(yaml.safe_dump({"version": 1, **sections}))
    return str(path)


def prompt(folder: Path, text: str = FEW) -> str:
    """Write the prompt file and return its path."""
    path = folder / "triage.prompt.md"
    path.write_text(text)
    return str(path)
