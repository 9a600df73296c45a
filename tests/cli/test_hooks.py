"""The pre-commit hook, run by the real program on real repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GAP = "You are an extraction system. Extract the invoice number as JSON.\n\n<text>\n{text}\n</text>\n"
KIND = '[[per-file]]\npaths = ["prompts/**"]\nkind = "extraction"\n'


def program(name: str) -> str:
    """Return the path of a program next to this Python, or skip."""
    found = shutil.which(name, path=os.path.dirname(sys.executable)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


class Repository:
    """A git repository whose commits run pre-commit."""

    def __init__(self, folder: Path, hooks: str, home: Path) -> None:
        self.folder = folder
        self._environment = {**os.environ, "PRE_COMMIT_HOME": str(home), "PROMPTLINT_DEBUG": "1"}
        self.git("init", "-q", "-b", "main")
        self.put(".pre-commit-config.yaml", hooks)
        self.put("promptlint.toml", KIND)
        self.git("add", "-A")

    def put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        return self._run("git", *identity, *arguments)

    def commit(self, *names: str) -> subprocess.CompletedProcess[str]:
        self.git("add", *names)
        return self.git("commit", "-q", "-m", "x")

    def install(self) -> None:
        done = self._run(program("pre-commit"), "install")
        assert done.returncode == 0, done.stdout + done.stderr

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )


def hook(name: str = "promptlint") -> dict[str, object]:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    found: dict[str, object] = next(entry for entry in hooks if entry["id"] == name)
    return found


def walk(repository: Repository) -> None:
    """First install, a commit that is blocked, a commit of code without prompts that passes, the fix."""
    repository.install()
    repository.put("code.py", "x = 1\n")
    assert repository.commit("code.py").returncode == 0
    repository.put("prompts/invoice.md", GAP)
    blocked = repository.commit("prompts/invoice.md")
    assert blocked.returncode == 1
    assert "UNC001" in blocked.stdout + blocked.stderr
    repository.put("other.py", "y = 2\n")
    repository.git("reset", "-q", "prompts/invoice.md")
    assert repository.commit("other.py").returncode == 0
    repository.put("README.md", "# A project\n\nYou must read this.\n")
    assert repository.commit("README.md").returncode == 0


def test_the_hook_blocks_a_gap_and_lets_code_without_prompts_pass(tmp_path: Path) -> None:
    entry = {**hook(), "language": "system"}
    entry["entry"] = str(entry["entry"]).replace("promptlint", program("promptlint"), 1)
    config = yaml.safe_dump({"repos": [{"repo": "local", "hooks": [entry]}]})
    (tmp_path / "repository").mkdir()
    walk(Repository(tmp_path / "repository", config, tmp_path / "home"))


@pytest.mark.skipif(
    "PROMPTLINT_TEST_INSTALL" not in os.environ, reason="set PROMPTLINT_TEST_INSTALL=1; pip must reach an index"
)
def test_the_hook_installs_itself_from_the_repository(tmp_path: Path) -> None:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    repo = {"repo": str(ROOT), "rev": head.strip(), "hooks": [{"id": "promptlint"}]}
    (tmp_path / "repository").mkdir()
    walk(Repository(tmp_path / "repository", yaml.safe_dump({"repos": [repo]}), tmp_path / "home"))


def test_the_fixing_hook_looks_at_the_same_files_and_fixes_what_is_safe(tmp_path: Path) -> None:
    check, fix = hook(), hook("promptlint-fix")
    assert [fix[key] for key in ("files", "types", "require_serial")] == [
        check[key] for key in ("files", "types", "require_serial")
    ]
    prompt = tmp_path / "prompts" / "a.md"
    prompt.parent.mkdir()
    prompt.write_text('You must answer as JSON:\n```json\n{"a": 1,}\n```\n', encoding="utf-8")
    command = [program("promptlint"), *str(fix["entry"]).split()[1:], str(prompt)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '{"a": 1}' in prompt.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("prompts/a.md", True),
        ("a.py", True),
        ("b.prompty", True),
        ("c.yaml", True),
        ("d.ipynb", True),
        (".cursorrules", True),
        ("x/.clinerules", True),
        ("style.css", False),
        ("a.pyc", False),
        ("Makefile", False),
    ],
)
def test_the_hook_asks_for_files_that_may_hold_prompts(name: str, wanted: bool) -> None:
    import re

    assert bool(re.search(str(hook()["files"]), name)) == wanted


def test_the_hook_covers_every_ending_that_a_source_reads() -> None:
    import re

    from promptlint.sources.registry import CANDIDATE_SUFFIXES

    assert [ending for ending in sorted(CANDIDATE_SUFFIXES) if not re.search(str(hook()["files"]), f"x{ending}")] == []


def test_init_writes_a_hook_with_the_same_command() -> None:
    from promptlint.project.survey import HOOK

    written = yaml.safe_load(HOOK)["repos"][0]["hooks"][0]
    for key in ("entry", "types", "require_serial"):
        assert written[key] == hook()[key]
