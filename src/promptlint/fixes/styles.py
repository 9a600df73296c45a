"""Writing text in the style of its container. Every function returns None for what the style cannot say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise

from promptlint.fixes import pystrings
from promptlint.fixes.containers import Container

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_WIDTH = 100
_LONG = 120
"""A one-line literal is broken when its line would be longer."""


def written(container: Container, text: str, file_text: str, at: int) -> str | None:
    """Return `text` (line ends as ``\\n``) as it must stand at offset `at` of the file."""
    return _WRITERS[container.style](container, text, file_text, at)


def newline_of(text: str) -> str:
    """Return the line end that a file uses most."""
    crlf = text.count("\r\n")
    return "\r\n" if crlf > text.count("\n") - crlf else "\n"


def _lines(text: str, newline: str, indent: str) -> str:
    head, *rest = text.split("\n")
    return head + "".join(newline + (indent + line if line else "") for line in rest)


def _indented(container: Container, text: str, file_text: str, at: int) -> str:
    """Write lines with the container's indent; a last line end is followed by the indent of what stood there."""
    newline = newline_of(file_text)
    out = _lines(text, newline, container.indent)
    if container.indent and text.endswith("\n") and not _at_line_start(file_text, at):
        out += container.indent
    elif container.indent and text and text[0] != "\n" and _at_line_start(file_text, at):
        out = container.indent + out
    return out


def _at_line_start(file_text: str, at: int) -> bool:
    return at == 0 or file_text[at - 1] in "\r\n"


def _raw(container: Container, text: str, file_text: str, at: int) -> str | None:
    return _indented(container, text, file_text, at)


def _baml(container: Container, text: str, file_text: str, at: int) -> str | None:
    return None if '"#' in text else _indented(container, text, file_text, at)


def _xml(container: Container, text: str, file_text: str, at: int) -> str | None:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _indented(container, safe, file_text, at)


def _template(container: Container, text: str, file_text: str, at: int) -> str | None:
    safe = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return _indented(container, safe, file_text, at)


def _quoted(container: Container, text: str, file_text: str, at: int) -> str | None:
    del at
    quote = file_text[container.start - 1]
    return _backslashed(text).replace(quote, "\\" + quote)


