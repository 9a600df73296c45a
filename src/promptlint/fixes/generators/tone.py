"""Tone: shown, not only named."""

from __future__ import annotations

from promptlint.fixes.facts import Facts
from promptlint.fixes.generators import drafting
from promptlint.fixes.generators.drafting import slot
from promptlint.model import Edit, Finding, Fix, Linted

_LONGEST = 160


def phrases(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """TON001: sample phrases, from example replies when there are any."""
    del finding
    if linted.anatomy.kind != "chat" or drafting.structured(linted):
        return None  # a text shows its tone as a whole, and fields have none
    replies = [case.output.strip() for case in facts.cases if isinstance(case.value, str)]
    replies = [r.split("\n")[0] for r in dict.fromkeys(replies) if len(r.split()) >= 5 and '"' not in r]
    shown = [_first_sentence(reply) for reply in replies][:2]
    if shown:
        edit = drafting.add_section(linted, "Tone", _said(*shown))
        return Fix("suggested", "Show the tone by sample phrases", (edit,)) if edit is not None else None
    body = _said(
        slot("a typical sentence of at least four words in the tone you want"),
        slot("how it says no, or delivers bad news"),
    )
    edit = drafting.add_section(linted, "Tone", body)
    return Fix("template", "Add sample phrases to fill in", (edit,)) if edit is not None else None


def _said(*phrases: str) -> str:
    """Return phrases as items that say what they are: under a title of examples they would be read as records."""
    items = [
        f'- {"A" if number == 0 else "Another"} sample phrase: "{phrase}"' for number, phrase in enumerate(phrases)
    ]
    return "\n".join([*items, "", "Vary these; never repeat one word for word."])


def _first_sentence(reply: str) -> str:
    for mark in (". ", "! ", "? "):
        cut = reply.find(mark, 20)
        if 0 < cut < _LONGEST:
            return reply[: cut + 1]
    return reply if len(reply) <= _LONGEST else reply[: reply.rfind(" ", 0, _LONGEST)]


def vary(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """TON003: ask for variation after the phrases."""
    del facts
    text = linted.prompt.text
    at = max([finding.end, *(end for _start, end, _message in finding.related)])
    block = next((b for b in reversed(linted.anatomy.blocks) if b.start < at <= b.end and b.kind == "item"), None)
    end = len(text[: block.end if block is not None else at].rstrip())
    return Fix(
        "suggested", "Ask to vary the phrases", (Edit(end, end, "\n\nVary these; never repeat one word for word."),)
    )


GENERATORS = {"TON001": phrases, "TON003": vary}
