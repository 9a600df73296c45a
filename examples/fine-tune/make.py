"""Write the invented data of this example: training rows, evaluation results before and after, a request log.

    python make.py

The results have the form of `promptfoo eval -o FILE`; the passes in them are invented, as everything here.
"""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

HERE = Path(__file__).parent
LABELS = ("delivery", "damaged", "refund", "other")
TOOLS = ("spade", "rake", "hoe", "shears", "trowel", "barrow", "hose", "fork", "axe", "saw", "sieve", "dibber")
PLACES = ("Bonn", "Graz", "Ghent", "Turin", "Lyon", "Oslo", "Cork", "Malmo", "Porto", "Split", "Basel", "Delft")
TEXTS = {
    "delivery": "the {a} for {p} has not come, tracking {n} stands still since day {d}",
    "damaged": "{n}: this {a} reached {p} with a broken part, noticed on day {d}",
    "refund": "please pay back {n} cents for the {a} sent to {p}, it is day {d}",
    "other": "question {n} from {p}: does the {a} fit a shed of {d} metres",
}
SYSTEM = (HERE / "prompts/triage.md").read_text(encoding="utf-8").split("\n<ticket>")[0]


def ticket(rng: random.Random, label: str) -> str:
    """Return an invented ticket."""
    words = {"a": rng.choice(TOOLS), "p": rng.choice(PLACES), "n": rng.randrange(10**6), "d": rng.randrange(2, 60)}
    return TEXTS[label].format(**words)


def results(name: str, cases: list[str], arms: list[tuple[str, str, str, set[int]]]) -> None:
    """Write one promptfoo file; an arm is prompt file, label, model and the cases that fail."""
    rows = [
        {
            "testIdx": test, "promptIdx": index, "provider": {"id": f"openai:{model}"}, "success": test not in failed,
            "score": float(test not in failed), "failureReason": int(test in failed), "vars": {"ticket": text},
        }
        for index, (_, _, model, failed) in enumerate(arms)
        for test, text in enumerate(cases)
    ]  # fmt: skip
    heads = [
        {"raw": (HERE / file).read_text(encoding="utf-8"), "label": label, "provider": f"openai:{model}"}
        for file, label, model, _ in arms
    ]
    bad = sum(not row["success"] for row in rows)
    stats = {"successes": len(rows) - bad, "failures": bad, "errors": 0}
    data = {"evalId": name, "config": {}, "results": {"version": 3, "prompts": heads, "results": rows, "stats": stats}}
    (HERE / "data" / f"{name}.json").write_text(json.dumps(data) + "\n", encoding="utf-8")


def main() -> None:
    """Write all files."""
    rng = random.Random(7)
    train = []
    for number in range(1400):
        label = LABELS[number % 4]
        turns = (("system", SYSTEM), ("user", ticket(rng, label)), ("assistant", json.dumps({"label": label})))
        train.append(json.dumps({"messages": [{"role": role, "content": text} for role, text in turns]}))
    with gzip.GzipFile(HERE / "data/train.jsonl.gz", "wb", mtime=0) as file:
        file.write(("\n".join(train) + "\n").encode())
    cases = [ticket(rng, LABELS[number % 4]) for number in range(150)]
    weak = ("prompts/weak.md", "zero_shot", "gpt-4.1-mini", set(range(0, 150, 4)))
    few = ("prompts/triage.md", "few_shot", "gpt-4.1-mini", {17, 80})
    results("before", cases, [weak])
    results("after", cases, [weak, few])
    usage = [
        {"model": "gpt-4.1-mini", "requests": 2000, "prompt_tokens": 700_000, "completion_tokens": 24_000}
        for _ in range(30)
    ]
    (HERE / "data/usage.jsonl").write_text("".join(json.dumps(row) + "\n" for row in usage), encoding="utf-8")


if __name__ == "__main__":
    main()
