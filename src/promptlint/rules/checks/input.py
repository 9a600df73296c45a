"""Checks of the input family: how run-time content stands in the prompt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.rules.context import Context, Hit


def undelimited(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Content-like slots without a boundary: one hit a prompt, on the first of the worst, the others related."""
    if context.anatomy.pillars["input"].level not in ("undelimited", "labelled"):
        return
    for boundary in ("undelimited", "labelled"):
        slots = [slot for slot in context.anatomy.slots if slot.content and slot.boundary == boundary]
        if not slots:
            continue
        first = slots[0]
        message = (
            "Input: {match} stands after a label, and nothing marks where it ends." if boundary == "labelled" else ""
        )
        yield Hit(
            first.start,
            first.end,
            {"match": context.text[first.start : first.end], "slots": tuple(slot.placeholder for slot in slots)},
            message=message,
            severity="info" if boundary == "labelled" else None,
            related=tuple((slot.start, slot.end, "so does this") for slot in slots[1:6]),
        )
        return
