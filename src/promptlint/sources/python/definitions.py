"""Prompts that are definitions: docstrings of signatures and of decorated functions, and what such functions return."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, Union

from promptlint.model import Contract, Role, Surroundings, Use
from promptlint.sources.python import calls, contracts, texts
from promptlint.sources.python.drafts import Draft, imported
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.index import Loaded
from promptlint.sources.python.messages import Messages, content, variants
from promptlint.sources.python.scopes import FunctionNode, Place
from promptlint.sources.python.values import Defined, Named, Plain, Text, Value, each, options

FunctionDef = Union[ast.FunctionDef, ast.AsyncFunctionDef]  # noqa: UP007 - evaluated on 3.10


def of_module(loaded: Loaded, evaluator: Evaluator) -> list[Draft]:
    """Return the drafts of a module's decorated functions and prompt classes."""
    found: list[Draft] = []
    if not loaded.definitions:
        return found
    data = evaluator.index.sdk.data
    docstrings, decorators = (
        [row for row in data[kind] if imported(frozenset(row["packages"]), loaded, evaluator)]
        for kind in ("docstrings", "decorators")
    )
    bases = [row for row in docstrings if "base" in row]
    documented = [row for row in docstrings if "decorator" in row]
    for place in loaded.definitions:
        node = place.statement
        draft = None
        if isinstance(node, ast.ClassDef):
            draft = _signature(node, place, evaluator, bases) if bases else None
        elif isinstance(node, FunctionNode) and (documented or decorators):
            draft = _decorated(node, place, evaluator, loaded.packages, documented, decorators)
        if draft is not None:
            found.append(draft)
    return found


def _signature(node: ast.ClassDef, place: Place, evaluator: Evaluator, rows: list[Mapping[str, Any]]) -> Draft | None:
    """A class whose docstring is the instructions (dspy)."""
    if ast.get_docstring(node, clean=False) is None:
        return None
    for base in node.bases:
        value = evaluator.value(base, place.scope)
        for _ in range(4):
            if not isinstance(value, Defined) or not isinstance(value.node, ast.ClassDef) or not value.node.bases:
                break
            value = evaluator.value(value.node.bases[0], value.scope)
        dotted = value.dotted if isinstance(value, Named) else ""
        for row in rows:
            if dotted.split(".", 1)[0] in row["packages"] and any(dotted.endswith(name) for name in row["base"]):
                text = docstring(node, place, evaluator)
                if text is None:
                    return None
                around = Surroundings(contract=Contract(node.name, True, _outputs(node, place, evaluator), helper=True))
                return _draft([Messages((("system", text),))], node, place, evaluator, around)
    return None


def _outputs(node: ast.ClassDef, place: Place, evaluator: Evaluator) -> Mapping[str, object] | None:
    """Return the schema of a signature's output fields."""
    scope = place.scope.children.get(node)
    properties: dict[str, object] = {}
    for statement in node.body:
        call = getattr(statement, "value", None)
        if not isinstance(call, ast.Call) or calls.last_name(call.func) != "OutputField" or scope is None:
            continue
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            properties[statement.target.id] = contracts.annotation(evaluator, statement.annotation, scope, 0)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            properties[statement.targets[0].id] = {"type": "string"}
    return {"type": "object", "properties": properties, "required": list(properties)} if properties else None


def docstring(node: ast.ClassDef | FunctionDef, place: Place, evaluator: Evaluator) -> Text | None:
    """Return the cleaned docstring of a definition with its places."""
    first = node.body[0] if node.body else None
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return None
    value = evaluator.value(first.value, place.scope)
    return texts.cleandoc(value) if isinstance(value, Text) and value.text.strip() else None


def _decorated(
    node: FunctionDef,
    place: Place,
    evaluator: Evaluator,
    packages: frozenset[str],
    documented: list[Mapping[str, Any]],
    called: list[Mapping[str, Any]],
) -> Draft | None:
    for decorator in node.decorator_list:
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        written = calls.dotted_name(function)
        value = evaluator.value(function, place.scope)
        dotted = value.dotted if isinstance(value, Named) else ""
        for row in documented:
            if _comes_from(row, packages, dotted) and any(_named(n, written, dotted) for n in row["decorator"]):
                return _documented(node, place, evaluator, row, decorator)
        for row in called:
            if _comes_from(row, packages, dotted) and any(_named(n, written, dotted) for n in row["names"]):
                return _called(node, place, evaluator, row, decorator)
    return None


