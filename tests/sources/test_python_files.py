"""A text file that code reads and sends is a prompt, however the code spells its path."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.fixes.bench import OverlayProject
from promptlint.sources.project import Project
from promptlint.sources.registry import extract

READS = {
    "a folder of the file": "(Path(__file__).parent / 'res' / 'triage.txt').read_text()",
    "a name beside the file": "(Path(__file__).with_name('res') / 'triage.txt').read_text(encoding='utf-8')",
    "parts that are joined": "open(os.path.join(os.path.dirname(__file__), 'res', 'triage.txt')).read()",
    "files of a package": "(resources.files(__package__) / 'res' / 'triage.txt').read_text()",
    "a resource of a package": "resources.read_text('shop.res', 'triage.txt')",
    "data of a package": "pkgutil.get_data(__name__, 'res/triage.txt').decode()",
}
CODE = """import os, pkgutil
from importlib import resources
from pathlib import Path
def ask(client):
    return client.responses.create(model="m", instructions={read}, input="go")
"""


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_a_file_that_code_reads_is_a_prompt_in_the_role_in_which_it_is_sent(read: str, tmp_path: Path) -> None:
    folder = tmp_path / "shop" / "res"
    folder.mkdir(parents=True)
    (tmp_path / "shop" / "ask.py").write_text(CODE.format(read=read), encoding="utf-8")
    (folder / "triage.txt").write_text("Sort the ticket into one of three piles.\n", encoding="utf-8")
    project = Project(str(tmp_path))
    path = str(folder / "triage.txt")
    document = project.read(path)
    assert document is not None
    (prompt,) = extract(document, project, named=False).prompts
    assert (prompt.path, [message.role for message in prompt.messages]) == (path, ["system", "user"])


LOADERS = {
    "an f-string": "    return (RES / f'{name}.txt').read_text()\n",
    "a sum": "    with open(RES / (name + '.txt'), encoding='utf-8') as file:\n        return file.read()\n",
}


def make_loader(root: Path, body: str) -> None:
    """Write a module with a loader, one that asks it for `triage`, and the text files `triage` and `notes`."""
    (root / "res").mkdir()
    head = "from pathlib import Path\nRES = Path(__file__).parent / 'res'\ndef load(name):\n"
    (root / "loading.py").write_text(head + body, encoding="utf-8")
    (root / "ask.py").write_text(
        "from loading import load\ndef ask(client):\n"
        "    return client.responses.create(model='m', instructions=load('triage'), input='go')\n",
        encoding="utf-8",
    )
    for name in ("triage", "notes"):
        (root / "res" / f"{name}.txt").write_text("Sort the ticket into one of three piles.\n", encoding="utf-8")


@pytest.mark.parametrize("body", LOADERS.values(), ids=LOADERS.keys())
def test_a_name_that_a_loader_of_another_module_puts_together_is_followed(body: str, tmp_path: Path) -> None:
    make_loader(tmp_path, body)
    project = Project(str(tmp_path))
    found = [project.read(str(tmp_path / "res" / f"{name}.txt")) for name in ("triage", "notes")]
    read = [extract(document, project, named=False).prompts for document in found if document is not None]
    assert [len(prompts) for prompts in read] == [1, 0]


def test_an_edit_to_a_text_file_is_tried_with_the_code_that_puts_its_name_together(tmp_path: Path) -> None:
    make_loader(tmp_path, LOADERS["an f-string"])
    path = str(tmp_path / "res" / "triage.txt")
    trial = OverlayProject(str(tmp_path), {path: "Sort the mail.\n"}, OverlayProject(str(tmp_path), {}))
    document = trial.read(path)
    assert document is not None
    (prompt,) = extract(document, trial, named=True).prompts
    assert [message.role for message in prompt.messages] == ["system", "user"]
