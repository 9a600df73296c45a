"""The shape of the answer as sentences ask for it: a word about output, and after it a form, fields or values."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.anatomy.parts import Parts
from promptlint.anatomy.pillars.shown import TEMPLATE_SLOT, in_output_section, shape_follows, text_follows
from promptlint.anatomy.pillars.signs import Sign
from promptlint.model import Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span
from promptlint.text.records import NamedTuple

_REPLY_VERBS = frozenset(
    {"respond", "reply", "return", "output", "answer", "provide", "report", "produce", "print", "emit"}
)
_ARRANGING_VERBS = frozenset({"structure", "format", "organize", "organise", "arrange"})
_SHOWING_VERBS = frozenset({"present", "display"})
_FORM = re.compile(
    r"\b(?:format|form|pattern|template|as|follows|like|tuples?|pairs?|triplets?)(?: of)?:? "
    r"[\"'`“*]{0,3}[(<\[{][A-Za-z][^\n]{2,}[)>\]}]"
    r"|\b(?:format|pattern|template)\b[^\n.]{0,24}? (?:is|be|like|:) ?[\"'`“]{0,2}[\[<({][^\n]{0,40}[\])}>]"
    r"|[\"'`“*]{0,2}[A-Za-z][\w ]{1,30}:[ \t]*[$<\[{(]|[\"'`“][A-Z][\w ]{1,30}: ?[\"'`”]|[\"'`]\\?boxed|\$[A-Z]{3,}",
    needs="( < [ { : boxed $",
)
# A line of the answer in quotes, with its blank or without: "The total is: [total]", "Step 1:".
_QUOTED_LINE = re.compile(
    r"[\"'`“](?:[A-Z][\w ]{1,40}: ?[\w<\[{$. ]{0,24}|[A-Z][\w ,:]{1,40}[\[<{][^\"\n]{1,40}[\]>}][^\"\n]{0,20})[\"'`”]",
    needs="\" ' ` “",
)
_AS_SLOT = re.compile(
    r"\b(?:as|with|in the form(?:at)?(?: of)?|like):? [^.\n]{0,40}<[a-z][\w -]{1,30}>(?!\w)", needs="<"
)
# The marks that the answer stands between: "within the [Start of Answer] and [End of Answer] tags".
_BETWEEN_MARKS = re.compile(
    r"\b(?:between|within|inside|in)(?: the)? [\[<({*#=-]{1,3}[\w /]{2,40}[\]>)}*#=-]{1,3},? and(?: the)? "
    r"[\[<({*#=/-]{1,4}\w",
    needs=" and ",
)
# What a triple is made of.
_TRIPLE = re.compile(r"\bsubject[-,/ ]+(?:predicate|relation\w*|verb)[-,/ ]+object\b", re.I, needs="subject")
# A row of columns, the frame of a formula: "name | age | city", "\\boxed{}".
_ROW = re.compile(r"\w[\w ]{0,20} ?\| ?\w[\w ]{0,20} ?\| ?\w|\\boxed\{", needs="| \\boxed{")
_AFTER_COMMA = re.compile(r", (?:please |then )?(?P<word>[a-z]+)", re.I, needs=",")
# A word and its opposite: "toxic or non-toxic", "relevant or irrelevant".
_POLES = re.compile(
    r"\b(?P<pole>\w{3,30}),? (?:or|/|vs\.?) [\"'`*]{0,2}(?:not[ _-]|non[-_ ]?|no[-_]|un|in|im|ir|il|dis)(?P=pole)\b",
    re.I,
    needs=(" or ", " / ", " vs"),
)
# "Each item has an id, the problem and a fix", "Every claim must include quote, source and date".
_PARTS_TOLD = re.compile(
    r"\b(?:each|every) (?:\w+ (?:must|should|shall) (?:have|include|contain|consist of) |(?:item|entry|object|finding|"
    r"result|element|claim|record|row|point|bullet|issue) (?:has|includes|contains|consists of) )"
    r"(?:[^,.;:\n]{2,60}, ){1,8}(?:and )?[^,.;:\n]{2,60}"
    r"|\b(?:each|every) (?:\w+ ){1,3}(?:must|should|shall) (?:have|include|contain) (?:an? |the )?[\"'`]\w+[\"'`]"
    # "The first line should be a title, and the rest …", "The last line must be: So, the answer is <label>."
    r"|\bfirst line (?:should|must|is|will)\b[^.\n]{1,100}\b(?:rest|remaining|second|next|following)\b"
    r"|\blast line [^.\n]{0,40}(?:should|must) be\b",
    re.I,
    needs=("each", "every", "first line", "last line"),
)
# The calls that a reasoning agent writes in its text: "Search[entity]", "Finish[answer]".
_ACTIONS = re.compile(r"\b(?:Finish|Search|Lookup|Answer)\[\w+\]", needs="[")
_INLINE_TAG = re.compile(
    r"<(?P<name>[A-Za-z_][\w-]{1,40})>[^<>]{0,400}</(?P=name)>"
    r"|<(?P<only>[A-Za-z_][\w-]{1,40})>[\"'`]? ?(?:tags?|xml|element|block)|<\{\w{1,40}\}></\{\w{1,40}\}>",
    needs="<",
)
# What the user or a script does asks nothing of the model: "The user will provide the criteria".
_OTHERS = re.compile(
    r"\b(?:users?|customers?|clients?|they|he|she|script|compiler|tool|system|function)\*{0,2}"
    r"(?: (?:will|may|can|might|would|must|should|has|have|is going to))?(?: \w+ly)? $",
    re.I,
)
_WORD_BEFORE = re.compile(r"(?P<word>[A-Za-z'’]+) $")


class _Ask(NamedTuple):
    """A sentence, or the part of one, that may ask for output."""

    start: int
    end: int
    begin: int  # where the word about output stands, else the start
    verb: str  # that word, else nothing
    at_home: bool  # whether it stands in a section about the output
    plain: bool  # whether it ends in a colon that leads to a shape, not to steps or rules

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def from_statement(parts: Parts, statement: Statement, *, standing: bool) -> Iterator[Sign]:
    """Yield what one sentence says about the answer's shape; `standing` guidance must speak of output to say any."""
    start, end = statement.start, statement.end
    if statement.polarity < 0:
        positive = _after_ban(parts, statement)
        if positive is None:
            if _nothing_but(parts, statement):
                yield Sign("named", Span(start, end), "a form is named")
            return
        start = positive
    elif statement.mood == "question":
        if _search(parts, "closed_choice", start, end) or _opposes(parts, start, end):
            yield Sign("fields", Span(start, end), "a closed list of values", machine=True)
        return
    elif _brings_input(parts, statement):
        return
    ask = _ask(parts, statement, start)
    if ask.verb or ask.at_home:
        yield from _below(parts, statement, ask, standing=standing)
    if standing and not ask.at_home and not _search(parts, "reply_word", start, end):
        return
    yield from _values(parts, ask)
    if _PARTS_TOLD.search(parts.text, start, end):
        yield Sign("fields", ask.span, "parts that are told")
    if ask.verb or ask.at_home:
        yield from _replies(parts, statement, ask)
        yield from _fields(parts, ask)
        yield from _templates(parts, statement, ask)
    elif not standing and (_commands(parts, statement) or _opens_with_form(parts, statement)):
        condition = statement.condition
        trails = condition is not None and condition.start > start
        end = condition.start if trails and condition is not None else end
        if (condition is None or trails) and _search(parts, "form_phrase", start, end):
            machine = _search(parts, "machine_noun", start, end)
            yield Sign("named", ask.span, "a form is named", machine)


