"""Write what the documents show from what the tool does: rule pages, and the output below each `$ promptlint …`.

    python scripts/refresh_docs.py [--check]

Every fenced block of the language `console` in README.md and docs/*.md whose first line is `$ promptlint …` and that a
comment `<!-- run -->` precedes is run in a copy of examples/; its output replaces what stood there. `--check` writes
nothing and exits 1 if something would change.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_BLOCK = re.compile(r"(<!-- run -->\n```console\n)\$ (promptlint [^\n]+)\n(.*?)(?=^```$)", re.DOTALL | re.MULTILINE)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something would change")
    options = parser.parse_args()
    stale = [(path, text) for path, text in pages() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path, text in stale:
        print(f"{'stale' if options.check else 'wrote'}: {path.relative_to(ROOT)}")
        if not options.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if stale and options.check else 0


def pages() -> Iterator[tuple[Path, str]]:
    """Yield each generated or refreshed page with the text that it should have."""
    yield from rule_pages()
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        if "<!-- run -->" in text:
            yield path, _BLOCK.sub(lambda match: f"{match[1]}$ {match[2]}\n{output(match[2])}", text)


def rule_pages() -> Iterator[tuple[Path, str]]:
    """Yield a page a rule, and their index by family."""
    from promptlint.reports.rule_page import markdown
    from promptlint.rules import load

    folder = ROOT / "docs" / "rules"
    index = ["# Lint rules\n", "Written by `scripts/refresh_docs.py` from the files in `rules/`; do not edit.\n"]
    index += ["| rule | severity | default | what it finds |", "|---|---|---|---|"]
    for rule in sorted(load().rules, key=lambda rule: rule.id):
        yield folder / f"{rule.id}.md", markdown(rule)
        default = "on" if rule.default else rule.status
        index.append(f"| [{rule.id} {rule.name}]({rule.id}.md) | {rule.severity} | {default} | {rule.summary} |")
    yield folder / "README.md", "\n".join(index) + "\n"


def output(command: str) -> str:
    """Return what a command prints in a fresh copy of the examples; `| head -N` at its end keeps the first N lines."""
    command, _, count = command.partition(" | head -")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder) / "examples")
        environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
        arguments = [sys.executable, "-m", *shlex.split(command)]
        run = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    if run.returncode == 2:
        raise SystemExit(f"`{command}` ends with 2: {run.stderr}")
    lines = [line.rstrip() for line in run.stdout.splitlines()][: int(count) if count else None]
    return "\n".join(lines).strip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main())
