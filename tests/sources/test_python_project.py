"""What the Python files of a project know of each other: imports that lead to prompts, and files that are read."""

from __future__ import annotations

import ast
import gc
import os
from pathlib import Path

import pytest

from promptlint.model import Document, Prompt
from promptlint.sources import extract
from promptlint.sources.project import Project

PROMPT = "You are a helpful assistant. Answer the question in one short sentence.\n"
CALL = "def ask(client):\n    return client.messages.create(model='m', system={name}, messages=[])\n"


def prompts(folder: Path, files: dict[str, str], asked: str) -> list[Prompt]:
    """Write files and return the prompts of one of them, by an absolute path."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    project = Project(folder.as_posix())
    document = project.read((folder / asked).as_posix())
    assert document is not None
    return list(extract(document, project, named=False).prompts)


CALLERS = {
    "from a module": "from pack.texts import ANSWER\n" + CALL.format(name="ANSWER"),
    "from a module beside it": "from .texts import ANSWER\n" + CALL.format(name="ANSWER"),
    "from the package itself": "from . import ANSWER\n" + CALL.format(name="ANSWER"),
    "under another name": "from pack import ANSWER as TOLD\n" + CALL.format(name="TOLD"),
    "through the package": "import pack\n" + CALL.format(name="pack.ANSWER"),
    "as a module of the package": "from pack import texts\n" + CALL.format(name="texts.ANSWER"),
    "in brackets": "from pack import (  # what is sent\n    ANSWER,  # as it is\n)\n" + CALL.format(name="ANSWER"),
    "a module in brackets": "from pack import (  # what is sent\n    texts,\n)\n" + CALL.format(name="texts.ANSWER"),
}


@pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)
@pytest.mark.parametrize("passed_on", ["from .texts import ANSWER\n", "from .texts import *\n"], ids=["name", "star"])
def test_a_call_in_another_file_sends_a_constant(tmp_path: Path, caller: str, passed_on: str) -> None:
    files = {"pack/__init__.py": passed_on, "pack/texts.py": f"ANSWER = {PROMPT!r}\n", "pack/ask.py": caller}
    found = prompts(tmp_path, files, "pack/texts.py")
    assert [(prompt.text, [Path(use.path).name for use in prompt.uses]) for prompt in found] == [(PROMPT, ["ask.py"])]


def test_a_package_above_is_imported_from(tmp_path: Path) -> None:
    files = {
        "pack/__init__.py": f"ANSWER = {PROMPT!r}\n",
        "pack/inner/__init__.py": "",
        "pack/inner/ask.py": "from .. import ANSWER\n" + CALL.format(name="ANSWER"),
    }
    found = prompts(tmp_path, files, "pack/__init__.py")
    assert [Path(use.path).name for prompt in found for use in prompt.uses] == ["ask.py"]


def test_a_link_is_read_inside_the_root_only(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "inner").mkdir(parents=True)
    for path in (tmp_path / "outside.md", root / "inner/inside.md"):
        path.write_text(path.name, encoding="utf-8")
    os.symlink(tmp_path, root / "up")
    os.symlink(tmp_path / "outside.md", root / "out.md")
    os.symlink("inner/inside.md", root / "in.md")
    os.symlink("inner", root / "folder")
    os.symlink("nowhere", root / "broken.md")
    project = Project(root.as_posix())
    names = ("out.md", "up/outside.md", "../outside.md", "broken.md", "missing.md", "in.md", "folder/inside.md")
    read = {name: project.read(f"{root.as_posix()}/{name}") for name in names}
    assert [name for name, document in read.items() if document is not None] == ["in.md", "folder/inside.md"]


def test_a_name_that_no_file_can_have_is_no_file(tmp_path: Path) -> None:
    text = "PROMPT = open('a\\0b.txt').read()\n" + CALL.format(name="PROMPT")
    project = Project(tmp_path.as_posix())
    assert extract(Document(f"{tmp_path.as_posix()}/ask.py", text), project, named=True).prompts == ()


def trees() -> int:
    return sum(isinstance(each, ast.Module) for each in gc.get_objects())


def test_trees_are_free_when_they_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from promptlint.sources.python import index

    names = [f"m{number}.py" for number in range(4)]
    for name in names:
        text = f"class Texts:\n    def __init__(self):\n        self.answer = {PROMPT!r}\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(index, "MAX_LOADED", 10)  # so that a file makes room for the next
    gc.collect()
    gc.disable()
    try:
        before, project = trees(), Project(tmp_path.as_posix())
        for name in names:
            document = project.read((tmp_path / name).as_posix())
            assert document is not None
            assert len(extract(document, project, named=False).prompts) == 1
            assert trees() == before + 1
        project.forget()
        assert trees() == before
    finally:
        gc.enable()
