"""Cues are compiled as far as a text needs, and find in it what the whole pattern finds."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.anatomy import cues, kindsigns
from promptlint.anatomy.cues import Cue, Cues
from promptlint.anatomy.grammars import GrammarError, compile_grammars
from promptlint.text.lazy_re import folded
from promptlint.text.literals import needed

LANGUAGES = ("de", "en", "es", "fr", "ja", "pt", "zh")


def grammar(language: str) -> dict[str, list[Any]]:
    """Return a grammar as it is stored."""
    assert cues.load(language), language
    lines = Path(cues._DATA, f"{language}.cues").read_text(encoding="utf-8").splitlines()
    return {name: json.loads(cue) for name, _, cue in (line.partition(" ") for line in lines)}


def is_pattern(cue: list[Any]) -> bool:
    """Whether a cue is more than a list of words."""
    return any(not isinstance(alternative, str) for alternative in cue)


def cue(language: str, name: str) -> Cue:
    """Return a cue that has seen no text yet."""
    made = Cues(language, grammar(language)).pattern(name)
    assert isinstance(made, Cue)
    return made


def whole(language: str, name: str) -> re.Pattern[str]:
    """Return the pattern with all alternatives."""
    fresh = cue(language, name)
    made = fresh._compiled(cues._cut(fresh._tree, None))
    assert made is not None
    return made


NAMED = [(code, name) for code in LANGUAGES for name, entry in grammar(code).items() if is_pattern(entry)]
WHOLE = {key: whole(*key) for key in NAMED}


def words(tree: list[Any]) -> Iterator[str]:
    """Yield the words that alternatives need, those inside of groups too."""
    for alternative in tree:
        if isinstance(alternative, str):
            yield alternative
            continue
        needs, parts = alternative
        yield from (word for clause in needs for word in clause)
        for part in parts:
            if not isinstance(part, str):
                yield from words(part[1])


VOCABULARY = {key: sorted({*words(grammar(key[0])[key[1]])}) for key in NAMED}
NOISE = [
    "the",
    "İf",
    "ıs",
    "ſay",
    "K",
    "not",
    "do",
    "you",
    ": ",
    "\n- ",
    '"',
    "'",
    "(",
    "[",
    "1",
    ", ",
    "-> ",
    "=",
    "_",
]


@st.composite
def asked(draw: st.DrawFn) -> tuple[tuple[str, str], list[str]]:
    """A cue and texts of its own words, in any case, between others."""
    key = draw(st.sampled_from(NAMED))
    word = st.sampled_from([*VOCABULARY[key], *NOISE])
    any_case = st.builds(lambda text, change: change(text), word, st.sampled_from([str.lower, str.upper, str.title]))
    glue = st.sampled_from([" ", " ", "", "\n"])
    text = st.lists(st.builds("".join, st.tuples(any_case, glue)), max_size=25).map("".join)
    return key, draw(st.lists(text, min_size=1, max_size=6))


def spans(pattern: Any, text: str) -> list[Any]:
    """Return all that the four methods say of a text."""
    middle = len(text) // 3
    asked = [pattern.search(text), pattern.match(text), pattern.fullmatch(text), pattern.search(text, middle)]
    asked += [pattern.search(text, 0, 2 * middle), pattern.match(text, middle), *pattern.finditer(text, middle)]
    return [match and match.span() for match in [*asked, *pattern.finditer(text)]]


@given(asked())
@settings(max_examples=200, deadline=None)
def test_a_cue_finds_what_its_whole_pattern_finds(case: tuple[tuple[str, str], list[str]]) -> None:
    key, texts = case
    part = cue(*key)
    for text in texts:
        assert spans(part, text) == spans(WHOLE[key], text)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_text_that_a_cue_matches_is_matched_by_the_part_that_is_compiled_for_it(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(NAMED))
    part = cue(*key)
    source = cues._cut([data.draw(st.sampled_from(part._tree))], None)
    assert source is not None
    text = data.draw(st.from_regex(re.compile(source, re.IGNORECASE)))
    assert spans(part, text) == spans(WHOLE[key], text)


def test_a_letter_of_ascii_is_folded_from_whatever_it_matches_in_any_case() -> None:
    characters = "".join(map(chr, range(sys.maxunicode + 1)))
    for letter in map(chr, range(128)):
        for found in re.findall(re.escape(letter), characters, re.IGNORECASE):
            assert folded(found) == letter.lower(), (letter, found)


def test_the_other_characters_of_needs_match_themselves_alone_in_any_case() -> None:
    characters = "".join(map(chr, range(sys.maxunicode + 1)))
    wanted = {char for known in VOCABULARY.values() for word in known for char in word if not char.isascii()}
    assert wanted
    for char in wanted:
        assert re.findall(re.escape(char), characters, re.IGNORECASE) == [char]
        assert folded(char) == char


def test_of_a_short_prompt_little_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    sources: list[str] = []
    real = re.compile
    monkeypatch.setattr(re, "compile", lambda source, flags: sources.append(source) or real(source, flags))
    loaded = Cues("en", grammar("en"))
    for _language, name in (key for key in NAMED if key[0] == "en"):
        loaded.pattern(name).search("Translate the text to French.")
    everything = sum(len(WHOLE[key].pattern) for key in NAMED if key[0] == "en")
    assert 0 < sum(map(len, sources)) < everything / 20


def test_a_cue_is_compiled_whole_once_there_is_more_to_lint_than_a_few_texts() -> None:
    loaded = Cues("en", grammar("en"))
    texts = ["If you do not know, say so.", "no data was provided", "the text lacks context", "it was not found"]
    for text in texts:
        assert loaded.pattern("unknown_state").search(text) is not None
    assert isinstance(loaded.pattern("unknown_state"), re.Pattern)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("alpha echo ,", None),
        ("alpha kilo", None),
        ("alpha echo kilo", "alpha echo kilo"),
        ("alpha november kilo", "alpha november kilo"),
        ("alpha echo kilo oscar", "alpha echo kilo oscar"),
        ("alpha echo kilo uniform", None),
    ],
)
def test_a_group_that_no_text_fits_ends_its_alternative_unless_it_may_be_nothing(
    tmp_path: Path, text: str, found: str | None
) -> None:
    groups = (
        "(?:alpha|bravo|charlie|delta)",
        "(?: echo| foxtrot| golf| november)",
        " (?:india|juliett|kilo|lima)",
        "(?: oscar| papa| quebec| romeo)?",
        "(?! (?:sierra|tango)| uniform)",
    )
    (tmp_path / "en.yaml").write_text(f"case: |\n  {''.join(groups)}\n", encoding="utf-8")
    match = Cues("en", compile_grammars(tmp_path, needed)["en"]).pattern("case").search(text)
    assert (match and match.group()) == found


def test_a_language_without_grammar_has_no_cues() -> None:
    none = cues.load("xx")
    assert not none
    assert none.words("verbs") == frozenset()
    assert "ban" not in none
    assert none.pattern("ban").search("do not") is None


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("json", [["json"]]),
        ("JSON|yaml", [["json", "yaml"]]),
        (r"repl(?:y|ies)\s+with", [["replies", "reply"], ["with"]]),
        (r"(?:not )?found", [["found", "not found"]]),
        (r"do(?:es)?\s{0,24}n['’]t", [["n't", "n’t"], ["do", "does"]]),
        (r"(?:\w+ ){2}tags?", [["tag", "tags"], [" "]]),
        (r"(?:the |a )*\w+", []),
        (r"(?:json)?", []),
        (r"json|\d", []),
        (r"[^x]y", [["y"]]),
        (r"(?!no )answer(?=s\b)", [["answer"]]),
        (r"été|as", [["as", "t"]]),
        (r"没有", [["没有"]]),
        (r"(?:ab){2,}c", [["ababc"], ["abab"]]),
    ],
)
def test_what_a_pattern_needs_is_read_off_it(pattern: str, needs: list[list[str]]) -> None:
    assert needed(pattern) == needs


@pytest.mark.parametrize("entry", ["(broken", "(captured)", "(?P<named>x)"])
def test_a_grammar_with_a_pattern_that_is_none_or_captures_is_refused(tmp_path: Path, entry: str) -> None:
    (tmp_path / "en.yaml").write_text(f"ban: |\n  do not\n  {entry}\n", encoding="utf-8")
    with pytest.raises(GrammarError, match="ban"):
        compile_grammars(tmp_path, needed)


def test_phrases_of_kinds_stand_as_the_plain_text_of_a_prompt_has_them() -> None:
    for language in LANGUAGES:
        for name, phrases in grammar(language).items():
            for phrase in phrases if name.startswith("kind_") else ():
                assert kindsigns._plain(f" {phrase} ", language).strip() == phrase.strip()
    assert {" extract", " parse the "} <= set(cues.load("en").phrases("kind_extract"))
    assert cues.load("xx").phrases("kind_extract") == ()
