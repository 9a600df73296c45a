"""A team adopts the gate: baseline, a change that worsens one prompt and touches nine others, the fix, green.

The prompts are those of an installed package that ships some, or else ten small ones of our own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import run

PACKAGES = ("browser_use", "graphrag", "smolagents", "crewai", "mem0", "langchain_classic")
WORSE = "\n⟦promptlint: say what the answer looks like⟧\n"
"""A slot that somebody forgot to fill: every prompt with one gets a finding of its own (INP003)."""
TOUCH = "\nThank you.\n"


class Team:
    """A repository and the two commands that its gate needs."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.err = ""
        self._capfd = capfd

    def git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True)

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def promptlint(self, *arguments: str) -> tuple[int, str]:
        code = run(list(arguments))
        out, self.err = self._capfd.readouterr()
        return code, out

    def check(self, *arguments: str) -> tuple[int, Any]:
        code, out = self.promptlint("check", "--output-format", "json", *arguments)
        return code, json.loads(out)


def open_findings(data: Any) -> list[tuple[str, str, str]]:
    found = data["diagnostics"]
    return [
        (d["path"], d["rule"], d["fingerprint"]) for d in found if d["suppressed"] is None and d["severity"] != "info"
    ]


def our_prompts(folder: Path) -> None:
    for number in range(10):
        path = folder / "prompts" / f"step_{number}.md"
        path.parent.mkdir(exist_ok=True)
        gap = "" if number % 2 else "\nIf the field is absent, answer NOT_FOUND.\n"
        task = f"You are an extraction system. Extract field {number} from the text as JSON.\n"
        path.write_text(f"{task}{gap}\n<text>\n{{text}}\n</text>\n", encoding="utf-8")


def packaged_prompts(folder: Path) -> None:
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations:
            shutil.copytree(spec.submodule_search_locations[0], folder / name, ignore=shutil.ignore_patterns("*.pyc"))
            return
    pytest.skip(f"none of {', '.join(PACKAGES)} is installed")


@pytest.fixture(params=[our_prompts, packaged_prompts], ids=["ours", "package"])
def team(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Team:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMPTLINT_DEBUG", "1")
    request.param(tmp_path)
    team = Team(tmp_path, capfd)
    team.git("init", "-q", "-b", "main")
    team.commit("before promptlint")
    return team


def text_prompts(data: Any) -> list[str]:
    """Return the files that hold one prompt and nothing else, so that text can be added at their end."""
    return [p["path"] for p in data["prompts"] if p["path"].endswith((".md", ".txt"))]


def add(path: str, text: str) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def test_adopt_worsen_see_one_finding_fix_green(team: Team) -> None:
    assert team.promptlint("init", "--baseline")[0] == 0
    team.commit("adopt promptlint")
    baseline = ("--baseline", "promptlint-baseline.json")
    assert team.check(*baseline)[0] == 0

    team.git("switch", "-q", "-c", "change")
    prompts = text_prompts(team.check()[1])
    if len(prompts) < 9:
        pytest.skip("the package holds too few prompts in text files")
    worse, *others = prompts[:10]
    add(worse, WORSE)
    for path in others:
        add(path, TOUCH)
    team.commit("change ten prompts")

    gate = ("--diff-base", "main", "--new-only", *baseline)
    code, report = team.check(*gate)
    assert [(path, rule) for path, rule, _ in open_findings(report)] == [(worse, "INP003")]
    assert (code, team.err) == (1, "")
    assert sorted(p["path"] for p in report["prompts"]) == sorted([worse, *others])
    full = team.check(*baseline)[1]
    hook = team.check(*baseline, "--force-exclude", worse, others[0])[1]
    assert open_findings(full) == open_findings(hook) == open_findings(report)

    text = Path(worse).read_text(encoding="utf-8").replace(WORSE, "\nAnswer in one line.\n")
    Path(worse).write_text(text, encoding="utf-8")
    assert team.check(*gate)[0] == 0
    team.commit("fill the slot")
    assert team.check(*gate)[0] == 0


def test_three_ways_to_ask_say_the_same_of_the_same_prompts(team: Team) -> None:
    prompts = text_prompts(team.check()[1])[:2]
    for path in prompts:
        add(path, WORSE)
    changed = team.check("--diff-base", "HEAD")[1]
    full = team.check()[1]
    hook = team.check("--force-exclude", *prompts)[1]

    def of(data: Any) -> list[Any]:
        return [d for d in data["diagnostics"] if d["path"] in prompts]

    assert of(hook)
    assert of(changed) == of(full) == of(hook)


def test_the_action_script_annotates_writes_files_and_fails(
    team: Team, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    runner = tmp_path_factory.mktemp("runner")
    program = shutil.which("promptlint") or shutil.which("promptlint", path=os.path.dirname(sys.executable))
    if program is None:
        pytest.skip("the command is not installed")
    worse = text_prompts(team.check()[1])[0]
    add(worse, WORSE)
    for name, value in {
        "PROMPTLINT": program,
        "RUNNER_TEMP": str(runner),
        "GITHUB_OUTPUT": str(runner / "output"),
        "GITHUB_STEP_SUMMARY": str(runner / "summary"),
        "INPUT_PATHS": ".",
        "INPUT_DIFF_BASE": "HEAD",
    }.items():
        monkeypatch.setenv(name, value)
    script = Path(__file__).parents[2] / "action" / "run.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"file={worse}" in done.stdout
    assert f"sarif-file={runner / 'promptlint.sarif'}" in (runner / "output").read_text(encoding="utf-8")
    assert "findings=1" in (runner / "output").read_text(encoding="utf-8")
    summary = (runner / "summary").read_text(encoding="utf-8")
    assert "| prompt | kind |" in summary
    assert "INP003" in summary
