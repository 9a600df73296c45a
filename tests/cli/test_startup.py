"""What short runs import, by module name: this is what keeps a hook fast, and time on a shared machine is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CLEAN = """\
You are an extraction system. Extract the order number from the message between the tags as JSON: {"order": "A-12345"}.
If there is none, answer {"order": null}.

<message>
{message}
</message>
"""
PROBE = """
import sys
sys.argv = ["promptlint", *{arguments!r}]
from promptlint.__main__ import main
code = main()
print(code, *sorted({{name.partition(".")[0] for name in sys.modules}}), file=sys.stderr)
"""


def imported(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """Return the exit code and the top-level modules of a run."""
    code = PROBE.format(arguments=list(arguments))
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    first, *names = done.stderr.splitlines()[-1].split()
    return int(first), set(names)


def test_version_imports_nothing_but_the_package(tmp_path: Path) -> None:
    code, names = imported(tmp_path, "--version")
    assert code == 0
    heavy = {"click", "rich", "libcst", "jsonschema", "tiktoken", "yaml", "tomllib", "tomli", "pathspec", "subprocess"}
    heavy |= {"typing", "re", "json"}
    assert not names & heavy


def test_check_of_one_clean_markdown_file_imports_no_heavy_library(tmp_path: Path) -> None:
    (tmp_path / "prompt.md").write_text(CLEAN, encoding="utf-8")
    code, names = imported(tmp_path, "check", "--fail-on", "error", "prompt.md")
    assert code == 0
    heavy = {
        "libcst",
        "jsonschema",
        "tiktoken",
        "yaml",
        "rich",
        "pathspec",
        "tomllib",
        "tomli",
        "asyncio",
        "concurrent",
        "click",
        "dataclasses",
        "inspect",
        "pathlib",
        "platform",
        "shutil",
        "subprocess",
        "urllib",
        "uuid",
    }
    assert not names & heavy


def test_a_cached_run_does_not_import_the_engine(tmp_path: Path) -> None:
    (tmp_path / "prompt.md").write_text(CLEAN, encoding="utf-8")
    arguments = ("check", "--fail-on", "error", "--output-format", "json", "prompt.md")
    probe = PROBE.format(arguments=list(arguments)).replace('.partition(".")[0]', "")
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", probe], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "promptlint.engine" not in done.stderr.split()
    assert "promptlint.anatomy" not in done.stderr.split()
