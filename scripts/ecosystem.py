"""Lint installed packages that hold prompts: what is found, how long it takes, and what a change of ours changes.

    python scripts/ecosystem.py --work DIR [--wheels DIR] [--only NAME ...] [--json FILE] [--page]
    python scripts/ecosystem.py --work DIR [--only NAME ...] --compare A B
    python scripts/ecosystem.py --work DIR --draw extracted|left --seed N

Wheels of the pinned packages are downloaded (`pip download --no-deps`) or taken from `--wheels`, unpacked and linted;
nothing of them is installed or run. `--json` keeps the result, `--page` writes the table of docs/ecosystem.md.
`--compare` prints the difference of two results; each is a file that `--json` wrote or a revision of this repository,
which is then linted with. `--draw` prints, as JSON lines to be given verdicts, texts drawn at random: of the prompts,
or of the string literals from 200 characters that were not taken (docstrings left out).
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from promptlint.model import Document
from promptlint.sources import extract
from promptlint.sources.project import Project, decode
from promptlint.sources.python.module import Module, parse

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "ecosystem.md"
BEGIN, END = "<!-- packages: begin -->\n", "<!-- packages: end -->\n"
PACKAGES = (
    "autogen-agentchat==0.7.5", "browser-use==0.13.14", "controlflow==0.12.1", "dspy==3.4.1", "gpt-researcher==0.15.1",
    "graphrag==3.3.0", "guardrails-ai==0.11.0", "haystack-ai==3.4.1", "instructor==1.17.0", "langchain==1.5.2",
    "langchain-experimental==0.4.2", "marvin==3.2.7", "mem0ai==2.2.1", "openevals==0.2.2", "ragas==0.4.3",
    "smolagents==1.26.0",
)  # fmt: skip
LONG = 200
Result = dict[str, dict[str, Any]]


def main() -> int:
    options = _options()
    chosen = [pinned for pinned in PACKAGES if not options.only or pinned.partition("==")[0] in options.only]
    folders = unpacked(chosen, options.work, options.wheels)
    if options.draw:
        lines = extracted(folders) if options.draw == "extracted" else left(folders)
        rows = random.Random(options.seed).sample(lines, min(options.count, len(lines)))
        print(*(json.dumps(row, ensure_ascii=False) for row in rows), sep="\n")
        return 0
    if options.compare:
        one, other = (_result(name, folders) for name in options.compare)
        print(difference(one, other))
        return 0
    result = linted(folders, _environment(ROOT))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    if options.page:
        write_page(result)
    print(table(result))
    return 1 if any(row["crash"] for row in result.values()) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for wheels and what is unpacked from them")
    parser.add_argument("--wheels", type=Path, help="folder of wheels that are already downloaded")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these of the packages")
    parser.add_argument("--json", type=Path, help="file for the result")
    parser.add_argument("--page", action="store_true", help="write the table of docs/ecosystem.md")
    parser.add_argument("--compare", nargs=2, metavar=("A", "B"), help="result files or revisions")
    parser.add_argument("--draw", choices=["extracted", "left"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    return parser.parse_args()


def unpacked(packages: Iterable[str], work: Path, wheels: Path | None) -> dict[str, Path]:
    """Return the folder of each package, downloaded and unpacked if it is not there."""
    folders = {}
    for pinned in packages:
        name, _, version = pinned.partition("==")
        folders[name] = folder = work / "src" / f"{name.replace('-', '_')}-{version}"
        if folder.exists():
            continue
        source = wheels or work / "wheels"
        pattern = f"{name.replace('-', '_')}-{version}-*.whl"
        if not list(source.glob(pattern)):
            command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "-q", pinned]
            subprocess.run([*command, "-d", str(source)], check=True)
        part = folder.with_name(f"{folder.name}.part")
        with zipfile.ZipFile(next(source.glob(pattern))) as wheel:
            wheel.extractall(part)
        part.rename(folder)  # whole or not at all: what is there is not unpacked again
    return folders


def linted(folders: dict[str, Path], environment: dict[str, str]) -> Result:
    """Lint each package by itself, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(folders, pool.map(lambda folder: _lint(folder, environment), folders.values()), strict=True))


def _lint(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    before = time.perf_counter()
    run = _promptlint("check", folder, environment)
    seconds = round(time.perf_counter() - before, 1)
    try:
        report = json.loads(run.stdout)
    except ValueError:
        return {"crash": run.stderr[-2000:], "seconds": seconds, "prompts": [], "rules": {}, "findings": []}
    # A package may hold files that no parser accepts (templates of code, test data): faults, and no crash.
    found = [item for item in report["diagnostics"] if not item["suppressed"]]
    base = f"{folder.as_posix()}/"
    return {
        "crash": "Traceback" in run.stderr and run.stderr[-2000:],
        "seconds": seconds,
        "faults": len(report["errors"]),
        "files": report["summary"]["files"],
        "prompts": sorted(prompt["id"].replace(base, "") for prompt in report["prompts"]),
        "rules": dict(sorted(Counter(item["rule"] for item in found).items())),
        "findings": sorted(f"{item['rule']} {_place(item, base)}" for item in found),
    }


def _place(item: dict[str, Any], base: str) -> str:
    place = item["location"] or {"line": 1}
    return f"{(item['path'] or '').replace(base, '')}:{place['line']}"


def _promptlint(command: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "promptlint", command, "--isolated", "--no-cache", "--output-format", "json"]
    return subprocess.run([*call, str(folder)], capture_output=True, text=True, check=False, env=environment)


def _environment(root: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(root / "src")}


def _result(name: str, folders: dict[str, Path]) -> Result:
    if Path(name).is_file():
        loaded: Result = json.loads(Path(name).read_text(encoding="utf-8"))
        return loaded
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "-C", str(ROOT), "worktree", "add", "-q", "--detach", str(tree), name], check=True)
        try:
            return linted(folders, _environment(tree))
        finally:
            subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(tree)], check=True)


