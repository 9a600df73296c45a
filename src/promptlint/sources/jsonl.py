"""JSONL: batches of requests, and training data, whose system texts are prompts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.model import Document, Extraction, Surroundings
from promptlint.sources.jsonmap import parse_json
from promptlint.sources.making import ROLES, Maker, Turn, fault_at
from promptlint.sources.nodes import Node, SourceError
from promptlint.sources.project import Project
from promptlint.sources.requestfiles import request_around, request_turns, tool_names
from promptlint.sources.shapes import chat_turns, content_parts, speaks

_SAMPLE = 5
_MOST = 20
"""System texts beyond so many are the data's own and no prompts that somebody keeps."""
_LINE = re.compile(r"[^\r\n]+")


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002, ARG001
    """Return one prompt for each system text that a file of requests or conversations holds.

    The first lines that are not blank decide: all of them must be of one shape, else the file is other data.
    """
    lines = _lines(document.text)
    head: list[Node] = []
    for start, end in lines:
        try:
            head.append(parse_json(document.text, document.path, start, end))
        except SourceError as error:
            clear = bool(head) and _shape(head) is not None
            return Extraction(faults=(fault_at(document, str(error), error.offset),)) if clear else Extraction()
        if len(head) == _SAMPLE:
            break
    shape = _shape(head)
    if shape is None:
        return Extraction()
    maker = Maker(document, format if shape == "batch" else "training-data", "json")
    seen: set[str] = set()
    for node in head:
        _take(maker, node, shape, seen)
    for start, end in lines:
        try:
            node = parse_json(document.text, document.path, start, end)
        except SourceError as error:
            maker.fault(str(error), error.offset)
            break
        if len(maker.prompts) < _MOST:
            _take(maker, node, shape, seen)
    return maker.extraction()


def _lines(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _LINE.finditer(text) if match.group().strip())


def _shape(head: list[Node]) -> str | None:
    """Return `batch` or `chat` when every line is of that shape."""
    if not head or any(node.kind != "map" for node in head):
        return None
    if all(node.get("custom_id") is not None and _body(node) is not None for node in head):
        return "batch"
    return "chat" if all(_conversation(node) is not None for node in head) else None


def _body(node: Node) -> Node | None:
    return node.get("body", "params", "request")


def _conversation(node: Node) -> list[Turn] | None:
    """Return the turns of a training line: OpenAI, Together, Vertex, Bedrock, ShareGPT, preference pairs."""
    inner = node.get("input")
    if inner is not None and inner.get("messages") is not None and node.get("preferred_output") is not None:
        return chat_turns(inner.get("messages"))
    messages = node.get("messages", "contents", "conversations")
    turns = chat_turns(messages)
    if turns is None or not any(turn.role == "assistant" for turn in turns):
        return None
    system = content_parts(node.get("system", "systemInstruction", "system_instruction"))
    return [Turn(ROLES["system"], system), *turns] if system else turns


def _take(maker: Maker, node: Node, shape: str, seen: set[str]) -> None:
    """Add the system text of a line, once for all lines that have it; a batch keeps the request's turns with it."""
    owner = _body(node) if shape == "batch" else node
    turns = (request_turns(owner) if shape == "batch" else _conversation(owner)) if owner is not None else None
    system = [turn for turn in turns or [] if turn.role == "system"]
    text = "\n".join(part.text for turn in system for part in turn.parts)
    if owner is None or not turns or text in seen or not any(speaks(part, 3) for turn in system for part in turn.parts):
        return
    seen.add(text)
    if shape == "batch":
        maker.prompt(turns, symbol=node.string("custom_id"), around=request_around(owner, maker.document.path))
        return
    # The lines of the file are the examples that the model is trained on.
    around = Surroundings(few_shot_injected=True, tools=tool_names(owner.get("tools")))
    maker.prompt(system, symbol=f"system{len(maker.prompts) + 1}", around=around, dialect="none")
