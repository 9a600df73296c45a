"""Linting a file as it would be after edits, without writing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from promptlint.model import Diagnostic, Document, Fault, Linted, Prompt, Settings
from promptlint.sources.project import Project
from promptlint.text.lines import LineIndex


class Outcome(NamedTuple):
    """What one file comes to: its prompts, its diagnostics with suppressed ones marked, what could not be read."""

    prompts: tuple[Linted, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    faults: tuple[Fault, ...] = ()


Judge = Callable[[str, Mapping[str, str]], Outcome]
"""Lints the file `path` where the files in the mapping have the given texts instead of those on disk."""


class OverlayProject(Project):
    """A project in which some files read differently from what is on disk."""

    def __init__(self, root: str, texts: Mapping[str, str]) -> None:
        super().__init__(root)
        self._overlay = dict(texts)

    def read(self, path: str) -> Document | None:
        """Return the overlaid text of a file, else the file."""
        if path in self._overlay:
            return Document(path, self._overlay[path])
        return super().read(path)


def engine_judge(settings: Settings) -> Judge:
    """Return a judge that extracts and lints, and knows no suppressions, baselines or overrides."""

    def judge(path: str, texts: Mapping[str, str]) -> Outcome:
        from promptlint import engine
        from promptlint.sources.registry import extract

        project = OverlayProject(settings.root, texts)
        document = project.read(path)
        if document is None:
            return Outcome(faults=(Fault(path, "cannot be read"),))
        extraction = extract(document, project, named=True)

        def lines(name: str) -> LineIndex:
            found = project.read(name)
            return LineIndex(found.text if found is not None else "")

        prompts = tuple(engine.lint(prompt, settings, lines) for prompt in extraction.prompts)
        return Outcome(prompts, tuple(d for item in prompts for d in item.diagnostics), extraction.faults)

    return judge


def files_of(prompt: Prompt) -> list[str]:
    """Return the files that a prompt's text stands in."""
    return list(dict.fromkeys(piece.path for piece in prompt.pieces if piece.kind != "join"))
