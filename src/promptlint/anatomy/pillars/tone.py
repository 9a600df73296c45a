"""Tone: adjectives, or a sentence that shows the voice."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.anatomy.kinds import KindGuess
from promptlint.anatomy.parts import Parts
from promptlint.anatomy.pillars.uncertainty import names_unknown_path
from promptlint.model import Pillar, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_QUOTED = re.compile(r"[\"“「『«](?P<said>[^\"“”「」『』«»\n]{0,600})[\"”」』»]")
_AFTER = 26
_BEFORE = 34
_BUT = re.compile(r"\b(?:but|instead|rather|yet)\b|[.;:!]", re.I)
_OF_ANOTHER = re.compile(
    r"\b(?:it|that|this) (?:would|will|could|may|might|is|was)(?: not)?(?: be)? (?:\w+ )?$", re.I, needs="it that this"
)
_VOICELESS = frozenset({"extraction", "classification", "judge", "codegen", "tool"})
"""Kinds whose answer has no voice: tone words there speak of what comes in."""
_LEAST_WORDS = 4
# What is to be said word for word shows the voice however short it is.
_VERBATIM = re.compile(r"\b(?:always|must|exactly|verbatim|every \w+)\b[^.\n]{0,40}$", re.I)
_SAID_TO_US = re.compile(r"\b(?:users?|customers?|clients?|they|he|she|input)\b", re.I)
_HEARD = re.compile(
    r"\b(?:users?|customers?|clients?|person|people|someone|they|he|she)\b(?: \w+)? "
    r"(?:says?|said|asks?|asked|writes?|types?)\b",
    re.I,
)
_FORMULA = re.compile(r"(?:[:：,]|\b(?:is|are|be))$")
_FIRST_PERSON = re.compile(r"\b(?:I|we|my|our)\b")
_LEAST_LETTERS = 12
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
    if not named:
        return Pillar("none")
    shown = [example.output for example in parts.examples if kind.kind == "writing" and example.output is not None]
    spoken = [span for span in shown if _is_spoken(parts.text[span.start : span.end])]
    if spoken:  # an example of a text whose tone is asked for shows that tone
        return Pillar("exemplar", tuple(spoken[:6]), "an example in the tone that is named")
    return Pillar("adjectives", tuple(named[:6]), "tone is named")


def names_tone(parts: Parts, statement: Statement) -> bool:
    """Whether a sentence says in adjectives how the answer is to sound."""
    if statement.mood == "question":
        return False
    text, start, end = parts.text, statement.start, statement.end
    cues = parts.cues
    if cues.pattern("tone_manner").search(text, start, end) or cues.pattern("tone_character").search(text, start, end):
        return True
    for match in cues.pattern("tone_adjective").finditer(text, start, end):
        if _turned_away(parts, Span(start, match.start())):
            continue
        before = max(start, match.start() - _BEFORE)
        after = min(end, match.end() + _AFTER)
        if any(
            _joined(text, noun.end(), match.start()) for noun in cues.pattern("tone_noun").finditer(text, before, after)
        ):
            return True
        if any(be.end() <= match.start() for be in cues.pattern("tone_be").finditer(text, before, match.start())):
            return True
    return False


def _turned_away(parts: Parts, before: Span) -> bool:
    """Whether the words before an adjective forbid it, or say it of something else: "it would be rude to"."""
    ban = parts.cues.pattern("ban").search(parts.text, *before)
    if ban is not None and _BUT.search(parts.text, ban.end(), before.end) is None:
        return True
    return _OF_ANOTHER.search(parts.text[max(before.start, before.end - 24) : before.end]) is not None


def _joined(text: str, noun_end: int, adjective: int) -> bool:
    """Whether a noun of tone belongs to an adjective: not "a language professional", "language-neutral"."""
    return noun_end > adjective or len(text[noun_end:adjective].strip(" -")) > 0


def _samples(parts: Parts, kind: KindGuess) -> Iterator[Span]:
    """Yield quoted sentences that the model is to say, and the replies of example turns in a chat."""
    say = parts.cues.pattern("tone_say")
    text = parts.text
    for statement in parts.statements:
        for quote in _QUOTED.finditer(text, statement.start, min(len(text), statement.end + 300)):
            if quote.start() >= statement.end:
                break
            before = text[max(statement.start, quote.start() - 60) : quote.start()]
            if _HEARD.search(before) or _FORMULA.search(quote["said"].rstrip()):
                continue  # what others say, or words that open the answer
            least = 2 if _VERBATIM.search(before) else _LEAST_WORDS
            if not _is_spoken(quote["said"], least) or names_unknown_path(parts, statement):
                continue
            if statement.polarity > 0 and (
                say.search(text, max(0, quote.start() - 60), quote.start())
                or (kind.kind == "chat" and _in_passing(before, quote["said"]))
            ):
                yield Span(*quote.span())
    for example in parts.examples:
        voiced = kind.kind == "chat" or example.shape == "contrast"
        if voiced and example.output is not None and _is_spoken(text[example.output.start : example.output.end]):
            yield example.output


def _in_passing(before: str, said: str) -> bool:
    """Whether a rule shows in brackets how it sounds: `create urgency ("I have other buyers")`."""
    opened = before.rstrip().endswith("(") and _SAID_TO_US.search(before) is None
    return opened and _FIRST_PERSON.search(said) is not None


def _is_spoken(said: str, least: int = _LEAST_WORDS) -> bool:
    """Whether a quotation is a sentence in someone's voice, not a label, a key or a command."""
    if len(said) < _LEAST_LETTERS or _CODE.search(said) or _SPOKEN.search(said) is None:
        return False
    return len(said.split()) >= least or (not said.isascii() and len(said) >= _LEAST_SIGNS)
