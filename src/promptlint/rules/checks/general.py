"""Checks that say what could not be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.rules.context import Context, Hit
from promptlint.text import lazy_re as re

_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_WORDS = re.compile(r"(?<=[a-z] )[A-Z][^\W\d_]+|\([A-Z]\w*\)|\[/?INST\]|<\|\w+\|>")
"""Names inside a sentence, of the assistant and of its maker, and the marks of a chat template."""
_FEW = 10
"""One word in so many may be none of the general ones."""


def unknown_kind(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A prompt whose kind cannot be told, in a path for which no pillar is required."""
    if context.anatomy.kind == "unknown" and not context.settings.require:
        yield Hit(*context.anatomy.task)


def unknown_language(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A prompt in a language for which there is no cue grammar: some pillar is unknown for that reason."""
    from promptlint.anatomy.cues import load

    language = context.anatomy.language
    if not load(language) and any(pillar.level == "unknown" for pillar in context.anatomy.pillars.values()):
        yield Hit(*context.anatomy.task, {"language": language})


def shell(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A prompt that only says to be a helpful assistant: its task comes with the messages of the conversation."""
    from promptlint.anatomy.cues import load
    from promptlint.anatomy.views import without_placeholders

    general = load(context.anatomy.language).words("general_words")
    text = _NO_WORDS.sub(" ", context.anatomy.views["instructions"])
    said = _WORD.findall(without_placeholders(text).lower())
    foreign = sum(word not in general for word in said)
    if general and foreign * _FEW <= len(said):
        yield Hit(*context.anatomy.task)
