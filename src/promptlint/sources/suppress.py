"""Comments that silence lint rules: their grammar, and what they cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from promptlint.model import Suppression
from promptlint.sources.nodes import Node
from promptlint.text import lazy_re as re

MARK = "promptlint:"
_FORM = re.compile(
    r"promptlint:[ \t]*ignore[ \t]*\[(?P<rules>[^\]\r\n]*)\][ \t]*(?:--[ \t]*(?P<reason>[^\r\n]*))?(?P<rest>[^\r\n]*)"
)
_SELECTOR = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_HASH = re.compile(r"#[^\r\n]*")
_SLASHES = re.compile(r"//[^\r\n]*")
_TEMPLATE = {
    "jinja": re.compile(r"\{#.{0,2000}?#\}", re.S),
    "mustache": re.compile(r"\{\{!--.{0,2000}?--\}\}|\{\{![^{}]{0,2000}\}\}", re.S),
    "poml": re.compile(r"<!--.{0,2000}?-->", re.S),
    "baml": re.compile(r"//[^\r\n]*|\{#.{0,2000}?#\}", re.S),
}
_PREAMBLE = re.compile(r"(?:\s|#[^\r\n]*|---[ \t]*(?=[\r\n])|//[^\r\n]*)*")


def parse_comment(body: str, path: str, start: int, end: int, covers: tuple[int, int]) -> Suppression | None:
    """Read a comment; None if it is not for promptlint. `covers` is the file span that it speaks of."""
    if MARK not in body:
        return None
    found = _FORM.search(body)
    if found is None:
        return Suppression(path, start, end, (), "", *covers, "it is not of the form `promptlint: ignore[RULE] -- why`")
    rules = tuple(part.strip() for part in found.group("rules").split(",") if part.strip())
    reason = re.sub(r"\s*(?:#\}|--\}\}|\}\}|-->)\s*$", "", found.group("reason") or "").strip()
    problem = None
    if not rules:
        problem = "it names no rule"
    elif any(_SELECTOR.fullmatch(rule) is None for rule in rules):
        problem = "what stands in the brackets is not a list of rules"
    elif not reason:
        problem = "it gives no reason; write `-- why` after the bracket"
    return Suppression(path, start, end, rules, reason, *covers, problem)


def template_comments(text: str, path: str, dialect: str) -> tuple[Suppression, ...]:
    """Return the suppressions in a template's own comments.

    One before all else covers the file, any other its own line and the next line that is not blank.
    """
    pattern = _TEMPLATE.get(dialect)
    if MARK not in text or pattern is None:
        return ()
    found = []
    for match in pattern.finditer(text):
        before = _PREAMBLE.match(text)
        first = before is not None and before.end() >= match.start()
        covers = (0, len(text)) if first else _lines_at(text, match.start(), match.end())
        found.append(parse_comment(match.group(), path, match.start(), match.end(), covers))
    return tuple(item for item in found if item is not None)


def data_comments(text: str, path: str, root: Node) -> tuple[Suppression, ...]:
    """Return the suppressions in the `#` comments of a YAML or TOML file.

    A comment at the end of a line covers what begins on that line, one alone on its line what begins on the next.
    """
    if MARK not in text:
        return ()
    nodes = list(_nodes(root))
    texts = [(_content_start(text, node), node.end) for node in nodes if node.kind == "string"]
    found = []
    for match in _HASH.finditer(text):
        at = match.start()
        if MARK not in match.group() or any(start <= at < end for start, end in texts):
            continue
        low, high = _lines_at(text, at, match.end())
        alone = not text[low:at].strip()
        line_end = _line_end(text, match.end())
        first, last = (line_end, high) if alone else (low, line_end)
        ends = [node.end for node in nodes if first <= node.start < last]
        found.append(parse_comment(match.group(), path, at, match.end(), (low, max([high, *ends]))))
    return tuple(item for item in found if item is not None)


def header_comments(text: str, path: str, end: int) -> tuple[Suppression, ...]:
    """Return the suppressions in `#` comments before `end`, where front matter opens: they cover the whole file."""
    if MARK not in text[:end]:
        return ()
    found = (
        parse_comment(match.group(), path, match.start(), match.end(), (0, len(text)))
        for match in _HASH.finditer(text, 0, end)
    )
    return tuple(item for item in found if item is not None)


def matter_ignores(matter: Node, path: str, length: int) -> tuple[Suppression, ...]:
    """Return what front matter `promptlint: {ignore: {RULE: reason}}` silences: the whole file."""
    ours = matter.get("promptlint")
    if ours is None:
        return ()
    ignore = ours.get("ignore")
    if ignore is None or ignore.kind != "map":
        problem = "front matter is written `promptlint: {ignore: {RULE: why}}`"
        return (Suppression(path, ours.start, ours.end, (), "", 0, length, problem),)
    found = []
    for key, value in ignore.pairs:
        reason = value.text.strip() if value.kind == "string" else ""
        wrong = None if reason else "it gives no reason"
        if _SELECTOR.fullmatch(key.text) is None:
            wrong = f"`{key.text}` is not a rule"
        found.append(Suppression(path, key.start, value.end, (key.text,), reason, 0, length, wrong))
    return tuple(found)


def _nodes(root: Node) -> Iterator[Node]:
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        stack.extend(node.items)
        below: Iterable[Node] = (half for pair in node.pairs for half in pair)
        stack.extend(below)
        for key, value in node.pairs:
            stack.append(Node("null", key.start, value.end))


def _content_start(text: str, node: Node) -> int:
    """A comment may follow the indicator of a block scalar: its text begins on the next line."""
    return _line_end(text, node.start) if node.block else node.start


def _line_end(text: str, at: int) -> int:
    """Return the offset behind the line break of the line that holds `at`."""
    found = re.compile(r"\r\n|\r|\n").search(text, at)
    return found.end() if found else len(text)


def _lines_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span from the line of `start` to the end of the next line that is not blank."""
    low = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    high = _line_end(text, end)
    while high < len(text):
        after = _line_end(text, high)
        blank = not text[high:after].strip()
        high = after
        if not blank:
            break
    return low, high
