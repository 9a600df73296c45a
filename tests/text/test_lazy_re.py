"""Patterns that are compiled when they are first used act as those of `re`."""

from __future__ import annotations

import re

import pytest

from promptlint.text import lazy_re


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
