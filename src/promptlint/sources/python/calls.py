"""What a call stands for: text methods, templates, files that are read, functions of the project."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from promptlint.sources.python import files, texts
from promptlint.sources.python.scopes import FunctionNode, Scope
from promptlint.sources.python.values import (
    Defined,
    Hole,
    Items,
    Made,
    Named,
    Table,
    Text,
    Turn,
    Value,
    concat,
    each,
    either,
    options,
    rebuilt,
)
from promptlint.text.pieces import SourceSpan

if TYPE_CHECKING:
    from promptlint.sources.python.evaluate import Evaluator

TEMPLATE_METHODS = {
    "format": "format",
    "format_map": "format",
    "substitute": "dollar",
    "safe_substitute": "dollar",
    "render": "jinja",
    "format_prompt": "format",
}
_SAME = {"deepcopy", "copy", "cast", "str", "list", "tuple", "_", "gettext", "SecretStr", "strip_margin", "Path"}
_JINJA_MAKERS = {"from_string"}


def call(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Value:
    """Return what a call stands for."""
    function = node.func
    if isinstance(function, ast.Attribute):
        handled = _method(evaluator, node, function, scope)
        if handled is not None:
            return handled
    known = files.from_call(evaluator, node, scope)
    if known is not None:
        return known
    callee = evaluator.value(function, scope)
    if isinstance(callee, Defined):
        return _defined(evaluator, callee, node, scope)
    name = callee.dotted if isinstance(callee, Named) else last_name(function)
    return _named(evaluator, name, node, scope)


def last_name(function: ast.AST) -> str:
    """Return the last part of a dotted expression."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def dotted_name(node: ast.AST) -> str:
    """Return a chain of attributes as written (`client.chat.create`), calls and subscripts in it as `()`."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, (ast.Subscript, ast.Await)):
            node = node.value
        else:
            parts.append(node.id if isinstance(node, ast.Name) else "()")
            return ".".join(reversed(parts))


def keywords(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Table:
    """Return the keyword arguments of a call; `**values` are looked into."""
    found: list[tuple[str, Value]] = []
    is_open = False
    for keyword in node.keywords:
        value = evaluator.value(keyword.value, scope)
        if keyword.arg is not None:
            found.append((keyword.arg, value))
        elif isinstance(value, Table):
            found += value.items
            is_open = is_open or value.open
        else:
            is_open = True
    return Table(tuple(found), is_open, SourceSpan(scope.module.path, *scope.module.span(node)))


def _method(evaluator: Evaluator, node: ast.Call, function: ast.Attribute, scope: Scope) -> Value | None:
    name = function.attr
    if name in TEMPLATE_METHODS:
        base = evaluator.value(function.value, scope)
        if any(isinstance(option, Text) for option in options(base)):
            return each(base, lambda value: _filled(evaluator, value, name, node, scope))
        return None
    if name == "join":
        return _join(evaluator, node, function, scope)
    change = _STRING_METHODS.get(name)
    if change is not None:
        base = evaluator.value(function.value, scope)
        if any(isinstance(option, Text) for option in options(base)):
            return each(base, lambda value: change(evaluator, value, node, scope) if isinstance(value, Text) else value)
    if name in ("partial", "with_config", "bind") and node.keywords:
        base = evaluator.value(function.value, scope)
        if isinstance(base, (Text, Items)):
            return base
    return None


def _filled(evaluator: Evaluator, value: Value, method: str, node: ast.Call, scope: Scope) -> Value:
    if not isinstance(value, Text):
        return value
    table = keywords(evaluator, node, scope)
    names: tuple[str, ...] | None = tuple(name for name, _ in table.items)
    if table.open or method == "format_map":
        names = None
    dialect = value.pending or TEMPLATE_METHODS[method]
    if dialect == "jinja" and (node.args or table.open):
        names = None
    if node.args and names is not None:
        names += tuple(str(index) for index in range(len(node.args)))
    if dialect == "jinja":
        return value._replace(dialect="jinja", pending="jinja", arguments=names)
    positional = {str(index): evaluator.value(argument, scope) for index, argument in enumerate(node.args)}
    known = {name: text for name, text in {**dict(table.items), **positional}.items() if isinstance(text, Text)}
    untrusted = [name for name, hole in table.items if isinstance(hole, Hole) and hole.untrusted]
    result = texts.fill(value, dialect, names, known)
    return result._replace(untrusted=(*result.untrusted, *untrusted))


def percent(evaluator: Evaluator, base: Value, node: ast.BinOp, scope: Scope) -> Value:
    """Return what `text % values` stands for."""

    def change(value: Value) -> Value:
        if not isinstance(value, Text):
            return evaluator.hole(node, scope)
        return texts.fill(value, "percent", texts.percent_names(node.right), {})

    return each(base, change)


def _join(evaluator: Evaluator, node: ast.Call, function: ast.Attribute, scope: Scope) -> Value | None:
    separator = evaluator.value(function.value, scope)
    if not isinstance(separator, Text) or len(node.args) != 1:
        return None
    items = evaluator.value(node.args[0], scope)
    if not isinstance(items, Items) or not items.items:
        return None
    parts: list[Value] = []
    for item in items.items:
        if parts:
            parts.append(separator)
        fitting = all(isinstance(option, (Text, Hole)) for option in options(item))
        parts.append(item if fitting else evaluator.hole(node.args[0], scope))
    for name in items.more:
        parts += [separator, Hole(name, SourceSpan(scope.module.path, *scope.module.span(node)))]
    return concat(parts)


def _strip(evaluator: Evaluator, value: Text, node: ast.Call, scope: Scope) -> Value:
    characters = evaluator.value(node.args[0], scope) if node.args else None
    given = characters.text if isinstance(characters, Text) else None
    return texts.strip(value, last_name(node.func), given)


def _replace(evaluator: Evaluator, value: Text, node: ast.Call, scope: Scope) -> Value:
    if len(node.args) < 2:
        return value
    old, new = (evaluator.value(argument, scope) for argument in node.args[:2])
    if not isinstance(old, Text):
        return value
    hole = evaluator.hole(node.args[1], scope)
    return texts.replace(value, old.text, new if isinstance(new, (Text, Hole)) else hole)


def _same(_evaluator: Evaluator, value: Text, _node: ast.Call, _scope: Scope) -> Value:
    return value


def _affix(evaluator: Evaluator, value: Text, node: ast.Call, scope: Scope) -> Value:
    affix = evaluator.value(node.args[0], scope) if node.args else None
    if not isinstance(affix, Text) or not affix.text:
        return value
    size = len(affix.text)
    if last_name(node.func) == "removeprefix" and value.text.startswith(affix.text):
        return rebuilt(value, [(size, len(value.text))])
    if last_name(node.func) == "removesuffix" and value.text.endswith(affix.text):
        return rebuilt(value, [(0, len(value.text) - size)])
    return value


_STRING_METHODS: dict[str, Callable[[Evaluator, Text, ast.Call, Scope], Value]] = {
    "strip": _strip,
    "lstrip": _strip,
    "rstrip": _strip,
    "replace": _replace,
    "removeprefix": _affix,
    "removesuffix": _affix,
    "expandtabs": _same,
    "encode": _same,
    "decode": _same,
    "partial": _same,
}


def _named(evaluator: Evaluator, dotted: str, node: ast.Call, scope: Scope) -> Value:
    """Return what a call of something outside the project stands for."""
    name = dotted.rpartition(".")[2]
    first = evaluator.value(node.args[0], scope) if node.args and not isinstance(node.args[0], ast.Starred) else None
    if name in ("dedent", "cleandoc", "indent") and first is not None:
        return each(first, lambda value: _reflow(evaluator, value, name, node, scope))
    if name == "dict":
        return keywords(evaluator, node, scope)
    if name == "filter" and len(node.args) == 2:
        return evaluator.value(node.args[1], scope)
    if name in _SAME and first is not None:
        return evaluator.value(node.args[-1], scope) if name == "cast" else first
    if (name in _JINJA_MAKERS or dotted in ("jinja2.Template", "string.Template")) and first is not None:
        return each(first, lambda value: _pending(value, "dollar" if dotted == "string.Template" else "jinja"))
    made = evaluator.index.sdk.construct(evaluator, dotted, node, scope)
    if made is not None:
        return made
    if (name and name[0].isupper()) or "." in dotted:
        return Made(dotted, node, scope)
    return evaluator.hole(node, scope)


def _pending(value: Value, dialect: str) -> Value:
    return value._replace(pending=dialect) if isinstance(value, Text) else value


def _reflow(evaluator: Evaluator, value: Value, name: str, node: ast.Call, scope: Scope) -> Value:
    if not isinstance(value, Text):
        return evaluator.hole(node, scope)
    if name == "dedent":
        return texts.dedent(value)
    if name == "cleandoc":
        return texts.cleandoc(value)
    prefix = evaluator.value(node.args[1], scope) if len(node.args) > 1 else None
    return texts.indent(value, prefix.text) if isinstance(prefix, Text) else value


def _defined(evaluator: Evaluator, callee: Defined, node: ast.Call, scope: Scope) -> Value:
    if isinstance(callee.node, FunctionNode):
        passed = _passed(evaluator, callee.node, node, scope)
        return returned(evaluator, callee, passed) or evaluator.hole(node, scope)
    if isinstance(callee.node, ast.ClassDef):
        made = evaluator.index.sdk.construct(evaluator, callee.node.name, node, scope)
        return made if made is not None else Made(callee.node.name, node, scope)
    return evaluator.hole(node, scope)


class Passed(NamedTuple):
    """What a call passes to a function's parameters; an argument is worked out when its parameter is asked for."""

    arguments: dict[str, ast.expr | Value]
    scope: Scope
    depth: int = 0

    def get(self, evaluator: Evaluator, name: str) -> Value | None:
        """Return what a parameter stands for, None where the call passes nothing for it."""
        found = self.arguments.get(name)
        if not isinstance(found, ast.expr):
            return found
        # It costs no more steps than if it had been worked out where the call stands.
        inside, evaluator.depth = evaluator.depth, self.depth
        value = evaluator.value(found, self.scope)
        evaluator.depth = inside
        return value


