"""Assembling a prompt: messages, placeholders and pieces in step. Every source uses this one builder."""

from __future__ import annotations

from promptlint.model import Control, Dialect, Host, Kind, Message, Placeholder, Prompt, Role, Surroundings, Use
from promptlint.text.builder import TextBuilder
from promptlint.text.dialects import tokens
from promptlint.text.pieces import Piece, SourceSpan, cut

BETWEEN_MESSAGES = "\n\n"


class PromptBuilder:
    """Collects the messages of one prompt; call `message` before adding text, then `build`."""

    def __init__(self) -> None:
        self._builder = TextBuilder()
        self._open: tuple[Role, int, str] | None = None
        self._messages: list[Message] = []
        self._placeholders: list[Placeholder] = []
        self._controls: list[Control] = []

    def message(self, role: Role, path: str) -> None:
        """Begin a message; the one before it ends here."""
        self._close()
        if self._builder.length:
            self._builder.join(BETWEEN_MESSAGES)
        self._open = (role, self._builder.length, path)

    def text(self, text: str, path: str, start: int) -> None:
        """Add literal text that stands in `path` at `start`, character by character."""
        self._builder.text(text, path, start)

    def escape(self, text: str, path: str, start: int, end: int) -> None:
        """Add text that is written differently in the file."""
        self._builder.escape(text, path, start, end)

    def join(self, text: str) -> None:
        """Add text that stands in no file."""
        self._builder.join(text)

    def placeholder(self, name: str, path: str, start: int, end: int) -> None:
        """Add a run-time value."""
        begin = self._builder.length
        self._builder.placeholder(name, path, start, end)
        self._placeholders.append(Placeholder(name, begin, self._builder.length))

    def control(self, text: str, path: str, start: int, end: int) -> None:
        """Note a loop, condition or comment that yields no text of its own."""
        self._controls.append(Control(self._builder.length, text, SourceSpan(path, start, end)))

    def template(self, text: str, path: str, start: int, dialect: str) -> None:
        """Add template text copied one to one from `path` at `start`, split by its dialect."""
        for token in tokens(text, dialect):
            first, last = start + token.start, start + token.end
            if token.kind == "text":
                self.text(token.value, path, first)
            elif token.kind == "escape":
                self.escape(token.value, path, first, last)
            elif token.kind == "control":
                self.control(token.value, path, first, last)
            else:
                self.placeholder(token.value, path, first, last)

    def mapped_template(self, text: str, pieces: tuple[Piece, ...], dialect: str) -> None:
        """Add template text that is itself mapped (a decoded YAML scalar, a Python literal), split by its dialect."""
        if dialect in ("none", "fstring"):
            for piece in pieces:
                self.mapped(text[piece.start : piece.end], piece)
            return
        at = 0
        for token in tokens(text, dialect):
            at = self._mapped_token(text, pieces, token.kind, token.start, token.end, token.value, at)

    def mapped(self, text: str, piece: Piece) -> None:
        """Add one mapped run as it is."""
        if piece.kind == "placeholder":
            begin = self._builder.length
            self._builder.piece(text, piece)
            self._placeholders.append(Placeholder(text[1:-1], begin, self._builder.length))
        else:
            self._builder.piece(text, piece)

    def _mapped_token(
        self, text: str, pieces: tuple[Piece, ...], kind: str, start: int, end: int, value: str, at: int
    ) -> int:
        """Add one token of a mapped text; `at` is the index of the first piece that may touch it, as is the result."""
        while at < len(pieces) and pieces[at].end <= start:
            at += 1
        inside = []
        index = at
        while index < len(pieces) and pieces[index].start < end:
            inside.append(cut(pieces[index], start, end))
            index += 1
        if kind == "text":
            for piece in inside:
                self.mapped(text[piece.start : piece.end], piece)
            return at
        placed = [piece for piece in inside if piece.kind != "join"]
        if not placed:
            self.join("{" + value + "}" if kind == "placeholder" else "" if kind == "control" else value)
            return at
        path, first = placed[0].path, placed[0].source_start
        last = max(piece.source_end for piece in placed if piece.path == path)
        if kind == "placeholder":
            self.placeholder(value, path, first, last)
        elif kind == "control":
            self.control(value, path, first, last)
        else:
            self.escape(value, path, first, last)
        return at

    def _close(self) -> None:
        if self._open is not None:
            role, start, path = self._open
            self._messages.append(Message(role, start, self._builder.length, path))
            self._open = None

    @property
    def empty(self) -> bool:
        """Whether no text was added yet."""
        return self._builder.length == 0

    def build(
        self,
        *,
        id: str,  # noqa: A002 - the contract's own word
        path: str,
        format: str,  # noqa: A002 - the contract's own word
        symbol: str | None = None,
        host: Host = "raw",
        dialect: Dialect | str = "unknown",
        uses: tuple[Use, ...] = (),
        around: Surroundings | None = None,
        kind_hint: Kind | None = None,
    ) -> Prompt:
        """Return the prompt; further fields are set with `Prompt._replace`."""
        self._close()
        text, pieces = self._builder.build()
        return Prompt(
            id=id,
            path=path,
            format=format,
            symbol=symbol,
            text=text,
            pieces=pieces,
            messages=tuple(self._messages),
            host=host,
            dialect=dialect,  # type: ignore[arg-type]  # callers pass what guess_dialect returned
            placeholders=tuple(self._placeholders),
            controls=tuple(self._controls),
            uses=uses,
            around=around or Surroundings(),
            kind_hint=kind_hint,
        )
