"""Prompts in Python code, read with `ast` and followed to the calls that send them."""

from __future__ import annotations

from promptlint.model import Document, Extraction
from promptlint.sources.project import Project
from promptlint.sources.python.likeness import worth_parsing


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002
    """Return the prompts whose first text stands in a Python file; a syntax error is a fault with its place."""
    del named
    if not worth_parsing(document.text):
        return Extraction()
    from promptlint.sources.python.collect import collect

    return collect(document, project, format)
