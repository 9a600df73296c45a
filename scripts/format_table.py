"""Read a folder of sample files, a sub-folder a format, and write the table of docs/formats.md.

    python scripts/format_table.py SAMPLES [--check]

Counts are those of the extraction alone, with every file named. `--check` writes nothing and exits 1 if the table
in the document differs.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from promptlint.model import Document
from promptlint.sources import extract
from promptlint.sources.project import Project, decode

PAGE = Path(__file__).resolve().parents[1] / "docs" / "formats.md"
BEGIN, END = "<!-- samples: begin -->\n", "<!-- samples: end -->\n"
HEAD = "| folder | files | with prompts | prompts | without | errors |\n|---|---:|---:|---:|---:|---:|\n"


class Row(NamedTuple):
    """What came out of one folder; `without` are files that were read and hold no prompt."""

    folder: str
    files: int
    with_prompts: int
    prompts: int
    without: int
    errors: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the table would change")
    options = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    text = replaced(page, table(rows(options.samples)))
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
    return 1 if options.check and text != page else 0


def rows(samples: Path) -> list[Row]:
    """Return a row for each sub-folder, in order of its name."""
    return [_row(folder) for folder in sorted(samples.iterdir()) if folder.is_dir()]


def _row(folder: Path) -> Row:
    # Files of a format may belong together (a template and its configuration), those of two formats never do.
    project = Project(str(folder))
    counts: Counter[str] = Counter()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found = extract(Document(path.as_posix(), decode(path.read_bytes())), project, named=True)
        counts["files"] += 1
        counts["prompts"] += len(found.prompts)
        counts["with"] += bool(found.prompts)
        counts["errors"] += bool(found.faults)
        counts["without"] += not found.prompts and not found.faults
    return Row(folder.name, *(counts[name] for name in ("files", "with", "prompts", "without", "errors")))


def table(found: list[Row]) -> str:
    """Return the rows as a Markdown table with their sums."""
    sums = Row("**all**", *(sum(values) for values in zip(*(row[1:] for row in found), strict=True)))
    return HEAD + "".join("| " + " | ".join(map(str, row)) + " |\n" for row in (*found, sums))


def replaced(page: str, rows_text: str) -> str:
    """Return the page with the table between its two marks replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{rows_text}{END}{after}"


if __name__ == "__main__":
    sys.exit(main())
