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
    """A project in which some files read differently from what is on disk.

    Overlays of one `base` share what they read from disk, so that trying an edit does not read the project again.
    """

    def __init__(self, root: str, texts: Mapping[str, str], base: Project | None = None) -> None:
        super().__init__(root)
        self._overlay = dict(texts)
        self._base = base
        self._known: dict[tuple[str, str], set[str]] = base._known if isinstance(base, OverlayProject) else {}

    def read(self, path: str) -> Document | None:
        """Return the overlaid text of a file, else the file."""
        if path in self._overlay:
            return Document(path, self._overlay[path])
        return self._base.read(path) if self._base is not None else super().read(path)

    def python_files(self) -> tuple[str, ...]:
        """Return the Python files on disk: an edit adds none."""
        return self._base.python_files() if self._base is not None else super().python_files()

    def gist(self, path: str, reader: Callable[[str], set[str]]) -> set[str]:
        """Return what is found in a file; files without an overlay are read once for all overlays."""
        if path in self._overlay:
            return reader(self._overlay[path])
        key = (path, reader.__name__)
        if key not in self._known:
            self._known[key] = super().gist(path, reader)
        return self._known[key]

    def python_holding(self, reader: Callable[[str], set[str]]) -> Mapping[str, list[str]]:
        """Return the Python files by what is found in them; overlays that edit none of them share the answer."""
        if self._base is None or any(path.endswith(".py") for path in self._overlay):
            return super().python_holding(reader)
        return self._base.python_holding(reader)

    def after_write(self, path: str) -> OverlayProject:
        """Return the project as it is after one file was written: what was read of the others is kept.

        It is a new one, and takes the place of this one, whose trees are freed.
        """
        self.forget()
        new = OverlayProject(self.root, self._overlay, self._base)
        new._documents = {name: document for name, document in self._documents.items() if name != path}
        new._known = {key: found for key, found in self._known.items() if key[0] != path}
        new._python = self._python
        return new


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
        project.forget()

        def lines(name: str) -> LineIndex:
            found = project.read(name)
            return LineIndex(found.text if found is not None else "")

        prompts = tuple(engine.lint(prompt, settings, lines) for prompt in extraction.prompts)
        return Outcome(prompts, tuple(d for item in prompts for d in item.diagnostics), extraction.faults)

    return judge


def files_of(prompt: Prompt) -> list[str]:
    """Return the files that a prompt's text stands in."""
    return list(dict.fromkeys(piece.path for piece in prompt.pieces if piece.kind != "join"))
