"""Paths as the platforms want them: relative to the root, and percent-encoded where they are URIs."""

from __future__ import annotations

import os
import posixpath
from urllib.parse import quote


def relative(path: str, root: str | None) -> str:
    """Return a path relative to `root` (the working directory if None), `/`-separated, without `.` parts.

    A path outside the root stays absolute, or keeps its `..`.
    """
    if os.path.isabs(path):
        inside = os.path.relpath(path, root or os.getcwd())
        if inside == os.pardir or inside.startswith(os.pardir + os.sep):
            return path.replace(os.sep, "/")
        path = inside
    elif root is not None and os.path.abspath(root) != os.getcwd():
        return relative(os.path.abspath(path), root)
    return posixpath.normpath(path.replace(os.sep, "/"))


def uri(path: str, root: str | None) -> str:
    """Return the URI reference of a path: relative where it lies below the root, else `file://`."""
    name = relative(path, root)
    try:
        data = name.encode("utf-8", "surrogateescape")  # a lone surrogate stands for a byte that is not UTF-8
    except UnicodeEncodeError:
        data = name.encode("utf-8", "surrogatepass")  # a name of Windows
    encoded = quote(data, safe="/-._~!$&'()*+,;=@")
    return f"file://{encoded}" if name.startswith("/") else encoded
