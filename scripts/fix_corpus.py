"""Fix copies of real files twice and report what a user would meet; draw applied fixes for reading.

    python scripts/fix_corpus.py OUT PATH [PATH…]
    python scripts/fix_corpus.py --draw COUNT --seed SEED OUT [OUT…]

Each PATH (a file or a folder) is copied below OUT/copy as a project of its own, the copies are fixed with
`--suggested --templates`, and then once more. Reported: crashes, files that no longer parse, changes that the second
run makes, findings before and after, prompts that went from gaps to none. OUT/fixes.jsonl keeps every applied fix with
the diff of its file.

`--draw` prints COUNT of the fixes that runs kept, drawn at random, at most one a file and as many from each OUT.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

from promptlint.cli.fixing import Bench, diff
from promptlint.fixes.apply import Plan, Result, fix_file
from promptlint.fixes.generators import generate
from promptlint.fixes.write import WriteError, write
from promptlint.project.discovery import Found, discover
from promptlint.project.settings import Finder

PILLAR_RULES = {"OUT001", "OUT002", "EXM001", "RUL001", "RUL010", "UNC001", "UNC002", "TON001", "INP001"}
Rules = dict[str, Counter[str]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="OUT|PATH")
    parser.add_argument("--draw", type=int, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.draw:
        draw(options.folders, options.draw, options.seed)
        return 0
    return fixed(options.folders[0], options.folders[1:])


def fixed(out: Path, sources: list[Path]) -> int:
    """Copy, fix twice, report."""
    shutil.rmtree(out, ignore_errors=True)
    copies = [_copied(source, out / "copy" / f"{number}-{source.name}") for number, source in enumerate(sources)]
    counts: Counter[str] = Counter()
    second: Counter[str] = Counter()
    rules: Rules = {"applied": Counter(), "dropped": Counter(), "reasons": Counter()}
    with (out / "fixes.jsonl").open("w", encoding="utf-8") as log:
        held = [_round(_files(copy), counts, rules, log) for copy in copies]
    with (out / "second.jsonl").open("w", encoding="utf-8") as log:
        nothing: Rules = {"applied": Counter(), "dropped": Counter(), "reasons": Counter()}
        for files in held:  # those that hold prompts: no fix makes one
            _round(files, second, nothing, log)
    counts["second run: files changed"] = second["files changed"]
    counts["second run: fixes"] = second["fixes applied"]
    print(json.dumps({**counts, **{name: dict(c.most_common(25)) for name, c in rules.items()}}, indent=1))
    return int(bool(counts["crashes"] or counts["files that no longer parse"] or second["fixes applied"]))


def _copied(source: Path, target: Path) -> Path:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=False, ignore_dangling_symlinks=True)
    else:
        target.mkdir(parents=True)
        shutil.copy(source, target)
    (target / ".git").mkdir(exist_ok=True)  # a root, so that the files of a package know each other
    for path in target.rglob("*"):
        path.chmod(path.stat().st_mode | 0o200)
    return target


def _files(copy: Path) -> list[Found]:
    return list(discover([str(copy)], Finder(isolated=True)).files)


def _round(files: list[Found], counts: Counter[str], rules: Rules, log: TextIO) -> list[Found]:
    """Fix files; return those that hold prompts."""
    bench = Bench(Finder(isolated=True))
    held = []
    for found in files:
        counts["files"] += 1
        if bench.known(found) is not None:
            continue
        started = time.perf_counter()
        try:
            plan = Plan(("safe", "suggested", "template"), lambda linted, d: generate(linted, d))
            result = fix_file(found.path, bench.judge, bench.read, plan)
        except Exception as error:
            counts["crashes"] += 1
            print(f"crash: {found.path}: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        counts["slowest file, seconds"] = max(counts["slowest file, seconds"], round(time.perf_counter() - started))
        _count(result, counts, rules)
        if result.first.prompts or result.first.faults:
            held.append(found)
        diffs = [diff(path, result.before[path], text) for path, text in result.texts.items()]
        for made in result.applied:
            print(json.dumps({**made._asdict(), "diff": "".join(diffs)}, ensure_ascii=False), file=log)
        for path, text in result.texts.items():
            counts["files changed"] += 1
            try:
                write(path, result.before[path], text)
            except WriteError as error:
                counts["not written"] += 1
                print(f"{path}: {error}", file=sys.stderr)
            bench.written(path)
    return held


def _count(result: Result, counts: Counter[str], rules: Rules) -> None:
    counts["prompts"] += len(result.first.prompts)
    counts["fixes applied"] += len(result.applied)
    counts["oscillations"] += bool(result.oscillation)
    counts["findings before"] += len(result.first.diagnostics)
    counts["findings after"] += sum(d.rule != "INP003" for d in result.outcome.diagnostics)
    counts["files that no longer parse"] += len(result.outcome.faults) > len(result.first.faults)
    after = {item.prompt.id: item for item in result.outcome.prompts}
    for item in result.first.prompts:
        gaps = [d for d in item.diagnostics if d.rule in PILLAR_RULES and d.severity != "info"]
        later = after.get(item.prompt.id)
        counts["prompts with gaps before"] += bool(gaps)
        if gaps and later is not None:
            left = [d for d in later.diagnostics if d.rule in PILLAR_RULES and d.severity != "info"]
            counts["prompts from gaps to none"] += not left
    for made in result.applied:
        rules["applied"][made.rule] += 1
    for lost in result.dropped:
        rules["dropped"][lost.rule] += 1
        rules["reasons"][f"{lost.rule}: {lost.reason.split(':')[0][:60]}"] += 1


def draw(outs: list[Path], count: int, seed: int) -> None:
    """Print fixes for reading: the same number from each run, at most one a file."""
    chance = random.Random(seed)
    for number, out in enumerate(outs):
        rows: dict[str, list[dict[str, Any]]] = {}
        for line in (out / "fixes.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows.setdefault(row["path"], []).append(row)
        wanted = count * (number + 1) // len(outs) - count * number // len(outs)
        for path in chance.sample(sorted(rows), min(wanted, len(rows))):
            row = chance.choice(rows[path])
            place = Path(path).relative_to(out / "copy")
            print(f"\n### {place}:{row['line']} {row['rule']} {row['title']} ({row['safety']}) {row['prompt']}")
            print(row["diff"])


if __name__ == "__main__":
    sys.exit(main())
