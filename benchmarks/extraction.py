"""What extraction from Python costs, against `ast.parse` of the same files: a ratio, target 2.5 at most.

    python benchmarks/extraction.py FOLDER ... [--files N] [--rounds N]

Each folder is a project of its own; the target is for all of them together. Only files that pass the byte prefilter
count: all others are never parsed. Both sides are measured in CPU time, in turns, and the smallest of the rounds is
taken.
"""

from __future__ import annotations

import argparse
import ast
import gc
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from promptlint.garbage import look_rarely
from promptlint.model import Document
from promptlint.sources import extract
from promptlint.sources.project import Project, decode
from promptlint.sources.python.likeness import worth_parsing

TARGET = 2.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--files", type=int, default=300, help="measure so many files of a folder, evenly drawn")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    look_rarely()
    parsing = reading = 0.0
    for folder in options.folders:
        documents = _documents(folder, options.files)
        if not documents:
            parser.error(f"no Python file below {folder} passes the prefilter")
        parsed, read = _measured(folder, documents, options.rounds)
        parsing, reading = parsing + parsed, reading + read
        size = sum(len(document.text) for document in documents) / 1e6
        print(f"{folder.name}: {len(documents)} files, {size:.1f} MB, ratio {read / parsed:.2f}")
    ratio = reading / parsing
    print(f"ast.parse {parsing:.2f} s, extraction {reading:.2f} s: ratio {ratio:.2f} (target {TARGET})")
    return 0 if ratio <= TARGET else 1


def _measured(folder: Path, documents: list[Document], rounds: int) -> tuple[float, float]:
    """Return the seconds of parsing and of extraction, each the least of the rounds."""
    parsing, reading = [], []
    for _ in range(rounds):
        parsing.append(_seconds(lambda: [ast.parse(document.text) for document in documents]))
        # A new project each round: what it remembers of files is part of the cost.
        project = Project(str(folder))
        reading.append(_seconds(lambda project=project: [extract(item, project, named=False) for item in documents]))
    return min(parsing), min(reading)


def _documents(folder: Path, most: int) -> list[Document]:
    read = (_document(path) for path in sorted(folder.rglob("*.py")))
    found = [document for document in read if document is not None]
    return found[:: max(1, len(found) // most)][:most]


def _document(path: Path) -> Document | None:
    """Return a file that passes the prefilter and that `ast` accepts."""
    try:
        text = decode(path.read_bytes())
        if worth_parsing(text):
            ast.parse(text)
            return Document(path.as_posix(), text)
    except (SyntaxError, ValueError):
        pass
    return None


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    sys.exit(main())
