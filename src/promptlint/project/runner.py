"""One run: discovery, reading, extraction, linting, suppression, order."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from promptlint.model import Diagnostic, Document, Fault, Linted, Report, Settings
from promptlint.project.discovery import Found, discover
from promptlint.project.fingerprints import fingerprinted
from promptlint.project.overrides import for_path, silenced
from promptlint.project.roots import Roots, as_given
from promptlint.project.suppressions import suppress
from promptlint.sources.project import Project, decode
from promptlint.text.lines import LineIndex

SettingsOf = Callable[[str], Settings]


class FileResult(NamedTuple):
    """What one file comes to; `skipped` is the reason why it was left out, empty if it was read."""

    path: str
    prompts: tuple[Linted, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    faults: tuple[Fault, ...] = ()
    skipped: str = ""


def run(paths: Iterable[str], *, settings: Settings | None = None, settings_of: SettingsOf | None = None) -> Report:
    """Return the report on everything below `paths`. Either one `settings` for all, or the ones of each path."""
    fixed = settings or Settings()
    resolve = settings_of or (lambda _path: fixed)
    discovery = discover(paths, resolve)
    session = Session(resolve)
    results = [session.file(found) for found in discovery.files]
    return gather(results, session.texts, discovery.skipped, discovery.faults)


def run_text(text: str, path: str, settings: Settings) -> Report:
    """Return the report on a text that stands for the file `path`, which need not exist."""
    session = Session(lambda _path: settings)
    result = session.document(Document(as_given(path), text), named=True)
    return gather([result], session.texts, (), ())


class Session:
    """Holds what the files of one run share: a project for each root, texts and line indexes."""

    def __init__(self, settings_of: SettingsOf, roots: Roots | None = None) -> None:
        self.settings_of = settings_of
        self.roots = roots or Roots()
        self.texts: dict[str, str] = {}
        self._projects: dict[str, Project] = {}
        self._lines: dict[str, LineIndex] = {}

    def project(self, path: str) -> Project:
        """Return the project of a file; files of one root share it."""
        root = self.roots.named(path)
        if root not in self._projects:
            self._projects[root] = Project(root)
        return self._projects[root]

    def lines(self, path: str) -> LineIndex:
        """Return the line index of a file that prompts of this run stand in."""
        if path not in self._lines:
            if path not in self.texts:
                document = self.project(path).read(path)
                self.texts[path] = document.text if document is not None else ""
            self._lines[path] = LineIndex(self.texts[path])
        return self._lines[path]

    def file(self, found: Found) -> FileResult:
        """Read and lint one file."""
        settings = self.settings_of(found.path)
        document = read(found.path, settings.max_file_bytes)
        if isinstance(document, str):
            if found.named or document.startswith("cannot be read"):
                return FileResult(found.path, faults=(Fault(found.path, document),))
            return FileResult(found.path, skipped=document)
        return self.document(document, named=found.named)

    def document(self, document: Document, *, named: bool) -> FileResult:
        """Lint one decoded file."""
        from promptlint import engine
        from promptlint.sources.registry import extract

        path = document.path
        self.texts[path] = document.text
        extraction = extract(document, self.project(path), named=named)
        if extraction.unsupported is not None:
            del self.texts[path]
            return FileResult(path, skipped=f"unsupported: {extraction.unsupported}")
        settings = for_path(self.settings_of(path), path)
        linted = [engine.lint(prompt, settings, self.lines) for prompt in extraction.prompts]
        diagnostics = suppress(linted, self.lines)
        diagnostics = [silenced(diagnostic, self.settings_of(path), path) for diagnostic in diagnostics]
        diagnostics = fingerprinted(diagnostics, linted, self.texts, self.roots)
        return FileResult(path, tuple(linted), tuple(diagnostics), extraction.faults)


def read(path: str, limit: int) -> Document | str:
    """Return a decoded file, or the reason why it is not read."""
    try:
        size = os.path.getsize(path)
        if size > limit:
            return f"larger than {limit} bytes (max-file-bytes)"
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    if b"\0" in data[:8192] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary"
    try:
        return Document(path, decode(data))
    except UnicodeDecodeError:
        return "not UTF-8 or UTF-16 text"


def gather(
    results: Iterable[FileResult],
    texts: dict[str, str],
    skipped: tuple[tuple[str, str], ...],
    faults: tuple[Fault, ...],
) -> Report:
    """Join the results of files into one report, in the order path, offset, rule."""
    results = list(results)
    left = sorted([*skipped, *((result.path, result.skipped) for result in results if result.skipped)])
    diagnostics = sorted((d for result in results for d in result.diagnostics), key=_order)
    shown = {d.path for d in diagnostics} | {r.path for d in diagnostics for r in d.related}
    prompts = tuple(linted for result in results for linted in result.prompts)
    shown |= {piece.path for linted in prompts for piece in linted.prompt.pieces}
    return Report(
        prompts=prompts,
        diagnostics=tuple(diagnostics),
        faults=tuple(
            sorted([*faults, *(f for result in results for f in result.faults)], key=lambda f: (f.path, f.line or 0))
        ),
        skipped=dict(sorted(Counter(reason for _path, reason in left).items())),
        skipped_files=tuple(left),
        files=sum(not result.skipped for result in results),
        texts={path: text for path, text in texts.items() if path in shown},
    )


def _order(diagnostic: Diagnostic) -> tuple[str, int, str, int, str]:
    """The order of `engine.order`, without the import of the engine that a cached run can do without."""
    return (diagnostic.path, diagnostic.start, diagnostic.rule, diagnostic.end, diagnostic.message)
