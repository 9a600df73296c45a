"""What an expression stands for: constants, classes, imports and functions followed without running anything."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING, Union

from promptlint.sources.python import calls, literals
from promptlint.sources.python.scopes import Binding, FunctionNode, Scope
from promptlint.sources.python.sdk import Call, argument
from promptlint.sources.python.taint import untrusted
from promptlint.sources.python.values import (
    Defined,
    Either,
    Hole,
    Items,
    Made,
    Named,
    Plain,
    Table,
    Text,
    Turn,
    Value,
    concat,
    each,
    either,
    options,
)
from promptlint.text.builder import TextBuilder
from promptlint.text.dialects import UNNAMED, shown_name
from promptlint.text.pieces import SourceSpan

if TYPE_CHECKING:
    from promptlint.sources.python.index import Index

Step = tuple[object, object]
"""What must not lead to itself: a name that is looked up in a scope (`.name` for an attribute of a class, `()` for
what a function returns)."""
Missing = Union[Hole, tuple[ast.expr, Scope]]  # noqa: UP007 - evaluated on 3.10
"""What to give where nothing is known: a hole, or the expression that one is made of when it is needed."""
_NOTHING: frozenset[object] = frozenset()
MAX_DEPTH = 10
"""Names and calls followed one after the other."""
MAX_STEPS = 40_000
"""Expressions looked at for one file: what is left after that is taken as known at run time only."""


class Evaluator:
    """Evaluates expressions of the project's modules; `depends` collects the files that were looked into."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.depends: set[str] = set()
        self.depth = 0
        self._steps = 0
        self._open: set[Step] = set()
        self._frames: dict[Scope, calls.Passed] = {}
        self._free: set[object] = set()
        """What the value that is being worked out hangs on: parameters (their scope), names that are being looked up
        (a circle), None for a limit that was met."""
        self._kept: dict[tuple[ast.AST, Scope], tuple[Value, Set[object], int]] = {}
        """Values with what they hang on, and the depth from which on they are as good as any."""

    def value(self, node: ast.AST | None, scope: Scope) -> Value:
        """Return what an expression stands for; a `Hole` where that is known at run time only."""
        if node is None:
            return Plain(None)
        handler = _HANDLERS.get(type(node))
        if handler is None:
            return self.hole(node, scope)
        key = (node, scope)
        known = self._kept.get(key)
        if known is not None and self.depth >= known[2] and known[1].isdisjoint(self._frames):
            self._free |= known[1]
            return known[0]
        self._steps += 1
        if self._steps > MAX_STEPS:
            self._free.add(None)
            return self.hole(node, scope)
        around = self._free
        free: set[object] = set()
        self._free = free
        result = handler(self, node, scope)
        self._free = around
        if not free:
            self._kept[key] = (result, _NOTHING, 0)
            return result
        around |= free
        # What came of a circle holds where it was met; what came of a call's arguments holds for that call.
        circle = self.depth > 0 and any(isinstance(item, tuple) for item in free)
        if not circle and free.isdisjoint(self._frames):
            self._kept[key] = (result, free, self.depth if None in free else 0)
        return result

    def enter(self, step: Step) -> bool:
        """Begin a step that must not lead to itself; False where it did, or where there were too many. `leave` ends
        it."""
        if step in self._open or self.depth >= MAX_DEPTH:
            self._free.add(step if step in self._open else None)
            return False
        self._open.add(step)
        self.depth += 1
        return True

    def leave(self, step: Step) -> None:
        """End a step that was begun."""
        self.depth -= 1
        self._open.discard(step)
        self._free.discard(step)

    def hole(self, node: ast.AST, scope: Scope) -> Hole:
        """Return an expression as a run-time value, named by its source."""
        known = scope.holes.get(node)
        if known is None:
            module = scope.module
            if not isinstance(node, ast.expr):
                return Hole(UNNAMED, SourceSpan(module.path, 0, 0))
            start, end = module.span(node)
            name = short(module.text[start : min(end, start + 400)])
            known = scope.holes[node] = Hole(name, SourceSpan(module.path, start, end), untrusted(node, scope))
        return known

    # --- expressions ---

    def _constant(self, node: ast.Constant, scope: Scope) -> Value:
        if not isinstance(node.value, str):
            return Plain(node.value)
        return self._text(node, scope)

    def _text(self, node: ast.Constant | ast.JoinedStr, scope: Scope) -> Value:
        module = scope.module
        formatted = isinstance(node, ast.JoinedStr)
        values = [v for v in node.values if isinstance(v, ast.FormattedValue)] if formatted else []  # type: ignore[union-attr]
        parts: list[Value] = []
        builder = TextBuilder()
        holes = 0
        for part in literals.scan(module, node):
            if part.kind == "text":
                builder.text(part.text, module.path, part.start)
            elif part.kind == "escape":
                builder.escape(part.text, module.path, part.start, part.end)
            else:
                if builder.length:
                    parts.append(Text(*builder.build()))
                    builder = TextBuilder()
                parts.append(self._formatted(values[holes], part, scope))
                holes += 1
        if builder.length or not parts:
            parts.append(Text(*builder.build()))
        if not formatted:
            return parts[0]
        return each(concat(parts), lambda v: v._replace(dialect="fstring") if isinstance(v, Text) else v)

    def _formatted(self, node: ast.FormattedValue, part: literals.Part, scope: Scope) -> Value:
        if node.conversion == -1 and node.format_spec is None:
            found = self.value(node.value, scope)
            texts = [option for option in options(found) if isinstance(option, Text)]
            if texts and len(texts) == len(options(found)):
                return found
        source = SourceSpan(scope.module.path, part.start, part.end)
        return Hole(short(part.text), source, untrusted(node.value, scope))

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        if isinstance(node.op, ast.Mod):
            return calls.percent(self, self.value(node.left, scope), node, scope)
        if not isinstance(node.op, ast.Add):
            return self.hole(node, scope)
        operands: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            operands.append(left.right)
            left = left.left
        values = [self.value(operand, scope) for operand in [left, *reversed(operands)]]
        return self.added(values, node, scope)

    def added(self, values: list[Value], node: ast.AST, scope: Scope) -> Value:
        """Return the sum of values: texts in a row, or lists in a row."""
        if any(isinstance(option, Text) for value in values for option in options(value)):
            fitting = [_texts_only(value, self.hole(node, scope)) for value in values]
            return concat(fitting)
        if any(isinstance(option, Items) for value in values for option in options(value)):
            items: list[Value] = []
            more: list[str] = []
            for value in values:
                found = next((option for option in options(value) if isinstance(option, Items)), None)
                if found is None:
                    more.append(value.name if isinstance(value, Hole) else UNNAMED)
                else:
                    items += found.items
                    more += found.more
            return Items(tuple(items), tuple(more), node)
        return self.hole(node, scope)

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        return self.lookup(node.id, scope, node)

    def lookup(self, name: str, scope: Scope, use: ast.expr | None) -> Value:
        """Return what a name stands for at a place; `use` None takes all that ever happens to it."""
        found = scope.find(name)
        if found is None:
            return self.hole(use, scope) if use is not None else Hole(name, SourceSpan(scope.module.path, 0, 0))
        owner, bindings = found
        missing: Missing = (use, scope) if use is not None else Hole(name, SourceSpan(scope.module.path, 0, 0))
        step = (owner, name)
        if not self.enter(step):
            return self._unknown(missing)
        try:
            seen = [b for b in bindings if owner is not scope or use is None or _before(b, use)]
            return self._history(seen, owner, name, self._frames.get(owner), missing)
        finally:
            self.leave(step)

    def _unknown(self, missing: Missing) -> Hole:
        return missing if isinstance(missing, Hole) else self.hole(*missing)

    def _history(
        self, bindings: list[Binding], owner: Scope, name: str, frame: calls.Passed | None, missing: Missing
    ) -> Value:
        values: list[Value] = []
        for binding in bindings:
            if binding.kind in ("add", "append", "extend"):
                current = either(values) if values else self._unknown(missing)
                grown = self._grown(current, binding, owner)
                values = [current, grown] if binding.maybe and not binding.looped and binding.kind == "add" else [grown]
                continue
            value: Value | None = None
            if binding.kind == "parameter":
                self._free.add(owner)
                value = frame.get(self, name) if frame is not None else None
            if value is None:
                value = self._bound(binding, owner)
            if isinstance(value, Hole):
                fallback = self._unknown(missing)
                value = fallback._replace(untrusted=True) if value.untrusted else fallback
            values = [*values, value] if binding.maybe else [value]
        return _known(either(values)) if values else self._unknown(missing)

    def _grown(self, current: Value, binding: Binding, owner: Scope) -> Value:
        added = self.value(binding.node, owner)
        if binding.kind == "add":
            return self.added([current, added], binding.node or owner.node, owner)

        def grow(value: Value) -> Value:
            if not isinstance(value, Items):
                return value
            if binding.kind == "append" and not binding.looped:
                return value._replace(items=(*value.items, added))
            if isinstance(added, Items) and not binding.looped:
                return value._replace(items=(*value.items, *added.items), more=(*value.more, *added.more))
            name = added.name if isinstance(added, Hole) else "history"
            return value._replace(more=(*value.more, name))

        return each(current, grow)

    def _bound(self, binding: Binding, owner: Scope) -> Value:
        if binding.kind in ("assign", "parameter") and binding.node is not None:
            return self.value(binding.node, owner)
        if binding.kind == "define" and binding.node is not None:
            return Defined(binding.node, owner)
        if binding.kind == "import":
            return self.index.imported(self, owner.module, binding.target)
        if binding.kind == "unpack":
            value = self.value(binding.node, owner)
            if isinstance(value, Items) and int(binding.target) < len(value.items):
                item: Value = value.items[int(binding.target)]
                return item
        return Hole(UNNAMED, SourceSpan(owner.module.path, 0, 0))

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            owner = scope.enclosing_class()
            if owner is not None:
                return self.member(owner, node.attr, (node, scope))
        base = self.value(node.value, scope)
        return each(base, lambda value: self._of(value, node, scope))

    def _of(self, base: Value, node: ast.Attribute, scope: Scope) -> Value:
        if isinstance(base, Named):
            return Named(f"{base.dotted}.{node.attr}")
        if isinstance(base, Defined):
            if isinstance(base.node, ast.ClassDef):
                return self.member(base.scope.children[base.node], node.attr, (node, scope))
            if isinstance(base.node, ast.Module):
                return self.exported(base.scope, node.attr)
        if node.attr in ("value", "template", "content", "text") and isinstance(base, (Text, Turn)):
            return base.content if isinstance(base, Turn) else base
        if isinstance(base, Made):
            return calls.attribute_of(self, base, node, scope)
        return self.hole(node, scope)

    def exported(self, scope: Scope, name: str) -> Value:
        """Return what a module offers under a name, star imports included."""
        if name in scope.bindings:
            return self.lookup(name, scope, None)
        return self.index.starred(self, scope.module, name) or Hole(name, SourceSpan(scope.module.path, 0, 0))

    def member(self, owner: Scope, name: str, missing: Missing) -> Value:
        """Return what a class offers under a name: its own constants, what its methods assign, then its bases."""
        step = (owner, f".{name}")
        if not self.enter(step):
            return self._unknown(missing)
        try:
            return self._member(owner, name, missing)
        finally:
            self.leave(step)

    def _member(self, owner: Scope, name: str, missing: Missing) -> Value:
        found: list[Value] = []
        bindings = [b for b in owner.bindings.get(name, ()) if b.node is not None]
        if bindings:
            value = self._history(bindings, owner, name, None, missing)
            if isinstance(value, Defined) and isinstance(value.node, FunctionNode) and _is_property(value.node):
                value = calls.returned(self, value, calls.Passed({}, owner)) or self._unknown(missing)
            found.append(value)
        for binding, scope in owner.attributes.get(name, ()):
            value = self.value(binding.node, scope)
            if binding.kind == "add" and found:
                value = self.added([either(found), value], binding.node or owner.node, scope)
                found = []
            found.append(value)
        if not found and isinstance(owner.node, ast.ClassDef) and owner.parent is not None:
            for base in owner.node.bases:
                parent = self.value(base, owner.parent)
                if isinstance(parent, Defined) and isinstance(parent.node, ast.ClassDef):
                    found.append(self.member(parent.scope.children[parent.node], name, missing))
        value = _known(either(found)) if found else self._unknown(missing)
        return self._unknown(missing) if isinstance(value, Hole) else value

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        base = self.value(node.value, scope)
        key = self.value(node.slice, scope)
        return each(base, lambda value: self._item(value, key, node, scope))

    def _item(self, base: Value, key: Value, node: ast.Subscript, scope: Scope) -> Value:
        if isinstance(base, Table) and isinstance(key, Text):
            return base.get(key.text) or self.hole(node, scope)
        if isinstance(base, Table) and base.items and not isinstance(key, Plain):
            return either([value for _, value in base.items])
        if isinstance(base, Items) and isinstance(key, Plain) and isinstance(key.value, int):
            try:
                item: Value = base.items[key.value]
            except IndexError:
                return self.hole(node, scope)
            return item
        return self.hole(node, scope)

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Value:
        return _known(either([self.value(node.body, scope), self.value(node.orelse, scope)]))

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> Value:
        if isinstance(node.op, ast.And):
            return self.value(node.values[-1], scope)
        return _known(either([self.value(operand, scope) for operand in node.values]))

    def _items(self, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
        items: list[Value] = []
        more: list[str] = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                inner = self.value(element.value, scope)
                known = next((option for option in options(inner) if isinstance(option, Items)), None)
                items += known.items if known is not None else ()
                more += known.more if known is not None else (self.hole(element.value, scope).name,)
            else:
                items.append(self.value(element, scope))
        return Items(tuple(items), tuple(more), node)

    def _table(self, node: ast.Dict, scope: Scope) -> Value:
        found: list[tuple[str, Value]] = []
        is_open = False
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                inner = self.value(value, scope)
                is_open = is_open or not isinstance(inner, Table)
                found += inner.items if isinstance(inner, Table) else ()
                continue
            name = self.value(key, scope)
            if isinstance(name, Text):
                found.append((name.text, self.value(value, scope)))
            elif isinstance(key, ast.Attribute):
                found.append((key.attr, self.value(value, scope)))
            else:
                is_open = True
        return Table(tuple(found), is_open, SourceSpan(scope.module.path, *scope.module.span(node)))

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        step = (scope, node)
        if not self.enter(step):
            return self.hole(node, scope)
        try:
            return calls.call(self, node, scope)
        finally:
            self.leave(step)

    def _await(self, node: ast.Await, scope: Scope) -> Value:
        return self.value(node.value, scope)

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> Value:
        return self.value(node.value, scope)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> Value:
        if len(node.generators) == 1 and _passes_on(node.elt, node.generators[0].target):
            # `[part for part in parts if part]`: the parts themselves, whichever of them are left.
            items = self.value(node.generators[0].iter, scope)
            if isinstance(items, Items):
                return items
        return Items((), (self.hole(node, scope).name,), node)

    def inside(self, row: Call, node: ast.Call, scope: Scope, path: str) -> Value | None:
        """Return what a call passes for an argument; a path (`config.tools`) walks into dicts and objects."""
        name, _, rest = path.partition(".")
        value = argument(self, node, scope, row.positional, name)
        if value is None and any(keyword.arg is None for keyword in node.keywords):
            value = calls.keywords(self, node, scope).get(name)
        while value is not None and rest:
            name, _, rest = rest.partition(".")
            value = self._part(value, name)
        return value

    def _part(self, value: Value, name: str) -> Value | None:
        for option in options(value):
            if isinstance(option, Made):
                option = calls.keywords(self, option.node, option.scope)
            if isinstance(option, Table) and option.get(name) is not None:
                found: Value = option.get(name)
                return found
        return None

    @contextmanager
    def frame(self, scope: Scope, values: calls.Passed) -> Iterator[None]:
        """Evaluate with the parameters of a function bound to what a call passes."""
        before = self._frames.get(scope)
        self._frames[scope] = values
        try:
            yield
        finally:
            self._free.discard(scope)
            if before is None:
                del self._frames[scope]
            else:
                self._frames[scope] = before


_HANDLERS: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Constant: Evaluator._constant,
    ast.JoinedStr: Evaluator._text,
    ast.BinOp: Evaluator._binary,
    ast.Name: Evaluator._name,
    ast.Attribute: Evaluator._attribute,
    ast.Subscript: Evaluator._subscript,
    ast.IfExp: Evaluator._conditional,
    ast.BoolOp: Evaluator._boolean,
    ast.List: Evaluator._items,
    ast.Tuple: Evaluator._items,
    ast.Set: Evaluator._items,
    ast.Dict: Evaluator._table,
    ast.Call: Evaluator._call,
    ast.Await: Evaluator._await,
    ast.NamedExpr: Evaluator._walrus,
    ast.ListComp: Evaluator._comprehension,
    ast.GeneratorExp: Evaluator._comprehension,
}


