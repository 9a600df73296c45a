"""How much a text, and the name it has, look like a prompt."""

from __future__ import annotations

from functools import lru_cache

from promptlint.text import lazy_re as re

# Plain substrings: twenty searches for one cost a tenth of one search for a pattern with twenty branches.
_SIGNS = (
    "rompt", "PROMPT", "nstruction", "messages", "ompletion", "ct as ", '"role"', "'role'", "role=", "INSTRUCTION",
    "generate_content", "dspy", "ell.", "marvin", "magentic", "system=", "ackstory", "ersona", "reamble", "chat(",
    "converse(",
)  # fmt: skip
_BRANCHING_SIGNS = (
    re.compile("our (?:task|job|role|goal)"),
    re.compile("ou (?:are|will) "),
    re.compile("ystem(?:M|_m)essage"),
)
"""Branches behind the same letters are worth a pattern: it finds the letters as fast as plain search does."""


STRONG_NAME = re.compile(
    r"prompt|system_?(?:msg|message|text|instruct)|(?:^|_)sys_?(?:msg|prompt)|instructions?(?:$|_)|(?:^|_)persona(?:$|_)"
    r"|preamble|backstory",
    re.I,
)
WEAK_NAME = re.compile(
    r"template|(?:^|_)system(?:$|_)|(?:^|_)(?:tmpl|tpl|instr|role|task|query|question|guidelines?)(?:$|_)"
    r"|(?:^|_)(?:prefix|suffix|request|critique|criteria|rubric)$",
    re.I,
)
_NOT_NAME = re.compile(
    r"(?:prompt|instructions?)_?(?:tokens?|ids?|names?|keys?|path|file(?:name)?|dir|len(?:gth)?|cost|price|version|"
    r"types?|class|cls|style|color|regex|pattern|re|url|hash|label|title|description|desc|help|text_help|doc)s?$"
    r"|(?:^|_)(?:ps1|shell|cli|user_input|input|confirm|password|login|yes_no|desc|description|help|doc|error|warning|"
    r"deprecat\w*|install\w*)_?(?:prompt|instructions?)",
    re.I,
)

