"""Files of the project that code reads: `Path(...).read_text()`, `open(...)`, loaded YAML and JSON."""

from __future__ import annotations

import ast
import os
from typing import TYPE_CHECKING, NamedTuple

from promptlint.sources.python.scopes import Scope
from promptlint.sources.python.values import Made, Named, Text, Value, options
from promptlint.text.builder import TextBuilder

if TYPE_CHECKING:
    from promptlint.sources.python.evaluate import Evaluator

_LOADERS = {"safe_load", "load", "loads", "full_load", "unsafe_load"}
_PASS_THROUGH = {"resolve", "absolute", "expanduser", "abspath", "realpath", "as_posix", "Path", "PurePath", "str"}


class Place(NamedTuple):
    """A path that code names; `anchored` tells that it starts at the file itself, not at the working directory."""

    parts: str
    anchored: bool


def from_call(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Value | None:
    """Return the text of a file that a call reads, None for any other call."""
    function = node.func
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    if name == "read_text" and len(node.args) == 2:
        return _resource(evaluator, node, scope)
    if name == "read_text" and isinstance(function, ast.Attribute):
        return _text(evaluator, place(evaluator, function.value, scope), scope)
    if name == "read" and isinstance(function, ast.Attribute):
        return _opened(evaluator, function.value, scope)
    if name == "get_template" and node.args:
        return _template(evaluator, node, scope)
    if name in _LOADERS and node.args:
        return _loaded(evaluator, node, scope)
    if name == "get_data" and len(node.args) == 2:
        value = evaluator.value(node.args[1], scope)
        return _text(evaluator, Place(value.text, True), scope) if isinstance(value, Text) else None
    return None


def _resource(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Value | None:
    """Return the text of `importlib.resources.read_text("package.folder", "name.txt")`."""
    package, name = (evaluator.value(argument, scope) for argument in node.args)
    if not (isinstance(package, Text) and isinstance(name, Text) and _fixed(package) and _fixed(name)):
        return None
    return _text(evaluator, Place(os.path.join(*package.text.split("."), name.text), False), scope)


def place(evaluator: Evaluator, node: ast.AST, scope: Scope, depth: int = 0) -> Place | None:
    """Return the path that an expression names, None where it is not known."""
    if depth > 8:
        return None
    if isinstance(node, ast.Name):
        if node.id == "__file__":
            return Place(os.path.basename(scope.module.path), True)
        found = scope.find(node.id)
        if found is None:
            return None
        bindings = [b for b in found[1] if b.kind == "assign" and b.node is not None]
        if len(bindings) == 1 and len(found[1]) == 1 and bindings[0].node is not None:
            return place(evaluator, bindings[0].node, found[0], depth + 1)
        return None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _joined(evaluator, [node.left, node.right], scope, depth)
    if isinstance(node, ast.Attribute):
        base = place(evaluator, node.value, scope, depth + 1) if node.attr in ("parent", "parents") else None
        return (
            Place(os.path.dirname(base.parts) if base.parts not in ("", ".") else "..", base.anchored) if base else None
        )
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
        base = place(evaluator, node.value.value, scope, depth + 1)
        if base is None or not isinstance(node.slice, ast.Constant) or not isinstance(node.slice.value, int):
            return None
        return Place(os.path.join(os.path.dirname(base.parts), *[".."] * node.slice.value), base.anchored)
    if isinstance(node, ast.Call):
        return _called(evaluator, node, scope, depth)
    value = evaluator.value(node, scope)
    return Place(value.text, False) if isinstance(value, Text) and _fixed(value) else None


def _called(evaluator: Evaluator, node: ast.Call, scope: Scope, depth: int) -> Place | None:
    function = node.func
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    if name in _PASS_THROUGH:
        if len(node.args) > 1:
            return _joined(evaluator, list(node.args), scope, depth)
        inner: ast.AST | None = (
            node.args[0] if node.args else function.value if isinstance(function, ast.Attribute) else None
        )
        return place(evaluator, inner, scope, depth + 1) if inner is not None else None
    if name == "dirname" and node.args:
        base = place(evaluator, node.args[0], scope, depth + 1)
        return Place(os.path.dirname(base.parts), base.anchored) if base is not None else None
    if name == "with_name" and isinstance(function, ast.Attribute) and len(node.args) == 1:
        base = place(evaluator, function.value, scope, depth + 1)
        beside = place(evaluator, node.args[0], scope, depth + 1)
        if base is None or beside is None:
            return None
        return Place(os.path.join(os.path.dirname(base.parts), beside.parts), base.anchored)
    if name == "joinpath" and isinstance(function, ast.Attribute):
        return _joined(evaluator, [function.value, *node.args], scope, depth)
    if name == "join" and isinstance(function, ast.Attribute) and node.args:
        return _joined(evaluator, list(node.args), scope, depth)
    if name == "files" and node.args:
        return Place("", True)
    return None


def _joined(evaluator: Evaluator, nodes: list[ast.expr], scope: Scope, depth: int) -> Place | None:
    places = [place(evaluator, node, scope, depth + 1) for node in nodes]
    if any(found is None for found in places):
        return None
    known = [found for found in places if found is not None]
    return Place(os.path.join(*(found.parts for found in known)), known[0].anchored)


def _fixed(value: Text) -> bool:
    return len(value.text) < 300 and "\n" not in value.text and all(p.kind != "placeholder" for p in value.pieces)


def _text(evaluator: Evaluator, found: Place | None, scope: Scope) -> Value | None:
    path = _resolve(evaluator, found, scope)
    return evaluator.index.file_text(evaluator, path) if path is not None else None


def _resolve(evaluator: Evaluator, found: Place | None, scope: Scope) -> str | None:
    if found is None or not found.parts or os.path.isabs(found.parts):
        return None
    index = evaluator.index
    beside = index.project.beside(scope.module.path, found.parts)
    if index.project.read(beside) is not None:
        return beside
    if found.anchored:
        return None
    at_root = index.at_root(found.parts)
    return at_root if index.project.read(at_root) is not None else None


def _opened(evaluator: Evaluator, node: ast.AST, scope: Scope) -> Value | None:
    """Return the text of `open(path)`, where `node` is the call or a name bound to it."""
    opener = opened_call(node, scope)
    if opener is None:
        return None
    function = opener.func
    if isinstance(function, ast.Attribute):
        return _text(evaluator, place(evaluator, function.value, scope), scope)
    return _text(evaluator, place(evaluator, opener.args[0], scope), scope) if opener.args else None


def opened_call(node: ast.AST, scope: Scope) -> ast.Call | None:
    """Return the `open(...)` or `path.open()` behind a file object."""
    if isinstance(node, ast.Name):
        found = scope.find(node.id)
        nodes = [b.node for b in found[1] if b.kind == "assign"] if found is not None else []
        # Several `with open(...) as f` in one function: only a lone one is certain.
        return opened_call(nodes[0], scope) if len(nodes) == 1 and isinstance(nodes[0], ast.Call) else None
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return node if name == "open" else None
    return None


def _loaded(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Value | None:
    function = node.func
    module = function.value.id if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) else ""
    if module not in ("yaml", "json"):
        return None
    argument = node.args[0]
    text = evaluator.value(argument, scope)
    if not isinstance(text, Text):
        text = _opened(evaluator, argument, scope) or text
    if not isinstance(text, Text) or len(text.pieces) != 1:
        return None
    piece = text.pieces[0]
    document = evaluator.index.project.read(piece.path)
    if document is None or piece.source_start != 0 or not piece.path.lower().endswith((".yaml", ".yml", ".json")):
        return None
    from promptlint.sources.python.loaded import table

    return table(document)


def _template(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Value | None:
    name = evaluator.value(node.args[0], scope)
    if not isinstance(name, Text) or not _fixed(name) or not isinstance(node.func, ast.Attribute):
        return None
    folders = _loader_folders(evaluator, node.func.value, scope)
    for folder in folders:
        joined = Place(os.path.join(folder.parts, name.text), folder.anchored)
        found = _text(evaluator, joined, scope)
        if isinstance(found, Text):
            return found._replace(pending="jinja", dialect="jinja")
    return None


def _loader_folders(evaluator: Evaluator, node: ast.AST, scope: Scope) -> list[Place]:
    """Return the folders of the loader of a Jinja environment."""
    found: list[Place] = []
    for option in options(evaluator.value(node, scope)):
        if not isinstance(option, Made):
            continue
        for keyword in option.node.keywords:
            loader = keyword.value
            if keyword.arg != "loader" or not isinstance(loader, ast.Call):
                continue
            if loader.args:
                called = evaluator.value(loader.func, option.scope)
                package = isinstance(called, Named) and called.dotted.endswith("PackageLoader")
                argument = loader.args[-1] if package else loader.args[0]
                folder = place(evaluator, argument, option.scope)
                if folder is not None:
                    found.append(folder._replace(anchored=True) if package else folder)
    return found


def whole_file(path: str, text: str) -> Text:
    """Return a whole file as a text, every character in its place; `\\r\\n` reads as `\\n`, as Python reads it."""
    builder = TextBuilder()
    at = 0
    for line in text.splitlines(keepends=True) if "\r" in text else [text]:
        body = line.rstrip("\r\n") if line.endswith(("\r\n", "\r")) else line
        builder.text(body, path, at)
        if len(body) != len(line):
            builder.escape("\n", path, at + len(body), at + len(line))
        at += len(line)
    return Text(*builder.build())
