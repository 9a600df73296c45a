"""Who uses what: the files that import a file of the project, directly or through others, and that may send prompts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.sources.python.likeness import worth_parsing
from promptlint.text import lazy_re as re

if TYPE_CHECKING:
    from promptlint.sources.python.index import Index

_IMPORT = re.compile(
    r"[ \t]*(?:from[ \t]+(?P<base>\.*[\w.]*)[ \t]+import[ \t]+(?P<names>\([^)]{0,4000}\)|[^\n#]+)"
    r"|import[ \t]+(?P<plain>[\w., \t]+))"
)
_ALIAS = re.compile(r"\b(?P<old>[A-Za-z_]\w*)[ \t]+as[ \t]+(?P<new>[A-Za-z_]\w*)")
_NAME = re.compile(r"(\w+)(?:\s+as\s+\w+)?")
_COMMENT = re.compile(r"#[^\n]*")
_SPACED = bytes(code if code >= 128 or chr(code).isalnum() or code == 95 else 32 for code in range(256))
"""Leaves words apart: everything else becomes a space."""
MAX_IMPORTERS = 40
"""Files that are read to learn how one file's prompts are used."""


class Users:
    """The imports of a project, turned round. A file is read once, when something that it imports is asked about."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._files: tuple[str, ...] = ()
        self._reach: dict[str, int] | None = None
        """By path: the files that import it, directly or through others, one bit each."""
        self._outside: set[str] = set()
        self._seen = 0
        self._senders = 0
        self._words: dict[str, frozenset[bytes]] = {}
        """The words of the files that may send prompts."""
        self._renamed: dict[str, list[tuple[str, int]]] = {}
        """By name: the other names under which files import it, and so pass it on, with the bit of the file."""

    def of(self, path: str, names: frozenset[str]) -> list[str]:
        """Return the files that may send what `path` defines: they import it, directly or through others, and mention
        one of `names`."""
        users = self._users().get(path, 0)
        for at in _bits(users & ~self._seen):
            self._read(at)
        senders = users & self._senders
        if not senders:
            return []
        known = {name.encode("utf-8", "surrogatepass") for name in self._with_aliases(names, users)}
        found = (self._files[at] for at in _bits(senders))
        return [user for user in found if user != path and not self._words[user].isdisjoint(known)][:MAX_IMPORTERS]

    def imports_any(self, packages: frozenset[str]) -> bool:
        """Whether any file of the project imports one of some packages from outside."""
        self._users()
        return not packages.isdisjoint(self._outside)

    def _read(self, at: int) -> None:
        self._seen |= 1 << at
        path = self._files[at]
        document = self._index.project.read(path)
        text = document.text if document is not None else ""
        if worth_parsing(text) and self._index.call_lines(path, text):
            self._senders |= 1 << at
            self._words[path] = frozenset(text.encode("utf-8", "surrogatepass").translate(_SPACED).split())

    def _with_aliases(self, names: frozenset[str], users: int) -> set[str]:
        known = set(names)
        todo = [name for name in names if name in self._renamed]
        while todo:
            new = {alias for alias, user in self._renamed[todo.pop()] if user & users} - known
            known |= new
            todo += [name for name in new if name in self._renamed]
        return known

    def _users(self) -> dict[str, int]:
        if self._reach is None:
            self._files = self._index.project.python_files()
            direct: dict[str, set[int]] = {}
            for at, path in enumerate(self._files):
                for found in self._imported_by(at, path):
                    direct.setdefault(found, set()).add(at)
            self._reach = self._closed(direct)
        return self._reach

    def _imported_by(self, at: int, path: str) -> Iterator[str]:
        """Yield the files of the project that a file imports; note what it imports from outside, and new names."""
        folder = os.path.dirname(path)
        for line in self._index.project.gist(path, _imports):
            base, _, names = line.partition(":")
            for alias in _ALIAS.finditer(names) if " as " in names else ():
                self._renamed.setdefault(alias["old"], []).append((alias["new"], 1 << at))
            outside = base.partition(".")[0]
            if self._index.leads_out(base):
                self._outside.add(outside)
                continue
            for target in (base, *_below(base, names)):
                found = self._index.seen_from(folder, target)
                if found is not None:
                    yield found
                elif outside:
                    self._outside.add(outside)

    def _closed(self, direct: dict[str, set[int]]) -> dict[str, int]:
        reach = {path: sum(1 << at for at in users) for path, users in direct.items()}
        changed = True
        while changed:
            changed = False
            for path, users in direct.items():
                grown = reach[path]
                for at in users:
                    grown |= reach.get(self._files[at], 0)
                if grown != reach[path]:
                    reach[path] = grown
                    changed = True
        return reach


def _bits(number: int) -> Iterator[int]:
    """Yield the places of the bits that are set, in order."""
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low


def _import_lines(text: str) -> Iterator[re.Match[str]]:
    """Yield the lines that import: where the word stands is found by plain search, most lines are never looked at."""
    at = 0
    while (at := text.find("import", at)) >= 0:
        match = _IMPORT.match(text, text.rfind("\n", 0, at) + 1)
        if match is not None:
            yield match
        at = max(at + 1, match.end() if match is not None else 0)


def _imports(text: str) -> set[str]:
    """Return what a file may import: modules, and for `from` imports `module:names` as it is written."""
    found: set[str] = set()
    for match in _import_lines(text):
        base, names, plain = match.group("base", "names", "plain")
        if plain:
            found |= {part.split(" as ")[0].strip() for part in plain.split(",")}
        else:
            found.add(f"{base}:{names}")
    return found - {""}


def _below(base: str, names: str) -> Iterator[str]:
    """Yield what the names of a `from` import are if they are modules."""
    stem = base if base.endswith(".") else f"{base}."
    for name in _NAME.findall(_COMMENT.sub("", names) if "#" in names else names)[:60]:
        yield stem + name
