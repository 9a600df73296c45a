"""Jupyter notebooks: the code cells are read as one Python module, and every place is mapped back into the file."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

from promptlint.model import Contract, Document, Extraction, Fault, Prompt, Suppression, Use
from promptlint.sources.jsonmap import parse_json
from promptlint.sources.nodes import Node, SourceError
from promptlint.sources.project import Project
from promptlint.sources.python.likeness import worth_parsing
from promptlint.text.builder import TextBuilder
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import Piece, SourceMap, SourceSpan

_MAGIC = re.compile(r"^([ \t]*)([%!?])", re.M)
_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
_PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun"})


class Cell(NamedTuple):
    """A code cell: its 1-based number among all cells, and where its code begins in the joined code."""

    number: int
    start: int
    end: int


class Code(NamedTuple):
    """The code of a notebook as one text; `map` leads from it into the file."""

    text: str
    map: SourceMap
    cells: tuple[Cell, ...]
    faults: tuple[Fault, ...]


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002
    """Return the prompts of a notebook's code cells. A cell that is no Python is a fault that names cell and line."""
    del named
    try:
        root = parse_json(document.text, document.path)
    except SourceError as error:
        line, column = LineIndex(document.text).position(error.offset)
        return Extraction(faults=(Fault(document.path, f"this notebook cannot be read: {error}", line, column),))
    code = _code(document, root)
    if not worth_parsing(code.text):
        return Extraction()
    from promptlint.sources.python.collect import collect

    found = collect(Document(document.path, code.text), project, format)
    mapper = _Mapper(document, code)
    return Extraction(
        prompts=tuple(mapper.prompt(prompt) for prompt in found.prompts),
        faults=(*code.faults, *found.faults),
        choices=tuple(c._replace(start=mapper.offset(c.start), end=mapper.offset(c.end)) for c in found.choices),
    )


def _code(document: Document, root: Node) -> Code:
    builder = TextBuilder()
    cells: list[Cell] = []
    faults: list[Fault] = []
    listed = root.get("cells")
    for number, cell in enumerate(listed.items if listed is not None else (), 1):
        if cell.string("cell_type") != "code":
            continue
        text, pieces = _source(cell)
        kept = _python(text)
        if kept is None or not text.strip():
            continue
        error = _error(kept)
        if error is not None:
            if worth_parsing(text):
                faults.append(_fault(document, number, error, text, pieces))
            continue
        start = builder.length
        builder.pieces(kept, pieces)
        builder.join("\n")
        cells.append(Cell(number, start, builder.length))
    text, mapped = builder.build()
    return Code(text, SourceMap(mapped), tuple(cells), tuple(faults))


def _source(cell: Node) -> tuple[str, tuple[Piece, ...]]:
    """Return a cell's code: a string, or a list of lines."""
    source = cell.get("source")
    builder = TextBuilder()
    nodes = source.items if source is not None and source.kind == "list" else (source,) if source is not None else ()
    for node in nodes:
        builder.pieces(node.text, node.pieces)
    return builder.build()


def _python(text: str) -> str | None:
    """Return code of the same length with magics made comments; None for a cell in another language."""
    match = _CELL_MAGIC.match(text)
    if match is not None and match.group(1) not in _PYTHON_MAGICS:
        return None
    return _MAGIC.sub(r"\1#", text)


def _error(code: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error) or "the code cannot be read")
    return None


def _fault(document: Document, number: int, error: SyntaxError, text: str, pieces: tuple[Piece, ...]) -> Fault:
    inner = LineIndex(text)
    line = min(error.lineno or 1, inner.line_count)
    offset = inner.offset(line, max(1, error.offset or 1))
    place = SourceMap(pieces).to_source(offset, offset)
    message = f"cell {number}, line {line}: this Python code cannot be parsed: {error.msg}"
    if place is None:
        return Fault(document.path, message)
    return Fault(document.path, message, *LineIndex(document.text).position(place.start))


