"""From messages to a prompt, for all languages whose texts are values with places."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from promptlint.model import Choice, Host, Prompt, Surroundings
from promptlint.sources.assemble import PromptBuilder
from promptlint.sources.python.messages import Messages
from promptlint.sources.python.values import Hole, Text
from promptlint.text.dialects import guess_dialect


def built(row: Messages, around: Surroundings, path: str, format: str, host: Host) -> Prompt:  # noqa: A002
    """Return the prompt of one row of messages; id, symbol and uses are still to come."""
    builder = PromptBuilder()
    dialect = ""
    arguments: list[str] = []
    known = True
    untrusted: list[str] = []
    for role, text in row.turns:
        if isinstance(text, Hole):
            builder.message(role, text.source.path)
            builder.placeholder(text.name, text.source.path, text.source.start, text.source.end)
            untrusted += [text.name] if text.untrusted else []
            known = False
            continue
        home = next((p.path for p in text.pieces if p.kind != "join"), path)
        builder.message(role, home)
        own = text.pending or text.dialect or guess_dialect(text.text)
        if text.pending or not text.dialect:
            builder.mapped_template(text.text, text.pieces, own)
        else:
            builder.mapped_template(text.text, text.pieces, "none")
        dialect = dialect if dialect not in ("", "none") else own
        untrusted += text.untrusted
        if text.arguments is None:
            known = known and not text.has_slots and not text.pending
        else:
            arguments += text.arguments
    around = around._replace(untrusted=tuple(dict.fromkeys(untrusted)))
    if known and arguments:
        around = around._replace(arguments=tuple(dict.fromkeys(arguments)))
    return builder.build(id="", path=path, format=format, host=host, dialect=dialect or "none", around=around)


def unique(prompts: Iterable[Prompt]) -> list[Prompt]:
    """Return prompts with ids that differ: the symbol's, else the number in the file."""
    found: list[Prompt] = []
    seen: dict[str, int] = {}
    for number, prompt in enumerate(prompts):
        wanted = prompt.id or f"{prompt.path}#{number}"
        seen[wanted] = seen.get(wanted, 0) + 1
        found.append(prompt._replace(id=wanted if seen[wanted] == 1 else f"{wanted}~{seen[wanted]}"))
    return found


class Taken:
    """The places of one file that are part of a prompt already."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._spans: list[tuple[int, int]] = []

    def add(self, rows: Iterable[Messages]) -> None:
        """Note all texts of a draft's rows."""
        found = {
            (piece.source_start, piece.source_end)
            for row in rows
            for _, text in row.turns
            if isinstance(text, Text)
            for piece in text.pieces
            if piece.path == self.path and piece.kind != "join"
        }
        self._spans = sorted({*self._spans, *found})

    def covers(self, start: int, end: int) -> bool:
        """Whether a part of a span belongs to a prompt."""
        at = bisect_left(self._spans, (start, start))
        if at < len(self._spans) and self._spans[at][0] < end:
            return True
        return at > 0 and self._spans[at - 1][1] > start

    def choices(self) -> tuple[Choice, ...]:
        """Return the texts that calls send, for `inspect --why`."""
        joined: list[list[int]] = []
        for start, end in self._spans:
            if joined and start - joined[-1][1] <= 8:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
        return tuple(Choice(True, start, end, "a call sends it") for start, end in joined if end - start >= 60)
