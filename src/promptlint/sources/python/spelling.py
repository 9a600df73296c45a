"""How texts and lists of messages are written: decided on the tree alone."""

from __future__ import annotations

import ast

from promptlint.sources.python.index import Loaded

TEXT_CALLS = frozenset(
    [
        "format",
        "format_map",
        "join",
        "strip",
        "lstrip",
        "rstrip",
        "dedent",
        "cleandoc",
        "replace",
        "substitute",
        "render",
        "indent",
    ]
)


def offered_names(loaded: Loaded) -> frozenset[str]:
    """Return the names of a module under which other files may reach a text."""
    scope = loaded.module.scope
    found = set()
    for name, bindings in scope.bindings.items() if scope is not None else ():
        for binding in bindings:
            if binding.kind == "assign" and isinstance(
                binding.node, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call, ast.Dict, ast.List, ast.Tuple)
            ):
                constant = isinstance(binding.node, ast.Constant)
                if not constant or (isinstance(binding.node.value, str) and len(binding.node.value) >= 20):  # type: ignore[union-attr]
                    found.add(name)
            elif binding.kind == "define":
                found.add(name)
    return frozenset(found)


def target_name(target: ast.AST) -> str:
    """Return the name that an assignment goes to, the last part of it."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        return target.attr
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return ""


def is_text(node: ast.AST) -> bool:
    """Whether an expression is written as a text: a literal, a sum with one, or a literal's method."""
    for _ in range(40):
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str)
        if isinstance(node, ast.JoinedStr):
            return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
            if isinstance(node.op, ast.Add) and _is_literal(node.right):
                return True
            node = node.left
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TEXT_CALLS:
            inner = (
                node.args[0] if node.func.attr in ("dedent", "cleandoc", "indent") and node.args else node.func.value
            )
            if node.func.attr == "join" and node.args and isinstance(node.args[0], (ast.List, ast.Tuple)):
                return isinstance(node.func.value, ast.Constant)
            node = inner
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXT_CALLS and node.args
        ):
            node = node.args[0]
        else:
            return False
    return False


def _is_literal(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def holds_roles(node: ast.AST) -> bool:
    """Whether a list is one of messages, or a tuple is one message: (role, text) or (class, text)."""
    if isinstance(node, ast.Tuple) and _is_pair(node) and is_text(node.elts[1]):
        return True
    for child in getattr(node, "elts", ()):
        if isinstance(child, ast.Dict) and any(isinstance(k, ast.Constant) and k.value == "role" for k in child.keys):
            return True
        if isinstance(child, ast.Tuple) and _is_pair(child):
            return True
    return False


def _is_pair(node: ast.Tuple) -> bool:
    first = node.elts[0] if len(node.elts) == 2 else None
    if isinstance(first, ast.Constant):
        return first.value in ("system", "human", "user", "assistant", "ai")
    name = first.id if isinstance(first, ast.Name) else first.attr if isinstance(first, ast.Attribute) else ""
    return name.endswith(("MessagePromptTemplate", "SystemMessage", "HumanMessage", "UserMessage", "AIMessage"))
