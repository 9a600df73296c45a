"""What an expression may stand for, as far as it can be told without running it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from promptlint.model import Role
from promptlint.text.builder import TextBuilder
from promptlint.text.dialects import UNNAMED
from promptlint.text.pieces import Piece, SourceSpan, cut

if TYPE_CHECKING:
    from promptlint.sources.python.scopes import Scope

MAX_VARIANTS = 8
MAX_TEXT = 1_000_000


class Text(NamedTuple):
    """A text with its places; holes are pieces of kind `placeholder`.

    `dialect` says how its holes were written: empty for a literal that nothing has filled yet. `pending` is the
    dialect of a template that is split only when the prompt is put together.
    """

    text: str
    pieces: tuple[Piece, ...]
    dialect: str = ""
    pending: str = ""
    arguments: tuple[str, ...] | None = None
    untrusted: tuple[str, ...] = ()

    @property
    def literal(self) -> str:
        """The text without its holes."""
        return "".join(self.text[p.start : p.end] for p in self.pieces if p.kind != "placeholder")

    @property
    def has_slots(self) -> bool:
        """Whether a part of it is known at run time only."""
        return any(p.kind == "placeholder" for p in self.pieces)


class Hole(NamedTuple):
    """A value that is known at run time only; `name` is the short source of its expression."""

    name: str
    source: SourceSpan
    untrusted: bool = False


class Plain(NamedTuple):
    """A number, a truth value or None."""

    value: object


class Items(NamedTuple):
    """A list or tuple; `more` names what else is put in at run time."""

    items: tuple[Any, ...]
    more: tuple[str, ...] = ()
    node: ast.AST | None = None


class Table(NamedTuple):
    """A dict with text keys, or the keyword arguments of a call; `open` tells that there may be more keys."""

    items: tuple[tuple[str, Any], ...]
    open: bool = False
    source: SourceSpan | None = None

    def get(self, key: str) -> Any:
        """Return the last value of a key, None if it has none."""
        return next((value for name, value in reversed(self.items) if name == key), None)


class Turn(NamedTuple):
    """A message whose role is known."""

    role: Role
    content: Any


class Either(NamedTuple):
    """One of several values: a conditional."""

    options: tuple[Any, ...]


class Defined(NamedTuple):
    """A class, function or module of the project. `node` is its definition, `scope` where it stands."""

    node: ast.AST
    scope: Scope


class Named(NamedTuple):
    """A name that is imported from outside the project (`openai.OpenAI`), or an attribute of one."""

    dotted: str


class Made(NamedTuple):
    """The result of a call that is not looked into: what was called, and the call."""

    callee: str
    node: ast.Call
    scope: Scope


Value = Union[Text, Hole, Plain, Items, Table, Turn, Either, Defined, Named, Made]  # noqa: UP007 - evaluated on 3.10


def either(values: Iterable[Value]) -> Value:
    """Join alternatives, nested ones flattened, at most eight."""
    flat: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, Either) else (value,):
            if option not in flat:
                flat.append(option)
    return flat[0] if len(flat) == 1 else Either(tuple(flat[:MAX_VARIANTS]))


def options(value: Value) -> tuple[Value, ...]:
    """Return the alternatives of a value, itself if there are none."""
    return value.options if isinstance(value, Either) else (value,)


def each(value: Value, change: Callable[[Value], Value]) -> Value:
    """Apply a change to every alternative."""
    if isinstance(value, Either):
        return either([change(option) for option in value.options])
    return change(value)


def concat(values: Iterable[Value]) -> Value:
    """Return the values one after the other as text; alternatives multiply, up to the cap."""
    rows: list[list[Text | Hole]] = [[]]
    for value in values:
        grown = []
        for row in rows:
            for option in options(value):
                if not isinstance(option, (Text, Hole)):
                    return Hole(UNNAMED, SourceSpan("", 0, 0))
                grown.append([*row, option])
        rows = grown[:MAX_VARIANTS]
    return either([join_texts(row) for row in rows])


def join_texts(parts: Iterable[Text | Hole]) -> Value:
    """Return parts as one text; a lone hole stays a hole."""
    parts = list(parts)
    if len(parts) == 1:
        return parts[0]
    if parts and all(isinstance(part, Hole) for part in parts):
        return parts[0]
    builder = TextBuilder()
    dialects: set[str] = set()
    untrusted: list[str] = []
    for part in parts:
        if builder.length > MAX_TEXT:
            break
        if isinstance(part, Hole):
            builder.placeholder(part.name, part.source.path, part.source.start, part.source.end)
            untrusted += [part.name] if part.untrusted else []
            continue
        builder.pieces(part.text, part.pieces)
        dialects.add(part.dialect)
        untrusted += part.untrusted
    dialects.discard("")
    text, pieces = builder.build()
    dialect = "fstring" if "fstring" in dialects else next(iter(sorted(dialects)), "none" if len(parts) > 1 else "")
    return Text(text, pieces, dialect, "", _passed(parts), tuple(untrusted))


def _passed(parts: Iterable[Text | Hole]) -> tuple[str, ...] | None:
    """Return the names passed to the templates among the parts; None where another part brings slots of its own.

    Such a slot is filled by other means, so it cannot be held against what a template was given.
    """
    found: dict[str, None] = {}
    known = False
    for part in parts:
        if isinstance(part, Hole) or (part.arguments is None and part.has_slots):
            return None
        known = known or part.arguments is not None
        found.update(dict.fromkeys(part.arguments or ()))
    return tuple(found) if known else None


def rebuilt(text: Text, keep: Iterable[tuple[int, int] | str]) -> Text:
    """Return a text made of ranges of another one; a string stands for characters that are in no file."""
    builder = TextBuilder()
    pieces = text.pieces
    at = 0
    for part in keep:
        if isinstance(part, str):
            builder.join(part)
            continue
        start, end = part
        while at and pieces[at].start > start:
            at -= 1
        while at < len(pieces) and pieces[at].end <= start:
            at += 1
        index = at
        while index < len(pieces) and pieces[index].start < end:
            piece = cut(pieces[index], start, end)
            builder.piece(text.text[piece.start : piece.end], piece)
            index += 1
    made, mapped = builder.build()
    return text._replace(text=made, pieces=mapped)
