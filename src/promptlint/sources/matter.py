"""Front matter as a tree: YAML, or line by line where tools do not insist on YAML."""

from __future__ import annotations

import re

from promptlint.sources.frontmatter import FrontMatter
from promptlint.sources.making import raw
from promptlint.sources.nodes import Node, SourceError

_LINE = re.compile(r"^(?P<key>[A-Za-z_][\w.-]*)[ \t]*:(?P<value>[^\r\n]*)", re.M)


def read_matter(text: str, path: str, matter: FrontMatter) -> Node:
    """Return front matter as a mapping. Raises SourceError when it is not YAML, or not a mapping."""
    from promptlint.sources.yamlmap import parse_yaml

    root = parse_yaml(text[matter.yaml_start : matter.yaml_end], path, matter.yaml_start)
    if root.kind == "null":
        return Node("map", matter.yaml_start, matter.yaml_end)
    if root.kind != "map":
        raise SourceError("front matter must be a mapping of keys to values", root.start)
    return root


def read_lines(text: str, path: str, matter: FrontMatter) -> Node:
    """Return `key: value` lines as strings; what YAML would refuse (`globs: **/*`) is read as written."""
    pairs = []
    for match in _LINE.finditer(text, matter.yaml_start, matter.yaml_end):
        start, end = match.span("value")
        value = raw(text, path, start, end, trim=True)
        quoted = len(value.text) > 1 and value.text[0] == value.text[-1] and value.text[0] in "'\""
        if quoted:
            value = raw(text, path, value.start + 1, value.end - 1)
        elif value.text in ("true", "false"):
            value = Node("bool", value.start, value.end, value.text)
        pairs.append((raw(text, path, *match.span("key")), value))
    return Node("map", matter.yaml_start, matter.yaml_end, pairs=tuple(pairs))


def read_tolerant(text: str, path: str, matter: FrontMatter) -> tuple[Node, SourceError | None]:
    """Return front matter as YAML, or line by line together with the fault that YAML finds in it."""
    try:
        return read_matter(text, path, matter), None
    except SourceError as error:
        return read_lines(text, path, matter), error
