"""The project that files are read from: what one file says about another goes through here."""

from __future__ import annotations

import os
from pathlib import Path

from promptlint.model import Document


class Project:
    """Reads files below a root, never outside it. Paths are `/`-separated and as the user would name them."""

    def __init__(self, root: str = ".") -> None:
        self.root = Path(root)
        self._real_root = os.path.realpath(root)
        self._documents: dict[str, Document | None] = {}

    def read(self, path: str) -> Document | None:
        """Return a decoded file, or None if it is not there, not text, or outside the root."""
        if path not in self._documents:
            self._documents[path] = self._load(path)
        return self._documents[path]

    def beside(self, path: str, name: str) -> str:
        """Return the path of the file `name` relative to the folder of `path`."""
        return os.path.normpath(os.path.join(os.path.dirname(path), name)).replace(os.sep, "/")

    def _load(self, path: str) -> Document | None:
        real = os.path.realpath(path)
        if os.path.commonpath([real, self._real_root]) != self._real_root:
            return None
        try:
            if not os.path.isfile(real) or os.path.getsize(real) > 2_000_000:
                return None
            data = Path(real).read_bytes()
        except OSError:
            return None
        try:
            return Document(path, decode(data))
        except UnicodeDecodeError:
            return None


def decode(data: bytes) -> str:
    """Return the text of a file without its BOM; line ends stay as they are. Raises UnicodeDecodeError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")
