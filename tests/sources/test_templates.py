"""Template files: Jinja2, Handlebars, Prompty, dotprompt, and role markers in plain text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptlint.sources.nodes import SourceError
from promptlint.sources.picoschema import to_json_schema
from promptlint.sources.yamlmap import parse_yaml
from tests.sources.helpers import check_places, one, read, turns, written

# --- Jinja2 and Handlebars


def test_control_blocks_and_comments_yield_no_text() -> None:
    prompt = one("a.jinja2", "{# note #}You help {{ user.name|title }}.{% if x %} Be kind.{% endif %}\n")
    assert prompt.text == "You help {user.name}. Be kind.\n"
    assert [control.text for control in prompt.controls] == ["{# note #}", "{% if x %}", "{% endif %}"]


def test_role_lines_of_promptflow_split_a_template() -> None:
    text = "# system:\r\nYou help.\r\n\r\n# user:\r\n{{question}}\r\n"
    assert turns(one("chat.jinja2", text)) == [("system", "You help."), ("user", "{question}")]


def test_a_heading_that_is_no_marker_stays() -> None:
    text = "# User: guide\nYou help.\n# system\nNo marker.\n"
    assert one("chat.jinja2", text).text == text


@pytest.mark.parametrize(
    "text",
    [
        '{% chat role="system" %}You help.{% endchat %}{% chat role="user" %}{{ q }}{% endchat %}',
        '{% message role="system" %}You help.{% endmessage %}\n{% message role="user" %}{{ q }}{% endmessage %}',
        '<message role="system">You help.</message>\n<message role="user">{{ q }}</message>',
    ],
)
def test_role_blocks_split_a_template(text: str) -> None:
    assert turns(one("chat.jinja", text)) == [("system", "You help."), ("user", "{q}")]


def test_handlebars_sections_and_comments_yield_no_text() -> None:
    prompt = one("a.hbs", "{{! note }}You help {{name}}.{{#if x}} Use {{{raw}}}.{{else}} No.{{/if}}")
    assert prompt.text == "You help {name}. Use {raw}. No."
    assert [item.name for item in prompt.placeholders] == ["name", "raw"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy/nginx.conf.j2", "server { listen {{ port }}; }"),
        ("page.html.j2", "<html><body>You are {{ user }}. Your task is done by the assistant.</body></html>"),
        ("models/orders.jinja", "SELECT * FROM {{ ref('orders') }}"),
        ("roles/web/templates/motd.j2", "You are on {{ host }}. Answer only as the user."),
        ("emails/welcome.hbs", "You are in, {{name}}! Reply with questions, the user team."),
    ],
)
def test_templates_of_other_kinds_are_left_alone(path: str, text: str) -> None:
    assert read(path, text, named=False) == read(path, "", named=False)._replace(faults=())


def test_a_named_template_is_a_prompt() -> None:
    assert one("x.j2", "Sum up {{ text }}").text == "Sum up {text}"


def test_a_template_of_comments_alone_is_empty() -> None:
    assert read("x.j2", "{# nothing #}\n").faults[0].message.startswith("prompt-empty")


# --- Prompty

V1 = """---
name: Basic
model:
  api: chat
  configuration:
    type: azure_openai
    azure_deployment: gpt-4o
  parameters:
    temperature: 0.2
    response_format:
      type: json_schema
      json_schema:
        name: answer
        strict: true
        schema: {type: object, properties: {city: {type: string}}}
inputs:
  question:
    type: string
sample:
  question: Where?
---
system:
You help.
# one more

user:
{{question}}
assistant:
fine
"""


def test_prompty_v1_is_read_with_roles_contract_and_inputs() -> None:
    prompt = one("a.prompty", V1)
    assert turns(prompt) == [("system", "You help.\n# one more"), ("user", "{question}"), ("assistant", "fine")]
    assert prompt.symbol == "Basic"
    assert prompt.around.model == "gpt-4o"
    assert prompt.around.temperature == 0.2
    assert prompt.around.variables == ("question",)
    contract = prompt.around.contract
    assert contract is not None
    assert (contract.name, contract.enforced, contract.strict) == ("answer", True, True)
    assert contract.schema == {"type": "object", "properties": {"city": {"type": "string"}}}


def test_prompty_v2_outputs_are_what_the_provider_is_held_to() -> None:
    text = """---
model: {id: gpt-4o, apiType: chat, options: {temperature: 0}}
inputs:
  - {name: thread, kind: thread}
  - {name: q, kind: string}
outputs:
  - {name: city, kind: string, description: where, required: true}
  - {name: mood, kind: string, enumValues: [good, bad]}
