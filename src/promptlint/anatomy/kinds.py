"""What a finished answer is: the kind of a prompt, with a confidence and the sign that decided."""

from __future__ import annotations

import re
from typing import NamedTuple

from promptlint.anatomy.parts import Parts
from promptlint.model import Kind

KINDS: tuple[Kind, ...] = (
    "extraction",
    "classification",
    "rag",
    "agent",
    "chat",
    "writing",
    "codegen",
    "judge",
    "memory",
    "tool",
)
_MEMORY_PATH = re.compile(
    r"(?:^|/)(?:claude(?:\.local)?|agents|gemini|skill|conventions)\.md$|(?:^|/)\.?(?:cursorrules|windsurfrules|clinerules)"
    r"|(?:^|/)\.cursor/rules/|copilot-instructions\.md$|\.instructions\.md$|(?:^|/)skills?/[^\r\n]*\.md$|\.mdc$",
    re.I,
)
_AGENT_PATH = re.compile(r"(?:^|/)(?:sub)?agents?/[^\r\n]*\.md$", re.I)
_HEAD = 700


class KindGuess(NamedTuple):
    """The kind of a prompt. `confidence` runs from 0 to 1; `traits` are weaker signs."""

    kind: Kind
    confidence: float
    reason: str
    traits: frozenset[str] = frozenset()


def infer(parts: Parts) -> KindGuess:
    """Return the kind that path, surroundings, task verb and placeholders speak for."""
    if parts.prompt.kind_hint is not None:
        return KindGuess(parts.prompt.kind_hint, 1.0, f"decided by the file: {parts.prompt.format}")
    if _MEMORY_PATH.search(parts.prompt.path):
        return KindGuess("memory", 0.95, "decided by the path")
    scores = _scores(parts)
    ranked = sorted(scores, key=lambda kind: -scores[kind])
    best, second = ranked[0], ranked[1]
    if scores[best] < 1.5:
        return KindGuess("unknown", 0.0, "no sign of a kind")
    share = scores[best] / (scores[best] + scores[second])
    return KindGuess(best, round(share, 3), f"cues of {best}")


def _scores(parts: Parts) -> dict[Kind, float]:
    view = parts.views["instructions"]
    head_end = len(view) - len(view.lstrip()) + _HEAD
    scores: dict[Kind, float] = {}
    for kind in KINDS:
        cue = parts.cues.pattern(f"kind_{kind}")
        head = len({m.group().lower() for m in cue.finditer(view, 0, head_end)})
        rest = len({m.group().lower() for m in cue.finditer(view, head_end)})
        scores[kind] = min(head, 4) + min(rest, 6) * 0.25
    if _AGENT_PATH.search(parts.prompt.path):
        scores["agent"] += 4
    return scores
