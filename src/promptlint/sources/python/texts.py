"""What the methods of `str` and their kin do to a text whose places are known."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from promptlint.sources.assemble import PromptBuilder
from promptlint.sources.python.values import Hole, Text, rebuilt
from promptlint.text.builder import TextBuilder


def strip(text: Text, method: str, characters: str | None) -> Text:
    """Return a text as `strip`, `lstrip` and `rstrip` leave it."""
    start, end = 0, len(text.text)
    if method != "rstrip":
        start = end - len(text.text.lstrip(characters))
    if method != "lstrip":
        end = max(start, len(text.text.rstrip(characters)))
    return rebuilt(text, [(start, end)])


def dedent(text: Text) -> Text:
    """Return a text as `textwrap.dedent` leaves it."""
    lines = list(_lines(text.text))
    margin = _margin([text.text[start:end] for start, end in lines])
    keep: list[tuple[int, int] | str] = []
    for start, end in lines:
        line = text.text[start:end]
        if line.strip():
            keep.append((start + len(margin), end))
        else:
            keep.append((end - 1 if line.endswith("\n") else end, end))
    return rebuilt(text, keep)


def cleandoc(text: Text) -> Text:
    """Return a text as `inspect.cleandoc` leaves it (tabs stay as they are)."""
    lines = list(_lines(text.text))
    margin = _margin([text.text[start:end] for start, end in lines[1:]])
    kept: list[tuple[int, int]] = []
    for index, (start, end) in enumerate(lines):
        line = text.text[start:end]
        if index == 0:
            kept.append((end - len(line.lstrip(" \t")), end))
        else:
            kept.append((min(start + len(margin), end), end))
    while kept and not text.text[slice(*kept[0])].strip():
        kept.pop(0)
    while kept and not text.text[slice(*kept[-1])].strip():
        kept.pop()
    if kept and text.text[slice(*kept[-1])].endswith("\n"):
        kept[-1] = (kept[-1][0], kept[-1][1] - 1)
    return rebuilt(text, list(kept))


def indent(text: Text, prefix: str) -> Text:
    """Return a text as `textwrap.indent` leaves it."""
    keep: list[tuple[int, int] | str] = []
    for start, end in _lines(text.text):
        if text.text[start:end].strip():
            keep.append(prefix)
        keep.append((start, end))
    return rebuilt(text, keep)


def replace(text: Text, old: str, new: Text | Hole) -> Text:
    """Return a text with a substring replaced; a run-time value becomes a placeholder where the substring stood."""
    if not old or old not in text.text:
        return text
    builder = TextBuilder()
    at = 0
    for match in re.finditer(re.escape(old), text.text):
        before = rebuilt(text, [(at, match.start())])
        builder.pieces(before.text, before.pieces)
        if isinstance(new, Hole):
            place = next((p for p in text.pieces if p.end > match.start() and p.kind != "join"), None)
            if place is not None:
                inside = match.start() - place.start if place.kind == "text" else 0
                first = place.source_start + inside
                last = min(first + len(old), place.source_end) if place.kind == "text" else place.source_end
                builder.placeholder(_slot_name(old, new), place.path, first, last)
        else:
            builder.pieces(new.text, new.pieces)
        at = match.end()
    rest = rebuilt(text, [(at, len(text.text))])
    builder.pieces(rest.text, rest.pieces)
    made, pieces = builder.build()
    untrusted = (_slot_name(old, new),) if isinstance(new, Hole) and new.untrusted else ()
    # Only what is replaced is a slot: every other brace in the text is meant as it stands.
    return text._replace(text=made, pieces=pieces, dialect=text.dialect or "none", untrusted=text.untrusted + untrusted)


def fill(text: Text, dialect: str, arguments: tuple[str, ...] | None, values: Mapping[str, Text]) -> Text:
    """Split a template by its dialect; names whose text is known are filled in, the others are placeholders."""
    builder = PromptBuilder()
    builder.message("user", "")
    builder.mapped_template(text.text, text.pieces, dialect)
    prompt = builder.build(id="", path="", format="")
    arguments = None if text.has_slots else arguments  # slots from elsewhere are filled by other means
    result = text._replace(text=prompt.text, pieces=prompt.pieces, dialect=dialect, pending="", arguments=arguments)
    if not values:
        return result
    filled = TextBuilder()
    used: set[str] = set()
    for piece in result.pieces:
        name = result.text[piece.start + 1 : piece.end - 1] if piece.kind == "placeholder" else ""
        known = values.get(name)
        if known is not None:
            filled.pieces(known.text, known.pieces)
            used.add(name)
        else:
            filled.piece(result.text[piece.start : piece.end], piece)
    made, pieces = filled.build()
    if arguments is not None:
        # What is filled in is no slot any more; slots that come with it are not filled by this call.
        brought = any(values[name].has_slots for name in used)
        arguments = None if brought else tuple(name for name in arguments if name not in used)
    return result._replace(text=made, pieces=pieces, arguments=arguments)


def settled(text: Text) -> Text:
    """Split a template that is still whole, because it becomes part of a longer text."""
    return fill(text, text.pending, text.arguments, {}) if text.pending else text


def percent_names(node: ast.AST) -> tuple[str, ...] | None:
    """Return the names that the right side of `%` passes, None where that cannot be told."""
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return tuple(str(key.value) for key in node.keys if isinstance(key, ast.Constant))
    return None


def _slot_name(old: str, new: Hole) -> str:
    name = old.strip().strip("{}<>[]$%@# ")
    return name if re.fullmatch(r"\w+", name) else new.name


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end + 1
        yield at, end
        at = end


def _margin(lines: list[str]) -> str:
    margin: str | None = None
    for line in lines:
        if not line.strip():
            continue
        lead = line[: len(line) - len(line.lstrip(" \t"))]
        if margin is None:
            margin = lead
        else:
            common = 0
            while common < min(len(margin), len(lead)) and margin[common] == lead[common]:
                common += 1
            margin = margin[:common]
    return margin or ""
