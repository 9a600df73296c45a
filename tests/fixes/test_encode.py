"""An edit of a prompt becomes an edit of its file, whatever the host."""

# ruff: noqa: E501 - files read better whole
from __future__ import annotations

import ast
import json

import pytest
import yaml

from promptlint.fixes.encode import file_edits
from promptlint.fixes.prove import splice
from promptlint.model import Edit, Fix

from .hosts import HOSTS, Host
from .support import extraction, prompt_in

TAIL = '\n\n## Output "format"\n\n- a: it\'s\n- b \\ c'


def edited(host: Host, edit: Edit) -> str:
    edits = file_edits(prompt_in(host.path, host.text), Fix("safe", "t", (edit,)), {host.path: host.text})
    assert edits is not None
    return splice(host.text, edits)


def place(host: Host, words: str) -> int:
    return prompt_in(host.path, host.text).text.index(words)


def reads(host: Host, new: str, edit: Edit) -> bool:
    before = prompt_in(host.path, host.text)
    wanted = before.text[: edit.start] + edit.text + before.text[edit.end :]
    after = extraction(host.path, new).prompts[0]
    assert [p.name for p in after.placeholders] == [p.name for p in before.placeholders]
    return after.text.replace("\r\n", "\n") == wanted.replace("\r\n", "\n")


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_a_section_added_at_the_end_reads_as_intended(host: Host) -> None:
    prompt = prompt_in(host.path, host.text)
    end = len(prompt.text[: prompt.messages[0].end].rstrip())
    edit = Edit(end, end, TAIL)
    assert reads(host, edited(host, edit), edit)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_a_line_added_before_a_line_reads_as_intended(host: Host) -> None:
    at = place(host, "Extract the parties")
    edit = Edit(at, at, 'A new line, it\'s "here".\n')
    assert reads(host, edited(host, edit), edit)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_words_replaced_and_deleted_read_as_intended(host: Host) -> None:
    at = place(host, "Extract the parties")
    for edit in (Edit(at, at + 7, "Pull out"), Edit(at, at + 12, "")):
        assert reads(host, edited(host, edit), edit)


@pytest.mark.parametrize("host", [h for h in HOSTS if h.path.endswith(".py")], ids=lambda host: host.name)
def test_python_keeps_its_quotes_comments_and_everything_outside_the_string(host: Host) -> None:
    at = place(host, "Extract the parties")
    new = edited(host, Edit(at, at, "Braces {stay} and 'quotes' too.\n"))
    ast.parse(new)
    assert new.count("# kept") == host.text.count("# kept")
    assert new.splitlines()[0] == host.text.splitlines()[0]
    assert new.splitlines()[-1] == host.text.splitlines()[-1]


def test_a_multi_line_concatenation_gets_one_literal_a_line() -> None:
    host = next(h for h in HOSTS if h.name == "python-concatenation")
    at = place(host, "Be exact.")
    new = edited(host, Edit(at, at, "One.\nTwo.\n"))
    assert "    'One.\\n'\n    'Two.\\n'\n    'Be exact.'\n" in new


def test_braces_are_doubled_in_f_strings_and_format_templates() -> None:
    for name in ("python-fstring", "python-format"):
        host = next(h for h in HOSTS if h.name == name)
        at = place(host, "Extract the parties")
        assert '{{"a": 1}}' in edited(host, Edit(at, at, '{"a": 1} '))


def test_braces_are_refused_where_the_dialect_is_a_guess() -> None:
    text = "Extract the parties from {contract} for {{name}}.\n"
    prompt = prompt_in("prompts/a.md", text)
    assert prompt.dialect == "unknown"
    assert file_edits(prompt, Fix("safe", "t", (Edit(0, 0, '{"a": 1} '),)), {"prompts/a.md": text}) is None


def test_jinja_marks_in_new_text_are_written_raw() -> None:
    host = next(h for h in HOSTS if h.name == "jinja")
    at = place(host, "Extract the parties")
    assert "{% raw %}Use {{x}}. {% endraw %}" in edited(host, Edit(at, at, "Use {{x}}. "))


def test_a_placeholder_cannot_be_deleted() -> None:
    host = next(h for h in HOSTS if h.name == "python-fstring")
    prompt = prompt_in(host.path, host.text)
    first = prompt.placeholders[0]
    fix = Fix("safe", "t", (Edit(first.start - 2, first.end, ""),))
    assert file_edits(prompt, fix, {host.path: host.text}) is None


