"""`--diff-base`: exactly the prompts that a change touches, and with `--new-only` what it makes worse."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from promptlint.model import Report, Settings
from promptlint.project import runner
from promptlint.project.errors import UsageError
from promptlint.project.session import Session

from .conftest import Repository

pytestmark = pytest.mark.usefixtures("small_engine")


def change(
    ref: str = "main", *, new_only: bool = False, paths: tuple[str, ...] = (".",), cached: bool = False
) -> Report:
    session = Session(lambda _path: Settings(root=os.getcwd()), cached=cached)
    return runner.run_change(paths, session, ref, new_only=new_only, compare=new_only)


def prompts(report: Report) -> list[str]:
    return [linted.prompt.path for linted in report.prompts]


@pytest.fixture
def adopted(repository: Repository) -> Repository:
    for name in "abcde":
        repository.put(f"prompts/{name}.md", f"You must {name}.\nBAD\n")
    repository.commit()
    repository.git("switch", "-q", "-c", "change")
    return repository


def test_only_edited_added_and_uncommitted_prompts_are_reported(adopted: Repository) -> None:
    adopted.put("prompts/a.md", "You must a.\nBAD BAD\n")
    adopted.put("prompts/new.md", "You must.\n")
    adopted.commit()
    adopted.put("prompts/b.md", "You must b, uncommitted.\n")
    adopted.put("prompts/untracked.md", "You must.\n")
    adopted.git("rm", "-q", "prompts/e.md")
    assert prompts(change()) == [f"prompts/{name}.md" for name in ("a", "b", "new", "untracked")]


def test_the_base_is_the_merge_base(adopted: Repository) -> None:
    adopted.put("prompts/a.md", "You must a, changed.\n")
    adopted.commit()
    adopted.git("switch", "-q", "main")
    adopted.put("prompts/b.md", "You must b, changed on main.\n")
    adopted.commit()
    adopted.git("switch", "-q", "change")
    assert prompts(change()) == ["prompts/a.md"]


def test_a_prompt_that_only_moved_in_its_file_is_not_touched(repository: Repository) -> None:
    text = "---\ntitle: {}\n---\nYou must answer.\n"
    repository.put("prompts/a.md", text.format("x"))
    repository.commit()
    repository.put("prompts/a.md", text.format("a longer title"))
    assert prompts(change("HEAD")) == []


def test_new_only_leaves_what_the_base_does_not_have(adopted: Repository) -> None:
    adopted.put("prompts/a.md", "You must a, reworded.\nBAD\n\nBAD\n")
    adopted.put("prompts/b.md", "You must b, reworded.\nBAD\n")
    report = change(new_only=True)
    assert [(d.path, d.rule, d.location.line if d.location else 0) for d in report.diagnostics] == [
        ("prompts/a.md", "OUT001", 4)
    ]
    assert prompts(report) == ["prompts/a.md", "prompts/b.md"]
    assert [linted.prompt.id for linted in report.before] == ["prompts/a.md#0", "prompts/b.md#0"]


def test_a_renamed_file_is_compared_with_what_it_was(adopted: Repository) -> None:
    adopted.put("prompts/long.md", "You must.\n" + "A line that stays as it is.\n" * 20 + "BAD\n")
    adopted.commit()
    adopted.git("mv", "prompts/long.md", "prompts/other.md")
    adopted.put("prompts/other.md", "You must.\n" + "A line that stays as it is.\n" * 20 + "BAD\nBAD\n")
    report = change("HEAD", new_only=True)
    assert [(d.path, d.rule) for d in report.diagnostics] == [("prompts/other.md", "OUT001")]


def test_three_ways_to_ask_give_the_same_findings(adopted: Repository) -> None:
    names = ["prompts/a.md", "prompts/c.md"]
    for name in names:
        adopted.put(name, "You must now.\nBAD\nBAD\n")

    def shown(report: Report) -> list[tuple[str, str, int, str]]:
        return [(d.path, d.rule, d.start, d.fingerprint) for d in report.diagnostics if d.path in names]

    hook = runner.run(names, settings=Settings(root=os.getcwd(), force_exclude=True))
    assert shown(hook)
    assert shown(change()) == shown(hook) == shown(runner.run(["."]))


def test_paths_limit_the_change(adopted: Repository) -> None:
    adopted.put("prompts/a.md", "You must a, changed.\n")
    adopted.put("other/system_prompt.md", "You must.\n")
    assert prompts(change(paths=("other",))) == ["other/system_prompt.md"]


def test_odd_file_names_are_no_obstacle(adopted: Repository) -> None:
    for name in ("prompts/ä b.md", 'prompts/"q".md', "prompts/-x.md"):
        adopted.put(name, "You must.\n")
    adopted.commit()
    for name in ("prompts/ä b.md", 'prompts/"q".md', "prompts/-x.md"):
        adopted.put(name, "You must.\nBAD\n")
    assert len(change("HEAD", new_only=True).diagnostics) == 3


def test_the_second_run_uses_what_the_first_learned_and_agrees(adopted: Repository) -> None:
    adopted.put("prompts/a.md", "You must a, changed.\n")
    first = change(cached=True)
    assert (adopted.folder / ".promptlint_cache/depends.json").exists()
    assert prompts(change(cached=True)) == prompts(first)
    adopted.put("prompts/b.md", "You must b, changed.\n")
    adopted.commit()
    assert prompts(change(cached=True)) == ["prompts/a.md", "prompts/b.md"]


@pytest.mark.parametrize("ref", ["nowhere", "-x", "--output=/tmp/x", ""])
@pytest.mark.usefixtures("adopted")
def test_a_ref_that_is_no_commit_is_an_error(ref: str) -> None:
    with pytest.raises(UsageError, match="--diff-base"):
        change(ref)


def test_outside_git_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="git repository"):
        change()


def test_a_shallow_clone_without_the_base_says_what_to_do(
    adopted: Repository, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopted.put("prompts/a.md", "You must a, changed.\n")
    adopted.commit()
    adopted.git("switch", "-q", "main")
    adopted.put("x.txt", "x")
    adopted.commit()
    clone = tmp_path_factory.mktemp("clone")
    url = f"file://{adopted.folder}"
    adopted.git("clone", "-q", "--depth=1", "--branch=change", url, str(clone))
    monkeypatch.chdir(clone)
    with pytest.raises(UsageError, match="shallow clone does not hold it"):
        change("origin/main")
    adopted.git("-C", str(clone), "fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main")
    with pytest.raises(UsageError, match="--unshallow"):
        change("origin/main")


def test_a_hostile_repository_runs_nothing(adopted: Repository) -> None:
    bait = adopted.folder / "bait.sh"
    bait.write_text("#!/bin/sh\ntouch ran\n", encoding="utf-8")
    bait.chmod(0o755)
    for name in ("core.fsmonitor", "diff.external", "core.pager", "diff.md.command", "diff.md.textconv"):
        adopted.git("config", name, str(bait))
    adopted.put(".gitattributes", "*.md diff=md\n")
    adopted.put("prompts/a.md", "You must a, changed.\n")
    assert "prompts/a.md" in prompts(change(new_only=True))
    assert not (adopted.folder / "ran").exists()


SERVICE = """\
from openai import OpenAI

