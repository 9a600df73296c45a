"""What the Python files of a project know of each other: modules, imports, and who uses what.

The index starts at the root of the project, never from the files that were named, so that a prompt has the same
surroundings however it was reached. Files are parsed when something leads to them.
"""

from __future__ import annotations

import os
import sys
from bisect import bisect_left
from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING

from promptlint.model import Document
from promptlint.sources.project import Project
from promptlint.sources.python import sdk
from promptlint.sources.python.files import whole_file
from promptlint.sources.python.module import Module, parse
from promptlint.sources.python.scopes import Place, Statements
from promptlint.sources.python.users import Users
from promptlint.sources.python.values import Defined, Hole, Named, Text, Value
from promptlint.text import lazy_re as re
from promptlint.text.pieces import SourceSpan

if TYPE_CHECKING:
    from promptlint.sources.python.drafts import Draft
    from promptlint.sources.python.evaluate import Evaluator

MAX_LOADED = 5_000_000
"""Characters of the files whose trees are kept: trees take fifty times the memory of their text."""


class Loaded:
    """A parsed module with all its statements."""

    __slots__ = ("definitions", "module", "packages", "places")

    def __init__(self, module: Module) -> None:
        self.module = module
        statements = Statements(module)
        self.places = statements.places
        self.definitions = statements.definitions
        self.packages = frozenset(statements.packages)

    def touching(self, pattern: re.Pattern[str]) -> list[Place]:
        """Return the statements, nested bodies left out, on whose lines a pattern begins."""
        position = self.module.lines.position
        return self.on([position(match.start())[0] for match in pattern.finditer(self.module.text)])

    def on(self, lines: list[int]) -> list[Place]:
        """Return the statements, nested bodies left out, that stand on any of `lines` (sorted)."""
        if not lines:
            return []
        lines = [*lines, sys.maxsize]  # so that there is a next line for each statement
        return [place for place in self.places if lines[bisect_left(lines, place.first)] <= place.last]