def _passed(evaluator: Evaluator, function: ast.AST, node: ast.Call, scope: Scope) -> Passed:
    arguments = function.args  # type: ignore[attr-defined]
    names = [argument.arg for argument in [*arguments.posonlyargs, *arguments.args]]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    values: dict[str, ast.expr | Value] = {}
    for name, argument in zip(names, node.args, strict=False):
        if isinstance(argument, ast.Starred):
            break
        values[name] = argument
    for keyword in node.keywords:
        if keyword.arg is not None:
            values[keyword.arg] = keyword.value
        else:
            more = evaluator.value(keyword.value, scope)
            values.update(more.items if isinstance(more, Table) else ())
    return Passed(values, scope, evaluator.depth)


def returned(evaluator: Evaluator, function: Defined, passed: Passed) -> Value | None:
    """Return what a function of the project gives back, None if that is no text, list or dict."""
    scope = function.scope.children.get(function.node)
    if scope is None:
        return None
    step = (scope, "()")
    if not evaluator.enter(step):
        return None
    try:
        with evaluator.frame(scope, passed):
            values = [evaluator.value(node, scope) for node in _returns(scope)]
    finally:
        evaluator.leave(step)
    known = [option for value in values for option in options(value) if isinstance(option, (Text, Items, Table, Turn))]
    return either(known) if known else None


