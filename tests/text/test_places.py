"""Places in text: lines, pieces and template dialects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.sources.assemble import PromptBuilder
from promptlint.text.builder import TextBuilder
from promptlint.text.dialects import guess_dialect, tokens
from promptlint.text.globs import matches_any
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import SourceMap

TEMPLATES = st.text(alphabet=st.sampled_from("{}%$<>[]#|_ab \n\r(s)!-/"), max_size=80)
DIALECTS = ("none", "format", "percent", "dollar", "jinja", "mustache", "bare", "sk", "unknown", "fstring")


def test_lines_end_at_all_three_line_ends() -> None:
    index = LineIndex("a\nb\r\nc\rd")
    assert [index.position(at) for at in (0, 2, 5, 7)] == [(1, 1), (2, 1), (3, 1), (4, 1)]


@given(st.text(alphabet=st.sampled_from("ab\n\rä🙂"), max_size=60), st.integers(0, 60))
def test_a_position_leads_back_to_its_offset(text: str, offset: int) -> None:
    index = LineIndex(text)
    offset = min(offset, len(text))
    assert index.offset(*index.position(offset)) == offset


@pytest.mark.parametrize("dialect", DIALECTS)
@given(text=TEMPLATES)
def test_tokens_tile_any_template(dialect: str, text: str) -> None:
    at = 0
    for token in tokens(text, dialect):
        assert token.start == at
        assert token.end > at
        at = token.end
    assert at == len(text)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("Hello {name}.", "unknown"),
        ('Return {{"a": 1}} for {text}.', "format"),
        ("{% if x %}Hi{% endif %} {{ name }}", "jinja"),
        ("{{#each items}}{{this}}{{/each}}", "mustache"),
        ("{{$input}} is the text", "sk"),
        ("Translate %(text)s.", "percent"),
        ("Translate ${text}.", "dollar"),
        ("No slots here.", "none"),
    ],
)
def test_the_dialect_is_guessed_from_the_whole_text(text: str, dialect: str) -> None:
    assert guess_dialect(text) == dialect


def test_a_doubled_brace_is_an_escape_and_a_hole_a_placeholder() -> None:
    found = [(t.kind, t.value) for t in tokens('{{"a"}} {x!r:>10}', "format")]
    assert found == [("escape", "{"), ("text", '"a"'), ("escape", "}"), ("text", " "), ("placeholder", "x")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["text", "escape", "placeholder", "join"]),
            st.text(alphabet="abc\n", min_size=1, max_size=6),
        )
    )
)
def test_pieces_tile_the_text_that_they_are_built_with(runs: list[tuple[str, str]]) -> None:
    builder = TextBuilder()
    at = 0
    for kind, text in runs:
        if kind == "text":
            builder.text(text, "f", at)
        elif kind == "escape":
            builder.escape(text, "f", at, at + 2)
        elif kind == "placeholder":
            builder.placeholder("x", "f", at, at + 3)
        else:
            builder.join(text)
        at += len(text) + 3
    text, pieces = builder.build()
    assert [piece.end for piece in pieces[:-1]] == [piece.start for piece in pieces[1:]]
    assert (pieces[0].start, pieces[-1].end) == (0, len(text)) if pieces else text == ""


@given(TEMPLATES)
def test_each_text_piece_stands_in_the_file_as_it_stands_in_the_prompt(source: str) -> None:
    builder = PromptBuilder()
    builder.message("system", "f")
    builder.template(source, "f", 0, guess_dialect(source))
    prompt = builder.build(id="f#0", path="f", format="text")
    for piece in prompt.pieces:
        if piece.kind == "text":
            assert source[piece.source_start : piece.source_end] == prompt.text[piece.start : piece.end]


def test_a_span_over_an_escape_maps_to_the_whole_written_form() -> None:
    builder = PromptBuilder()
    builder.message("system", "f")
    builder.template("a {{b}} c", "f", 0, "format")
    prompt = builder.build(id="f#0", path="f", format="text")
    place = SourceMap(prompt.pieces).to_source(prompt.text.index("{"), prompt.text.index("}") + 1)
    assert place is not None
    assert (place.start, place.end) == (2, 7)


def test_a_span_between_two_messages_has_no_place_of_its_own() -> None:
    builder = PromptBuilder()
    builder.message("system", "a")
    builder.text("one", "a", 0)
    builder.message("user", "b")
    builder.text("two", "b", 0)
    prompt = builder.build(id="a#0", path="a", format="text")
    assert SourceMap(prompt.pieces).to_source(3, 5) is None
    assert [(m.role, prompt.text[m.start : m.end]) for m in prompt.messages] == [("system", "one"), ("user", "two")]


@pytest.mark.parametrize(
    ("path", "pattern", "matches"),
    [
        ("prompts/a.md", "prompts/*.md", True),
        ("prompts/x/a.md", "prompts/*.md", False),
        ("prompts/x/a.md", "prompts/**/*.md", True),
        ("prompts/a.md", "prompts/**/*.md", True),
        ("x/prompts/a.md", "a.md", True),
        ("docs/old/a.md", "docs", True),
        ("docs/a.mdx", "*.md", False),
    ],
)
def test_globs(path: str, pattern: str, matches: bool) -> None:
    assert matches_any(path, (pattern,)) is matches
