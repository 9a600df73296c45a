"""From edits of a prompt to edits of files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from promptlint.fixes import dialects, pystrings, styles
from promptlint.fixes.bench import files_of
from promptlint.fixes.containers import Container, container, host_of
from promptlint.model import Edit, FileEdit, Fix, Prompt
from promptlint.sources.nodes import Node, SourceError
from promptlint.text.builder import TextBuilder
from promptlint.text.pieces import Piece

_OPENING = re.compile(r"\{%-?\s*(?:if|for|block|macro|call|filter|raw)\b|\{\{~?\s*#")
_CLOSING = re.compile(r"\{%-?\s*end\w+|\{\{~?\s*/")


_WRITTEN_BY_HAND = 4000


class Place(NamedTuple):
    """A point in a file where prompt text can be written."""

    container: Container
    at: int


def file_edits(prompt: Prompt, fix: Fix, texts: Mapping[str, str]) -> tuple[FileEdit, ...] | None:
    """Return the edits of files that make the prompt read as the fix says, sorted by path and start.

    `texts` holds the decoded text of every file that the prompt stands in. None when a host or a dialect has no way
    to write it, when a placeholder would be lost, or when a place belongs to no file.
    """
    if prompt.host == "json" and any(_recorded(texts[path]) for path in files_of(prompt) if path in texts):
        return None
    found: list[FileEdit] = list(fix.file_edits)
    for edit in fix.edits:
        encoded = encode(prompt, edit, texts)
        if encoded is None:
            return None
        found.extend(encoded)
    return tuple(sorted(set(found)))  # two edits of one literal may both put it into brackets


def _recorded(text: str) -> bool:
    """Whether JSON was written by a program that nobody edits by hand: much of it without a line end."""
    return len(text) > _WRITTEN_BY_HAND and text.count("\n") < 5


def encode(prompt: Prompt, edit: Edit, texts: Mapping[str, str]) -> list[FileEdit] | None:
    """Return one edit as edits of files, None if it cannot be written."""
    removed = _removed(prompt, edit)
    if removed is None:
        return None
    place = _place_of_removed(prompt, removed, texts) if removed else _place_of_insertion(prompt, edit.start, texts)
    if place is None:
        return None
    text = edit.text.replace("\r\n", "\n")
    if prompt.dialect != "fstring" and _is_template(prompt, edit.start):
        safe = dialects.escaped(text, prompt.dialect)
        if safe is None:
            return None
        text = safe
    if host_of(prompt, place.container.path) == "notebook":
        return _notebook(place, removed, text, texts[place.container.path])
    return _plain(prompt, place, removed, text, texts)


def _is_template(prompt: Prompt, at: int) -> bool:
    """Whether the message at an offset is a template: in code, one message may be filled and another sent as it is."""
    if prompt.host not in ("python", "notebook", "typescript") or len(prompt.messages) < 2:
        return True
    owner = next((m for m in reversed(prompt.messages) if m.start <= at <= m.end), prompt.messages[0])
    inside = [piece for piece in prompt.pieces if owner.start <= piece.start < owner.end]
    braces = any(piece.kind == "escape" and prompt.text[piece.start] in "{}" for piece in inside)
    return braces or any(piece.kind == "placeholder" for piece in inside)


def _plain(
    prompt: Prompt, place: Place, removed: list[Piece], text: str, texts: Mapping[str, str]
) -> list[FileEdit] | None:
    path = place.container.path
    spans = _spans(prompt, removed, texts)
    if spans is None:
        return None
    own = next((span for span in spans if span[0] == path and span[1] == place.at), (path, place.at, place.at))
    literal = place.container.literal
    broken = styles.parenthesised(literal, text, texts[path], place.at) if literal is not None and text else None
    out = styles.written(place.container, text, texts[path], place.at) if text else ""
    if out is None:
        return None
    edits = [FileEdit(path, own[1], own[2], broken[1] if broken else out)]
    if broken is not None and literal is not None:
        edits.append(FileEdit(path, literal.start, literal.start, broken[0]))
        edits.append(FileEdit(path, literal.end, literal.end, broken[2]))
    edits += [FileEdit(*span, "") for span in spans if span != own]
    return [edit for edit in edits if edit.text or edit.start < edit.end]


# --- what goes ----------------------------------------------------------------------------------------------


def _removed(prompt: Prompt, edit: Edit) -> list[Piece] | None:
    """Return the pieces that the edit takes away, cut to it; None if one of them must not go."""
    found = []
    for piece in prompt.pieces:
        if piece.end <= edit.start or piece.start >= edit.end:
            continue
        if piece.kind in ("placeholder", "join"):
            return None
        first, last = max(piece.start, edit.start), min(piece.end, edit.end)
        if piece.kind == "escape" and (first, last) != (piece.start, piece.end):
            return None
        if piece.kind == "text":
            offset = piece.source_start - piece.start
            piece = piece._replace(start=first, end=last, source_start=first + offset, source_end=last + offset)
        found.append(piece)
    return found


def _place_of_removed(prompt: Prompt, removed: list[Piece], texts: Mapping[str, str]) -> Place | None:
    first = removed[0]
    if first.path not in texts:
        return None
    holder = container(prompt, first.path, texts[first.path], first.source_start)
    return Place(holder, first.source_start) if holder is not None else None


def _spans(prompt: Prompt, removed: list[Piece], texts: Mapping[str, str]) -> list[tuple[str, int, int]] | None:
    """Return the file spans to delete: one for each container, gaps (indents) between its lines included."""
    spans: list[tuple[str, int, int]] = []
    holder: Container | None = None
    for piece in removed:
        if piece.path not in texts:
            return None
        inside = holder is not None and holder.path == piece.path and holder.start <= piece.source_start <= holder.end
        if inside and piece.source_start < (holder.end if holder else 0) and spans[-1][2] <= piece.source_start:
            spans[-1] = (piece.path, spans[-1][1], piece.source_end)
            continue
        holder = container(prompt, piece.path, texts[piece.path], piece.source_start)
        if holder is None:
            return None
        spans.append((piece.path, piece.source_start, piece.source_end))
    if removed and holder is not None:
        spans[-1] = _with_last_indent(prompt, removed[-1], holder, spans[-1], texts)
    return spans


def _with_last_indent(
    prompt: Prompt, last: Piece, holder: Container, span: tuple[str, int, int], texts: Mapping[str, str]
) -> tuple[str, int, int]:
    """Take the indent of the line after whole deleted lines along: that of the first line stays."""
    path, start, end = span
    following = next((piece for piece in prompt.pieces if piece.start == last.end), None)
    if following is None or following.path != path or not holder.start <= following.source_start <= holder.end:
        return span
    gap = texts[path][end : following.source_start]
    begins = texts[path][start - 1 : start] not in ("\n", "\r")
    return (path, start, following.source_start) if gap and not gap.strip(" \t") and begins else span


# --- where it goes ------------------------------------------------------------------------------------------


def _place_of_insertion(prompt: Prompt, at: int, texts: Mapping[str, str]) -> Place | None:
    """Return where text inserted at a prompt offset is written: before what follows, else after what precedes.

    A place inside a template's loop or condition is taken only if the other one is inside too.
    """
    owner = next((m for m in reversed(prompt.messages) if m.start <= at <= m.end), None)
    low, high = (owner.start, owner.end) if owner is not None else (0, len(prompt.text))
    after = next((p for p in prompt.pieces if p.end >= at and p.start < at and p.start >= low), None)
    before = next((p for p in prompt.pieces if p.start == at and p.end <= high), None)
    options: list[tuple[Piece, int]] = []
    if after is not None and after.end > at:
        if after.kind != "text":
            return None
        options.append((after, after.source_start + at - after.start))
    else:
        options += [(before, before.source_start)] if before is not None and before.kind != "join" else []
        options += [(after, after.source_end)] if after is not None and after.kind != "join" else []
    places: list[tuple[int, int, Place]] = []
    for piece, offset in options:
        if piece.path not in texts:
            continue
        holder = container(prompt, piece.path, texts[piece.path], offset)
        if holder is not None:
            places.append((_depth(prompt, piece.path, offset), len(places), Place(holder, offset)))
    if prompt.controls and at >= len(prompt.text.rstrip()) and places and min(places)[0] > 0:
        return None
    return min(places)[2] if places else None


def _depth(prompt: Prompt, path: str, offset: int) -> int:
    depth = 0
    for control in prompt.controls:
        if control.source.path == path and control.source.start < offset:
            depth += bool(_OPENING.match(control.text)) - bool(_CLOSING.match(control.text))
    return max(0, depth)


# --- notebooks: Python inside JSON strings, one a line ------------------------------------------------------


class _Cell(NamedTuple):
    """The source of one cell: its text and where every character stands in the file."""

    text: str
    pieces: tuple[Piece, ...]
    listed: bool


def _notebook(place: Place, removed: list[Piece], text: str, file_text: str) -> list[FileEdit] | None:
    """Edit the code of a cell, then write that into the JSON lines that hold it."""
    path = place.container.path
    cell = _cell_at(file_text, path, place.at)
    if cell is None:
        return None
    at = _inner(cell, place.at)
    literal = pystrings.literal_at(cell.text, at) if at is not None else None
    if at is None or literal is None:
        return None
    holder = Container(path, "python", literal.body_start, literal.body_end, literal=literal)
    out = styles.written(holder, text, cell.text, at) if text else ""
    if out is None:
        return None
    edits = []
    newline = styles.newline_of(file_text)
    for span in [(p.source_start, p.source_end) for p in removed] or [(place.at, place.at)]:
        code = out if span[0] == place.at else ""
        edits.append(FileEdit(path, span[0], span[1], _json_lines(code, cell, file_text, place, newline)))
    return [edit for edit in edits if edit.text or edit.start < edit.end]


def _json_lines(code: str, cell: _Cell, file_text: str, place: Place, newline: str) -> str:
    """Return code as it stands inside a JSON string; in a list of lines each line is a string of its own."""
    escaped = json.dumps(code, ensure_ascii=file_text.isascii() and "\\u" in file_text)[1:-1]
    if not cell.listed:
        return escaped
    start = place.container.start - 1
    line_start = file_text.rfind("\n", 0, start) + 1
    indent = file_text[line_start:start]
    glue = "," + newline + indent if not indent.strip() else ", "
    return escaped.replace("\\n", '\\n"' + glue + '"') if "\\\\n" not in escaped else _split(escaped, glue)


def _split(escaped: str, glue: str) -> str:
    return re.sub(r"\\(.)", lambda m: '\\n"' + glue + '"' if m[1] == "n" else m[0], escaped)


def _cell_at(file_text: str, path: str, offset: int) -> _Cell | None:
    from promptlint.sources.jsonmap import parse_json

    try:
        root = parse_json(file_text, path)
    except SourceError:
        return None
    cells = root.get("cells")
    for node in cells.items if cells is not None else ():
        source = node.get("source")
        if source is not None and source.start <= offset < source.end:
            return _cell(source)
    return None


def _cell(source: Node) -> _Cell:
    builder = TextBuilder()
    for node in source.items if source.kind == "list" else (source,):
        builder.pieces(node.text, node.pieces)
    text, pieces = builder.build()
    return _Cell(text, pieces, source.kind == "list")


def _inner(cell: _Cell, offset: int) -> int | None:
    """Return the offset in the cell's code of an offset in the file."""
    best = None
    for piece in cell.pieces:
        if piece.source_start <= offset < piece.source_end:
            return piece.start + (offset - piece.source_start if piece.kind == "text" else 0)
        if piece.source_end == offset:
            best = piece.end
    return best