tools:
  - {kind: function, name: lookup}
template: {format: {kind: mustache}}
---
system[name="x"]:
You help {{#user}}{{name}}{{/user}}.
"""
    prompt = one("a.prompty", text)
    around = prompt.around
    assert around.contract is not None
    assert around.contract.enforced
    assert around.contract.schema == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "where"},
            "mood": {"type": "string", "enum": ["good", "bad"]},
        },
        "required": ["city"],
    }
    assert (around.tools, around.history_injected, around.variables) == (("lookup",), True, ("thread", "q"))
    assert prompt.dialect == "mustache"


def test_a_thread_of_prompty_is_no_slot_of_the_message_it_stands_in() -> None:
    text = (
        "---\ninputs:\n  - {name: talk, kind: thread}\n  - {name: q, kind: string}\n---\n"
        "system:\nYou help.\n\n{{ talk }}\n\nBe brief.\nuser:\n{{q}}\n"
    )
    prompt = one("a.prompty", text)
    assert turns(prompt) == [("system", "You help.\nBe brief."), ("user", "{q}")]
    assert prompt.around.history_injected
    check_places(prompt, text)


def test_prompty_v1_outputs_are_declared_and_not_enforced() -> None:
    text = "---\nmodel:\n  api: chat\noutputs:\n  city: {type: string}\n---\nsystem:\nYou help.\n"
    contract = one("a.prompty", text).around.contract
    assert contract is not None
    assert not contract.enforced


def test_prompty_reads_a_schema_file_beside_it(tmp_path: Path) -> None:
    schema = {
        "type": "json_schema",
        "json_schema": {"name": "s", "schema": {"type": "object", "properties": {"a": {}}}},
    }
    (tmp_path / "s.json").write_text(json.dumps(schema))
    text = "---\nmodel:\n  parameters:\n    response_format: ${file:s.json}\n---\nsystem:\nYou help.\n"
    contract = one(str(tmp_path / "a.prompty"), text, root=str(tmp_path)).around.contract
    assert contract is not None
    assert contract.schema == {"type": "object", "properties": {"a": {}}}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("---\nname: x\nsystem:\nYou help.\n", 1, 1),
        ("---\nname: [x\n---\nsystem:\nYou help.\n", 3, 1),
        ("---\nname: x: y\n---\nsystem:\nHi.\n", 2, 8),
    ],
)
def test_prompty_with_bad_front_matter_is_one_fault_at_its_place(text: str, line: int, column: int) -> None:
    found = read("a.prompty", text)
    assert found.prompts == ()
    assert [(fault.line, fault.column) for fault in found.faults] == [(line, column)]


# --- dotprompt

DOT = """# Licence

---
model: gemini
input:
  schema:
    city: string, where
    days?: integer
output:
  format: json
  schema:
    plan(array): string
tools: [lookup]
---
{{role "system"}}
You plan trips to {{city}}.
{{role "model"}}
Sure.
{{history}}
{{role "user"}}
{{#if days}}{{days}} days{{/if}}
"""


def test_dotprompt_is_read_with_roles_schema_and_history() -> None:
    prompt = one("trip.prompt", DOT)
    assert turns(prompt)[0] == ("system", "You plan trips to {city}.")
    assert [role for role, _ in turns(prompt)] == ["system", "assistant", "user"]
    around = prompt.around
    assert around.variables == ("city", "days")
    assert around.history_injected
    assert around.tools == ("lookup",)
    assert around.contract is not None
    assert around.contract.enforced
    assert around.contract.schema == {
        "type": "object",
        "properties": {"plan": {"type": "array", "items": {"type": "string"}}},
        "required": ["plan"],
        "additionalProperties": False,
    }


def test_dotprompt_without_markers_is_one_user_message() -> None:
    assert turns(one("a.prompt", "---\nmodel: x\n---\nTell {{name}} a joke.")) == [("user", "Tell {name} a joke.")]


def test_the_jinja_dialect_of_prompt_files_has_roles_in_line() -> None:
    text = "---\nmodel: x\n---\nSystem: You help.\n\nUser: {{ q }}\n"
    prompt = one("a.prompt", text)
    assert prompt.dialect == "jinja"
    assert turns(prompt) == [("system", "You help."), ("user", "{q}")]


def test_a_prompt_file_without_front_matter_and_braces_is_plain_text() -> None:
    assert one("a.prompt", "You help people.\n").format == "text"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("Hi {{name}} }}", "closes nothing"),
        ("{{#if a}}x", "`if` is not closed"),
        ("{{#if a}}x{{/each}}", "no beginning"),
        ("Hi {{#if name\nmore", "is not closed by"),
    ],
)
def test_blocks_that_are_not_closed_are_defects_at_their_place(body: str, detail: str) -> None:
    facts = one("a.prompt", f"---\nmodel: x\n---\n{body}\n").facts
    assert facts[0].rule == "INP002"
    assert any(detail in fact.data["detail"] for fact in facts)


def test_balanced_handlebars_has_no_defect() -> None:
    body = '{{! c }}{{#each xs}}{{this}}{{/each}}{{{raw}}} {"a": {"b": 1}} {{>part x=1}}{{^no}}n{{/no}}'
    assert one("a.prompt", f"---\nmodel: x\n---\n{body}\n").facts == ()


def test_malformed_front_matter_of_a_prompt_file_is_one_fault() -> None:
    found = read("a.prompt", "---\ninput:\n  schema:\n    a: 'x\n---\n{{a}}\n")
    assert found.prompts == ()
    assert len(found.faults) == 1
    assert (found.faults[0].line or 0) >= 4


def test_a_bad_schema_is_a_fault_beside_the_prompt() -> None:
    found = read("a.prompt", "---\noutput:\n  schema:\n    a(list): string\n---\nHi {{a}}\n")
    assert len(found.prompts) == 1
    assert "not array, object or enum" in found.faults[0].message
    assert found.faults[0].line == 4


# --- Picoschema: cases of our own, after its description

PICO = [
    ("string", {"type": "string"}),
    ("string, the name", {"type": "string", "description": "the name"}),
    ("any", {}),
    ("Recipe", {"$ref": "Recipe"}),
    ("{a: integer}", {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}),
    ("{'a?': 'number, how many'}", {"properties": {"a": {"type": ["number", "null"], "description": "how many"}}}),
    ("{'t(array, tags)': string}", {"properties": {"t": {"type": "array", "items": {"type": "string"},
                                                         "description": "tags"}}, "required": ["t"]}),
    ("{'o(object, inner)': {b: boolean}}", {"properties": {"o": {"type": "object", "properties": {"b": {"type":
        "boolean"}}, "additionalProperties": False, "required": ["b"], "description": "inner"}}, "required": ["o"]}),
    ("{'e(enum)': [x, y]}", {"properties": {"e": {"enum": ["x", "y"]}}, "required": ["e"]}),
    ("{'e?(enum, which)': [x]}", {"properties": {"e": {"enum": ["x", None], "description": "which"}}}),
    ("{o: {p: string}}", {"properties": {"o": {"type": "object", "properties": {"p": {"type": "string"}},
                                               "additionalProperties": False, "required": ["p"]}}, "required": ["o"]}),
    ("{(*): string}", {"properties": {}, "additionalProperties": {"type": "string"}}),
    ("{type: object, properties: {a: {type: string}}}", {"type": "object", "properties": {"a": {"type": "string"}}}),
    ("{properties: {a: {type: string}}}", {"type": "object", "properties": {"a": {"type": "string"}}}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "wanted"), PICO, ids=[source for source, _ in PICO])
def test_picoschema_becomes_json_schema(source: str, wanted: dict[str, object]) -> None:
    found = to_json_schema(parse_yaml(source, "x"))
    if "properties" in wanted and not source.startswith(("{type", "{properties")):
        wanted = {"type": "object", "additionalProperties": False, **wanted}
    assert found == wanted


@pytest.mark.parametrize("source", ["[a]", "{'a(enum)': x}", "{'a(set)': string}", "3"])
def test_what_is_no_picoschema_is_refused(source: str) -> None:
    with pytest.raises(SourceError):
        to_json_schema(parse_yaml(source, "x"))


# --- plain text


def test_plain_text_with_role_lines_is_split() -> None:
    text = "system:\nYou help.\n\nuser:\n{question}\n"
    assert turns(one("chat.txt", text)) == [("system", "You help."), ("user", "{question}")]


@pytest.mark.parametrize("text", ["You help.\nuser:\nhi\n", "system: You help.\nuser: hi\n", "Roles\nsystem:\nuser:\n"])
def test_plain_text_is_split_only_where_both_markers_stand_alone_and_open_it(text: str) -> None:
    assert one("chat.txt", text).text == text


def test_places_hold_in_every_line_of_a_windows_file() -> None:
    text = DOT.replace("\n", "\r\n")
    prompt = one("trip.prompt", text)
    check_places(prompt, text)
    assert written(prompt, text, "You plan trips to {city}.") == "You plan trips to {{city}}."
