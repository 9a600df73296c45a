"""Linting one file after another: what the files of one run share."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from promptlint.model import Diagnostic, Document, Fault, Linted, Settings
from promptlint.project.discovery import Found
from promptlint.project.errors import UsageError
from promptlint.project.overrides import for_path, silenced
from promptlint.project.roots import Roots
from promptlint.sources.project import Project, decode
from promptlint.text.lines import LineIndex
from promptlint.text.records import NamedTuple

if TYPE_CHECKING:
    from promptlint.project.results import Results

SettingsOf = Callable[[str], Settings]
PYTHON = (".py", ".pyi")


class FileResult(NamedTuple):
    """What one file comes to; `skipped` is the reason why it was left out, empty if it was read."""

    path: str
    prompts: tuple[Linted, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    faults: tuple[Fault, ...] = ()
    skipped: str = ""


class Session:
    """Holds a project for each root, texts, line indexes and caches of one run."""

    def __init__(self, settings_of: SettingsOf, *, cached: bool = False) -> None:
        self.settings_of = settings_of
        self.roots = Roots()
        self.texts: dict[str, str] = {}
        self.cached = cached
        self._projects: dict[str, Project] = {}
        self._lines: dict[str, LineIndex] = {}
        self._results: Results | None = None
        if cached:
            from promptlint.project.results import Results

            self._results = Results(self)

    def project(self, path: str) -> Project:
        """Return the project of a file; files of one root share it."""
        root = self.roots.named(path)
        if root not in self._projects:
            self._projects[root] = self.make_project(root)
        return self._projects[root]

    def make_project(self, root: str) -> Project:
        """Return a new project; a session on another state of the files overrides this."""
        return Project(root) if self._results is None else self._results.make_project(root)

    def keep(self) -> None:
        """Write to the cache folders what the run learned about its projects."""
        if self._results is not None:
            self._results.keep(self._projects)

    def text(self, path: str) -> str:
        """Return the text of a file that a result points to, empty if it is gone."""
        if path not in self.texts:
            document = self.project(path).read(path)
            self.texts[path] = document.text if document is not None else ""
        return self.texts[path]

    def lines(self, path: str) -> LineIndex:
        """Return the line index of a file that prompts of this run stand in."""
        if path not in self._lines:
            self._lines[path] = LineIndex(self.text(path))
        return self._lines[path]

    def known(self, found: Found) -> FileResult | None:
        """Return the result of a file where it is to be had without linting: from the cache, or because a look at
        the bytes tells that there is no prompt in it; else None.
        """
        data = read_bytes(found.path, self.settings_of(found.path).max_file_bytes)
        if isinstance(data, str):
            return None
        if found.path.endswith(PYTHON) and not _worth_parsing(data):
            return FileResult(found.path)
        return None if self._results is None else self._results.get(found, data)

    def file(self, found: Found) -> FileResult:
        """Read and lint one file; a defect of ours is reported for this file, and the others are still linted."""
        try:
            return self._file(found)
        except UsageError:
            raise
        except Exception as error:
            if os.environ.get("PROMPTLINT_DEBUG"):
                raise
            message = (
                f"internal error, please report it: {type(error).__name__}: {error} (PROMPTLINT_DEBUG=1 shows more)"
            )
            return FileResult(found.path, faults=(Fault(found.path, message),))

    def _file(self, found: Found) -> FileResult:
        data = read_bytes(found.path, self.settings_of(found.path).max_file_bytes)
        if isinstance(data, str):
            return self._unread(found, data)
        text = decoded(data)
        if text is None:
            return self._unread(found, "binary" if b"\0" in data[:8192] else "not UTF-8 or UTF-16 text")
        if self._results is not None:
            self._results.begin(found)
        result = self.document(Document(found.path, text), named=found.named)
        if self._results is not None and not result.skipped:
            self._results.put(found, data, result)
        return result

    def document(self, document: Document, *, named: bool) -> FileResult:
        """Lint one decoded file."""
        from promptlint.sources.registry import extract

        path = document.path
        self.texts[path] = document.text
        extraction = extract(document, self.project(path), named=named)
        if extraction.unsupported is not None:
            return FileResult(path, skipped=f"unsupported: {extraction.unsupported}")
        if not extraction.prompts and not extraction.facts:
            return FileResult(path, faults=extraction.faults)
        settings = self.settings_of(path)
        effective = for_path(settings, path)
        linted: list[Linted] = []
        if extraction.prompts:
            from promptlint import engine

            linted = [engine.lint(prompt, effective, self.lines) for prompt in extraction.prompts]
            if len(linted) > 1:
                from promptlint.project.companions import eased

                linted = eased(linted, effective)
        diagnostics = [diagnostic for item in linted for diagnostic in item.diagnostics]
        if any(item.prompt.suppressions for item in linted):
            from promptlint.project.suppressions import suppress

            diagnostics = suppress(linted, effective, self.lines)
        if extraction.facts:
            from promptlint.project.filefacts import Catalogue

            diagnostics += Catalogue(effective, path).facts(extraction.facts, self.lines)
        if diagnostics:
            from promptlint.project.fingerprints import fingerprinted

            silent = [silenced(diagnostic, settings, path) for diagnostic in diagnostics]
            diagnostics = fingerprinted(silent, linted, self.text, self.roots)
        return FileResult(path, tuple(linted), tuple(diagnostics), extraction.faults)

    def _unread(self, found: Found, reason: str) -> FileResult:
        if found.named or reason.startswith("cannot be read"):
            message = "it is binary, not text" if reason == "binary" else reason
            return FileResult(found.path, faults=(Fault(found.path, message),))
        return FileResult(found.path, skipped=reason)


def _worth_parsing(data: bytes) -> bool:
    """Whether Python code may hold prompts; code that cannot be decoded may, so that it is reported."""
    from promptlint.sources.python.likeness import worth_parsing

    text = decoded(data)
    return text is None or worth_parsing(text)


def read_bytes(path: str, limit: int) -> bytes | str:
    """Return the bytes of a file, or the reason why it is not read."""
    try:
        if os.path.getsize(path) > limit:
            return f"larger than {limit} bytes (max-file-bytes)"
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def decoded(data: bytes) -> str | None:
    """Return the text of a file, None for one that is none."""
    if b"\0" in data[:8192] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    try:
        return decode(data)
    except UnicodeDecodeError:
        return None
