"""The names of a file: what is bound where, in order, gathered in one walk over its statements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from promptlint.sources.python.module import Module

if TYPE_CHECKING:
    from promptlint.sources.python.values import Hole

FunctionNode = (ast.FunctionDef, ast.AsyncFunctionDef)


class Binding(NamedTuple):
    """One thing that happens to a name.

    `kind`: assign, add (`+=`), append, extend, define (class or function), import, parameter, unpack, unknown.
    `maybe` tells that it stands in a branch, `looped` that it stands in a loop.
    """

    kind: str
    node: ast.AST | None
    line: int
    maybe: bool = False
    looped: bool = False
    target: str = ""
    """import: the dotted name with leading dots for a relative one; unpack: the index."""
    statement: ast.stmt | None = None


class Scope:
    """The names bound in a module, class or function."""

    __slots__ = ("attributes", "bindings", "children", "holes", "module", "node", "parent", "returns", "tainted")

    def __init__(self, module: Module, node: ast.AST, parent: Scope | None) -> None:
        self.module = module
        self.node = node
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.attributes: dict[str, list[tuple[Binding, Scope]]] = {}
        """Of a class: what its methods assign to `self.name`."""
        self.children: dict[ast.AST, Scope] = {}
        self.holes: dict[ast.AST, Hole] = {}
        """What its expressions are called where they are known at run time only, worked out once."""
        self.returns: list[ast.expr] | None = None
        """Of a function: what it gives back, once something asked."""
        self.tainted: dict[tuple[ast.AST, int], bool] = {}
        """Whether an expression comes from outside, by how many names led to it."""

    @property
    def is_class(self) -> bool:
        """Whether this is the body of a class."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_function(self) -> bool:
        """Whether this is the body of a function."""
        return isinstance(self.node, FunctionNode)

    def enclosing_class(self) -> Scope | None:
        """Return the class that the scope stands in."""
        scope: Scope | None = self
        while scope is not None and not scope.is_class:
            scope = scope.parent
        return scope

    def take_apart(self) -> None:
        """Forget what refers back to the scope: nothing can be looked up in it any more."""
        for inner in self.children.values():
            inner.take_apart()
        self.children.clear()
        self.attributes.clear()

    def bind(self, name: str, binding: Binding) -> None:
        """Add what happens to a name."""
        self.bindings.setdefault(name, []).append(binding)

    def find(self, name: str) -> tuple[Scope, list[Binding]] | None:
        """Return the scope that binds a name, as Python looks it up, and what happens to it there."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.bindings.get(name)
            if found is not None and (scope is self or not scope.is_class):
                return scope, found
            scope = scope.parent
        return None


class Place(NamedTuple):
    """A statement with the scope it stands in, and its first and last line without its nested bodies."""

    statement: ast.stmt
    scope: Scope
    guarded: bool
    """It stands in a `try` with handlers."""
    first: int
    last: int


class Statements:
    """The statements of a module in order, those of nested bodies included. `build` makes the scopes that they bind."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.places: list[Place] = []
        self.definitions: list[Place] = []
        """Functions with decorators, and classes with bases."""
        self.packages: set[str] = set()
        """The top-level packages that are imported."""
        module.scope = Scope(module, module.tree, None)
        self.body(module.tree.body, module.scope, False, False, False)

    def body(
        self, body: list[ast.stmt], scope: Scope, maybe: bool, looped: bool, guarded: bool, depth: int = 0
    ) -> None:
        if depth > 60:
            return
        for statement in body:
            kind = type(statement)
            if kind in _PLAIN:
                first = statement.lineno
                self.places.append(Place(statement, scope, guarded, first, statement.end_lineno or first))
                handler = _HANDLERS.get(kind)
                if handler is not None:
                    handler(self, statement, scope, maybe, looped)
            else:
                place = Place(statement, scope, guarded, *_header(statement))
                self.places.append(place)
                self._nested(place, maybe, looped, depth)

    def _nested(self, place: Place, maybe: bool, looped: bool, depth: int) -> None:
        statement, scope, guarded = place.statement, place.scope, place.guarded
        if isinstance(statement, FunctionNode):
            if statement.decorator_list:
                self.definitions.append(place)
            self._function(statement, scope, maybe, guarded, depth)
            return
        if isinstance(statement, ast.ClassDef):
            if statement.bases:
                self.definitions.append(place)
            scope.bind(statement.name, Binding("define", statement, statement.lineno, maybe))
            inner = scope.children[statement] = Scope(self.module, statement, scope)
            self.body(statement.body, inner, False, False, guarded, depth + 1)
            return
        if isinstance(statement, (ast.With, ast.AsyncWith)):
            for item in statement.items:
                if isinstance(item.optional_vars, ast.Name):
                    name = item.optional_vars.id
                    scope.bind(name, Binding("assign", item.context_expr, statement.lineno, maybe, looped, "with"))
            self.body(statement.body, scope, maybe, looped, guarded, depth + 1)
            return
        if isinstance(statement, (ast.For, ast.AsyncFor)):
            for name in _names(statement.target):
                scope.bind(name, Binding("unknown", statement.iter, statement.lineno, maybe, True))
            looped = True
        elif isinstance(statement, ast.While):
            looped = True
        for body, inside in _bodies(statement):
            if body:
                self.body(body, scope, True, looped, guarded or inside, depth + 1)

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, maybe: bool, guarded: bool, depth: int
    ) -> None:
        scope.bind(node.name, Binding("define", node, node.lineno, maybe))
        inner = scope.children[node] = Scope(self.module, node, scope)
        arguments = node.args
        positional = arguments.posonlyargs + arguments.args
        without = len(positional) - len(arguments.defaults)
        for at, argument in enumerate(positional):
            default = arguments.defaults[at - without] if at >= without else None
            inner.bind(argument.arg, Binding("parameter", default, node.lineno))
        for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            inner.bind(argument.arg, Binding("parameter", value, node.lineno))
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                inner.bind(extra.arg, Binding("parameter", None, node.lineno))
        self.body(node.body, inner, False, False, guarded, depth + 1)

    def assign(self, statement: ast.Assign, scope: Scope, maybe: bool, looped: bool) -> None:
        for target in statement.targets:
            self._target(target, statement.value, statement, scope, maybe, looped)

    def annotated(self, statement: ast.AnnAssign, scope: Scope, maybe: bool, looped: bool) -> None:
        if statement.value is not None:
            self._target(statement.target, statement.value, statement, scope, maybe, looped)
        elif isinstance(statement.target, ast.Name) and scope.is_class:
            scope.bind(statement.target.id, Binding("unknown", None, statement.lineno, statement=statement))

    def _target(
        self, target: ast.expr, value: ast.expr, statement: ast.stmt, scope: Scope, maybe: bool, looped: bool
    ) -> None:
        binding = Binding("assign", value, statement.lineno, maybe, looped, "", statement)
        if isinstance(target, ast.Name):
            scope.bind(target.id, binding)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            owner = scope.enclosing_class()
            if owner is not None:
                owner.attributes.setdefault(target.attr, []).append((binding, scope))
        elif isinstance(target, (ast.Tuple, ast.List)):
            for index, element in enumerate(target.elts):
                if isinstance(element, ast.Name):
                    scope.bind(element.id, binding._replace(kind="unpack", target=str(index)))

    def augmented(self, statement: ast.AugAssign, scope: Scope, maybe: bool, looped: bool) -> None:
        kind = "add" if isinstance(statement.op, ast.Add) else "unknown"
        binding = Binding(kind, statement.value, statement.lineno, maybe, looped, "", statement)
        target = statement.target
        if isinstance(target, ast.Name):
            scope.bind(target.id, binding)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            owner = scope.enclosing_class()
            if owner is not None:
                owner.attributes.setdefault(target.attr, []).append((binding, scope))

    def expression(self, statement: ast.Expr, scope: Scope, maybe: bool, looped: bool) -> None:
        call = statement.value
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not call.args:
            return
        owner = call.func.value
        if call.func.attr in ("append", "extend", "insert", "add_message") and isinstance(owner, ast.Name):
            kind = "extend" if call.func.attr == "extend" else "append"
            binding = Binding(kind, call.args[-1], statement.lineno, maybe, looped, "", statement)
            scope.bindings.get(owner.id, []).append(binding)

    def imported(self, statement: ast.Import | ast.ImportFrom, scope: Scope, maybe: bool, _looped: bool) -> None:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                name = alias.asname or alias.name.split(".", 1)[0]
                dotted = alias.name if alias.asname else name
                self.packages.add(alias.name.split(".", 1)[0])
                scope.bind(name, Binding("import", None, statement.lineno, maybe, target=dotted))
            return
        base = "." * statement.level + (statement.module or "")
        if not statement.level:
            self.packages.add(base.split(".", 1)[0])
        for alias in statement.names:
            dotted = f"{base}:{alias.name}"
            scope.bind(alias.asname or alias.name, Binding("import", None, statement.lineno, maybe, target=dotted))


