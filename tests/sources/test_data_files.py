"""Prompts in YAML, JSON, TOML and JSONL: shapes, roles, contracts, places, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sources.helpers import check_places, one, read, turns, written

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}

# --- GitHub Models

GITHUB = """name: Where
model: openai/gpt-4o
modelParameters:
  temperature: 0.1
messages:
  - role: system
    content: >-
      You find cities.
      Answer briefly.
  - role: user
    content: "Text:\\n{{text}}"
  - role: assistant
    content: Paris
responseFormat: json_schema
jsonSchema: |-
  {"name": "city", "strict": true, "schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
testData:
  - text: x
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("path", ["where.prompt.yml", "where_prompt.yml"])
def test_github_models_is_read_whole(path: str, newline: str) -> None:
    text = GITHUB.replace("\n", newline)
    prompt = one(path, text)
    assert prompt.format == "github-models"
    assert turns(prompt) == [
        ("system", "You find cities. Answer briefly."),
        ("user", "Text:\n{text}"),
        ("assistant", "Paris"),
    ]
    assert written(prompt, text, "Text:\n{text}") == "Text:\\n{{text}}"
    assert written(prompt, text, "Answer briefly.") == "Answer briefly."
    around = prompt.around
    assert (around.model, around.temperature) == ("openai/gpt-4o", 0.1)
    assert around.contract is not None
    assert (around.contract.name, around.contract.strict, around.contract.enforced) == ("city", True, True)
    assert around.contract.schema == {"type": "object", "properties": {"city": {"type": "string"}}}


def test_blanks_in_a_github_placeholder_are_a_defect_at_their_place() -> None:
    text = "messages:\n  - role: user\n    content: 'Hi {{ name }} and {{ok}}'\nmodel: x\n"
    prompt = one("a.prompt.yml", text)
    assert [fact.rule for fact in prompt.facts] == ["INP008"]
    span = prompt.facts[0].source
    assert text[span.start : span.end] == "{{ name }}"


def test_a_github_file_without_messages_is_a_fault() -> None:
    found = read("a.prompt.yml", "name: x\nmessages: []\n")
    assert (found.faults[0].line, found.faults[0].message.split(":")[0]) == (2, "prompt-empty")


def test_a_wrong_role_is_a_fault_at_the_messages() -> None:
    found = read("a.prompt.yml", "model: x\nmessages:\n  - role: sytsem\n    content: hi\n")
    assert found.prompts == ()
    assert found.faults[0].line == 3


# --- chat lists and provider requests

ASK = [{"role": "system", "content": "You find cities."}, {"role": "user", "content": "In: {{ text }}"}]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("chat.json", ASK),
        ("chat.json", {"model": "gpt-4o", "messages": ASK}),
        ("r.json", {"model": "x", "instructions": "You find cities.", "input": "In: {{ text }}"}),
        ("r.json", {"model": "x", "input": [{"role": "developer", "content": "You find cities."}, ASK[1]]}),
        ("a.json", {"max_tokens": 5, "system": "You find cities.", "messages": [ASK[1]]}),
        ("a.json", {"system": [{"type": "text", "text": "You find cities."}], "messages": [ASK[1]]}),
        (
            "g.json",
            {
                "systemInstruction": {"parts": [{"text": "You find cities."}]},
                "contents": [{"role": "user", "parts": [{"text": "In: {{ text }}"}]}],
            },
        ),
        (
            "b.json",
            {
                "system": [{"text": "You find cities."}],
                "messages": [{"role": "user", "content": [{"text": "In: {{ text }}"}]}],
            },
        ),
    ],
)
def test_requests_of_every_provider_give_system_and_user(path: str, data: object) -> None:
    for text in (json.dumps(data), json.dumps(data, indent=2).replace("\n", "\r\n")):
        prompt = one(path, text)
        assert turns(prompt) == [("system", "You find cities."), ("user", "In: {text}")]


