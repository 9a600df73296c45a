"""A prompt on the terminal: its text coloured by what each span is, and its pillars."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from promptlint.model import Anatomy, Linted, Pillar, Report
from promptlint.project.session import Session
from promptlint.reports import summary
from promptlint.reports.escape import same_length
from promptlint.text.counting import counted
from promptlint.text.pieces import SourceMap, Span

if TYPE_CHECKING:
    from rich.console import Console

_WORTH_NAMING = 0.1
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


def draw(linted: Linted, session: Session, out: Console, gaps: summary.Gaps, *, why: bool) -> None:
    """Print one prompt: where it is, its text, its pillars; `gaps` are those that fall short."""
    from rich.text import Text

    prompt, anatomy = linted.prompt, linted.anatomy
    symbol = f" {prompt.symbol}" if prompt.symbol else ""
    out.print(Text(same_length(f"{prompt.path}{symbol}"), style="bold underline"))
    facts = [prompt.format, f"kind {anatomy.kind} ({anatomy.kind_confidence:.0%})", f"language {anatomy.language}"]
    facts.append(f"{counted(linted.tokens, 'token')} ({linted.counter})")
    out.print(Text(same_length(", ".join(facts))))
    parts = list(spans(anatomy, linted))
    for message in prompt.messages:
        out.print(Text(f"[{message.role}]", style="dim"))
        if out.no_color:
            _labelled(prompt.text[message.start : message.end], message.start, parts, out)
        else:
            out.print(_painted(prompt.text, message.start, message.end, parts))
    if not out.no_color:
        out.print(_legend({name for name, _span in parts}))
    _pillars(linted, session, out, gaps, why=why)
    if why:
        likely = sorted(anatomy.kind_chances.items(), key=lambda chance: (-chance[1], chance[0]))[:4]
        chances = ", ".join(f"{kind} {chance:.0%}" for kind, chance in likely if chance >= _WORTH_NAMING)
        reason = anatomy.kind_reason or "nothing decided it"
        out.print(Text(same_length(f"kind {anatomy.kind}: {reason}" + (f" ({chances})" if chances else ""))))
    out.print()


Part = tuple[str, Span]


def _painted(text: str, start: int, end: int, parts: list[Part]) -> object:
    from rich.text import Text

    painted = Text(same_length(text[start:end]))
    for name, span in parts:
        if span.start < end and span.end > start:
            painted.stylize(STYLES[name], max(0, span.start - start), span.end - start)
    return painted


def _labelled(text: str, start: int, parts: list[Part], out: Console) -> None:
    """Print text without colours: in front of each line what the parts on it are."""
    from rich.text import Text

    at = start
    rows = []
    for line in text.splitlines(keepends=True):
        names = dict.fromkeys(name for name, span in parts if span.start < at + len(line.rstrip()) and span.end > at)
        rows.append((" ".join(names) if line.strip() else "", line.rstrip("\r\n")))
        at += len(line)
    width = min(40, max((len(label) for label, _line in rows), default=0))
    for label, line in rows:
        out.print(Text(f"{label:>{width}} | {same_length(line)}".rstrip()))


def spans(anatomy: Anatomy, linted: Linted) -> Iterator[Part]:
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


def _legend(names: set[str]) -> object:
    from rich.text import Text

    return Text("  ").join(Text(name, style=style) for name, style in STYLES.items() if name in names)


def _pillars(linted: Linted, session: Session, out: Console, gaps: summary.Gaps, *, why: bool) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE)
    for title in ("pillar", "level", "where", *(("because",) if why else ())):
        table.add_column(title)
    for view in summary.pillars(linted, gaps):
        pillar = linted.anatomy.pillars[view.name]
        row = [view.name, f"{view.level} {view.sign}".rstrip(), same_length(_lines(linted, pillar, session))]
        table.add_row(*row, *((same_length(pillar.reason),) if why else ()))
    out.print(table)
    if gaps:
        out.print(summary.legend(gaps.values()))


def _lines(linted: Linted, pillar: Pillar, session: Session) -> str:
    """Return the lines of what proves a pillar."""
    source_map = SourceMap(linted.prompt.pieces)
    places = (source_map.to_source(span.start, span.end) for span in pillar.evidence)
    return summary.lines(
        linted.prompt.path,
        [(place.path, session.lines(place.path).position(place.start)[0]) for place in places if place is not None],
    )


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
            place, reason = same_length(f"{path}:{line}:{column}: "), same_length(choice.reason)
            out.print(Text(place).append_text(verdict).append(f": {reason}"))
        if not extraction.choices and not extraction.prompts:
            out.print(Text(same_length(f"{path}: no prompt")))