def short(source: str) -> str:
    """Return the source of an expression as the name of a placeholder: one line, no braces, at most 60 characters."""
    return shown_name(source, 60)


def _before(binding: Binding, use: ast.expr) -> bool:
    node = binding.node
    if binding.kind in ("define", "import", "parameter") or not isinstance(node, ast.expr):
        return True
    return (node.end_lineno or 0, node.end_col_offset or 0) <= (use.lineno, use.col_offset)


def _passes_on(element: ast.expr, target: ast.expr) -> bool:
    """Whether a comprehension gives what it goes through, stripped at most."""
    if isinstance(element, ast.Call) and isinstance(element.func, ast.Attribute) and element.func.attr == "strip":
        element = element.func.value
    return isinstance(element, ast.Name) and isinstance(target, ast.Name) and element.id == target.id


def _known(value: Value) -> Value:
    """Leave out what is unknown, None or empty where another alternative is a text."""
    if not isinstance(value, Either):
        return value
    good = [v for v in value.options if (isinstance(v, Text) and v.text.strip()) or isinstance(v, (Items, Table))]
    return either(good) if good else value


def _texts_only(value: Value, hole: Hole) -> Value:
    fitting = [option if isinstance(option, (Text, Hole)) else hole for option in options(value)]
    return either(fitting)


def _is_property(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", [])
    names = {d.id if isinstance(d, ast.Name) else d.attr if isinstance(d, ast.Attribute) else "" for d in decorators}
    return bool(names & {"property", "cached_property"})


__all__ = ["Evaluator", "short"]
