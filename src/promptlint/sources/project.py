"""The project that files are read from: what one file says about another goes through here."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from promptlint.model import Document
from promptlint.text import lazy_re as re

if TYPE_CHECKING:
    from promptlint.sources.python.index import Index

_NOT_CODE = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})
_TEXT_SUFFIX = re.compile(r"\.(?:md|markdown|txt|text|tmpl)\b")
_BEFORE_NAME = re.compile(r"[\"'/\\\n]")
_QUOTED_WORD = re.compile(r"[\"'](?P<word>[A-Za-z][\w./-]{0,59})[\"']")
_COMPOSED = "*"
MAX_COMPOSERS = 20
"""Files that are read to learn who reads a text file whose name nobody writes out."""
MAX_NAME = 255
MAX_FOLDERS = 20_000


class Project:
    """Reads files below a root, never outside it. Paths are `/`-separated and as the user would name them."""

    def __init__(self, root: str = ".") -> None:
        self.root = root or os.curdir
        self.index: Index | None = None
        """What its Python files know of each other, once something asked."""
        self._real_root = os.path.realpath(root)
        self._documents: dict[str, Document | None] = {}
        self._folders: dict[str, str] = {}
        """By folder as it was named: the folder itself, without symbolic links."""
        self._python: tuple[str, ...] | None = None
        self._holding: dict[str, dict[str, list[str]]] = {}
        """By the name of a reader: the Python files by what it finds in them."""

    def read(self, path: str) -> Document | None:
        """Return a decoded file, or None if it is not there, not text, or outside the root."""
        if path not in self._documents:
            self._documents[path] = self._load(path)
        return self._documents[path]

    def forget(self) -> None:
        """Free what is known of the Python files: Python itself would find it unused only late."""
        if self.index is not None:
            self.index.forget()
            self.index = None

    def beside(self, path: str, name: str) -> str:
        """Return the path of the file `name` relative to the folder of `path`."""
        return os.path.normpath(os.path.join(os.path.dirname(path), name)).replace(os.sep, "/")

    def python_files(self) -> tuple[str, ...]:
        """Return the paths of the Python files below the root, in order, without other people's code."""
        if self._python is None:
            found = []
            for folders, (folder, inner, names) in enumerate(os.walk(self.root)):
                inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _NOT_CODE)
                folder = os.path.normpath(folder).replace(os.sep, "/")
                start = "" if folder == "." else folder.rstrip("/") + "/"
                found += [start + name for name in names if name.endswith(".py")]
                if folders > MAX_FOLDERS:
                    break
            self._python = tuple(sorted(found))
        return self._python

    def gist(self, path: str, reader: Callable[[str], set[str]]) -> set[str]:
        """Return what `reader` finds in the text of a Python file; a project that remembers need not read it again."""
        document = self.read(path)
        return reader(document.text) if document is not None else set()

    def python_mentioning(self, name: str) -> tuple[str, ...]:
        """Return the Python files of the project that hold the name of a text file."""
        return tuple(self.python_holding(_text_files_named).get(name, ()))

    def python_composing(self, path: str) -> tuple[str, ...]:
        """Return the Python files that may put the name of a text file together: `load("triage")` and, where the
        function stands, `f"{name}.txt"`. Both stand near the file: it lies below the folder around theirs."""
        stem, suffix = os.path.splitext(path.rpartition("/")[2])
        composers = [code for code in self.python_mentioning(_COMPOSED + suffix) if _around(code, path)]
        if not composers or len(composers) > MAX_COMPOSERS:
            return ()
        quoting = self.python_holding(_quoted_words).get(stem, ())
        callers = [code for code in quoting if any(_around(maker, code) for maker in composers)]
        return tuple(sorted({*composers, *callers[:MAX_COMPOSERS]}))

    def python_holding(self, reader: Callable[[str], set[str]]) -> Mapping[str, list[str]]:
        """Return the Python files by what `reader` finds in their text.

        One pass over the code answers for all text files: a project may have thousands of both.
        """
        found = self._holding.get(reader.__name__)
        if found is None:
            found = self._holding[reader.__name__] = {}
            for path in self.python_files():
                for held in self.gist(path, reader):
                    found.setdefault(held, []).append(path)
        return found

    def _load(self, path: str) -> Document | None:
        try:
            real, status = self._located(path)
            if not self._holds(real) or not stat.S_ISREG(status.st_mode) or status.st_size > 2_000_000:
                return None
            with open(real, "rb", buffering=0) as file:
                return Document(path, decode(file.read()))
        except (OSError, ValueError):  # it is not there, no path can read like this, or it is no text
            return None

    def _located(self, path: str) -> tuple[str, os.stat_result]:
        """Return where a file or folder is, links followed, and what it is."""
        folder, name = os.path.split(path)
        real = os.path.join(self._real_folder(folder), name)
        status = os.lstat(real)
        if stat.S_ISLNK(status.st_mode):
            real = os.path.realpath(real)
            status = os.stat(real)
        return real, status

    def _real_folder(self, folder: str) -> str:
        """Return where a folder is. It is looked at once: it holds many files, and folders that share the way to it."""
        if folder not in self._folders:
            named = os.path.basename(folder) not in ("", os.curdir, os.pardir)
            self._folders[folder] = self._located(folder)[0] if named else os.path.realpath(folder)
        return self._folders[folder]

    def _holds(self, real: str) -> bool:
        return real.startswith(self._real_root.rstrip(os.sep) + os.sep)


def _around(code: str, path: str) -> bool:
    """Whether a file lies below the folder that holds the folder of a Python file."""
    folder = os.path.dirname(os.path.dirname(code))
    return not folder or path.startswith(f"{folder}/")


def _text_files_named(code: str) -> set[str]:
    """Return the names of text files that stand in code: what follows a quote or a slash and ends in a suffix.

    Of a name that is put together, `"{name}.txt"`, the suffix alone is known.
    """
    found = {
        _BEFORE_NAME.split(code[max(0, match.end() - MAX_NAME) : match.end()])[-1]
        for match in _TEXT_SUFFIX.finditer(code)
    }
    return {_COMPOSED + name[name.rfind(".") :] if name[:1] == "." or "{" in name else name for name in found}


def _quoted_words(code: str) -> set[str]:
    """Return the last parts of the short texts in quotes."""
    return {match["word"].rpartition("/")[2] for match in _QUOTED_WORD.finditer(code)}


def decode(data: bytes) -> str:
    """Return the text of a file without its BOM; line ends stay as they are. Raises UnicodeDecodeError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")
