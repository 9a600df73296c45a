"""Proof that a Python file means the same apart from the strings that were edited."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from promptlint.model import FileEdit
from promptlint.text.lines import LineIndex

String = ast.Constant | ast.JoinedStr


def same_code(before: str, after: str, edits: tuple[FileEdit, ...]) -> str | None:
    """Return what differs outside the edited strings, None if nothing does."""
    try:
        old, new = ast.parse(before), ast.parse(after)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"the file would not parse: {error}"
    olds, news = list(_strings(old)), list(_strings(new))
    if len(olds) != len(news):
        return "the edit would add or remove a string"
    spans = _spans(before, olds)
    for left, right, (start, end) in zip(olds, news, spans, strict=True):
        touched = any(edit.start <= end and edit.end >= start for edit in edits)
        if touched:
            if _holes(left) != _holes(right):
                return "the edit would change an expression inside an f-string"
        elif ast.dump(left) != ast.dump(right):
            return "the edit would change another string"
    if _skeleton(old) != _skeleton(new):
        return "the edit would change code outside the string"
    return None


def _strings(tree: ast.AST) -> Iterator[String]:
    """Yield the outermost strings in the order of the tree; the parts of an f-string belong to it."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield node
            continue
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _holes(node: String) -> list[str]:
    if isinstance(node, ast.Constant):
        return []
    return [ast.dump(part) for part in node.values if not isinstance(part, ast.Constant)]


class _Blank(ast.NodeTransformer):
    """Replaces every string by the same one."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        del node
        return ast.Constant("")


def _skeleton(tree: ast.Module) -> str:
    return ast.dump(_Blank().visit(tree))


def _spans(text: str, nodes: list[String]) -> list[tuple[int, int]]:
    index = LineIndex(text)
    lines = text.splitlines(keepends=True) if "\f" not in text and "\x0b" not in text else None

    def offset(line: int, column: int) -> int:
        start = index.offset(line)
        raw = lines[line - 1] if lines is not None and len(lines) == index.line_count else text[start : start + column]
        return start + len(raw.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))

    return [
        (offset(node.lineno, node.col_offset), offset(node.end_lineno or node.lineno, node.end_col_offset or 0))
        for node in nodes
    ]
