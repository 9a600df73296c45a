"""Masks of the text: strings of the same length with what does not count turned into blanks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from promptlint.anatomy.parts import Parts
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_PLACEHOLDER = re.compile(r"\{[^{}\n]*\}")


def build(parts: Parts) -> Mapping[str, str]:
    """Return the views `prose` (no fences), `instructions` (no fences, samples, examples) and `lower`."""
    text = parts.text
    fences = [Span(b.start, b.end) for b in parts.blocks if b.kind == "fence"]
    data = [Span(s.start, s.end) for s in parts.samples]
    shown = [Span(e.start, e.end) for e in parts.examples]
    turns = [
        Span(m.start, m.end)
        for at, m in enumerate(parts.prompt.messages)
        if m.role == "assistant" or (m.role == "user" and _answered(parts, at))
    ]
    prose = mask(text, fences)
    return {"prose": prose, "instructions": mask(prose, [*data, *shown, *turns]), "lower": text.lower()}


def _answered(parts: Parts, at: int) -> bool:
    """Whether a user message is the question of a few-shot pair: an assistant message follows it."""
    following = parts.prompt.messages[at + 1 : at + 2]
    return bool(following) and following[0].role == "assistant"


def mask(text: str, spans: Iterable[Span]) -> str:
    """Return the text with the spans blanked out, line ends kept."""
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        start = max(start, at)
        pieces.append(text[at:start])
        pieces.append("".join(char if char in "\r\n" else " " for char in text[start:end]))
        at = end
    pieces.append(text[at:])
    masked = "".join(pieces)
    return masked if len(masked) == len(text) else text


def without_placeholders(view: str) -> str:
    """Return a view with a blank for each placeholder: what is left are the author's words."""
    return _PLACEHOLDER.sub(" ", view)
