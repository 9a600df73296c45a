"""CPU time of `check --diff-base` on a large repository, against what git and one file cost.

    python benchmarks/diff_base.py [--files 10000] [--changed 5] [--runs 5] [--check]

Builds a git repository of many Python, Markdown and data files in a temporary folder, changes some prompts, and
compares `check --diff-base main` with a warm index to `git diff --name-only main` plus `check` on one clean file.
`--check` fails above three times that.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from startup import CLEAN, cpu

MODULE = '''\
"""Module {number}."""

import os


def path_{number}(name: str) -> str:
    """Return a path."""
    return os.path.join("data", name, "{number}")
'''
SERVICE = '''\
from openai import OpenAI

SYSTEM = """You extract order numbers from messages. If there is none, answer NOT_FOUND."""


def ask_{number}(text: str) -> str:
    client = OpenAI()
    messages = [{{"role": "system", "content": SYSTEM}}, {{"role": "user", "content": f"<text>{{text}}</text>"}}]
    return client.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content
'''
LIMIT = 3.0


def git(folder: str, *arguments: str) -> None:
    """Run git quietly."""
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "gc.auto=0")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def build(folder: str, files: int, changed: int) -> None:
    """Write a repository in which one file in fifty holds a prompt, and change some of these."""
    top = Path(folder)
    prompts: list[Path] = []
    for number in range(files):
        place = top / f"part{number % 100:02}" / f"sub{number % 7}"
        place.mkdir(parents=True, exist_ok=True)
        if number % 100 == 0:
            prompts.append(place / f"service_{number}.py")
            prompts[-1].write_text(SERVICE.format(number=number), encoding="utf-8")
        elif number % 100 == 50:
            prompts.append(place / f"{number}_prompt.md")
            prompts[-1].write_text(CLEAN, encoding="utf-8")
        elif number % 10 == 1:
            (place / f"notes_{number}.md").write_text(f"# Notes {number}\n\nNothing to see.\n", encoding="utf-8")
        elif number % 10 == 2:
            (place / f"style_{number}.css").write_text("a { color: red }\n", encoding="utf-8")
        else:
            (place / f"module_{number}.py").write_text(MODULE.format(number=number), encoding="utf-8")
    (top / "prompt.md").write_text(CLEAN, encoding="utf-8")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")
    git(folder, "switch", "-q", "-c", "change")
    for path in prompts[:: max(1, len(prompts) // changed)][:changed]:
        text = path.read_text(encoding="utf-8").replace("order numbers", "the order number").replace("alone", "only")
        path.write_text(text, encoding="utf-8")
    git(folder, "commit", "-q", "-a", "-m", "change")


def main() -> int:
    """Build, warm up, measure and print; return 1 with `--check` when the limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--changed", type=int, default=5)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    check = [sys.executable, "-m", "promptlint", "check", "--output-format=json"]
    with tempfile.TemporaryDirectory() as folder:
        build(folder, options.files, options.changed)
        started = time.perf_counter()
        subprocess.run([*check, "--diff-base=main"], cwd=folder, stdout=subprocess.DEVNULL, check=False)
        print(f"cold index: {time.perf_counter() - started:.1f} s wall")
        diff = cpu(["git", "diff", "--name-only", "main"], folder, options.runs)
        one = cpu([*check, "--no-cache", "prompt.md"], folder, options.runs)
        warm = cpu([*check, "--diff-base=main"], folder, options.runs)
        new = cpu([*check, "--diff-base=main", "--new-only"], folder, options.runs)
    ratio = warm / (diff + one)
    print(f"git diff --name-only   {diff:7.1f} ms CPU")
    print(f"check one clean file   {one:7.1f} ms CPU")
    print(f"check --diff-base      {warm:7.1f} ms CPU  {ratio:.2f} times the sum (limit {LIMIT})")
    print(f"the same, --new-only   {new:7.1f} ms CPU  {new / (diff + one):.2f} times")
    return int(options.check and ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