def _returns(scope: Scope) -> list[ast.expr]:
    """Return what a function gives back, as far as eight expressions."""
    if scope.returns is None:
        found: list[ast.expr] = []
        scope.returns = found
        todo: list[ast.AST] = list(reversed(getattr(scope.node, "body", [])))
        while todo and len(found) < 8:
            node = todo.pop()
            if isinstance(node, ast.Return) and node.value is not None:
                found.append(node.value)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
                continue
            elif isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                children = [c for c in ast.iter_child_nodes(node) if not isinstance(c, ast.expr)]
                todo += reversed(children)
    return scope.returns


def attribute_of(evaluator: Evaluator, base: Made, node: ast.Attribute, scope: Scope) -> Value:
    """Return what an attribute of an object stands for, where a call made the object with a keyword of that name."""
    for keyword in base.node.keywords:
        if keyword.arg == node.attr:
            return evaluator.value(keyword.value, base.scope)
    callee = evaluator.value(base.node.func, base.scope)
    if isinstance(callee, Defined) and isinstance(callee.node, ast.ClassDef):
        return evaluator.member(callee.scope.children[callee.node], node.attr, (node, scope))
    return evaluator.hole(node, scope)


__all__ = ["attribute_of", "call", "dotted_name", "keywords", "last_name", "percent", "returned"]