def _commands(parts: Parts, statement: Statement) -> bool:
    """Whether a sentence commands, be it after "Based on the text, …", or stands in a list of requirements."""
    if statement.mood == "modal" and _search(parts, "brought_in", statement.start, statement.end):
        return False
    if statement.mood != "declarative" or parts.blocks[statement.block].kind == "item":
        return True
    verbs = parts.cues.words("verbs")
    return any(
        comma["word"].lower() in verbs for comma in _AFTER_COMMA.finditer(parts.text, statement.start, statement.end)
    )


def _opens_with_form(parts: Parts, statement: Statement) -> bool:
    """Whether a sentence is little but a form: "Max. 3 sentences"."""
    return parts.cues.pattern("form_phrase").match(parts.text, statement.start, statement.end) is not None


def _search(parts: Parts, cue: str, start: int, end: int) -> bool:
    return parts.cues.pattern(cue).search(parts.text, start, end) is not None


def _opposes(parts: Parts, start: int, end: int) -> bool:
    return _POLES.search(parts.text, start, end) is not None or _search(parts, "opposites", start, end)


def _ask(parts: Parts, statement: Statement, start: int) -> _Ask:
    end = statement.end
    verb = _output_verb(parts, statement, start)
    colon = parts.text[start:end].rstrip(" *_").endswith((":", "："))
    said = verb.end() if verb is not None else start
    plain = colon and not _search(parts, "no_shape", max(said, end - 30), end)
    return _Ask(
        start,
        end,
        verb.start() if verb is not None else start,
        verb.group().lower() if verb is not None else "",
        in_output_section(parts, statement),
        plain,
    )


