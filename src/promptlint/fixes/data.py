"""Labelled rows from JSONL, JSON, CSV and chat data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from promptlint.fixes.facts import Case

_OUTPUTS = (
    "output", "expected", "expected_output", "label", "answer", "completion", "response", "target", "reply", "category",
    "result", "ideal", "class", "sentiment", "intent", "summary",
)  # fmt: skip
_LEFT_OUT = frozenset(("id", "uuid", "split", "source", "created_at", "timestamp", "metadata", "meta", "index"))
MAX_ROWS = 100_000


class DataError(Exception):
    """The data file cannot be used; the message names the file, the row and what to change."""


def load(path: str) -> tuple[Case, ...]:
    """Return the labelled rows of a data file. Raises DataError."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    cases: list[Case] = []
    for number, row in _rows(path, text):
        if len(cases) >= MAX_ROWS:
            break
        case = _case(path, number, row)
        if case is not None:
            cases.append(case)
    if not cases:
        raise DataError(f"{path}: no labelled rows; a row needs an input and one of {', '.join(_OUTPUTS[:6])}")
    return tuple(cases)


def _rows(path: str, text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    if path.lower().endswith((".csv", ".tsv")):
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if path.lower().endswith(".tsv") else ",")
        for number, row in enumerate(reader, 1):
            yield number, {str(key): value for key, value in row.items() if key is not None}
        return
    stripped = text.lstrip()
    if stripped.startswith("["):
        for number, item in enumerate(_json(path, 1, text), 1):
            if isinstance(item, Mapping):
                yield number, item
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            item = _json(path, number, line)
            if not isinstance(item, Mapping):
                raise DataError(f"{path}:{number}: a row must be a JSON object")
            yield number, item


def _json(path: str, number: int, text: str) -> list[object] | Mapping[str, object]:
    try:
        value: list[object] | Mapping[str, object] = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}:{number}: not valid JSON: {error}") from error
    return value


def _case(path: str, number: int, row: Mapping[str, object]) -> Case | None:
    messages = row.get("messages") or row.get("conversations")
    if isinstance(messages, list):
        return _chat(number, messages)
    row = {key: value for key, value in row.items() if key.lower() not in _LEFT_OUT and value not in (None, "")}
    if "instruction" in row and "output" in row and not row.get("input"):
        row = {"input": row["instruction"], "output": row["output"]}
    name = next((key for wanted in _OUTPUTS for key in row if key.lower() == wanted), None)
    if name is None:
        raise DataError(f"{path}:{number}: none of {', '.join(row)} is an output; name it `output` or `label`")
    inputs = {key: _text(value) for key, value in row.items() if key != name}
    if not inputs:
        return None
    whole = next(iter(inputs.values())) if len(inputs) == 1 else "\n".join(f"{k}: {v}" for k, v in inputs.items())
    output, value = _output(row[name])
    return Case(whole, output, value, inputs, number)


def _chat(number: int, messages: list[object]) -> Case | None:
    turns = [m for m in messages if isinstance(m, Mapping)]
    said = [(str(m.get("role") or m.get("from")), _text(m.get("content") or m.get("value") or "")) for m in turns]
    users = [text for role, text in said if role in ("user", "human")]
    replies = [text for role, text in said if role in ("assistant", "gpt", "model")]
    if not users or not replies:
        return None
    output, value = _output(replies[-1])
    return Case(users[-1], output, value, None, number)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _output(value: object) -> tuple[str, object]:
    if isinstance(value, str):
        stripped = value.strip()
        if stripped[:1] in "{[" and stripped:
            try:
                return stripped, json.loads(stripped)
            except ValueError:
                pass
        return stripped, stripped
    return json.dumps(value, ensure_ascii=False), value