from models import Invoice

SYSTEM = "You must read the invoice and answer with its fields."


def ask(text: str) -> Invoice:
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]
    return OpenAI().chat.completions.parse(model="m", messages=messages, response_format=Invoice)
"""
MODELS = """\
from pydantic import BaseModel


class Invoice(BaseModel):
    number: str
"""


def test_a_prompt_is_touched_when_the_schema_that_it_imports_changes(repository: Repository) -> None:
    repository.put("service.py", SERVICE)
    repository.put("models.py", MODELS)
    repository.put("prompts/other.md", "You must answer.\n")
    repository.commit()
    assert prompts(change("HEAD", cached=True)) == []
    repository.put("models.py", MODELS + "    total: float\n")
    assert prompts(change("HEAD")) == ["service.py"]
    assert prompts(change("HEAD", cached=True)) == ["service.py"]


def test_a_prompt_is_touched_when_code_elsewhere_begins_to_use_it_otherwise(repository: Repository) -> None:
    repository.put("texts.py", 'SYSTEM_PROMPT = "You must answer every question of the user."\n')
    call = 'OpenAI().chat.completions.create(model="{}", messages=[{{"role": "system", "content": SYSTEM_PROMPT}}])\n'
    top = "from openai import OpenAI\nfrom texts import SYSTEM_PROMPT\n"
    repository.put("service.py", top + call.format("one"))
    repository.commit()
    assert prompts(change("HEAD", cached=True)) == []
    repository.put("service.py", top + call.format("two"))
    assert prompts(change("HEAD")) == ["texts.py"]
    assert prompts(change("HEAD", cached=True)) == ["texts.py"]