def _backslashed(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", safe)


def _json(container: Container, text: str, file_text: str, at: int) -> str | None:
    del at
    ascii_only = file_text.isascii() and "\\u" in file_text[container.start : container.end]
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


# --- YAML ---------------------------------------------------------------------------------------------------


def _yaml_literal(container: Container, text: str, file_text: str, at: int) -> str | None:
    if _CONTROL.search(text) or "\t" in text:
        return None
    return _indented(container, text, file_text, at)


def _yaml_folded(container: Container, text: str, file_text: str, at: int) -> str | None:
    if _CONTROL.search(text) or any(line[:1] in (" ", "\t") for line in text.split("\n")[1:]):
        return None
    folded = re.sub(r"\n+", lambda match: match[0] + "\n", text)
    return _indented(container, folded, file_text, at)


def _yaml_double(container: Container, text: str, file_text: str, at: int) -> str | None:
    del container, file_text, at
    return _backslashed(text).replace('"', '\\"')


def _yaml_single(container: Container, text: str, file_text: str, at: int) -> str | None:
    del at
    return _flow(container, text.replace("'", "''"), file_text)


def _yaml_plain(container: Container, text: str, file_text: str, at: int) -> str | None:
    if at == container.start or re.search(r":(?:\s|$)|\s#|\n[-?](?:\s|$)|[\[\]{}]|,$|^[\"'&*!|>%@`]", text):
        return None
    return _flow(container, text, file_text)


def _flow(container: Container, text: str, file_text: str) -> str | None:
    """Fold text as a flow scalar: a line end is written as a blank line, blanks at the ends of lines are lost."""
    lines = text.split("\n")
    if _CONTROL.search(text) or any(line != line.strip() for line in lines[1:-1]):
        return None
    if len(lines) > 1 and (lines[0] != lines[0].rstrip() or lines[-1] != lines[-1].lstrip()):
        return None
    newline = newline_of(file_text)
    return re.sub(r"\n+", lambda match: newline * (len(match[0]) + 1) + container.indent, text)


# --- TOML ---------------------------------------------------------------------------------------------------


def _toml_basic(container: Container, text: str, file_text: str, at: int) -> str | None:
    del container, file_text, at
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", safe)


def _toml_basic_multi(container: Container, text: str, file_text: str, at: int) -> str | None:
    safe = text.replace("\\", "\\\\").replace('"""', '""\\"')
    if at == container.end and safe.endswith('"'):
        safe = safe[:-1] + '\\"'
    return None if _CONTROL.search(safe) else _indented(container, safe, file_text, at)


def _toml_literal(container: Container, text: str, file_text: str, at: int) -> str | None:
    del container, file_text, at
    return None if "'" in text or "\n" in text or _CONTROL.search(text) else text


def _toml_literal_multi(container: Container, text: str, file_text: str, at: int) -> str | None:
    if "'''" in text or text.endswith("'") or _CONTROL.search(text):
        return None
    return _indented(container, text, file_text, at)


# --- Python -------------------------------------------------------------------------------------------------


def _python(container: Container, text: str, file_text: str, at: int) -> str | None:
    literal = container.literal
    if literal is None:
        return None
    if literal.formatted:
        text = text.replace("{", "{{").replace("}", "}}")
    if literal.raw:
        if literal.quote in text or "\\" in text or (not literal.triple and "\n" in text):
            return None
        return _indented(container, text, file_text, at)
    if literal.triple:
        return _python_triple(container, literal, text, file_text, at)
    safe = _backslashed(text).replace(literal.quote, "\\" + literal.quote)
    parts = pystrings.chain(file_text, literal)
    if "\n" in text and (len(parts) > 1 and _one_a_line(file_text, parts)):
        return _continued(literal, safe, file_text, at, _literal_indent(literal, file_text))
    if len(parts) == 1 and is_long(literal, safe, file_text) and _opens_line(literal, file_text):
        return _continued(literal, safe, file_text, at, _literal_indent(literal, file_text))
    return safe


def is_long(literal: pystrings.Literal, safe: str, file_text: str) -> bool:
    """Whether escaped text of several lines would make the line of a one-line literal too long to read."""
    line_start = file_text.rfind("\n", 0, literal.start) + 1
    return (
        "\\n" in safe
        and literal.end - line_start + len(safe) > _LONG
        and "\n" not in file_text[literal.start : literal.end]
    )


def parenthesised(literal: pystrings.Literal, text: str, file_text: str, at: int) -> tuple[str, str, str] | None:
    """Return what to write before a literal, in it and after it, to break it over lines; None if it may stay."""
    if literal.raw or literal.triple or len(pystrings.chain(file_text, literal)) > 1:
        return None
    line_start = file_text.rfind("\n", 0, literal.start) + 1
    before = file_text[line_start : literal.start]
    if not re.search(r"(?:[=:,]|\breturn) ?$", before):
        return None
    if literal.formatted:
        text = text.replace("{", "{{").replace("}", "}}")
    safe = _backslashed(text).replace(literal.quote, "\\" + literal.quote)
    if not is_long(literal, safe, file_text):
        return None
    newline = newline_of(file_text)
    outer = before[: len(before) - len(before.lstrip())]
    inner = outer + "    "
    return f"({newline}{inner}", _continued(literal, safe, file_text, at, inner), f"{newline}{outer})"


def _opens_line(literal: pystrings.Literal, file_text: str) -> bool:
    """Whether a literal stands in brackets, at the start of a line: then more of them may follow it."""
    before = file_text[file_text.rfind("\n", 0, literal.start) + 1 : literal.start]
    return not before.strip() and pystrings.depth(file_text, literal.start) > 0


def _literal_indent(literal: pystrings.Literal, file_text: str) -> str:
    before = file_text[file_text.rfind("\n", 0, literal.start) + 1 : literal.start]
    return before if not before.strip() else " " * len(before)


def _python_triple(container: Container, literal: pystrings.Literal, text: str, file_text: str, at: int) -> str | None:
    safe = text.replace("\\", "\\\\").replace(literal.quote, "\\" + "\\".join(literal.quote))
    if at == literal.body_end and safe.endswith(literal.quote[0]):
        safe = safe[:-1] + "\\" + safe[-1]
    safe = _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", safe)
    return _indented(container, safe, file_text, at)


def _one_a_line(file_text: str, parts: tuple[pystrings.Literal, ...]) -> bool:
    return all("\n" in file_text[left.end : right.start] for left, right in pairwise(parts))


def _continued(literal: pystrings.Literal, safe: str, file_text: str, at: int, indent: str) -> str:
    """Break escaped text over literals of the same kind, one a line."""
    opening = file_text[literal.start : literal.body_start]
    glue = literal.quote + newline_of(file_text) + indent + opening
    width = _WIDTH - len(indent) - len(opening)
    segments = [part for line in _kept_breaks(safe) for part in _wrapped(line, width)]
    if at == literal.body_start and len(segments) > 1 and segments[-1] == "":
        segments = segments[:-1]
        return glue.join(segments) + glue
    if segments and segments[-1].endswith("\\n") and at < literal.body_end:
        return glue.join(segments) + glue
    return glue.join(segments)


def _kept_breaks(safe: str) -> list[str]:
    """Split escaped text after each ``\\n`` escape that is no escaped backslash."""
    parts, start = [], 0
    for match in re.finditer(r"\\.", safe):
        if match[0] == "\\n":
            parts.append(safe[start : match.end()])
            start = match.end()
    if start < len(safe):
        parts.append(safe[start:])
    return parts


def _wrapped(line: str, width: int) -> list[str]:
    """Split a long line after spaces; escapes hold none, so none is cut."""
    parts = []
    while len(line) > width:
        cut = line.rfind(" ", 0, width)
        if cut <= 0:
            break
        parts.append(line[: cut + 1])
        line = line[cut + 1 :]
    return [*parts, line]


_WRITERS: dict[str, Callable[[Container, str, str, int], str | None]] = {
    "raw": _raw,
    "python": _python,
    "yaml-literal": _yaml_literal,
    "yaml-folded": _yaml_folded,
    "yaml-double": _yaml_double,
    "yaml-single": _yaml_single,
    "yaml-plain": _yaml_plain,
    "json": _json,
    "toml-basic": _toml_basic,
    "toml-literal": _toml_literal,
    "toml-basic-multi": _toml_basic_multi,
    "toml-literal-multi": _toml_literal_multi,
    "template": _template,
    "quoted": _quoted,
    "baml": _baml,
    "xml": _xml,
}