def test_yaml_keeps_scalar_style_and_comments() -> None:
    host = next(h for h in HOSTS if h.name == "yaml-block")
    at = place(host, "Be exact.")
    new = edited(host, Edit(at, at, "One.\n\nTwo.\n"))
    assert "content: |\n" in new
    assert "\n      One.\n\n      Two.\n      Be exact.\n" in new
    assert new.count("# kept") == 2
    assert yaml.safe_load(new)["model"] == "gpt-4o"


def test_deleting_a_whole_line_of_a_block_scalar_leaves_the_others_indented() -> None:
    host = next(h for h in HOSTS if h.name == "yaml-block")
    at = place(host, "Extract the parties")
    new = edited(host, Edit(at, place(host, "Be exact."), ""))
    assert "content: |\n      Be exact.\n" in new


def test_json_and_notebooks_stay_valid_json() -> None:
    for name in ("json", "notebook"):
        host = next(h for h in HOSTS if h.name == name)
        at = place(host, "Extract the parties")
        json.loads(edited(host, Edit(at, at, 'Say "hi" \\ there.\nNext line.\n')))


def test_a_notebook_keeps_one_source_line_a_string() -> None:
    host = next(h for h in HOSTS if h.name == "notebook")
    at = place(host, "Extract the parties")
    new = edited(host, Edit(at, at, "One.\nTwo.\n"))
    assert '    "One.\\n",\n    "Two.\\n",\n    "Extract the parties' in new


def test_a_raw_string_refuses_what_it_cannot_hold() -> None:
    text = "from openai import OpenAI\nOpenAI().responses.create(model='m', instructions=r'You extract the parties.', input='x')\n"
    prompt = prompt_in("app/a.py", text)
    assert file_edits(prompt, Fix("safe", "t", (Edit(0, 0, "a\nb"),)), {"app/a.py": text}) is None
    assert file_edits(prompt, Fix("safe", "t", (Edit(0, 0, "it's"),)), {"app/a.py": text}) is None
    assert file_edits(prompt, Fix("safe", "t", (Edit(0, 0, "Well. "),)), {"app/a.py": text}) is not None


def test_text_is_not_added_at_the_end_of_a_prompt_inside_a_condition() -> None:
    text = "You extract the parties from a contract.\n{% if strict %}Be exact.{% endif %}\n"
    prompt = prompt_in("prompts/a.jinja2", text)
    end = len(prompt.text.rstrip())
    edits = file_edits(prompt, Fix("safe", "t", (Edit(end, end, "\n\nMore."),)), {"prompts/a.jinja2": text})
    assert edits is None or splice(text, edits).index("More.") > text.index("{% endif %}")


def test_two_edits_of_a_long_line_put_it_into_brackets_once() -> None:
    said = "Given the following prompt, generate four search queries. For each query, state the goal of the research:"
    call = "    return openai.OpenAI().responses.create(\n        input=f"
    code = f'import openai\n\n\ndef run(query):\n{call}"{said}\\n\\n{{query}}\\n\\nEnd."\n    )\n'
    prompt = extraction("p.py", code).prompts[0]
    at = prompt.text.index("{query}")
    edits = (Edit(at, at, "<query>\n"), Edit(at + 7, at + 7, "\n</query>"))
    made = file_edits(prompt, Fix("suggested", "t", edits), {"p.py": code})
    assert made is not None
    new = splice(code, made)
    ast.parse(new)
    assert new.count("(\n            f") == 1
    assert extraction("p.py", new).prompts[0].text == prompt.text.replace("{query}", "<query>\n{query}\n</query>")


def test_a_record_that_no_one_edits_by_hand_is_left_alone() -> None:
    messages = [{"role": "system", "content": "Extract the name. " + "Be exact. " * 600}]
    for dumped, left in (
        (json.dumps({"messages": messages}), True),
        (json.dumps({"messages": messages}, indent=1), False),
    ):
        prompt = extraction("prompts/a.json", dumped).prompts[0]
        edits = file_edits(
            prompt, Fix("safe", "t", (Edit(len(prompt.text), len(prompt.text), "!"),)), {"prompts/a.json": dumped}
        )
        assert (edits is None) == left
