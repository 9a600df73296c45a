"""Where a prompt comes from: signs that what it lacks may stand elsewhere, or that nobody keeps it as a prompt."""

from __future__ import annotations

from promptlint.anatomy.cues import UNSPACED
from promptlint.anatomy.pairs import trim
from promptlint.anatomy.parts import Parts
from promptlint.anatomy.views import without_placeholders
from promptlint.model import Prompt
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_INSTRUCTIONS = re.compile(
    r"(?:^|[_.])(?:instructions?|system(?:_?prompt|_?message)?|role(?:_?description)?|persona|prompt|preamble|"
    r"guidelines|rules|task(?:_?description)?|template|goal|backstory)$",
    re.I,
    needs="instruction system role persona prompt preamble guidelines rules task template goal backstory",
)
_GENERAL = re.compile(
    r"(?:^|[_.])(?:general|system|base|global|common|bot|assistant)_?(?:instructions?|prompt|message|rules|policy|guidelines)$",
    re.I,
    needs="general system base global common bot assistant",
)
_FEW_WORDS = 60
_HARDLY_A_WORD = 15
_LEAST_WORDS = 9
_LEAST_WORDS_UNSENT = 30
"""So few words are a role line of which the task stands in the user's message, as far as the code shows."""
_PART = re.compile(
    r"(?:^|_)(?:prefix|suffix|preamble|retry|reminder|nudge|fragment|snippet|header|footer|addendum"
    r"|(?:output|format|json|schema|response)_instructions?|output_format)(?:_(?:prompt|instructions?|template|text))?$",
    re.I,
)
"""Names of texts that stand before or after a prompt."""
_PART_FILE = re.compile(r"[_-](?:error|retry|prefix|suffix|preamble|fragment|snippet|reminder)\.\w+$", re.I)
_CODE = ("python", "notebook", "typescript")


def signs(parts: Parts) -> frozenset[str]:
    """Return signs that what the prompt lacks may stand elsewhere, or that nobody keeps it as a prompt.

    `partial`: most of what the model will read is injected, instructions of unknown content, with few words around
    them. `frame`: these are the instructions for everything it does, or hardly a word stands around them, or code holds
    hardly any words. `record`: a line of data to train a model with, which learns from the answers what the text
    does not say. `unsent`: a text of the code that no call is seen to send; `unnamed`: one that no name says to be a
    prompt, or that a name calls a part of one (`RETRY_INSTRUCTION`, `tool_error.j2`).
    """
    prompt = parts.prompt
    if prompt.format == "training-data":
        return frozenset({"record"})
    found = set()
    if prompt.host in _CODE and not prompt.uses:
        found.add("unsent")
        if not prompt.around.named or _PART.search((prompt.symbol or "").rpartition(".")[2]):
            found.add("unnamed")
    elif prompt.host == "raw" and _PART_FILE.search(prompt.path):
        found.add("unnamed")
    names = [placeholder.name for placeholder in prompt.placeholders]
    said = parts.views["instructions"]
    words = len(without_placeholders(said).split())
    injected = any(map(_INSTRUCTIONS.search, names)) or _has_inserted_message(prompt)
    if injected and len(said.split()) < _FEW_WORDS:
        found.add("partial")
        if words < _HARDLY_A_WORD or any(map(_GENERAL.search, names)):
            found.add("frame")
    least = _LEAST_WORDS_UNSENT if "unsent" in found else _LEAST_WORDS
    if words < least and prompt.host in _CODE and parts.language not in UNSPACED:
        found.add("frame")
    return frozenset(found)


def _has_inserted_message(prompt: Prompt) -> bool:
    """Whether one of several system messages is a placeholder alone: instructions, since users speak in their own."""
    places = {(placeholder.start, placeholder.end) for placeholder in prompt.placeholders}
    systems = [Span(message.start, message.end) for message in prompt.messages if message.role == "system"]
    return len(systems) > 1 and any(trim(prompt.text, span) in places for span in systems)
