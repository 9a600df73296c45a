"""Which files are read, and what is said about the others."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from promptlint.model import Settings
from promptlint.project.discovery import discover

Put = Callable[[str, bytes], Path]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    monkeypatch.chdir(tmp_path)

    def write(name: str, data: bytes = b"x\n") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


def names(paths: list[str], settings: Settings | None = None) -> list[str]:
    return [found.path for found in discover(paths, lambda _path: settings or Settings()).files]


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def test_paths_are_as_given_sorted_and_each_once(put: Put) -> None:
    put("b/x.md", b"")
    put("a.md", b"")
    assert names([".", "a.md", "./b"]) == ["a.md", "b/x.md"]
    assert names([os.path.abspath("b")]) == [os.path.abspath("b/x.md")]


def test_a_missing_path_is_a_fault_and_the_others_are_still_found(put: Put) -> None:
    put("a.md", b"")
    found = discover(["gone.md", "a.md"], lambda _path: Settings())
    assert [fault.path for fault in found.faults] == ["gone.md"]
    assert [item.path for item in found.files] == ["a.md"]


def test_gitignore_counts_in_a_work_tree_and_outside_one(put: Put) -> None:
    for name in ("keep.md", "drop.md", "sub/deep.log", "sub/keep.txt", "build/out.md"):
        put(name, b"")
    put(".gitignore", b"drop.md\n/build/\n")
    put("sub/.gitignore", b"*.log\n")
    wanted = ["keep.md", "sub/keep.txt"]
    assert names(["."]) == wanted
    git("init", "-q")
    assert names(["."]) == wanted


def test_a_folder_that_git_ignores_is_read_when_it_is_named(put: Put) -> None:
    put("out/a.md", b"")
    put(".gitignore", b"out/\n")
    git("init", "-q")
    assert names(["."]) == []
    assert names(["out"]) == ["out/a.md"]


def test_a_deleted_tracked_file_is_passed_over(put: Put) -> None:
    put("a.md", b"")
    git("init", "-q")
    git("add", "a.md")
    os.unlink("a.md")
    assert names(["."]) == []


def test_excluded_files_are_counted_and_named_ones_read_unless_forced(put: Put) -> None:
    put("old/a.md", b"")
    put("b.md", b"")
    root = os.getcwd()
    settings = Settings(exclude=("old/",), root=root)
    found = discover(["."], lambda _path: settings)
    assert [item.path for item in found.files] == ["b.md"]
    assert found.skipped == (("old/a.md", "excluded"),)
    assert names(["old/a.md"], settings) == ["old/a.md"]
    assert names(["old/a.md"], settings._replace(force_exclude=True)) == []


def test_include_limits_a_walk(put: Put) -> None:
    put("prompts/a.md", b"")
    put("docs/b.md", b"")
    assert names(["."], Settings(include=("prompts/**",), root=os.getcwd())) == ["prompts/a.md"]


def test_under_force_exclude_a_named_file_counts_as_found(put: Put) -> None:
    put("a.md", b"")
    assert [f.named for f in discover(["a.md"], lambda _path: Settings()).files] == [True]
    assert [f.named for f in discover(["a.md"], lambda _path: Settings(force_exclude=True)).files] == [False]


def test_links_out_of_the_folder_and_loops_are_not_followed(put: Put, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.md"
    outside.write_text("x")
    put("a.md", b"")
    os.symlink(outside, "secret.md")
    os.symlink(".", "loop")
    os.symlink("nowhere", "broken.md")
    found = discover(["."], lambda _path: Settings())
    assert [item.path for item in found.files] == ["a.md"]
    assert dict(found.skipped)["secret.md"] == "symlink out of the folder"
    assert dict(found.skipped)["broken.md"] == "not a regular file"
    hook = discover(["secret.md"], lambda _path: Settings(force_exclude=True))
    assert (hook.files, dict(hook.skipped)) == ((), {"secret.md": "symlink out of the folder"})


def test_binary_names_and_tool_folders_are_left_out(put: Put) -> None:
    put("a.png", b"")
    put("node_modules/x/prompt.md", b"")
    found = discover(["."], lambda _path: Settings())
    assert found.files == ()
    assert found.skipped == (("a.png", "binary"),)


def test_only_limits_to_listed_files_below_the_paths(put: Put) -> None:
    for name in ("a.md", "sub/b.md", "sub/c.md"):
        put(name, b"")
    found = discover(["sub"], lambda _path: Settings(), only=(os.getcwd(), ["a.md", "sub/b.md", "sub/gone.md"]))
    assert [item.path for item in found.files] == ["sub/b.md"]


def test_a_fifo_does_not_hang_the_run(put: Put) -> None:
    put("a.md", b"")
    os.mkfifo("pipe.md")
    assert names(["."]) == ["a.md"]
