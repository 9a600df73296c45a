"""Tasks that have an answer for every input: what is missing from them is no way out.

Readers differ on whether such a prompt should still say what to do with an empty input, so it is only an info.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.rules.context import Context, Hit
from promptlint.text import lazy_re as re

# "When words are missing, give 0. When all are there, give 1."
_OUTCOME = re.compile(
    r"\b(?:if|when)\b[^.\n]{3,120}?\b(?:score of|output|return|give|assign)[^.\n]{0,20}?\b(?P<value>[01])\b", re.I
)
_FORCED = re.compile(
    r"\b(?:do not|don['’]t|never) (?:say|answer|choose|output|declare|return|call) (?:that )?(?:it )?(?:an? )?"
    r"(?:both|neither|ties?|draw)\b|\bno ties\b|\bties? (?:is|are) not allowed|\bleast (?:wrong|bad)\b"
    r"|\bforced to choose",
    re.I,
)
# "- FAIL: the request cannot be completed": a status for giving up.
_GIVES_UP = re.compile(
    r"^[ \t>*-]*[`\"'*]{0,3}(?:fail(?:ed|ure)?|error|blocked|stuck)[`\"'*]{0,3} ?(?:[:=–—-]|→) ?[^\n]{0,60}"
    r"(?:can ?not|could not|unable|impossible)",
    re.I | re.M,
    needs="fail error blocked stuck",
)
_ONE_OF_TWO = re.compile(r"(?:^|[_.\W]|(?<=[a-z]))(?:1|a|one|first|left)(?=$|[_.\W])", re.I)
_FEW_NAMES = 200
_TWINS = {"1": "2", "a": "b", "one": "two", "first": "second", "left": "right"}
_PREFERS = re.compile(r"\b(?:better|best|prefer\w*|rank\w*|winner|wins|which (?:\w+ ){1,2}?is more)\b", re.I)
_STEP = re.compile(
    r"^[ \t>*#-]*[*_`\"']{0,3}(?:score |rating |level )?(?P<step>\d{1,2}|one|two|three|four|five)"
    r"(?: ?(?:[-–]|to) ?\d{1,2})?[*_`\"']{0,3}(?: ?(?:points?|stars?))?[*_`\"']{0,3} ?(?:[:=–—-]|\()"
    r"[^\n]{0,3}[^\W\d_]",
    re.I | re.M,
)
_MANY_STEPS = 4


def always(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A test whose outcomes take all, a forced choice, the better of two texts, a scale, or a status for giving up."""
    said = context.view("instructions")
    if (
        len({match["value"] for match in _OUTCOME.finditer(said)}) > 1
        or _FORCED.search(said)
        or _GIVES_UP.search(said)
        or _is_pairwise(context)
        or _is_scale(context)
    ):
        yield Hit(*context.anatomy.task)


def _is_pairwise(context: Context) -> bool:
    """Whether the better of two texts is chosen: `output_1` and `output_2`, and a word of preference."""
    names = {placeholder.name.lower() for placeholder in context.prompt.placeholders[:_FEW_NAMES]}
    twins = any(_twin(name, match) in names for name in names for match in _ONE_OF_TWO.finditer(name))
    return twins and _PREFERS.search(context.view("instructions")) is not None


def _twin(name: str, match: re.Match[str]) -> str:
    """Return the name of the other one of two."""
    word = match.group().lstrip("_.-[ ")
    return name[: match.end() - len(word)] + _TWINS.get(word, word) + name[match.end() :]


def _is_scale(context: Context) -> bool:
    """Whether a judge has a scale of which every step is described: `1: …` to `5: …`."""
    if context.anatomy.kind != "judge":
        return False
    return len({match["step"].lower() for match in _STEP.finditer(context.view("instructions"))}) >= _MANY_STEPS
