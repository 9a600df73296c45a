"""What the stages of the analysis hand on: each adds to the parts before it and reads no later one."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.anatomy.cues import Cues
from promptlint.model import Block, Example, FieldName, LabelSet, Prompt, Sample, Slot, Statement
from promptlint.text import lazy_re as re
from promptlint.text.records import NamedTuple

_LONGEST_TITLE = 300  # a longer line is no title, and stripping its ends would take quadratic time
_ASIDE = re.compile(r"\([^()\n]*\)")
_ENDS = re.compile(r"^[^\w]+|[^\w]+$|^\d[\d.]*[.):]? ?")


def bare_title(title: str) -> str:
    """Return a title in lower case and without what stands around its words: `### 📌 2. Output_Format (JSON)`."""
    words = _ASIDE.sub(" ", title[:_LONGEST_TITLE]).replace("_", " ").replace("-", " ")
    for _ in range(3):
        words = _ENDS.sub("", words)
    return " ".join(words.lower().split())


class Parts(NamedTuple):
    """The structure of a prompt before its kind and pillars are decided. All offsets count in `prompt.text`."""

    prompt: Prompt
    text: str
    language: str
    cues: Cues
    blocks: tuple[Block, ...]
    statements: tuple[Statement, ...]
    views: Mapping[str, str]
    samples: tuple[Sample, ...] = ()
    examples: tuple[Example, ...] = ()
    fields: tuple[FieldName, ...] = ()
    labels: tuple[LabelSet, ...] = ()
    slots: tuple[Slot, ...] = ()

    def heading_of(self, block: Block) -> str:
        """Return the titles of the sections around a block, outermost first, lower-cased and joined by ` / `."""
        titles: list[str] = []
        index = block.section
        while index is not None:
            section = self.blocks[index]
            titles.append(section.name if section.kind == "tag" else self.text[section.body_start : section.body_end])
            index = section.section
        return " / ".join(reversed(titles)).lower()

    def title_of(self, block: Block) -> str:
        """Return the words of a heading, label or tag in lower case: without marks, signs, numbers and asides."""
        words = block.name if block.kind == "tag" else self.text[block.body_start : block.body_end]
        return bare_title(words)

    def last_line(self, block: Block) -> str:
        """Return the last line of a block without blanks and marks of emphasis after it: what may open a list."""
        text = self.text[block.start : block.end].rstrip(" *_\r\n")
        return text[text.rfind("\n") + 1 :]

    def opening_verb(self, start: int, end: int) -> str:
        """Return the verb that the text in `[start, end)` opens with, in lower case; nothing where that is no verb."""
        words = self.text[start : min(end, start + 80)].split(None, 1)
        first = words[0].strip("*_`\"':,").lower() if words else ""
        return first if first in self.cues.words("verbs") else ""
