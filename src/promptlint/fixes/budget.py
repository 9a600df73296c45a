"""What to cut first from a prompt that is too long."""

from __future__ import annotations

import re
from typing import NamedTuple

from promptlint.anatomy.tokens import count_tokens
from promptlint.model import Linted
from promptlint.text.pieces import SourceMap

_INERT = frozenset(("TOK003", "TOK004", "TOK005"))


class Cut(NamedTuple):
    """A part that could go. `at` is its offset in the prompt's file, None if it stands in no file."""

    tokens: int
    why: str
    shown: str
    at: int | None


def cuts(linted: Linted, limit: int) -> list[Cut]:
    """Return what to cut, cheapest loss first, until the prompt would fit or nothing is left to name.

    Repeated and inert text comes first, then examples beyond the third, then the largest sections.
    """
    text, over = linted.prompt.text, linted.tokens - limit
    spans: list[tuple[int, int, str]] = []
    for diagnostic in linted.diagnostics:
        finding = diagnostic.finding
        if finding is not None and diagnostic.rule in _INERT:
            copies = sorted([(finding.start, finding.end), *((s, e) for s, e, _ in finding.related)])
            start, end = copies[-1]
            spans.append((start, end, "repeated" if diagnostic.rule == "TOK003" else "changes nothing"))
    spans += [(e.start, e.end, "example beyond the third") for e in reversed(linted.anatomy.examples[3:])]
    spans += _sections(linted)
    found: list[Cut] = []
    taken: list[tuple[int, int]] = []
    saved = 0
    source_map = SourceMap(linted.prompt.pieces)
    for start, end, why in spans:
        if saved >= over or any(low < end and start < high for low, high in taken):
            continue
        tokens = count_tokens(text[start:end])[0]
        place = source_map.to_source(start, end)
        shown = re.sub(r"\s+", " ", text[start:end])[:60]
        found.append(Cut(tokens, why, shown, place.start if place is not None else None))
        taken.append((start, end))
        saved += tokens
    return found


def _sections(linted: Linted) -> list[tuple[int, int, str]]:
    """Return the sections of a prompt, largest first; one without headings has paragraphs for sections."""
    text = linted.prompt.text
    heads = [block.start for block in linted.anatomy.blocks if block.kind == "heading"]
    if not heads:
        heads = [match.end() for match in re.finditer(r"\n\s*\n", text)]
    ends = [*heads[1:], len(text)]
    sections = [(start, end, "large section") for start, end in zip(heads, ends, strict=False) if end > start]
    return sorted(sections, key=lambda item: (item[0] - item[1], item[0]))
