"""Whether a prompt is a place for a clause about not knowing: instructions, somebody to ask, sources to name."""

from __future__ import annotations

import re

from promptlint.fixes.generators import placing
from promptlint.model import Linted

_SCRIPT = re.compile(r"\b(?:write|generate|create|produce)\b[^.\n]{0,40}\b(?:conversation|dialog(?:ue)?)\b", re.I)
_REPORT = re.compile(r": \[[\w ,/-]+\][ \t]*$", re.M)
_ASSISTANT = re.compile(
    r"\b(?:you are|you're|act as) [^.\n]{0,100}\b(?:assistant|\w*bot|agent|support|advisor|concierge|clerk)\b",
    re.I,
)
AGENT = re.compile(r"\b(?:you are|you're|you will be|your (?:task|job|role|goal|mission)|act as|assistant)\b", re.I)
_ROLE = re.compile(r"\b(?:you are|you're|act as) (?:an?|the|my|our)\b", re.I)
_ASKABLE = re.compile(r"\b(?:users?|customers?|clients?|requests?|clarif\w+|ask|invoked)\b", re.I)
_PLAYED = re.compile(
    r"\b(?:simulat\w+ (?:an? |the )?(?:\w+ )?(?:user|customer|person|human|character|conversation|dialog\w*)|"
    r"(?:other|fellow) agents?|group discussion|discussion group|"
    r"role[- ]?play\w*|pretend|virtual (?:user|world)|in character|immerse)\b",
    re.I,
)
_UNASKED = re.compile(
    r"\b(?:do not|don't|do no|never|without|cannot|can not|can't|no)\b[^.\n]{0,30}\b(?:complain\w*|ask\w*|warn\w*|"
    r"notes|clarif\w+|questions?|respond|repl(?:y|ies))\b|\bjust do\b",
    re.I,
)
"""A prompt that wants no question back."""
FORMED = re.compile(
    r"\b(?:following|this|exact|specified|below|same|json|yaml|xml)\b[^.\n]{0,30}\bformat\b|\bformat\b[^.\n]{0,20}\bfollow|"
    r"^[^\w\n]*(?:output|response) (?:format|structure|template)|\brespond (?:only )?(?:in|with)\b|"
    r"^[^\w\n]*(?:action|thought|final answer)(?: input)?[*`]*:",
    re.I | re.M,
)
"""A form that every answer must have: a question back would break it."""
_PARSED = re.compile(
    r"\b(?:only|nothing|exactly|must|always|valid|return|respond|output)\b[^.\n]{0,40}\b(?:json|xml|yaml)\b|"
    r"\b(?:json|xml|yaml)\b[^.\n]{0,20}\b(?:only|object|array)\b",
    re.I,
)
"""An answer that a program reads, and not only a message or a file shown on the way."""

TWO_WAYS = re.compile(
    r"\b(?:yes|true|y|1|correct|pass)\b[\"'`*]{0,3},? ?(?:or|and|/|,) ?[\"'`*]{0,3}(?:no|false|n|0|incorrect|fail)\b|"
    r"\b(?:no|false|n|0)\b[\"'`*]{0,3},? ?(?:or|and|/|,) ?[\"'`*]{0,3}(?:yes|true|y|1)\b|"
    r"\b(?:answer|say|return|verdict)(?: as| is)?[: ]+[\"'`*]{0,3}(?:yes|1)\b",
    re.I,
)
"""An answer of two values: a third one, or a sentence, breaks what reads it."""


def instructs(linted: Linted) -> bool:
    """Whether a clause would find instructions to stand with.

    A frame for one document, the description of a character and a page for people to read hold none, or hardly any.
    Writing has no answer that could be missing, nor has a conversation to invent. A part that follows
    another prompt, and a form of a report at the end, are no place for it.
    """
    anatomy = linted.anatomy
    if anatomy.kind == "writing":
        return False
    wishes = sum(s.mood in ("imperative", "modal") for s in anatomy.statements)
    if anatomy.kind == "agent":
        return wishes > 2 and _may_ask(linted)
    if anatomy.kind == "chat":
        view = anatomy.views["instructions"]
        message = placing.instruction_message(linted)
        played = _SCRIPT.search(view) or _PLAYED.search(view)
        ends = message is None or placing.open_ended(linted, message)
        return wishes > 0 and _ASSISTANT.search(view) is not None and not played and not ends
    return wishes > 0


def _may_ask(linted: Linted) -> bool:
    """Whether an agent may ask back: somebody is there to answer, and no form is set that a question would break."""
    prompt, anatomy = linted.prompt, linted.anatomy
    view = anatomy.views["instructions"]
    message = placing.instruction_message(linted)
    if message is None or placing.asks_over_data(linted, message):
        return False
    if (anatomy.machine_readable and _PARSED.search(view)) or _REPORT.search(prompt.text.rstrip()[-400:]):
        return False
    if _UNASKED.search(view) or _PLAYED.search(view):
        return False
    if prompt.kind_hint == "agent":
        return True
    if FORMED.search(view):
        return False
    return _ASSISTANT.search(view) is not None or (_ROLE.search(view) is not None and _ASKABLE.search(view) is not None)


_MATERIAL = re.compile(
    r"\b(?:context|document|passage|text|article|source|material|transcript|report|contract|content|file|paper|page|"
    r"email|excerpt|chunk|result|data|note|evidence|reference|conversation|information)$"
)
"""Names after which "the NAME does not contain the answer" is a sentence: singular, and something that is read."""
_GIVEN = re.compile(
    r"\b(?:provided|given|retrieved|following|supplied|above|below)\s+(?P<word>(?:\w+ )?(?:context|documents?|"
    r"passages?|text|articles?|sources?|materials?|transcript|report|contract|content|paper|excerpts?|chunks?|"
    r"search results|data|notes|evidence|references|information))\b|"
    r"\b(?:from|in|on|using|to) the (?P<other>context|documents?|passages?|sources|transcript|report|contract|"
    r"search results|knowledge base|retrieved documents)\b",
    re.I,
)
ANSWERS = re.compile(r"\b(?:answer|question|query|respond|reply)\w*\b", re.I)


def material(linted: Linted) -> str | None:
    """Return how a prompt names its sources: by its placeholder, else by the word it uses; None without any."""
    brought = False
    for item in linted.anatomy.slots:
        if item.injects == "context":
            brought = True
            name = linted.prompt.placeholders[item.placeholder].name
            word = re.split(r"\W+", name)[-1].replace("_", " ").strip().lower()
            if _MATERIAL.search(word) and word.isascii() and word.replace(" ", "").isalpha():
                return f"the {word}"
    said = _GIVEN.search(linted.anatomy.views["instructions"])
    if said is not None:
        return f"the {(said['word'] or said['other']).lower()}"
    return "the material" if brought else None


def lacks(material: str) -> str:
    """Return the verb that goes with the name of sources."""
    return "do not" if material.endswith("s") else "does not"
