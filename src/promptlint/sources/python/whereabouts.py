"""Where a text may stand at all: the lines and calls that are looked at where no call of the table shows a prompt."""

from __future__ import annotations

import ast

from promptlint.text import lazy_re as re

NEVER = frozenset({
    "print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "echo", "secho", "fail",
    "add_argument", "add_parser", "ArgumentParser", "Option", "Argument", "option", "help", "execute", "executemany",
    "executescript", "read_sql", "text", "Field", "compile", "search", "match", "sub", "findall", "fullmatch",
    "split", "finditer", "getenv", "get", "pop", "setdefault", "startswith", "endswith", "count", "index", "find",
    "isinstance", "hasattr", "getattr", "setattr", "raises", "skip", "xfail", "deprecated", "register_option",
    "write", "writelines", "success", "st", "markdown", "title", "caption", "HTMLResponse", "Response", "jsonify",
    "HTTPException", "abort", "flash", "gettext_noop", "panel", "Panel", "Markdown", "input", "confirm", "ask",
    "deprecated_function", "beta", "describe", "tool", "Tool", "FunctionTool", "StructuredTool", "InputField",
    "OutputField",
})  # fmt: skip
"""Calls that no prompt goes to."""
FAULTS = ("Error", "Exception", "Warning")
TOLD = frozenset(["description", "help", "desc", "doc", "title", "examples", "epilog", "label", "placeholder"])
"""Arguments that people read."""
AROUND = frozenset([ast.Attribute, ast.Await, ast.Starred])
"""Expressions that are looked through."""
TEXTS = frozenset([ast.JoinedStr, ast.BinOp, ast.Call])
"""Expressions that may be written as a text, constants aside."""
HEADS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.If: ("test",),
    ast.While: ("test",),
    ast.For: ("iter",),
    ast.AsyncFor: ("iter",),
    ast.With: ("items",),
    ast.AsyncWith: ("items",),
    ast.Match: ("subject",),
    ast.ClassDef: ("decorator_list", "keywords"),
}
"""The fields of statements with a body that are looked at."""
LEAVES = frozenset(
    [type(None), ast.Name, ast.Lambda, ast.Load, ast.Store, ast.And, ast.Or, ast.Add, ast.Mod, ast.Not, ast.Slice]
)
"""Expressions that hold none."""
MIN_TEXT = 20
"""A text of fewer characters is no prompt."""
_SHORT = MIN_TEXT - 3
"""A string of so many characters is none to look at: it is shorter than that with its quotes, too."""
FILLS = re.compile(r"\.(?:format|format_map|substitute|safe_substitute|render)[ \t]*\(")
JOINS = re.compile(r"\.join[ \t]*\(")
_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r'"""|\'\'\'|role|rompt|ROMPT|ystem|YSTEM|nstruct|[Yy]ou |your |emplate')


def is_plain(node: ast.AST | None) -> bool:
    """Whether there is nothing to look for in an expression, as in the commonest: names, numbers and short strings."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str) or len(node.value) <= _SHORT
    return type(node) in LEAVES


def lines_of_interest(text: str) -> list[int]:
    """Return the lines that hold a part of a long string, or of one that something near calls a prompt."""
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    return [
        number
        for number, line in enumerate(lines, 1)
        if (('"' in line or "'" in line) and (len(line) > 48 or _WORD.search(line))) or "Message(" in line
    ]
