"""CPU time of the shortest runs, as ratios to a bare `python -c pass`; best of 20, because wall time says little.

    python benchmarks/startup.py [--runs 20] [--check]

`--check` fails above the limits: 2.5 for `--version`, 8 for `check` on one clean Markdown file without a cache.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

CLEAN = """\
Extract the order number from the message between the tags.
Answer with the number alone, in the form A-12345. If the message does not contain an order number, answer NOT_FOUND.

- If there are several order numbers, take the first.
- Write the letter as a capital.
- Ignore invoice numbers, which begin with R.

<example>
<message>Where is my order A-10482?</message>
<answer>A-10482</answer>
</example>
<example>
<message>Hello!</message>
<answer>NOT_FOUND</answer>
</example>

<message>
{message}
</message>
"""
LIMITS = {"--version": 2.5, "check one clean file": 8.0}


def cpu(command: list[str], folder: str, runs: int) -> float:
    """Return the lowest user and system time of a command in milliseconds."""
    best = float("inf")
    # The first run compiles what the later ones load, as on a user's machine.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best * 1000


def main() -> int:
    """Measure and print; return 1 with `--check` when a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    promptlint = [sys.executable, "-m", "promptlint"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "prompt.md").write_text(CLEAN, encoding="utf-8")
        commands = {
            "--version": [*promptlint, "--version"],
            "check one clean file": [*promptlint, "check", "--no-cache", "prompt.md"],
            "the same, cached": [*promptlint, "check", "prompt.md"],
            "the same, as JSON": [*promptlint, "check", "--no-cache", "--output-format=json", "prompt.md"],
        }
        bare = cpu([sys.executable, "-c", "pass"], folder, options.runs)
        print(f"{'python -c pass':22} {bare:6.1f} ms")
        failed = False
        for name, command in commands.items():
            spent = cpu(command, folder, options.runs)
            limit = LIMITS.get(name)
            failed |= limit is not None and spent / bare > limit
            print(f"{name:22} {spent:6.1f} ms  {spent / bare:4.1f}" + (f"  (limit {limit})" if limit else ""))
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors")
    return int(options.check and failed)


if __name__ == "__main__":
    sys.exit(main())
