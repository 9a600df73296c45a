"""Checks of the examples family: promises without examples, labels, counts, order, and what examples break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from promptlint.model import Edit, Example, Fix, LabelSet
from promptlint.rules.checks.common import distance
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

_PROMISE = re.compile(
    r"\b(?:(?:see|follow(?:ing)?|like|use|per|as in|refer to|from|mimic|study|given|with) (?:the |these "
    r"|this )?(?:format of the )?"
    r"(?:examples?|few[- ]?shots?(?: examples?)?|sample outputs?)(?: \w+){0,2} (?:below|above)"
    r"|(?:the |these )?(?:examples?|few[- ]?shot examples?) (?:shown |given |provided |listed )?(?:below|above)"
    r"|(?:here (?:are|is) (?:some |an? |a few |several )?(?:examples?|few[- ]?shot examples?)[^.\n:]{0,40}"
    r"|for example|examples?|e\.g\.)\s*[:：]\s*$)",
    re.I,
)
_EXAMPLES = re.compile(r"(?:examples?|few[-_ ]?shots?|demos|demonstrations)(?![a-z])", re.I)
_HEADING = re.compile(r"^(?:few[- ]?shot )?examples?(?: outputs?| inputs?)?$", re.I)


def promised(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Text that points to an example, in a prompt that shows none."""
    anatomy = context.anatomy
    if (
        anatomy.examples
        or anatomy.pillars["examples"].level in ("full", "injected")
        or context.prompt.around.few_shot_injected
    ):
        return
    if any(slot.injects == "examples" for slot in anatomy.slots):
        return
    fences = [block for block in anatomy.blocks if block.kind in ("fence", "table")]
    for statement in anatomy.statements:
        said = context.text[statement.start : statement.end]
        match = _PROMISE.search(said)
        if match is None:
            continue
        if said.rstrip().endswith((":", "：")):
            rest = context.text[statement.end :].strip(" \t\r\n*_")
            if rest and (not rest.startswith("#") or "for example" in match.group().lower()):
                continue
        elif (
            any(block.start > statement.end for block in fences) or anatomy.samples or _brought(context, statement.end)
        ):
            continue
        yield Hit(statement.start, statement.end, {"match": quote(match.group())})
        return
    yield from _empty_section(context)


def _brought(context: Context, after: int) -> bool:
    """Whether what is filled in at run time may be the examples: its name, its label or its tag says so."""
    for placeholder in context.prompt.placeholders:
        line = context.line_span(placeholder.start)
        before = context.text[max(0, line.start - 40) : placeholder.start]
        if placeholder.start > after and _EXAMPLES.search(placeholder.name + " " + before):
            return True
    return any(block.kind == "tag" and _EXAMPLES.match(block.name) for block in context.anatomy.blocks)


def _empty_section(context: Context) -> Iterator[Hit]:
    blocks = context.anatomy.blocks
    for index, block in enumerate(blocks):
        if block.kind != "heading" or not _HEADING.match(
            context.text[block.body_start : block.body_end].strip(" *_:#.0123456789")
        ):
            continue
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        end = following.start if following is not None else len(context.text)
        same = following is None or (following.kind == "heading" and following.level <= block.level)
        if same and not context.text[block.end : end].strip():
            yield Hit(block.start, block.end, {"match": quote(context.text[block.body_start : block.body_end])})
            return


class Shown(NamedTuple):
    """The answer of one example: the label as written and its place."""

    label: str
    start: int
    end: int


_LABEL_KEY = re.compile(r"^[ \t]*(?:label|category|class|intent|sentiment|answer|output)[ \t]*[:=][ \t]*", re.I)


def shown_labels(context: Context) -> list[Shown]:
    """Return the one-line answers of the examples, in order; those that are data or prose are left out."""
    found = context.cached.get("shown-labels")
    if found is None:
        found = [label for example in context.anatomy.examples if (label := _answer(context, example)) is not None]
        context.cached["shown-labels"] = found
    return list(found)


def _answer(context: Context, example: Example) -> Shown | None:
    if example.output is None:
        return None
    said = context.text[example.output.start : example.output.end]
    lead = _LABEL_KEY.match(said)
    body = said[lead.end() if lead else 0 :]
    word = body.strip().strip("\"'`*.“”")
    if not word or "\n" in word or len(word.split()) > 3 or len(word) > 40:
        return None
    start = example.output.start + (lead.end() if lead else 0) + body.find(word)
    return Shown(word, start, start + len(word))


