"""What the tests of the sources share."""

from __future__ import annotations

from promptlint.model import Document, Extraction, Prompt
from promptlint.sources.project import Project
from promptlint.sources.registry import extract


def read(path: str, text: str, *, named: bool = True, root: str = ".") -> Extraction:
    """Return what a file of this name and text yields."""
    return extract(Document(path, text), Project(root), named=named)


def one(path: str, text: str, *, root: str = ".") -> Prompt:
    """Return the only prompt of a file that must have no fault."""
    found = read(path, text, root=root)
    assert not found.faults, found.faults
    assert len(found.prompts) == 1, [prompt.id for prompt in found.prompts]
    check_places(found.prompts[0], text)
    return found.prompts[0]


def turns(prompt: Prompt) -> list[tuple[str, str]]:
    """Return (role, text) of every message."""
    return [(message.role, prompt.text[message.start : message.end]) for message in prompt.messages]


def check_places(prompt: Prompt, text: str) -> None:
    """Pieces tile the prompt, and text pieces stand in the file as they are."""
    at = 0
    for piece in prompt.pieces:
        assert piece.start == at, "pieces must tile the prompt"
        assert piece.end > piece.start
        at = piece.end
        if piece.kind == "join":
            continue
        assert 0 <= piece.source_start <= piece.source_end <= len(text)
        if piece.kind == "text" and piece.path == prompt.path:
            assert text[piece.source_start : piece.source_end] == prompt.text[piece.start : piece.end]
    assert at == len(prompt.text)
    for placeholder in prompt.placeholders:
        assert prompt.text[placeholder.start : placeholder.end] == "{" + placeholder.name + "}"


def written(prompt: Prompt, text: str, wanted: str) -> str:
    """Return how the file writes the part of the prompt that reads `wanted`."""
    from promptlint.text.pieces import SourceMap

    start = prompt.text.index(wanted)
    span = SourceMap(prompt.pieces).to_source(start, start + len(wanted))
    assert span is not None
    return text[span.start : span.end]
