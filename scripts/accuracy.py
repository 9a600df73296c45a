"""Write docs/accuracy.md: how often promptlint is right, a figure a pillar and a figure a rule.

    python scripts/accuracy.py [--shared ../shared] [--command promptlint]

Sources: the labelled prompts (through the scorer), the findings read by hand in docs/readings/rules/*.jsonl (drawn by
scripts/draw_findings.py), a run over the sample corpus, the misses argued in docs/readings/argued.jsonl, the figures of
scripts/train_kind.py, and the comparison that scripts/compare_linters.py wrote to docs/readings/other-linters.json.
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

from promptlint.rules import load

ROOT = Path(__file__).resolve().parents[1]
READINGS = ROOT / "docs" / "readings"
PILLARS = ("output", "examples", "rules", "uncertainty", "tone", "input")
FLOORS = {"error": 0.85, "warning": 0.75, "info": 0.60}
DERIVED = {"OUT001", "OUT002", "EXM001", "RUL010", "UNC001", "TON001", "INP001"}
EXACT = {
    "CODE001", "CODE002", "CODE004", "CODE006", "CODE007", "INP002", "INP003", "INP008", "KIND001", "LANG001", "MEM003",
    "OUT005", "OUT010", "SEC001", "SEC002", "SUP001", "SUP002",
}  # fmt: skip
"""Rules that compare text exactly: braces and tags that match, a slot of ours, a code point, a name in a list."""


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
    for path in sorted((READINGS / "rules").glob("*.jsonl")):
        yield from _lines(path)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
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
    yield "Readers agree with each other at 0.96-0.99. All these prompts were read while the analysis was written, so"
    yield "expect lower figures on prompts of other projects.\n"
    yield "| pillar | gap F1 | presence F1 | exact level |\n|---|---|---|---|"
    for name in PILLARS:
        yield (
            f"| {name} | {figures[f'{name}_gap_f1']:.3f} | {figures[f'{name}_presence_f1']:.3f} "
            f"| {figures[f'{name}_accuracy']:.3f} |"
        )
    four = (f"{figures[f'four_{name}']:.3f}" for name in ("gap_f1", "presence_f1", "accuracy"))
    yield f"| mean of the first four | {' | '.join(four)} |"
    yield f"\nTask kind: right for {figures['kind_accuracy']:.3f}; named for {figures['kind_answered']:.3f},"
    yield f"and then right for {figures['kind_accuracy_answered']:.3f}."
    learned = json.loads((READINGS / "kind.json").read_text(encoding="utf-8"))
    yield f"Its weights were trained on {learned['prompts']} prompts of other projects (`docs/readings/fresh.jsonl`,"
    yield "and, at a third of the weight, `unseen.jsonl`)"
    yield "and, at a twentieth, on these. Right by the weights shipped:"
    yield f"{learned['fitted']:.3f} of these. Right where each of {learned['folds']} folds of repositories is judged by"
    yield f"weights that have not seen it: {learned['left out']:.3f} of these, {learned['left out, all']:.3f} of all."
    yield "Some of our own training prompts were written after reading errors, so expect a little less on prompts of"
    yield "other projects.\n"
    yield from _unseen()
    yield from _rules(score, samples, readings)
    yield from _corpus(samples)
    yield from _packages()
    yield from _others()
    yield from _known(readings)


def _unseen() -> Iterator[str]:
    """The figures of sets labelled blind, each as it was before any of its errors was read."""
    yield "## On prompts never seen\n"
    yield "Prompts of packages and repositories that were not used before, labelled by one reader who had not seen what"
    yield "promptlint says of them, and scored before any error was looked at. It is one reading each, so part of what"
    yield "differs is the reader's. What the errors showed was repaired afterwards. `docs/readings/fresh.jsonl` and"
    yield "`unseen.jsonl` name the prompts.\n"
    yield "| set | prompts | gap F1 | presence F1 | task kind |\n|---|---|---|---|---|"
    for row in json.loads((READINGS / "unseen.json").read_text(encoding="utf-8")):
        cells = " | ".join(f"{row[name]:.3f}" for name in ("four_gap", "four_presence", "kind"))
        yield f"| {row['set']} | {row['prompts']} | {cells} |"
    yield ""


_HOW = """\
Labelled: precision and recall of warnings and errors on the labelled prompts; findings that readers call arguable count
for neither. Read: findings judged by one reader, drawn at random from the labelled prompts, the sample corpus and
packages of the registry; copies of one file count once. Bound: the lower end of the Wilson 95% interval over both.

