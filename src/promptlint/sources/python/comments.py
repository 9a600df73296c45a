"""Comments in Python that silence findings: they cover the statement on or above which they stand."""

from __future__ import annotations

import io
import tokenize

from promptlint.model import Suppression
from promptlint.sources.python.index import Loaded
from promptlint.sources.suppress import MARK, parse_comment
from promptlint.text import lazy_re as re

_LINE = re.compile(r"#[^\r\n]*promptlint:[^\r\n]*")


def suppressions_for(loaded: Loaded) -> tuple[Suppression, ...]:
    """Return the suppressions of a file."""
    module = loaded.module
    if MARK not in module.text or _LINE.search(module.text) is None:
        return ()
    found = []
    for line, column, comment in _comments(module.text):
        start = module.lines.offset(line, column + 1)
        covers = _covered(loaded, line)
        item = parse_comment(comment, module.path, start, start + len(comment), covers)
        if item is not None:
            found.append(item)
    return tuple(found)


def _comments(text: str) -> list[tuple[int, int, str]]:
    """Return (line, column, text) of the comments, as the tokenizer sees them: a `#` in a string is none."""
    found: list[tuple[int, int, str]] = []
    lines = io.StringIO(re.sub(r"\r\n|\r", "\n", text))
    try:
        found.extend(
            (token.start[0], token.start[1], token.string)
            for token in tokenize.generate_tokens(lines.readline)
            if token.type == tokenize.COMMENT and MARK in token.string
        )
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return found
    return found


def _covered(loaded: Loaded, line: int) -> tuple[int, int]:
    """Return the span of the innermost statement on a line; for a line without one, of the next statement."""
    module = loaded.module
    around = [place for place in loaded.places if place.first <= line <= place.last]
    if around:
        return module.span(around[-1].statement)
    for place in loaded.places:
        if place.statement.lineno > line:
            return module.span(place.statement)
    start = module.lines.offset(line)
    return start, start
