"""Examples: real ones from labelled rows, else a skeleton with the prompt's own labels; one form, one order."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from promptlint.anatomy.tokens import count_tokens
from promptlint.fixes import dialects
from promptlint.fixes.facts import Case, Facts
from promptlint.fixes.generators import drafting, placing
from promptlint.fixes.generators.business import distance
from promptlint.fixes.generators.drafting import slot
from promptlint.fixes.generators.occasions import TWO_WAYS
from promptlint.fixes.selection import Pick, pick
from promptlint.model import Edit, Example, Finding, Fix, Linted

_ROLE = re.compile(r"^[ \t>*_-]*(?P<role>[A-Z][A-Za-z ]{1,20})[*_]*:[*_]*[ \t]*", re.M)


def missing(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """EXM001: examples from the data, else a skeleton."""
    del finding
    if facts.cases:
        chosen = picked(linted, facts)
        if chosen.cases:
            edit = placing.add_text(linted, block(linted, chosen.cases), above_data=True)
            if edit is not None:
                return Fix("suggested", f"Show {len(chosen.cases)} examples from the data", (edit,))
    if not _has_cases(linted):
        return None
    edit = placing.add_text(linted, _skeleton(linted), above_data=True)
    if edit is None:
        return None
    return Fix("template", "Add examples to fill in", (edit,))


_ASKED_FOR = re.compile(r"\b(?:quer(?:y|ies)|requested|request|schema)\b", re.I)
"""What is to be taken out is said at run time."""
_TITLED = re.compile(r"^[ \t]*#+[^\n.]{0,20}\bexamples?\b|^[^\w\n]{0,6}examples?\b[^\n.]{0,30}:[ \t]*$", re.I | re.M)
_HEAD = re.compile(r"^[ \t]*#{2,}[^\n]{2,40}:[ \t]*$", re.M)


def _shows_turns(linted: Linted) -> bool:
    """Whether the answer's own title stands more than once: worked examples, in the form of a completion."""
    heads = [match[0].strip() for match in _HEAD.finditer(linted.prompt.text)]
    return any(count > 1 for count in Counter(heads).values()) or any(
        message.role == "assistant" for message in linted.prompt.messages
    )


def _has_cases(linted: Linted) -> bool:
    """Whether cases can be shown that the author knows: the task is set here, and so is the form of the answer.

    A note about the form that code appends, a request whose task comes in at run time and a nudge of one or two
    sentences have none.
    """
    anatomy = linted.anatomy
    if anatomy.pillars["output"].level == "injected" or any(s.injects == "output" for s in anatomy.slots):
        return False
    if _shows_turns(linted) or _TITLED.search(linted.prompt.text):
        return False  # the prompt shows some already, in a form that is not told from its text
    if anatomy.kind == "extraction" and _ASKED_FOR.search(anatomy.views["instructions"]):
        return False
    wishes = sum(s.mood in ("imperative", "modal") for s in anatomy.statements)
    if any(slot.content for slot in anatomy.slots):
        return wishes > 0
    return wishes > 1 and TWO_WAYS.search(linted.prompt.text) is None


def picked(linted: Linted, facts: Facts, exclude: tuple[Case, ...] = ()) -> Pick:
    """Return the rows to show in a prompt: those whose outputs it admits."""
    labels = drafting.labels(linted)
    contract = linted.prompt.around.contract
    valid = None
    if contract is not None and contract.schema is not None:
        from jsonschema import Draft202012Validator

        valid = Draft202012Validator(dict(contract.schema)).is_valid
    return pick(
        facts.cases,
        facts.shots,
        budget=facts.tokens,
        exclude=(*facts.held_out, *exclude),
        labels=labels,
        valid=valid,
        tokens=lambda text: count_tokens(text)[0],
    )


def block(linted: Linted, cases: tuple[Case, ...]) -> str:
    """Return examples in the form that the prompt's own examples have, else in tags."""
    roles = _own_roles(linted)
    name = (
        "examples"
        if not any(b.kind == "tag" and b.name == "examples" for b in linted.anatomy.blocks)
        else "more_examples"
    )
    whole = tagged(cases, roles, name)
    return _under_title(linted, whole)


