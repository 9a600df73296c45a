"""Reports made by hand, so that these tests depend on types alone."""

from __future__ import annotations

from promptlint.model import (
    Anatomy,
    Diagnostic,
    Fault,
    FileEdit,
    Finding,
    Fix,
    Linted,
    Location,
    Message,
    Pillar,
    Prompt,
    Related,
    Report,
    SuppressedBy,
)
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import Piece, Span

LEVELS = {
    "output": "fields",
    "examples": "none",
    "rules": "listed",
    "uncertainty": "none",
    "tone": "none",
    "input": "delimited",
}


def linted(path: str, text: str, *, symbol: str | None = None, **levels: str) -> Linted:
    """Return a prompt that is the whole of a file."""
    identifier = f"{path}#{symbol or 0}"
    prompt = Prompt(
        identifier,
        path,
        "markdown",
        symbol,
        text,
        (Piece("text", 0, len(text), path, 0, len(text)),),
        (Message("system", 0, len(text), path),),
    )
    pillars = {name: Pillar(levels.get(name, level)) for name, level in LEVELS.items()}
    anatomy = Anatomy(
        blocks=(),
        statements=(),
        examples=(),
        samples=(),
        fields=(),
        labels=(),
        slots=(),
        language="en",
        kind="extraction",
        kind_confidence=0.9,
        kind_reason="",
        traits=frozenset(),
        pillars=pillars,
        machine_readable=False,
        enforced_in_code=False,
        views={},
        task=Span(0, 0),
    )
    return Linted(prompt, anatomy, (), 12, "estimate")


def diagnostic(path: str, text: str, start: int, end: int, rule: str = "UNC001", **fields: object) -> Diagnostic:
    """Return a finding at `[start, end)` of a file."""
    index = LineIndex(text)
    made = Diagnostic(
        rule=rule,
        name="no-unknown-path",
        severity="warning",
        confidence="high",
        message="Uncertainty: nothing says what to do when the answer is unknown.",
        help="Name the case and the action.",
        path=path,
        location=Location(*index.position(start), *index.position(end)),
        start=start,
        end=end,
        prompts=(f"{path}#0",),
        fingerprint=f"{rule.lower()}{start:04}",
        finding=Finding(rule, start, end, "made by hand"),
    )
    return made._replace(**fields)  # type: ignore[arg-type]


def report(*found: Diagnostic, texts: dict[str, str], **fields: object) -> Report:
    """Return a report on files that are one prompt each."""
    made = Report(
        prompts=tuple(linted(path, text) for path, text in texts.items()),
        diagnostics=found,
        files=len(texts),
        texts=texts,
        checked=tuple(texts),
    )
    return made._replace(**fields)  # type: ignore[arg-type]


TEXT = "Extract the invoice number.\n\n\tTotal:\t{total} 発注書 is due\n\nDate: {date}\n"


def usual() -> Report:
    """Return a report with one of everything: severities, related place, fix, suppression, fault, skipped file."""
    path = "prompts/in voice.md"
    total, date = TEXT.index("{total}"), TEXT.index("{date}")
    wide = TEXT.index("発注書")
    return report(
        diagnostic(path, TEXT, 0, 27, severity="error"),
        diagnostic(
            path,
            TEXT,
            total,
            total + 7,
            "INP001",
            name="undelimited-input",
            message="Input: {total} stands bare.",
            help="Put it between tags.",
            related=(Related(path, Location(5, 7, 5, 13), "so does this"),),
            fix=Fix(
                "suggested", "Put it between tags", file_edits=(FileEdit(path, total, total + 7, "<t>{total}</t>"),)
            ),
        ),
        diagnostic(path, TEXT, wide, wide + 3, "CON001", name="conflict", severity="info", message="Wide.", help=""),
        diagnostic(path, TEXT, date, date + 6, "EXM001", suppressed=SuppressedBy("settings", "has none")),
        texts={path: TEXT, "prompts/clean.md": "Fine.\n"},
        faults=(Fault("prompts/bad.yaml", "not valid YAML", 3, 7),),
        skipped={"binary": 2},
        skipped_files=(("a.png", "binary"), ("b.png", "binary")),
    )
