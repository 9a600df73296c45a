"""Data files as trees whose strings know their place: what YAML, JSON and TOML have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from promptlint.text.pieces import Piece

NodeKind = Literal["map", "list", "string", "number", "bool", "null"]
MAX_DEPTH = 100
MAX_VALUES = 20_000


class SourceError(ValueError):
    """A file that does not follow the grammar of its format; `offset` is where, counted in the file."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Node(NamedTuple):
    """A value of a data file. `start`/`end` count in the file and include quotes and indicators.

    `text` is the decoded scalar, `pieces` tile it (strings only). `block` tells a YAML block scalar.
    """

    kind: NodeKind
    start: int
    end: int
    text: str = ""
    pieces: tuple[Piece, ...] = ()
    items: tuple[Node, ...] = ()
    pairs: tuple[tuple[Node, Node], ...] = ()
    block: bool = False

    def get(self, *names: str) -> Node | None:
        """Return the value of the first of `names` that is a key of this mapping."""
        for name in names:
            for key, value in self.pairs:
                if key.text == name:
                    return value
        return None

    def at(self, *path: str) -> Node | None:
        """Return the value below nested keys."""
        node: Node | None = self
        for name in path:
            if node is None:
                return None
            node = node.get(name)
        return node

    def string(self, *names: str) -> str | None:
        """Return the text under the first of `names` if it is a string."""
        node = self.get(*names)
        return node.text if node is not None and node.kind == "string" else None

    @property
    def children(self) -> list[Node]:
        """Items of a list, or values of a mapping, in order."""
        found = list(self.items)
        found += [value for _, value in self.pairs]
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of a mapping, in order."""
        return tuple(key.text for key, _ in self.pairs)


def plain(node: Node) -> object:
    """Return the value as dicts, lists and scalars. Raises SourceError when aliases make it too large."""
    return _plain(node, [MAX_VALUES])


def _plain(node: Node, left: list[int]) -> object:
    left[0] -= 1
    if left[0] < 0:
        raise SourceError("the value is too large to be read", node.start)
    if node.kind == "map":
        return {key.text: _plain(value, left) for key, value in node.pairs}
    if node.kind == "list":
        return [_plain(item, left) for item in node.items]
    if node.kind == "number":
        return _number(node.text)
    if node.kind == "bool":
        return node.text.lower() in ("true", "yes", "on")
    return None if node.kind == "null" else node.text


def _number(text: str) -> object:
    text = text.replace("_", "")
    try:
        return int(text) if len(text) < 100 else text
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def strings(root: Node) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Yield every string value once, with the keys above it (`*` for list items), in file order."""
    seen: set[int] = set()
    stack: list[tuple[tuple[str, ...], Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.kind == "string":
            yield path, node
        below = [((*path, key.text), value) for key, value in node.pairs]
        below += [((*path, "*"), item) for item in node.items]
        stack.extend(reversed(below))
