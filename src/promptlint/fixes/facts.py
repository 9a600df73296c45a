"""What a project knows beyond one prompt: rows of a data file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from promptlint.model import Linted


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


_STRUCTURED = frozenset(("extraction", "classification", "judge", "agent", "tool", "unknown", "other"))
_LABELS = frozenset(("classification", "judge", "unknown", "other"))


class Facts(NamedTuple):
    """What generators may draw from."""

    cases: tuple[Case, ...] = ()
    tokens: int | None = None
    """At most this many tokens for examples."""
    shots: int = 4
    """How many examples to pick."""
    held_out: tuple[Case, ...] = ()
    """Rows that must not be shown, nor rows like them."""

    def meant_for(self, linted: Linted) -> Facts:
        """Return the facts without the rows if they cannot be rows of this prompt: its kind of answer is another.

        One data file may be named for many prompts. Objects answer extractions, short labels classifications, texts
        the rest; and rows whose fields the prompt's own sample does not have belong to another prompt.
        """
        if not self.cases:
            return self
        kind = linted.anatomy.kind
        objects = sum(isinstance(case.value, Mapping) for case in self.cases) * 2 > len(self.cases)
        short = sum(len(case.output) <= 40 for case in self.cases) * 10 >= len(self.cases) * 9
        fits = kind in (_STRUCTURED if objects else _LABELS) if objects or short else kind != "classification"
        keys = {key for sample in linted.anatomy.samples if sample.use in ("schema", "example") for key in sample.keys}
        if objects and keys:
            fits = fits and any(
                keys & set(map(str, case.value)) for case in self.cases if isinstance(case.value, Mapping)
            )
        return self if fits else self._replace(cases=())
