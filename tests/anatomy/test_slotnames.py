"""Names of placeholders: identifiers and expressions, read for what they bring."""

from __future__ import annotations

import pytest

from promptlint.anatomy.slotnames import read


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("user.chatHistory[-1] | trim", "history"),
        ("entry['query']", "query"),
        ('entry.get("letters")', "letter"),
        ("', '.join(notes)", "note"),
        ("chr(10).join(page.text for page in pages)", "text"),
        ("json.dumps(report, indent=2)", "report"),
        ("str(question)", "question"),
        ("question.strip()", "question"),
        ("state.model_dump_json(indent=2)", "state"),
        ("state_model_dump_json_indent_2", "state"),
        ("format_pages(pages)", "page"),
        ("answer or ''", "answer"),
        ("text_to_translate", "text"),
        ("output_from_model", "output"),
        ("answer_b", "answer"),
        ("error_msg", "message"),
        ("menu_text", "text"),
        ("file_content", "content"),
    ],
)
def test_the_last_telling_word_of_a_name_or_expression_is_its_head(name: str, head: str) -> None:
    found = read(name)
    assert found.head == head
    assert found.is_content


@pytest.mark.parametrize("name", ["len(pages)", "max_pages", "shown_max_images", "now.strftime('%Y')", 'guest["name"]'])
def test_numbers_dates_and_names_are_short_values(name: str) -> None:
    assert read(name).is_value


def test_a_choice_between_two_literals_names_nothing() -> None:
    assert read('"many" if plural else "one"').words == []


def test_several_instructions_are_rules_and_one_is_the_users_wish() -> None:
    assert read("extra_instructions").injects == "rules"
    assert read("instruction").injects == "question"
