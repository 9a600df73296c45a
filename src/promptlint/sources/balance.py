"""Template constructs that are not closed: found without rendering, reported by a lint rule."""

from __future__ import annotations

import re

from promptlint.model import Fact
from promptlint.text.pieces import SourceSpan

_MUSTACHE = re.compile(
    r"(?P<comment>\{\{!--.{0,4000}?--\}\}|\{\{![^}]{0,4000}\}\})|(?P<triple>\{\{\{[^{}]{0,400}\}\}\})"
    r"|\{\{~?\s*(?P<open>[#^])\s*(?P<name>[\w@./-]+)[^{}]{0,1000}\}\}"
    r"|\{\{~?\s*/\s*(?P<close>[\w@./-]+)\s*~?\}\}|(?P<plain>\{\{[^{}]{0,1000}\}\})"
    r"|(?P<stray>\{\{|\}\})",
    re.S,
)
_JINJA = re.compile(
    r"(?P<raw>\{%[-+]?\s*raw\s*[-+]?%\}.{0,4000}?\{%[-+]?\s*endraw\s*[-+]?%\})|(?P<comment>\{#.{0,4000}?#\})"
    r"|\{%[-+]?\s*(?P<word>\w+)(?P<rest>[^%]{0,2000}(?:%(?!\})[^%]{0,2000})?)%\}|(?P<stray>\{%)",
    re.S,
)
_JINJA_BLOCKS = frozenset(
    {"if", "for", "macro", "call", "filter", "block", "with", "autoescape", "trans", "chat", "message", "completion"}
)


def template_facts(text: str, path: str, start: int, end: int, dialect: str) -> tuple[Fact, ...]:
    """Return the blocks of `text[start:end]` that are never closed, and closing marks without a beginning."""
    if dialect == "mustache":
        return _mustache(text, path, start, end)
    return _jinja(text, path, start, end) if dialect == "jinja" else ()


def _mustache(text: str, path: str, start: int, end: int) -> tuple[Fact, ...]:
    found: list[Fact] = []
    opened: list[tuple[str, int, int]] = []
    braces = 0
    at = start
    for match in _MUSTACHE.finditer(text, start, end):
        # The end of two nested JSON objects looks like a closing mark.
        braces = max(0, braces + text.count("{", at, match.start()) - text.count("}", at, match.start()))
        at = match.end()
        if match.group() == "}}" and braces > 1:
            braces -= 2
        elif match.group("open"):
            opened.append((match.group("name"), *match.span()))
        elif match.group("close"):
            _close(found, opened, match.group("close"), path, match.span())
        elif match.group("stray"):
            said = "is not closed by `}}`" if match.group() == "{{" else "closes nothing"
            found.append(_fact(path, match.span(), f"`{match.group()}` {said}"))
    found += [_fact(path, (first, last), f"the block `{name}` is not closed") for name, first, last in opened]
    return tuple(sorted(found, key=lambda fact: fact.source.start))


def _jinja(text: str, path: str, start: int, end: int) -> tuple[Fact, ...]:
    found: list[Fact] = []
    opened: list[tuple[str, int, int]] = []
    for match in _JINJA.finditer(text, start, end):
        word = match.group("word") or ""
        if match.group("stray"):
            found.append(_fact(path, match.span(), "`{%` is not closed by `%}`"))
        elif word in _JINJA_BLOCKS or (word == "set" and "=" not in match.group("rest")):
            opened.append((word, *match.span()))
        elif word.startswith("end") and (word[3:] in _JINJA_BLOCKS or word == "endset"):
            _close(found, opened, word[3:], path, match.span())
    found += [_fact(path, (first, last), f"the block `{name}` is not closed") for name, first, last in opened]
    return tuple(sorted(found, key=lambda fact: fact.source.start))


def _close(found: list[Fact], opened: list[tuple[str, int, int]], name: str, path: str, span: tuple[int, int]) -> None:
    """Close the block `name`; blocks inside it that are still open are not closed."""
    names = [item[0] for item in opened]
    if name not in names:
        found.append(_fact(path, span, f"the end of `{name}` has no beginning"))
        return
    while opened:
        last = opened.pop()
        if last[0] == name:
            return
        found.append(_fact(path, (last[1], last[2]), f"the block `{last[0]}` is not closed"))


def _fact(path: str, span: tuple[int, int], detail: str) -> Fact:
    return Fact("INP002", SourceSpan(path, *span), {"detail": detail})
