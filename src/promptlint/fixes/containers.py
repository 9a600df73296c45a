"""The thing in a file that holds prompt text: a literal, a scalar, a string, or the file itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

from promptlint.fixes import pystrings
from promptlint.model import Host, Prompt

Style = Literal[
    "raw", "python", "yaml-literal", "yaml-folded", "yaml-double", "yaml-single", "yaml-plain", "json",
    "toml-basic", "toml-literal", "toml-basic-multi", "toml-literal-multi", "template", "quoted", "baml", "xml",
    "notebook",
]  # fmt: skip

_HOSTS: dict[str, Host] = {
    ".py": "python", ".pyi": "python", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonl": "json",
    ".ipynb": "notebook", ".toml": "toml", ".baml": "baml", ".poml": "poml", ".ts": "typescript", ".tsx": "typescript",
    ".js": "typescript", ".mjs": "typescript",
}  # fmt: skip
_TOML = re.compile(
    r"#[^\r\n]*|(?P<bm>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\")|(?P<lm>'''(?:[^']|'(?!''))*''')"
    r"|(?P<b>\"(?:[^\"\\\n]|\\.)*\")|(?P<l>'[^'\n]*')",
    re.S,
)
_TOML_STYLES: dict[str, Style] = {
    "bm": "toml-basic-multi", "lm": "toml-literal-multi", "b": "toml-basic", "l": "toml-literal"
}  # fmt: skip


class Container(NamedTuple):
    """Where text can be written, and how. `start`/`end` are the file offsets of the body.

    `indent` is what every line of the body begins with in the file and not in the prompt.
    """

    path: str
    style: Style
    start: int
    end: int
    indent: str = ""
    literal: pystrings.Literal | None = None


def host_of(prompt: Prompt, path: str) -> Host:
    """Return how text is written in one of a prompt's files: a message may stand in another file than the call."""
    if path == prompt.path:
        return prompt.host
    return _HOSTS.get(os.path.splitext(path)[1].lower(), "raw")


def container(prompt: Prompt, path: str, text: str, offset: int) -> Container | None:
    """Return what holds the file offset, None when the host has no place for text there."""
    host = host_of(prompt, path)
    if host == "raw":
        return Container(path, "raw", 0, len(text))
    found: Container | None = None
    if host == "python":
        literal = pystrings.literal_at(text, offset)
        if literal is not None and "b" not in literal.prefix:
            found = Container(path, "python", literal.body_start, literal.body_end, literal=literal)
    elif host == "yaml":
        found = _first(_yaml(text, path), offset)
    elif host in ("json", "notebook"):
        found = _first(_json(text, path), offset)
        if found is not None and host == "notebook":
            found = found._replace(style="notebook")
    elif host == "toml":
        found = _first(_toml(text, path), offset)
    else:
        found = _by_run(prompt, path, text, offset, host)
    if found is None:
        return None
    return found._replace(indent=_indent(prompt, found, text))


def _first(found: tuple[Container, ...], offset: int) -> Container | None:
    return next((item for item in found if item.start <= offset <= item.end), None)


@lru_cache(maxsize=16)
def _yaml(text: str, path: str) -> tuple[Container, ...]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    styles: dict[str | None, Style] = {
        "|": "yaml-literal", ">": "yaml-folded", '"': "yaml-double", "'": "yaml-single", None: "yaml-plain",
        "": "yaml-plain",
    }  # fmt: skip
    found = []
    try:
        for event in cast("Iterator[Any]", yaml.parse(text, Loader=loader)):
            if type(event).__name__ == "ScalarEvent":
                style = styles[event.style]
                start, end = event.start_mark.index, event.end_mark.index
                quotes = 1 if style in ("yaml-double", "yaml-single") else 0
                if style in ("yaml-literal", "yaml-folded"):
                    start = text.find("\n", start) + 1
                elif quotes:
                    start = text.find(event.style, start)
                found.append(Container(path, style, start + quotes, end - quotes))
    except yaml.YAMLError:
        return ()
    return tuple(found)


_JSON_STRING = re.compile(r'"((?:[^"\\\r\n]|\\.)*)"')


@lru_cache(maxsize=16)
def _json(text: str, path: str) -> tuple[Container, ...]:
    return tuple(Container(path, "json", match.start(1), match.end(1)) for match in _JSON_STRING.finditer(text))


@lru_cache(maxsize=16)
def _toml(text: str, path: str) -> tuple[Container, ...]:
    found = []
    for match in _TOML.finditer(text):
        if match.lastgroup is not None:
            quotes = 3 if match.lastgroup in ("bm", "lm") else 1
            style = _TOML_STYLES[match.lastgroup]
            found.append(Container(path, style, match.start() + quotes, match.end() - quotes))
    return tuple(found)


def _by_run(prompt: Prompt, path: str, text: str, offset: int, host: Host) -> Container | None:
    """Take the run of pieces around an offset for the container, and what stands before it for its delimiter."""
    pieces = [p for p in prompt.pieces if p.kind != "join" and p.path == path]
    at = next((i for i, p in enumerate(pieces) if p.source_start <= offset <= p.source_end), None)
    if at is None:
        return None
    low = high = at
    while low > 0 and not text[pieces[low - 1].source_end : pieces[low].source_start].strip():
        low -= 1
    while high + 1 < len(pieces) and not text[pieces[high].source_end : pieces[high + 1].source_start].strip():
        high += 1
    start, end = pieces[low].source_start, pieces[high].source_end
    if host == "baml":
        return Container(path, "baml", start, end)
    if host == "poml":
        return Container(path, "xml", start, end)
    before = text[:start].rstrip()[-1:]
    if before == "`":
        return Container(path, "template", start, end)
    return Container(path, "quoted", start, end) if text[start - 1 : start] in ("'", '"') else None


def _indent(prompt: Prompt, found: Container, text: str) -> str:
    """Return what the file has at the start of each line of a container and the prompt has not."""
    if found.style in ("yaml-literal", "yaml-folded", "yaml-single", "yaml-double", "yaml-plain"):
        return _block_indent(prompt, found, text)
    last = None
    for piece in prompt.pieces:
        if piece.kind == "join" or piece.path != found.path:
            continue
        if not (found.start <= piece.source_start and piece.source_end <= found.end):
            continue
        if last is None:
            line = text[text.rfind("\n", 0, piece.source_start) + 1 : piece.source_start]
            own_line = found.style == "baml" or found.start <= piece.source_start - len(line)
            if line and not line.strip(" \t") and own_line:
                return line
        if last is not None and prompt.text[piece.start - 1 : piece.start] in ("\n", "\r"):
            gap = text[last.source_end : piece.source_start]
            if gap and not gap.strip(" \t"):
                return gap
        last = piece
    return ""


def _block_indent(prompt: Prompt, found: Container, text: str) -> str:
    for piece in prompt.pieces:
        if piece.kind == "join" or piece.path != found.path:
            continue
        if found.start <= piece.source_start <= found.end and found.style in ("yaml-literal", "yaml-folded"):
            line = text[text.rfind("\n", 0, piece.source_start) + 1 : piece.source_start]
            if not line.strip(" "):
                return line
    line_start = text.rfind("\n", 0, found.start) + 1
    line = text[line_start : found.start]
    return line[: len(line) - len(line.lstrip(" -"))].replace("-", " ") + "  "
