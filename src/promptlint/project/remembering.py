"""A project that remembers what was found in its Python files, so that one file costs no look into all others."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from typing import Any

from promptlint import __version__
from promptlint.project import cache as caches
from promptlint.sources.project import Project

Entry = tuple[int, int, dict[str, list[str]]]
"""Modification time in nanoseconds, size in bytes, what each reader found, by its name."""


class RememberingProject(Project):
    """Reads gists from the cache folder of the root, by time and size of the file. `keep` writes them back."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.asked = False
        """Whether something hung on which Python files there are, since this was last set to False."""
        self._store: dict[str, Entry] | None = None
        self._changed = False
        self._state: str | None = None

    def python_files(self) -> tuple[str, ...]:
        """Return the Python files below the root."""
        self.asked = True
        return super().python_files()

    def gist(self, path: str, reader: Callable[[str], set[str]]) -> set[str]:
        """Return what `reader` finds in a file, read anew when the file changed."""
        store = self._stored()
        name = os.path.relpath(path, self.root)
        try:
            status = os.stat(path)
        except OSError:
            return set()
        known = store.get(name)
        if known is None or known[:2] != (status.st_mtime_ns, status.st_size):
            known = store[name] = (status.st_mtime_ns, status.st_size, {})
        if reader.__name__ not in known[2]:
            known[2][reader.__name__] = sorted(super().gist(path, reader))
            self._changed = True
        return set(known[2][reader.__name__])

    def state(self) -> str:
        """Return a digest of which Python files there are and when they last changed."""
        if self._state is None:
            digest = hashlib.sha256()
            for path in super().python_files():
                try:
                    status = os.stat(path)
                except OSError:
                    continue
                line = f"{os.path.relpath(path, self.root)} {status.st_size} {status.st_mtime_ns}\n"
                digest.update(line.encode("utf-8", "surrogatepass"))
            self._state = digest.hexdigest()
        return self._state

    def keep(self) -> None:
        """Write what was learned to the cache folder, if anything was."""
        if self._changed and self._store is not None:
            here = {os.path.relpath(path, self.root) for path in super().python_files()}
            entries = {name: entry for name, entry in self._store.items() if name in here}
            text = json.dumps({"version": _version(), "files": entries}, separators=(",", ":"))
            caches.Cache(self.root).keep(self._file(), text)
            self._changed = False

    def _stored(self) -> dict[str, Entry]:
        if self._store is None:
            self._store = {}
            try:
                with open(self._file(), encoding="utf-8") as file:
                    data = json.load(file)
                if data["version"] == _version():
                    self._store = {str(name): _entry(*fields) for name, fields in data["files"].items()}
            except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
                pass  # no entry is as good as a wrong one
        return self._store

    def _file(self) -> str:
        return os.path.join(self.root, caches.FOLDER, "gists.json")


def _entry(changed: Any, size: Any, found: Any) -> Entry:
    return int(changed), int(size), {str(name): [str(each) for each in names] for name, names in found.items()}


def _version() -> str:
    return f"{__version__} {caches.code_digest()}"
