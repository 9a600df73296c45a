"""Template files that are prompts: Jinja2, Mustache, Handlebars and Liquid."""

from __future__ import annotations

import re

from promptlint.model import Document, Extraction, Surroundings
from promptlint.sources import markers
from promptlint.sources.frontmatter import split_front_matter
from promptlint.sources.making import Maker, Turn, empty, raw
from promptlint.sources.project import Project
from promptlint.sources.suppress import template_comments

_UNRELATED = re.compile(
    r"<html|<!doctype|</(?:div|body|table|head)>|^\s*SELECT\s|\{\{\s*(?:ref|source|config)\(|^-?\s*hosts:|^apiVersion:|"
    r"\{\{\s*(?:ansible_|inventory_|cookiecutter\.)|^\s*server\s*\{|^FROM \S+|^#!/",
    re.I | re.M,
)
_UNRELATED_PATH = re.compile(
    r"(?:^|/)roles/[^/]+/templates/|(?:^|/)models/|(?:^|/)(?:helm|charts|ansible|salt|emails?|mail)/"
    r"|\.(?:conf|cfg|ini|html?|xml|sql|sh|py|js|ts|css|toml|json|ya?ml|service|env|cnf|tf|go|rs|java|c|h|cpp)"
    r"\.(?:j2|jinja2?|hbs|handlebars|mustache|liquid)$",
    re.I,
)


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002, ARG001
    """Return the one prompt of a template; none when the file was only found and does not look like a prompt."""
    text, path = document.text, document.path
    if not named and not _likely(path, text):
        return Extraction()
    if not text.strip():
        return empty(document)
    matter = split_front_matter(text)
    start = matter.body_start if matter else 0
    dialect = "mustache" if format in ("mustache", "handlebars") else "jinja"
    maker = Maker(document, format, "raw")
    maker.suppressions = template_comments(text, path, dialect)
    turns = _turns(text, path, start, dialect) or [Turn("system", (raw(text, path, start, len(text)),))]
    around = Surroundings(history_injected=markers.HISTORY.search(text, start) is not None)
    if maker.prompt(turns, dialect=dialect if "{" in text else "none", around=around) is None:
        return empty(document, start, "the template holds nothing but comments and control blocks")
    return maker.extraction()


def _turns(text: str, path: str, start: int, dialect: str) -> list[Turn] | None:
    """Return the messages that the template's role markers make."""
    patterns = [markers.BLOCK, markers.TAG] if dialect == "jinja" else [markers.TAG, markers.HELPER]
    for pattern in patterns:
        turns = markers.split(text, path, start, len(text), pattern, "system")
        if turns:
            return turns
    return line_turns(text, path, start, len(text))


def line_turns(text: str, path: str, start: int, end: int) -> list[Turn] | None:
    """Return the messages between `system:` and `user:` lines: both are there, or `system:` opens the text."""
    roles = [match.group("role").lower() for match in markers.LINE.finditer(text, start, end)]
    opening = markers.LINE.match(text, start + len(text[start:end]) - len(text[start:end].lstrip()), end)
    if "system" in roles and ("user" in roles or opening is not None):
        return markers.split(text, path, start, end, markers.LINE, "system")
    return None


def _likely(path: str, text: str) -> bool:
    from promptlint.sources.plain import looks_like_prompt

    if _UNRELATED_PATH.search(path) or _UNRELATED.search(text[:20_000]):
        return False
    return looks_like_prompt(path, text)