class Index:
    """The Python files below a project's root."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.sdk = sdk.load()
        self._loaded: OrderedDict[str, Loaded | None] = OrderedDict()
        self._size = 0
        self._dropped: list[Loaded] = []
        self.drafts: dict[str, tuple[str, list[Draft]]] = {}
        """By path: the text that was read, and the prompts that its calls send."""
        self._call_lines: dict[str, tuple[str, list[int]]] = {}
        self._paths: dict[tuple[str, str], str | None] = {}
        self._folders: dict[str, list[str]] = {}
        self.users = Users(self)

    def load(self, path: str, document: Document | None = None) -> Loaded | None:
        """Return a parsed file, None where it is missing or no Python. Raises SyntaxError for a given document."""
        known = self._loaded.get(path)
        if document is not None:
            if known is None or known.module.text != document.text:
                known = self._keep(path, document)
            return known
        if path in self._loaded:
            self._loaded.move_to_end(path)
            return known
        read = self.project.read(path)
        try:
            return self._keep(path, read) if read is not None else None
        except (SyntaxError, RecursionError):
            self._loaded[path] = None
            return None

    def _keep(self, path: str, document: Document) -> Loaded:
        loaded = Loaded(parse(document))
        self._drop(self._loaded.pop(path, None))
        self._loaded[path] = loaded
        self._size += len(document.text)
        while self._size > MAX_LOADED and len(self._loaded) > 1:
            self._drop(self._loaded.popitem(last=False)[1])
        return loaded

    def _drop(self, loaded: Loaded | None) -> None:
        if loaded is not None:
            self._size -= len(loaded.module.text)
            self._dropped.append(loaded)

    def tidy(self) -> None:
        """Take apart the modules that were dropped. To be called when nothing is being worked out any more.

        A module and its scopes refer to each other: their memory would be free only when Python looks for circles.
        """
        for loaded in self._dropped:
            if loaded.module.scope is not None:
                loaded.module.scope.take_apart()
                loaded.module.scope = None
        self._dropped.clear()

    def forget(self) -> None:
        """Free everything; the index is of no use any more."""
        self._dropped += [loaded for loaded in self._loaded.values() if loaded is not None]
        self.tidy()
        self._loaded.clear()
        del self.users  # it refers back

    def call_lines(self, path: str, text: str) -> list[int]:
        """Return the lines of a file on which something of the SDK table may be called, worked out once."""
        known = self._call_lines.get(path)
        if known is None or known[0] != text:
            known = self._call_lines[path] = (text, self.sdk.lines(text))
        return known[1]

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
                step = (loaded.module.scope, f"*{name}")
                if not evaluator.enter(step):
                    continue
                try:
                    value = evaluator.exported(loaded.module.scope, name)
                finally:
                    evaluator.leave(step)
                if not isinstance(value, Hole):
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
        return self.seen_from(os.path.dirname(importer), dotted)

    def seen_from(self, folder: str, dotted: str) -> str | None:
        """Return the file of a module of the project, seen from the files of a folder."""
        if self.leads_out(dotted):
            return None
        key = (folder, dotted)
        if key not in self._paths:
            self._paths[key] = self._find(folder, dotted)
        return self._paths[key]

    def _find(self, folder: str, dotted: str) -> str | None:
        inner = dotted.lstrip(".")
        level = len(dotted) - len(inner)
        name = inner.replace(".", "/")
        if level:
            for _ in range(level - 1):
                folder = _above(folder)
            return self._file_of(folder, name)
        homes = self._homes[dotted.partition(".")[0]]
        places = (place for place in self._search_path(folder) if place in homes)
        return next((found for place in places if (found := self._file_of(place, name)) is not None), None)

    def _search_path(self, folder: str) -> list[str]:
        """Return the folders in which Python would look: those from the file up to the root, and `src`."""
        if folder not in self._folders:
            root = os.path.abspath(self.project.root)
            folders = [folder]
            while True:
                absolute = os.path.abspath(folders[-1] or ".")
                if absolute == root or not absolute.startswith(root.rstrip(os.sep) + os.sep):
                    break
                folders.append(_above(folders[-1]))
            source = os.path.normpath(os.path.join(folders[-1], "src")).replace(os.sep, "/")
            self._folders[folder] = [*folders, source]
        return self._folders[folder]

    def leads_out(self, dotted: str) -> bool:
        """Whether an import begins like no file and no folder with Python in it."""
        return dotted.partition(".")[0] not in self._homes

    @cached_property
    def _homes(self) -> dict[str, set[str]]:
        """By name of a file or folder with Python in it: the folders in which it stands."""
        homes: dict[str, set[str]] = {"": set()}
        for path in self.project.python_files():
            folder, _, name = path[:-3].rpartition("/")
            while folder not in homes.setdefault(name, set()):
                homes[name].add(folder)
                folder, _, name = folder.rpartition("/")
        for folders in homes.values():
            if "" in folders:
                folders.add(".")
        return homes

    @cached_property
    def _files(self) -> frozenset[str]:
        return frozenset(self.project.python_files())

    def _file_of(self, folder: str, name: str) -> str | None:
        """Return the file of a module in a folder; without a name, of the package that the folder is."""
        base = name if folder in ("", ".") else f"{folder}/{name}" if name else folder
        if name and (path := f"{base}.py") in self._files:
            return path
        path = f"{base}/__init__.py" if base else "__init__.py"
        return path if path in self._files else None

    # --- files that are no Python ---

    def at_root(self, name: str) -> str:
        """Return the path of a file relative to the root."""
        return os.path.normpath(os.path.join(self.project.root, name)).replace(os.sep, "/")

    def file_text(self, evaluator: Evaluator, path: str) -> Text | None:
        """Return a whole file of the project as a text."""
        document = self.project.read(path)
        if document is None or len(document.text) > 1_000_000:
            return None
        evaluator.depends.add(path)
        return whole_file(path, document.text)


def _above(folder: str) -> str:
    return os.path.normpath(os.path.join(folder, "..")).replace(os.sep, "/")


def index_of(project: Project) -> Index:
    """Return the index of a project; it lives as long as the project does."""
    if project.index is None:
        project.index = Index(project)
    return project.index
