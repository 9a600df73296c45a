"""What the readers of the output pillar hand to its judge: one sign of a shape each, with its place and strength."""

from __future__ import annotations

from promptlint.text.pieces import Span
from promptlint.text.records import NamedTuple


class Sign(NamedTuple):
    """A place that tells the shape of the answer. `case` is the reply for one case: two of them make a closed list."""

    level: str
    span: Span
    why: str
    machine: bool = False