@pytest.mark.parametrize(
    "extra",
    [
        {"response_format": {"type": "json_schema", "json_schema": {"name": "c", "schema": SCHEMA}}},
        {"text": {"format": {"type": "json_schema", "name": "c", "schema": SCHEMA}}},
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        {"generationConfig": {"responseMimeType": "application/json", "responseSchema": SCHEMA}},
        {"outputConfig": {"textFormat": {"structure": {"jsonSchema": {"schema": json.dumps(SCHEMA), "name": "c"}}}}},
        {"tools": [{"name": "c", "input_schema": SCHEMA}], "tool_choice": {"type": "tool", "name": "c"}},
        {
            "tools": [{"type": "function", "function": {"name": "c", "parameters": SCHEMA}}],
            "tool_choice": {"type": "function", "function": {"name": "c"}},
        },
    ],
)
def test_every_way_to_declare_the_output_is_an_enforced_contract(extra: dict[str, object]) -> None:
    contract = one("r.json", json.dumps({"model": "m", "messages": ASK, **extra})).around.contract
    assert contract is not None
    assert contract.enforced
    assert contract.schema == SCHEMA


def test_json_mode_is_no_schema() -> None:
    around = one("r.json", json.dumps({"messages": ASK, "response_format": {"type": "json_object"}})).around
    assert (around.contract, around.json_mode) == (None, True)


def test_escapes_of_json_are_placed() -> None:
    text = r'{"messages": [{"role": "system", "content": "You \"help\".\n\u00e9 \ud83d\ude00 {x}"}]}'
    prompt = one("r.json", text)
    assert prompt.text == 'You "help".\né 😀 {x}'
    assert written(prompt, text, '"help"') == r"\"help\""
    assert written(prompt, text, "é 😀") == r"\u00e9 \ud83d\ude00"
    assert written(prompt, text, "{x}") == "{x}"


# --- LangChain, Semantic Kernel, promptfoo


def test_langchain_prompt_needs_no_type() -> None:
    data = {"input_variables": ["text"], "template": 'Find {text} as {{"a": 1}}', "template_format": "f-string"}
    prompt = one("p.json", json.dumps(data))
    assert (prompt.format, prompt.text, prompt.around.variables) == ("langchain", 'Find {text} as {"a": 1}', ("text",))


def test_langchain_few_shot_examples_are_assistant_messages() -> None:
    text = "_type: few_shot\nprefix: Give opposites.\nexamples:\n  - {q: hot, a: cold}\nsuffix: 'In: {q}'\n"
    assert turns(one("p.yaml", text)) == [
        ("system", "Give opposites."),
        ("user", "hot"),
        ("assistant", "cold"),
        ("user", "In: {q}"),
    ]


def constructor(*names: str, **kwargs: object) -> dict[str, object]:
    return {"lc": 1, "type": "constructor", "id": ["langchain", *names], "kwargs": kwargs}


def test_langchain_exports_are_followed_to_their_messages() -> None:
    inner = constructor("prompts", "PromptTemplate", template="You find {x}.", template_format="f-string")
    data = constructor(
        "prompts",
        "StructuredPrompt",
        schema_=SCHEMA,
        input_variables=["x"],
        messages=[
            constructor("prompts", "chat", "SystemMessagePromptTemplate", prompt=inner),
            constructor("prompts", "chat", "MessagesPlaceholder", variable_name="history"),
            constructor("schema", "HumanMessage", content="Now."),
        ],
    )
    prompt = one("p.json", json.dumps(data))
    assert turns(prompt) == [("system", "You find {x}."), ("user", "Now.")]
    assert prompt.around.history_injected
    assert prompt.around.contract is not None
    assert prompt.around.contract.schema == SCHEMA


def test_skprompt_reads_its_config_and_depends_on_it(tmp_path: Path) -> None:
    folder = tmp_path / "Mail"
    folder.mkdir()
    (folder / "config.json").write_text('{"schema": 1, "input_variables": [{"name": "input"}]}')
    prompt = one(str(folder / "skprompt.txt"), "Write a mail.\n{{$input}}\n", root=str(tmp_path))
    assert (prompt.symbol, prompt.around.variables) == ("Mail", ("input",))
    assert [item.name for item in prompt.placeholders] == ["input"]
    assert len(prompt.depends) == 1
    assert read(str(folder / "config.json"), '{"schema": 1, "description": "Write a mail"}').prompts == ()