A rule is on by default where 30 findings were judged, or all of at least 8, and the bound reaches {error} for an error,
{warning} for a warning, {info} for an info. `exact` marks rules that compare text exactly, so that no judgement is in
them: they are tested, and too rare to be measured. OUT001, OUT002, RUL010, TON001 and INP001 follow from a level and
the kind alone, and stay on although their bound falls short: the table of pillars shows what they miss or invent. All
others are in preview. Hits: findings on the sample corpus, whatever their severity.
"""


def _rules(score: dict[str, Any], samples: dict[str, Any], readings: list[dict[str, Any]]) -> Iterator[str]:
    yield "## Lint rules\n"
    yield _HOW.format(**FLOORS)
    yield "| rule | default | labelled | reported | precision | recall | read | true | bound | hits |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    hits = collections.Counter(d["rule"] for d in samples["diagnostics"])
    for rule in sorted(load().rules, key=lambda rule: rule.id):
        row = score["rules"].get(rule.id)
        mine = [reading["verdict"] for reading in readings if reading["rule"] == rule.id]
        true, judged = mine.count("true"), len(mine)
        cells = ["-"] * 4
        if row:
            counted = row["reported"] - row["arguable"]
            precision, recall = _share(row["true"], counted), _share(row["true"], row["labelled"])
            cells = [str(row["labelled"]), str(row["reported"]), precision, recall]
            true, judged = true + row["true"], judged + counted
        bound = f"{wilson_lower(true, judged):.2f}" if judged else "-"
        read = [str(len(mine)), str(mine.count("true"))] if mine else ["-", "-"]
        default = rule.severity if rule.default else rule.status
        exact = " (exact)" if rule.default and rule.id in EXACT else ""
        yield f"| {rule.id} | {default}{exact} | {' | '.join(cells)} | {' | '.join(read)} | {bound} | {hits[rule.id]} |"
    yield ""
    yield from _argued(score)


def _argued(score: dict[str, Any]) -> Iterator[str]:
    """Yield each finding that readers' labels do not have, with what speaks for or against it."""
    why = {(row["rule"], row["item"]): row["why"] for row in _lines(READINGS / "argued.jsonl")}
    missed = [
        (rule, miss.partition(":")[0])
        for rule, misses in sorted(score["wrong"].items())
        if rule in score["rules"]
        if rule not in DERIVED
        for miss in misses
        if miss.endswith("reported, not labelled")
    ]
    yield "Readers' ids are not exhaustive. Warnings and errors beyond them, each argued:\n"
    for rule, item in missed:
        yield f"- {rule} on {item}: {why.get((rule, item), 'not argued yet')}"
    if not missed:
        yield "None.\n"
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
    read = list(_lines(READINGS / "samples.jsonl"))
    yield "\nWarnings and errors drawn at random from these, each draw read by one reader:\n"
    yield from _draws(read)
    yield "\nNot worth acting on to one of them:\n"
    others = {f"{row['rule']} at {row['where']}": row["why"] for row in read if row["verdict"] != "true"}
    yield from (f"- {where}: {why}" for where, why in others.items())
    yield ""


def _draws(read: list[dict[str, Any]]) -> Iterator[str]:
    """The table of what readers called worth acting on, one row a draw."""
    yield "| draw | from | read | worth acting on | torn |\n|---|---|---|---|---|"
    for draw in dict.fromkeys(row["draw"] for row in read):
        rows = [row for row in read if row["draw"] == draw]
        places = len({row["where"].split("/")[0] for row in rows})
        worth, torn = sum(row["verdict"] == "true" for row in rows), sum(row.get("torn", False) for row in rows)
        yield f"| {draw} | {'samples' if places == 1 else f'{places} packages'} | {len(rows)} | {worth} | {torn} |"


def _packages() -> Iterator[str]:
    """How warnings of packages were judged, each draw before its errors were repaired."""
    read = list(_lines(READINGS / "packages.jsonl"))
    yield "## On packages\n"
    yield "Warnings and errors drawn at random from packages of the registry and read by one reader each, who looked at"
    yield "what else the code shows the model. Code is harder than files: schema, examples and the way out often come"
    yield "from a base class, a factory or another message. What a draw showed was repaired afterwards.\n"
    yield from _draws(read)
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
