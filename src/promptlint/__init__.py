"""promptlint: a deterministic linter and fixer for LLM prompts.

The library entry points are `lint_text` and `lint_path`; both are loaded on first use so that
`promptlint --version` stays as cheap as starting the interpreter.
"""

from __future__ import annotations

TYPE_CHECKING = False  # what type checkers take for the one of `typing`, whose import is half of `--version`
__version__ = "0.1.0"
__all__ = ["__version__", "lint_path", "lint_text"]

if TYPE_CHECKING:
    from promptlint.api import lint_path, lint_text


def __getattr__(name: str) -> object:
    if name in ("lint_text", "lint_path"):
        from promptlint import api

        return getattr(api, name)
    msg = f"module 'promptlint' has no attribute {name!r}"
    raise AttributeError(msg)
