"""Output: the format, its fields, the "only" clause."""

from __future__ import annotations

import re

from promptlint.fixes import schemas
from promptlint.fixes.facts import Facts
from promptlint.fixes.generators import drafting, placing
from promptlint.fixes.generators.drafting import slot
from promptlint.fixes.generators.ordering import reorder
from promptlint.fixes.schemas import Field
from promptlint.model import Edit, Finding, Fix, LabelSet, Linted, Sample

POLICY = "If the text does not state a field, set it to null instead of guessing."
_FORMAT = re.compile(r"\b(?:json|yaml|xml|csv)\b", re.I)
_OTHER = ("other", "unknown", "unclear", "none", "n/a", "not stated")


def missing(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """OUT001, OUT002: say the format, field by field."""
    kind = linted.anatomy.kind
    known = _known_fields(linted, facts)
    if kind == "tool":
        return None  # a note to a tool says how to call it, not how to answer
    if kind == "classification" or (facts.cases and not known and _labels_of(facts)):
        return _classification(linted, facts)
    if known:
        return _fields_fix(linted, known, "suggested", "Say the output format with its fields")
    if _set_elsewhere(linted):
        return None
    if kind == "extraction":
        return _extraction(linted)
    if kind == "judge":
        return _judge(linted)
    if finding.rule == "OUT002":
        return _skeleton(linted) if re.search(r"\bjson\b", linted.anatomy.views["instructions"], re.I) else None
    return _plain(linted)


_LIST = re.compile(r"\b(?:lists?|arrays?|string|bullets?|table|one line|markdown)\b", re.I)
_ELSEWHERE = re.compile(
    r"\b(?:requested|required|expected|given|provided|specified|same|above|exact)\b[^.\n]{0,30}\b(?:format|schema|structure)\b|"
    r"\bsubmission\b",
    re.I,
)


def _set_elsewhere(linted: Linted) -> bool:
    """Whether the form of the answer is said in another place: what is injected, or what the text points to."""
    if linted.anatomy.pillars["output"].level == "injected":
        return True
    return _ELSEWHERE.search(linted.anatomy.views["instructions"]) is not None


def _known_fields(linted: Linted, facts: Facts) -> list[Field]:
    contract = linted.prompt.around.contract
    if contract is not None and contract.schema is not None:
        return schemas.from_schema(contract.schema)
    found = schemas.from_values(case.value for case in facts.cases)
    if found:
        return found
    return schemas.from_values(s.value for s in linted.anatomy.samples if s.use == "example" and s.error is None)


def _fields_fix(linted: Linted, fields: list[Field], safety: str, title: str) -> Fix | None:
    fields = schemas.reasoned_first(fields)
    optional = any(field.optional for field in fields)
    body = "Return only a JSON object with these fields, with no other text and no code fence:\n"
    body += schemas.bullets(fields, nullable=optional)
    if linted.anatomy.kind == "extraction" or optional:
        body += "\n\n" + POLICY
    return _added(linted, "Output format", body, safety, title)


def _added(linted: Linted, title: str, body: str, safety: str, name: str) -> Fix | None:
    edit = drafting.add_section(linted, title, body)
    if edit is None:
        return None
    return Fix("suggested" if safety == "suggested" else "template", name, (edit,))


_WHOLE = re.compile(r"\b(?:code|verbatim|slot|full text|transcri\w+|languages?)\b", re.I)
"""What is taken out in one piece."""


def _extraction(linted: Linted) -> Fix | None:
    """The fields that the task itself names; a skeleton where it extracts and names none that can be told."""
    task = linted.anatomy.task.start
    for statement in linted.anatomy.statements:
        if statement.start <= task < statement.end and statement.verb in (
            "extract",
            "identify",
            "find",
            "list",
            "pull",
        ):
            words = linted.prompt.text[statement.start : statement.end]
            match = re.match(rf"(?:please )?{statement.verb}(?:\s+out)?\s+(?P<rest>.+)", words, re.I | re.S)
            fields = schemas.from_nouns(match["rest"]) if match is not None else []
            if len(fields) > 1:
                fields = [field._replace(optional=True) for field in fields]
                return _fields_fix(linted, fields, "suggested", "Say the output format with the fields asked for")
    view = linted.anatomy.views["instructions"]
    if not re.search(r"\bextract|\bpull out|\bparse\b", view, re.I) or _LIST.search(view) or _WHOLE.search(view):
        return None  # a list of one thing has no fields
    return _skeleton(linted)


def _skeleton(linted: Linted) -> Fix | None:
    body = (
        "Return only a JSON object with these fields, with no other text and no code fence:\n"
        f"- {slot('first field')}: {slot('its type')}, or null\n"
        f"- {slot('second field')}: {slot('its type')}, or null\n\n{POLICY}"
    )
    return _added(linted, "Output format", body, "template", "Add an output format to fill in")


def _labels_of(facts: Facts) -> list[str]:
    values = [case.output.strip() for case in facts.cases]
    distinct = list(dict.fromkeys(sorted(values)))
    short = all(len(value) <= 40 and "\n" not in value and value for value in distinct)
    repeated = len(values) >= 2 * len(distinct)
    return distinct if short and repeated and 2 <= len(distinct) <= 20 else []


def _classification(linted: Linted, facts: Facts) -> Fix | None:
    labels = list(drafting.labels(linted)) or _labels_of(facts)
    known = _known_fields(linted, facts)
    if known and not labels:
        return _fields_fix(linted, known, "suggested", "Say the output format with its fields")
    if not labels and not re.search(r"\b(?:classif|categor|label)", linted.anatomy.views["instructions"], re.I):
        return None  # which values there are is said in other words, or in another place
    if not labels:
        body = (
            f'Answer with exactly one of these labels and nothing else: "{slot("first label")}", '
            f'"{slot("second label")}", "other".\nUse "other" if none of them fits or the text is unclear.'
        )
        return _added(linted, "Output format", body, "template", "Add a closed list of labels to fill in")
    other = next((label for label in labels if label.lower() in _OTHER), None)
    listed = labels if other else [*labels, "other"]
    body = (
        f"Answer with exactly one of these labels and nothing else: {drafting.names(listed)}.\n"
        f'Use "{other or "other"}" if none of them fits or the text is unclear.'
    )
    return _added(linted, "Output format", body, "suggested", "List the labels to answer with")


def _judge(linted: Linted) -> Fix | None:
    view = linted.anatomy.views["instructions"]
    if not re.search(r"\b(?:scores?|scoring|rate|ratings?|grades?|points|scale)\b", view, re.I):
        return None  # a review in words, or a verdict whose values only the author knows
    scale = re.search(r"\b(?:from )?(\d+) ?(?:-|–|to|and) ?(\d+)\b", view)
    if scale is None:
        return None
    body = (
        "Return only a JSON object with these fields, with no other text and no code fence:\n"
        "- reasoning: text, what decides the score, in at most three sentences\n"
        f"- score: integer from {scale[1]} to {scale[2]}, or null if there is not enough material to judge"
    )
    return _added(linted, "Output format", body, "suggested", "Say the form of the verdict")


_MORE_THAN_CODE = re.compile(
    r"```|\b(?:code blocks?|files?|explain\w*|explanation|reasoning|summar\w+|comment|steps?|plan|review|discuss\w*|"
    r"choose)\b",
    re.I,
)
"""An answer that is not one block of code alone."""


def _plain(linted: Linted) -> Fix | None:
    kind = linted.anatomy.kind
    if kind == "codegen":
        if linted.anatomy.examples or _MORE_THAN_CODE.search(linted.prompt.text):
            return None
        body = "Return only the code, in one fenced code block, with no explanation before or after it."
        return _added(linted, "Output format", body, "suggested", "Ask for the code alone")
    wanted = {
        "rag": "the form of the answer, for example at most three sentences",
        "agent": "the form of the final answer, for example one paragraph and a list of the changes made",
        "tool": "what a call returns",
    }.get(kind, "length and structure, for example one paragraph of at most 80 words")
    body = f"Write the answer as {slot(wanted)}."
    return _added(linted, "Output format", body, "template", "Add an output format to fill in")


# --- samples ------------------------------------------------------------------------------------------------

_SMART = str.maketrans({"“": '"', "”": '"', "„": '"'})


def unparseable(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """OUT003: take out a trailing comma, straighten quotes; nothing else can be told."""
    del facts
    sample = next((s for s in linted.anatomy.samples if s.start <= finding.start < s.end and s.error), None)
    if sample is None:
        return None
    text = linted.prompt.text
    edits = [
        Edit(sample.start + match.start(), sample.start + match.start() + 1, "")
        for match in re.finditer(r",(?=\s*[}\]])", text[sample.start : sample.end])
        if not _in_string(text[sample.start : sample.start + match.start()])
    ]
    edits += [
        Edit(sample.start + match.start(), sample.start + match.end(), match[0].translate(_SMART))
        for match in re.finditer("[“”„]", text[sample.start : sample.end])
        if not _in_string(text[sample.start : sample.start + match.start()])
    ]
    if not edits:
        return None
    return Fix("safe", "Take out what keeps the sample from parsing", tuple(sorted(edits)))


def _in_string(before: str) -> bool:
    return len(re.findall(r'(?<!\\)"', before)) % 2 == 1


def contradicts(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """OUT004: rename a key of the sample that differs from a declared one in case or underscores only."""
    del facts
    text = linted.prompt.text
    declared = [field.name for field in linted.anatomy.fields]
    contract = linted.prompt.around.contract
    if contract is not None and contract.schema is not None:
        declared += [field.name for field in schemas.from_schema(contract.schema)]
    sample = _sample_at(linted, finding)
    if sample is None or not declared:
        return None
    plain = {_folded(name): name for name in declared}
    edits = []
    for match in re.finditer(r'"([^"\\\n]{1,60})"(?=\s*:)', text[sample.start : sample.end]):
        name = plain.get(_folded(match[1]))
        if name is not None and match[1] not in declared:
            edits.append(Edit(sample.start + match.start(1), sample.start + match.end(1), name))
    return Fix("suggested", "Name the keys as the schema does", tuple(edits)) if edits else None


def _sample_at(linted: Linted, finding: Finding) -> Sample | None:
    spans = [(finding.start, finding.end), *((start, end) for start, end, _ in finding.related)]
    for sample in linted.anatomy.samples:
        if any(sample.start < end and start < sample.end for start, end in spans):
            return sample
    return None


def _folded(name: str) -> str:
    return re.sub(r"[_\s-]", "", name).lower()


# --- clauses ------------------------------------------------------------------------------------------------


def only_clause(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """OUT006, CODE003: ask for the format and nothing else, after the sentence that names it."""
    del facts
    text = linted.prompt.text
    named = next((s for s in linted.anatomy.statements if s.start <= finding.start < s.end), None)
    if named is None or not _FORMAT.search(text, named.start, named.end):
        view = linted.anatomy.views["instructions"]
        named = next((s for s in linted.anatomy.statements if _FORMAT.search(view, s.start, s.end)), None)
    if named is None:
        return None
    end = len(text[: named.end].rstrip())
    if text[end - 1 : end] == ":":
        edit = Edit(end - 1, end - 1, ", with no other text and no code fence")
        return Fix("suggested", "Ask for the format and nothing else", (edit,))
    if text[end - 1 : end] not in (".", "!"):
        added = placing.add_text(linted, "Return only the JSON, with no other text and no code fence.")
        return Fix("suggested", "Ask for the format and nothing else", (added,)) if added is not None else None
    form = _FORMAT.search(text, named.start, end)
    word = form[0].upper() if form else "JSON"
    edit = Edit(end, end, f" Return only the {word}, with no other text and no code fence.")
    return Fix("suggested", "Ask for the format and nothing else", (edit,))


def json_word(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """CODE004: JSON mode needs the word in a message."""
    del finding, facts
    edit = placing.add_text(linted, "Return a JSON object.")
    return Fix("suggested", "Say that the answer is a JSON object", (edit,)) if edit is not None else None


def length(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """OUT008: a number for the author to choose."""
    del facts
    end = drafting.after_statement(linted, finding.start)
    if end is None:
        return None
    at = end - 1 if linted.prompt.text[end - 1 : end] in (".", "!") else end
    return Fix(
        "template",
        "Add a length that can be checked",
        (Edit(at, at, f" ({slot('length, for example at most 3 sentences')})"),),
    )


def enumerate_labels(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """OUT009: a closed list after the field or the task."""
    labels = _labels_of(facts)
    if linted.anatomy.kind == "classification" and not linted.anatomy.labels:
        return _classification(linted, facts)
    end = drafting.after_statement(linted, finding.start)
    if end is None:
        return None
    listed = drafting.names([*labels, *([] if set(labels) & set(_OTHER) else ["other"])]) if labels else ""
    listed = listed or f'"{slot("first value")}", "{slot("second value")}", "other"'
    name = str(finding.data.get("field") or "The label")
    edit = Edit(end, end, f" {name} is exactly one of: {listed}.")
    return Fix("suggested" if labels else "template", "Close the list of values", (edit,))


def drift(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """CODE002: write the prompt's field list anew from the declared schema, one line each."""
    del facts, finding
    contract = linted.prompt.around.contract
    if contract is None or contract.schema is None or len(linted.anatomy.fields) < 2:
        return None
    text = linted.prompt.text
    items = [b for b in linted.anatomy.blocks if b.kind == "item"]
    names = linted.anatomy.fields
    inside = [b for b in items if any(b.start <= f.start < b.end for f in names)]
    declared = [field for field in schemas.from_schema(contract.schema) if "." not in field.name]
    if len(inside) != len(names) or not declared:
        return None
    if text[inside[0].start : inside[-1].end].count("\n") + 1 > len(inside) + 1:
        return None
    written = {f.name: text[b.start : b.end].strip("\n") for f, b in zip(names, inside, strict=True)}
    mark = drafting.style(linted).bullet
    lines = [written.get(field.name) or f"{mark} {schemas.said(field, nullable=True)}" for field in declared]
    end = inside[-1].start + len(text[inside[-1].start : inside[-1].end].rstrip())
    return Fix("suggested", "List the fields that the code declares", (Edit(inside[0].start, end, "\n".join(lines)),))


def define_labels(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """RUL009: one line for each label, its meaning left to the author."""
    del facts
    labels: LabelSet | None = next(
        (s for s in linted.anatomy.labels if s.start <= finding.start < s.end), next(iter(linted.anatomy.labels), None)
    )
    if labels is None or not 2 <= len(labels.labels) <= 12:
        return None
    body = "\n".join(f"- {label}: {slot(f'when {label} applies')}" for label in labels.labels)
    edit = drafting.add_section(linted, "Labels", body)
    return Fix("template", "Add a meaning for each label", (edit,)) if edit is not None else None


GENERATORS = {
    "OUT001": missing,
    "OUT002": missing,
    "OUT003": unparseable,
    "OUT004": contradicts,
    "OUT006": only_clause,
    "OUT007": reorder,
    "OUT008": length,
    "OUT009": enumerate_labels,
    "CODE002": drift,
    "CODE003": only_clause,
    "CODE004": json_word,
    "RUL009": define_labels,
}
