"""Uncertainty: what to do when the answer is not known, in words that fit the kind and the declared format."""

from __future__ import annotations

import re

from promptlint.fixes import schemas
from promptlint.fixes.facts import Facts
from promptlint.fixes.generators import drafting, placing
from promptlint.fixes.generators.drafting import slot
from promptlint.fixes.generators.labels import OTHER, closed, other_class
from promptlint.fixes.generators.occasions import AGENT, ANSWERS, FORMED, TWO_WAYS, instructs, lacks, material
from promptlint.fixes.generators.output import POLICY
from promptlint.model import Edit, Finding, Fix, Linted

_SAID = re.compile(r"[\"“](?P<words>[^\"“”\n]{8,120})[\"”]")
_NOT_KNOWING = re.compile(
    r"don't|do not|cannot|can't|could not|couldn't|unable|not (?:enough|sure|have|find|know)|no (?:answer|info)", re.I
)
_ASKING = re.compile(r"\bgenerat\w+\b[^.\n]{0,60}\bquestions?\b", re.I)
_SCHEMA_WORDS = ("$schema", "$defs", "$ref")
_SENTENCE = "I don't have enough information to answer that."


def missing(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """UNC001: the clause that fits the kind; a closed list of labels gets one more."""
    if not instructs(linted):
        return _left_open(linted)
    labels = drafting.labels(linted)
    if labels and linted.anatomy.kind == "classification" and not any(OTHER.match(label) for label in labels):
        listed = other_class(linted, finding, facts)
        if listed is not None:
            return listed
    clause = _clause(linted)
    if clause is None:
        return _open_kind(linted)
    return _added(linted, clause, "Say what to do when the answer is not known")


_INVENTED = re.compile(r"\bjson\b|\bguess|\bhypothe|\bimagin|\bbrainstorm|\bcreative|\bplan\b", re.I)


def _left_open(linted: Linted) -> Fix | None:
    """A word for the parts of a report that the one input does not fill, where nobody can be asked."""
    message = placing.instruction_message(linted)
    if linted.anatomy.kind != "agent" or message is None or not placing.asks_over_data(linted, message):
        return None
    view = linted.anatomy.views["instructions"]
    if not re.search(r"\b(?:section|heading)s?\b", view, re.I) or _INVENTED.search(view):
        return None
    clause = 'If the input does not contain what a section asks for, write "Not stated" there; do not make it up.'
    return _added(linted, clause, "Say what a section becomes that the input does not fill")


def _added(linted: Linted, clause: str, title: str, safety: str = "suggested") -> Fix | None:
    edit = _edit(linted, clause)
    if edit is None:
        return None
    return Fix("suggested" if safety == "suggested" else "template", title, (edit,))


def _edit(linted: Linted, clause: str) -> Edit | None:
    """Add a clause as one more item of the list of rules that there is, else as a paragraph."""
    item = _last_rule(linted)
    if item is None:
        return placing.add_text(linted, clause)
    at, mark = item
    return Edit(at, at, f"{mark}{clause}")


_ANNOUNCES = re.compile(r"\b(?:following|below|as follows)\b[^.]*$", re.I)
_RULES_TITLE = re.compile(
    r"rule|guideline|instruction|constraint|requirement|important|note|polic|principle|remember|must|do|don", re.I
)


def _last_rule(linted: Linted) -> tuple[int, str] | None:
    """Return the end of the list of rules and how its items begin; None if the list is not surely one of rules.

    It is, when its section says so or the instructions end with it.
    """
    anatomy, text = linted.anatomy, linted.prompt.text
    evidence = anatomy.pillars["rules"].evidence
    message = placing.instruction_message(linted)
    if anatomy.pillars["rules"].level != "listed" or not evidence or message is None:
        return None
    items = [b for b in anatomy.blocks if b.kind == "item" and b.start >= evidence[0].start]
    if not items or items[0].start > evidence[0].end:
        return None
    last = items[0]
    glue = "\n"
    for block in items[1:]:
        if block.section != last.section or text[last.end : block.start].strip() or block.level != last.level:
            break
        end = len(text[: last.end].rstrip())
        glue = "\n" * text.count("\n", end, block.start)
        last = block
    head = re.match(r"[ \t]*[-*•+][ \t]+", text[last.start : last.end])
    said = text[last.start : last.end].rstrip()
    if said.endswith((":", "：")) or _ANNOUNCES.search(said):
        return None  # the item announces what stands below it
    end = last.start + len(text[last.start : last.end].rstrip())
    title = ""
    if last.section is not None:
        section = anatomy.blocks[last.section]
        title = section.name or text[section.body_start : section.body_end]
    added = placing.add_text(linted, "")
    ends = added is not None and not text[end : added.start].strip()
    if head is None or head[0][:1].isspace() or end > message.end or not (ends or _RULES_TITLE.search(title)):
        return None
    return end, (glue or "\n") + head[0]


def _clause(linted: Linted) -> str | None:
    anatomy = linted.anatomy
    kind = anatomy.kind
    labels = drafting.labels(linted)
    if kind == "extraction":
        return _extracted(linted)
    if kind == "classification":
        other = next((label for label in labels if OTHER.match(label)), None)
        if other is not None:
            return f'Answer "{other}" if none of the other labels fits or the text is unclear.'
        if labels:
            return f'Answer "other" if none of {drafting.names(labels)} fits or the text is unclear.'
        return None
    if kind == "judge":
        return _no_verdict(linted)
    if _ASKING.search(linted.prompt.text):
        return None  # it writes questions; it answers none
    if kind == "rag" or "grounded" in anatomy.traits:
        named = material(linted)
        if named is None or not ANSWERS.search(anatomy.views["instructions"]):
            return None  # nothing is given that could lack the answer, or no answer is asked for
        if anatomy.machine_readable:
            return _empty(linted, named)
        return f'If {named} {lacks(named)} contain the answer, reply exactly: "{_wording(linted)}"'
    if kind == "writing":
        return "If a fact that the text needs is missing from the material, leave it out instead of making one up."
    if kind == "agent":
        return "If information that you need is missing or the request is ambiguous, ask one question before you act."
    if kind == "codegen":
        return _assumed(linted)
    return None


_REQUESTED = re.compile(r"\b(?:requests?|questions?|users?|requirements?|specifications?|query|issue)\b", re.I)
_CODE_ALONE = re.compile(
    r"\bonly (?:return |output |respond |write |provide |contain )?(?:with )?(?:the )?(?:\w+ )?"
    r"(?:code|query|sql|python|function|command|json)\b|\b(?:code|query|sql|command|json) only\b|"
    r"\b(?:no|without|not? (?:include|add|give|provide) any)\b[^.\n]{0,40}"
    r"\b(?:explanations?|comments?|additional|other text|commentary)\b",
    re.I,
)


_CODED = re.compile(r"\b(?:write|writing|generat\w+|implement\w*|creat\w+|produce|develop|fix|build)\b", re.I)


def _assumed(linted: Linted) -> str | None:
    """Return how code that is asked for loosely is to be read; None where nobody asks for any in their own words."""
    view = linted.anatomy.views["instructions"]
    if not _REQUESTED.search(view) or not AGENT.search(view) or FORMED.search(view):
        return None
    task = next((s for s in linted.anatomy.statements if s.start <= linted.anatomy.task.start < s.end), None)
    if not _CODED.search(view) or (task is not None and task.verb in ("summarize", "summarise", "explain", "describe")):
        return None
    if linted.anatomy.machine_readable or _CODE_ALONE.search(view):
        return "If the request is ambiguous, choose the simplest reading."
    return "If the request is ambiguous, choose the simplest reading and state the assumption in one line."


_TAKEN_OUT = re.compile(r"\b(?:extract|identif|pars|pull|find|detect|fill|captur|recogni|convert|structur)\w*", re.I)


def _extracted(linted: Linted) -> str | None:
    """Return what stands for what the text does not state; None where the answer has no fields and is no free text."""
    anatomy, text = linted.anatomy, linted.prompt.text
    if TWO_WAYS.search(text) or any(word in text for word in _SCHEMA_WORDS):
        return None
    if not anatomy.fields and not any(s.keys for s in anatomy.samples if s.use != "input"):
        return _none_found(linted)
    if not anatomy.machine_readable:
        return 'If the text does not state something, write "not stated" instead of guessing.'
    return POLICY if may_be_null(linted) and _TAKEN_OUT.search(anatomy.views["instructions"]) else None


_MANY = re.compile(
    r"\b(?:extract|identify|find|list|pull out)\b(?: out)? "
    r"(?:only |all |any |the |every |of |important |relevant |key |main |named )*"
    r"(?P<things>[a-z]+s)\b",
    re.I,
)
"""Things that are taken out of a text, as many as there are."""


def _none_found(linted: Linted) -> str | None:
    """Return what a list without fields becomes where there is nothing to list; None where it is no list."""
    view = linted.anatomy.views["instructions"]
    task = linted.anatomy.task.start
    stated = next((s for s in linted.anatomy.statements if s.start <= task < s.end), None)
    many = _MANY.search(view, stated.start, stated.end) if stated is not None else None
    if many is None or not re.search(r"\b(?:lists?|array|bullet\w*)\b", view, re.I):
        return None
    things = many["things"].lower()
    if re.search(r"\bjson\b|\barray\b|\bempty list\b", view, re.I):
        return f"If no {things} are found, return an empty list instead of making any up."
    return f'If no {things} are found, write "None found"; do not make any up.'


def may_be_null(linted: Linted) -> bool:
    """Whether null can stand for a field of the answer: it is JSON, has fields, and no schema forbids it."""
    anatomy, prompt = linted.anatomy, linted.prompt
    contract = prompt.around.contract
    if contract is not None and contract.schema is not None:
        fields = schemas.from_schema(contract.schema)
        if fields and not any(field.optional for field in fields):
            return False
    shown = [sample for sample in anatomy.samples if sample.use != "input" and sample.keys]
    if any(sample.language not in ("json", "pseudo") for sample in shown):
        return False
    if not (any(len(sample.keys) > 1 for sample in shown) or len(anatomy.fields) > 1 or "output_format" in prompt.text):
        return False
    return bool(shown) or contract is not None or re.search(r"\bjson\b|output_format", prompt.text, re.I) is not None


def _empty(linted: Linted, named: str) -> str | None:
    """Return what a program gets for no answer: an empty list, or null fields; None where the answer is neither."""
    anatomy, text = linted.anatomy, linted.prompt.text
    shown = [s for s in anatomy.samples if s.use != "input"]
    if any(text[s.start : s.end].lstrip("`json\r\n ").startswith("[") for s in shown):
        return f"If {named} {lacks(named)} contain the answer, return an empty list instead of guessing."
    if anatomy.labels and not anatomy.fields:
        return None
    if may_be_null(linted):
        return f"If {named} {lacks(named)} contain the answer, set the fields that cannot be filled to null."
    return None


def _no_verdict(linted: Linted) -> str | None:
    """Return what a judge says without a verdict; None where the answer is one of a closed list."""
    keys = [field.name for field in linted.anatomy.fields]
    keys += [key for sample in linted.anatomy.samples if sample.use != "input" for key in sample.keys]
    verdict = next((key for key in keys if schemas.is_verdict(key)), None)
    if verdict is not None and re.search(rf"[\"'`]?{re.escape(verdict)}[\"'`]?\s*:\s*[\[{{]", linted.prompt.text):
        return None  # a list of verdicts, or one of what comes in: null is none of them
    if verdict is not None and not TWO_WAYS.search(linted.prompt.text):
        return f'If there is not enough material to judge, set "{verdict}" to null.'
    return None


def _open_kind(linted: Linted) -> Fix | None:
    kind = linted.anatomy.kind
    if kind == "chat":
        clause = (
            "If a question is unclear or you do not know the answer, say so and "
            f"{slot('where to send the user, for example offer to pass it on to a person')}."
        )
    elif kind == "tool":
        clause = f"If {slot('the argument that may be missing')} is missing, ask the user for it instead of guessing."
    else:
        return None  # what the answer may be is not known well enough to say where it would stand
    return _added(linted, clause, "Add what to do when the answer is not known", "template")


def _wording(linted: Linted) -> str:
    """Return the fallback sentence that the prompt already uses, else ours."""
    for match in _SAID.finditer(linted.prompt.text):
        if _NOT_KNOWING.search(match["words"]):
            return match["words"]
    return _SENTENCE


def ban(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """UNC002: the wanted behaviour right after the ban."""
    del facts
    end = drafting.after_statement(linted, finding.start)
    clause = _clause(linted)
    if clause is None and linted.anatomy.machine_readable:
        return None
    clause = clause or f'If you are not sure, say "{_wording(linted)}"'
    if end is None:
        return _added(linted, clause, "Say what to do instead of guessing")
    gap = " " if linted.prompt.text[end - 1 : end] in (".", "!", "。") else ". "
    return Fix("suggested", "Say what to do instead of guessing", (Edit(end, end, gap + clause),))


def scope_inference(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """UNC003: name what answers rest on, and that deduction from it is wanted."""
    del facts
    statement = next((s for s in linted.anatomy.statements if s.start <= finding.start < s.end), None)
    if statement is None or any(statement.start <= p.start < statement.end for p in linted.prompt.placeholders):
        return None
    words = "Base answers only on what is given here; calculation and deduction from it are expected."
    if linted.prompt.text[statement.end - 1 : statement.end] not in (".", "!"):
        words = words.rstrip(".")
    return Fix("suggested", "Allow deduction from what is given", (Edit(statement.start, statement.end, words),))


def field_policy(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """UNC004: null for what is not stated, after the fields."""
    del finding, facts
    anatomy, text = linted.anatomy, linted.prompt.text
    sample = next((s for s in reversed(anatomy.samples) if s.use == "schema"), None)
    if sample is None:
        return _added(linted, POLICY, "Say what an absent field becomes")
    fence = next((b for b in anatomy.blocks if b.kind == "fence" and b.start <= sample.start < b.end), None)
    end = fence.end if fence is not None else sample.end
    end = len(text[:end].rstrip())
    line = text.find("\n", end)
    at = len(text[: line if line >= 0 else len(text)].rstrip())
    message = placing.instruction_message(linted)
    if message is None or at > message.end or text[end:at].strip(" .`"):
        return _added(linted, POLICY, "Say what an absent field becomes")
    return Fix("suggested", "Say what an absent field becomes", (Edit(at, at, f"\n\n{POLICY}"),))


def scope(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """UNC006: what to say to a request that is out of scope."""
    del finding, facts
    match = re.search(r"\bassistant (?:for|at|of) (?P<domain>[A-Z][\w&' -]{2,40}?)(?=[.,;\n]|$)", linted.prompt.text)
    domain = match["domain"] if match is not None else None
    about = domain or slot("what the assistant is for")
    clause = f"If a request is not about {about}, say that you can only help with that."
    return _added(linted, clause, "Say what is out of scope", "suggested" if domain else "template")


def in_format(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """UNC008: the fallback as a value of the format, where the sentence simply names a phrase to say."""
    del facts
    text = linted.prompt.text
    statement = next((s for s in linted.anatomy.statements if s.start <= finding.start < s.end), None)
    if statement is None:
        return None
    pattern = re.compile(
        r"(?P<verb>\b(?:say|reply|respond|answer|write|return|output)\b(?: with| exactly)*:? ?)"
        r"[\"“'][^\"”'\n]{1,120}[\"”'](?P<dot>\.?)",
        re.I,
    )
    match = pattern.search(text, statement.start, statement.end)
    if match is None:
        return None
    label = closed(linted)
    other = next((name for name in label.labels if OTHER.match(name)), None) if label is not None else None
    new = f'answer "{other}"' if other else "set the fields that you cannot fill to null"
    edit = Edit(match.start(), match.end(), new + match["dot"])
    return Fix("suggested", "Say the fallback in the format asked for", (edit,))


def cite(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """UNC009: ask for the source of each claim."""
    del finding, facts
    if linted.anatomy.machine_readable:
        return None  # a mark in the text would break the format
    return _added(linted, "Cite the source after each claim, like [2].", "Ask for citations")


GENERATORS = {
    "UNC001": missing,
    "UNC002": ban,
    "UNC003": scope_inference,
    "UNC004": field_policy,
    "UNC005": other_class,
    "UNC006": scope,
    "UNC008": in_format,
    "UNC009": cite,
}
