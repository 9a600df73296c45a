"""Patterns that are compiled when they are first used act as those of `re`."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re
from typing import Any

import pytest

import promptlint
from promptlint.text import lazy_re, literals


def test_a_lazy_pattern_answers_as_a_compiled_one() -> None:
    text = "One two\nthree"
    lazy, made = lazy_re.compile(r"(?P<word>[a-z]+)", lazy_re.I), re.compile(r"(?P<word>[a-z]+)", re.I)
    assert [m.span() for m in lazy.finditer(text)] == [m.span() for m in made.finditer(text)]
    assert lazy.search(text, 3).span("word") == made.search(text, 3).span("word")  # type: ignore[union-attr]
    assert lazy.sub("x", text) == made.sub("x", text)
    assert (lazy.pattern, lazy.flags, lazy.groupindex) == (made.pattern, made.flags, made.groupindex)
    assert lazy.match("1") is None


def test_nothing_is_compiled_before_the_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    real = re.compile
    monkeypatch.setattr(re, "compile", lambda *a: compiled.append(a) or real(*a))
    lazy = lazy_re.compile("a+")
    assert compiled == []
    assert lazy.search("caat") is not None
    assert lazy.fullmatch("aa") is not None
    assert len(compiled) == 1


def test_a_wrong_pattern_raises_at_its_first_use() -> None:
    lazy = lazy_re.compile("(")
    with pytest.raises(lazy_re.error):
        lazy.search("")


def test_a_pattern_with_needs_finds_nothing_and_is_not_compiled_until_a_text_holds_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled = []
    real = re.compile
    monkeypatch.setattr(re, "compile", lambda *a: compiled.append(a) or real(*a))
    lazy = lazy_re.compile(r"(?:json|private key)\b", re.I, needs=("json", "private key"))
    assert (lazy.search("yaml"), lazy.match("yaml"), lazy.fullmatch("")) == (None, None, None)
    assert list(lazy.finditer("private keen")) == []
    assert lazy.search("yaml, json, yaml", 10) is None
    assert lazy.pattern == r"(?:json|private key)\b"
    assert compiled == []
    assert lazy.search("as Private Key").span() == (3, 14)  # type: ignore[union-attr]
    assert [match.start() for match in lazy.finditer("yaml, JSON")] == [6]
    assert len(compiled) == 1


def required(tree: Any, needs: list[str]) -> bool:
    """Whether a text that a pattern matches holds one of these words, as its syntax tree tells."""
    runs, others = literals._read(tree)
    if any(all(any(word in form for word in needs) for form in run) for run in runs):
        return True
    return any(inside(str(name), value, needs) for name, value in others)


def inside(name: str, value: Any, needs: list[str]) -> bool:
    if name == "BRANCH":
        return all(required(branch, needs) for branch in value[1])
    if name in literals._REPEATS:
        return value[0] > 0 and required(value[2], needs)
    return name == "SUBPATTERN" and required(value[3], needs)


def test_every_pattern_of_the_package_needs_what_it_says() -> None:
    for module in pkgutil.walk_packages(promptlint.__path__, "promptlint."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    told = [each for each in gc.get_objects() if isinstance(each, lazy_re._Lazy) and each._needs]
    assert len(told) > 50
    for each in told:
        needs = each._needs.split() if isinstance(each._needs, str) else list(each._needs)
        assert all(word == lazy_re.folded(word) for word in needs), each
        assert required(literals.parser.parse(*each._source), needs), (each, needs)


def test_words_that_are_looked_for_before_a_pattern_stand_in_all_that_it_matches() -> None:
    from promptlint.sources.python import likeness, taint

    rows = [(needs, sign) for _, needs, sign in (*likeness._CUES, *likeness._AGAINST) if needs != ("",)]
    assert len(rows) > 10
    for needs, sign in [*rows, (taint._SIGNS, taint._SOURCES)]:
        words = [lazy_re.folded(word) for word in needs]
        assert required(literals.parser.parse(sign.pattern, re.I), words), sign.pattern
