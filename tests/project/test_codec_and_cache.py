"""Results survive the way to JSON and back; a broken cache costs time and no result."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from promptlint.model import Dependency, Finding, Override, Placeholder, Sample, Settings
from promptlint.project.cache import Cache, key, settings_key
from promptlint.project.codec import CodecError, decode, encode
from promptlint.text.pieces import Piece, Span


@pytest.mark.parametrize(
    "value",
    [
        (1, "a", None, 0.5, True),
        (Span(1, 2), (Span(3, 4), ())),
        ["a", ["b"], ("c",)],
        {"l": [1], "m": {"~": "Span", "v": []}, "s": "x"},
        frozenset({"b", "a"}),
        Sample(0, 1, "json", "schema", value={"l": [{"a": 1}]}, keys=("l",)),
        Finding("UNC001", 0, 1, "m", data={"a": 1}),
        Piece("text", 0, 1, "a.md", 0, 1),
        ("~", "Span"),
        Settings(severity={"UNC001": "error"}, overrides=(Override(("a",)),)),
        "lone surrogate \ud800",
    ],
)
def test_what_is_decoded_equals_what_was_encoded(value: object) -> None:
    back = decode(encode(value))
    assert back == value
    assert type(back) is type(value)


def test_a_type_that_json_cannot_say_is_refused() -> None:
    with pytest.raises(CodecError):
        encode((object(),))


@pytest.mark.parametrize(
    "text", ["", "{", '{"~": "os", "v": []}', '{"~": "Span", "v": [1]}', '{"x": 1}', "[" * 100_000]
)
def test_a_forged_text_is_refused(text: str) -> None:
    with pytest.raises(CodecError):
        decode(text)


def test_an_entry_is_found_again_until_a_dependency_changes(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.put("ab" * 32, (("schema.json", "d1"),), (Placeholder("x", 0, 3),))
    digests = {"schema.json": "d1"}
    assert cache.get("ab" * 32, digests.get) == (Placeholder("x", 0, 3),)
    digests["schema.json"] = "d2"
    assert cache.get("ab" * 32, digests.get) is None


@pytest.mark.parametrize("text", ["", "null", "[1]", '{"a"', "[[], 3"])
def test_an_unreadable_entry_is_no_entry(tmp_path: Path, text: str) -> None:
    cache = Cache(str(tmp_path))
    cache.put("cd" * 32, (), ())
    entry = next(tmp_path.rglob("*cdcd*.json"))
    entry.write_text(text, encoding="utf-8")
    assert cache.get("cd" * 32, lambda _path: None) is None


def test_the_folder_ignores_itself_and_leaves_no_temporary_files(tmp_path: Path) -> None:
    Cache(str(tmp_path)).put("ef" * 32, (), Dependency("a", "b"))
    folder = tmp_path / ".promptlint_cache"
    assert (folder / ".gitignore").read_text() == "*\n"
    assert not list(folder.rglob(".tmp*"))


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / ".promptlint_cache").write_text("a file in the way")
    Cache(str(tmp_path)).put("ef" * 32, (), ())
    assert Cache(str(tmp_path)).get("ef" * 32, lambda _path: None) is None


def test_the_key_tells_bytes_settings_path_and_way_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = key("a.md", b"x", True, settings_key(Settings()))
    others = {
        key("a.md", b"y", True, settings_key(Settings())),
        key("b.md", b"x", True, settings_key(Settings())),
        key("a.md", b"x", False, settings_key(Settings())),
        key("a.md", b"x", True, settings_key(Settings(preview=True))),
    }
    monkeypatch.chdir(tmp_path)
    others.add(key("a.md", b"x", True, settings_key(Settings())))
    assert base not in others
    assert len(others) == 5
    assert os.getcwd() == str(tmp_path)
