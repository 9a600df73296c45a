"""What was found in the Python files of a project is read from them once, and again where they change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptlint.project.remembering import RememberingProject
from promptlint.project.runner import run
from promptlint.sources.project import Project


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make a project of two Python files and a prompt; return the names of the files that are read from then on."""
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    (tmp_path / "app.py").write_text('TEXT = open("prompts/answer.txt").read()\n', encoding="utf-8")
    (tmp_path / "other.py").write_text("import os\n", encoding="utf-8")
    names: list[str] = []
    real = Project._load
    monkeypatch.setattr(Project, "_load", lambda self, path: names.append(Path(path).name) or real(self, path))
    monkeypatch.chdir(tmp_path)
    return names


def test_the_code_that_names_a_text_file_is_remembered_until_it_changes(read: list[str]) -> None:
    for expected in (["app.py", "other.py"], []):
        project = RememberingProject(".")
        assert project.python_mentioning("answer.txt") == ("app.py",)
        assert sorted(read) == expected
        project.keep()
        read.clear()
    Path("other.py").write_text('NAME = "answer.txt"\n', encoding="utf-8")
    project = RememberingProject(".")
    assert project.python_mentioning("answer.txt") == ("app.py", "other.py")
    assert read == ["other.py"]


def test_two_readers_of_one_file_do_not_share_what_they_found(read: list[str]) -> None:
    def first(text: str) -> set[str]:
        return {text.split()[0]}

    def last(text: str) -> set[str]:
        return {text.split()[-1]}

    project = RememberingProject(".")
    for _ in range(2):
        assert (project.gist("other.py", first), project.gist("other.py", last)) == ({"import"}, {"os"})
    assert read == ["other.py"]  # a project reads each file once in its life


@pytest.mark.parametrize(
    "files", [[], {"app.py": 1}, {"app.py": [1, 2]}, {"app.py": [1, 2, ["os"]]}, {"app.py": ["a", 2, {}]}]
)
def test_a_memory_of_another_form_is_none(read: list[str], files: object) -> None:
    project = RememberingProject(".")
    project.python_mentioning("answer.txt")
    project.keep()
    memory = next(Path(".promptlint_cache").glob("gists.json"))
    memory.write_text(json.dumps({**json.loads(memory.read_text(encoding="utf-8")), "files": files}), encoding="utf-8")
    read.clear()
    assert RememberingProject(".").python_mentioning("answer.txt") == ("app.py",)
    assert sorted(read) == ["app.py", "other.py"]


def test_one_text_file_is_checked_without_a_look_into_code_that_was_seen_before(read: list[str]) -> None:
    Path("notes.md").write_text("Answer the question of the user.\n", encoding="utf-8")
    Path("more.md").write_text("Answer the other question of the user.\n", encoding="utf-8")
    run(["notes.md"], cached=True)
    read.clear()
    run(["more.md"], cached=True)
    assert [name for name in read if name.endswith(".py")] == []