def _under_title(linted: Linted, whole: str) -> str:
    """Return examples under a title, where the prompt has titles; tags name themselves."""
    look = drafting.style(linted)
    return look.titled("Examples", whole) if look.kind in ("heading", "framed") else whole


def tagged(cases: tuple[Case, ...], roles: tuple[str, str] = ("Input", "Output"), name: str = "examples") -> str:
    """Return examples in tags, in the order given."""
    shown = [f"<example>\n{roles[0]}: {case.input}\n{roles[1]}: {case.output}\n</example>" for case in cases]
    return f"<{name}>\n" + "\n".join(shown) + f"\n</{name}>"


def _own_roles(linted: Linted) -> tuple[str, str]:
    for example in linted.anatomy.examples:
        if example.input is not None and example.output is not None:
            found = _ROLE.findall(linted.prompt.text[example.start : example.end])
            if len(found) == 2:
                return found[0], found[1]
    if linted.anatomy.kind == "chat":
        return "User", "Assistant"
    return "Input", "Output"


def _skeleton(linted: Linted) -> str:
    labels = drafting.labels(linted)
    first, second = _own_roles(linted)
    form = _form(linted)
    pairs = [
        (slot("a typical input"), labels[0] if labels else form or slot("its full answer, in the format asked for")),
        (slot("an input where the answer is missing or unclear"), form if form and not labels else _edge(labels)),
    ]
    one = "sample" if any(b.kind == "tag" and b.name == "example" for b in linted.anatomy.blocks) else "example"
    shown = [f"<{one}>\n{first}: {left}\n{second}: {right}\n</{one}>" for left, right in pairs]
    return _under_title(linted, "<examples>\n" + "\n".join(shown) + "\n</examples>")


def _form(linted: Linted) -> str:
    """Return the JSON object that the prompt shows with a blank for each value; empty where that is not known."""
    shown = [
        s for s in linted.anatomy.samples if s.use in ("schema", "example") and s.language == "json" and s.error is None
    ]
    values = [s.value for s in shown if isinstance(s.value, dict)]
    if len(values) != len(shown) or not values or not dialects.allows_braces(linted.prompt.dialect):
        return ""
    keys = list(values[-1])
    if not 1 < len(keys) <= 5 or any(not isinstance(value, str | int | float | bool) for value in values[-1].values()):
        return ""
    text = linted.prompt.text[shown[-1].start : shown[-1].end]
    quoted = {key for key in keys if re.search(rf'"{re.escape(str(key))}"\s*:\s*"', text)}
    blanks = {key: f'"{slot(str(key))}"' if key in quoted else slot(str(key)) for key in keys}
    parts = [f'"{key}": {blank}' for key, blank in blanks.items()]
    return "{" + ", ".join(parts) + "}"


def _edge(labels: tuple[str, ...]) -> str:
    other = next((name for name in labels if re.fullmatch(r"(?i)other|unknown|unclear|none|neutral|n/a", name)), None)
    return other or (labels[-1] if labels else slot("the answer for that case"))


