"""Fix copies of real files twice and report what a user would meet.

    python scripts/fix_corpus.py OUT PATH [PATH…]

Each PATH (a file or a folder) is copied below OUT/copy, the copies are fixed with `--suggested --templates`, and then
once more. Reported: crashes, files that no longer parse, changes that the second run makes, findings before and after,
prompts that went from gaps to none. OUT/fixes.md lists every applied fix as a diff, for reading.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections import Counter
from pathlib import Path

from promptlint.cli.fixing import Bench, diff
from promptlint.fixes.apply import Plan, Result, fix_file
from promptlint.fixes.generators import generate
from promptlint.fixes.write import WriteError, write
from promptlint.project.discovery import discover
from promptlint.project.settings import Finder

PILLAR_RULES = {"OUT001", "OUT002", "EXM001", "RUL001", "RUL010", "UNC001", "UNC002", "TON001", "INP001"}


def main() -> int:
    out = Path(sys.argv[1])
    shutil.rmtree(out, ignore_errors=True)
    for number, name in enumerate(sys.argv[2:]):
        source = Path(name)
        target = out / "copy" / f"{number}-{source.name}"
        if source.is_dir():
            shutil.copytree(source, target, symlinks=False)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    for path in out.rglob("*"):
        path.chmod(path.stat().st_mode | 0o200)
    counts: Counter[str] = Counter()
    rules: dict[str, Counter[str]] = {"applied": Counter(), "dropped": Counter(), "reasons": Counter()}
    with (out / "fixes.md").open("w", encoding="utf-8") as log:
        _round(out, counts, rules, log)
        second: Counter[str] = Counter()
        _round(out, second, {"applied": Counter(), "dropped": Counter(), "reasons": Counter()}, log)
    counts["second run: files changed"] = second["files changed"]
    counts["second run: fixes"] = second["fixes applied"]
    print(json.dumps({**counts, **{name: dict(c.most_common(25)) for name, c in rules.items()}}, indent=1))
    return int(bool(counts["crashes"] or counts["files that no longer parse"] or second["fixes applied"]))


def _round(out: Path, counts: Counter[str], rules: dict[str, Counter[str]], log: object) -> None:
    settings_of = Finder(isolated=True)
    bench = Bench(settings_of)
    for found in discover([str(out / "copy")], settings_of).files:
        counts["files"] += 1
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
        print(f"\n# {found.path}: {[a.rule for a in result.applied]}", file=log) if result.applied else None  # type: ignore[call-overload]
        for path, text in result.texts.items():
            print(diff(path, result.before[path], text), file=log)  # type: ignore[call-overload]
            counts["files changed"] += 1
            try:
                write(path, result.before[path], text)
            except WriteError as error:
                counts["not written"] += 1
                print(f"{path}: {error}", file=sys.stderr)
        if result.texts:
            bench = Bench(settings_of)


def _count(result: Result, counts: Counter[str], rules: dict[str, Counter[str]]) -> None:
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


if __name__ == "__main__":
    sys.exit(main())
