"""Path patterns in the language of `.gitignore`."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a `/`-separated relative path matches any of the patterns; a later `!pattern` takes it out again."""
    return bool(_spec(patterns).match_file(path))


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
