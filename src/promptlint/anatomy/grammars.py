"""Cue grammars to one JSON file: `rules/cues/*.yaml` in, words and patterns by language out.

The build hook loads this file by its path, before the package is installed: it imports nothing of promptlint.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any


class GrammarError(ValueError):
    """A grammar cannot be used; the message names the file, the cue and what is wrong."""


def compile_grammars(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Return the cues by language. A `|` block is a pattern a line, a `>-` block a word list. Raises GrammarError."""
    import yaml

    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        grammar = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(grammar, dict):
            raise GrammarError(f"{path.name}: a grammar is a mapping of cue names")
        found[path.stem] = {str(name): _entries(path.name, str(name), cue) for name, cue in grammar.items()}
    return found


def _entries(file: str, name: str, cue: Any) -> list[str]:
    if not isinstance(cue, str):
        raise GrammarError(f"{file}: {name}: write the entries as a block of text")
    entries = [line for line in cue.splitlines() if line.strip()] if "\n" in cue else cue.split()
    for entry in entries:
        problem = _problem(entry)
        if problem is not None:
            raise GrammarError(f"{file}: {name}: '{entry[:60]}' is no regular expression: {problem}")
    return entries


def _problem(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def write_grammars(folder: Path, target: Path) -> None:
    """Compile `folder` into `target`, which readers see whole or not at all."""
    grammars = compile_grammars(folder)  # first of all: a wrong grammar leaves no temporary file behind
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(grammars, file, ensure_ascii=False, separators=(",", ":"))
    Path(temporary).chmod(0o644)  # a temporary file is private, package data is not
    Path(temporary).replace(target)
