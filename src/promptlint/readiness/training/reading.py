"""Files of rows as a stream: plain, gzip or zstd, with line numbers and byte offsets, and in chunks for workers."""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import IO, Any, NamedTuple

from promptlint.readiness.errors import EvidenceError

CHUNK = 32 * 1024 * 1024
_ARRAY_LIMIT = 256 * 1024 * 1024


class Chunk(NamedTuple):
    """Bytes `[start, end)` of an uncompressed file; both lie at line starts."""

    path: str
    start: int
    end: int


def open_bytes(path: str) -> IO[bytes]:
    """Open a file of evidence, decompressed where its name says so. Raises EvidenceError."""
    try:
        if os.path.isdir(path):
            raise EvidenceError(path, "is a folder", "name the file")
        if path.endswith(".gz"):
            import gzip

            return gzip.open(path, "rb")  # type: ignore[return-value]
        if path.endswith(".zst"):
            return _zstd(path)
        return open(path, "rb")
    except (OSError, ValueError) as error:  # a path with NUL is no value for the system
        raise EvidenceError(
            path, getattr(error, "strerror", None) or str(error), "check the path in the evidence file"
        ) from error


def _zstd(path: str) -> IO[bytes]:
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]

        stream: IO[bytes] = zstd.open(path, "rb")
    except ImportError:
        try:
            import zstandard  # type: ignore[import-not-found,unused-ignore]
        except ImportError as error:
            raise EvidenceError(path, "zstd needs the package `zstandard`", "or decompress the file") from error
        stream = io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(open(path, "rb")))  # noqa: SIM115
    return stream


def compressed(path: str) -> bool:
    """Whether a file can only be read from its start."""
    return path.endswith((".gz", ".zst"))


def digest(path: str) -> str:
    """Return the sha256 of a file's bytes, hexadecimal. Raises EvidenceError."""
    try:
        with open(path, "rb") as file:
            found = hashlib.sha256()
            while block := file.read(1 << 20):
                found.update(block)
            return found.hexdigest()
    except OSError as error:
        raise EvidenceError(path, error.strerror or str(error), "check the path in the evidence file") from error


def lines(path: str) -> Iterator[tuple[int, int, bytes]]:
    """Yield (line number, byte offset, line without its end) of a file. Raises EvidenceError where it breaks off."""
    number, offset = 0, 0
    try:
        with open_bytes(path) as file:
            for line in file:
                number += 1
                yield number, offset, line.rstrip(b"\r\n")
                offset += len(line)
    except (EOFError, zlib.error) as error:
        raise EvidenceError(
            path, f"the compressed file breaks off: {error}", "write it anew", line=number + 1, offset=offset
        ) from error
    except OSError as error:
        raise EvidenceError(
            path, f"cannot be read: {error}", "write it anew", line=number + 1, offset=offset
        ) from error
    except Exception as error:
        if "zstd" not in type(error).__name__.lower():
            raise
        raise EvidenceError(
            path, f"the compressed file breaks off: {error}", "write it anew", line=number + 1, offset=offset
        ) from error


def chunk_lines(chunk: Chunk) -> Iterator[tuple[int, int, bytes]]:
    """Yield (line number within the chunk, byte offset in the file, line) of a chunk."""
    offset, number = chunk.start, 0
    with open(chunk.path, "rb", buffering=1 << 20) as file:
        file.seek(chunk.start)
        for line in file:
            if offset >= chunk.end:
                return
            number += 1
            yield number, offset, line.rstrip(b"\r\n")
            offset += len(line)


def chunks(path: str, size: int = CHUNK) -> list[Chunk]:
    """Cut an uncompressed file at line ends into pieces of about `size` bytes."""
    total = os.path.getsize(path)
    cuts = [0]
    with open(path, "rb") as file:
        while cuts[-1] + size < total:
            file.seek(cuts[-1] + size)
            file.readline()
            cuts.append(min(file.tell(), total))
            if cuts[-1] == total:
                break
    if cuts[-1] != total or total == 0:
        cuts.append(total)
    return [Chunk(path, start, end) for start, end in pairwise(cuts)]


