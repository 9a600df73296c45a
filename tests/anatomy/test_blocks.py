"""Blocks: what the scanner sees in the loose Markdown of prompts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promptlint.anatomy.blocks import blocks


def kinds(text: str) -> list[str]:
    return [block.kind for block in blocks(text)]


def bodies(text: str, kind: str) -> list[str]:
    return [text[b.body_start : b.body_end] for b in blocks(text) if b.kind == kind]


def test_a_hash_line_a_bold_line_and_capitals_are_headings() -> None:
    assert bodies("# Role\n\n**Rules:**\n\nOUTPUT FORMAT\n\ntext here", "heading") == [
        "Role",
        "Rules:",
        "OUTPUT FORMAT",
    ]


def test_a_list_item_keeps_its_continuation_lines() -> None:
    text = "- first rule\n  goes on here\n- second rule\n"
    assert bodies(text, "item") == ["first rule\n  goes on here", "second rule"]


def test_an_unclosed_fence_is_text() -> None:
    assert "fence" not in kinds("before\n```json\n{}\nafter")


def test_a_fence_that_holds_most_of_the_file_is_read_as_the_prompt() -> None:
    text = "Use this:\n```\n# Role\nYou judge plans.\n\n- Check one\n- Check two\n```\n"
    assert kinds(text).count("item") == 2


def test_tags_on_lines_of_their_own_enclose_blocks() -> None:
    text = "<rules>\n- one\n</rules>\n"
    tag = next(b for b in blocks(text) if b.kind == "tag")
    assert tag.name == "rules"
    assert text[tag.body_start : tag.body_end].strip() == "- one"


def test_blocks_under_a_heading_name_it_as_their_section() -> None:
    found = blocks("## Rules\n- one\n\n## Output\n- two\n")
    items = [b for b in found if b.kind == "item"]
    assert [found[item.section or 0].body_start for item in items] == [3, 19]


def test_a_number_may_follow_a_list_number() -> None:
    assert kinds("1. 5: follows\n2. 3: partly\n") == ["item", "item"]


@given(st.text(alphabet=st.sampled_from("# -*`~<>/abc:.\n\r\t{}|123_"), max_size=300))
def test_every_block_lies_in_the_text_and_holds_its_body(text: str) -> None:
    for block in blocks(text):
        assert 0 <= block.start <= block.body_start <= block.body_end <= block.end <= len(text)


@given(st.text(max_size=200))
def test_any_text_has_blocks_without_an_error(text: str) -> None:
    blocks(text)
