"""Blocks to statements: one sentence each, with mood, polarity, head verb, condition and action.

The words are data: `rules/cues` holds a grammar a language. Where a language has no head verbs listed, a sentence
still has its condition and polarity.
"""

from __future__ import annotations

from promptlint.anatomy.cues import Cues
from promptlint.model import Block, Mood, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_BREAK = re.compile(
    r"(?<![.\s](?:e|i)\.g)(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bcf)(?<!\b[A-Z])(?<!\bDr)(?<!\bMr)(?<!\bNo)"
    # A quote that ends in a mark does not end the sentence that goes on after it: `Say "No." if …`
    r"[.!?](?:[)\]*_`]{0,3}|[\"')\]*_`]{1,3}(?! [a-z]))(?=\s|$)|[。！？；]|;(?=\s)|[ \t]*(?:\r\n|\r|\n)"
)
_SKIP = re.compile(r"(?:[\s\-*•>|:]+|\[(?:note|nb|important|warning|hint)\])+", re.I)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_NO_VERB_ENDS = ("s", "ed", "ing", "ly", "tion", "ment", "ness", "ity", "al", "ous", "ful", "able", "ible")
_NOUN_AFTER = re.compile(r"\s*(?::|=|is\b|are\b|was\b|of\b|has\b|\.|$|,\s)", re.I)
_LISTED_ON = re.compile(r"\W*\w+(?:, \w+)*,? (?:and|or) \w+(?:[^\w\s]|$)")  # "…, state and city."
_CLAUSE_MARK = re.compile(r",|，|:|：|\bthen\b|—|–| - |->|→|=>")


class Grammar:
    """The cue patterns that the statement analysis needs, bound to the word boundaries of their language."""

    __slots__ = ("ban", "condition", "fronted", "lead", "modal", "no_verbs", "nounish", "object", "subjects", "verbs")

    def __init__(self, cues: Cues) -> None:
        self.verbs = cues.words("verbs")
        self.nounish = cues.words("nounish_verbs")
        self.subjects = cues.words("clause_subject")
        self.ban = cues.pattern("ban")
        self.modal = cues.pattern("modal")
        self.condition = cues.pattern("condition")
        self.lead = cues.pattern("lead")
        self.fronted = cues.pattern("fronted")
        self.no_verbs = cues.words("no_verbs")
        self.object = cues.pattern("object_opener")


def statements(text: str, found: tuple[Block, ...], cues: Cues) -> tuple[Statement, ...]:
    """Return the sentences of items, paragraphs, labels and of headings that are sentences, sorted by start."""
    grammar = Grammar(cues)
    result: list[Statement] = []
    for index, block in enumerate(found):
        if block.kind in ("item", "paragraph", "label") or (block.kind == "heading" and _speaks(text, block, grammar)):
            for start, end in sentences(text, block.body_start, block.end):
                result.append(_analyse(text[start:end], start, index, grammar))
    return tuple(result)


def _speaks(text: str, block: Block, grammar: Grammar) -> bool:
    """Whether a heading is a sentence of its own: "Format the list as:" rather than "Output format"."""
    words = text[block.body_start : block.body_end].split()
    return len(words) >= 3 and words[0].strip("*_:").lower() in grammar.verbs


def sentences(text: str, start: int, end: int) -> list[Span]:
    """Return the sentences in `[start, end)`, trimmed.

    A line end closes a sentence when the line looks finished: it ends in a mark, is much shorter than the longest
    line (so it was not wrapped), or the next line starts a new thought with a capital, as all lines of a list do.
    """
    body = text[start:end]
    lines = body.splitlines()
    longest = max((len(line) for line in lines), default=0)
    if len(lines) >= 3 and all(_fresh(line) for line in lines):
        longest = len(body) * 2  # no line goes on in the next, however long it is
    spans: list[Span] = []
    at = 0
    for match in _BREAK.finditer(body):
        if match.group()[-1:] in "\r\n" and not _line_closes(body, match, longest):
            continue
        _keep(spans, body, at, match.end(), start)
        at = match.end()
    _keep(spans, body, at, len(body), start)
    return spans


def _fresh(line: str) -> bool:
    """Whether a line may start a sentence: its first letter is no small one."""
    first = next((char for char in line if char.isalnum()), "")
    return not first or not first.islower()


def _line_closes(body: str, match: re.Match[str], longest: int) -> bool:
    line_start = max(body.rfind("\n", 0, match.start()), body.rfind("\r", 0, match.start())) + 1
    line = body[line_start : match.start()].rstrip()
    following = body[match.end() : match.end() + 40].lstrip()
    if not line or not following or line.endswith((".", ":", "!", "?", ";", "。", "：")):
        return True
    if following[0].islower():
        return False
    return len(line) < 0.7 * longest or len(line) < 50


