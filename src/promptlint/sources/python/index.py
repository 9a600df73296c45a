"""What the Python files of a project know of each other: modules, imports, and who uses what.

The index starts at the root of the project, never from the files that were named, so that a prompt has the same
surroundings however it was reached. Files are parsed when something leads to them.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from promptlint.model import Document
from promptlint.sources.project import Project
from promptlint.sources.python import sdk
from promptlint.sources.python.files import whole_file
from promptlint.sources.python.module import Module, parse
from promptlint.sources.python.scopes import Place, build
from promptlint.sources.python.values import Defined, Hole, Named, Text, Value
from promptlint.text.pieces import SourceSpan

if TYPE_CHECKING:
    from promptlint.sources.python.drafts import Draft
    from promptlint.sources.python.evaluate import Evaluator

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<base>\.*[\w.]*)[ \t]+import[ \t]+(?P<names>\([^)]{0,4000}\)|[^\n#]+)|import[ \t]+(?P<plain>[\w., \t]+))",
    re.M,
)
MAX_IMPORTERS = 40
"""Files that are read to learn how one file's prompts are used."""


class Loaded:
    """A parsed module with all its statements; `drafts` are the prompts that its calls send, once they are known."""

    __slots__ = ("drafts", "module", "places")

    def __init__(self, module: Module, places: list[Place]) -> None:
        self.module = module
        self.places = places
        self.drafts: list[Draft] | None = None


