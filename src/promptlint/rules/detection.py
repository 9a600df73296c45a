"""What rule files can say without Python: pillars, statements, patterns, facts, and their combinations.

A detection is a mapping with one finder and any number of conditions:

- finders: `pillar` (with `levels`; only an info where `info-if` or `info-when` hold), `pattern`, `statement`, `fact`,
  `check`, `any` (a list of detections). `kind-confidence` is read by the runner;
- conditions: `requires` and `unless` (lists of detections of which all must, or none may, find something),
  `near` and `not-near` (`{…detection, within: characters}`), `before` and `after` (a detection whose first place the
  hit must precede or follow), `at-least` and `at-most` (counts), `once: true` (report the first place only).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from promptlint.model import Statement
from promptlint.rules.context import Context, Hit, compiled_pattern, quote

FACTS = ("samples", "examples", "fields", "labels", "slots", "statements", "blocks")
Check = Callable[[Context, Mapping[str, Any]], Iterator[Hit]]


def detect(context: Context, detection: Mapping[str, Any]) -> list[Hit]:
    """Return the places that a detection finds, in order. Raises ValueError for one that cannot be read."""
    hits = [hit for hit in _find(context, detection) if _placed(context, detection, hit)]
    if len(hits) < int(detection.get("at-least", 1)) or len(hits) > int(detection.get("at-most", len(hits))):
        return []
    if not hits:
        return []
    if any(not detect(context, other) for other in detection.get("requires", ())):
        return []
    if any(detect(context, other) for other in detection.get("unless", ())):
        return []
    return hits[:1] if detection.get("once") else hits


def _find(context: Context, detection: Mapping[str, Any]) -> Iterator[Hit]:
    if "check" in detection:
        return _check(context, detection)
    if "pillar" in detection:
        return _pillar(context, detection)
    if "statement" in detection:
        return _statements(context, detection["statement"])
    if "pattern" in detection:
        return _pattern(context, detection)
    if "fact" in detection:
        return _fact(context, detection)
    if "any" in detection:
        return (hit for other in detection["any"] for hit in detect(context, other))
    raise ValueError(f"no finder among {', '.join(map(str, detection))}")


def _placed(context: Context, detection: Mapping[str, Any], hit: Hit) -> bool:
    for key, wanted in (("near", True), ("not-near", False)):
        if key in detection:
            other = detection[key]
            within = int(other.get("within", 300))
            close = any(
                found.start < hit.end + within and found.end > hit.start - within for found in detect(context, other)
            )
            if close != wanted:
                return False
    if "before" in detection:
        later = detect(context, detection["before"])
        return bool(later) and hit.start < later[-1].start
    if "after" in detection:
        earlier = detect(context, detection["after"])
        return bool(earlier) and hit.start > earlier[0].start
    return True


def _check(context: Context, detection: Mapping[str, Any]) -> Iterator[Hit]:
    family, _, name = str(detection["check"]).partition(".")
    if not (family.isidentifier() and name.isidentifier()):
        raise ValueError(f"'{detection['check']}' is no name of a check")
    check: Check = getattr(import_module(f"promptlint.rules.checks.{family}"), name)
    return check(context, detection.get("with") or {})


def _pillar(context: Context, detection: Mapping[str, Any]) -> Iterator[Hit]:
    pillar = context.anatomy.pillars[detection["pillar"]]
    if pillar.level not in detection["levels"]:
        return
    if "machine_readable" in detection and context.anatomy.machine_readable is not detection["machine_readable"]:
        return
    evidence = [span for span in pillar.evidence if span.end > span.start]
    found = quote(context.text[evidence[0].start : evidence[0].end]) if evidence else ""
    place = evidence[0] if evidence and detection.get("at") == "evidence" else context.anatomy.task
    message = str(detection.get("messages", {}).get(pillar.level, ""))
    softened = any(getattr(context.anatomy, name) is True for name in detection.get("info-if", ())) or any(
        detect(context, sign) for sign in detection.get("info-when", ())
    )
    yield Hit(
        place.start,
        place.end,
        {"found": found, "level": pillar.level},
        message=message,
        severity="info" if softened else None,
    )


def _pattern(context: Context, detection: Mapping[str, Any]) -> Iterator[Hit]:
    view = str(detection.get("view", "instructions"))
    literals = detection.get("literals", ())
    lower = context.anatomy.views["lower"]
    if literals and not any(literal in lower for literal in literals):
        return
    flags = 0 if detection.get("case") else 2  # re.IGNORECASE
    for match in context.finditer(str(detection["pattern"]), view, flags):
        group = "span" if "span" in match.re.groupindex else 0
        start, end = match.span(group)
        if end > start:
            named = {name: value for name, value in match.groupdict().items() if value is not None}
            yield Hit(start, end, {**named, "match": quote(context.text[start:end])})


def _statements(context: Context, wanted: Mapping[str, Any]) -> Iterator[Hit]:
    for statement in context.anatomy.statements:
        if _fits(context, statement, wanted):
            yield Hit(statement.start, statement.end, {"match": quote(context.text[statement.start : statement.end])})


def _fits(context: Context, statement: Statement, wanted: Mapping[str, Any]) -> bool:
    if "polarity" in wanted and statement.polarity != wanted["polarity"]:
        return False
    if "mood" in wanted and statement.mood not in wanted["mood"]:
        return False
    if "verb" in wanted and statement.verb not in wanted["verb"]:
        return False
    if "condition" in wanted and (statement.condition is not None) is not wanted["condition"]:
        return False
    if "block" in wanted and context.block_of(statement).kind not in wanted["block"]:
        return False
    said = context.says(statement)
    if "words" in wanted and len(said.split()) > int(wanted["words"]):
        return False
    if "cue" in wanted:
        from promptlint.anatomy.cues import load

        if load(context.anatomy.language).pattern(str(wanted["cue"])).search(said) is None:
            return False
    if "pattern" in wanted and compiled_pattern(str(wanted["pattern"])).search(said) is None:
        return False
    return "not" not in wanted or compiled_pattern(str(wanted["not"])).search(said) is None


def _fact(context: Context, detection: Mapping[str, Any]) -> Iterator[Hit]:
    name = detection["fact"]
    if name not in FACTS:
        raise ValueError(f"'{name}' is no fact; known are {', '.join(FACTS)}")
    for item in getattr(context.anatomy, name):
        if all(_has(getattr(item, key), value) for key, value in detection.get("where", {}).items()):
            yield Hit(item.start, item.end, {"match": quote(context.text[item.start : item.end])})


def _has(actual: object, wanted: object) -> bool:
    if wanted == "any":
        return actual not in (None, "", ())
    return actual in wanted if isinstance(wanted, list) else actual == wanted
