"""Results of files in the cache: what they hang on, and whether that is as it was."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from promptlint.model import Settings
from promptlint.project import cache as caches
from promptlint.project.discovery import Found
from promptlint.project.remembering import RememberingProject
from promptlint.sources.project import Project

if TYPE_CHECKING:
    from promptlint.project.session import FileResult, Session

PYTHON = (".py", ".pyi", ".ipynb")


class Results:
    """The caches of all roots that a session meets.

    A result hangs on the bytes of its file, the settings, this version, and the files that its prompts depend on.
    That of Python code, and of whatever asked for the Python files of the project, also hangs on the state of all of
    them: a new file may begin to send an old constant.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._caches: dict[str, caches.Cache] = {}
        self._digests: dict[str, str | None] = {}
        self._settings: dict[int, tuple[Settings, str]] = {}

    def make_project(self, root: str) -> RememberingProject:
        """Return a project that remembers imports between runs."""
        return RememberingProject(root)

    def keep(self, projects: Mapping[str, Project]) -> None:
        """Write what projects, by root, have to remember."""
        for root, project in projects.items():
            if isinstance(project, RememberingProject) and self._session.roots.may_write(os.path.join(root, "_")):
                project.keep()

    def get(self, found: Found, data: bytes) -> FileResult | None:
        """Return the result of a file with these bytes, None if there is none that still holds."""
        from promptlint.project.session import FileResult

        if not self._session.roots.may_write(found.path):
            return None
        value = self._cache(found.path).get(self._key(found, data), self._digest)
        if not isinstance(value, tuple) or len(value) != 4:
            return None
        state, *result = value
        return FileResult(found.path, *result) if not state or state == self._state(found.path) else None

    def begin(self, found: Found) -> None:
        """Watch what the linting of a file asks of its project."""
        project = self._session.project(found.path)
        if isinstance(project, RememberingProject):
            project.asked = False

    def put(self, found: Found, data: bytes, result: FileResult) -> None:
        """Keep the result of a file, `begin` to now."""
        if not self._session.roots.may_write(found.path):
            return
        asked = getattr(self._session.project(found.path), "asked", False)
        state = self._state(found.path) if asked or found.path.endswith(PYTHON) else ""
        depends = {(d.path, d.digest) for item in result.prompts for d in item.prompt.depends}
        value = (state, result.prompts, result.diagnostics, result.faults)
        self._cache(found.path).put(self._key(found, data), tuple(sorted(depends)), value)

    def _state(self, path: str) -> str:
        project = self._session.project(path)
        return project.state() if isinstance(project, RememberingProject) else ""

    def _cache(self, path: str) -> caches.Cache:
        root = self._session.roots.of(path)
        if root not in self._caches:
            self._caches[root] = caches.Cache(root)
        return self._caches[root]

    def _key(self, found: Found, data: bytes) -> str:
        settings = self._session.settings_of(found.path)
        if id(settings) not in self._settings:
            self._settings[id(settings)] = (settings, caches.settings_key(settings))
        return caches.key(found.path, data, found.named, self._settings[id(settings)][1])

    def _digest(self, path: str) -> str | None:
        if path not in self._digests:
            try:
                with open(path, "rb") as file:
                    self._digests[path] = hashlib.sha256(file.read()).hexdigest()
            except OSError:
                self._digests[path] = None
        return self._digests[path]
