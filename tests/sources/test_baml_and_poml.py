"""BAML functions with their types, and POML elements as messages."""

from __future__ import annotations

import pytest

from tests.sources.helpers import check_places, one, read, turns, written

BAML = """// types
enum Mood {
  GOOD @description("all well")
  BAD @alias("bad")
  HIDDEN @skip
}

class Guest {
  name string
  age int? @description("in years")
  tags string[] @alias("labels")
  mood Mood | "none"
  rooms map<string, Room[]>
}

class Room {
  size float
}

type Answer = Guest | Room[]

client<llm> Main {
  provider openai
}

template_string Shown() #"
  {{ ctx.output_format }}
"#

function Read(text: string, lang: "en" | "de") -> Guest {
  client "openai/gpt-4o"
  prompt #"
    {{ _.role("system") }}
    You read guests.
      Keep the order. // not a comment
    {{ _.role("user") }}
    {{ text }}

    {{ ctx.output_format }}
  "#
}

test Case {
  functions [Read]
  args { text #"a "quoted" { brace"# }
}
"""


def test_a_function_is_a_prompt_with_messages_contract_and_variables() -> None:
    prompt = one("baml_src/a.baml", BAML)
    assert (prompt.symbol, prompt.format, prompt.host, prompt.dialect) == ("Read", "baml", "baml", "jinja")
    assert turns(prompt) == [
        ("system", "You read guests.\n  Keep the order. // not a comment"),
        ("user", "{text}\n\n{ctx.output_format}"),
    ]
    assert prompt.around.variables == ("text", "lang")
    assert prompt.around.model == "openai/gpt-4o"
    assert prompt.facts == ()
    contract = prompt.around.contract
    assert contract is not None
    assert (contract.name, contract.enforced) == ("Guest", True)
    room = {"type": "object", "properties": {"size": {"type": "number"}}, "required": ["size"]}
    assert contract.schema == {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "age": {"anyOf": [{"type": "integer"}, {"type": "null"}], "description": "in years"},
            "labels": {"type": "array", "items": {"type": "string"}},
            "mood": {"anyOf": [{"enum": ["GOOD", "bad"]}, {"const": "none"}]},
            "rooms": {"type": "object", "additionalProperties": {"type": "array", "items": room}},
        },
        "required": ["name", "labels", "mood", "rooms"],
    }
    assert contract.source is not None
    assert BAML[contract.source.start : contract.source.end] == "Guest"


def test_places_hold_in_a_windows_file() -> None:
    text = BAML.replace("\n", "\r\n")
    prompt = one("a.baml", text)
    assert written(prompt, text, "Keep the order.") == "Keep the order."
    assert "\r" not in prompt.text


def test_the_text_of_a_template_string_is_read_where_it_is_called_and_keeps_its_place() -> None:
    text = (
        'template_string Rules(place: string) #"\n  {{ _.role("system") }}\n'
        '  Quote {{ place }}.\n  {{ Rules(place) }}\n"#\n'
        'function Ask(question: string) -> string {\n  prompt #"\n    {{ Rules("Rome") }}\n'
        '    {{ _.role("user") }}\n    {{ question }} {{ Elsewhere() }}\n  "#\n}\n'
    )
    prompt = one("a.baml", text)
    assert turns(prompt) == [("system", "Quote {place}.\n{Rules(place)}"), ("user", "{question} {Elsewhere()}")]
    assert written(prompt, text, "Quote ") == "Quote "
    assert prompt.around.variables == ("question", "place")
    check_places(prompt, text)


@pytest.mark.parametrize(
    ("returned", "body", "defect"),
    [
        ("Room", "You read.", True),
        ("Room[]", "You read.", True),
        ("Room | string", "You read.", True),
        ("Answer", "You read.", True),
        ("Room", "You read. {{ ctx.output_format(prefix='x') }}", False),
        ("Room", "You read. {{ Shown() }}", False),
        ("string", "You read.", False),
        ("bool", "You read.", False),
        ("Mood", "You read.", False),
        ("Elsewhere", "You read.", False),
    ],
)
def test_a_class_that_is_returned_needs_its_format_in_the_prompt(returned: str, body: str, defect: bool) -> None:
    head = BAML[: BAML.index("function")]
    prompt = one("a.baml", f'{head}function F(x: string) -> {returned} {{ client M\n prompt #"{body}"# }}\n')
    assert [fact.rule for fact in prompt.facts] == (["OUT010"] if defect else [])
    assert (prompt.around.contract is None) == (returned == "string")


def test_classes_that_contain_themselves_end() -> None:
    text = 'class N { next N? }\nfunction F() -> N { client M prompt #"You read {{ ctx.output_format }}"# }\n'
    assert one("a.baml", text).around.contract is not None


def test_a_file_of_types_and_clients_has_no_prompt_and_no_fault() -> None:
    found = read("a.baml", BAML[: BAML.index("function")])
    assert (found.prompts, found.faults) == ((), ())


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('function F() -> int {\n  prompt #"\n open', 2, 10),
        ('function F() -> int {\n  prompt #"x"#\n', 1, 21),
        ("class A {\n  x (int]\n}\n", 2, 9),
        ("class A {}\n}\n", 2, 1),
    ],
)
def test_a_malformed_baml_file_is_one_fault_at_its_place(text: str, line: int, column: int) -> None:
    found = read("a.baml", text)
    assert found.prompts == ()
    assert [(fault.line, fault.column) for fault in found.faults] == [(line, column)]


