"""The logic of the GitHub action: annotations, SARIF, job summary, exit code.

Inputs come as INPUT_* variables. The first run lints and fills the cache; the others only write further formats.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

SUMMARY_LIMIT = 900_000  # GitHub drops a summary above 1 MiB


def main() -> int:
    """Run the check in all formats and return the exit code of the first run."""
    folder = Path(os.environ.get("RUNNER_TEMP", "."))
    code = subprocess.run(command(os.environ, "github"), check=False).returncode
    sarif = written("sarif", folder / "promptlint.sarif")
    report = written("json", folder / "promptlint.json")
    append("GITHUB_OUTPUT", f"sarif-file={sarif or ''}\nfindings={count(report)}\n")
    if os.environ.get("INPUT_SUMMARY", "true") == "true":
        summary = written("markdown", folder / "promptlint.md")
        if summary is not None:
            append("GITHUB_STEP_SUMMARY", summary.read_text(encoding="utf-8")[:SUMMARY_LIMIT] + "\n")
    return code


def command(inputs: Mapping[str, str], output_format: str, file: Path | None = None) -> list[str]:
    """Return the command line for the inputs; each value is one argument, paths follow `--`."""
    line = [inputs.get("PROMPTLINT", "promptlint"), "check", f"--output-format={output_format}"]
    if file is not None:
        line.append(f"--output-file={file}")
    if inputs.get("INPUT_DIFF_BASE"):
        line.append(f"--diff-base={inputs['INPUT_DIFF_BASE']}")
        if inputs.get("INPUT_NEW_ONLY", "true") == "true":
            line.append("--new-only")
    if inputs.get("INPUT_FAIL_ON"):
        line.append(f"--fail-on={inputs['INPUT_FAIL_ON']}")
    if inputs.get("INPUT_BASELINE"):
        line.append(f"--baseline={inputs['INPUT_BASELINE']}")
    paths = [path.strip() for path in inputs.get("INPUT_PATHS", ".").splitlines() if path.strip()]
    return [*line, "--", *(paths or ["."])]


def written(output_format: str, file: Path) -> Path | None:
    """Write the report in a format and return its file; None if the run ended in an error and wrote none.

    What it says on the terminal was said by the first run.
    """
    file.unlink(missing_ok=True)
    subprocess.run(
        command(os.environ, output_format, file), check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return file if file.exists() else None


def count(report: Path | None) -> int:
    """Return the number of findings that count in a JSON report, 0 if there is none."""
    if report is None:
        return 0
    data = json.loads(report.read_text(encoding="utf-8"))
    return sum(finding["suppressed"] is None for finding in data["diagnostics"])


def append(variable: str, text: str) -> None:
    """Add text to the file that a variable of the runner names."""
    path = os.environ.get(variable)
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    sys.exit(main())