def _values(parts: Parts, ask: _Ask) -> Iterator[Sign]:
    """The values the answer may take: a choice, a verdict a case, the argument of the tool that answers."""
    cues, text = parts.cues, parts.text
    spoken = bool(ask.verb) or ask.at_home
    decision = cues.pattern("decision_verb").search(text, ask.start, ask.end)
    decides = decision is not None and _opposes(parts, decision.end(), ask.end)
    if decides or (spoken and _search(parts, "closed_choice", ask.start, ask.end)):
        yield Sign("fields", ask.span, "a closed list of values", machine=True)
    if _search(parts, "injected_choice", ask.start, ask.end):
        yield Sign("injected", ask.span, "the values are injected", machine=True)
    if _ACTIONS.search(text, ask.start, ask.end):
        yield Sign("fields", ask.span, "the actions of the answer")
    if _search(parts, "tool_argument", ask.start, ask.end):
        yield Sign("fields", ask.span, "an argument of the tool that answers", machine=True)
    for case in cues.pattern("verdict").finditer(text, ask.start, ask.end):
        yield Sign("case", ask.span, case.group().strip("\"'`*.").lower())


def _replies(parts: Parts, statement: Statement, ask: _Ask) -> Iterator[Sign]:
    """Replies word for word. One reply for one case is no format; two of them are a closed list."""
    cues, text = parts.cues, parts.text
    literal = cues.pattern("literal_reply").search(text, ask.begin, ask.end)
    if literal is not None and ask.verb:
        if statement.condition is None:
            yield Sign("fields", ask.span, "a literal reply")
        else:
            yield Sign("case", ask.span, literal.group().lower())
    elif statement.condition is not None:
        for case in cues.pattern("case_reply").finditer(text, ask.begin, ask.end):
            yield Sign("case", ask.span, case.group().lower())


def _fields(parts: Parts, ask: _Ask) -> Iterator[Sign]:
    cues, text = parts.cues, parts.text
    machine = _search(parts, "machine_noun", ask.begin, ask.end)
    fields = cues.pattern("field_list").search(text, ask.begin, ask.end)
    # Words such as "columns" are the answer's own; of others a form must be named too.
    own = cues.pattern("field_noun").search(text, *fields.span()) if fields is not None else None
    sure = own is not None and fields is not None and (own.start() > fields.start() or " " in own.group())
    if fields is not None and (sure or _search(parts, "format_noun", ask.begin, ask.end)):
        yield Sign("fields", ask.span, "named fields", machine)
    row = cues.pattern("part_list").match(text, ask.begin, ask.end)
    if row is not None and cues.pattern("ban").search(text, ask.start, row.end()) is None:
        yield Sign("fields", ask.span, "parts in a row", machine)


def _named(parts: Parts, ask: _Ask) -> bool:
    """Whether a form is named: "extract it from the report" names what there is, "write a report" does."""
    taking = parts.cues.words("taking_verb")
    if ask.verb not in taking:
        return _search(parts, "format_noun", ask.begin, ask.end)
    if _search(parts, "form_phrase", ask.begin, ask.end):
        return True
    # "Classify the ticket and return JSON": the second verb gives.
    verbs = parts.cues.pattern("output_verb").finditer(parts.text, ask.begin, ask.end)
    return any(v.group().lower() not in taking and _search(parts, "format_noun", v.end(), ask.end) for v in verbs)


def _below(parts: Parts, statement: Statement, ask: _Ask, *, standing: bool) -> Iterator[Sign]:
    """The shape that stands below a sentence with a colon; what guidance organizes is a project."""
    if not ask.plain:
        return
    named = _named(parts, ask)
    sample = named and _search(parts, "sample_lead", max(ask.start, ask.end - 40), ask.end)
    arranges = not standing and statement.verb in _ARRANGING_VERBS
    replies = arranges or statement.verb in _REPLY_VERBS | _SHOWING_VERBS or ask.verb in _REPLY_VERBS
    follows = (named or replies) and shape_follows(parts, statement, announced=named)
    if follows or (sample and text_follows(parts, statement)):
        yield Sign("fields", ask.span, "a template follows", _search(parts, "machine_noun", ask.begin, ask.end))


