"""Prompt to anatomy: what stands in it, what kind of answer it wants, and how far each pillar goes."""

from __future__ import annotations

from promptlint.anatomy import examples, kinds, labels, language, origin, samples, slots, views
from promptlint.anatomy.blocks import blocks
from promptlint.anatomy.cues import load
from promptlint.anatomy.parts import Parts
from promptlint.anatomy.pillars import judge
from promptlint.anatomy.statements import statements
from promptlint.model import Anatomy, Kind, Prompt, Settings, Statement
from promptlint.text.pieces import Span

__all__ = ["parse"]


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
        traits=kind.traits | origin.signs(parts),
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
