"""Write docs/accuracy.md: how often promptlint is right, a figure a pillar and a figure a rule.

    python scripts/accuracy.py [--shared ../shared] [--command promptlint]

Sources: the labelled prompts (through the scorer), the findings read by hand in docs/readings/*.jsonl, a run over the
sample corpus, and the comparison that scripts/compare_linters.py wrote to docs/readings/other-linters.json.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
READINGS = ROOT / "docs" / "readings"
PILLARS = ("output", "examples", "rules", "uncertainty", "tone", "input")
FLOORS = {"error": 0.85, "warning": 0.75, "info": 0.60}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--command", default="promptlint")
    options = parser.parse_args()
    if not options.shared.is_dir():
        print(f"{options.shared} is not there: the labelled prompts are needed; name their folder with --shared")
        return 2
    score = _score(options.shared, options.command)
    samples = _check(options.command, options.shared / "samples")
    page = "\n".join(_page(score, samples, list(_readings())))
    (ROOT / "docs" / "accuracy.md").write_text(page, encoding="utf-8")
    return 0


def _score(shared: Path, command: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "score.json"
        run = [sys.executable, str(shared / "tools" / "score_gold.py"), "--command", command, "--json", str(target)]
        subprocess.run([*run, "--gold", str(shared / "gold" / "dev")], check=True, capture_output=True)
        scored: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return scored


def _check(command: str, folder: Path) -> dict[str, Any]:
    run = [*shlex.split(command), "check", "--output-format", "json", "--no-cache", str(folder)]
    report: dict[str, Any] = json.loads(subprocess.run(run, capture_output=True, text=True, encoding="utf-8").stdout)
    report["words"] = sum(
        len(path.read_text(encoding="utf-8", errors="replace").split()) for path in folder.rglob("*") if path.is_file()
    )
    return report


def _readings() -> Iterator[dict[str, Any]]:
    for path in sorted(READINGS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def wilson_lower(true: int, read: int, z: float = 1.96) -> float:
    """Return the lower bound of the Wilson 95% interval; 0 for nothing read."""
    if not read:
        return 0.0
    share = true / read
    centre = share + z * z / (2 * read)
    spread = z * math.sqrt(share * (1 - share) / read + z * z / (4 * read * read))
    return (centre - spread) / (1 + z * z / read)


def _page(score: dict[str, Any], samples: dict[str, Any], readings: list[dict[str, Any]]) -> Iterator[str]:
    figures = score["figures"]
    yield "# How often promptlint is right\n"
    yield "Written by `scripts/accuracy.py`; do not edit. Nothing here was learned except the weights of the task kind,"
    yield "whose figure is given for cross-validation by repository beside the fitted one.\n"
    yield f"## Pillars, on {figures['items']} labelled real prompts\n"
    yield "Gap: the level is below the one that satisfies. Presence: the reverse."
    yield "Readers agree with each other at 0.96-0.99.\n"
    yield "| pillar | gap F1 | presence F1 | exact level |\n|---|---|---|---|"
    for name in PILLARS:
        yield (
            f"| {name} | {figures[f'{name}_gap_f1']:.3f} | {figures[f'{name}_presence_f1']:.3f} "
            f"| {figures[f'{name}_accuracy']:.3f} |"
        )
    four = (f"{figures[f'four_{name}']:.3f}" for name in ("gap_f1", "presence_f1", "accuracy"))
    yield f"| mean of the first four | {' | '.join(four)} |"
    yield f"\nTask kind: right for {figures['kind_accuracy']:.3f}; named for {figures['kind_answered']:.3f},"
    yield f"and then right for {figures['kind_accuracy_answered']:.3f}.\n"
    yield from _rules(score, samples, readings)
    yield from _corpus(samples)
    yield from _others()
    yield from _known(readings)


def _rules(score: dict[str, Any], samples: dict[str, Any], readings: list[dict[str, Any]]) -> Iterator[str]:
    yield "## Lint rules\n"
    yield "Labelled: precision and recall of warnings and errors on the labelled prompts; findings that readers call"
    yield "arguable count for neither. Read: findings judged by one reader, with the lower bound of the 95%"
    yield "interval. The"
    yield f"bound that the default set asks for is {FLOORS['error']} for an error, {FLOORS['warning']} for a warning,"
    yield f"{FLOORS['info']} for an info. Hits: findings on the sample corpus, whatever their severity.\n"
    yield "| rule | labelled | reported | precision | recall | read | true | lower bound | hits |"
    yield "|---|---|---|---|---|---|---|---|---|"
    hits = collections.Counter(d["rule"] for d in samples["diagnostics"])
    read = collections.Counter(r["rule"] for r in readings)
    true = collections.Counter(r["rule"] for r in readings if r["verdict"] == "true")
    for rule in sorted({*score["rules"], *hits, *read}):
        row = score["rules"].get(rule)
        cells = ["-"] * 4
        if row:
            judged = row["reported"] - row["arguable"]
            cells = [
                str(row["labelled"]),
                str(row["reported"]),
                _share(row["true"], judged),
                _share(row["true"], row["labelled"]),
            ]
        bound = f"{wilson_lower(true[rule], read[rule]):.2f}" if read[rule] else "-"
        counts = [str(read[rule]), str(true[rule])] if read[rule] else ["-", "-"]
        yield f"| {rule} | {' | '.join(cells)} | {' | '.join(counts)} | {bound} | {hits[rule]} |"
    yield ""


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


def _corpus(samples: dict[str, Any]) -> Iterator[str]:
    per_prompt: collections.Counter[str] = collections.Counter()
    severities: collections.Counter[str] = collections.Counter()
    for diagnostic in samples["diagnostics"]:
        severities[diagnostic["severity"]] += 1
        if diagnostic["severity"] != "info":
            per_prompt.update(diagnostic["prompts"])
    counts = [per_prompt[prompt["id"]] for prompt in samples["prompts"]]
    yield "## On the sample corpus\n"
    yield f"{samples['summary']['files']} files, {len(counts)} prompts, {samples['words']} words."
    yield f"Findings a prompt at warning and above: median {statistics.median(counts)}, mean"
    yield f"{statistics.mean(counts):.2f}.\n"
    yield "| severity | findings | per 1,000 words |\n|---|---|---|"
    for severity in ("error", "warning", "info"):
        yield f"| {severity} | {severities[severity]} | {1000 * severities[severity] / samples['words']:.2f} |"
    yield ""


def _others() -> Iterator[str]:
    path = READINGS / "other-linters.json"
    if not path.exists():
        return
    table = json.loads(path.read_text(encoding="utf-8"))
    yield "## Other linters on the same prompts\n"
    yield "Mean of gap and presence F1, on the labelled prompts that are plain text or Markdown; a dash where"
    yield "a tool has no"
    yield "rule for the pillar. `scripts/compare_linters.py` installs and runs them.\n"
    yield "| tool | output | examples | rules | uncertainty |\n|---|---|---|---|---|"
    for tool, row in table.items():
        cells = ["-" if row[pillar] is None else f"{row[pillar]:.2f}" for pillar in PILLARS[:4]]
        yield f"| {tool} | {' | '.join(cells)} |"
    yield ""


def _known(readings: list[dict[str, Any]]) -> Iterator[str]:
    false = [reading for reading in readings if reading["verdict"] == "false"]
    yield "## Known false positives among the findings read\n"
    if not false:
        yield "None among those read.\n"
    for reading in false:
        yield f"- {reading['rule']} at {reading['where']}: {reading['why']}"
    yield ""


if __name__ == "__main__":
    sys.exit(main())