class Index:
    """The Python files below a project's root."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.sdk = sdk.load()
        self._loaded: dict[str, Loaded | None] = {}
        self._paths: dict[tuple[str, str], str | None] = {}
        self._graph: dict[str, set[str]] | None = None

    def load(self, path: str, document: Document | None = None) -> Loaded | None:
        """Return a parsed file, None where it is missing or no Python. Raises SyntaxError for a given document."""
        if document is not None:
            known = self._loaded.get(path)
            if known is not None and known.module.text == document.text:
                return known
            module = parse(document)
            self._loaded[path] = Loaded(module, build(module)[1])
            return self._loaded[path]
        if path not in self._loaded:
            read = self.project.read(path)
            try:
                module = parse(read) if read is not None else None
                self._loaded[path] = Loaded(module, build(module)[1]) if module is not None else None
            except (SyntaxError, RecursionError):
                self._loaded[path] = None
        return self._loaded[path]

    # --- names across files ---

    def imported(self, evaluator: Evaluator, module: Module, target: str) -> Value:
        """Return what an import gives. `target` is `package.module` or, for `from`, `package.module:name`."""
        base, colon, name = target.partition(":")
        if not colon:
            path = self.path_of(module.path, base)
            return self._module(evaluator, path) if path is not None else Named(base)
        path = self.path_of(module.path, base)
        if path is not None:
            loaded = self.load(path)
            if loaded is not None and loaded.module.scope is not None:
                evaluator.depends.add(path)
                value = evaluator.exported(loaded.module.scope, name)
                if not isinstance(value, Hole):
                    return value
        inner = self.path_of(module.path, f"{base}{'' if base.endswith('.') else '.'}{name}")
        if inner is not None:
            return self._module(evaluator, inner)
        if path is None and not base.startswith("."):
            return Named(f"{base}.{name}")
        return Hole(name, SourceSpan(module.path, 0, 0))

    def starred(self, evaluator: Evaluator, module: Module, name: str) -> Value | None:
        """Return what a module's star imports offer under a name."""
        if module.scope is None:
            return None
        for binding in module.scope.bindings.get("*", ()):
            path = self.path_of(module.path, binding.target.partition(":")[0])
            loaded = self.load(path) if path is not None and path != module.path else None
            if loaded is not None and loaded.module.scope is not None and path is not None:
                with evaluator.deeper() as allowed:
                    value = evaluator.exported(loaded.module.scope, name) if allowed else None
                if value is not None and not isinstance(value, Hole):
                    evaluator.depends.add(path)
                    return value
        return None

    def _module(self, evaluator: Evaluator, path: str) -> Value:
        loaded = self.load(path)
        if loaded is None or loaded.module.scope is None:
            return Hole("module", SourceSpan(path, 0, 0))
        evaluator.depends.add(path)
        return Defined(loaded.module.tree, loaded.module.scope)

    def path_of(self, importer: str, dotted: str) -> str | None:
        """Return the file of a module of the project, seen from a file that imports it; None for one outside."""
        folder = os.path.dirname(importer)
        key = (folder, dotted)
        if key not in self._paths:
            self._paths[key] = self._find(importer, dotted)
        return self._paths[key]

    def _find(self, importer: str, dotted: str) -> str | None:
        level = len(dotted) - len(dotted.lstrip("."))
        parts = [part for part in dotted.split(".") if part]
        if level:
            folder = os.path.dirname(importer)
            for _ in range(level - 1):
                folder = self.project.beside(os.path.join(folder, "x"), "..")
            return self._file_of(folder, parts)
        for folder in self._search_path(importer):
            found = self._file_of(folder, parts)
            if found is not None:
                return found
        return None

    def _search_path(self, importer: str) -> list[str]:
        """Return the folders in which Python would look: those from the file up to the root, and `src`."""
        root = os.path.abspath(str(self.project.root))
        folder = os.path.dirname(importer)
        folders = [folder]
        while True:
            absolute = os.path.abspath(folder or ".")
            if absolute == root or not absolute.startswith(root.rstrip(os.sep) + os.sep):
                break
            folder = self.project.beside(os.path.join(folder, "x"), "..")
            folders.append(folder)
        top = folders[-1]
        return [*folders, os.path.normpath(os.path.join(top, "src"))]

    def _file_of(self, folder: str, parts: list[str]) -> str | None:
        base = os.path.normpath(os.path.join(folder, *parts)).replace(os.sep, "/")
        for path in (f"{base}.py", f"{base}/__init__.py") if parts else (f"{base}/__init__.py",):
            path = os.path.normpath(path).replace(os.sep, "/")
            if os.path.isfile(path) and self.project.read(path) is not None:
                return path
        return None

    # --- files that are no Python ---

    def at_root(self, name: str) -> str:
        """Return the path of a file relative to the root."""
        return os.path.normpath(os.path.join(str(self.project.root), name)).replace(os.sep, "/")

    def file_text(self, evaluator: Evaluator, path: str) -> Text | None:
        """Return a whole file of the project as a text."""
        document = self.project.read(path)
        if document is None or len(document.text) > 1_000_000:
            return None
        evaluator.depends.add(path)
        return whole_file(path, document.text)

    # --- who uses what ---

    def python_files(self) -> tuple[str, ...]:
        """Return the Python files below the root, in order."""
        return self.project.python_files()

    def importers(self, path: str, names: frozenset[str]) -> list[str]:
        """Return the files that may use what `path` defines: they import it, directly or through others, and
        mention one of `names`."""
        graph = self._importers()
        found: set[str] = set()
        todo = [path]
        while todo:
            for user in graph.get(todo.pop(), ()):
                if user not in found and user != path:
                    found.add(user)
                    todo.append(user)
        mentioning = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(names))) + r")\b") if names else None
        chosen = []
        for user in sorted(found):
            document = self.project.read(user)
            if document is not None and mentioning is not None and mentioning.search(document.text):
                chosen.append(user)
        return chosen[:MAX_IMPORTERS]

    def mentioning(self, name: str) -> list[str]:
        """Return the Python files whose text holds the name of a file."""
        found = []
        for path in self.python_files():
            document = self.project.read(path)
            if document is not None and name in document.text:
                found.append(path)
        return found[:MAX_IMPORTERS]

    def _importers(self) -> dict[str, set[str]]:
        if self._graph is None:
            self._graph = {}
            for path in self.python_files():
                for target in self.project.imports(path, _imports):
                    found = self.path_of(path, target)
                    if found is not None:
                        self._graph.setdefault(found, set()).add(path)
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


_INDEXES: WeakKeyDictionary[Project, Index] = WeakKeyDictionary()


def index_of(project: Project) -> Index:
    """Return the index of a project; it lives as long as the project does."""
    if project not in _INDEXES:
        _INDEXES[project] = Index(project)
    return _INDEXES[project]
