"""Output: what shape the answer takes.

The signs are gathered first, each with its place and strength; the strongest decides. `fields` needs something named
inside the answer: a key, a column, a section, a closed value list, a template, a sample.
"""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.anatomy.parts import Parts
from promptlint.anatomy.pillars.requests import from_statement
from promptlint.anatomy.pillars.shown import from_sections
from promptlint.anatomy.pillars.signs import Sign
from promptlint.model import Example, Kind, Pillar, Sample
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span
from promptlint.text.records import NamedTuple

_LEVELS = ("none", "named", "injected", "fields")
_WIRE = frozenset({"json", "yaml", "xml", "csv"})
_GUIDE = 6  # sentences; fewer may look like guidance, but are hardly a guide
_LINE_LABEL = re.compile(r"^[ \t>*_#-]*(?P<name>[A-Za-z][\w ]{1,40})[*_]*:", re.M, needs=":")


class Shape(NamedTuple):
    """The output pillar with two facts about it."""

    pillar: Pillar
    machine_readable: bool
    enforced_in_code: bool


def judge(parts: Parts, kind: Kind) -> Shape:
    """Return the level (`none`, `named`, `fields` or `injected`) and whether a program could parse the answer."""
    contract = parts.prompt.around.contract
    enforced = contract is not None and contract.enforced
    signs = _settled(list(_signs(parts, kind)))
    machine = enforced or parts.prompt.around.json_mode or any(sign.machine for sign in signs)
    schema = (contract.schema or {}) if contract is not None else {}
    choices = bool(schema.get("enum"))
    # `outputs` of a front matter are the author's word for the shape, whether or not a provider is held to it.
    declared = parts.prompt.format == "prompty" and bool(schema.get("properties"))
    if contract is not None and (enforced or choices or declared):
        why = f"declared: {contract.name}"
        return Shape(Pillar("fields", _spans(signs, "fields"), why), machine or choices, enforced)
    if not signs:
        return Shape(Pillar("none"), machine, False)
    best = max(signs, key=lambda sign: _LEVELS.index(sign.level))
    return Shape(Pillar(best.level, _spans(signs, best.level), best.why), machine, False)


def _settled(signs: list[Sign]) -> list[Sign]:
    """Turn the replies for single cases into a closed list when two of them differ, else drop them."""
    listed = len({sign.why for sign in signs if sign.level == "case"}) >= 2
    named = [sign for sign in signs if sign.level != "case"]
    cases = [sign for sign in signs if sign.level == "case"] if listed else []
    return named + [sign._replace(level="fields", why="a closed list of values") for sign in cases]


def _spans(signs: list[Sign], level: str) -> tuple[Span, ...]:
    return tuple(sorted({sign.span for sign in signs if sign.level == level}))[:12]


def _signs(parts: Parts, kind: Kind) -> Iterator[Sign]:
    yield from _from_structure(parts, kind)
    standing = _standing(parts, kind)
    for statement in parts.statements:
        yield from from_statement(parts, statement, standing=standing)
    yield from from_sections(parts)


def _standing(parts: Parts, kind: Kind) -> bool:
    """Whether this is standing guidance, whose lists, samples and forms are mostly those of files."""
    return parts.prompt.kind_hint == "memory" or (kind == "memory" and len(parts.statements) >= _GUIDE)


def _from_structure(parts: Parts, kind: Kind) -> Iterator[Sign]:
    for sample in parts.samples:
        if sample.use in ("schema", "example") and _asked_for(parts, sample):
            named = sample.keys or sample.language in ("json", "csv") or sample.value is not None
            yield Sign(
                "fields" if named else "named",
                Span(sample.start, sample.end),
                "a sample of the output",
                sample.language in _WIRE,
            )
    memory = _standing(parts, kind)
    for example in () if memory else parts.examples:
        if _shows_answer(parts, example, kind):
            yield Sign("fields", Span(example.start, example.end), "an example shows the whole output")
    for labels in () if memory else parts.labels:
        yield Sign("fields", Span(labels.start, labels.end), "a closed list of values", labels.field is None)
    if len(parts.fields) >= 2 and not memory:
        yield Sign("fields", Span(parts.fields[0].start, parts.fields[-1].end), "named fields")
    for slot in parts.slots:
        if slot.injects == "output":
            yield Sign("injected", Span(slot.start, slot.end), "the schema is injected")


def _shows_answer(parts: Parts, example: Example, kind: Kind) -> bool:
    """Whether an example shows the whole answer; below a heading, an agent's shows steps unless its output is named."""
    if example.output is None:
        return False
    if example.shape not in ("heading", "tag", "arrow", "table"):
        return example.shape != "told" and kind not in ("agent", "memory", "tool", "chat")
    if example.shape == "tag" or kind not in ("agent", "memory", "tool"):
        return True
    labels = _LINE_LABEL.finditer(parts.text, example.start, example.end)
    return any(parts.cues.pattern("pair_output").fullmatch(label["name"]) for label in labels)


def _asked_for(parts: Parts, sample: Sample) -> bool:
    """Whether a sample shows the answer: an object, or a list after words about output; in a memory file only those."""
    before = parts.text[max(0, sample.start - 160) : sample.start]
    if not sample.keys and before.endswith("("):
        return False  # the argument of a call
    spoken = parts.cues.pattern("output_verb").search(before) is not None
    return spoken if parts.prompt.kind_hint == "memory" or not sample.keys else True
