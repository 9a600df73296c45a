"""YAML as a tree with exact places: every character of every scalar, through folding, escapes and indentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from promptlint.sources.nodes import MAX_DEPTH, Node, NodeKind, SourceError
from promptlint.sources.yamlscalar import scalar_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = re.compile(
    r"[-+]?(?:\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|\.\d[\d_]*(?:[eE][-+]?\d+)?|0x[\da-fA-F]+|0o?[0-7]+)"
)
_BOOL = re.compile(r"(?i:true|false|yes|no|on|off)")
_PROPERTIES = re.compile(r"(?:[&!][^\s]*\s+)*")
"""The anchor and tag before a value: the parser's mark stands in front of them."""
_NULL = re.compile(r"(?i:~|null|)")


def parse_yaml(text: str, path: str, base: int = 0) -> Node:
    """Return the tree of a YAML text that stands in `path` at offset `base`.

    Several documents become a list. Raises SourceError with the offset of the fault in the file.
    """
    import yaml

    try:
        return _Composer(text, path, base).compose(_events(yaml, text))
    except UnicodeEncodeError as error:
        raise SourceError("not valid YAML: half of a surrogate pair", base + error.start) from error
    except yaml.YAMLError as error:
        raise SourceError(_describe(error), base + _offset(error, text)) from error


def _events(yaml: Any, text: str) -> Iterator[Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return cast("Iterator[Any]", yaml.parse(text, Loader=loader))


def _describe(error: Any) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    context = getattr(error, "context", None)
    return f"not valid YAML: {problem}" + (f" ({context})" if context else "")


def _offset(error: Any, text: str) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return min(int(mark.index), len(text))
    position = getattr(error, "position", None)
    if isinstance(position, int):
        prefix = text.encode("utf-8", "surrogatepass")[:position]
        return min(len(prefix.decode("utf-8", "ignore")), len(text))
    return 0


class _Open:
    """A collection whose end was not read yet."""

    __slots__ = ("anchor", "children", "kind", "start")

    def __init__(self, kind: str, start: int, anchor: str | None) -> None:
        self.kind = kind
        self.start = start
        self.anchor = anchor
        self.children: list[Node] = []


class _Composer:
    """Makes the tree from parser events, without recursion: depth is what the file says it is."""

    def __init__(self, text: str, path: str, base: int) -> None:
        self.text = text
        self.path = path
        self.base = base
        self.anchors: dict[str, Node] = {}
        self.open: list[_Open] = []
        self.roots: list[Node] = []

    def compose(self, events: Iterator[Any]) -> Node:
        for event in events:
            name = type(event).__name__
            if name == "ScalarEvent":
                self._add(self._scalar(event), event.anchor)
            elif name == "AliasEvent":
                at = self.base + event.start_mark.index
                self._add(self.anchors.get(event.anchor) or Node("null", at, at), None)
            elif name in ("MappingStartEvent", "SequenceStartEvent"):
                if len(self.open) >= MAX_DEPTH:
                    raise SourceError(f"nested deeper than {MAX_DEPTH} levels", self.base + event.start_mark.index)
                kind = "map" if name[0] == "M" else "list"
                self.open.append(_Open(kind, self.base + event.start_mark.index, event.anchor))
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                self._close(self.base + event.end_mark.index)
            elif name == "DocumentStartEvent":
                self.anchors = {}
        if len(self.roots) == 1:
            return self.roots[0]
        if not self.roots:
            return Node("null", self.base, self.base)
        return Node("list", self.roots[0].start, self.roots[-1].end, items=tuple(self.roots))

    def _close(self, end: int) -> None:
        done = self.open.pop()
        if done.kind == "list":
            node = Node("list", done.start, end, items=tuple(done.children))
        else:
            halves = iter(done.children)
            node = Node("map", done.start, end, pairs=_merged(tuple(zip(halves, halves, strict=False))))
        self._add(node, done.anchor)

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = node
        (self.open[-1].children if self.open else self.roots).append(node)

    def _scalar(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor is not None or event.tag is not None:
            properties = _PROPERTIES.match(self.text, start, end)
            start = properties.end() if properties else start
        kind: NodeKind = "string"
        if not event.style and event.tag is None:
            kind = _kind(event.value)
        if kind != "string":
            return Node(kind, self.base + start, self.base + end, event.value)
        pieces = scalar_pieces(self.text, start, end, event.style or "", event.value, self.path, self.base)
        return Node("string", self.base + start, self.base + end, event.value, pieces, block=event.style in ("|", ">"))


def _merged(pairs: tuple[tuple[Node, Node], ...]) -> tuple[tuple[Node, Node], ...]:
    """Apply `<<` keys: the merged mapping's pairs follow, a mapping's own keys win."""
    if not any(key.text == "<<" for key, _ in pairs):
        return pairs
    own = [pair for pair in pairs if pair[0].text != "<<"]
    known = {key.text for key, _ in own}
    for key, value in pairs:
        if key.text == "<<":
            sources = value.items if value.kind == "list" else (value,)
            for source in sources:
                own += [pair for pair in source.pairs if pair[0].text not in known]
                known |= {pair[0].text for pair in source.pairs}
    return tuple(own)


def _kind(value: str) -> NodeKind:
    if _NULL.fullmatch(value):
        return "null"
    if _BOOL.fullmatch(value):
        return "bool"
    return "number" if _NUMBER.fullmatch(value) else "string"
