"""Draw findings to be read by hand: at most N a rule, at random with a fixed seed, each with what it points to.

    python scripts/draw_findings.py --out drawn.jsonl [--each 30 | --total 60] [--seed 1] [--command C] FOLDER ...

Every folder is linted as a project of its own, with the rules in preview. Each line of the result has the rule, the
severity, the message, the place (folder, path, line), the lines around it and the first lines of the prompt; a reader
adds `verdict` (`true` or `false`) and `why`. Verdicts, without the text of the prompts, are kept in
docs/readings/rules/<RULE>.jsonl, from where scripts/accuracy.py takes them. `--total` draws that many warnings and
errors of the default set in all instead: how many are worth acting on? (docs/readings/samples.jsonl)
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

AROUND = 4
"""How many lines are shown on either side of a finding."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--total", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", default="promptlint")
    options = parser.parse_args()
    by_rule: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
    for folder in options.folders:
        for finding in _findings(options.command, folder, preview=options.total is None):
            if options.total is None or finding["severity"] != "info":
                by_rule[finding["rule"] if options.total is None else "all"].append(finding)
    with options.out.open("w", encoding="utf-8") as out:
        for rule in sorted(by_rule):
            found = {(f["rule"], f["around"]): f for f in by_rule[rule]}  # copies of a file count once
            for finding in sorted(found.values(), key=lambda f: _lot(options.seed, f))[: options.total or options.each]:
                out.write(json.dumps(finding, ensure_ascii=False) + "\n")
            print(f"{rule} {len(found)}")
    return 0


def _lot(seed: int, finding: dict[str, Any]) -> str:
    """Return what decides the draw: by content, so that most of a draw stands when detection changes a little."""
    return hashlib.sha256(f"{seed} {finding['rule']} {finding['where']}".encode()).hexdigest()


def _findings(command: str, folder: Path, *, preview: bool) -> Iterator[dict[str, Any]]:
    run = [*shlex.split(command), "check", "--output-format", "json", "--no-cache", *(["--preview"] * preview), "."]
    report = json.loads(subprocess.run(run, cwd=folder, capture_output=True, encoding="utf-8", check=False).stdout)
    prompts = {prompt["id"]: prompt for prompt in report["prompts"]}
    for found in report["diagnostics"]:
        if found["suppressed"] is not None or found["location"] is None:
            continue
        prompt = prompts.get(found["prompts"][0]) if found["prompts"] else None
        yield {
            **{name: found[name] for name in ("rule", "severity", "message")},
            "where": f"{folder.name}/{found['path']}:{found['location']['line']}",
            "kind": prompt["kind"] if prompt else None,
            "around": _lines(folder / found["path"], found["location"]),
            "prompt": _lines(folder / found["path"], prompt["location"], most=60) if prompt else "",
        }


def _lines(path: Path, location: dict[str, int] | None, most: int = 0) -> str:
    """Return the numbered lines of a place: with those around it, or at most `most` from its start."""
    if location is None:
        return ""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    first, last = location["line"], location["end_line"]
    if most:
        last = min(last, first + most)
    else:
        first, last = max(1, first - AROUND), min(last, first + 12) + AROUND
    return "\n".join(f"{number:4} {lines[number - 1][:300]}" for number in range(first, min(last, len(lines)) + 1))


if __name__ == "__main__":
    sys.exit(main())
