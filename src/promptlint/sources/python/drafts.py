"""The prompts that calls send: for each call of the SDK table, its messages and what the call says about them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from promptlint.model import Role, Surroundings, Use
from promptlint.sources.python import calls
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.facts import surroundings
from promptlint.sources.python.index import Loaded
from promptlint.sources.python.messages import Messages, content, variants
from promptlint.sources.python.scopes import Place, Scope
from promptlint.sources.python.sdk import Call
from promptlint.sources.python.values import Defined, Hole, Named, Text, Value, each

_BODIES = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
_PLAIN = frozenset({
    "arg", "attr", "asname", "conversion", "ctx", "id", "is_async", "level", "module", "name", "names", "op", "ops",
    "simple", "str", "type_comment",
})  # fmt: skip
"""Fields of nodes that hold no expressions."""


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """By class of nodes: the fields that may hold expressions."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        fields = () if kind is ast.Constant else kind._fields
        found = self[kind] = tuple(field for field in fields if field not in _PLAIN)
        return found


_FIELDS = _Fields()


class Draft(NamedTuple):
    """A prompt before it is put together: one row of messages for each variant."""

    rows: tuple[Messages, ...]
    use: Use
    around: Surroundings
    sent: bool = True
    """A call sends it, and it is not only a constant that looks like a prompt."""
    depends: frozenset[str] = frozenset()


def of_module(loaded: Loaded, evaluator: Evaluator) -> list[Draft]:
    """Return the drafts of all calls in a module."""
    found: list[Draft] = []
    module = loaded.module
    for place in loaded.on(evaluator.index.call_lines(module.path, module.text)):
        for node in calls_in(place.statement):
            draft = _draft(node, place, loaded, evaluator)
            if draft is not None:
                found.append(draft)
    return found


def calls_in(statement: ast.stmt) -> Iterator[ast.Call]:
    """Yield all calls of a statement, those of nested bodies left out."""
    todo: list[ast.AST] = []
    for field in _FIELDS[type(statement)]:
        if field not in _BODIES:
            _push(getattr(statement, field), todo)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Call):
            yield node
        for field in _FIELDS[type(node)]:
            _push(getattr(node, field), todo)


def _push(value: ast.AST | list[ast.AST | None] | None, todo: list[ast.AST]) -> None:
    if isinstance(value, list):
        todo += [item for item in reversed(value) if item is not None]
    elif value is not None:
        todo.append(value)


def _draft(node: ast.Call, place: Place, loaded: Loaded, evaluator: Evaluator) -> Draft | None:
    written = calls.dotted_name(node.func)
    if not evaluator.index.sdk.may_find(written, lambda packages: imported(packages, loaded, evaluator)):
        return None
    row = _row(node, written, place.scope, evaluator, loaded.packages)
    if row is None:
        return None
    found = _rows(row, node, place.scope, evaluator)
    if not any(isinstance(text, Text) for messages in found for _, text in messages.turns):
        return None
    around = surroundings(row, node, place, evaluator, found[0])
    use = Use(loaded.module.path, node.lineno)
    return Draft(tuple(found), use, around, True, frozenset(evaluator.depends))


def imported(packages: frozenset[str], loaded: Loaded, evaluator: Evaluator) -> bool:
    """Whether a file or, as a call may come through another file, its project imports any of some packages."""
    return not packages.isdisjoint(loaded.packages) or evaluator.index.users.imports_any(packages)


def _row(node: ast.Call, written: str, scope: Scope, evaluator: Evaluator, packages: frozenset[str]) -> Call | None:
    arguments = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
    table = calls.keywords(evaluator, node, scope) if any(k.arg is None for k in node.keywords) else None
    if table is not None:
        arguments |= frozenset(name for name, _ in table.items)
    value = evaluator.value(node.func, scope)
    dotted = value.dotted if isinstance(value, Named) else None
    if isinstance(value, Defined) and isinstance(value.node, ast.ClassDef):
        dotted = _foreign_base(value, evaluator)
        if dotted is None:
            return None
        written = dotted.rpartition(".")[2]
    return evaluator.index.sdk.find(written, dotted, packages, arguments)


def _foreign_base(value: Defined, evaluator: Evaluator, depth: int = 0) -> str | None:
    """Return the imported class that a class of the project extends."""
    if depth > 4 or not isinstance(value.node, ast.ClassDef):
        return None
    for base in value.node.bases:
        found = evaluator.value(base, value.scope)
        if isinstance(found, Named):
            return found.dotted
        if isinstance(found, Defined):
            dotted = _foreign_base(found, evaluator, depth + 1)
            if dotted is not None:
                return dotted
    return None


def _rows(row: Call, node: ast.Call, scope: Scope, evaluator: Evaluator) -> list[Messages]:
    rows = [Messages()]
    roles: list[tuple[Role, tuple[str, ...]]] = [("system", row.system), ("user", row.user)]
    for role, names in roles:
        for name in names:
            value = evaluator.inside(row, node, scope, name)
            if value is None:
                continue
            texts = [_template(text, row.template) for text in content(value)]
            if texts:
                rows = [m._replace(turns=(*m.turns, (role, text))) for text in texts for m in rows][:8]
    for name in row.messages:
        value = evaluator.inside(row, node, scope, name)
        if value is not None:
            value = each(value, lambda v: _template(v, row.template)) if row.template == "bare" else value
            found = variants(value)
            rows = [Messages(m.turns + f.turns, m.more + f.more) for f in found for m in rows][:8]
    if any(evaluator.inside(row, node, scope, name) is not None for name in row.few_shot):
        rows = [m._replace(more=(*m.more, "examples")) for m in rows]
    return rows


def _template(value: Text | Hole | Value, dialect: str) -> Text | Hole:
    if isinstance(value, Text) and dialect and not value.dialect and not value.pending:
        return value._replace(pending=dialect, dialect=dialect)
    return value  # type: ignore[return-value]