def test_a_kernel_function_in_yaml_has_roles_and_variables() -> None:
    text = """name: Ask
template_format: handlebars
template: |
  <message role="system">You find {{city}}.</message>
  {{#message role="user"}}{{q}}{{/message}}
input_variables:
  - name: city
execution_settings:
  default: {response_format: json_object}
"""
    prompt = one("ask.yaml", text)
    assert turns(prompt) == [("system", "You find {city}."), ("user", "{q}")]
    assert (prompt.around.variables, prompt.around.json_mode) == (("city",), True)


PROMPTFOO = """# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json
prompts:
  - file://prompts/a.txt
  - 'Sum up {{text}} in one line'
  - id: chat
    raw: '[{"role": "system", "content": "You \\"help\\"."}, {"role": "user", "content": "{{q}}"}]'
providers:
  - openai:gpt-4o
defaultTest:
  assert:
    - type: is-json
      value: {type: object, properties: {a: {type: string}}}
tests:
  - vars: {text: x}
    options:
      rubricPrompt: You grade the answer {{output}} strictly.
"""


def test_promptfoo_inline_prompts_are_read_and_references_left() -> None:
    found = read("promptfooconfig.yaml", PROMPTFOO)
    assert found.faults == ()
    for prompt in found.prompts:
        check_places(prompt, PROMPTFOO)
    assert [turns(prompt) for prompt in found.prompts] == [
        [("user", "Sum up {text} in one line")],
        [("system", 'You "help".'), ("user", "{q}")],
        [("user", "You grade the answer {output} strictly.")],
    ]
    contract = found.prompts[0].around.contract
    assert contract is not None
    assert not contract.enforced
    assert found.prompts[2].kind_hint == "judge"


def test_tests_alone_make_no_promptfoo_file() -> None:
    assert read("ci.yaml", "tests:\n  - run: make test of the whole thing\nprompts: none\n", named=False).prompts == ()


# --- agents and exports


def test_crew_agents_and_tasks_are_one_prompt_each() -> None:
    text = "scout:\n  role: >\n    Scout for {topic}\n  goal: Find news about it\n  backstory: You have dug for years\n"
    prompt = one("config/agents.yaml", text)
    assert (prompt.format, prompt.symbol) == ("crewai", "scout")
    assert prompt.text == "Scout for {topic}\n\nFind news about it\nYou have dug for years"
    task = one(
        "config/tasks.yaml", "dig:\n  description: Find the news\n  expected_output: Ten bullets\n  agent: scout\n"
    )
    assert task.text == "Find the news\nTen bullets"


def test_smolagents_texts_of_one_step_are_one_prompt() -> None:
    text = """system_prompt: You solve tasks with code and tools.
planning:
  initial_plan: You first write down all the facts known.
  update_plan_pre_messages: Here is what happened so far in the task.
  update_plan_post_messages: Now write the new plan of steps below.
managed_agent:
  task: You are a helper named {{name}} of another agent.
  report: 'Here it is: {{x}}'
"""
    found = read("p.yaml", text).prompts
    assert [prompt.symbol for prompt in found] == [
        "system_prompt",
        "planning.initial_plan",
        "planning.update_plan",
        "managed_agent.task",
    ]
    assert [role for role, _ in turns(found[2])] == ["system", "user"]


def test_a_saved_dspy_program_has_instructions_and_demos() -> None:
    data = {"predict": {"signature": {"instructions": "Find the city.", "fields": [{"prefix": "Text:"}]},
                        "demos": [{"text": "in Rome", "city": "Rome"}], "lm": None}}  # fmt: skip
    prompt = one("program.json", json.dumps(data))
    assert turns(prompt) == [("system", "Find the city."), ("user", "in Rome"), ("assistant", "Rome")]


def test_autogen_components_are_found_at_any_depth() -> None:
    agent = {"provider": "autogen_agentchat.agents.AssistantAgent", "component_type": "agent",
             "config": {"name": "a", "system_message": "You find cities well."}}  # fmt: skip
    data = {"provider": "autogen_agentchat.teams.X", "component_type": "team", "config": {"participants": [agent]}}
    assert one("team.json", json.dumps(data)).text == "You find cities well."


def test_an_agent_specification_has_an_enforced_output_schema() -> None:
    data = {"name": "a", "model": "m", "instructions": "You find {{x}} cities.", "output_schema": SCHEMA}
    prompt = one("agent.json", json.dumps(data))
    assert prompt.kind_hint == "agent"
    assert prompt.around.contract is not None
    assert prompt.around.contract.schema == SCHEMA


