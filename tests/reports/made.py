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
        kind_chances={"extraction": 0.9},
        kind_reason="",
        traits=frozenset(),
        pillars=pillars,
        machine_readable=False,
        enforced_in_code=False,
        views={"instructions": text},
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
        fingerprint=f"{rule.lower()}{start:04}" + "0" * 22,
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
PATH = "prompts/in voice.md"


def usual() -> Report:
    """Return a report with one of everything: severities, related place, fix, suppression, fault, skipped file.

    No finding leaves its fix to be worked out: what a generator writes is the affair of its own tests.
    """
    total, date = TEXT.index("{total}"), TEXT.index("{date}")
    wide = TEXT.index("発注書")
    fix = Fix("suggested", "Put it between tags", file_edits=(FileEdit(PATH, total, total + 7, "<t>{total}</t>"),))
    return report(
        diagnostic(PATH, TEXT, 0, 27, severity="error", finding=None),
        diagnostic(
            PATH,
            TEXT,
            total,
            total + 7,
            "INP001",
            name="undelimited-input",
            message="Input: {total} stands bare.",
            help="Put it between tags.",
            related=(Related(PATH, Location(5, 7, 5, 13), "so does this"),),
            fix=fix,
        ),
        diagnostic(
            PATH, TEXT, wide, wide + 3, "CON001", name="format-conflict", severity="info", message="Wide.", help=""
        ),
        diagnostic(
            PATH,
            TEXT,
            date,
            date + 6,
            "EXM001",
            name="examples-missing",
            message="Examples: none shown.",
            help="Show two.",
            suppressed=SuppressedBy("settings", "the model was tuned on this"),
        ),
        texts={PATH: TEXT, "prompts/clean.md": "Fine.\n"},
        faults=(Fault("prompts/bad.yaml", "not valid YAML", 3, 7),),
        skipped={"binary": 2, "excluded": 1},
        skipped_files=(("a.png", "binary"), ("b.png", "binary"), ("old.md", "excluded")),
    )._replace(
        prompts=(linted(PATH, TEXT, input="undelimited"), linted("prompts/clean.md", "Fine.\n", examples="full"))
    )


def compared() -> Report:
    """Return a report on two prompts, one as it was at the base with two gaps, one new."""
    now = report(
        diagnostic(PATH, TEXT, 0, 27, severity="info", finding=None),
        texts={PATH: TEXT, "prompts/clean.md": "Fine.\n"},
    )
    lacked = diagnostic(PATH, TEXT, 0, 27, "RUL010", name="rules-missing")
    before = linted(PATH, TEXT, rules="none")._replace(diagnostics=(lacked, diagnostic(PATH, TEXT, 0, 27)))
    return now._replace(before=(before,))


def crowded() -> Report:
    """Return a report on one prompt with more findings than are shown: repeats, wishes, many rules."""
    repeats = [diagnostic(PATH, TEXT, at, at + 5, "TOK001", message="Again.") for at in (0, 8, 30, 50)]
    absent = [diagnostic(PATH, TEXT, 0, 27, rule, severity="info", finding=None) for rule in ("EXM001", "UNC001")]
    many = [
        diagnostic(PATH, TEXT, number, number + 1, f"OUT{number:03}", severity="info", message="Odd.", help="")
        for number in range(11, 22)
    ]
    return report(*absent, *repeats, *many, texts={PATH: TEXT})
