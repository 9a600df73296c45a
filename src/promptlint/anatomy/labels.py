"""Named output fields and closed label sets."""

from __future__ import annotations

from promptlint.anatomy.parts import Parts
from promptlint.model import FieldName, LabelSet


def fields(parts: Parts) -> tuple[FieldName, ...]:
    """Return the fields that the prompt says the output has."""
    del parts
    return ()


def closed_sets(parts: Parts) -> tuple[LabelSet, ...]:
    """Return the closed lists of values."""
    del parts
    return ()
