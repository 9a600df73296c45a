"""What every format does the same way: turns become a prompt, faults get a place, ids stay unique."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from promptlint.model import (
    Document,
    Extraction,
    Fact,
    Fault,
    Host,
    Kind,
    Prompt,
    Role,
    Suppression,
    Surroundings,
)
from promptlint.sources.assemble import PromptBuilder
from promptlint.sources.nodes import Node, SourceError
from promptlint.sources.project import Project
from promptlint.text.builder import TextBuilder
from promptlint.text.dialects import guess_dialect
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import Piece

ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "gpt": "assistant",
    "tool": "tool",
    "function": "tool",
}
EMPTY = "prompt-empty: "
_STATEMENT = re.compile(r"\{%.{0,2000}?%\}|\{\{[^{}]{0,400}\}\}", re.S)


class Turn(NamedTuple):
    """One message to be: the decoded texts that follow each other in it."""

    role: Role
    parts: tuple[Node, ...]


def raw(text: str, path: str, start: int, end: int, *, trim: bool = False) -> Node:
    """Return `text[start:end]` as a string that stands in the file as it is."""
    if trim:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
    length = end - start
    pieces = (Piece("text", 0, length, path, start, end),) if length else ()
    return Node("string", start, end, text[start:end], pieces)


_TEXT_LINE = re.compile(r"(?P<indent>[ \t]*)(?P<body>[^\r\n]*)(?P<end>\r\n|\r|\n|\Z)")


def dedented(text: str, path: str, start: int, end: int) -> Node:
    """Return `text[start:end]` without the indent that its lines share and without blank ends."""
    lines = [match for match in _TEXT_LINE.finditer(text, start, end) if match.end() > match.start()]
    filled = [match for match in lines if match.group("body")]
    rest = [len(match.group("indent")) for match in filled if match.start() != start]
    indent = min(rest, default=0)
    out = TextBuilder()
    for match in lines:
        if not match.group("body"):
            first = match.start("end")
        else:
            first = match.start() + (min(indent, len(match.group("indent"))) if match.start() != start else 0)
        out.text(text[first : match.end("body")], path, first)
        if match.group("end"):
            if match.group("end") == "\n":
                out.text("\n", path, match.start("end"))
            else:
                out.escape("\n", path, *match.span("end"))
    whole, pieces = out.build()
    from promptlint.sources.markers import cut_node

    return cut_node(Node("string", start, end, whole, pieces), 0, len(whole), trim=True)


def fault_at(document: Document, message: str, offset: int) -> Fault:
    """Return a fault with the line and column of an offset."""
    line, column = LineIndex(document.text).position(offset)
    return Fault(document.path, message, line, column)


def failed(document: Document, error: SourceError) -> Extraction:
    """Return the one fault of a file that could not be parsed."""
    return Extraction(faults=(fault_at(document, str(error), error.offset),))


def empty(
    document: Document, offset: int = 0, what: str = "the file holds no text; write the prompt or delete the file"
) -> Extraction:
    """Return the fault of a prompt file that says nothing."""
    return Extraction(faults=(fault_at(document, EMPTY + what, offset),))


class Maker:
    """Collects the prompts of one file."""

    def __init__(
        self,
        document: Document,
        format: str,  # noqa: A002 - the contract's own word
        host: Host,
        project: Project | None = None,
        *,
        named: bool = True,
    ) -> None:
        self.project = project
        self.named = named
        self.document = document
        self.format = format
        self.host = host
        self.prompts: list[Prompt] = []
        self.faults: list[Fault] = []
        self.facts: list[Fact] = []
        self.suppressions: tuple[Suppression, ...] = ()
        self._ids: set[str] = set()

    def fault(self, message: str, offset: int) -> None:
        """Note a part of the file that cannot be read."""
        self.faults.append(fault_at(self.document, message, offset))

    def prompt(
        self,
        turns: Sequence[Turn],
        *,
        symbol: str | None = None,
        around: Surroundings | None = None,
        dialect: str | None = None,
        kind_hint: Kind | None = None,
        facts: Iterable[Fact] = (),
    ) -> Prompt | None:
        """Add one prompt; None (and nothing added) when its turns hold no text."""
        turns = [turn for turn in turns if any(part.text.strip() for part in turn.parts)]
        if not turns:
            return None
        path = self.document.path
        if dialect is None:
            dialect = guess_dialect("\n".join(part.text for turn in turns for part in turn.parts))
        builder = PromptBuilder()
        for turn in turns:
            builder.message(turn.role, path)
            for index, part in enumerate(part for part in turn.parts if part.text):
                if index:
                    builder.join("\n")
                builder.mapped_template(part.text, part.pieces, dialect)
        made = builder.build(
            id=self._id(symbol),
            path=path,
            format=self.format,
            symbol=symbol,
            host=self.host,
            dialect=dialect,
            around=around,
            kind_hint=kind_hint,
        )
        if not made.text.strip():
            return None
        made = made._replace(facts=tuple(facts))
        self.prompts.append(made)
        return made

    def _id(self, symbol: str | None) -> str:
        wanted = symbol if symbol else str(len(self.prompts))
        found = f"{self.document.path}#{wanted}"
        number = 2
        while found in self._ids:
            found = f"{self.document.path}#{wanted}~{number}"
            number += 1
        self._ids.add(found)
        return found

    def extraction(self) -> Extraction:
        """Return all that was collected; every prompt knows the suppressions of its file."""
        prompts = tuple(prompt._replace(suppressions=self.suppressions) for prompt in self.prompts)
        return Extraction(prompts=prompts, faults=tuple(self.faults), facts=tuple(self.facts))
