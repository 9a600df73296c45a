"""Checks that say what could not be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.rules.context import Context, Hit


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
