"""The map between a prompt and the files it stands in.

A prompt's text is tiled by pieces. Each piece knows which characters of which file it came from:

- ``text``: copied character by character, so offsets inside it translate one to one;
- ``escape``: one written form for other characters (``\\n`` in a literal, ``{{`` in an f-string);
- ``placeholder``: a run-time value, shown as ``{name}``;
- ``join``: text that stands in no file (the break between two messages); its source span is empty.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal

from promptlint.text.records import NamedTuple

PieceKind = Literal["text", "escape", "placeholder", "join"]


class Span(NamedTuple):
    """Start and end offset, end exclusive."""

    start: int
    end: int


class SourceSpan(NamedTuple):
    """A span in a file; `path` is as the file was named."""

    path: str
    start: int
    end: int


class Piece(NamedTuple):
    """A run of prompt text `[start, end)` and the run of file text `[source_start, source_end)` behind it."""

    kind: PieceKind
    start: int
    end: int
    path: str
    source_start: int
    source_end: int


def cut(piece: Piece, start: int, end: int) -> Piece:
    """Return the part of a piece inside `[start, end)`; escapes and placeholders cannot be cut in the file."""
    first, last = max(piece.start, start), min(piece.end, end)
    if piece.kind != "text":
        return Piece(piece.kind, first, last, piece.path, piece.source_start, piece.source_end)
    shift = piece.source_start - piece.start
    return Piece("text", first, last, piece.path, first + shift, last + shift)


class SourceMap:
    """Sorted pieces that tile `[0, length)` of a prompt; bisecting maps offsets both ways."""

    __slots__ = ("_starts", "pieces")

    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        self.pieces = pieces
        self._starts = [piece.start for piece in pieces]

    def piece_at(self, offset: int) -> Piece | None:
        """Return the piece that holds the character at `offset`, the last one for the end of the prompt."""
        if not self.pieces:
            return None
        return self.pieces[max(0, bisect_right(self._starts, offset) - 1)]

    def to_source(self, start: int, end: int) -> SourceSpan | None:
        """Return the file span of prompt `[start, end)`.

        A span over several files is cut to the file of its first character that stands in a file.
        None when no character of the span does.
        """
        inside = self.between(start, end)
        if not inside:
            return None
        first = inside[0]
        last = [piece for piece in inside if piece.path == first.path][-1]
        begin, finish = _source_of(first, start), _source_of(last, end)
        return SourceSpan(first.path, begin, max(begin, finish))

    def between(self, start: int, end: int) -> list[Piece]:
        """Return the pieces with a place in a file that touch `[start, end)`; for an empty span, the nearest."""
        low = max(0, bisect_right(self._starts, start) - 1)
        found = []
        for piece in self.pieces[low:]:
            if piece.start >= max(end, start + 1):
                break
            if piece.end > start and piece.kind != "join":
                found.append(piece)
        if not found and start == end and self.pieces:
            placed = [p for p in self.pieces[: low + 1] if p.kind != "join"] or [
                p for p in self.pieces if p.kind != "join"
            ][:1]
            found = placed[-1:]
        return found


def _source_of(piece: Piece, offset: int) -> int:
    """Return the file offset of a prompt offset; inside escapes and placeholders it snaps to an edge."""
    if offset <= piece.start:
        return piece.source_start
    if offset >= piece.end:
        return piece.source_end
    if piece.kind == "text":
        return piece.source_start + offset - piece.start
    return piece.source_start
