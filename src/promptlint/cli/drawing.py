"""A prompt on the terminal: its text coloured by what each span is, and its pillars."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.model import Anatomy, Linted, Report
from promptlint.project.session import Session
from promptlint.text.pieces import SourceMap, Span

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {
    "heading": "bold",
    "instruction": "blue",
    "ban": "red",
    "condition": "yellow",
    "schema": "cyan",
    "example": "green",
    "labels": "bright_cyan",
    "fence": "dim",
    "placeholder": "bold magenta",
}
_CONTROL = {
    **{code: 0x2400 + code for code in range(32) if code not in (9, 10)},
    127: 0x2421,
    **dict.fromkeys(range(128, 160), 0xFFFD),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C], 0xFFFD),
}


def visible(text: str) -> str:
    """Return text of the same length in which nothing can steer a terminal."""
    return text.translate(_CONTROL)


def console(*, color: bool) -> Console:
    """Return the console that drawing goes to."""
    from rich.console import Console

    return Console(
        file=sys.stdout,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )


def draw(linted: Linted, session: Session, out: Console, *, why: bool) -> None:
    """Print one prompt: where it is, its text, its pillars."""
    from rich.text import Text

    prompt, anatomy = linted.prompt, linted.anatomy
    symbol = f" {prompt.symbol}" if prompt.symbol else ""
    out.print(Text(visible(f"{prompt.path}{symbol}"), style="bold underline"))
    facts = [prompt.format, f"kind {anatomy.kind} ({anatomy.kind_confidence:.0%})", f"language {anatomy.language}"]
    facts.append(f"{linted.tokens} tokens ({linted.counter})")
    out.print(Text(visible(", ".join(facts))))
    for message in prompt.messages:
        out.print(Text(f"[{message.role}]", style="dim"))
        out.print(_painted(prompt.text, message.start, message.end, anatomy, linted))
    out.print(_legend())
    _pillars(linted, session, out, why=why)
    if why:
        out.print(Text(visible(f"kind {anatomy.kind}: {anatomy.kind_reason or 'nothing decided it'}")))
    out.print()


def _painted(text: str, start: int, end: int, anatomy: Anatomy, linted: Linted) -> object:
    from rich.text import Text

    painted = Text(visible(text[start:end]))
    for name, span in spans(anatomy, linted):
        if span.start < end and span.end > start:
            painted.stylize(STYLES[name], max(0, span.start - start), span.end - start)
    return painted


def spans(anatomy: Anatomy, linted: Linted) -> Iterator[tuple[str, Span]]:
    """Yield what each part of a prompt is, the narrower later, so that it is painted on top."""
    for statement in anatomy.statements:
        yield ("ban" if statement.polarity < 0 else "instruction"), Span(statement.start, statement.end)
        if statement.condition is not None:
            yield "condition", statement.condition
    for block in anatomy.blocks:
        if block.kind in ("heading", "fence"):
            yield block.kind, Span(block.start, block.end)
    for labels in anatomy.labels:
        for span in labels.spans:
            yield "labels", span
    for sample in anatomy.samples:
        yield ("example" if sample.use == "example" else "schema"), Span(sample.start, sample.end)
    for example in anatomy.examples:
        yield "example", Span(example.start, example.end)
    for placeholder in linted.prompt.placeholders:
        yield "placeholder", Span(placeholder.start, placeholder.end)


def _legend() -> object:
    from rich.text import Text

    legend = Text("  ")
    for name, style in STYLES.items():
        legend.append(name, style=style).append(" ")
    return legend


def _pillars(linted: Linted, session: Session, out: Console, *, why: bool) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE)
    for title in ("pillar", "level", "where", *(("because",) if why else ())):
        table.add_column(title)
    source_map = SourceMap(linted.prompt.pieces)
    for name, pillar in linted.anatomy.pillars.items():
        places = []
        for span in pillar.evidence[:6]:
            place = source_map.to_source(span.start, span.end)
            if place is not None:
                line = session.lines(place.path).position(place.start)[0]
                places.append(f"line {line}" if place.path == linted.prompt.path else f"{place.path}:{line}")
        row = [name, pillar.level, visible(", ".join(dict.fromkeys(places)))]
        table.add_row(*row, *((visible(pillar.reason),) if why else ()))
    out.print(table)


def choices(report: Report, session: Session, out: Console) -> None:
    """Print which strings of the files were taken or left as prompts, and why."""
    from rich.text import Text

    from promptlint.model import Document
    from promptlint.sources.registry import extract

    for path in report.checked:
        extraction = extract(Document(path, session.text(path)), session.project(path), named=True)
        for choice in extraction.choices:
            line, column = session.lines(path).position(choice.start)
            verdict = Text("taken", style="green") if choice.taken else Text("left", style="yellow")
            out.print(
                Text(visible(f"{path}:{line}:{column}: ")).append_text(verdict).append(f": {visible(choice.reason)}")
            )
        if not extraction.choices and not extraction.prompts:
            out.print(Text(visible(f"{path}: no prompt")))
