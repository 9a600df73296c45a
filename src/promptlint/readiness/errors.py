"""What makes a readiness run stop without a verdict."""

from __future__ import annotations

from typing import Any


class EvidenceError(Exception):
    """Evidence that cannot be trusted or read: exit code 2, never a verdict.

    The message reads `file:line:offset: what is wrong`; `remedy` says what to do. `line` is 1-based, `offset` the
    byte offset in the file; both None where there is none.
    """

    def __init__(
        self, path: str, message: str, remedy: str = "", *, line: int | None = None, offset: int | None = None
    ) -> None:
        self.path, self.line, self.offset, self.remedy = path, line, offset, remedy
        self.detail = message
        place = ":".join([path] + [str(part) for part in (line, offset) if part is not None])
        self._parts = (path, message, remedy, line, offset)
        super().__init__(f"{place}: {message}" + (f" ({remedy})" if remedy else ""))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let the error travel from one process to another."""
        return _again, self._parts


def _again(path: str, message: str, remedy: str, line: int | None, offset: int | None) -> EvidenceError:
    return EvidenceError(path, message, remedy, line=line, offset=offset)
