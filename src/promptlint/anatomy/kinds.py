"""What a finished answer is: the kind of a prompt, with a confidence and the sign that decided.

Path and format decide first. Else the signs of `kindsigns` are weighed: hand-set weights that a small linear model,
trained by `scripts/train_kind.py`, has corrected. "You are a helpful assistant" is no sign of anything.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache

from promptlint.anatomy.kindsigns import signs
from promptlint.anatomy.parts import Parts
from promptlint.model import Kind
from promptlint.text import lazy_re as re
from promptlint.text.records import NamedTuple

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
    "other",
)
_DATA = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "_data", "kind_model.json")
_MEMORY_PATH = re.compile(
    r"(?:^|/)(?:claude(?:\.local)?|agents|gemini|skill|conventions)\.md$|(?:^|/)\.?(?:cursorrules|windsurfrules|clinerules)"
    r"|(?:^|/)\.cursor/rules/|copilot-instructions\.md$|\.instructions\.md$|\.mdc$",
    re.I,
    needs="claude agents gemini skill conventions cursorrules windsurfrules clinerules rules/ instructions.md .mdc",
)
_AGENT_PATH = re.compile(r"(?:^|/)(?:sub)?agents/[^/]*\.md$", re.I, needs="agents/")
_LEAST = 0.25
"""A best kind less probable than this is no answer."""
_REASONERS = re.compile(r"(?:^|[/_.-])(?:o[134](?:-|$)|gpt-5|deepseek-r\d|qwq)|reasoner|thinking", re.I)
_ZONES = {
    "task": "the task sentence",
    "opening": "the opening",
    "role": "the role",
    "head": "the opening",
    "rate": "the words",
    "path": "the path",
    "slot": "the placeholders",
    "name": "the placeholders' names",
    "asked": "the fields asked for",
    "value": "the allowed answers",
    "shape": "the layout",
    "code": "the surroundings",
}


class KindGuess(NamedTuple):
    """The kind of a prompt. `confidence` runs from 0 to 1; `chances` are those of all kinds; `traits` weaker signs."""

    kind: Kind
    confidence: float
    reason: str
    chances: Mapping[Kind, float]
    traits: frozenset[str] = frozenset()


def infer(parts: Parts) -> KindGuess:
    """Return the kind that path, surroundings, task sentence and placeholders speak for."""
    found = signs(parts)
    chances = probabilities(found)
    decided = _decided(parts)
    if decided is not None:
        return decided._replace(traits=_traits(parts, found, chances, decided.kind))
    best = max(KINDS, key=lambda kind: chances[kind])
    confidence = round(chances[best], 3)
    traits = _traits(parts, found, chances, best)
    if best == "other" or chances[best] < _LEAST:
        return KindGuess("unknown", confidence, "no kind stands out", chances, traits)
    return KindGuess(best, confidence, _reason(found, best), chances, traits)


def _decided(parts: Parts) -> KindGuess | None:
    """Return the kind where the file's format or place decides it."""
    prompt = parts.prompt
    if prompt.kind_hint is not None:
        return KindGuess(prompt.kind_hint, 1.0, f"decided by the file: {prompt.format}", {prompt.kind_hint: 1.0})
    place = "/".join(prompt.path.split("/")[-4:])
    if _MEMORY_PATH.search(place):
        return KindGuess("memory", 0.9, "decided by the path", {"memory": 0.9})
    if _AGENT_PATH.search(place):
        return KindGuess("agent", 0.9, "decided by the path", {"agent": 0.9})
    return None


def probabilities(found: Mapping[str, float]) -> dict[Kind, float]:
    """Return how likely each kind is, by the signs found; they sum to 1."""
    weights, temperature = _model()
    scores = dict.fromkeys(KINDS, 0.0)
    for sign, value in found.items():
        for kind, weight in zip(KINDS, weights.get(sign, ()), strict=False):
            scores[kind] += weight * value
    top = max(scores.values())
    raised = {kind: math.exp((score - top) / (100 * temperature)) for kind, score in scores.items()}
    total = sum(raised.values())
    return {kind: value / total for kind, value in raised.items()}


@lru_cache(maxsize=1)
def _model() -> tuple[Mapping[str, Sequence[int]], float]:
    """Return the weights by sign, in hundredths and in the order of `KINDS`, and the temperature."""
    with open(_DATA, encoding="utf-8") as file:
        data = json.load(file)
    return data["weights"], float(data["temperature"])


def _reason(found: Mapping[str, float], best: Kind) -> str:
    """Name the sign that spoke most for the kind."""
    weights, _ = _model()
    column = KINDS.index(best)
    speaking = {
        sign: value * (weights[sign][column] - sum(weights[sign]) / len(KINDS))
        for sign, value in found.items()
        if sign in weights and sign not in ("bias", "length") and not sign.startswith("word:")
    }
    if not speaking:
        return "by the words of the task"
    sign = max(speaking, key=lambda name: (speaking[name], name))
    zone, _, what = sign.partition(":")
    return f"{_ZONES.get(zone, zone)}: {what}"


def _traits(parts: Parts, found: Mapping[str, float], chances: Mapping[Kind, float], best: Kind) -> frozenset[str]:
    prompt = parts.prompt
    around = prompt.around
    top = max(chances.values())
    named: set[str] = {kind for kind in KINDS if kind not in (best, "other") and chances[kind] > top / 2}
    brought = {slot.injects for slot in parts.slots}
    if "context" in brought or found.get("head:source", 0.0) >= 0.5:
        named.add("grounded")
    if around.tools or "tools" in brought:
        named.add("tools")
    turns = sum(message.role in ("user", "assistant") for message in prompt.messages)
    if "history" in brought or around.history_injected or turns > 2:
        named.add("multi-turn")
    if found.get("task:converse", 0.0) > 0 or best == "chat" or "chat" in named:
        named.add("user-facing")
    if around.model and _REASONERS.search(around.model):
        named.add("reasoning-model")
    return frozenset(named)
