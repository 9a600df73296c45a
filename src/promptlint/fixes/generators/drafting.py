"""In which of a prompt's own styles new text is written, and what it may call by its name."""

from __future__ import annotations

import re
from typing import NamedTuple

from promptlint.fixes.generators import placing
from promptlint.model import Anatomy, Block, Edit, Linted

_FORMAT = re.compile(r"\b(?:json|yaml|xml|csv)\b", re.I)
_BULLET = re.compile(r"^[ \t]*(?P<mark>[-*•])[ \t]+\S", re.M)


def slot(what: str) -> str:
    """Return a blank for the author, as INP003 reports it."""
    return f"⟦promptlint: {what}⟧"


class Style(NamedTuple):
    """How a prompt marks its sections: by a `tag`, or by a title line (`heading`, `label`, …); and its bullet.

    `title` is the title line with `{}` for its words, `gap` stands between it and the text below.
    """

    kind: str
    title: str
    gap: str
    bullet: str
    shouted: bool = False

    def titled(self, words: str, body: str) -> str:
        """Return text under a title line."""
        return self.title.format(words.upper() if self.shouted else words) + self.gap + body


_FRAMED = re.compile(
    r"^(?P<open>-{1,3}|={2,3}|\*\*)(?P<title>[A-Z][\w ,&-]{2,40}?)(?P<colon>:?)(?P=open):?[ \t]*$", re.M
)
"""A title between marks on a line of its own: `---Goal---`, `**Rules**`."""


def style(linted: Linted) -> Style:
    """Return the style of sections that the prompt itself uses; short plain prompts use labels."""
    anatomy, text = linted.anatomy, linted.prompt.text
    found = _BULLET.search(text)
    bullet = found["mark"] if found is not None else "-"
    headings = [block for block in anatomy.blocks if block.kind == "heading" and text.startswith("#", block.start)]
    if headings:
        levels = [block.level for block in headings]
        usual = max(set(levels), key=lambda level: (levels.count(level), level))
        titles = [text[block.body_start : block.body_end] for block in headings if block.level == usual]
        return Style("heading", "#" * max(1, min(usual, 6)) + " {}", "\n\n", bullet, _shouted(titles))
    if any(block.kind == "tag" and not _holds_slot(block, anatomy) for block in anatomy.blocks):
        return Style("tag", "", "", bullet)
    framed = list(_FRAMED.finditer(text))
    if len(framed) > 1:
        mark, gap = framed[0]["open"], "\n" if framed[0]["open"] == "**" else "\n\n"
        return Style(
            "framed", f"{mark}{{}}{framed[0]['colon']}{mark}", gap, bullet, _shouted([m["title"] for m in framed])
        )
    labels = [text[b.body_start : b.body_end].strip(" :：") for b in anatomy.blocks if b.kind == "label"]
    return Style("label", "{}:", "\n", bullet, _shouted(labels))


def _shouted(titles: list[str]) -> bool:
    """Whether most titles are written in capitals."""
    loud = sum(title.isupper() for title in titles)
    return loud > 1 and loud * 2 > len(titles)


def _holds_slot(block: Block, anatomy: Anatomy) -> bool:
    return any(block.start <= slot.start < block.end for slot in anatomy.slots)


def section(linted: Linted, title: str, body: str) -> str:
    """Return a titled section in the prompt's own style, without blank lines around it."""
    look = style(linted)
    body = re.sub(r"^- ", f"{look.bullet} ", body, flags=re.M)
    if look.kind == "tag":
        name = re.sub(r"\W+", "_", title.lower()).strip("_")
        return f"<{name}>\n{body}\n</{name}>"
    return look.titled(title, body)


_SPOKEN_TO = re.compile(
    r"\b(?:(?:you are|you're) (?:an?|the|my|our|now|here|tasked|given|asked|going|working|helping|responsible)|"
    r"you will|you must|you should|your (?:task|job|role|goal|mission|response|answer|output)|"
    r"act as|i want you to|i will (?:give|provide)|please)\b|^#* *(?:you|your)\b",
    re.I | re.M,
)


_TESTED = frozenset(("tests", "test", "testdata", "test_configs", "fixtures", "__fixtures__", "snapshots"))
_PAGE = 2000
"""A longer text that begins with a wish and says "you" nowhere is a page of directions."""


def is_compared_with(linted: Linted) -> bool:
    """Whether a prompt is material of tests: what they compare with must stay as it is."""
    return not _TESTED.isdisjoint(linted.prompt.path.split("/")[:-1])


def speaks_to_a_model(linted: Linted) -> bool:
    """Whether a text is a prompt to be answered, and no page, note or record that only stands where prompts do.

    It is a prompt if something comes in, if it has messages, if code or a prompt format holds it, if it speaks to its
    reader or begins with a wish; a README is none.
    """
    prompt, anatomy = linted.prompt, linted.anatomy
    if prompt.path.rpartition("/")[2].lower().startswith("readme"):
        return False
    if prompt.placeholders or len(prompt.messages) > 1 or prompt.host != "raw" or prompt.kind_hint is not None:
        return True
    if prompt.format not in ("text", "markdown"):
        return True
    wished = bool(anatomy.statements) and anatomy.statements[0].mood == "imperative" and len(prompt.text) < _PAGE
    return wished or _SPOKEN_TO.search(anatomy.views.get("instructions", prompt.text)) is not None


def add_section(linted: Linted, title: str, body: str) -> Edit | None:
    """Return the edit that adds a section where the instructions end: before the live input, else at the end."""
    return placing.add_text(linted, section(linted, title, body))


def after_statement(linted: Linted, at: int) -> int | None:
    """Return the end of the statement that holds a prompt offset."""
    for statement in linted.anatomy.statements:
        if statement.start <= at < statement.end:
            return statement.end
    return None


def unquoted(text: str) -> str:
    """Return text without the quotes around it."""
    return text.strip().strip("\"'`“”")


def names(values: tuple[str, ...] | list[str]) -> str:
    """Return values as a quoted list."""
    return ", ".join(f'"{value}"' for value in values)


def structured(linted: Linted) -> bool:
    """Whether the answer is made of named parts: a sample or a list of fields shows them, or a format is named."""
    anatomy = linted.anatomy
    shown = any(sample.keys for sample in anatomy.samples if sample.use in ("schema", "example", "unknown"))
    return shown or len(anatomy.fields) > 1 or _FORMAT.search(anatomy.views["instructions"]) is not None


def labels(linted: Linted) -> tuple[str, ...]:
    """Return the labels that the whole answer is one of; the values of a field and a list of fields are none."""
    if linted.anatomy.kind not in ("classification", "judge", "unknown", "other") or structured(linted):
        return ()
    fields = {field.name.lower() for field in linted.anatomy.fields}
    text = linted.prompt.text
    for found in linted.anatomy.labels:
        listed = all(
            text[text.rfind("\n", 0, span.start) + 1 : span.start].strip() in ("-", "*", "•") for span in found.spans
        )
        typed = listed and any(
            re.match(r"`?\s*[:(] ?(?:text|one of|list|number|integer|date)", text[span.end :]) for span in found.spans
        )
        if found.field is None and not typed and not fields & {label.lower() for label in found.labels}:
            return found.labels
    return ()
