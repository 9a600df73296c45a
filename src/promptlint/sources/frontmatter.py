"""Splitting front matter from the body without losing the place of either."""

from __future__ import annotations

from promptlint.text import lazy_re as re
from promptlint.text.records import NamedTuple

_OPEN = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*---[ \t]*(?:\r\n|\r|\n)", needs="---")
_CLOSE = re.compile(r"^---[ \t]*(?:(?:\r\n|\r|\n)|\Z)", re.M)
_KEY = re.compile(r"^[A-Za-z_][\w .-]*[ \t]*:", re.M)


class FrontMatter(NamedTuple):
    """Where the YAML between the two `---` lines and the body after them stand in the file."""

    yaml_start: int
    yaml_end: int
    body_start: int


def split_front_matter(text: str) -> FrontMatter | None:
    """Return the place of front matter, or None.

    Blank and `#` comment lines may stand before it. What stands between two rules counts as front matter only
    if it has a `key:` line: a text that begins with a horizontal rule is not swallowed.
    """
    opening = _OPEN.match(text)
    if opening is None:
        return None
    closing = _CLOSE.search(text, opening.end())
    if closing is None:
        return None
    inside = text[opening.end() : closing.start()]
    if inside.strip() and not _KEY.search(inside):
        return None
    return FrontMatter(opening.end(), closing.start(), closing.end())
