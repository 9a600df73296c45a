"""SARIF 2.1.0, as GitHub's code scanning and other viewers read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from promptlint import __version__
from promptlint.model import SEVERITY_RANK, Diagnostic, Fault, FileEdit, Linted, Location, Report
from promptlint.reports import escape, summary
from promptlint.reports.json import dump
from promptlint.reports.options import Options
from promptlint.reports.places import uri
from promptlint.reports.prepare import encoded, prompts_by_id
from promptlint.rules import Rule, load
from promptlint.text.lines import LineIndex

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""GitHub refuses a file with more results in a run."""
MOST_RELATED = 100
MOST_NAME, MOST_DESCRIPTION = 255, 1024
"""GitHub's limits on the texts of a rule, in characters."""
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
PROBLEMS = {"error": "error", "warning": "warning", "info": "recommendation"}
_KINDS = {"comment": "inSource", "settings": "external", "baseline": "external"}


def render(report: Report, options: Options) -> str:
    """Return the report as a SARIF log with one run."""
    kept = _most_severe(report.diagnostics)
    known = load(options.rule_packs)
    ids = sorted({diagnostic.rule for diagnostic in kept})
    results = _Results(report, options, {identifier: number for number, identifier in enumerate(ids)})
    names = {diagnostic.rule: diagnostic for diagnostic in kept}
    run = {
        "tool": {
            "driver": {
                "name": "promptlint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [descriptor(known.get(identifier), names[identifier]) for identifier in ids],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the linted repository."}}},
        "invocations": [_invocation(report, len(report.diagnostics) - len(kept), options)],
        "results": [results.result(diagnostic) for diagnostic in kept],
        "properties": {"edition": options.edition, "summary": summary.sentence(report)},
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _most_severe(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """Return at most as many findings as GitHub takes, in their order; what is dropped is the least severe."""
    if len(diagnostics) <= MOST_RESULTS:
        return diagnostics

    def weight(number: int) -> tuple[bool, int, int]:
        diagnostic = diagnostics[number]
        return diagnostic.suppressed is not None, SEVERITY_RANK[diagnostic.severity], number

    kept = sorted(sorted(range(len(diagnostics)), key=weight)[:MOST_RESULTS])
    return [diagnostics[number] for number in kept]


def descriptor(rule: Rule | None, diagnostic: Diagnostic) -> dict[str, object]:
    """Return what SARIF says of a rule; of one that no pack describes, what its finding says.

    GitHub wants both descriptions and a help text of every rule, and limits the length of all but the last.
    """
    if rule is None:
        name, severity, confidence = diagnostic.name, diagnostic.severity, diagnostic.confidence
        short = full = name.replace("-", " ")
        help_ = {"text": escape.sarif(diagnostic.help or short)}
        family = diagnostic.rule.rstrip("0123456789")
    else:
        from promptlint.reports.rule_page import markdown

        name, severity, confidence, family = rule.name, rule.severity, rule.confidence, rule.family
        short, full = rule.summary, rule.why
        help_ = {"text": escape.sarif(rule.help or rule.summary), "markdown": markdown(rule)}
    return {
        "id": diagnostic.rule,
        "name": _cut(name, MOST_NAME),
        "shortDescription": {"text": _cut(short, MOST_DESCRIPTION)},
        "fullDescription": {"text": _cut(full, MOST_DESCRIPTION)},
        "help": help_,
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {
            "precision": confidence,
            "problem.severity": PROBLEMS[severity],
            "tags": ["prompt", escape.visible(family)],
        },
    }


def _cut(text: str, most: int) -> str:
    text = escape.sarif(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _invocation(report: Report, cut: int, options: Options) -> dict[str, object]:
    notes = [_fault(fault, options) for fault in report.faults]
    if cut:
        text = f"{cut} findings were left out: at most {MOST_RESULTS} fit, the most severe were kept."
        notes.append({"level": "warning", "message": {"text": text}})
    return {"executionSuccessful": not report.faults, "toolExecutionNotifications": notes}


def _fault(fault: Fault, options: Options) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": artifact(fault.path, options)}
    if fault.line is not None:
        place["region"] = {"startLine": fault.line, "startColumn": fault.column or 1}
    return {
        "level": "error",
        "message": {"text": escape.sarif(fault.message)},
        "locations": [{"physicalLocation": place}],
    }


def artifact(path: str, options: Options) -> dict[str, object]:
    """Return the location of a file: relative to the root of the repository where it lies in it."""
    place = uri(path, options.root)
    return {"uri": place} if place.startswith("file:") else {"uri": place, "uriBaseId": "%SRCROOT%"}


def region(location: Location) -> dict[str, int]:
    """Return a SARIF region; its end column is exclusive, as ours."""
    return {
        "startLine": location.line,
        "startColumn": location.column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
    }


class _Results:
    """Turns the findings of one report into results."""

    def __init__(self, report: Report, options: Options, numbers: Mapping[str, int]) -> None:
        self._texts = report.texts
        self._prompts: Mapping[str, Linted] = prompts_by_id(report)
        self._options = options
        self._numbers = numbers
        self._indexes: dict[str, LineIndex] = {}
        self._seen: Counter[str] = Counter()

    def result(self, diagnostic: Diagnostic) -> dict[str, object]:
        text = f"{diagnostic.message} {diagnostic.help}".strip()
        result: dict[str, object] = {
            "ruleId": diagnostic.rule,
            "ruleIndex": self._numbers[diagnostic.rule],
            "level": LEVELS[diagnostic.severity],
            "message": {"text": escape.sarif(text)},
            "locations": [self._place(diagnostic.path, diagnostic.location)],
        }
        if diagnostic.fingerprint:
            self._seen[diagnostic.fingerprint] += 1
            ordinal = self._seen[diagnostic.fingerprint]
            result["partialFingerprints"] = {
                "promptlint/v1": diagnostic.fingerprint,
                # The name that GitHub matches alerts by; theirs is a hash of lines, ours does not change with them.
                "primaryLocationLineHash": f"{diagnostic.fingerprint[:16]}:{ordinal}",
            }
        if diagnostic.related:
            result["relatedLocations"] = [
                {**self._place(r.path, r.location), "message": {"text": escape.sarif(r.message)}}
                for r in diagnostic.related[:MOST_RELATED]
            ]
        if diagnostic.suppressed is not None:
            by, reason = diagnostic.suppressed
            result["suppressions"] = [{"kind": _KINDS[by], "justification": escape.sarif(reason)}]
        fix = self._fix(diagnostic)
        if fix is not None:
            result["fixes"] = [fix]
        properties: dict[str, object] = {"confidence": diagnostic.confidence}
        if diagnostic.prompts:
            properties["prompts"] = [escape.visible(prompt) for prompt in diagnostic.prompts]
        result["properties"] = properties
        return result

    def _place(self, path: str, location: Location | None) -> dict[str, object]:
        # GitHub wants a line even of what is about a file as a whole.
        where = region(location) if location is not None else {"startLine": 1}
        return {"physicalLocation": {"artifactLocation": artifact(path, self._options), "region": where}}

    def _fix(self, diagnostic: Diagnostic) -> dict[str, object] | None:
        edits = encoded(diagnostic, self._prompts, self._texts)
        if not edits or diagnostic.fix is None:
            return None
        changes: dict[str, list[dict[str, object]]] = {}
        for edit in edits:
            changes.setdefault(edit.path, []).append(self._replacement(edit))
        title = f"{diagnostic.fix.title} ({diagnostic.fix.safety})"
        return {
            "description": {"text": escape.sarif(title)},
            "artifactChanges": [
                {"artifactLocation": artifact(path, self._options), "replacements": replacements}
                for path, replacements in sorted(changes.items())
            ],
        }

    def _replacement(self, edit: FileEdit) -> dict[str, object]:
        index = self._indexes.setdefault(edit.path, LineIndex(self._texts[edit.path]))
        deleted = region(Location(*index.position(edit.start), *index.position(edit.end)))
        replacement: dict[str, object] = {"deletedRegion": deleted}
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        return replacement
