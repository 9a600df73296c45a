"""Prompts in TypeScript and JavaScript, read with tree-sitter (the extra `ts`)."""

from __future__ import annotations

from importlib.util import find_spec

from promptlint.model import Document, Extraction
from promptlint.sources.project import Project

REMEDY = "TypeScript and JavaScript need the extra: pip install 'promptlint[ts]'"
_SIGNS = (
    "rompt", "PROMPT", "system:", "instructions", "messages", "ou are ", "our task", "role:", "generateText",
    "streamText", "generateObject", "streamObject", "completions", "SystemMessage", "generateContent",
)  # fmt: skip


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002
    """Return the prompts of a file; without the extra, the reason why it was not read, if it may hold any."""
    del project, named
    if not any(sign in document.text for sign in _SIGNS):
        return Extraction()
    if find_spec("tree_sitter") is None or find_spec("tree_sitter_typescript") is None:
        return Extraction(unsupported=REMEDY)
    from promptlint.sources.typescript.collect import collect

    return collect(document, format)
