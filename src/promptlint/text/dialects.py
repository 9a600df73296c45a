"""Template dialects: which one a text is written in, and where its placeholders are.

Nothing is rendered. A dialect is decided for a whole text, not for each occurrence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from promptlint.text import lazy_re as re
from promptlint.text.records import NamedTuple

TokenKind = Literal["text", "escape", "placeholder", "control"]


class Token(NamedTuple):
    """A run of template text. `value` is the decoded text, or the name of a placeholder, or a control as written."""

    kind: TokenKind
    start: int
    end: int
    value: str


UNNAMED = "value"
"""The name of a placeholder that has none: `{}`, `%s`."""

_NAME = r"[A-Za-z_][\w]*(?:(?:\.|->)\w+|\[[^\][{}\n]{0,60}\])*"
# It begins with no blank, or is one: a pattern that may leave blanks to it tries each number of them.
_INNER = r"(?:[^{}\s][^{}]{0,399}?|\s)"

# One alternation a dialect; the name of the group that matched tells what the token is. All that a dialect has begins
# with a plain character, outside of the groups: a search then skips whatever else there is in a text.
_PATTERNS: dict[str, str] = {
    "format": rf"\{{(?P<escape>\{{)|\}}(?P<close>\}})|\{{(?P<name>{_NAME}|\d*)(?:![rsa])?(?::[^{{}}\n]{{0,40}})?\}}",
    "percent": r"%(?P<escape>%)|%\((?P<name>\w+)\)[-+ #0]*\d*(?:\.\d+)?[sdifgr]|%(?P<letter>[srd])(?!\w)",
    "dollar": rf"\$(?P<escape>\$)|\$\{{(?P<name>{_NAME}(?::[^{{}}\n]{{0,80}})?)\}}|\$(?P<plain>[A-Za-z_]\w*)",
    "jinja": (
        r"\{(?P<control>#.{0,4000}?#\}|%-?\s*(?:raw|endraw)\s*-?%\}|%.{0,2000}?%\})"
        rf"|\{{\{{[-+]?\s*(?P<name>{_INNER})\s*[-+]?\}}\}}"
    ),
    "mustache": (
        r"\{\{(?P<control>!--.{0,4000}?--\}\}|~?\s*(?:[!#/^>]|else\b)[^{}]{0,1000}\}\})"
        rf"|\{{\{{\{{\s*(?P<raw>[^{{}}]{{1,200}}?)\s*\}}\}}\}}|\{{\{{~?\s*(?:&\s*)?(?P<name>{_INNER})\s*~?\}}\}}"
    ),
    "bare": r"\{\{\s*(?P<name>[\w.-]+)\s*\}\}",
    "sk": r"\{\{\s*\$?(?P<name>[^{}]{1,200}?)\s*\}\}",
    "unknown": (
        rf"\{{\{{\s*(?P<name>{_NAME})\s*\}}\}}|\{{(?<!\{{\{{)(?P<single>{_NAME})\}}(?!\}})"
        r"|\$\{(?P<plain>[A-Za-z_][\w.]*)\}|<<(?P<angle>[A-Za-z_]\w*)>>|\[\[(?P<square>[A-Za-z_]\w*)\]\]"
        r"|%\((?P<bare>\w+)\)s"
    ),
}
_COMPILED: dict[str, re.Pattern[str]] = {}

_JINJA = re.compile(r"\{%-?\s*\w|\{#.|\{\{[^{}\n]*\|\s*\w+[^{}\n]*\}\}")
_HANDLEBARS = re.compile(r"\{\{~?[#/^>!]|\{\{\{|\{\{else\}\}")
_SEMANTIC_KERNEL = re.compile(r"\{\{\s*\$\w")
_DOUBLE = re.compile(r"\{\{\s*[A-Za-z_][\w.-]*\s*\}\}")
_DOUBLED_JSON = re.compile(r"\{\{\s*[\"'\n]|[\"'\]\d\n]\s*\}\}", needs="{{ }}")
_SINGLE = re.compile(rf"\{{(?<![{{$]\{{){_NAME}\}}(?!\}})")
_PERCENT = re.compile(r"%\(\w+\)[sdifr]", needs="%(")
_DOLLAR = re.compile(r"\$\{[A-Za-z_][\w.]*\}", needs="${")
_PLAIN_DOLLAR = re.compile(r"^[ \t]*(?:[^\W\d_][\w ]{0,40}:[ \t]*)?\$[a-z_][a-z\d_]*[ \t]*$", re.M, needs="$")
_OTHER = re.compile(r"<<[A-Za-z_]\w*>>|\[\[[A-Za-z_]\w*\]\]")


def guess_dialect(text: str) -> str:
    """Return the dialect of a template that stands in a file of no known format."""
    if "{" not in text and "%(" not in text and "<<" not in text and "[[" not in text:
        return "dollar" if "$" in text and _PLAIN_DOLLAR.search(text) else "none"
    if "{{" in text or "{%" in text or "{#" in text:
        if _SEMANTIC_KERNEL.search(text):
            return "sk"
        if _HANDLEBARS.search(text) and "{%" not in text:
            return "mustache"
        if _JINJA.search(text):
            return "jinja"
        if _SINGLE.search(text) and _DOUBLED_JSON.search(text):
            return "format"
        if _DOUBLE.search(text):
            return "unknown" if _SINGLE.search(text) else "jinja"
    if _PERCENT.search(text):
        return "percent"
    if _DOLLAR.search(text) and not _SINGLE.search(text):
        return "dollar"
    if _SINGLE.search(text):
        return "format" if _DOUBLED_JSON.search(text) else "unknown"
    if _OTHER.search(text):
        return "unknown"
    return "dollar" if "$" in text and _PLAIN_DOLLAR.search(text) else "none"


def tokens(text: str, dialect: str) -> Iterator[Token]:
    """Yield tokens that tile `text`.

    `unknown` reads the common spellings and no escapes; `none` and `fstring` (whose holes Python itself marks)
    yield one text token.
    """
    pattern = _pattern(dialect)
    at = 0
    if pattern is not None:
        for match in pattern.finditer(text):
            token = _token(match)
            if match.start() > at:
                yield Token("text", at, match.start(), text[at : match.start()])
            yield token
            at = match.end()
    if at < len(text):
        yield Token("text", at, len(text), text[at:])


def _pattern(dialect: str) -> re.Pattern[str] | None:
    source = _PATTERNS.get(dialect)
    if source is None:
        return None
    if dialect not in _COMPILED:
        _COMPILED[dialect] = re.compile(source, re.DOTALL)
    return _COMPILED[dialect]


def _token(match: re.Match[str]) -> Token:
    group = match.lastgroup
    start, end = match.span()
    if group in ("escape", "close"):
        return Token("escape", start, end, match.group(group))
    if group == "control":
        return Token("control", start, end, match.group())
    name = match.group(group) if group and group != "letter" else ""
    return Token("placeholder", start, end, placeholder_name(name or UNNAMED))


def placeholder_name(expression: str) -> str:
    """Return the short name of a placeholder's expression: the variable without filters, helpers and arguments."""
    name = expression.strip().strip("~").strip()
    name = name.split("|", 1)[0].strip()
    name = name.split(":", 1)[0].strip() if not name.startswith("http") else name
    return shown_name(name)


def shown_name(expression: str, most: int = 80) -> str:
    """Return an expression as the name of a placeholder: on one line, without braces, at most so many characters."""
    return " ".join(expression.replace("{", "(").replace("}", ")").split())[:most] or UNNAMED
