"""What a project knows beyond one prompt: rows of a data file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Case(NamedTuple):
    """One labelled row: what goes in (a text or named values) and what should come out (a text or JSON)."""

    input: str
    output: str
    value: object = None
    """The output as data when it is JSON, else the text."""
    fields: Mapping[str, str] | None = None
    """The inputs by name when the row has several."""
    row: int = 0
    """1-based place in the data file."""


class Facts(NamedTuple):
    """What generators may draw from."""

    cases: tuple[Case, ...] = ()
    tokens: int | None = None
    """At most this many tokens for examples."""
    shots: int = 4
    """How many examples to pick."""
    held_out: tuple[Case, ...] = ()
    """Rows that must not be shown, nor rows like them."""
