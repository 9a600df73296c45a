"""Checks of the uncertainty family: bans without an action, fields and labels without a way out, clashing fallbacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from promptlint.model import LabelSet, Statement
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

_BAN = re.compile(
    r"\b(?:do not|don['’]t|never|avoid|without|must not|should not|refrain from)\b(?: \w+){0,2}? "
    r"(?:mak(?:e|ing) (?:\w+ ){0,2}?up|mak(?:e|ing) assumptions|hallucinat\w*|fabricat\w*|invent\w*|guess\w*"
    r"|assum(?:e|ing))\b"
    r"|\b(?:do not|don['’]t|never|not)\b(?: \w+){0,3}? (?:information|facts?|knowledge|anything|data)(?: \w+){0,4}? "
    r"(?:not (?:in|mentioned|provided|given|present)|outside|beyond)\b"
    r"|\b(?:do not|don['’]t|never|not) (?:introduce|use|rely on|add|bring in|include)(?: \w+){0,2}? (?:external"
    r"|outside|prior|your own) (?:information|knowledge|sources?)\b"
    r"|\b(?:only|solely|exclusively)\b(?: \w+){0,4}? (?:context|search[- ]results?|documents?|sources?|passages?"
    r"|evidence)\b",
    re.I,
)
_STYLE_OBJECT = re.compile(
    r"\b(?:headings?|sections?|labels?|categor(?:y|ies)|names? of|new (?:patterns?|tags?|rules?|fields?|columns?)"
    r"|words?|titles?|ids?|examples?"
    r"|columns?|tables?|explanations?|files?|apis?|urls?|links?|quotes?|dialogue|interactions?"
    r"|(?:the |tool )?results?|arguments?|parameters?|values|your own(?! (?:knowledge|information|facts))|you know)\b",
    re.I,
)
_INSTEAD = re.compile(
    r"\b(?:ask|mark|say|state|reply|respond|flag|note|leave|return|set|omit|skip|escalate|admit|request|inform|tell)\b",
    re.I,
)


def ban_without_action(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A ban on guessing in a prompt that names no action for what is unknown; the first one."""
    if context.anatomy.pillars["uncertainty"].level != "ban":
        return
    statements = context.anatomy.statements
    for index, statement in enumerate(statements):
        said = context.says(statement)
        match = _BAN.search(said)
        if match is None or _STYLE_OBJECT.search(said[match.start() : match.end() + 30]):
            continue
        if not _action_follows(context, said[match.end() :], statements[index + 1 : index + 3]):
            yield Hit(statement.start, statement.end, {"match": quote(match.group())})
            return


def _action_follows(context: Context, rest: str, following: Sequence[Statement]) -> bool:
    """Whether the sentence goes on with what to do, or one of the next two does under a condition."""
    if re.search(r"[;,:—–]|\b(?:but|instead|rather)\b", rest) and _INSTEAD.search(rest):
        return True
    if rest.rstrip().endswith(";") and following and _INSTEAD.match(context.says(following[0])):
        return True
    return any(later.condition is not None and _INSTEAD.search(context.says(later)) for later in following)


_POLICY = re.compile(
    r"\b(?:null|none|n/?a|unknown|empty|blank|optional|omit\w*|leave out|skip|missing|absent|not (?:stated|mentioned"
    r"|found|available|present|given|provided|specified)"
    r"|if (?:any|available|present|given|mentioned|applicable|known|possible)|when available|where (?:available"
    r"|applicable)|default\w*)\b|\?\"?\s*:|\[\]|\"\"",
    re.I,
)