def _is_array(path: str) -> bool:
    """Whether a file holds one JSON array, over many lines or alone on one; `[]` above other rows is a bad row."""
    first = b""
    for number, _, line in lines(path):
        stripped = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
        if first and stripped:
            return not (first.endswith(b"]") and stripped[:1] in b"{[")
        first = first or stripped
        if first and first[:1] != b"[":
            return False
    return bool(first)


def table_kind(path: str) -> str:
    """Return `jsonl`, `array`, `csv`, `tsv` or `parquet`."""
    name = path.removesuffix(".gz").removesuffix(".zst").lower()
    for suffix, kind in ((".csv", "csv"), (".tsv", "tsv"), (".parquet", "parquet")):
        if name.endswith(suffix):
            return kind
    return "array" if _is_array(path) else "jsonl"


def records(path: str, kind: str | None = None) -> Iterator[tuple[int, int, dict[str, Any] | None]]:
    """Yield (line or row number, byte offset, row) of a table of moderate size; None for a row that is no object.

    Raises EvidenceError for a file that cannot be read as `kind`.
    """
    kind = kind or table_kind(path)
    if kind == "jsonl":
        yield from _json_lines(path)
    elif kind == "array":
        for index, row in enumerate(array(path), 1):
            yield index, 0, row if isinstance(row, dict) else None
    elif kind == "parquet":
        yield from _parquet(path)
    else:
        yield from _csv(path, "\t" if kind == "tsv" else ",")


def _json_lines(path: str) -> Iterator[tuple[int, int, dict[str, Any] | None]]:
    from promptlint.readiness.training.codec import loader

    loads, _ = loader()
    for number, offset, line in lines(path):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            value = loads(line)
        except ValueError:
            value = None
        yield number, offset, value if isinstance(value, dict) else None


def array(path: str) -> list[Any]:
    """Return the rows of a file that holds one JSON array. Raises EvidenceError."""
    with open_bytes(path) as file:
        try:
            data = file.read(_ARRAY_LIMIT + 1)
        except (EOFError, zlib.error, OSError) as error:
            raise EvidenceError(path, f"the compressed file breaks off: {error}", "write it anew", line=1) from error
    if len(data) > _ARRAY_LIMIT:
        raise EvidenceError(path, "a JSON array of over 256 MB", "write one object a line (JSONL)")
    import json

    try:
        value = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise EvidenceError(path, f"is not JSON: {error.msg}", line=error.lineno, offset=error.pos) from error
    except UnicodeDecodeError as error:
        raise EvidenceError(path, "is not UTF-8 text", "save it as UTF-8", offset=error.start) from error
    except RecursionError as error:
        raise EvidenceError(path, "is nested too deeply", "export it anew", line=1) from error
    return value if isinstance(value, list) else [value]


def _csv(path: str, separator: str) -> Iterator[tuple[int, int, dict[str, Any] | None]]:
    import csv

    text = io.StringIO(b"\n".join(line for _, _, line in lines(path)).decode("utf-8-sig", "replace"))
    reader = csv.DictReader(text, delimiter=separator)
    try:
        for row in reader:
            whole = None not in row and None not in row.values()
            yield reader.line_num, 0, {str(k): v for k, v in row.items()} if whole else None
    except csv.Error as error:
        raise EvidenceError(path, f"is not CSV: {error}", line=reader.line_num) from error


def _parquet(path: str) -> Iterator[tuple[int, int, dict[str, Any] | None]]:
    try:
        import duckdb
    except ImportError as error:
        raise EvidenceError(path, "Parquet needs duckdb", "pip install 'promptlint[data]'") from error
    connection = duckdb.connect()
    try:
        cursor = connection.execute("SELECT * FROM read_parquet(?)", [path])
        names = [column[0] for column in cursor.description or ()]
        number = 0
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                number += 1
                yield number, 0, dict(zip(names, row, strict=True))
    except duckdb.Error as error:
        raise EvidenceError(path, f"is not Parquet: {str(error).splitlines()[0]}") from error
    finally:
        connection.close()
