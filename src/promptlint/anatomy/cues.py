"""Cue grammars: named phrase patterns, one data file a language, compiled as far as the texts at hand need.

Compiling the patterns whole took a third of a run on one small file. Each alternative is stored with words of which a
text must hold one for it to match (`grammars`), and those that cannot match are left out of what is compiled.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from promptlint.text.lazy_re import folded

_HERE = os.path.dirname(os.path.abspath(__file__))
_SOURCES = os.path.normpath(os.path.join(_HERE, *[os.pardir] * 3, "rules", "cues"))
_COMPILER = (
    os.path.join(_HERE, "grammars.py"),
    os.path.normpath(os.path.join(_HERE, os.pardir, "text", "literals.py")),
)
_DATA = os.path.normpath(os.path.join(_HERE, os.pardir, "_data", "cues"))

UNSPACED = frozenset({"zh", "ja", "th"})
"""Languages that write no space between words: their cues match anywhere, the others whole words only."""

_MOST_PARTS = 2
_MOST_CUTS = 8
_LONG = 12_000
"""A cue is compiled whole once more parts of it had to be compiled, or looked for in more texts or characters than so:
there is more to lint than a few texts."""


class Cue:
    """One cue as a pattern. What it finds in a text is what the whole pattern would find."""

    __slots__ = ("_cuts", "_frame", "_last", "_made", "_parts", "_seen", "_source", "_tree", "whole")

    def __init__(self, tree: list[Any], *, whole_words: bool) -> None:
        self._tree = tree
        self._frame = r"(?<!\w)(?:{})(?!\w)" if whole_words else "(?:{})"
        self._seen = ""
        self._last: str | None = None
        self._source: str | None = None
        self._made: re.Pattern[str] | None = None
        self._cuts = self._parts = 0
        self.whole: re.Pattern[str] | None = None
        """The pattern with all alternatives, once it is worth compiling."""

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        made = self._over(text)
        return made.search(text, start, end) if made is not None else None

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        made = self._over(text)
        return made.match(text, start, end) if made is not None else None

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        made = self._over(text)
        return made.fullmatch(text, start, end) if made is not None else None

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        made = self._over(text)
        return made.finditer(text, start, end) if made is not None else iter(())

    def _over(self, text: str) -> re.Pattern[str] | None:
        """Return a pattern that finds in this text what the whole one would, None if that is nothing."""
        if text is self._last:
            return self._made
        if self.whole is None:
            plain = folded(text)
            if plain not in self._seen or self._last is None:
                self._see(plain)
        self._last = text
        return self._made

    def _see(self, plain: str) -> None:
        """Widen the pattern to one that serves this text as well."""
        self._seen += "\n" + plain
        self._cuts += 1
        if self._cuts > _MOST_CUTS or self._parts >= _MOST_PARTS or len(self._seen) > _LONG:
            self.whole = self._made = self._compiled(_cut(self._tree, None))
            return
        source = _cut(self._tree, self._seen)
        if source != self._source:
            self._source = source
            self._parts += 1
            self._made = self._compiled(source)

    def _compiled(self, source: str | None) -> re.Pattern[str] | None:
        return None if source is None else re.compile(self._frame.format(source), re.IGNORECASE)


def _cut(alternatives: list[Any], text: str | None) -> str | None:
    """Return the source of the alternatives that can match in a text (all of them without one), None if none can."""
    kept = []
    for alternative in alternatives:
        if isinstance(alternative, str):
            if text is None or alternative in text:
                kept.append(alternative)
            continue
        needs, parts = alternative
        if text is None or all(any(word in text for word in words) for words in needs):
            source = _joined(parts, text)
            if source is not None:
                kept.append(source)
    return "|".join(kept) if kept else None


def _joined(parts: list[Any], text: str | None) -> str | None:
    source = ""
    for part in parts:
        if isinstance(part, str):
            source += part
            continue
        opening, alternatives, closing, optional = part
        inner = _cut(alternatives, text)
        if inner is not None:
            source += f"{opening}{inner}{closing}"
        elif optional:
            source += "(?:)"
        else:
            return None
    return source


class Cues:
    """The phrase patterns and word lists of one language, an ISO 639-1 code; an empty grammar has none."""

    __slots__ = ("_cues", "_entries", "_whole", "_words", "name")

    def __init__(self, name: str, entries: Mapping[str, str | list[Any]]) -> None:
        self.name = name
        self._entries = dict(entries)
        """What `grammars` made of each cue, as JSON until it is asked for."""
        self._cues: dict[str, Cue] = {}
        self._whole: dict[str, re.Pattern[str]] = {}
        self._words: dict[str, frozenset[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def words(self, name: str) -> frozenset[str]:
        """Return the entries of a word list; empty when the language has none."""
        if name not in self._words:
            self._words[name] = frozenset(self._entry(name))
        return self._words[name]

    def phrases(self, name: str) -> tuple[str, ...]:
        """Return the entries of a list of phrases, as they stand in plain text: lower-cased words between blanks."""
        return tuple(self._entry(name))

    def pattern(self, name: str) -> re.Pattern[str]:
        """Return a cue as a case-insensitive pattern to search, match or iterate; one that is not there finds none."""
        whole = self._whole.get(name)
        if whole is not None:
            return whole
        cue = self._cues.get(name)
        if cue is None:
            cue = self._cues[name] = Cue(self._entry(name), whole_words=self.name not in UNSPACED)
        elif cue.whole is not None:
            self._whole[name] = cue.whole
        return cast("re.Pattern[str]", cue)

    def _entry(self, name: str) -> list[Any]:
        entry = self._entries.get(name, [])
        if isinstance(entry, str):
            entry = self._entries[name] = json.loads(entry)
        return entry


@lru_cache(maxsize=32)
def load(language: str) -> Cues:
    """Return the grammar of a language; an empty one when there is none."""
    _refresh()
    try:
        with open(os.path.join(_DATA, f"{language}.cues"), encoding="utf-8") as file:
            return Cues(language, dict(line.split(" ", 1) for line in file))
    except FileNotFoundError:
        return Cues(language, {})


def _refresh() -> None:
    """In a checkout, compile the grammars again when one or their compiler changed; a wheel has compiled ones alone."""
    sources = _changed(_SOURCES, ".yaml")
    if not sources:
        return
    built = _changed(_DATA, ".cues")
    compiler = max(os.stat(path).st_mtime for path in _COMPILER)
    if any(built.get(language, 0.0) < max(changed, compiler) for language, changed in sources.items()):
        from pathlib import Path

        from promptlint.anatomy.grammars import write_grammars
        from promptlint.text.literals import needed

        write_grammars(Path(_SOURCES), Path(_DATA), needed)


def _changed(folder: str, ending: str) -> dict[str, float]:
    """Return the languages that have a file in a folder, and when each was last written."""
    try:
        with os.scandir(folder) as entries:
            return {e.name[: -len(ending)]: e.stat().st_mtime for e in entries if e.name.endswith(ending)}
    except FileNotFoundError:
        return {}