def _keep(spans: list[Span], body: str, first: int, last: int, offset: int) -> None:
    lead = _SKIP.match(body, first, last)
    first = lead.end() if lead is not None else first
    while last > first and body[last - 1].isspace():
        last -= 1
    if last > first:
        spans.append(Span(offset + first, offset + last))


def _analyse(sentence: str, start: int, block: int, grammar: Grammar) -> Statement:
    condition, action = _clauses(sentence, start, grammar)
    main = sentence if action is None else sentence[action.start - start : action.end - start]
    rest = _without_lead(main, grammar)
    mood, verb = _mood(sentence, rest, grammar)
    polarity = -1 if _forbids(mood, rest, grammar) else 1
    return Statement(start, start + len(sentence), block, mood, polarity, verb, condition, action)


def _forbids(mood: Mood, rest: str, grammar: Grammar) -> bool:
    """Whether the main verb is forbidden: "Do not …", "You must never …", but not "Answer …, do not explain"."""
    if mood == "imperative":
        match = grammar.ban.search(rest)
        return match is not None and match.start() <= 12 and "," not in rest[: match.start()]
    if mood == "modal":
        ban, modal = grammar.ban.search(rest), grammar.modal.search(rest)
        return ban is not None and modal is not None and abs(ban.start() - modal.start()) <= 16
    return False


def _without_lead(main: str, grammar: Grammar) -> str:
    """Drop up to four words such as "Please" or "Then," before the command."""
    at = 0
    for _ in range(4):
        while at < len(main) and not main[at].isalnum():
            at += 1
        match = grammar.lead.match(main, at)
        if match is None or (match.end() < len(main) and main[match.end()].isalnum()):
            break
        at = match.end()
    return main[at:]


def _mood(sentence: str, rest: str, grammar: Grammar) -> tuple[Mood, str]:
    words = _WORD.findall(rest[:160])
    if not words:
        return "fragment", ""
    first = words[0].lower().replace("’", "'")
    if first in ("do", "don't", "never") and len(words) > 1:
        following = words[2 if first == "do" and words[1].lower() == "not" and len(words) > 2 else 1].lower()
        return "imperative", following
    if first in ("avoid", "refrain", "no"):
        return "imperative", first
    if _commands(rest, grammar):
        return "imperative", first
    if sentence.rstrip().endswith("?"):
        return "question", ""
    fronted = grammar.fronted.match(rest)
    if fronted is not None:
        main = _without_lead(rest[fronted.end() :], grammar)
        if _commands(main, grammar) and not _LISTED_ON.match(main):
            return "imperative", _WORD.findall(main[:40])[0].lower()
    modal = grammar.modal.search(rest)
    if modal is not None:
        following_words = _WORD.findall(rest[modal.end() : modal.end() + 60])
        return "modal", next((word.lower() for word in following_words if word.lower() in grammar.verbs), "")
    if len(words) < 3 and not sentence.endswith((".", "!", "。", "！")):
        return "fragment", ""
    return "declarative", ""


def _commands(clause: str, grammar: Grammar) -> bool:
    """Whether a clause opens with a verb: a listed one, or an unlisted word that an article or the like follows."""
    word = _WORD.search(clause, 0, 60)
    if word is None:
        return False
    verb = word.group().lower()
    if verb in grammar.verbs:
        return not (verb in grammar.nounish and _NOUN_AFTER.match(clause, word.end()))
    return (
        verb not in grammar.no_verbs
        and verb.isalpha()
        and not verb.endswith(_NO_VERB_ENDS)
        and grammar.object.match(clause, word.end() + 1) is not None
    )


def _clauses(sentence: str, start: int, grammar: Grammar) -> tuple[Span | None, Span | None]:
    """Return (condition, action): the if-clause and the rest, where the sentence has both."""
    match = grammar.condition.search(sentence)
    if match is None:
        return None, None
    before = sentence[: match.start()]
    if not any(char.isalnum() for char in before) or (match.start() <= 12 and not _commands(before, grammar)):
        comma = _clause_end(sentence, match.end(), grammar)
        if comma is None:
            return Span(start + match.start(), start + len(sentence)), None
        return Span(start + match.start(), start + comma), Span(start + comma + 1, start + len(sentence))
    return Span(start + match.start(), start + len(sentence)), Span(start, start + match.start())


def _clause_end(sentence: str, at: int, grammar: Grammar) -> int | None:
    """Return where an opening if-clause ends: at `then`, a comma followed by a command, or the first comma."""
    first: int | None = None
    for match in _CLAUSE_MARK.finditer(sentence, at):
        place = match.start()
        if match.group() not in (",", "，"):
            return place if first is None or match.group() == "then" else first
        words = _WORD.findall(sentence[place + 1 : place + 60])
        if first is None:
            first = place
        if words and (words[0].lower() in grammar.verbs or words[0].lower() in grammar.subjects):
            return place
    return first
