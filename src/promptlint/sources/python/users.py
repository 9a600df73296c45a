"""Who uses what: the files that import a file of the project, directly or through others, and that may send prompts."""

from __future__ import annotations

from collections.abc import Callable

from promptlint.sources.project import Project
from promptlint.sources.python.likeness import worth_parsing
from promptlint.sources.python.sdk import Sdk
from promptlint.text import lazy_re as re

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<base>\.*[\w.]*)[ \t]+import[ \t]+(?P<names>\([^)]{0,4000}\)|[^\n#]+)"
    r"|import[ \t]+(?P<plain>[\w., \t]+))",
    re.M,
)
_ALIAS = re.compile(r"\b(?P<old>[A-Za-z_]\w*)[ \t]+as[ \t]+(?P<new>[A-Za-z_]\w*)")
_WORD = re.compile(r"[A-Za-z_]\w*")
MAX_IMPORTERS = 40
"""Files that are read to learn how one file's prompts are used."""


class Users:
    """The imports of a project, turned round. A file is read once, when something that it imports is asked about."""

    def __init__(self, project: Project, sdk: Sdk, path_of: Callable[[str, str], str | None]) -> None:
        self._project = project
        self._sdk = sdk
        self._path_of = path_of
        self._graph: dict[str, set[str]] | None = None
        self._outside: set[str] = set()
        self._seen: set[str] = set()
        self._words: dict[str, frozenset[str]] = {}
        """The identifiers of the files that may send prompts."""
        self._renamed: dict[str, list[tuple[str, str]]] = {}
        """By name: the other names under which files import it, and so pass it on."""

    def of(self, path: str, names: frozenset[str]) -> list[str]:
        """Return the files that may send what `path` defines: they import it, directly or through others, and mention
        one of `names`."""
        graph = self._importers()
        found: set[str] = set()
        todo = [path]
        while todo:
            new = graph.get(todo.pop(), set()) - found
            found |= new
            todo += new
        found.discard(path)
        for user in found - self._seen:
            self._read(user)
        senders = [user for user in sorted(found) if user in self._words]
        if senders:
            known = self._with_aliases(names, found)
            senders = [user for user in senders if not self._words[user].isdisjoint(known)]
        return senders[:MAX_IMPORTERS]

    def imports_any(self, packages: frozenset[str]) -> bool:
        """Whether any file of the project imports one of some packages from outside."""
        self._importers()
        return not packages.isdisjoint(self._outside)

    def _read(self, path: str) -> None:
        self._seen.add(path)
        document = self._project.read(path)
        text = document.text if document is not None else ""
        if worth_parsing(text) and self._sdk.may_call(text):
            self._words[path] = frozenset(_WORD.findall(text))
        if " as " not in text:
            return
        for match in _IMPORT.finditer(text):
            names = match["names"]
            for alias in _ALIAS.finditer(names) if names and " as " in names else ():
                self._renamed.setdefault(alias["old"], []).append((alias["new"], path))

    def _with_aliases(self, names: frozenset[str], users: set[str]) -> set[str]:
        known = set(names)
        todo = [name for name in names if name in self._renamed]
        while todo:
            new = {alias for alias, path in self._renamed[todo.pop()] if path in users} - known
            known |= new
            todo += [name for name in new if name in self._renamed]
        return known

    def _importers(self) -> dict[str, set[str]]:
        if self._graph is None:
            self._graph = {}
            for path in self._project.python_files():
                for target in self._project.imports(path, _imports):
                    found = self._path_of(path, target)
                    if found is not None:
                        self._graph.setdefault(found, set()).add(path)
                    elif not target.startswith("."):
                        self._outside.add(target.partition(".")[0])
        return self._graph


def _imports(text: str) -> set[str]:
    """Return the modules that a file may import, names of `from` imports included (they may be modules)."""
    found: set[str] = set()
    for match in _IMPORT.finditer(text):
        if match["plain"]:
            found |= {part.split(" as ")[0].strip() for part in match["plain"].split(",")}
            continue
        base = match["base"]
        found.add(base)
        for part in match["names"].strip("()").split(",")[:60]:
            name = part.split("#")[0].strip().split(" as ")[0].strip()
            if name.isidentifier():
                found.add(f"{base}{'' if base.endswith('.') else '.'}{name}")
    return {target for target in found if target}
