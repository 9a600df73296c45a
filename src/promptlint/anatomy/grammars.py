"""Cue grammars to data, a file a language and a cue a line: `rules/cues/*.yaml` in, word lists and patterns out.

A pattern is kept as its alternatives, each with the words that a text must hold for it to match. A short prompt holds
few of them, and compiling the other alternatives would take a third of the time of a run (see `cues`).

The build hook loads this file by its path, before the package is installed: it imports nothing of promptlint.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Needed = Callable[[str], list[list[str]]]
"""`promptlint.text.literals.needed`."""
Part = str | list[Any]
"""A piece of a pattern as written, or a group: what opens it, its alternatives, what closes it, whether a text that
holds none of its alternatives may match all the same."""
Alternative = str | list[Any]
"""A word, which is its own need; or the lists of words of each of which a text holds one, and the parts."""

_UNSPACED = frozenset({"zh", "ja", "th"})

_PHRASES = "kind_"
_SEPARATORS = re.compile(r"[\W_]+")

_CLASS = r"\[\^?\]?(?:\\.|[^\]\\])*\]"
_BLANK = re.compile(rf"\(\?<[!=](?:\\.|[^()\\]|\([^()]*\))*\)|\\.|{_CLASS}| [?*+]?")
_SPACES = {" ": r"\s{1,64}", " +": r"\s{1,64}", " ?": r"\s{0,64}", " *": r"\s{0,64}"}
_TOKEN = re.compile(rf"\\.|{_CLASS}|\(\?(?:[:=!>]|<[=!]|[a-z]*-?[a-z]*:)|[()|]|[^\\\[()|]+", re.DOTALL)
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})[?+]?")
_SMALL = 24
"""A group of fewer characters costs less to compile than to look into."""


class GrammarError(ValueError):
    """A grammar cannot be used; the message names the file, the cue and what is wrong."""


def compile_grammars(folder: Path, needed: Needed) -> dict[str, dict[str, list[Any]]]:
    """Return the grammars by language: word lists, and patterns as their alternatives. Raises GrammarError.

    A `>-` block is a word list, a `|` block a pattern a line; one whose name begins with `kind_`, a phrase a line.
    """
    import yaml

    found: dict[str, dict[str, list[Any]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        grammar = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(grammar, dict):
            raise GrammarError(f"{path.name}: a grammar is a mapping of cue names")
        cues: dict[str, list[Any]] = {}
        for name, cue in grammar.items():
            if not isinstance(cue, str):
                raise GrammarError(f"{path.name}: {name}: write the entries as a block of text")
            lines = [line for line in cue.splitlines() if line.strip()]
            if "\n" not in cue:
                cues[name] = cue.split()
            elif name.startswith(_PHRASES):
                cues[name] = sorted({_phrase(line, spaced=path.stem not in _UNSPACED) for line in lines})
            else:
                cues[name] = _alternatives("|".join(_checked(path.name, name, line) for line in lines), needed)
        found[path.stem] = cues
    return found


def _phrase(entry: str, *, spaced: bool) -> str:
    """Return a phrase as it stands in the plain text of a prompt (`kindsigns`); `begin~` is the beginning of a word."""
    plain = _SEPARATORS.sub(" " if spaced else "", entry.lower()).strip()
    return plain if not spaced else f" {plain}" if entry.endswith("~") else f" {plain} "


def _checked(file: str, name: str, entry: str) -> str:
    """Return a pattern in which blanks stand for the line end of wrapped text too. Raises GrammarError."""
    source = _BLANK.sub(lambda match: _SPACES.get(match.group(), match.group()), entry)
    try:
        captures = re.compile(source).groups
    except re.error as error:
        raise GrammarError(f"{file}: {name}: '{entry[:60]}' is no regular expression: {error}") from error
    if captures:
        raise GrammarError(f"{file}: {name}: '{entry[:60]}' captures; write (?: for a group")
    return source


def _alternatives(source: str, needed: Needed) -> list[Alternative]:
    return [_alternative(part, needed) for part in _split(source)]


def _alternative(source: str, needed: Needed) -> Alternative:
    needs = needed(source)
    return source if needs == [[source]] else [needs, _parts(source, needed)]


def _split(source: str) -> list[str]:
    """Return the alternatives of a pattern: it without the bars that stand in no group."""
    found, depth = [""], 0
    for token in _TOKEN.findall(source):
        depth += token.startswith("(") - (token == ")")
        if token == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += token
    return found


def _parts(source: str, needed: Needed) -> list[Part]:
    """Return a pattern without bars as its parts; groups of one alternative and small ones are left as written."""
    parts: list[Part] = [""]
    at = 0
    while at < len(source):
        token = _TOKEN.match(source, at)
        if token is None:
            raise GrammarError(f"'{source[:60]}' cannot be read at '{source[at : at + 10]}'")
        if not token.group().startswith("("):
            parts[-1] += token.group()  # type: ignore[operator]  # the last part is text
            at = token.end()
            continue
        close = _close(source, at)
        quantifier = _QUANTIFIER.match(source, close + 1)
        end = quantifier.end() if quantifier else close + 1
        inner = _split(source[token.end() : close])
        if len(inner) == 1 or close - at < _SMALL:
            parts[-1] += source[at:end]  # type: ignore[operator]
        else:
            optional = token.group() in ("(?!", "(?<!") or (quantifier is not None and _may_be_nothing(quantifier[0]))
            group = [token.group(), [_alternative(each, needed) for each in inner], source[close:end], optional]
            parts += [group, ""]
        at = end
    return [part for part in parts if part]


def _close(source: str, start: int) -> int:
    """Return where the group that opens at `start` closes."""
    depth = 0
    for token in _TOKEN.finditer(source, start):
        depth += token.group().startswith("(") - (token.group() == ")")
        if depth == 0:
            return token.start()
    raise GrammarError(f"'{source[:60]}': a group is not closed")


def _may_be_nothing(quantifier: str) -> bool:
    return quantifier[0] in "?*" or quantifier.startswith(("{0", "{,"))


def write_grammars(folder: Path, target: Path, needed: Needed) -> None:
    """Compile `folder` into files of `target`, which readers see whole or not at all."""
    grammars = compile_grammars(folder, needed)  # first of all: a wrong grammar leaves no temporary file behind
    target.mkdir(parents=True, exist_ok=True)
    for language, grammar in grammars.items():
        text = "".join(
            f"{name} {json.dumps(cue, ensure_ascii=False, separators=(',', ':'))}\n" for name, cue in grammar.items()
        )
        handle, temporary = tempfile.mkstemp(dir=target, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)  # a temporary file is private, package data is not
        Path(temporary).replace(target / f"{language}.cues")
