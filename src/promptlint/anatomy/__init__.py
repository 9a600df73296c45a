"""Prompt to anatomy: what stands in it, what kind of answer it wants, and how far each pillar goes."""

from __future__ import annotations

from promptlint.anatomy import examples, kinds, labels, language, samples, slots, views
from promptlint.anatomy.blocks import blocks
from promptlint.anatomy.cues import load
from promptlint.anatomy.pairs import trim
from promptlint.anatomy.parts import Parts
from promptlint.anatomy.pillars import judge
from promptlint.anatomy.statements import statements
from promptlint.model import Anatomy, Kind, Prompt, Settings, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

__all__ = ["parse"]

_INSTRUCTIONS = re.compile(
    r"(?:^|[_.])(?:instructions?|system(?:_?prompt|_?message)?|role(?:_?description)?|persona|prompt|prefix|preamble|"
    r"guidelines|rules|task(?:_?description)?|template|goal|backstory|suffix)$",
    re.I,
    needs="instruction system role persona prompt prefix preamble guidelines rules task template goal backstory suffix",
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
_UNSPACED = ("zh", "ja", "th")
_PLACEHOLDER = re.compile(r"\{[^{}\n]*\}")


def parse(prompt: Prompt, settings: Settings | None = None) -> Anatomy:
    """Return the anatomy of a prompt; `settings` only decides the kind where the user has set one."""
    parts = _parts(prompt)
    kind = _kind(parts, settings or Settings())
    pillars = judge(parts, kind)
    return Anatomy(
        blocks=parts.blocks,
        statements=parts.statements,
        examples=parts.examples,
        samples=parts.samples,
        fields=parts.fields,
        labels=parts.labels,
        slots=parts.slots,
        language=parts.language,
        kind=kind.kind,
        kind_confidence=kind.confidence,
        kind_chances=kind.chances,
        kind_reason=kind.reason,
        traits=kind.traits | _origin(parts),
        pillars=pillars.levels,
        machine_readable=pillars.machine_readable,
        enforced_in_code=pillars.enforced_in_code,
        views=parts.views,
        task=_task(parts),
    )


def _parts(prompt: Prompt) -> Parts:
    text = prompt.text
    found = blocks(text)
    code = language.detect(text)
    parts = Parts(prompt, text, code, load(code), found, (), {})
    parts = parts._replace(samples=samples.find(parts))
    parts = parts._replace(examples=examples.find(parts))
    parts = parts._replace(views=views.build(parts))
    sentences = statements(text, found, parts.cues)
    parts = parts._replace(statements=_instructions(sentences, parts.views["instructions"]))
    parts = parts._replace(fields=labels.fields(parts), labels=labels.closed_sets(parts))
    return parts._replace(slots=slots.find(parts))


def _instructions(sentences: tuple[Statement, ...], view: str) -> tuple[Statement, ...]:
    """Keep the sentences that are instructions: at least half of each is visible in the view."""
    kept = []
    for sentence in sentences:
        seen = view[sentence.start : sentence.end]
        if sum(not char.isspace() for char in seen) * 2 >= sentence.end - sentence.start - seen.count(" ") // 2:
            kept.append(sentence)
    return tuple(kept)


def _kind(parts: Parts, settings: Settings) -> kinds.KindGuess:
    chosen = _chosen_kind(parts.prompt.path, settings)
    guess = kinds.infer(parts)
    if chosen is not None:
        return guess._replace(kind=chosen, confidence=1.0, reason="set in the settings", chances={chosen: 1.0})
    return guess


def _origin(parts: Parts) -> frozenset[str]:
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
    words = len(_PLACEHOLDER.sub(" ", said).split())
    injected = any(map(_INSTRUCTIONS.search, names)) or _has_inserted_message(prompt)
    if injected and len(said.split()) < _FEW_WORDS:
        found.add("partial")
        if words < _HARDLY_A_WORD or any(map(_GENERAL.search, names)):
            found.add("frame")
    least = _LEAST_WORDS_UNSENT if "unsent" in found else _LEAST_WORDS
    if words < least and prompt.host in _CODE and parts.language not in _UNSPACED:
        found.add("frame")
    return frozenset(found)


def _has_inserted_message(prompt: Prompt) -> bool:
    """Whether one of several system messages is a placeholder alone: instructions, since users speak in their own."""
    places = {(placeholder.start, placeholder.end) for placeholder in prompt.placeholders}
    systems = [Span(message.start, message.end) for message in prompt.messages if message.role == "system"]
    return len(systems) > 1 and any(trim(prompt.text, span) in places for span in systems)


def _chosen_kind(path: str, settings: Settings) -> Kind | None:
    from promptlint.text.globs import matches_any

    for override in settings.overrides:
        if override.kind is not None and matches_any(path, override.paths, settings.root):
            return override.kind
    return settings.kind


def _task(parts: Parts) -> Span:
    """Return the first line of the task statement, else of the first non-blank line."""
    view = parts.views["instructions"]
    for statement in parts.statements:
        if (
            statement.mood in ("imperative", "modal")
            and statement.verb
            and view[statement.start : statement.end].strip()
        ):
            return _first_line(parts.text, statement.start)
    stripped = len(parts.text) - len(parts.text.lstrip())
    return _first_line(parts.text, min(stripped, max(0, len(parts.text) - 1)))


def _first_line(text: str, start: int) -> Span:
    ends = [at for at in (text.find("\n", start), text.find("\r", start)) if at >= 0]
    end = min(ends, default=len(text))
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, max(end, min(start + 1, len(text))))