def missing_field_policy(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """An extraction with two or more fields that nowhere says what an absent value becomes."""
    anatomy = context.anatomy
    if anatomy.enforced_in_code or len(anatomy.fields) < 2 or anatomy.pillars["output"].level != "fields":
        return
    if anatomy.pillars["uncertainty"].level == "explicit" or _POLICY.search(context.text):
        return
    first = anatomy.fields[0]
    names = ", ".join(field.name for field in anatomy.fields[:4])
    yield Hit(first.start, first.end, {"fields": names, "count": len(anatomy.fields)})


_WAY_OUT = re.compile(
    r"other|none|unknown|unclear|neutral|n/?a$|not|no\b|no[_ ]|mixed|out[_ ]of|needs?[_ ]|unsure|uncertain|general"
    r"|misc|ambiguous|irrelevant"
    r"|default|undetermined|inconclusive|insufficient|partial|maybe|cannot|invalid|unrelated|everything|any\b|null|custom|various|skip|else",
    re.I,
)
_SCALE = re.compile(
    r"\d|low|high|medium|mild|severe|critical|major|minor|easy|hard|beginner|advanced|never|always|strong|weak|good|bad|poor|excellent|short|long"
    r"|small|large|positive|negative|true|false|yes|pass|fail|correct|agree|simple|complex|basic|daily|weekly|monthly|system|user|assistant|string|number",
    re.I,
)


def no_other_class(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """The closed set of a classification without a value for what fits none of them."""
    if context.anatomy.pillars["uncertainty"].level == "explicit" or len(context.anatomy.labels) > 3:
        return
    for labels in context.anatomy.labels:
        if _open_world(labels) and not context.shown(labels.start):
            shown = context.text[labels.start : labels.end]
            yield Hit(
                labels.start + len(shown) - len(shown.lstrip()),
                labels.start + len(shown.rstrip()),
                {"labels": ", ".join(f"“{label}”" for label in labels.labels[:4]), "count": len(labels.labels)},
            )
            return


def _open_world(labels: LabelSet) -> bool:
    if len(labels.labels) < 3 or any(_WAY_OUT.match(label) for label in labels.labels):
        return False
    return sum(_SCALE.search(label) is not None for label in labels.labels) * 3 < len(labels.labels)


_ONLY_FORMAT = re.compile(
    r"\b(?:only|nothing (?:but|else)|no (?:other|additional) text|exclusively)\b[^.\n]{0,60}\b(?:json|xml|yaml|csv)\b"
    r"|\b(?:json|xml|yaml|csv)\b[^.\n]{0,60}\b(?:only|nothing else|no (?:other|additional|extra) (?:text|words"
    r"|output)|without (?:any )?(?:other|additional|explanation|markdown|prose))\b"
    r"|\bmust be (?:a )?(?:valid |parsable )?(?:json|xml|yaml)\b",
    re.I,
)
_FALLBACK = re.compile(
    r"\b(?:say|reply|respond|answer|state|tell (?:the user|them)|output"
    r"|write)\b(?: \w+){0,4}?:? ?(?:[\"“](?P<words>[^\"”\n{}\[\]:]{6,120})[\"”]|'(?P<other>[^'\n{}\[\]:]{6,120})')",
    re.I,
)
_UNKNOWN = re.compile(
    r"\b(?:do not|don['’]t|cannot|can['’]t|not|no|unknown|unable|unclear|insufficient|missing|without|isn['’]t"
    r"|doesn['’]t|unsure)\b",
    re.I,
)
_FIELD_TALK = re.compile(r"\b(?:field|key|value|set|column|property|attribute|label|json|`|answer\":)\b", re.I)


def fallback_breaks_format(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A bare sentence as the answer for the unknown case, where only JSON or the like is allowed."""
    only = next(
        (s for s in context.anatomy.statements if s.condition is None and _ONLY_FORMAT.search(context.says(s))), None
    )
    if only is None or not context.anatomy.machine_readable:
        return
    for statement in context.anatomy.statements:
        if statement.condition is None:
            continue
        said = context.text[statement.start : statement.end]
        match = _FALLBACK.search(said)
        words = (match["words"] or match["other"]) if match is not None else ""
        if len(words.split()) < 3 or not _UNKNOWN.search(said):
            continue
        if _FIELD_TALK.search(said) or words in _label_words(context):
            continue
        yield Hit(
            statement.start,
            statement.end,
            {"fallback": quote(words)},
            related=((only.start, only.end, "only this format is allowed"),),
        )
        return


def _label_words(context: Context) -> set[str]:
    return {label for labels in context.anatomy.labels for label in labels.labels}


_FORCED = re.compile(
    r"\b(?:never|do not|don['’]t|must not|cannot|can['’]t)(?: ever)? (?:say|reply|respond|answer|admit"
    r"|tell)\b[^.\n]{0,50}"
    r"\b(?:don['’]t know|do not know|not know|not sure|cannot (?:answer|find|help)|can['’]t (?:answer|help)|unsure"
    r"|unable|no information)\b"
    r"|\b(?:always|must) (?:provide|give|return|produce|have)(?: \w+){0,2}? an? answer\b(?! (?:in|with|as|that|from"
    r"|to|based|using|key))"
    r"|\beven (?:if|when) you (?:do not|don['’]t) know\b[^.\n]{0,40}\b(?:answer|make|stay|guess|give)\w*"
    r"|\bmake (?:something|it|an answer) up if you (?:do not|don['’]t) know\b",
    re.I,
)


def forced_answer(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Sentences that forbid to admit ignorance."""
    for statement in context.anatomy.statements:
        match = _FORCED.search(context.says(statement))
        if match is not None:
            yield Hit(statement.start, statement.end, {"match": quote(match.group())})


_BLANKET = re.compile(
    r"(?:do not|don['’]t|never|avoid) (?:infer|guess|assume|inferring|guessing|assuming)(?:,? (?:or|and) (?:infer"
    r"|guess|assume)\w*)?(?: anything)?[.!;]?$",
    re.I,
)


def blanket(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """ "Do not infer." as a whole sentence: no object, no scope."""
    for statement in context.anatomy.statements:
        said = _trim(context.says(statement))
        if statement.condition is None and _BLANKET.fullmatch(said):
            yield Hit(statement.start, statement.end, {"match": quote(said)}, severity=_blanket_severity(context))


def _blanket_severity(context: Context) -> Any:
    model = context.prompt.around.model or context.settings.model or ""
    return "warning" if "gemini-3" in model.lower() else None


def _trim(said: str) -> str:
    return said.strip(" \t\r\n-*_>")


_SCOPE = re.compile(
    r"\b(?:only|outside|out[- ]of[- ]scope|unrelated|off[- ]topic|not related|other topics|beyond|irrelevant|decline"
    r"|refuse|redirect)\b",
    re.I,
)
_DOMAIN = re.compile(
    r"\b(?:assistant|agent|bot|chatbot|representative|support)\b[^.\n]{0,40}\b(?:for|of|at"
    r"|about)\b (?:the )?(?P<name>[A-Z][\w&'-]+)"
)


def scope_undefined(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """An assistant of one organisation or topic, and nothing about other requests."""
    if _SCOPE.search(context.view("instructions")):
        return
    for statement in context.anatomy.statements[:4]:
        match = _DOMAIN.search(context.says(statement))
        if match is not None:
            yield Hit(statement.start, statement.end, {"name": match["name"]})
            return


_CITES = re.compile(
    r"\b(?:cit(?:e|es|ed|ing|ations?)|quot(?:e|es|ing)|sources?\b[^.\n]{0,30}\b(?:id|name|link|url|list)|references?|footnotes?|links?|urls?)\b|\[\d\]|\[n\]|\[doc",
    re.I,
)


def no_citation(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A prompt that grounds its answer on material and asks for no source."""
    if not _CITES.search(context.text) and any(slot.injects == "context" for slot in context.anatomy.slots):
        yield Hit(*context.anatomy.task)
