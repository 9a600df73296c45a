"""Building a prompt text and its pieces side by side."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.text.pieces import Piece, PieceKind


class TextBuilder:
    """Collects runs of text with their places; `text` and `pieces` are always in step."""

    __slots__ = ("_length", "_parts", "_pieces")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pieces: list[Piece] = []
        self._length = 0

    @property
    def length(self) -> int:
        """Code points collected so far."""
        return self._length

    def text(self, text: str, path: str, start: int) -> None:
        """Add characters copied one to one from `path` at `start`."""
        self._add("text", text, path, start, start + len(text))

    def escape(self, text: str, path: str, start: int, end: int) -> None:
        """Add characters that `path[start:end]` stands for."""
        self._add("escape", text, path, start, end)

    def placeholder(self, name: str, path: str, start: int, end: int) -> None:
        """Add a run-time value as ``{name}``."""
        self._add("placeholder", "{" + name + "}", path, start, end)

    def join(self, text: str) -> None:
        """Add characters that stand in no file."""
        self._add("join", text, "", 0, 0)

    def piece(self, text: str, piece: Piece) -> None:
        """Add a run that was mapped before, for instance when a constant is used in a longer text."""
        self._add(piece.kind, text, piece.path, piece.source_start, piece.source_end)

    def pieces(self, text: str, pieces: Iterable[Piece]) -> None:
        """Add a text that was mapped before, piece by piece."""
        for piece in pieces:
            self.piece(text[piece.start : piece.end], piece)

    def _add(self, kind: PieceKind, text: str, path: str, start: int, end: int) -> None:
        if not text:
            return
        last = self._pieces[-1] if self._pieces else None
        begin = self._length
        self._length += len(text)
        self._parts.append(text)
        if last is not None and kind == last.kind == "text" and last.path == path and last.source_end == start:
            self._pieces[-1] = last._replace(end=self._length, source_end=end)
            return
        self._pieces.append(Piece(kind, begin, self._length, path, start, end))

    def build(self) -> tuple[str, tuple[Piece, ...]]:
        """Return the text and the pieces that tile it."""
        return "".join(self._parts), tuple(self._pieces)