def closed_set(context: Context) -> LabelSet | None:
    """Return the label set that the examples answer with: the one that holds most of their labels."""
    labels = [shown.label.lower() for shown in shown_labels(context)]
    sets = [s for s in context.anatomy.labels if not s.field]
    if len(labels) < 2 or not sets:
        return None
    best = max(sets, key=lambda s: sum(label in {name.lower() for name in s.labels} for label in labels))
    names = {name.lower() for name in best.labels}
    return best if sum(label in names for label in labels) * 2 >= len(labels) else None


def unknown_label(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Examples that answer with a label outside the closed set; a declared label that is never shown is an info."""
    declared = closed_set(context)
    if declared is None:
        return
    names = {name.lower(): name for name in declared.labels}
    for shown in shown_labels(context):
        if shown.label.lower() not in names:
            twin = next((name for low, name in names.items() if distance(low, shown.label.lower()) <= 2), None)
            fix = Fix("safe", f"Use the label {twin}", (Edit(shown.start, shown.end, twin),)) if twin else None
            yield Hit(
                shown.start,
                shown.end,
                {"label": shown.label, "labels": ", ".join(declared.labels[:6])},
                related=((declared.start, declared.end, "the labels"),),
                fix=fix,
            )
    used = {shown.label.lower() for shown in shown_labels(context)}
    unshown = [name for low, name in names.items() if low not in used]
    if unshown and len(names) <= 8 and len(used) >= 2:
        place = declared.spans[declared.labels.index(unshown[0])]
        yield Hit(
            place.start,
            place.end,
            {"label": unshown[0]},
            message="Examples: no example shows the label “{label}”.",
            help="Add one, or say why it needs none.",
            severity="info",
        )


def half_pair(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """An empty `Output:` between other examples that have one."""
    text = context.text
    pattern = re.compile(
        r"^[ \t>*_-]*(?:output|answer|label|response)[*_]*[ \t]*:[*_]*[ \t]*\r?\n(?=[ \t]*\r?\n[ \t>*_-]*(?:input"
        r"|question|text)\b)",
        re.I | re.M,
    )
    if len(context.anatomy.examples) < 2:
        return
    for match in pattern.finditer(text):
        yield Hit(match.start(), match.start() + len(match.group().rstrip()), {"match": quote(match.group())})


def imbalance(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """One label takes three quarters of four or more examples."""
    labels = [shown.label.lower() for shown in shown_labels(context)]
    if len(labels) < 4 or closed_set(context) is None:
        return
    top, count = Counter(labels).most_common(1)[0]
    if count >= len(labels) * 0.75:
        first = context.anatomy.examples[0]
        yield Hit(first.start, context.line_span(first.start).end, {"label": top, "count": count, "total": len(labels)})


def clustered(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Four or more labelled examples sorted by label, or the last three of one label."""
    shown = shown_labels(context)
    labels = [item.label.lower() for item in shown]
    if len(labels) < 4 or len(set(labels)) < 2 or closed_set(context) is None:
        return
    runs = 1 + sum(labels[at] != labels[at - 1] for at in range(1, len(labels)))
    sorted_up = runs == len(set(labels)) and runs < len(labels)
    if sorted_up or len(set(labels[-3:])) == 1:
        first = context.anatomy.examples[0]
        yield Hit(first.start, context.line_span(first.start).end, {"order": ", ".join(labels[:8])})


_ROLE = re.compile(r"^[ \t>*_#-]*(?P<role>[A-Za-z][A-Za-z ]{0,20}?)[*_ ]*:", re.M)


def inconsistent(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Three or more pairs of one shape of which one names its sides differently."""
    signed = []
    for example in context.anatomy.examples:
        if example.shape == "turns" and example.input is not None and example.output is not None:
            head = context.text[example.start : example.output.start]
            roles = [match["role"].lower() for match in _ROLE.finditer(head)]
            if len(roles) >= 2:
                signed.append(((roles[0], roles[-1]), example))
    counts = Counter(signature for signature, _ in signed)
    if len(signed) < 3 or len(counts) < 2:
        return
    usual, most = counts.most_common(1)[0]
    odd = [example for signature, example in signed if counts[signature] == 1]
    if most < 2 or len(odd) != 1:
        return
    line = context.line_span(odd[0].start)
    yield Hit(odd[0].start, line.end, {"usual": " / ".join(usual)})


def no_edge(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Two or more examples, a rule for the unknown case, and no example that shows it."""
    anatomy = context.anatomy
    if len(anatomy.examples) < 2 or anatomy.pillars["uncertainty"].level != "explicit":
        return
    outputs = [
        context.text[e.output.start : e.output.end] if e.output else context.text[e.start : e.end]
        for e in anatomy.examples
    ]
    edge = re.compile(
        r"\b(?:null|none|unknown|other|n/?a|not|no|cannot|can['’]t|don['’]t|sorry|unclear|empty|neutral|insufficient|missing|false|unsure|clarif\w+)\b"
        r"|\[\s*\]|\"\"|\{\s*\}|-1",
        re.I,
    )
    if not any(edge.search(output) for output in outputs):
        first = anatomy.examples[0]
        yield Hit(first.start, context.line_span(first.start).end, {"count": len(outputs)})


def count(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """One example for three labels and more, or more examples than instructions can bear."""
    examples = context.anatomy.examples
    if not examples:
        return
    first = examples[0]
    end = context.line_span(first.start).end
    if len(examples) > 12:
        yield Hit(
            first.start,
            end,
            {"count": len(examples)},
            message="Examples: {count} are shown; more than a dozen can narrow the answers.",
        )
        return
    sets = [labels for labels in context.anatomy.labels if len(labels.labels) >= 3 and not labels.field]
    if context.anatomy.kind == "classification" and len(examples) == 1 and sets:
        yield Hit(
            first.start, end, {"count": len(sets[0].labels)}, message="Examples: one is shown for {count} labels."
        )


_ITEMS = re.compile(
    r"\b(?P<low>\d{1,3})\s*(?:-|–|to)\s*(?P<high>\d{1,3}) (?:key |main |short |distinct |relevant "
    r"|different )?(?P<noun>[a-z]{4,20}s)\b",
    re.I,
)
_EXACT = re.compile(
    r"\bexactly (?P<low>\d{1,3}|two|three|four|five|six|seven|eight|ten) (?:key |short "
    r"|distinct )?(?P<noun>[a-z]{4,20}s)\b",
    re.I,
)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10}
_UNITS = frozenset(
    [
        "words",
        "sentences",
        "characters",
        "letters",
        "lines",
        "tokens",
        "paragraphs",
        "minutes",
        "seconds",
        "hours",
        "days",
        "years",
        "points",
        "bullets",
        "pages",
        "turns",
        "steps",
        "rounds",
        "times",
    ]
)


def breaks_rule(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Samples that break a number that the prompt sets: a list with fewer or more items than are asked for."""
    wanted = _wanted_counts(context)
    for sample in context.anatomy.samples:
        if sample.use != "example" or sample.language != "json" or not isinstance(sample.value, dict):
            continue
        if "..." in context.text[sample.start : sample.end] or "…" in context.text[sample.start : sample.end]:
            continue
        for key, items in sample.value.items():
            bound = wanted.get(str(key).lower())
            if bound is None or not isinstance(items, list) or not items or bound[0] <= len(items) <= bound[1]:
                continue
            at = max(sample.start, context.text.find(str(key), sample.start, sample.end))
            yield Hit(
                at,
                at + len(str(key)),
                {"key": key, "count": len(items), "low": bound[0], "high": bound[1]},
                related=((bound[2], bound[3], "asked for here"),),
            )
            return


_TITLED = re.compile(
    r"^[ \t>*_-]*(?:[A-Za-z]{2,20} ){0,2}(?P<noun>[A-Za-z]{4,20}s)[*_]*:[*_]* (?:an? "
    r"|the )?list of (?P<low>\d{1,3})\s*(?:-|–|to)\s*(?P<high>\d{1,3})\b",
    re.I | re.M,
)


def _wanted_counts(context: Context) -> dict[str, tuple[int, int, int, int]]:
    """Return how many of a thing the prompt asks for: noun to (low, high, start, end)."""
    wanted: dict[str, tuple[int, int, int, int]] = {}
    for pattern in (_ITEMS, _EXACT, _TITLED):
        for match in context.finditer(pattern):
            noun = match["noun"].lower()
            low = _WORDS.get(match["low"].lower()) or int(match["low"])
            high = low if pattern is _EXACT else int(match["high"])
            if noun not in _UNITS and 0 < low <= high <= 50:
                wanted.setdefault(noun, (low, high, match.start(), match.end()))
    return wanted


def undelimited(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Pairs without tag, heading, fence or rule around them that run into a live placeholder."""
    pairs = [e for e in context.anatomy.examples if e.shape in ("turns", "arrow")]
    if len(pairs) < 2:
        return
    last = pairs[-1]
    following = next((slot for slot in context.anatomy.slots if slot.start >= last.end and slot.content), None)
    if following is None or following.boundary == "delimited":
        return
    between = context.text[last.end : following.start]
    first_block = context.block_at(pairs[0].start)
    fenced = any(
        b.kind in ("heading", "tag", "fence", "rule") and last.end <= b.start <= following.start
        for b in context.anatomy.blocks
    )
    if len(between) < 300 and not fenced and first_block is not None and not context.headings(first_block):
        yield Hit(pairs[0].start, context.line_span(pairs[0].start).end, {"count": len(pairs)})
