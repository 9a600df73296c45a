"""Tone: adjectives, or a sentence that shows the voice."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.anatomy.kinds import KindGuess
from promptlint.anatomy.parts import Parts
from promptlint.anatomy.pillars.uncertainty import names_unknown_path
from promptlint.model import Pillar, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_QUOTED = re.compile(r"[\"“「『«](?P<said>[^\"“”「」『』«»\n]{12,400})[\"”」』»]")
_AFTER = 26
_BEFORE = 34
_VOICELESS = frozenset({"extraction", "classification", "judge", "codegen", "tool"})
"""Kinds whose answer has no voice: tone words there speak of what comes in."""
_LEAST_WORDS = 4
_LEAST_SIGNS = 8  # of a script that writes no space between words
_SPOKEN = re.compile(r"[.!?…]|['’](?:m|re|ll|s|ve|t|d)\b|\b(?:I|you|we|my|your|thanks|hello|hi|sorry)\b|[。！？]", re.I)
_CODE = re.compile(r"[{}<>=_|\\]|https?:|/\w+/")


def level(parts: Parts, kind: KindGuess) -> Pillar:
    """Return `none`, `adjectives` or `exemplar` (a sentence of four words or more shows the voice)."""
    if kind.kind in _VOICELESS:
        return Pillar("none", (), f"{kind.kind} has no voice")
    samples = list(_samples(parts, kind))
    if samples:
        return Pillar("exemplar", tuple(samples[:6]), "a sentence to say")
    named = [Span(s.start, s.end) for s in parts.statements if names_tone(parts, s)]
    return Pillar("adjectives", tuple(named[:6]), "tone is named") if named else Pillar("none")


def names_tone(parts: Parts, statement: Statement) -> bool:
    """Whether a sentence says in adjectives how the answer is to sound."""
    if statement.polarity < 0 or statement.mood == "question":
        return False
    text, start, end = parts.text, statement.start, statement.end
    cues = parts.cues
    if cues.pattern("tone_manner").search(text, start, end) or cues.pattern("tone_character").search(text, start, end):
        return True
    for match in cues.pattern("tone_adjective").finditer(text, start, end):
        before = max(start, match.start() - _BEFORE)
        after = min(end, match.end() + _AFTER)
        if cues.pattern("tone_noun").search(text, before, after):
            return True
        if any(be.end() <= match.start() for be in cues.pattern("tone_be").finditer(text, before, match.start())):
            return True
    return False


def _samples(parts: Parts, kind: KindGuess) -> Iterator[Span]:
    """Yield quoted sentences that the model is to say, and the replies of example turns in a chat."""
    say = parts.cues.pattern("tone_say")
    text = parts.text
    for statement in parts.statements:
        for quote in _QUOTED.finditer(text, statement.start, min(len(text), statement.end + 300)):
            if quote.start() >= statement.end:
                break
            if not _is_spoken(quote["said"]) or names_unknown_path(parts, statement):
                continue
            if statement.polarity > 0 and say.search(text, max(0, quote.start() - 60), quote.start()):
                yield Span(*quote.span())
    if kind.kind == "chat":
        for example in parts.examples:
            if example.output is not None and _is_spoken(text[example.output.start : example.output.end]):
                yield example.output


def _is_spoken(said: str) -> bool:
    """Whether a quotation is a sentence in someone's voice, not a label, a key or a command."""
    if _CODE.search(said) or _SPOKEN.search(said) is None:
        return False
    return len(said.split()) >= _LEAST_WORDS or (not said.isascii() and len(said) >= _LEAST_SIGNS)