def test_langfuse_exports_hold_text_and_chat_prompts() -> None:
    items = [
        {"name": "a", "type": "text", "prompt": "Find {{x}}.", "version": 1, "labels": []},
        {
            "name": "b",
            "type": "chat",
            "version": 1,
            "labels": [],
            "prompt": [ASK[0], {"type": "placeholder", "name": "h"}],
        },
    ]
    found = read("export.json", json.dumps({"data": items})).prompts
    assert [(prompt.symbol, prompt.text) for prompt in found] == [("a", "Find {x}."), ("b", "You find cities.")]
    assert found[1].around.history_injected


def test_promptlayer_and_bedrock_exports_are_read() -> None:
    message = {"role": "system", "content": [{"type": "text", "text": "Find {x}."}], "template_format": "f-string"}
    template = {"type": "chat", "input_variables": ["x"], "messages": [message]}
    layer = {"prompt_name": "p", "prompt_template": template}
    assert one("p.json", json.dumps(layer)).around.variables == ("x",)
    bedrock = {"name": "n", "variants": [{"name": "v", "templateConfiguration": {"text": {
        "text": "Find {{x}}.", "inputVariables": [{"name": "x"}]}}}]}  # fmt: skip
    prompt = one("b.json", json.dumps(bedrock))
    assert (prompt.format, prompt.text, prompt.around.variables) == ("bedrock", "Find {x}.", ("x",))


# --- training data and batches


def lines(*items: object) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


def test_system_texts_of_training_data_are_prompts_once() -> None:
    turn = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    text = lines(*({"messages": [ASK[0], *turn]} for _ in range(8)))
    prompt = one("train.jsonl", text)
    assert turns(prompt) == [("system", "You find cities.")]
    assert prompt.around.few_shot_injected


def test_batches_are_requests() -> None:
    body = {"model": "m", "messages": ASK, "response_format": {"type": "json_object"}}
    prompt = one("batch.jsonl", lines({"custom_id": "1", "method": "POST", "url": "/v1", "body": body}))
    assert [role for role, _ in turns(prompt)] == ["system", "user"]
    assert prompt.around.json_mode


def test_other_jsonl_is_left_and_a_broken_line_of_training_data_is_a_fault() -> None:
    assert read("log.jsonl", lines({"level": "info", "messages": "You are here"})).prompts == ()
    good = lines({"messages": [*ASK, {"role": "assistant", "content": "b"}]})
    found = read("train.jsonl", good * 7 + '{"messages": [}\n')
    assert [(fault.line, fault.column) for fault in found.faults] == [(8, 15)]


# --- no known format


@pytest.mark.parametrize("host", ["yaml", "json", "toml"])
def test_prompt_keys_are_read_in_every_data_format(host: str) -> None:
    value = "You find cities in {{ text }} and answer with one word."
    text = {
        "yaml": f"app:\n  port: 1\n  system_prompt: |\n    {value}\n",
        "json": json.dumps({"app": {"port": 1, "system_prompt": value + "\n"}}),
        "toml": f'[app]\nport = 1\nsystem_prompt = """\n{value}\n"""\n',
    }[host]
    prompt = one(f"settings.{host}", text)
    assert (prompt.symbol, prompt.format, prompt.host) == ("app.system_prompt", host, host)
    assert prompt.text == value.replace("{{ text }}", "{text}") + "\n"
    assert read(f"settings.{host}", text, named=False).prompts


def test_system_and_user_texts_beside_each_other_are_one_prompt() -> None:
    text = "find:\n  system: You find cities in texts.\n  user: 'Text: {{ t }}'\n"
    text += "rate_sys: You rate texts well.\nrate_user: x\n"
    found = read("prompts.yaml", text).prompts
    assert [[role for role, _ in turns(prompt)] for prompt in found] == [["system", "user"]] * 2


def test_sections_of_one_prompt_are_one_prompt() -> None:
    text = "Role: You are a careful planner.\nObjective: Plan the trip of the user.\n"
    text += "Instructions: Ask when you lack dates.\n"
    assert one("sys_prompt.yml", text).text.count("\n") == 2


