"""Cue grammars: named phrase patterns, one data file a language, compiled when first used."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from promptlint.text import lazy_re as re

# Scripts that write no space between words: their cues match anywhere, the others whole words only.
_UNSPACED = frozenset({"zh", "ja", "th"})

_BLANK = re.compile(r"\(\?<[!=](?:\\.|[^()\\]|\([^()]*\))*\)|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]| [?*+]?")
_SPACES = {" ": r"\s{1,24}", " +": r"\s{1,24}", " ?": r"\s{0,24}", " *": r"\s{0,24}"}

_SOURCES = Path(__file__).resolve().parents[3] / "rules" / "cues"
_DATA = Path(__file__).resolve().parent.parent / "_data" / "cues.json"


class Cues:
    """The phrase patterns of one language. `name` is an ISO 639-1 code; an empty grammar has no patterns."""

    __slots__ = ("_compiled", "_patterns", "name")

    def __init__(self, name: str, patterns: Mapping[str, tuple[str, ...]]) -> None:
        self.name = name
        self._patterns = patterns
        self._compiled: dict[str, re.Pattern[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def words(self, name: str) -> frozenset[str]:
        """Return the entries of a word list; empty when the language has none."""
        return frozenset(self._patterns.get(name, ()))

    def pattern(self, name: str) -> re.Pattern[str]:
        """Return the alternatives of a cue as one case-insensitive pattern; one that never matches if it has none."""
        if name not in self._compiled:
            alternatives = self._patterns.get(name, ())
            source = "|".join(f"(?:{_any_space(alternative)})" for alternative in alternatives) or r"(?!)"
            if self.name not in _UNSPACED:
                source = rf"(?<!\w)(?:{source})(?!\w)"
            self._compiled[name] = re.compile(source, re.IGNORECASE)
        return self._compiled[name]


def _any_space(source: str) -> str:
    """Let a blank in a pattern stand for the line end of wrapped text too; blanks in character classes stay."""
    return _BLANK.sub(lambda match: _SPACES.get(match.group(), match.group()), source)


@lru_cache(maxsize=32)
def load(language: str) -> Cues:
    """Return the grammar of a language; an empty one when there is none."""
    return Cues(language, _grammars().get(language, {}))


def languages() -> frozenset[str]:
    """Return the codes of the languages that have a grammar."""
    return frozenset(_grammars())


@lru_cache(maxsize=1)
def _grammars() -> dict[str, dict[str, tuple[str, ...]]]:
    _refresh()
    loaded = json.loads(_DATA.read_text(encoding="utf-8"))
    return {
        language: {name: tuple(entries) for name, entries in grammar.items()} for language, grammar in loaded.items()
    }


def _refresh() -> None:
    """In a checkout, compile the grammars again when one was edited; a wheel has only the compiled ones."""
    if not _SOURCES.is_dir():
        return
    built = _DATA.stat().st_mtime if _DATA.exists() else 0.0
    if any(entry.stat().st_mtime > built for entry in os.scandir(_SOURCES) if entry.name.endswith(".yaml")):
        from promptlint.anatomy.grammars import write_grammars

        write_grammars(_SOURCES, _DATA)
