"""Prompt or fine-tune, answered from evidence. Nothing is imported until a function needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from promptlint.model import Diagnostic
    from promptlint.readiness.model import PromptEvidence

__all__ = ["lint_findings"]


def lint_findings(root_paths: Sequence[str], prompts: Sequence[PromptEvidence]) -> list[Diagnostic]:
    """Return the findings FT001 to FT005 of a repository; see `promptlint.readiness.lint`."""
    from promptlint.readiness import lint

    return lint.lint_findings(root_paths, prompts)
