"""Uncertainty: what to do when the answer is unknown, missing, ambiguous or out of scope."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.anatomy.parts import Parts
from promptlint.model import Pillar, Statement
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_FIRST_WORDS = 12
# A description of a field: "If no time is given, return the code alone", "null if unknown".
_IF_MISSING = re.compile(
    r"\b(?:if|when) (?:\w+ ){0,3}?(?:no|not|none|missing|unknown|absent|unclear|unspecified|unavailable)\b"
    r"[^.]{0,60}?, ?\w"
    r"|\b(?:null|none|empty|n/a|-1)[\"'`]? (?:if|when) (?:\w+ ){0,3}?(?:no|not|none|missing|unknown|absent|unclear)\b",
    re.I,
    needs="if when",
)
_ASIDE = re.compile(r"\((?:[\w-]+(?: [\w-]+)?, ){2,20}or [\"'`]?(?P<last>[\w /-]{1,20})[\"'`]?\)", needs=", or ")
_ASSIGNED = re.compile(r"\b(?P<field>\w{2,30}) ?(?:=|:) ?[\"'`](?P<value>[\w-]{1,30})[\"'`]")
_SLOT_DEFINED = re.compile(r"[\"'`*]{0,3}\{[^{}\n]{1,80}\}[\"'`*]{0,3}[ \t]*(?::|=|—|–|- |->|→)", needs="{")
_LETTERED = re.compile(r"\(?[A-H][.)]")
_MEANING = 60
_SUBJECT_WORDS = 4
"""The subject of a condition ends within so many words."""
_ARTICLE = re.compile(r"(?:an?|the|this|each|any)\s", re.I)
_OF_WHAT_IS_JUDGED = re.compile(
    r"\b(?:(?:answer|response|output|reply|student|candidate|agent|ai|assistant)s? (?:\w+ ){0,2}"
    r"|(?:the|an?|its|each) )$",
    re.I,
)
_ASKS_USER = re.compile(
    r"\bask (?:the )?(?:user|customer|human|person) (?:how|what|whether|which|if|to|for)\b", re.I, needs="ask"
)
_SLOT = re.compile(r"\{[^{}\n]{1,200}\}")
_AFFIRMED = re.compile(r"[\"'`](?:yes|true|1|pass)[\"'`]", re.I)
_DEFINED = re.compile(
    r"[*_`\"'(\[]{0,3}(?P<label>[\w/-]{1,30}(?: [\w/-]{1,20}){0,2})[*_`\"')\]]{0,3}"
    r"(?:[ \t]*(?::|=|—|–|- |->|→)|[ \t]{2,})",
)


def level(parts: Parts) -> Pillar:
    """Return `none`, `ban` (guessing is only forbidden) or `explicit` (a condition and an action)."""
    explicit = [*_statements(parts), *_listed_actions(parts), *_labels(parts), *_label_lines(parts)]
    explicit += [*_asides(parts), *_assigned(parts), *_schemas(parts)]
    if explicit:
        return Pillar("explicit", tuple(sorted(explicit)))
    contract = parts.prompt.around.contract
    if contract is not None and _offers_way_out(parts, contract.schema):
        return Pillar("explicit", (), f"declared: {contract.name}")
    bans = [
        Span(statement.start, statement.end) for statement in parts.statements if _forbids_guessing(parts, statement)
    ]
    return Pillar("ban", tuple(bans)) if bans else Pillar("none")


def _offers_way_out(parts: Parts, schema: object) -> bool:
    """Whether a value that a declared schema allows is a way out, such as `other`, or a description tells one."""
    if isinstance(schema, list):
        return any(_offers_way_out(parts, item) for item in schema)
    if not isinstance(schema, Mapping):
        return False
    values = [*(schema.get("enum") or ()), schema.get("const")]
    other = parts.cues.pattern("other_label")
    said = schema.get("description")
    if isinstance(said, str) and _IF_MISSING.search(said):
        return True
    return any(isinstance(value, str) and other.fullmatch(value) for value in values) or any(
        _offers_way_out(parts, item) for item in schema.values() if isinstance(item, Mapping | list)
    )


def _forbids_guessing(parts: Parts, statement: Statement) -> bool:
    """Whether a statement tells the model not to guess; one that describes a text to be judged tells it nothing."""
    if _is_verdict(parts, statement):
        return False
    if statement.mood == "declarative" and _describes(parts, statement):
        return False
    return parts.cues.pattern("ban_guess").search(*_plain(parts, statement)) is not None


def _plain(parts: Parts, span: Statement | Span) -> tuple[str, int, int]:
    """Return where to look for cues: a text, and from where to where in it.

    It has no marks of emphasis, which would part what a cue holds, and no names of slots. A span without either stays
    in the prompt's own text, for which the cues are cut already.
    """
    said = parts.text[span.start : span.end]
    if "**" not in said and "{" not in said:
        return parts.text, span.start, span.end
    said = _SLOT.sub("X", said.replace("**", ""))
    return said, 0, len(said)


def _is_verdict(parts: Parts, statement: Statement) -> bool:
    """Whether a sentence says when to give which of two verdicts, or when to give the one where both are quoted."""
    cues = parts.cues
    if cues.pattern("verdict_pair").search(parts.text, statement.start, statement.end):
        return True
    reply = cues.pattern("verdict_reply").search(parts.text, statement.start, statement.end)
    return reply is not None and _AFFIRMED.search(parts.text) is not None


def _describes(parts: Parts, statement: Statement) -> bool:
    """Whether a sentence is a criterion: it opens with a verb in the third person ("Makes no …") or what is judged."""
    article = _ARTICLE.match(parts.text, statement.start)
    start = article.end() if article is not None else statement.start
    if parts.cues.pattern("judged_subject").match(parts.text, start) is not None:
        return True
    words = parts.text[statement.start : statement.start + 40].split()
    first = words[0].lower() if words else ""
    if first == "does" or first in parts.cues.words("verbs"):
        return first == "does"
    return first.endswith("s") and bool({first[:-1], first.removesuffix("es")} & parts.cues.words("verbs"))


def _statements(parts: Parts) -> list[Span]:
    return [
        Span(statement.start, statement.end) for statement in parts.statements if names_unknown_path(parts, statement)
    ]


def names_unknown_path(parts: Parts, statement: Statement) -> bool:
    """Whether a statement says what to do in a state of not knowing."""
    text = parts.text
    cues = parts.cues
    if statement.mood == "question":
        return False
    if cues.pattern("example_mention").match(text, statement.start):
        return False
    if _is_verdict(parts, statement):
        return False  # what each of two verdicts means, not what to do without one
    said, first, last = _plain(parts, statement)
    action = cues.pattern("unknown_action").search(said, first, last)
    if action is not None and not _done_by_others(parts, said[first : action.start()]):
        return True
    if cues.pattern("even_if").search(text, statement.start, statement.end):
        return False
    if cues.pattern("unknown_state").search(text, statement.start, statement.end) and _under_condition(
        parts, statement
    ):
        return True
    if statement.polarity < 0 and _relative(parts, statement):
        return False
    for match in cues.pattern("unknown_state").finditer(text, statement.start, statement.end):
        if any(slot.start <= match.start() < slot.end for slot in parts.prompt.placeholders):
            continue  # an expression of the template
        if _conditional(parts, statement, match.start()) and _has_action(parts, statement, Span(*match.span())):
            failure = cues.pattern("tool_failure").search(text, statement.start, statement.end)
            return failure is None or _asks_user(parts, statement)
    return False


def _asks_user(parts: Parts, statement: Statement) -> bool:
    """Whether a sentence, or the rest of its paragraph, has the user asked what to do."""
    return _ASKS_USER.search(parts.text, statement.start, parts.blocks[statement.block].end) is not None


def _done_by_others(parts: Parts, before: str) -> bool:
    """Whether an action is forbidden, or is that of a text to be judged: "the answer says that it does not know"."""
    return parts.cues.pattern("ban").search(before[-12:]) is not None or bool(_OF_WHAT_IS_JUDGED.search(before[-40:]))


def _relative(parts: Parts, statement: Statement) -> bool:
    """Whether a condition only says which things are forbidden: "Do not add claims where …"."""
    start = statement.condition.start if statement.condition is not None else statement.end
    return parts.text[start : start + 5].lower() == "where"


def _under_condition(parts: Parts, statement: Statement) -> bool:
    """Whether an item stands below "Ask when:" and the like: the condition is in the sentence that opens the list."""
    if parts.blocks[statement.block].kind != "item" or _describes(parts, statement):
        return False
    column = _column(parts.text, parts.blocks[statement.block].body_start)
    for block in reversed(parts.blocks[: statement.block]):
        if block.kind != "item" or _column(parts.text, block.body_start) < column:
            line = parts.last_line(block)
            return (
                line.endswith((":", "："))
                and parts.cues.pattern("list_condition").search(line) is not None
                and parts.cues.pattern("ban").search(line) is None  # "Never finish when:" tells no way out
            )
    return False


def _listed_actions(parts: Parts) -> list[Span]:
    """Return the sentences such as "When information is missing:" below which a list or a template says what to do."""
    found = []
    for statement in parts.statements:
        text = parts.text[statement.start : statement.end]
        if not text.rstrip(" *_").endswith((":", "：")) or statement.condition is None:
            continue
        state = parts.cues.pattern("unknown_state").search(parts.text, statement.start, statement.end)
        if state is None or not _conditional(parts, statement, state.start()):
            continue
        below = parts.blocks[statement.block + 1 : statement.block + 5]
        if any(block.kind == "fence" for block in below[:1]) or any(
            b.kind == "item" and parts.opening_verb(b.body_start, b.body_end) for b in below
        ):
            found.append(Span(statement.start, statement.end))
    return found


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def _conditional(parts: Parts, statement: Statement, state_at: int) -> bool:
    condition = parts.cues.pattern("unknown_condition").search(
        parts.text, max(statement.start, state_at - 120), state_at
    )
    if condition is None:
        return parts.cues.pattern("unknown_condition").match(parts.text, state_at) is not None
    between = parts.text[condition.end() : state_at]
    if any(mark in between for mark in (". ", "; ")):
        return False
    if parts.cues.pattern("not_derivable").match(parts.text, state_at) is not None:
        return True  # "if the response cannot be inferred": the model's own
    judged = parts.cues.pattern("judged_subject").search(between)
    return judged is None or len(between[: judged.start()].split()) > _SUBJECT_WORDS


def _has_action(parts: Parts, statement: Statement, state: Span) -> bool:
    """Whether the sentence goes on after the state, or commands something before the condition."""
    if statement.action is not None and statement.condition is not None:
        inside = statement.condition.start <= state.start < statement.condition.end
        if not inside or statement.action.end - statement.action.start <= 3:
            return False
        text, first, last = _plain(parts, statement.action)
        ban = parts.cues.pattern("ban_guess").search(text, first, last)
        if ban is not None and ban.start() - first <= _FIRST_WORDS:
            return False  # what is forbidden then, not what to do
        commands = statement.mood in ("imperative", "modal") or _opens_command(parts, statement)
        return commands or parts.cues.pattern("unknown_reaction").search(parts.text, *statement.action) is not None
    return statement.mood in ("imperative", "modal") and state.start - statement.start > 12


def _opens_command(parts: Parts, statement: Statement) -> bool:
    """Whether the main clause after an opening if-clause starts like a command: with no article or pronoun."""
    if statement.condition is None or statement.action is None or statement.action.start < statement.condition.start:
        return False
    words = parts.text[statement.action.start : statement.action.end].split()
    first = words[0].strip("*_`\"'").lower() if words else ""
    return first.isalpha() and first not in parts.cues.words("clause_opener")


def _labels(parts: Parts) -> list[Span]:
    other = parts.cues.pattern("other_label")
    return [
        span
        for labels in parts.labels
        for label, span in zip(labels.labels, labels.spans, strict=True)
        if other.fullmatch(label)
    ]


def _label_lines(parts: Parts) -> list[Span]:
    """Return the items that define a way out among other labels: `- OTHER: …`, `- UNSAFE: what is ambiguous`."""
    other, fallback = parts.cues.pattern("other_label"), parts.cues.pattern("fallback_meaning")
    found = []
    for index, block in enumerate(parts.blocks):
        label = _defined(parts, index)
        if _LETTERED.fullmatch(block.name) and fallback.search(parts.text, block.start, block.end):
            found.append(Span(block.start, block.end))  # "C) The evidence is irrelevant"
        if not label or not any(_defined(parts, near) for near in (index - 1, index + 1)):
            continue
        meaning = parts.text[block.body_start + len(label) : block.end]
        if other.fullmatch(label) or (label.isupper() and fallback.search(meaning[:_MEANING])):
            found.append(Span(block.start, block.end))
    return found


def _defined(parts: Parts, index: int) -> str:
    """Return the label that an item defines, if it does."""
    if not 0 <= index < len(parts.blocks) or parts.blocks[index].kind != "item":
        return ""
    block = parts.blocks[index]
    match = _DEFINED.match(parts.views["instructions"], block.body_start, block.end)
    if match is None and _SLOT_DEFINED.match(parts.text, block.body_start, block.end):
        return "{}"  # labels that are known at run time only
    return match["label"] if match is not None else ""


def _asides(parts: Parts) -> list[Span]:
    """Return the lists of values in brackets of which one is a way out: `kind of link (topical, causal, or null)`."""
    other = parts.cues.pattern("other_label")
    return [
        Span(*match.span()) for match in _ASIDE.finditer(parts.views["instructions"]) if other.fullmatch(match["last"])
    ]


def _assigned(parts: Parts) -> list[Span]:
    """Return the items that give a field a way out where others give it other values: `reason="unsupported": …`."""
    other = parts.cues.pattern("other_label")
    found = [
        (match["field"].lower(), match["value"], Span(*match.span()))
        for block in parts.blocks
        if block.kind == "item"
        for match in _ASSIGNED.finditer(parts.views["instructions"], block.body_start, block.end)
    ]
    return [
        span
        for field, value, span in found
        if other.fullmatch(value) and any(field == near and value != another for near, another, _ in found)
    ]


def _schemas(parts: Parts) -> list[Span]:
    """Return the samples and schemas that say what an absent value becomes: `"due": "date, null if not stated"`."""
    fallback = parts.cues.pattern("schema_fallback")
    return [
        Span(*match.span())
        for sample in parts.samples
        if (match := fallback.search(parts.text, sample.start, sample.end)) is not None
    ]