def test_a_text_behind_several_anchors_is_one_prompt() -> None:
    text = "prompts:\n  a: &a |-\n    You find cities in long texts.\n"
    text += "agents:\n  - prompt_template: *a\n  - prompt_template: *a\n"
    assert len(read("config.yaml", text).prompts) == 1


def test_a_named_data_file_without_any_prompt_has_none() -> None:
    assert read("config.yaml", "a: 1\nb: [x, y]\n") == read("c.json", '{"a": "You are here, as the user said."}')


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "delete.yaml",
            "input:\n  confirmation_prompt: You are about to delete [{name}]. The user must answer only yes.\n",
        ),
        ("ci.yml", "jobs:\n  build:\n    steps:\n      - name: You are building\n        run: make {{ x }}\n"),
        ("compose.yaml", "services:\n  system:\n    image: x\n    command: run the assistant for the user\n"),
        ("package.json", '{"name": "prompts", "description": "You will love this assistant"}'),
        ("en.json", '{"template": "Hello {name}", "welcome": "You are now signed in, and the user is known."}'),
        ("chart.yaml", "template: {{ .Values.x }}\n"),
        ("openapi.yaml", "paths:\n  /a:\n    get:\n      description: You must pass the user to the assistant\n"),
        (
            "cassette.yaml",
            "interactions:\n- request:\n    instructions: You are the assistant of the user {x}\nversion: 1\n",
        ),
    ],
)
def test_unrelated_data_files_are_left_alone(path: str, text: str) -> None:
    found = read(path, text, named=False)
    assert (found.prompts, found.faults) == ((), ())


def test_a_broken_data_file_is_a_fault_only_where_prompts_are_kept() -> None:
    text = "prompt: You are: the assistant {x}\n"
    assert read("deploy/values.yaml", text, named=False).faults == ()
    assert [(f.line, f.column) for f in read("prompts/values.yaml", text, named=False).faults] == [(1, 16)]


# --- suppressions


def test_a_comment_above_or_behind_a_key_covers_its_prompt() -> None:
    text = """a: 1
# promptlint: ignore[UNC001, OUT001] -- the caller checks
first_prompt: |
  You find cities in texts.
  Answer in one word.
second_prompt: |  # promptlint: ignore[TON001]
  You rate the tone of texts.
  # promptlint: ignore[RUL010] -- a line of the prompt
"""
    found = read("prompts.yaml", text).prompts[0].suppressions
    assert [(item.rules, item.problem is None) for item in found] == [
        (("UNC001", "OUT001"), True),
        (("TON001",), False),
    ]
    assert found[0].reason == "the caller checks"
    covered = text[found[0].covers_start : found[0].covers_end]
    assert "Answer in one word." in covered
    assert "tone" not in covered
    assert "You rate the tone" in text[found[1].covers_start : found[1].covers_end]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.j2", "{# promptlint: ignore[UNC001] -- why #}\nYou help {{ x }}.\nAlways.\n"),
        ("a.hbs", "{{!-- promptlint: ignore[UNC001] -- why --}}\nYou help {{x}}.\nAlways.\n"),
        ("a.prompt", "# promptlint: ignore[UNC001] -- why\n---\nmodel: x\n---\nYou help {{x}}.\nAlways.\n"),
        ("a.prompty", "---\nname: x\npromptlint: {ignore: {UNC001: why}}\n---\nsystem:\nYou help.\nAlways.\n"),
        ("a.poml", "<!-- promptlint: ignore[UNC001] -- why -->\n<poml><p>You help.\nAlways.</p></poml>\n"),
        ("a.baml", '// promptlint: ignore[UNC001] -- why\nfunction A() -> string {\n  prompt #"\n  You help.\n"#\n}\n'),
        ("a.toml", '# promptlint: ignore[UNC001] -- why\nprompt = """\nYou help with all of the texts.\n"""\n'),
        ("a_prompt.yml", "# promptlint: ignore[UNC001] -- why\nprompt: >\n  You help with all\n  of the texts.\n"),
    ],
)
def test_a_comment_before_all_else_covers_the_prompt(path: str, text: str) -> None:
    prompt = one(path, text)
    assert [(item.rules, item.reason, item.problem) for item in prompt.suppressions] == [(("UNC001",), "why", None)]
    item = prompt.suppressions[0]
    for piece in prompt.pieces:
        if piece.kind == "text":
            assert item.covers_start <= piece.source_start < item.covers_end