def _templates(parts: Parts, statement: Statement, ask: _Ask) -> Iterator[Sign]:
    """A template in the sentence, else the form it names."""
    text = parts.text
    named = _named(parts, ask)
    machine = _search(parts, "machine_noun", ask.begin, ask.end)
    shown = any(
        pattern.search(text, ask.begin, ask.end) for pattern in (_AS_SLOT, _QUOTED_LINE, _ROW, _BETWEEN_MARKS, _TRIPLE)
    )
    tagged = named or statement.mood == "imperative"
    if ask.verb and (shown or (tagged and _INLINE_TAG.search(text, ask.begin, ask.end))):
        yield Sign("fields", ask.span, "a template in the sentence", machine)
    if not named:
        bare = statement.condition is None and _search(parts, "bare_answer", ask.start, ask.end)
        if bare or _search(parts, "form_phrase", ask.begin, ask.end):
            yield Sign("named", ask.span, "a form is named", machine)
        return
    slots = len(TEMPLATE_SLOT.findall(text[ask.begin : ask.end]))
    form = _FORM.search(text, ask.begin, ask.end)
    if slots >= 2 or (form is not None and not _ends_in_slot(parts, form)):
        yield Sign("fields", ask.span, "a template in the sentence", machine)
    yield Sign("named", ask.span, "a form is named", machine)


def _ends_in_slot(parts: Parts, form: re.Match[str]) -> bool:
    """Whether what looks like a template is a run-time value: "the code for the file: {path}"."""
    return any(
        p.start == form.end() - 1 or form.start() <= p.start < form.end() == p.end for p in parts.prompt.placeholders
    )


def _brings_input(parts: Parts, statement: Statement) -> bool:
    """Whether a statement is a label: "Report: {report}" brings input, "A correct answer:" opens a rubric."""
    text = parts.text[statement.start : statement.end]
    if text.endswith(":") and text.lower().startswith(("a ", "an ")):
        return True
    held = [p.start for p in parts.prompt.placeholders if statement.start <= p.start < statement.end]
    label = parts.text[statement.start : held[0]].rstrip(" *_\"'`") if held else ""
    most = 2 if statement.mood == "imperative" else 5
    return bool(held) and (statement.mood == "fragment" or (label.endswith(":") and len(label.split()) <= most))


def _after_ban(parts: Parts, statement: Statement) -> int | None:
    """Return where a forbidding sentence turns to what is wanted: "Do not explain, just output the name"."""
    turn = parts.cues.pattern("turn").search(parts.text, statement.start, statement.end)
    return turn.start() if turn is not None else None


def _nothing_but(parts: Parts, statement: Statement) -> bool:
    span = (statement.start, statement.end)
    spoken = statement.verb in ("include", "add") or _search(parts, "output_verb", *span)
    return spoken and _search(parts, "nothing_but", *span)


def _described(parts: Parts, match: re.Match[str]) -> bool:
    """Whether a word about output is a noun with something before it: "the wrong answer"."""
    if match.group().lower() not in parts.cues.words("output_noun"):
        return False
    before = _WORD_BEFORE.search(parts.text, max(0, match.start() - 24), match.start())
    word = before["word"].lower() if before is not None else "and"
    return not word.endswith("ly") and word not in parts.cues.words("before_verb")


def _output_verb(parts: Parts, statement: Statement, start: int) -> re.Match[str] | None:
    """Return the first word about output that is not in a condition: "if the answer is a list" asks for none."""
    condition, action = statement.condition, statement.action
    leads = condition is not None and action is not None and condition.start < action.start < statement.end - 2
    for match in parts.cues.pattern("output_verb").finditer(parts.text, start, statement.end):
        # "For each page give: …" ends the condition before its colon.
        conditional = (
            leads and condition is not None and condition.start <= match.start() and match.end() < condition.end
        )
        # "In JSON" asks for nothing after "you are given".
        brought = match.group()[:3].lower() == "in " and _search(parts, "brought_in", start, match.start())
        others = _OTHERS.search(parts.text, max(start, match.start() - 40), match.start())
        if not (conditional or brought or others) and not _described(parts, match):
            return match
    return None
