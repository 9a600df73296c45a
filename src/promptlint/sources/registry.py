"""Which module reads which file. Modules are imported when the first file of their format appears."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from promptlint.model import Document, Extraction
from promptlint.sources.project import Project


class Format(NamedTuple):
    """A row of the table: `matches(path, text)` decides by name first and looks into the text only if it must."""

    name: str
    module: str
    matches: Callable[[str, str], bool]


def _suffix(*endings: str) -> Callable[[str, str], bool]:
    return lambda path, _text: path.lower().endswith(endings)


# First match wins.
FORMATS: tuple[Format, ...] = (
    Format("python", "promptlint.sources.python", _suffix(".py", ".pyi")),
    Format("markdown", "promptlint.sources.plain", _suffix(".md", ".markdown")),
    Format("text", "promptlint.sources.plain", _suffix(".txt", ".text", ".tmpl")),
)


def identify(path: str, text: str) -> Format | None:
    """Return the format of a file, None when no module reads it."""
    return next((row for row in FORMATS if row.matches(path, text)), None)


def extract(document: Document, project: Project, *, named: bool = True) -> Extraction:
    """Return the prompts of a file.

    `named` tells that the user named this very file: a text file is then a prompt without looking like one.
    """
    row = identify(document.path, document.text)
    if row is None:
        return Extraction(unsupported="no module reads this kind of file")
    result: Extraction = import_module(row.module).extract(document, project, format=row.name, named=named)
    return result


PROMPT_DIRECTORY = re.compile(
    r"(?:^|/)(?:prompts?|system_prompts?|prompt_templates?|prompt-templates?|instructions|personas?)(?:/|$)", re.I
)
PROMPT_NAME = re.compile(
    r"(?:^|[._/-])(?:prompts?|system|instructions?|skprompt|persona)(?=[._-][^/]*$|$)|[._-]user\.(?:md|txt)$", re.I
)
NOT_A_PROMPT = re.compile(
    r"(?:^|/)(?:readme|changelog|changes|history|license|licence|copying|notice|contributing|code_of_conduct|security|"
    r"authors|requirements[^/]*|robots|constraints[^/]*|cmakelists|todo|index|third_party[^/]*)(?:\.[\w-]+)*$",
    re.I,
)