@pytest.mark.parametrize("body", ["ignore", "ignore[] -- why", "ignore[UNC001]", "ignore[1, ?] -- why", "skip[A] -- b"])
def test_a_malformed_suppression_says_what_is_wrong(body: str) -> None:
    item = one("a.j2", f"{{# promptlint: {body} #}}\nYou help.\n").suppressions[0]
    assert item.problem


@pytest.mark.parametrize(
    "declared",
    ["choice_strings: YN", "choice_scores: {Y: 1.0, N: 0.0}", "choices: [Y, N]"],
)
def test_choices_beside_a_prompt_are_a_closed_list_of_its_answers(declared: str) -> None:
    prompt = one("grader.yaml", f"grader:\n  prompt: |-\n    You judge whether {{x}} names a city.\n  {declared}\n")
    assert prompt.around.contract is not None
    assert prompt.around.contract.schema == {"type": "string", "enum": ["Y", "N"]}
    assert not prompt.around.contract.enforced


def test_a_single_choice_beside_a_prompt_declares_nothing() -> None:
    prompt = one("grader.yaml", "grader:\n  prompt: |-\n    You judge whether {x} names a city.\n  choices: [Y]\n")
    assert prompt.around.contract is None


def test_the_turns_of_a_sample_conversation_are_messages_and_neighbours_of_one_speaker_are_one() -> None:
    text = (
        "instructions:\n  - type: general\n    content: |\n      Below is a conversation between Ann and a bot.\n"
        'sample_conversation: |\n  user "Hello there!"\n  user express greeting\n'
        '  bot express greeting\n    "Good day."\n'
        '  user "Bye"\n'
    )
    prompt = one("config/config.yml", text)
    assert turns(prompt) == [
        ("system", "Below is a conversation between Ann and a bot.\n"),
        ("user", 'user "Hello there!"\nuser express greeting'),
        ("assistant", 'bot express greeting\n  "Good day."'),
        ("user", 'user "Bye"'),
    ]
    check_places(prompt, text)


SAID = "You are a grader of essays. Answer with one number from 1 to 5 and nothing else, please."


@pytest.mark.parametrize(
    ("text", "symbols", "roles"),
    [
        (f"parameters: [essay]\nvalue: {SAID}\n", ["value"], ["user"]),
        (f"personality: You are Pip, a robot.\ntask: |\n  {SAID}\n", [None], ["system"]),
        (
            f"- name: g\n  system:\n    value: {SAID}\n  user:\n    value: Grade {{essay}} now.\n",
            ["0.system"],
            ["system", "user"],
        ),
        (
            f"introduction: {SAID}\nprinciples: Be fair to all the writers.\ngeneration: Grade the essay below.\n",
            [None],
            ["system"],
        ),
    ],
    ids=["PyRIT", "personality and task", "roles with a value", "sections"],
)
def test_a_prompt_in_a_data_file_is_read_as_its_framework_reads_it(
    text: str, symbols: list[str | None], roles: list[str]
) -> None:
    found = read("grader.yaml", text).prompts
    assert [prompt.symbol for prompt in found] == symbols
    assert [message.role for message in found[0].messages] == roles
    check_places(found[0], text)


def test_a_prompt_file_without_known_keys_gives_the_long_texts_that_speak_to_a_model() -> None:
    long = f"{SAID} Read the essay twice. If you are not sure, answer with the lower number of the two."
    text = f"note: Written in May for the school.\nfirst: {long}\n"
    assert [prompt.symbol for prompt in read("prompts/grader.yaml", text, named=False).prompts] == ["first"]
    assert read("config/grader.yaml", text, named=False).prompts == ()


def test_the_log_of_a_call_is_no_prompt() -> None:
    sent = [{"role": "system", "content": "You are a guide. Answer what the hikers ask about the huts."}]
    log = {"messages": sent, "response": "At noon.", "usage": {"total": 9}}
    assert not read("calls/prompt.json", json.dumps({"lm": [log]})).prompts
    assert read("calls/prompt.json", json.dumps({"lm": [{"messages": sent}]})).prompts
