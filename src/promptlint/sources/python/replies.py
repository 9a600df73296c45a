"""What code does with a reply: `json.loads`, a regular expression, `split`; and whether it catches the failure."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from promptlint.sources.python import calls
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.scopes import FunctionNode, Place

_PARSERS = {
    "json.loads": "json.loads",
    "orjson.loads": "json.loads",
    "ujson.loads": "json.loads",
    "ast.literal_eval": "ast.literal_eval",
    "yaml.safe_load": "yaml.safe_load",
    "re.search": "re",
    "re.match": "re",
    "re.findall": "re",
    "re.fullmatch": "re",
    "re.finditer": "re",
}
_METHODS = {
    "split": "split",
    "splitlines": "split",
    "model_validate_json": "model_validate_json",
    "parse_raw": "json.loads",
}
_NUMBERS = {"int", "float"}
_TEXT = {"strip", "lower", "upper", "removeprefix", "removesuffix", "replace", "lstrip", "rstrip"}


def reply_parser(node: ast.Call, place: Place, evaluator: Evaluator) -> tuple[str | None, bool]:
    """Return how the reply of a call is read in the same function, and whether a handler stands around that."""
    del evaluator
    scope = place.scope
    body = getattr(scope.node, "body", [])
    known: set[str] = set()
    for statement, guarded in _statements(body, False):
        if (statement.end_lineno or 0) < node.lineno:
            continue
        expressions = list(_expressions(statement))
        for expression in expressions:
            for inner in ast.walk(expression):
                parser = _parser(inner, node, known) if isinstance(inner, ast.Call) else None
                if parser is not None:
                    return parser, guarded
        target = _target(statement)
        value = getattr(statement, "value", None)
        if target is not None and value is not None:
            if _comes_from(value, node, known):
                known.add(target)
            else:
                known.discard(target)
    return None, False


def _parser(call: ast.Call, node: ast.Call, known: set[str]) -> str | None:
    name = calls.dotted_name(call.func)
    last = name.rpartition(".")[2]
    if name in _PARSERS:
        subject = (
            call.args[-1] if name.startswith("re.") and len(call.args) > 1 else call.args[0] if call.args else None
        )
        if name.startswith("re.") and len(call.args) > 1:
            subject = call.args[1]
        return _PARSERS[name] if subject is not None and _comes_from(subject, node, known) else None
    if last in _METHODS and isinstance(call.func, ast.Attribute):
        subject = call.args[0] if last in ("model_validate_json", "parse_raw") and call.args else call.func.value
        return _METHODS[last] if _comes_from(subject, node, known) else None
    if name in _NUMBERS and call.args and _comes_from(call.args[0], node, known):
        return name
    return None


def _comes_from(expression: ast.AST, node: ast.Call, known: set[str]) -> bool:
    """Whether an expression is the reply or a part of it (`reply.choices[0].message.content.strip()`)."""
    for _ in range(20):
        if expression is node:
            return True
        if isinstance(expression, ast.Name):
            return expression.id in known
        if isinstance(expression, (ast.Attribute, ast.Subscript, ast.Await, ast.Starred)):
            expression = expression.value
        elif isinstance(expression, ast.BoolOp):
            expression = expression.values[0]
        elif isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
            if expression.func.attr in _TEXT or not expression.args:
                expression = expression.func.value
            else:
                return any(_comes_from(argument, node, known) for argument in expression.args[:1])
        elif isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name) and expression.args:
            expression = expression.args[0]
        elif isinstance(expression, ast.IfExp):
            expression = expression.body
        else:
            return False
    return False


def _statements(body: Iterable[ast.stmt], guarded: bool) -> Iterable[tuple[ast.stmt, bool]]:
    for statement in body:
        if isinstance(statement, (*FunctionNode, ast.ClassDef)):
            continue
        yield statement, guarded
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if isinstance(inner, list):
                caught = guarded or (field == "body" and bool(getattr(statement, "handlers", None)))
                yield from _statements(inner, caught)
        for handler in getattr(statement, "handlers", ()):
            yield from _statements(handler.body, guarded)


def _expressions(statement: ast.stmt) -> Iterable[ast.expr]:
    for field, value in ast.iter_fields(statement):
        if field in ("body", "orelse", "finalbody", "handlers", "cases"):
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.expr):
                yield item


def _target(statement: ast.stmt) -> str | None:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    first = targets[0]
    if isinstance(first, ast.Name):
        return first.id
    return None