def promised(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """EXM002: the examples that the text speaks of."""
    fix = missing(linted, finding, facts)
    return fix._replace(title="Add the example that the text speaks of") if fix is not None else None


def interleave(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """EXM005: take turns over the labels; the examples change places, their text stays."""
    del finding, facts
    examples = [e for e in linted.anatomy.examples if e.output is not None]
    text = linted.prompt.text
    labels = [e.label or text[e.output.start : e.output.end].strip() if e.output else "" for e in examples]
    if len(examples) < 4 or _holds_placeholder(linted, examples):
        return None
    waiting: dict[str, list[Example]] = {}
    for example, label in zip(examples, labels, strict=True):
        waiting.setdefault(label, []).append(example)
    order: list[Example] = []
    last = ""
    while any(waiting.values()):
        names = sorted((n for n in waiting if waiting[n]), key=lambda n: (n == last, -len(waiting[n]), labels.index(n)))
        last = names[0]
        order.append(waiting[last].pop(0))
    edits = [
        Edit(old.start, old.end, text[new.start : new.end])
        for old, new in zip(examples, order, strict=True)
        if old.start != new.start
    ]
    return Fix("suggested", "Take turns over the labels", tuple(edits)) if edits else None


def _holds_placeholder(linted: Linted, examples: list[Example]) -> bool:
    return any(e.start <= p.start < e.end for e in examples for p in linted.prompt.placeholders)


def spelling(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """EXM006: the declared label that differs in case, or in a letter or two."""
    del facts
    text = linted.prompt.text
    said = drafting.unquoted(text[finding.start : finding.end])
    declared = {label for labels in linted.anatomy.labels for label in labels.labels}
    if said in declared or not said:
        return None
    same = [label for label in declared if label.lower() == said.lower()]
    near = [label for label in declared if len(said) > 3 and distance(label.lower(), said.lower()) <= 2]
    right = same or near
    at = text.find(said, finding.start, finding.end)
    if len(right) != 1 or at < 0:
        return None
    return Fix("safe", f"Write the label as declared: {right[0]}", (Edit(at, at + len(said), right[0]),))


def one_form(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """EXM007: the role words that most examples use."""
    del finding, facts
    text = linted.prompt.text
    roles = [list(_ROLE.finditer(text, example.start, example.end)) for example in linted.anatomy.examples]
    pairs = [(found[0]["role"], found[1]["role"]) for found in roles if len(found) == 2]
    if len(pairs) < 2 or len(pairs) != len(roles):
        return None
    counted = Counter(pairs).most_common()
    if len(counted) < 2 or counted[0][1] == counted[1][1]:
        return None
    wanted = counted[0][0]
    edits = [
        Edit(match.start("role"), match.end("role"), right)
        for found in roles
        for match, right in zip(found, wanted, strict=True)
        if match["role"] != right
    ]
    return (
        Fix("suggested", f"Name the parts of each example {wanted[0]} and {wanted[1]}", tuple(edits)) if edits else None
    )


def delimit(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """EXM008: each example in `<example>`, all of them in `<examples>`."""
    del finding, facts
    text = linted.prompt.text
    examples = [e for e in linted.anatomy.examples if e.shape in ("turns", "arrow", "heading")]
    if not examples or len(examples) != len(linted.anatomy.examples):
        return None
    for left, right in pairwise(examples):
        if text[left.end : right.start].strip():
            return None
    edits: list[Edit] = []
    for index, example in enumerate(examples):
        end = example.start + len(text[example.start : example.end].rstrip())
        if example.start > 0 and text[example.start - 1] not in "\r\n":
            return None
        head = "<examples>\n<example>\n" if index == 0 else "<example>\n"
        tail = "\n</example>\n</examples>" if index == len(examples) - 1 else "\n</example>"
        edits += [Edit(example.start, example.start, head), Edit(end, end, tail)]
    return Fix("suggested", "Set the examples apart with tags", tuple(sorted(edits)))


def edge(linted: Linted, finding: Finding, facts: Facts) -> Fix | None:
    """EXM009: one more example, with a blank input and the fallback that the prompt declares."""
    del finding, facts
    text = linted.prompt.text
    examples = [e for e in linted.anatomy.examples if e.input is not None and e.output is not None]
    if not examples:
        return None
    last = examples[-1]
    if last.input is None or last.output is None or last.input.start < last.start or last.output.end > last.end:
        return None
    labels = drafting.labels(linted)
    answer = _edge(labels) if labels else slot("the answer when the input does not say enough")
    shown = (
        text[last.start : last.input.start]
        + slot("an input where the answer is missing or unclear")
        + text[last.input.end : last.output.start]
        + answer
        + text[last.output.end : last.end].rstrip()
    )
    end = last.start + len(text[last.start : last.end].rstrip())
    gap = "\n" if text[last.start : last.start + 1] == "<" else "\n\n"
    return Fix("template", "Add an example of the unclear case", (Edit(end, end, gap + shown),))


GENERATORS = {
    "EXM001": missing,
    "EXM002": promised,
    "EXM005": interleave,
    "EXM006": spelling,
    "EXM007": one_form,
    "EXM008": delimit,
    "EXM009": edge,
}
