"""A parsed file: its tree, the offsets of its nodes, and the names bound in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.model import Document
from promptlint.text.lines import LineIndex

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function_declaration",
    }
)
MAX_DEPTH = 400


class Source:
    """A file and its tree. The tree counts bytes, everything else code points."""

    def __init__(self, document: Document) -> None:
        import tree_sitter_typescript
        from tree_sitter import Language, Parser

        self.path = document.path
        self.text = document.text
        self.lines = LineIndex(document.text)
        self._data = document.text.encode("utf-8", "surrogatepass")
        self._ascii = len(self._data) == len(document.text)
        self._byte_starts: list[int] = []
        plain = document.path.lower().endswith((".ts", ".mts", ".cts"))
        grammar = tree_sitter_typescript.language_typescript() if plain else tree_sitter_typescript.language_tsx()
        self.root: Node = Parser(Language(grammar)).parse(self._data).root_node
        self.names: dict[str, list[tuple[Node, Node]]] = {}
        """Name -> (the value or function bound to it, the function or file in which it is bound)."""
        for node in walk(self.root):
            self._bind(node)

    def offset(self, byte: int) -> int:
        """Return the code point offset of a byte offset."""
        if self._ascii:
            return byte
        if not self._byte_starts:
            total = 0
            for line in range(1, self.lines.line_count + 1):
                self._byte_starts.append(total)
                start = self.lines.offset(line)
                end = self.lines.offset(line + 1) if line < self.lines.line_count else len(self.text)
                total += len(self.text[start:end].encode("utf-8", "surrogatepass"))
        from bisect import bisect_right

        line = bisect_right(self._byte_starts, byte)
        first = self._byte_starts[line - 1]
        return self.lines.offset(line) + len(self._data[first:byte].decode("utf-8", "surrogatepass"))

    def span(self, node: Node) -> tuple[int, int]:
        """Return the offsets of a node."""
        return self.offset(node.start_byte), self.offset(node.end_byte)

    def source(self, node: Node | None) -> str:
        """Return the text of a node."""
        if node is None:
            return ""
        start, end = self.span(node)
        return self.text[start:end]

    def find(self, name: str, use: Node) -> Node | None:
        """Return what is bound to a name in the nearest function around a use, None where that is not one value."""
        bound = self.names.get(name, ())
        scopes: list[int] = []
        scope: Node | None = use
        while scope is not None:
            scopes.append(scope.id)
            scope = scope.parent
        best = [(scopes.index(home.id), value) for value, home in bound if home.id in scopes]
        if not best:
            return None
        nearest = min(level for level, _ in best)
        found = [value for level, value in best if level == nearest]
        return found[0] if len(found) == 1 else None

    def _bind(self, node: Node) -> None:
        name = value = None
        if node.type == "variable_declarator":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        elif node.type in ("function_declaration", "class_declaration", "enum_declaration"):
            name, value = node.child_by_field_name("name"), node
        elif node.type == "assignment_expression":
            name, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        elif node.type == "public_field_definition":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if (
            name is not None
            and value is not None
            and name.type in ("identifier", "type_identifier", "property_identifier")
        ):
            self.names.setdefault(self.source(name), []).append((value, _home(node)))


def _home(node: Node) -> Node:
    """Return the function, or the file, in which a declaration stands."""
    scope = node.parent
    while scope is not None and scope.parent is not None and scope.type not in _FUNCTIONS:
        scope = scope.parent
    return scope if scope is not None else node


def walk(root: Node) -> Iterator[Node]:
    """Yield all named nodes in the order of the file, without recursion."""
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        todo += reversed(node.named_children)


def unwrapped(node: Node) -> Node:
    """Return an expression without parentheses, `as const`, `satisfies`, `!` and `await`."""
    for _ in range(20):
        if node.type in (
            "parenthesized_expression",
            "as_expression",
            "satisfies_expression",
            "non_null_expression",
            "await_expression",
        ):
            inner = node.named_children
            if not inner:
                return node
            node = inner[0]
        else:
            return node
    return node


__all__ = ["MAX_DEPTH", "Source", "unwrapped", "walk"]
