"""Writing a fixed file is all or nothing, and keeps what is not text; fixes that undo each other are reported."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from promptlint.fixes.apply import Plan, fix_file
from promptlint.fixes.bench import Outcome
from promptlint.fixes.write import WriteError, write
from promptlint.model import Diagnostic, Edit, Fix, Linted, Settings
from promptlint.sources.project import decode

from .support import judge_of


def held(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return decode(data)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such mode")
def test_the_mode_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    before = held(path, b"old\n")
    path.chmod(0o640)
    write(str(path), before, "new\n")
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.read_bytes() == b"new\n"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (codecs.BOM_UTF8 + "é\n".encode(), codecs.BOM_UTF8 + "é!\n".encode()),
        (
            codecs.BOM_UTF16_LE + "é\n".encode("utf-16-le"),
            codecs.BOM_UTF16_LE + "é!\n".encode("utf-16-le"),
        ),
        (b"a\r\nb\r\n", b"a!\r\nb\r\n"),
    ],
    ids=["utf-8 with mark", "utf-16", "crlf"],
)
def test_encoding_mark_and_line_ends_are_kept(tmp_path: Path, data: bytes, wanted: bytes) -> None:
    path = tmp_path / "a.md"
    before = held(path, data)
    at = before.index("a" if "a" in before else "é") + 1
    write(str(path), before, before[:at] + "!" + before[at:])
    assert path.read_bytes() == wanted


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    before = held(path, b"old\n")
    path.write_bytes(b"somebody else's\n")
    with pytest.raises(WriteError, match="changed meanwhile"):
        write(str(path), before, "new\n")
    assert path.read_bytes() == b"somebody else's\n"


def test_a_write_that_fails_leaves_the_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    before = held(path, b"old\n")

    def full(*_names: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(WriteError, match="No space left"):
        write(str(path), before, "new\n")
    assert path.read_bytes() == b"old\n"
    assert os.listdir(tmp_path) == ["a.md"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "a.md", tmp_path / "b.md"
    before = held(path, b"old\n")
    link.symlink_to(path)
    write(str(link), before, "new\n")
    assert link.is_symlink()
    assert path.read_bytes() == b"new\n"


def test_fixes_that_undo_each_other_are_reported_by_their_rules_and_the_file_is_left() -> None:
    text = "Colour the sky.\n"
    swap = {"Colour": ("AAA001", "Color"), "Color ": ("AAA002", "Colour ")}
    base = judge_of("prompts/a.md", text, Settings(select=("INP003",), root="no-such-folder"))

    def judge(name: str, texts: Mapping[str, str]) -> Outcome:
        outcome = base(name, texts)
        word = next(word for word in swap if outcome.prompts[0].prompt.text.startswith(word))
        found = Diagnostic(
            swap[word][0], "", "info", "high", "", "", name, None, 0, 0, prompts=(outcome.prompts[0].prompt.id,)
        )
        return outcome._replace(diagnostics=(found,))

    def generate(_linted: Linted, diagnostic: Diagnostic) -> Fix:
        old, (_, new) = next((w, pair) for w, pair in swap.items() if pair[0] == diagnostic.rule)
        return Fix("safe", "Spell it", (Edit(0, len(old), new),))

    result = fix_file("prompts/a.md", judge, lambda _name: text, Plan(("safe",), generate))
    assert result.oscillation == ("AAA001", "AAA002")
    assert not result.texts
    assert not result.applied


def test_a_fix_that_only_a_later_one_makes_possible_is_made_in_the_same_run() -> None:
    text = "One.\n"
    base = judge_of("prompts/a.md", text, Settings(select=("INP003",), root="no-such-folder"))

    def judge(name: str, texts: Mapping[str, str]) -> Outcome:
        outcome = base(name, texts)
        prompt = outcome.prompts[0].prompt
        wanted = {
            "UNC900": "Two." not in prompt.text or "Three." not in prompt.text,
            "EXM900": "Three" not in prompt.text,
        }
        found = tuple(
            Diagnostic(rule, "", "warning", "high", "", "", name, None, 0, 0, prompts=(prompt.id,))
            for rule, missing in wanted.items()
            if missing
        )
        return outcome._replace(diagnostics=found)

    def generate(linted: Linted, diagnostic: Diagnostic) -> Fix:
        end = len(linted.prompt.text.rstrip())
        return Fix("safe", "Say it", (Edit(end, end, " Two." if diagnostic.rule == "UNC900" else " Three."),))

    result = fix_file("prompts/a.md", judge, lambda _name: text, Plan(("safe",), generate))
    assert result.texts["prompts/a.md"] == "One. Three. Two.\n"
    assert not result.dropped


def test_a_file_that_was_written_is_read_anew(tmp_path: Path) -> None:
    from promptlint.cli.fixing import Bench
    from promptlint.project.settings import Finder

    (tmp_path / ".git").mkdir()
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    first.write_text('ROLE = "You are the support assistant of a bank."\n')
    second.write_text(
        'from a import ROLE\n\nSYSTEM_PROMPT = ROLE + " Answer the questions of the customers briefly."\n'
    )
    bench = Bench(Finder(isolated=True))

    def read() -> str:
        return " ".join(item.prompt.text for item in bench.judge(str(second), {}).prompts)

    assert "of a bank" in read()
    first.write_text('ROLE = "You are the support assistant of a shop."\n')
    bench.written(str(first))
    assert "of a shop" in read()