_HANDLERS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Assign: Statements.assign,
    ast.AnnAssign: Statements.annotated,
    ast.AugAssign: Statements.augmented,
    ast.Expr: Statements.expression,
    ast.Import: Statements.imported,
    ast.ImportFrom: Statements.imported,
}


_PLAIN = frozenset([*_HANDLERS, ast.Return, ast.Raise, ast.Assert, ast.Pass, ast.Delete, ast.Break, ast.Continue])
"""Statements without a body."""


def _header(statement: ast.stmt) -> tuple[int, int]:
    """Return the first and last line of a statement without its nested bodies."""
    first = statement.lineno
    for decorator in getattr(statement, "decorator_list", ()):
        first = min(first, decorator.lineno)
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body:
        return first, max(statement.lineno, body[0].lineno)
    if getattr(statement, "cases", None):
        return first, statement.lineno
    return first, statement.end_lineno or statement.lineno


def _bodies(statement: ast.stmt) -> Iterator[tuple[list[ast.stmt], bool]]:
    handlers: list[ast.ExceptHandler] = getattr(statement, "handlers", [])
    yield getattr(statement, "body", []), bool(handlers)
    yield getattr(statement, "orelse", []), False
    yield getattr(statement, "finalbody", []), False
    for handler in handlers:
        yield handler.body, False
    if isinstance(statement, ast.Match):
        for case in statement.cases:
            yield case.body, False


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _names(element)
