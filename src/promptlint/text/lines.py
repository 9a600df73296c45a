"""Offsets to lines and columns, and back."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


class LineIndex:
    """Line starts of a text; lines end at ``\\n``, ``\\r\\n`` or ``\\r``.

    Lines and columns are 1-based, columns count code points, offsets are 0-based code points.
    """

    __slots__ = ("_starts", "length")

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self._starts = _starts(text)

    @property
    def starts(self) -> list[int]:
        """Offsets at which the lines begin; not to be changed."""
        return self._starts

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends in a line end has an empty last line."""
        return len(self._starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Return (line, column) of an offset, which is clamped to the text."""
        offset = max(0, min(offset, self.length))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int = 1) -> int:
        """Return the offset of a 1-based line and column; raises IndexError for a line that is not there."""
        if not 1 <= line <= len(self._starts):
            msg = f"line {line} is not in 1..{len(self._starts)}"
            raise IndexError(msg)
        return min(self._starts[line - 1] + column - 1, self.length)

    def line_start(self, offset: int) -> int:
        """Return the offset at which the line of `offset` begins."""
        return self._starts[bisect_right(self._starts, max(0, min(offset, self.length))) - 1]


def _starts(text: str) -> list[int]:
    # Lines of bytes end where those of files do; each code point is one byte here.
    rows = text.encode("ascii", "replace").splitlines(keepends=True)
    starts = list(accumulate(map(len, rows), initial=0))
    if rows and not rows[-1].endswith((b"\n", b"\r")):
        starts.pop()
    return starts
