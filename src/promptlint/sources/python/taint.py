"""Where a value comes from: whether a stranger may have written it (a request, `input()`, a retriever, a tool)."""

from __future__ import annotations

import ast

from promptlint.sources.python.module import Module
from promptlint.sources.python.scopes import FunctionNode, Scope
from promptlint.text import lazy_re as re

_SOURCES = re.compile(
    r"\b(?:flask\.)?request\.(?:json|form|args|data|body|query_params|get_json|values|POST|GET|get_data|text|query)\b"
    r"|\binput\(|\bsys\.stdin\b|\b(?:requests|httpx|session|client)\.(?:get|post)\("
    r"|\b\w*(?:retriever|vector_?store|vector_?db|search_client)\w*\.\w+\("
    r"|\.(?:similarity_search|get_relevant_documents|retrieve|aretrieve)\w*\(|\bst\.(?:text_input|text_area|chat_input)\("
    r"|\bawait websocket\.receive|\b(?:tool|function)_(?:result|output|response)s?\b|\bevent\[[\"']body[\"']\]"
)
_SIGNS = (
    "request.", "input(", "sys.stdin", "requests.get(", "requests.post(", "httpx.get(", "httpx.post(", "session.get(",
    "session.post(", "client.get(", "client.post(", "retrieve", "vector", "search_client", "similarity_search",
    "get_relevant_documents", "text_area(", "websocket.receive", "tool_result", "tool_output", "tool_response",
    "function_result", "function_output", "function_response", "event[",
)  # fmt: skip
"""Each source holds one of these: a search for plain text costs next to nothing, one for the pattern does not."""
_ROUTES = frozenset({"get", "post", "put", "patch", "route", "websocket", "api_route", "on_message", "command"})
_ROUTE = re.compile(rf"@[^\r\n]*\.(?:{'|'.join(sorted(_ROUTES))})[ \t]*\(")
MAX_STEPS = 4


def untrusted(node: ast.AST, scope: Scope, steps: int = 0) -> bool:
    """Whether an expression's value comes from outside; names are followed within the function."""
    if steps > MAX_STEPS or not isinstance(node, ast.expr) or not _possible(scope.module):
        return False
    key = (node, steps)
    if key not in scope.tainted:
        scope.tainted[key] = _untrusted(node, scope, steps)
    return scope.tainted[key]


def _possible(module: Module) -> bool:
    """Whether a file holds anything that a stranger's text may come from: most hold nothing."""
    if module.foreign is None:
        text = module.text
        module.foreign = any(map(text.__contains__, _SIGNS)) or _ROUTE.search(text) is not None
    return module.foreign


def _is_source(node: ast.expr, module: Module) -> bool:
    """Whether an expression is written like a source."""
    start, end = module.span(node)
    end = min(end, start + 400)
    written = module.text[start:end]
    return any(map(written.__contains__, _SIGNS)) and _SOURCES.search(module.text, start, end) is not None


def _untrusted(node: ast.expr, scope: Scope, steps: int) -> bool:
    if _is_source(node, scope.module):
        return True
    for name in _roots(node):
        found = scope.find(name)
        if found is None or not found[0].is_function:
            continue
        owner, bindings = found
        for binding in bindings:
            if binding.kind == "parameter" and _is_route(owner) and name not in ("self", "request"):
                return True
            if binding.kind in ("assign", "unknown", "add", "unpack") and binding.node is not None:
                inside = node.lineno >= binding.line
                if inside and binding.node is not node and untrusted(binding.node, owner, steps + 1):
                    return True
    return False


def _roots(node: ast.expr) -> list[str]:
    """Return the names that an expression is made of, the callee of a plain call left out."""
    found: list[str] = []
    todo: list[ast.AST] = [node]
    while todo and len(found) < 6:
        inner = todo.pop()
        if isinstance(inner, ast.Name):
            found.append(inner.id)
        elif isinstance(inner, ast.Call):
            todo += [*inner.args, *([inner.func.value] if isinstance(inner.func, ast.Attribute) else [])]
        elif isinstance(inner, (ast.Attribute, ast.Subscript, ast.Await, ast.Starred)):
            todo.append(inner.value)
        elif isinstance(inner, ast.BinOp):
            todo += [inner.left, inner.right]
        elif isinstance(inner, (ast.GeneratorExp, ast.ListComp)):
            todo += [generator.iter for generator in inner.generators]
    return found


def _is_route(scope: Scope) -> bool:
    if not isinstance(scope.node, FunctionNode):
        return False
    called = [d.func for d in scope.node.decorator_list if isinstance(d, ast.Call)]
    return any(isinstance(function, ast.Attribute) and function.attr in _ROUTES for function in called)
