"""Two variants of a prompt side by side: on the terminal and as a page."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple

from promptlint.cli.fixing import visible
from promptlint.model import Linted, PillarName

PILLARS: tuple[PillarName, ...] = ("output", "examples", "rules", "uncertainty", "tone", "input")


class Comparison(NamedTuple):
    """A prompt before and after, what was done, and the new texts of its files."""

    before: Linted
    after: Linted
    applied: tuple[str, ...]
    texts: Mapping[str, str]


class Row(NamedTuple):
    """One line of both texts; `kind` is `same`, `changed`, `gone` or `new`."""

    kind: str
    left: str
    right: str


def rows(comparison: Comparison) -> Iterator[Row]:
    """Yield the lines of both texts in step."""
    old = comparison.before.prompt.text.splitlines()
    new = comparison.after.prompt.text.splitlines()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        size = max(b - a, d - c)
        kind = {"equal": "same", "replace": "changed", "delete": "gone", "insert": "new"}[tag]
        for i in range(size):
            yield Row(kind, old[a + i] if a + i < b else "", new[c + i] if c + i < d else "")


def facts(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Return name, before and after of pillars, tokens and findings."""
    before, after = comparison.before, comparison.after
    found: list[tuple[str, str, str]] = [
        (name, before.anatomy.pillars[name].level, after.anatomy.pillars[name].level) for name in PILLARS
    ]
    found.append((f"tokens ({after.counter})", str(before.tokens), str(after.tokens)))
    found.append(("findings", str(len(before.diagnostics)), str(len(after.diagnostics))))
    return found


def draw(comparison: Comparison, *, color: bool) -> None:
    """Print both variants side by side, and what changed."""
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    from promptlint.cli.drawing import console

    out = console(color=color)
    table = Table(box=SIMPLE, expand=True)
    table.add_column(Text("before"), ratio=1, overflow="fold")
    table.add_column(Text("after"), ratio=1, overflow="fold")
    for row in rows(comparison):
        left = Text(visible(row.left), style="red" if row.kind in ("changed", "gone") else "")
        right = Text(visible(row.right), style="green" if row.kind in ("changed", "new") else "")
        table.add_row(left, right)
    out.print(table)
    numbers = Table(box=SIMPLE)
    for title in ("", "before", "after"):
        numbers.add_column(title)
    for item in facts(comparison):
        numbers.add_row(*(Text(visible(cell)) for cell in item))
    out.print(numbers)
    for line in comparison.applied:
        out.print(Text(f"  {visible(line)}"))


_STYLE = (
    "body{font:14px/1.45 system-ui,sans-serif;margin:2em;color:#1b1b1b;background:#fff}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}"
    "td,th{vertical-align:top;text-align:left;padding:1px 8px;border-left:3px solid transparent}"
    "pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.45 ui-monospace,monospace}"
    ".gone{background:#fdecea;border-left-color:#b3261e}.new{background:#e7f4e8;border-left-color:#2e7d32}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}.gone{background:#3a1c1a}.new{background:#17301a}}"
)


def page(comparison: Comparison, measured: tuple[str, ...] | None) -> str:
    """Return a self-contained page; every text of the prompt is escaped and nothing in it runs."""
    name = escape(visible(comparison.before.prompt.id))
    numbers = "".join(
        f"<tr><th scope=row>{escape(a)}</th><td>{escape(b)}</td><td>{escape(c)}</td></tr>"
        for a, b, c in facts(comparison)
    )
    body = "".join(_row(row) for row in rows(comparison))
    done = "".join(f"<li>{escape(visible(line))}</li>" for line in comparison.applied)
    result = f"<h2>Measured</h2><pre>{escape(visible(chr(10).join(measured)))}</pre>" if measured else ""
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8>"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{name}: before and after</title><style>{_STYLE}</style></head><body><h1>{name}</h1>"
        f"<table><tr><td></td><th>before</th><th>after</th></tr>{numbers}</table>{result}"
        f"<h2>What changed</h2><ul>{done}</ul><table><tr><th>before</th><th>after</th></tr>{body}</table>"
        "</body></html>\n"
    )


def _row(row: Row) -> str:
    left = " class=gone" if row.left and row.kind in ("changed", "gone") else ""
    right = " class=new" if row.right and row.kind in ("changed", "new") else ""
    cells = [(left, row.left), (right, row.right)]
    return "<tr>" + "".join(f"<td{c}><pre>{escape(visible(t))}</pre></td>" for c, t in cells) + "</tr>"
