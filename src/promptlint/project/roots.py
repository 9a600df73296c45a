"""Which folder a file belongs to, and how paths are written."""

from __future__ import annotations

import os

SETTINGS_NAMES = ("promptlint.toml", ".promptlint.toml", "pyproject.toml")


def as_given(path: str) -> str:
    """Return a path as the user named it, `/`-separated and without detours."""
    return os.path.normpath(path).replace(os.sep, "/")


class Roots:
    """Finds the project root of files, each folder once.

    The root is the nearest folder upward that holds `.git`; else the topmost one of the folders upward that hold a
    settings file; else the working directory where the file lies below it; else the folder of the file.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, path: str) -> str:
        """Return the absolute path of the root of a file."""
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in self._known:
            self._known[folder] = self._find(folder)
        return self._known[folder]

    def named(self, path: str) -> str:
        """Return the root as the user would name it next to `path`: absolute if `path` is, else relative."""
        root = self.of(path)
        if os.path.isabs(path):
            return root.replace(os.sep, "/")
        return as_given(os.path.relpath(root))

    def relative(self, path: str) -> str:
        """Return the path of a file relative to its root."""
        return os.path.relpath(os.path.abspath(path), self.of(path)).replace(os.sep, "/")

    def may_write(self, path: str) -> bool:
        """Whether the root of a file is a project or the working directory, where a cache folder is no surprise."""
        root = self.of(path)
        return root == os.getcwd() or any(
            os.path.exists(os.path.join(root, name)) for name in (".git", *SETTINGS_NAMES)
        )

    @staticmethod
    def _find(folder: str) -> str:
        settings = None
        for candidate in upward(folder):
            if os.path.exists(os.path.join(candidate, ".git")):
                return candidate
            if any(os.path.isfile(os.path.join(candidate, name)) for name in SETTINGS_NAMES):
                settings = candidate
        if settings is not None:
            return settings
        here = os.getcwd()
        return here if folder == here or folder.startswith(here.rstrip(os.sep) + os.sep) else folder


def upward(folder: str) -> list[str]:
    """Return a folder and all folders above it."""
    found = [folder]
    while (parent := os.path.dirname(found[-1])) != found[-1]:
        found.append(parent)
    return found
