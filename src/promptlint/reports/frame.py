"""Code frames: the lines of a file that a finding points to, with the span underlined."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from promptlint.model import Location
from promptlint.reports.escape import shown
from promptlint.text import lazy_re as re
from promptlint.text.lines import LineIndex
from promptlint.text.records import NamedTuple

TAB = 4
LEAD = 12
"""Columns in front of a span that are shown even where the span alone fills the line."""
MOST_LINES = 4
"""A longer span shows its first two lines and its last."""
_LINE_END = re.compile(r"[\r\n]+\Z")


class Cell(NamedTuple):
    """One character as drawn: `width` in terminal columns, `marked` when it belongs to the span."""

    text: str
    width: int
    marked: bool


class Row(NamedTuple):
    """One line of a frame; `number` is None for the line that stands for those left out."""

    number: int | None
    code: str
    underline: str


def rows(text: str, index: LineIndex, location: Location, width: int) -> list[Row]:
    """Return the lines of a frame at most `width` columns wide, the margin not counted.

    Empty when the place is not in the text.
    """
    last = location.end_line
    if last > location.line and location.end_column == 1:
        last -= 1  # a span that ends where a line begins does not touch that line
    if not 1 <= location.line <= last <= index.line_count or not text:
        return []
    numbers: list[int | None] = list(range(location.line, last + 1))
    if len(numbers) > MOST_LINES:
        numbers = [*numbers[:2], None, numbers[-1]]
    return [
        Row(None, "…", "") if number is None else _row(number, _cells(text, index, number, location), width)
        for number in numbers
    ]


def _cells(text: str, index: LineIndex, number: int, location: Location) -> list[Cell]:
    start = index.offset(number)
    end = index.offset(number + 1) if number < index.line_count else index.length
    line = _LINE_END.sub("", text[start:end])
    first = location.column - 1 if number == location.line else 0
    behind = location.end_column - 1 if number == location.end_line else len(line)
    behind = max(behind, first + 1) if number == location.line == location.end_line else behind
    cells: list[Cell] = []
    column = 0
    for position, character in enumerate(line):
        drawn, width = _drawn(character, column)
        cells.append(Cell(drawn, width, first <= position < behind))
        column += width
    if first >= len(line) and number == location.line:
        cells.append(Cell(" ", 1, True))  # a place at the end of its line
    return cells


def _drawn(character: str, column: int) -> tuple[str, int]:
    if character == "\t":
        blanks = TAB - column % TAB
        return " " * blanks, blanks
    if character.isascii() and character.isprintable():
        return character, 1
    text = shown(character)
    return text, sum(char_width(each) for each in text)


def char_width(character: str) -> int:
    """Return how many terminal columns a character takes: 0 for marks, 2 for wide ones, else 1."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _row(number: int, cells: list[Cell], width: int) -> Row:
    if any(cell.marked and not cell.text.isspace() for cell in cells):
        cells = list(_unmarked_edges(cells))
    low, high = _window(cells, width)
    code = "".join(cell.text for cell in cells[low:high])
    mark = "".join(("^" if cell.marked else " ") * cell.width for cell in cells[low:high])
    left, right = ("…" if low else ""), ("…" if high < len(cells) else "")
    return Row(number, f"{left}{code}{right}".rstrip(), f"{' ' * len(left)}{mark}".rstrip())


def _unmarked_edges(cells: list[Cell]) -> Iterator[Cell]:
    """Yield the cells with the mark taken off blanks at its edges: an underlined indent tells nothing."""
    marked = [i for i, cell in enumerate(cells) if cell.marked and not cell.text.isspace()]
    for i, cell in enumerate(cells):
        yield cell._replace(marked=cell.marked and marked[0] <= i <= marked[-1])


def _window(cells: list[Cell], width: int) -> tuple[int, int]:
    """Return which cells to show of a line that may be too long: those around the span's start."""
    if sum(cell.width for cell in cells) <= width:
        return 0, len(cells)
    marked = [i for i, cell in enumerate(cells) if cell.marked]
    start, end = (marked[0], marked[-1] + 1) if marked else (0, 0)
    room = width - 2  # one column each for the signs that something is left out
    spanned = sum(cell.width for cell in cells[start:end])
    before = max(LEAD, (room - spanned) // 3)
    low, used = start, 0
    while low > 0 and used + cells[low - 1].width <= before:
        low -= 1
        used += cells[low].width
    high = start
    while high < len(cells) and used + cells[high].width <= room:
        used += cells[high].width
        high += 1
    while low > 0 and used + cells[low - 1].width <= room:
        low -= 1
        used += cells[low].width
    return low, high