def difference(one: Result, other: Result) -> str:
    """Return what the second result has and the first has not, and the reverse, a line each."""
    lines = []
    for package in sorted({*one, *other}):
        before, after = one.get(package, {}), other.get(package, {})
        for kind in ("prompts", "findings"):
            old, new = Counter(before.get(kind, ())), Counter(after.get(kind, ()))
            lines += [f"- {package}: {kind[:-1]} {entry}" for entry in sorted((old - new).elements())]
            lines += [f"+ {package}: {kind[:-1]} {entry}" for entry in sorted((new - old).elements())]
    return "\n".join(lines) or "no difference"


def table(result: Result) -> str:
    """Return the result as Markdown: a row a package, then the findings by rule."""
    lines = ["| package | files | prompts | findings | seconds | crashes |", "|---|---:|---:|---:|---:|---:|"]
    versions = dict(pinned.split("==") for pinned in PACKAGES)
    rules: Counter[str] = Counter()
    for name, row in result.items():
        rules.update(row["rules"])
        found = (row.get("files", 0), len(row["prompts"]), sum(row["rules"].values()), row["seconds"])
        lines.append(f"| {name} {versions.get(name, '')} | {' | '.join(map(str, found))} | {int(bool(row['crash']))} |")
    prompts = sum(len(row["prompts"]) for row in result.values())
    crashes = sum(bool(row["crash"]) for row in result.values())
    files = sum(row.get("files", 0) for row in result.values())
    seconds = round(sum(row["seconds"] for row in result.values()), 1)
    lines.append(f"| **all** | {files} | {prompts} | {sum(rules.values())} | {seconds} | {crashes} |")
    lines += ["", "| rule | findings |", "|---|---:|"]
    lines += [f"| {rule} | {count} |" for rule, count in sorted(rules.items(), key=lambda pair: (-pair[1], pair[0]))]
    return "\n".join(lines) + "\n"


def write_page(result: Result) -> None:
    """Replace the table of the page between its two marks."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{table(result)}{END}{rest.partition(END)[2]}", encoding="utf-8")


# --- lists to be read ---


def extracted(folders: dict[str, Path]) -> list[dict[str, Any]]:
    """Return a row for each prompt of the packages."""
    rows = []
    for package, folder in folders.items():
        for prompt in _inspected(folder):
            text = " ".join(prompt["messages"][0]["text"].split())
            rows.append(_row(package, folder, prompt["path"], prompt["location"]["line"], text))
    return rows


def left(folders: dict[str, Path]) -> list[dict[str, Any]]:
    """Return a row for each long string literal of which no prompt holds a part."""
    rows = []
    for package, folder in folders.items():
        modules = [module for path in sorted(folder.rglob("*.py")) if (module := _module(path)) is not None]
        taken = _taken(folder, modules)
        for module in modules:
            spans = sorted(taken.get(module.path, ()))
            for node, text in _literals(module.tree):
                first, last = module.span(node)
                if not any(start < last and first < end for start, end in spans):
                    rows.append(_row(package, folder, module.path, node.lineno, " ".join(text.split())))
    return rows


def _module(path: Path) -> Module | None:
    try:
        return parse(Document(path.as_posix(), decode(path.read_bytes())))
    except (SyntaxError, ValueError):
        return None


def _taken(folder: Path, modules: list[Module]) -> dict[str, set[tuple[int, int]]]:
    """Return the spans that are part of a prompt, whichever file the prompt belongs to."""
    project = Project(str(folder))
    spans: dict[str, set[tuple[int, int]]] = {}
    for module in modules:
        for prompt in extract(Document(module.path, module.text), project, named=False).prompts:
            for variant in (prompt, *prompt.variants):
                for piece in variant.pieces:
                    if piece.kind in ("text", "escape"):
                        spans.setdefault(piece.path, set()).add((piece.source_start, piece.source_end))
    return spans


def _inspected(folder: Path) -> list[dict[str, Any]]:
    prompts: list[dict[str, Any]] = json.loads(_promptlint("inspect", folder, _environment(ROOT)).stdout)["prompts"]
    return prompts


def _literals(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Yield the string literals from 200 characters, those that stand alone as a statement left out."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in alone or id(node) in parts:
            continue
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            held = (part.value for part in node.values if isinstance(part, ast.Constant))
            text = "".join(part for part in held if isinstance(part, str))
        if len(text) >= LONG and isinstance(node, ast.expr):
            yield node, text


def _row(package: str, folder: Path, path: str, line: int, text: str) -> dict[str, Any]:
    inner = path.removeprefix(f"{folder.as_posix()}/")
    return {"package": package, "path": inner, "line": line, "begins": text[:60], "verdict": ""}


if __name__ == "__main__":
    sys.exit(main())