_CUES: tuple[tuple[int, tuple[str, ...], re.Pattern[str]], ...] = (
    (
        4,
        ("you", "act as", "as a"),
        re.compile(
            r"\b(?:you(?:'re| are|’re) (?:now |also )?(?:an? |the |going to|tasked|given|provided|asked|responsible|"
            r"helping|working|being|to |acting|expert|in charge|part of|not )"
            r"|act as (?:an? |if|the )|as an? (?:ai|expert|experienced|helpful|professional)\b|i want you to\b"
            # At the beginning of a line or a sentence.
            r"|(?:(?<=\n)|(?<=[.!?] ))as an? (?:[\w-]{1,20} ){0,2}(?:specialist|expert|professional|assistant|ai)\b)"
        ),
    ),
    (3, ("your",), re.compile(r"\byour (?:\w+ )?(?:task|job|role|goal|objective|purpose|mission|responsibilit\w+)\b")),
    (
        3,
        ("respond", "reply", "answer", "return", "output", "format", "response"),
        re.compile(
            r"\b(?:respond|reply|answer|return|output|format)\b[^.\n]{0,40}"
            r"\b(?:only|json|with|using|in the|format|as)\b"
            r"|\byour (?:final |whole |entire )?(?:response|answer|output|reply)\b"
        ),
    ),
    (
        2,
        ("",),
        re.compile(
            r"(?:\n|[.!?] |\byour (?:task|job|role|goal) is to )[ \t]*"
            r"(?:please |now |first,? )?(?:given|transform|summari[sz]e|classify|extract|translate|write|revise|"
            r"generate|analy[sz]e|rewrite|evaluate|determine|answer|identify|create|read|rate|judge|compare|consider|assess|"
            r"use the|based on|below (?:is|are)|think|decide|select|choose|provide|produce|rephrase|paraphrase|"
            r"describe|explain|review|convert|compose|suggest|list|amend|discuss|improve|outline|highlight|estimate|infer|"
            r"predict|detect|assign|verify|continue|respond|reply|prepare|using the)\b"
        ),
    ),
    (
        1,
        ("following",),
        re.compile(
            r"\b(?:the )?following (?:\w+ ){0,2}(?:text|question|context|conversation|document|passage|content|"
            r"information|rules|format|steps|examples?|instructions?|guidelines|code|data|statements?)\b"
        ),
    ),
    (
        2,
        (":",),
        re.compile(
            r"\n[#* \t]*(?:answer|question|output|response|context|input|query|example \d|examples?|assistant|"
            r"final answer|user|human|thought|summary|translation|instructions?|rules|task)\s*\**:"
        ),
    ),
    # What an assistant said is spoken of to a model that is to judge it or to write it anew.
    (
        2,
        ("response", "reply", "answer", "output"),
        re.compile(
            r"\b(?:assistant|model|llm|ai)(?:['’]s)?\s{1,40}(?:(?:last|final|previous)\s{1,40})?"
            r"(?:response|reply|answer|output)\b"
        ),
    ),
    (1, ("{", "%(", "<"), re.compile(r"\{\{?\s*\w+\s*\}?\}|\$\{\w+\}|%\(\w+\)s|<\w+>")),
    (
        1,
        ("do not", "don't", "never", "always", "must", "should", "ensure", "make sure", "avoid"),
        re.compile(r"\b(?:do not|don't|never|always|must|should|ensure|make sure|avoid)\b"),
    ),
    (
        1,
        ("step", "the user", "assistant", "json", "language model", "llm"),
        re.compile(r"\bstep[- ]by[- ]step\b|\bthe user(?:'s)?\b|\bassistant\b|\bjson\b|\blanguage model\b|\bllm\b"),
    ),
)
"""What speaks for a prompt, in lower case. Before a pattern go words, one of which stands in all that it matches: most
strings hold none of them, and a search for plain text costs next to nothing."""
_BEGINNINGS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (
        6,
        re.compile(
            r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH|MERGE|BEGIN)\s[\s\S]{0,400}\b(?:FROM|INTO|SET|TABLE|WHERE|VALUES|INDEX|AS)\b"
        ),
    ),
    (6, re.compile(r"\s*(?:<!doctype|<html|<\?xml|<div|<svg|<script|<style|<head|<table|<body|<p>|<h\d)", re.I)),
    (
        6,
        re.compile(
            r"\s*(?:usage:|#!/|import \w|from \w+ import|def \w+\(|class \w+|package |function |digraph )", re.I
        ),
    ),
    # A script that begins like this is one to its end, and its comments and messages may say anything.
    (20, re.compile(r"\s*\(?(?:async )?(?:function\s*\w*\s*\(|\([\w, ]*\) ?=>)")),
    (
        4,
        re.compile(
            # What goes wrong is told briefly; a long text says such words about something else.
            r"(?![\s\S]{600})[\s\S]*?(?:\bpip install\b|\bdeprecated\b|\bis not (?:installed|supported)\b"
            r"|\bPlease (?:install|upgrade|file an issue)\b|\bNo module named\b)"
        ),
    ),
    (
        3,
        re.compile(
            r"\s*(?:Error|Warning|Failed|Could not|Cannot|Unable|Invalid|Missing|Unknown|Unsupported|Expected)\b"
        ),
    ),
)
"""What speaks against a prompt where a text begins like this: matched there, so that a long text costs nothing."""
_AGAINST: tuple[tuple[int, tuple[str, ...], re.Pattern[str]], ...] = (
    (
        6,
        ("Licensed", "All rights", "Permission", "THE SOFTWARE"),
        re.compile(
            r"\b(?:Licensed under the|All rights reserved|Permission is hereby granted|THE SOFTWARE IS PROVIDED)"
        ),
    ),
    (
        4,
        ("Args", "Return", "Raises", "Yields", "Parameters", "Attributes", "Usage", "Note", "See Also"),
        re.compile(
            r"\n[ \t]*(?:Args|Returns|Raises|Yields|Parameters|Attributes|Usage|Note|Notes|Keyword Args|See Also)"
            r"[ \t]*:?[ \t]*\n"
        ),
    ),
    (
        4,
        (":param", ":return", ":type", ":raises", ">>> ", ".. "),
        re.compile(r"\n[ \t]*(?::param|:return|:type|:raises|>>> |\.\. \w+::)"),
    ),
)
"""What speaks against a prompt wherever it stands; words as before."""
STRONG = 6
"""From here on a text is a prompt whatever its name is."""
NAMED = 3
"""What a text needs that a name or an argument calls a prompt."""
LONG = 25
"""From so many words on, a text under a prompt's name needs one sign alone: a label is not that long."""


def worth_parsing(text: str) -> bool:
    """Whether a Python file may hold a prompt: what this says no to is never parsed."""
    return _holds(text, _SIGNS) or any(sign.search(text) for sign in _BRANCHING_SIGNS)


@lru_cache(maxsize=64)
def score(text: str) -> int:
    """Return how much a text speaks like a prompt; 0 and below is not at all."""
    head = text if len(text) <= 12_000 else text[:8000] + text[-4000:]
    lines = "\n" + head  # where a line begins is told by the line end before it, which is found at once
    plain = re.folded(lines)
    total = sum(weight for weight, needs, cue in _CUES if _holds(plain, needs) and cue.search(plain))
    if not total:
        return 0
    total -= sum(weight for weight, sign in _BEGINNINGS if sign.match(head))
    return total - sum(weight for weight, needs, sign in _AGAINST if _holds(lines, needs) and sign.search(lines))


def _holds(plain: str, words: tuple[str, ...]) -> bool:
    return any(map(plain.__contains__, words))


@lru_cache(maxsize=1024)
def prompt_name(name: str) -> int:
    """Return 2 for a name that says prompt, 1 for one that may, 0 for any other."""
    if _NOT_NAME.search(name):
        return 0
    return 2 if STRONG_NAME.search(name) else 1 if WEAK_NAME.search(name) else 0


def words(text: str) -> int:
    """Return the number of words, roughly."""
    return len(text.split())
