"""Checks of the output family: samples that do not parse, and samples against the fields that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.anatomy.samples import is_json_schema
from promptlint.model import Edit, Fix, Sample
from promptlint.rules.checks.common import close_names, declared_keys, keys_of
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_TRAILING = re.compile(r",(?=\s*[}\]])")
_BARE_MEMBER = re.compile(r"^[ \t]*[A-Za-z_]\w*[ \t]*:[ \t]*(?:\"|-?\d|true\b|false\b|null\b|\[\s*\")", re.M)
_QUOTED_KEY = re.compile(r"\"[ \t]*:")
_JSON_NEAR = re.compile(r"\bjson\b", re.I)
_OTHER_CODE = re.compile(r"\b(?:python|javascript|cypher|dict\w*|sql|query|tuple|typescript|jinja)\b", re.I)
_NOT_THIS = re.compile(
    r"\b(?:do not|don['’]t|never|not|avoid|instead of|wrong|incorrect|bad|invalid)\b[^.\n]{0,40}$", re.I
)
_MISTAKES = ("trailing comma", "missing comma", "closes the wrong bracket")


def unparseable(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Samples of the output that a JSON parser would refuse, by a slip rather than on purpose; the first of a kind."""
    seen: set[str] = set()
    for sample in context.anatomy.samples:
        problem = _slip(context, sample)
        if problem is None or problem in seen:
            continue
        seen.add(problem)
        at = sample.error_at or sample.start
        yield Hit(
            at,
            min(at + 1, len(context.text)),
            {"problem": problem},
            related=((sample.start, min(sample.end, sample.start + 1), "the sample begins here"),),
            fix=_without_trailing_commas(context, sample) if problem == "a trailing comma" else None,
        )


def _slip(context: Context, sample: Sample) -> str | None:
    if sample.language != "json" or sample.use in ("input", "tool") or _meant(context, sample):
        return None
    if is_json_schema(sample.value):
        return None  # it says what an answer holds: nobody copies its commas
    if sample.error is None:
        return "keys without quotes" if _bare_keys(context, sample) else None
    if any(mistake in sample.error for mistake in _MISTAKES):
        return {"trailing comma": "a trailing comma", "missing comma": "a missing comma"}.get(
            sample.error, sample.error
        )
    if "quotes" in sample.error:
        near = context.text[max(0, sample.start - 160) : sample.start]
        line = context.line_span(sample.start)
        says_json = _JSON_NEAR.search(near) or _JSON_NEAR.search(context.text[line.start : line.end])
        at = sample.error_at or sample.start
        single = context.text[at] == "'" and context.text.count("'", sample.start, sample.end) >= 4
        if (
            says_json
            and single
            and not _OTHER_CODE.search(near)
            and not context.text.count('"', sample.start, sample.end)
        ):
            return "single quotes, which JSON does not know"
    return None


def _meant(context: Context, sample: Sample) -> bool:
    """Whether a sample is broken on purpose: shown as what not to write, or put together by the template."""
    if any(sample.start <= control.at < sample.end for control in context.prompt.controls):
        return True
    line = context.line_span(sample.start)
    return _NOT_THIS.search(context.text, max(line.start, sample.start - 80), sample.start) is not None


def _bare_keys(context: Context, sample: Sample) -> bool:
    """Whether a fence that says it is JSON has literal values under keys without quotes."""
    block = context.block_at(sample.start)
    if block is None or block.kind != "fence" or block.name.lower() != "json":
        return False
    body = context.text[sample.start : sample.end]
    return len(_BARE_MEMBER.findall(body)) >= 2 and not _QUOTED_KEY.search(body)


def _without_trailing_commas(context: Context, sample: Sample) -> Fix:
    text = context.text
    inside = [match.span() for match in _STRING.finditer(text, sample.start, sample.end)]
    edits = [
        Edit(match.start(), match.end(), "")
        for match in _TRAILING.finditer(text, sample.start, sample.end)
        if not any(start <= match.start() < end for start, end in inside)
    ]
    return Fix("safe", "Remove the trailing comma", tuple(edits))


def contradicts(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Samples whose keys differ from the declared keys, or from those of the other samples by a slip."""
    samples = [s for s in context.anatomy.samples if s.language == "json" and s.use in ("schema", "example") and s.keys]
    if not samples:
        return
    yield from _near_misses(context, samples)
    for statement, names in declared_keys(context):
        shown = {key.lower() for sample in samples for key in keys_of(sample.value)}
        if shown and names and not any(name.lower() in shown for name in names):
            first = next((s for s in samples if s.start > statement.start), None)
            if first is None or statement.condition is not None:
                continue
            yield Hit(
                statement.start,
                statement.end,
                {"declared": ", ".join(names[:4]), "shown": ", ".join(first.keys[:4])},
                related=((first.start, min(first.start + 1, first.end), "the sample"),),
            )
            return


def _near_misses(context: Context, samples: list[Sample]) -> Iterator[Hit]:
    """One key under two spellings: the samples agree on the others."""
    base = max(samples, key=lambda sample: len(sample.keys))
    reported: set[str] = set()
    for sample in samples:
        shared = set(sample.keys) & set(base.keys)
        if sample is base or len(shared) * 2 < len(set(sample.keys) | set(base.keys)):
            continue
        for odd in sorted(set(sample.keys) - set(base.keys)):
            twin = next((key for key in base.keys if key not in sample.keys and close_names(odd, key)), None)
            if twin is None or odd in reported:
                continue
            reported.add(odd)
            at = context.text.find(odd, sample.start, sample.end)
            if at >= 0:
                yield Hit(
                    at,
                    at + len(odd),
                    {"declared": twin, "shown": odd, "rename": twin},
                    message="Sample: the key “{shown}” is “{declared}” elsewhere in this prompt.",
                )


def named(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """The first place where the output format is named."""
    evidence = context.anatomy.pillars["output"].evidence
    if evidence:
        yield Hit(
            evidence[0].start, evidence[0].end, {"found": quote(context.text[evidence[0].start : evidence[0].end])}
        )
