"""A small engine for tests of what stands around it: its findings do not change when a lint rule does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

import promptlint
from promptlint.model import Anatomy, Diagnostic, Finding, Linted, Location, Pillar, PillarName, Prompt, Settings
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import SourceMap, Span


def lint(prompt: Prompt, settings: Settings, lines: Callable[[str], LineIndex]) -> Linted:
    """Report each word BAD (OUT001, warning) and, at the first line, that the word PATH is absent (UNC001, error)."""
    first = re.match(r"\s*(.*)", prompt.text)
    assert first is not None
    task = Span(*first.span(1))
    found = [Finding("OUT001", m.start(), m.end(), "BAD stands here") for m in re.finditer("BAD", prompt.text)]
    if "PATH" not in prompt.text:
        found.append(Finding("UNC001", task.start, task.end, "PATH is absent", severity="error"))
    source_map = SourceMap(prompt.pieces)
    diagnostics = []
    for finding in found:
        place = source_map.to_source(finding.start, finding.end)
        assert place is not None
        index = lines(place.path)
        diagnostics.append(
            Diagnostic(
                finding.rule,
                "name",
                settings.severity.get(finding.rule, finding.severity or "warning"),
                "high",
                finding.message,
                "",
                place.path,
                Location(*index.position(place.start), *index.position(place.end)),
                place.start,
                place.end,
                prompts=(prompt.id,),
                finding=finding,
            )
        )
    pillars: dict[PillarName, Pillar] = {name: Pillar("none") for name in get_args(PillarName)}
    anatomy = Anatomy(
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        "en",
        "other",
        1.0,
        {"other": 1.0},
        "",
        frozenset(),
        pillars,
        False,
        False,
        {},
        task,
    )
    return Linted(prompt, anatomy, tuple(diagnostics), len(prompt.text.split()), "estimate")


@pytest.fixture
def small_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("promptlint.engine")
    module.lint = lint  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "promptlint.engine", module)
    monkeypatch.setattr(promptlint, "engine", module, raising=False)


class Repository:
    """A git repository in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout

    def put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, message: str = "x") -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.chdir(tmp_path)
    return Repository(tmp_path)
