"""Rows that stay in play after the first pass, partitioned by the hash of their input.

256 partitions, each a text file of one record a line, so that any engine reads it (tab-separated, no header):

    key        16 hex digits, hash of the normalised input; its first two name the partition
    system     16 hex digits, hash of the system prompt
    output     16 hex digits, hash of the normalised output (JSON: with sorted keys)
    kind       l short text, j JSON, t free text
    row        (chunk << 32) + line
    text       the output as a JSON string; `""` for kind j
    input      the input as a JSON string where near duplicates are looked for, else `""`

A second pass reads one partition at a time, so memory is bounded by the largest of them. Below the buffer's size
nothing is written at all. Text with a fixed column order was chosen over Parquet because the first pass writes it
without a dependency and at the speed of the disk; `--keep-partitions` converts it to Parquet through duckdb.
"""

from __future__ import annotations

import os
from json import dumps, loads
from typing import NamedTuple

PARTITIONS = 256
HASHES = 2**56
"""How many values the low bits of a key have; the high ones name its partition."""
_BUFFER = 24 * 1024 * 1024


class Record(NamedTuple):
    """One row of a partition; hashes stay hexadecimal text."""

    key: str
    system: str
    output: str
    kind: str
    row: int
    text: str
    input: str


class Spill:
    """Collects records; `folder` is where they go once they outgrow the buffer (None: never)."""

    def __init__(self, folder: str | None) -> None:
        self.folder = folder
        self.buffers: dict[int, list[str]] = {}
        self._held = 0

    def add(self, key: int, system: int, output: str, kind: str, row: int, text: str, given: str) -> None:
        """Keep one row; `text` and `given` are quoted already."""
        line = f"{key:016x}\t{system:016x}\t{output}\t{kind}\t{row}\t{text}\t{given}"
        self.buffers.setdefault(key >> 56, []).append(line)
        self._held += len(line)
        if self._held > _BUFFER and self.folder is not None:
            self.flush()

    def flush(self) -> None:
        """Write what is held to the partition files of this process."""
        if self.folder is None:
            return
        for part, held in self.buffers.items():
            with open(os.path.join(self.folder, f"{part:02x}-{os.getpid()}.tsv"), "a", encoding="ascii") as file:
                file.write("\n".join(held))
                file.write("\n")
        self.buffers.clear()
        self._held = 0

    def partition(self, part: int) -> list[str]:
        """Return the lines of one partition, sorted: rows of equal input follow each other."""
        lines = list(self.buffers.get(part, ()))
        if self.folder is not None:
            prefix = f"{part:02x}-"
            for name in sorted(self._names()):
                if name.startswith(prefix):
                    with open(os.path.join(self.folder, name), encoding="ascii") as file:
                        lines.extend(file.read().splitlines())
        lines.sort()
        return lines

    def _names(self) -> list[str]:
        return [name for name in os.listdir(self.folder or ".") if name.endswith(".tsv")]

    def keep(self, folder: str) -> str:
        """Write all partitions to a folder for other engines; returns what was written."""
        os.makedirs(folder, exist_ok=True)
        try:
            import duckdb
        except ImportError:
            duckdb = None  # type: ignore[assignment,unused-ignore]
        for part in range(PARTITIONS):
            lines = self.partition(part)
            if not lines:
                continue
            path = os.path.join(folder, f"part-{part:02x}.tsv")
            with open(path, "w", encoding="ascii") as file:
                file.writelines(line + "\n" for line in lines)
            if duckdb is not None:
                _to_parquet(duckdb.connect(), path)
        return "Parquet" if duckdb is not None else "tab-separated text"


def quoted(text: str) -> str:
    """Return a JSON string in ASCII, so that no character in it ends a line for any engine."""
    return dumps(text) if text else '""'


def _to_parquet(connection: object, path: str) -> None:
    columns = dict.fromkeys(Record._fields, "VARCHAR") | {"row": "BIGINT"}
    target = path.removesuffix(".tsv") + ".parquet"
    quoted = target.replace("'", "''")
    connection.execute(  # type: ignore[attr-defined]
        "COPY (SELECT * FROM read_csv(?, delim='\t', header=false, quote='', escape='', columns=" + repr(columns) + "))"
        f" TO '{quoted}' (FORMAT parquet)",
        [path],
    )
    connection.close()  # type: ignore[attr-defined]
    os.unlink(path)


def record(line: str) -> Record:
    """Return the row that a line holds."""
    key, system, output, kind, row, text, given = line.split("\t")
    return Record(
        key, system, output, kind, int(row), loads(text) if text != '""' else "", loads(given) if given != '""' else ""
    )