def _comes_from(row: Mapping[str, Any], packages: frozenset[str], dotted: str) -> bool:
    """Whether a name is one of a row's packages; of a name that leads nowhere, whether the file imports one of them."""
    home = dotted.split(".", 1)[0]
    return home in row["packages"] if home else not packages.isdisjoint(row["packages"])


def _named(name: str, written: str, dotted: str) -> bool:
    return any(full == name or full.endswith("." + name) for full in (written, dotted) if full)


def _documented(
    node: FunctionDef, place: Place, evaluator: Evaluator, row: Mapping[str, Any], decorator: ast.expr
) -> Draft | None:
    """The docstring is the system text; what the function returns may be the user's."""
    text = docstring(node, place, evaluator)
    if text is None:
        return None
    role: Role = "system"
    turns: tuple[tuple[Role, Any], ...] = ((role, each(text, lambda v: _pending(v, row.get("dialect", "")))),)
    rows = [Messages(turns)]
    if row.get("returns"):
        for found in _returned(node, place, evaluator, row["returns"])[:1]:
            rows = [Messages(turns + found.turns, found.more)]
    around = Surroundings(
        contract=_declared(node, place, evaluator, row, decorator),
        history_injected=bool(rows[0].more),
        few_shot_injected=rows[0].few_shot,
    )
    return _draft(rows, node, place, evaluator, around)


def _called(
    node: FunctionDef, place: Place, evaluator: Evaluator, row: Mapping[str, Any], decorator: ast.expr
) -> Draft | None:
    """The decorator's argument or what the function returns is the prompt."""
    dialect = row.get("dialect", "")
    rows: list[Messages] = []
    if row.get("argument") and isinstance(decorator, ast.Call):
        for argument in decorator.args:
            value = each(evaluator.value(argument, place.scope), lambda v: _templated(v, dialect))
            found = variants(value)[:1]
            rows = [Messages((*(rows[0].turns if rows else ()), *m.turns)) for m in found]
    elif row.get("returns"):
        rows = _returned(node, place, evaluator, row["returns"])
    rows = [m for m in rows if any(isinstance(text, Text) for _, text in m.turns)]
    if not rows:
        return None
    around = Surroundings(
        contract=_declared(node, place, evaluator, row, decorator), few_shot_injected=rows[0].few_shot
    )
    names = tuple(a.arg for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])
    if dialect == "format":
        rows = [Messages(tuple((r, _passing(t, names)) for r, t in m.turns), m.more) for m in rows]
    return _draft(rows, node, place, evaluator, around)


def _passing(text: Any, names: tuple[str, ...]) -> Any:
    return text._replace(arguments=names) if isinstance(text, Text) else text


def _returned(node: FunctionDef, place: Place, evaluator: Evaluator, role: Role) -> list[Messages]:
    value = calls.returned(evaluator, Defined(node, place.scope), calls.Passed({}, place.scope))
    if value is None:
        return []
    found: list[Messages] = []
    for option in options(value):
        if isinstance(option, Text):
            found += [Messages(((role, text),)) for text in content(option)]
        else:
            found += variants(option, role)
    return found[:8]


def _declared(
    node: FunctionDef, place: Place, evaluator: Evaluator, row: Mapping[str, Any], decorator: ast.expr
) -> Contract | None:
    """Return what the decorator or, where that is what counts, the return annotation declares."""
    if isinstance(decorator, ast.Call):
        for keyword in decorator.keywords:
            if keyword.arg in row.get("contract", ()):
                value = evaluator.value(keyword.value, place.scope)
                return contracts.contract_of(evaluator, keyword.value, value, place.scope, helper=True)
    if row.get("typed") and node.returns is not None:
        value = evaluator.value(node.returns, place.scope)
        if not isinstance(value, Plain):
            return contracts.contract_of(evaluator, node.returns, value, place.scope, helper=True)
    return None


def _templated(value: Value, dialect: str) -> Value:
    from promptlint.sources.python.values import Turn

    if isinstance(value, Turn):
        return value._replace(content=each(value.content, lambda v: _pending(v, dialect)))
    return _pending(value, dialect)


def _pending(value: Value, dialect: str) -> Value:
    if isinstance(value, Text) and dialect and not value.dialect:
        return value._replace(pending=dialect, dialect=dialect)
    return value


def _draft(
    rows: list[Messages], node: ast.ClassDef | FunctionDef, place: Place, evaluator: Evaluator, around: Surroundings
) -> Draft:
    use = Use(place.scope.module.path, node.lineno)
    return Draft(tuple(rows), use, around, True, frozenset(evaluator.depends))