class _Mapper:
    """Translates what was found in the joined code into the file."""

    def __init__(self, document: Document, code: Code) -> None:
        self.path = document.path
        self.code = code
        self.file_lines = LineIndex(document.text)
        self.code_lines = LineIndex(code.text)

    def offset(self, at: int) -> int:
        """Return the file offset of an offset in the code."""
        place = self.code.map.to_source(at, at + 1) or self.code.map.to_source(max(0, at - 1), at)
        return place.start if place is not None else 0

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the file span of a span in the code."""
        place = self.code.map.to_source(start, end)
        return (place.start, place.end) if place is not None else (self.offset(start), self.offset(end))

    def prompt(self, prompt: Prompt) -> Prompt:
        """Return a prompt whose places are those of the file; its symbol names the cell."""
        first = next((p.source_start for p in prompt.pieces if p.path == self.path and p.kind != "join"), 0)
        number = next((cell.number for cell in self.code.cells if cell.start <= first < cell.end), 0)
        tail = prompt.id.partition("#")[2]
        around = prompt.around
        if around.contract is not None:
            around = around._replace(contract=self._contract(around.contract))
        return prompt._replace(
            id=f"{self.path}#cell {number}.{tail}",
            symbol=f"cell {number}.{prompt.symbol}" if prompt.symbol else f"cell {number}",
            host="notebook",
            pieces=tuple(piece for old in prompt.pieces for piece in self._pieces(old)),
            controls=tuple(c._replace(source=self._source(c.source)) for c in prompt.controls),
            uses=tuple(self._use(use) for use in prompt.uses),
            around=around,
            suppressions=tuple(self._suppression(item) for item in prompt.suppressions),
            variants=tuple(self.prompt(variant) for variant in prompt.variants),
        )

    def _pieces(self, piece: Piece) -> Iterator[Piece]:
        if piece.path != self.path or piece.kind == "join":
            yield piece
            return
        if piece.kind != "text":
            start, end = self.span(piece.source_start, piece.source_end)
            yield piece._replace(source_start=start, source_end=end)
            return
        for inner in self.code.map.between(piece.source_start, piece.source_end):
            first, last = max(inner.start, piece.source_start), min(inner.end, piece.source_end)
            begin = piece.start + first - piece.source_start
            if inner.kind == "text":
                at = inner.source_start + first - inner.start
                yield Piece("text", begin, begin + last - first, self.path, at, at + last - first)
            else:
                yield Piece("escape", begin, begin + last - first, self.path, inner.source_start, inner.source_end)

    def _source(self, source: SourceSpan) -> SourceSpan:
        return SourceSpan(source.path, *self.span(source.start, source.end)) if source.path == self.path else source

    def _use(self, use: Use) -> Use:
        if use.path != self.path:
            return use
        return Use(use.path, self.file_lines.position(self.offset(self.code_lines.offset(use.line)))[0])

    def _contract(self, contract: Contract) -> Contract:
        return contract._replace(source=self._source(contract.source)) if contract.source is not None else contract

    def _suppression(self, item: Suppression) -> Suppression:
        start, end = self.span(item.start, item.end)
        first, last = self.span(item.covers_start, item.covers_end)
        return item._replace(start=start, end=end, covers_start=first, covers_end=last)


def cell_and_line(document: Document, offset: int) -> tuple[int, int] | None:
    """Return the 1-based cell and the line in it of a file offset, None outside the code; for messages."""
    try:
        root = parse_json(document.text, document.path)
    except SourceError:
        return None
    listed = root.get("cells")
    for number, cell in enumerate(listed.items if listed is not None else (), 1):
        if not cell.start <= offset < cell.end:
            continue
        text, pieces = _source(cell)
        for piece in pieces:
            if piece.source_start <= offset < max(piece.source_end, piece.source_start + 1):
                at = piece.start + (offset - piece.source_start if piece.kind == "text" else 0)
                return number, LineIndex(text).position(at)[0]
    return None
