"""The library: lint a text, a path or several paths."""

from __future__ import annotations

import os
from collections.abc import Iterable

from promptlint.model import Report, Settings

__all__ = ["lint_path", "lint_paths", "lint_text"]


def lint_text(text: str, *, path: str = "prompt.md", settings: Settings | None = None) -> Report:
    """Lint a text as if it stood in the file `path`, whose name tells the format."""
    from promptlint.project.runner import run_text

    return run_text(text, path, settings or Settings(root="."))


def lint_path(path: str | os.PathLike[str], settings: Settings | None = None) -> Report:
    """Lint a file or everything below a folder; without `settings`, with the settings files found next to it."""
    return lint_paths([path], settings)


def lint_paths(paths: Iterable[str | os.PathLike[str]], settings: Settings | None = None) -> Report:
    """Lint files and folders. Raises `promptlint.project.errors.UsageError` for a wrong settings file."""
    from promptlint.project.runner import run

    return run([os.fspath(path) for path in paths], settings=settings)
