"""What holds for any prompt text, however a host writes it."""

from __future__ import annotations

import ast
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.model import Prompt
from tests.sources.helpers import check_places, read

OPENING = "You are a support agent. Classify the ticket. "
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t\"'\\{}"), max_size=60).map(
    lambda rest: OPENING + rest + "."
)


def decoded(prompt: Prompt, source: str) -> str:
    """Return the prompt's text, each escape read again from where the file writes it."""
    parts = []
    for piece in prompt.pieces:
        held = source[piece.source_start : piece.source_end]
        if piece.kind == "escape":
            held = ast.literal_eval(f'"{held}"')
        parts.append(held)
    return "".join(parts)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_a_python_literal_gives_its_value_and_every_piece_decodes_to_its_part(text: str) -> None:
    source = f"SYSTEM_PROMPT = {text!r}\n"
    (prompt,) = read("a.py", source).prompts
    check_places(prompt, source)
    assert prompt.text == text
    assert decoded(prompt, source) == text


@settings(max_examples=60, deadline=None)
@given(TEXTS.filter(lambda text: not set(text) & set("{}")))
def test_a_json_string_gives_its_value(text: str) -> None:
    source = json.dumps({"messages": [{"role": "system", "content": text}, {"role": "user", "content": "Go on."}]})
    (prompt,) = read("request.json", source).prompts
    check_places(prompt, source)
    first = prompt.messages[0]
    assert prompt.text[first.start : first.end] == text


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["a.py", "a.ipynb", "a.ts"]), st.text(max_size=200))
def test_no_text_makes_code_fail(path: str, text: str) -> None:
    for prompt in read(path, f'"prompt"; {text}\nYou are\n').prompts:
        check_places(prompt, f'"prompt"; {text}\nYou are\n')
