"""Globs over `/`-separated paths, as settings and code owners write them."""

from __future__ import annotations

import os
from functools import lru_cache

from promptlint.text import lazy_re as re


def matches_any(path: str, patterns: tuple[str, ...], root: str = ".") -> bool:
    """Whether a path matches a glob; both are taken relative to `root`.

    `*` stays within a folder, `**` crosses folders, a pattern without `/` matches at any depth, and a pattern that
    names a folder matches everything below it.
    """
    if not patterns:
        return False
    relative = relative_path(path, root)
    return any(_compile(pattern).match(relative) is not None for pattern in patterns)


def relative_path(path: str, root: str) -> str:
    """Return `path` relative to `root`, `/`-separated; unchanged when it lies outside."""
    relative = os.path.relpath(os.path.abspath(path), os.path.abspath(root)).replace(os.sep, "/")
    return path if relative.startswith("../") else relative


@lru_cache(maxsize=512)
def _compile(pattern: str) -> re.Pattern[str]:
    body = pattern.removeprefix("./").strip("/")
    anchored = "/" in pattern.strip("/") or pattern.startswith("/")
    source = "" if anchored else "(?:.*/)?"
    at = 0
    while at < len(body):
        if body.startswith("**/", at):
            source, at = source + "(?:[^/]+/)*", at + 3
        elif body.startswith("**", at):
            source, at = source + ".*", at + 2
        elif body[at] == "*":
            source, at = source + "[^/]*", at + 1
        elif body[at] == "?":
            source, at = source + "[^/]", at + 1
        else:
            source, at = source + re.escape(body[at]), at + 1
    return re.compile(source + "(?:/.*)?$")
