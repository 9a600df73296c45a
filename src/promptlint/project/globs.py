"""Path patterns: those of settings, and those of `.gitignore` files outside git."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from promptlint.text.globs import matches_any

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def matches(path: str, patterns: tuple[str, ...], root: str) -> bool:
    """Whether a file matches any of the patterns, which are relative to the folder `root`.

    `path` is as the user named it. A later `!pattern` takes a file out again. A pattern that begins with `../`
    counts from a folder further up.
    """
    verdict = False
    for pattern in patterns:
        wanted = not pattern.startswith("!")
        if verdict != wanted and _matches_one(path, pattern.removeprefix("!"), root):
            verdict = wanted
    return verdict


def _matches_one(path: str, pattern: str, root: str) -> bool:
    folder = os.path.abspath(root)
    if pattern.startswith("../"):
        while pattern.startswith("../"):
            folder, pattern = os.path.dirname(folder), pattern[3:]
        pattern = "/" + pattern
    inside = os.path.abspath(path).startswith(folder.rstrip(os.sep) + os.sep)
    return inside and matches_any(path, (pattern,), folder)


@lru_cache(maxsize=256)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


class Ignored:
    """What the `.gitignore` files met on a walk leave out; `enter` reads the one of a folder."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._specs: list[tuple[str, GitIgnoreSpec]] = []

    def enter(self, prefix: str) -> None:
        """Read the `.gitignore` of a folder, given relative to the top with a slash at its end (the top is "")."""
        try:
            with open(os.path.join(self._top, prefix, ".gitignore"), encoding="utf-8", errors="replace") as file:
                lines = tuple(file.read(200_000).splitlines())
        except OSError:
            return
        self._specs.append((prefix, _spec(lines)))

    def __call__(self, path: str) -> bool:
        """Whether a path relative to the top is ignored; the innermost file that speaks of it decides."""
        for prefix, spec in reversed(self._specs):
            if path.startswith(prefix):
                verdict = spec.check_file(path[len(prefix) :]).include
                if verdict is not None:
                    return verdict
        return False