def test_an_empty_prompt_is_a_fault() -> None:
    assert read("a.baml", 'function F() -> int { client M prompt #"  "# }').faults[0].message.startswith("prompt-empty")


def test_a_suppression_covers_the_function_below_it() -> None:
    text = "class A { x int }\n// promptlint: ignore[OUT010] -- checked later\nfunction F() -> A {\n"
    text += ' prompt #"You read."# }\n'
    item = one("a.baml", text).suppressions[0]
    assert text[item.covers_start : item.covers_end].rstrip().endswith('You read."# }')


# --- POML

POML = """<!-- a note -->
<poml>
  <system-msg>
    <role>You plan &lt;trips&gt;.</role>
    <stepwise-instructions><list>
      <item>Ask <b>dates</b>.</item><item>Keep {{ limit < 3 }}.</item>
    </list></stepwise-instructions>
  </system-msg>
  <examples>
    <example><input>Rome</input><output>Two days.</output></example>
  </examples>
  <HumanMessage><cp caption="Wish">{{ wish }}</cp><document src="{{ file }}" /></HumanMessage>
  <output-schema parser="json">{"type": "object", "properties": {"days": {"type": "integer"}}}</output-schema>
  <runtime model="gpt-4o" temperature="0.2"/>
  <stylesheet>{"p": {}}</stylesheet>
</poml>
"""


def test_poml_elements_become_messages_headings_lists_and_turns() -> None:
    prompt = one("a.poml", POML)
    assert turns(prompt) == [
        (
            "system",
            "# Role\nYou plan <trips>.\n\n# Stepwise Instructions\n- Ask dates.\n- Keep {limit < 3}.",
        ),
        ("user", "Rome"),
        ("assistant", "Two days."),
        ("user", "# Wish\n{wish}\n{file}"),
    ]
    around = prompt.around
    assert (around.model, around.temperature) == ("gpt-4o", 0.2)
    assert around.contract is not None
    assert around.contract.enforced
    assert around.contract.schema == {"type": "object", "properties": {"days": {"type": "integer"}}}
    assert written(prompt, POML, "<trips>") == "&lt;trips&gt;"


def test_poml_without_speakers_is_one_user_message() -> None:
    text = "<task>You explain.</task>\n<hint>Be brief.</hint>"
    assert turns(one("a.poml", text)) == [("user", "# Task\nYou explain.\n\n# Hint\nBe brief.")]


def test_poml_with_a_user_message_says_the_rest_as_system() -> None:
    text = "<poml><task>You explain.</task><human-msg>{{ q }}</human-msg></poml>"
    assert [role for role, _ in turns(one("a.poml", text))] == ["system", "user"]


def test_poml_is_lenient_with_angles_in_text() -> None:
    assert one("a.poml", "<p>Is 3 < 4 and x<5?</p>").text == "Is 3 < 4 and x<5?"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("<poml>\n <task>x</poml>", 2, 9), ("<poml>\n<p>x</p>", 1, 1), ("<p>x</p></p>", 1, 9), ("<p a='>x", 1, 1)],
)
def test_a_malformed_poml_file_is_one_fault_at_its_place(text: str, line: int, column: int) -> None:
    found = read("a.poml", text)
    assert found.prompts == ()
    assert [(fault.line, fault.column) for fault in found.faults] == [(line, column)]


def test_what_is_written_before_the_output_format_is_text_of_the_prompt() -> None:
    call = '{{ ctx.output_format(prefix="Name the mood in this form: ") }}'
    text = (
        f'function Read(text: string) -> string {{\n  client A\n  prompt #"\n    {call}\n    {{{{ text }}}}\n  "#\n}}\n'
    )
    prompt = one("a.baml", text)
    assert prompt.text.startswith("Name the mood in this form: {ctx.output_format}")
    check_places(prompt, text)


@pytest.mark.parametrize(("output", "brought"), [('<Document src="reply.txt"/>', True), ("A cat.", False)])
def test_poml_examples_whose_output_is_a_file_are_injected(output: str, brought: bool) -> None:
    text = f"<poml><task>Name the animal.</task><example><input>Miaow</input><output>{output}</output></example></poml>"
    assert one("a.poml", text).around.few_shot_injected is brought


def test_poml_without_text_is_empty() -> None:
    assert read("a.poml", "<poml><runtime model='x'/></poml>").faults[0].message.startswith("prompt-empty")


def test_a_member_of_a_union_that_another_file_declares_may_be_anything() -> None:
    text = 'class Ask { intent "more" }\nfunction Next(t: string) -> Ask | Elsewhere[] { prompt #"Go on. {{ t }}"# }\n'
    contract = one("a.baml", text).around.contract
    assert contract is not None
    ask = {"type": "object", "properties": {"intent": {"const": "more"}}, "required": ["intent"]}
    assert contract.schema == {"anyOf": [ask, {"type": "array", "items": {}}]}
