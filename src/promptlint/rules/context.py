"""What a detection sees: one prompt and its anatomy, with the small readings that several rules share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from promptlint.model import Anatomy, Block, Confidence, Example, Fix, Prompt, Settings, Severity, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import SourceSpan, Span
from promptlint.text.records import NamedTuple

_NOTHING: Mapping[str, Any] = MappingProxyType({})
WINDOW = 20_000
"""Longest text that one pattern is matched against, in characters."""


class Hit(NamedTuple):
    """A place that a detection found. What is None or empty is taken from the rule. Offsets count in the prompt."""

    start: int
    end: int
    data: Mapping[str, object] = _NOTHING
    message: str = ""
    help: str = ""
    severity: Severity | None = None
    confidence: Confidence | None = None
    related: tuple[tuple[int, int, str], ...] = ()
    fix: Fix | None = None
    file_span: SourceSpan | None = None


class Context:
    """One prompt under the rules. `cached` keeps what several checks of one run need."""

    def __init__(self, prompt: Prompt, anatomy: Anatomy, settings: Settings) -> None:
        self.prompt = prompt
        self.anatomy = anatomy
        self.settings = settings
        self.text = prompt.text
        self.cached: dict[str, Any] = {}

    def view(self, name: str) -> str:
        """Return a mask of the text (`text` itself, `instructions`, `prose`, `lower`). Raises KeyError."""
        return self.text if name == "text" else self.anatomy.views[name]

    def says(self, statement: Statement) -> str:
        """Return the words of a statement as the instructions view shows them."""
        return self.anatomy.views["instructions"][statement.start : statement.end]

    def block_of(self, statement: Statement) -> Block:
        return self.anatomy.blocks[statement.block]

    def headings(self, block: Block) -> tuple[str, ...]:
        """Return the titles of the sections around a block, innermost first, lower-cased."""
        titles = []
        index = block.section
        while index is not None:
            section = self.anatomy.blocks[index]
            title = section.name if section.kind == "tag" else self.text[section.body_start : section.body_end]
            titles.append(title.strip(" *_#:").lower())
            index = section.section
        return tuple(titles)

    def block_at(self, offset: int) -> Block | None:
        """Return the innermost block that holds an offset."""
        found = None
        for block in self.anatomy.blocks:
            if block.start > offset:
                break
            if offset < block.end and (found is None or block.end - block.start <= found.end - found.start):
                found = block
        return found

    def example_at(self, offset: int) -> Example | None:
        return next((example for example in self.anatomy.examples if example.start <= offset < example.end), None)

    def shown(self, offset: int) -> bool:
        """Whether an offset lies in an example, a fence or a sample: text that is shown, not said."""
        if self.example_at(offset) is not None or any(s.start <= offset < s.end for s in self.anatomy.samples):
            return True
        return any(b.kind == "fence" and b.start <= offset < b.end for b in self.anatomy.blocks)

    def line_span(self, offset: int) -> Span:
        """Return the line that holds an offset, without its end."""
        start = max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1
        ends = [at for at in (self.text.find("\n", offset), self.text.find("\r", offset)) if at >= 0]
        return Span(start, min(ends, default=len(self.text)))

    def line_number(self, offset: int) -> int:
        """Return the 1-based line of the prompt (not of the file)."""
        starts = self.cached.get("line-starts")
        if starts is None:
            starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", self.text))]
            self.cached["line-starts"] = starts
        return bisect_right(starts, offset)

    def words(self) -> int:
        """Return the number of words of the prompt's instructions."""
        return len(self.anatomy.views["instructions"].split())

    def search(
        self, pattern: str | re.Pattern[str], view: str = "instructions", flags: int = re.IGNORECASE
    ) -> re.Match[str] | None:
        """Return the first match of a pattern in a view, paragraphs taken one by one so that no match is unbounded."""
        return next(self.finditer(pattern, view, flags), None)

    def finditer(
        self, pattern: str | re.Pattern[str], view: str = "instructions", flags: int = re.IGNORECASE
    ) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern in a view; a match lies within a window of `WINDOW` characters."""
        compiled = compiled_pattern(pattern, flags) if isinstance(pattern, str) else pattern
        text = self.view(view)
        at = 0
        while at < len(text):
            stop = (
                len(text) if len(text) - at <= WINDOW else max(text.rfind("\n", at, at + WINDOW) + 1, at + WINDOW // 2)
            )
            yield from compiled.finditer(text, at, stop)
            at = stop


def compiled_pattern(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Return a compiled pattern; `re` keeps the last few hundred."""
    return re.compile(pattern, flags | re.MULTILINE)


def quote(text: str, limit: int = 48) -> str:
    """Return a text on one line, cut to `limit` characters, for a message."""
    joined = " ".join(text.split())
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + "…"
