"""The JSON output, version "1": what other programs read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from promptlint import __version__
from promptlint.model import Diagnostic, Fault, FileEdit, Linted, Location, Message, PillarName, Report
from promptlint.reports.options import Options
from promptlint.reports.prepare import encoded, prompts_by_id, redacted
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import SourceMap, SourceSpan, Span

VERSION = "1"
_UNSEEN = re.compile(
    "[\\x7f-\\x9f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ud800-\\udfff\\U000e0000-\\U000e007f]"
)
"""Controls that JSON lets stand as they are, direction marks, invisible characters, lone surrogates."""
PILLARS: tuple[PillarName, ...] = ("output", "examples", "rules", "uncertainty", "tone", "input")


def render(report: Report, options: Options) -> str:
    """Return the report of `check` as JSON text that ends in a line end; `report.schema.json` describes it."""
    lines = Lines(report.texts)
    fixes = Fixes(report, lines)
    shown = [diagnostic for diagnostic in report.diagnostics if diagnostic.suppressed is None]
    data = {
        **_head(options.edition),
        "prompts": [prompt_data(linted, lines) for linted in report.prompts],
        "diagnostics": [diagnostic_data(diagnostic, fixes) for diagnostic in report.diagnostics],
        **_tail(report),
        "summary": {
            "files": report.files,
            "prompts": len(report.prompts),
            "errors": sum(d.severity == "error" for d in shown),
            "warnings": sum(d.severity == "warning" for d in shown),
            "infos": sum(d.severity == "info" for d in shown),
            "suppressed": len(report.diagnostics) - len(shown),
            "fixable": sum(d.fix is not None for d in shown),
        },
    }
    return dump(data)


def render_inspect(report: Report, *, edition: str = "2026") -> str:
    """Return the report of `inspect` as JSON: the prompts with their messages, and no diagnostics."""
    report = redacted(report)
    lines = Lines(report.texts)
    prompts = []
    for linted in report.prompts:
        source_map = SourceMap(linted.prompt.pieces)
        messages = [_message(message, linted, source_map, lines) for message in linted.prompt.messages]
        prompts.append({**prompt_data(linted, lines), "messages": messages})
    data = {
        **_head(edition),
        "prompts": prompts,
        **_tail(report),
        "summary": {"files": report.files, "prompts": len(prompts)},
    }
    return dump(data)


def dump(data: Mapping[str, object]) -> str:
    """Return JSON with a stable layout: what is not ASCII stays readable, what is not to be seen is escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return _UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n"


class Lines:
    """Line indexes of the files of one report, each built when it is first asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._indexes: dict[str, LineIndex] = {}

    def place(self, span: SourceSpan) -> dict[str, object]:
        """Return the location object of a span in a file."""
        if span.path not in self._indexes:
            self._indexes[span.path] = LineIndex(self._texts.get(span.path, ""))
        index = self._indexes[span.path]
        return location_data(span.path, Location(*index.position(span.start), *index.position(span.end)))


def location_data(path: str, location: Location) -> dict[str, object]:
    """Return the location object of the contract."""
    return {"path": path, **location._asdict()}


def prompt_data(linted: Linted, lines: Lines) -> dict[str, object]:
    """Return what the contract says of one prompt."""
    prompt, anatomy = linted.prompt, linted.anatomy
    source_map = SourceMap(prompt.pieces)
    whole = source_map.to_source(0, len(prompt.text)) or SourceSpan(prompt.path, 0, 0)
    pillars = {}
    for name in PILLARS:
        pillar = anatomy.pillars[name]
        data: dict[str, object] = {"level": pillar.level}
        if name == "output":
            data["machine_readable"] = anatomy.machine_readable
            data["enforced_in_code"] = anatomy.enforced_in_code
        if name == "examples":
            data["count"] = len(anatomy.examples)
        data["evidence"] = _evidence(pillar.evidence, source_map, lines)
        pillars[name] = data
    return {
        "id": prompt.id,
        "path": prompt.path,
        "format": prompt.format,
        "symbol": prompt.symbol,
        "roles": list(dict.fromkeys(message.role for message in prompt.messages)),
        "uses": [{"path": use.path, "line": use.line} for use in prompt.uses],
        "location": lines.place(whole),
        "kind": anatomy.kind,
        "kind_confidence": round(anatomy.kind_confidence, 3),
        "language": anatomy.language,
        "tokens": {"count": linted.tokens, "counter": linted.counter},
        "pillars": pillars,
    }


class Fixes:
    """Fixes of one report as edits of files."""

    def __init__(self, report: Report, lines: Lines) -> None:
        self._prompts = prompts_by_id(report)
        self._texts = report.texts
        self._lines = lines

    def data(self, diagnostic: Diagnostic) -> dict[str, object] | None:
        """Return what the contract says of a fix; `edits` is null for one that only the author can write."""
        if diagnostic.fix is None:
            return None
        edits = encoded(diagnostic, self._prompts, self._texts)
        written = None if edits is None else [self._edit(edit) for edit in edits]
        return {"safety": diagnostic.fix.safety, "title": diagnostic.fix.title, "edits": written}

    def _edit(self, edit: FileEdit) -> dict[str, object]:
        return {"location": self._lines.place(SourceSpan(edit.path, edit.start, edit.end)), "text": edit.text}


def diagnostic_data(diagnostic: Diagnostic, fixes: Fixes) -> dict[str, object]:
    """Return what the contract says of one diagnostic."""
    location = diagnostic.location
    return {
        "rule": diagnostic.rule,
        "name": diagnostic.name,
        "severity": diagnostic.severity,
        "confidence": diagnostic.confidence,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "prompts": list(diagnostic.prompts),
        "path": diagnostic.path,
        "location": None if location is None else location_data(diagnostic.path, location),
        "related": [{**location_data(r.path, r.location), "message": r.message} for r in diagnostic.related],
        "fix": fixes.data(diagnostic),
        "fingerprint": diagnostic.fingerprint,
        "suppressed": None if diagnostic.suppressed is None else diagnostic.suppressed._asdict(),
    }


def _message(message: Message, linted: Linted, source_map: SourceMap, lines: Lines) -> dict[str, object]:
    place = source_map.to_source(message.start, message.end) or SourceSpan(message.path, 0, 0)
    text = linted.prompt.text[message.start : message.end]
    return {"role": message.role, "path": message.path, "location": lines.place(place), "text": text}


def _evidence(spans: Iterable[Span], source_map: SourceMap, lines: Lines) -> list[dict[str, object]]:
    places = (source_map.to_source(span.start, span.end) for span in spans)
    return [lines.place(place) for place in places if place is not None]


def _head(edition: str) -> dict[str, object]:
    return {"version": VERSION, "tool": {"name": "promptlint", "version": __version__, "edition": edition}}


def _tail(report: Report) -> dict[str, object]:
    return {
        "errors": [{"path": fault.path, "message": _fault_message(fault)} for fault in report.faults],
        "skipped": dict(sorted(report.skipped.items())),
    }


def _fault_message(fault: Fault) -> str:
    line, message = fault.line, fault.message
    return message if line is None else f"line {line}: {message}"
