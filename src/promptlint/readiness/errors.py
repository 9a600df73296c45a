"""What makes a readiness run stop without a verdict."""

from __future__ import annotations


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
        super().__init__(f"{place}: {message}" + (f" ({remedy})" if remedy else ""))
