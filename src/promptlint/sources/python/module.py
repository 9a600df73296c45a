"""One parsed Python file: its tree, its lines, and the way from tree positions to offsets."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from promptlint.text.lines import LineIndex

if TYPE_CHECKING:
    from promptlint.model import Document
    from promptlint.sources.python.scopes import Scope


class Module:
    """A file and its tree. Offsets are code points in `text`; the tree counts columns in UTF-8 bytes."""

    __slots__ = ("_ascii", "_starts", "_wide", "foreign", "lines", "path", "scope", "text", "tree")

    def __init__(self, document: Document, tree: ast.Module) -> None:
        self.path = document.path
        self.text = document.text
        self.tree = tree
        self.lines = LineIndex(document.text)
        self._starts = self.lines.starts
        self._ascii = document.text.isascii()
        self._wide: dict[int, bytes] = {}
        self.scope: Scope | None = None
        self.foreign: bool | None = None
        """Whether a stranger's text may come in anywhere; None until something asks."""

    def offset(self, line: int, column: int) -> int:
        """Return the code point offset of a tree position: 1-based line, 0-based column in bytes."""
        start = self._starts[line - 1] if line <= len(self._starts) else len(self.text)
        if self._ascii:
            return start + column
        wide = self._wide.get(line)
        if wide is None:
            end = self._starts[line] if line < len(self._starts) else len(self.text)
            body = self.text[start:end]
            wide = self._wide[line] = b"" if body.isascii() else body.encode("utf-8", "surrogatepass")
        return start + (len(wide[:column].decode("utf-8", "surrogatepass")) if wide else column)

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return the offsets at which a node starts and ends."""
        start = self.offset(node.lineno, node.col_offset)
        if node.end_lineno is None or node.end_col_offset is None:
            return start, start
        return start, self.offset(node.end_lineno, node.end_col_offset)

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """Return the source text of a node."""
        start, end = self.span(node)
        return self.text[start:end]


def parse(document: Document) -> Module:
    """Return the module of a file.

    Raises SyntaxError for text that is no Python (or nested too deeply), with the line and column where known.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(document.text)
    except (ValueError, UnicodeError) as error:
        raise SyntaxError(str(error)) from error
    except (RecursionError, MemoryError) as error:
        msg = "the code is nested too deeply to be read"
        raise SyntaxError(msg) from error
    return Module(document, tree)
