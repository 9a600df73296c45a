"""Readiness at size: a generated training file with planted defects; every planted count must be found.

    python benchmarks/readiness.py [--rows 1000000] [--near-dup off,sample,full] [--folder DIR]

Prints time, processor time and peak memory of `promptlint readiness`, of DuckDB reading the same file, and their
ratios. The file is written to a temporary folder and deleted. Processor time is what counts on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

LABELS = ("billing", "technical", "refund", "other")
SYSTEM = "You sort support tickets into one of four labels and answer with JSON."
SCHEMA = {
    "type": "object",
    "properties": {"label": {"type": "string", "enum": list(LABELS)}},
    "required": ["label"],
    "additionalProperties": False,
}
SHARES = {
    "TD001": 0.0005, "TD003": 0.0004, "TD004": 0.0003, "TD005": 0.0004, "TD007": 0.0005, "TD014": 0.0006,
    "TD008": 0.05, "TD009": 0.03, "TD010": 0.04, "TD011": 0.002,
}  # fmt: skip
"""Planted rows of each kind, as shares of all rows. TD010 comes in pairs; TD009 is found in full only by `full`."""


def row(text: str, answer: str, **more: Any) -> str:
    """Return one chat row."""
    messages = [("system", SYSTEM), ("user", text), ("assistant", answer)]
    return json.dumps({"messages": [{"role": r, "content": c} for r, c in messages], **more})


def generate(folder: Path, rows: int) -> dict[str, int]:
    """Write train.jsonl, eval.jsonl, out.json and the evidence file; return the planted counts."""
    rng = random.Random(5)
    words = ["".join(rng.choices("abcdefghijklmnoprstuvwyz", k=rng.randint(3, 9))) for _ in range(20_000)]
    planted = {code: int(rows * share) for code, share in SHARES.items()}
    planted["TD010"] -= planted["TD010"] % 2
    extra = sum(count for code, count in planted.items() if code not in ("TD010",)) + planted["TD010"]
    plain = rows - extra
    originals: list[tuple[str, str]] = []
    kept = max(planted["TD008"], planted["TD009"])

    def text() -> str:
        return " ".join(rng.choices(words, k=110))

    def answer(label: str | None = None) -> str:
        return json.dumps({"label": label or rng.choice(LABELS)})

    with open(folder / "train.jsonl", "w", encoding="utf-8") as out, open(folder / "eval.jsonl", "w") as held:
        for _ in range(plain):
            given, reply = text(), answer()
            if len(originals) < kept:
                originals.append((given, reply))
            out.write(row(given, reply) + "\n")
        for index in range(planted["TD008"]):
            out.write(row(*originals[index]) + "\n")
        for index in range(planted["TD009"]):
            given, reply = originals[index]
            out.write(row(given + " " + rng.choice(words), reply) + "\n")
        for _ in range(planted["TD010"] // 2):
            given = text()
            out.write(row(given, answer("billing")) + "\n" + row(given, answer("refund")) + "\n")
        for _ in range(planted["TD011"]):
            given, reply = text(), answer()
            held.write(json.dumps({"input": given, "expected": reply}) + "\n")
            out.write(row(given, reply) + "\n")
        for _ in range(planted["TD001"]):
            out.write(row(text(), answer())[:-7] + "\n")
        for _ in range(planted["TD003"]):
            out.write(json.dumps({"messages": [{"role": "user", "content": text()}]}) + "\n")
        for _ in range(planted["TD004"]):
            out.write(row(text(), " ") + "\n")
        for _ in range(planted["TD005"]):
            out.write(row(text(), '{"label": "bill') + "\n")
        for _ in range(planted["TD007"]):
            out.write(row(text(), '{"label": "unheard of"}') + "\n")
        for index in range(planted["TD014"]):
            out.write(row(f"{text()} write to user{index}@mail.de {rng.choice(words)}", answer()) + "\n")
    (folder / "out.json").write_text(json.dumps(SCHEMA))
    (folder / "evidence.yaml").write_text(
        "version: 1\ntrain: [{path: train.jsonl, schema: out.json}]\neval: {data: [eval.jsonl]}\n"
    )
    return planted


class Measured(NamedTuple):
    """One run of a command and its children: what it wrote, seconds, processor seconds, peak MB of all together."""

    output: str
    seconds: float
    processor: float
    memory: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, processor {self.processor:.1f} s, {self.memory:.0f} MB"


def measured(command: list[str]) -> Measured:
    """Run a command."""
    started, before = time.perf_counter(), _processor()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = [0.0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            peak[0] = max(peak[0], sum(map(_rss, _family(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output = process.communicate()[0]
    done.set()
    watcher.join()
    return Measured(output, time.perf_counter() - started, _processor() - before, peak[0])


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> list[int]:
    found, queue = [], [pid]
    while queue:
        current = queue.pop()
        found.append(current)
        for task in Path(f"/proc/{current}/task").glob("*/children"):
            with suppress(OSError):
                queue.extend(int(child) for child in task.read_text().split())
    return found


def _rss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


_DUCKDB = """
import duckdb, sys
c = duckdb.connect()
c.execute("SET threads=2")
print(c.execute(
    "SELECT count(*), count(DISTINCT hash(messages[2].content)) FROM"
    " read_json(?, format='newline_delimited', ignore_errors=true,"
    " columns={messages: 'STRUCT(role VARCHAR, content VARCHAR)[]'})", [sys.argv[1]]).fetchall())
"""


def main() -> None:
    """Generate, measure, compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--near-dup", default="off,sample,full")
    parser.add_argument("--folder", default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        planted = generate(folder, options.rows)
        size = (folder / "train.jsonl").stat().st_size
        print(f"{options.rows:,} rows, {size / 1e9:.2f} GB; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        runs = [run(folder, mode, planted) for mode in options.near_dup.split(",")]
        try:
            import duckdb  # noqa: F401
        except ImportError:
            print("duckdb is not installed: no ratio")
            return
        other = measured([sys.executable, "-c", _DUCKDB, str(folder / "train.jsonl")])
        times, processor = (runs[0].seconds / other.seconds, runs[0].processor / other.processor)
        print(f"DuckDB, count and one aggregate: {other}; ratio {times:.1f}, of processor time {processor:.1f}")


def run(folder: Path, mode: str, planted: dict[str, int]) -> Measured:
    """Run readiness in one mode and print it beside what was planted."""
    base = [sys.executable, "-m", "promptlint", "readiness", "--evidence", str(folder / "evidence.yaml")]
    found = measured([*base, "--near-dup", mode, "--output-format", "json", "--as-of", "2026-11-23"])
    data = json.loads(found.output)["data"]
    counts = {check["code"]: check["count"] for check in data["checks"] if check["effect"] != "info"}
    print(f"near-dup {mode}: {found}, clean {data['clean']:,}")
    for code, count in sorted(planted.items()):
        mark = "ok" if counts.get(code, 0) == count else "DIFFERS"
        print(f"  {code} planted {count:,} found {counts.get(code, 0):,} {mark}")
    return found


if __name__ == "__main__":
    main()
