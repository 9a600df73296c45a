"""What holds for every format: nothing raises, places are true, sample files are accounted for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from promptlint.model import Document
from promptlint.sources.project import Project, decode
from promptlint.sources.registry import CANDIDATE_SUFFIXES, extract, identify, may_hold_prompts
from tests.sources import test_baml_and_poml as other
from tests.sources import test_data_files as data
from tests.sources import test_templates as templates
from tests.sources.helpers import check_places, read

SHARED = Path(__file__).parents[2] / "../shared"

PATHS = (
    "AGENTS.md", "skills/x/SKILL.md", ".cursor/rules/a.mdc", "x.prompt.md", "a.prompty", "a.prompt", "a.j2", "a.hbs",
    "a.poml", "a.baml", "a.prompt.yml", "promptfooconfig.yaml", "skprompt.txt", "prompts/a.yaml", "prompts/a.json",
    "prompts/a.toml", "train.jsonl", "prompts/a.txt", "prompts/a.md", "flow.dag.yaml", "config/agents.yaml",
)  # fmt: skip
WHOLE = (
    templates.DOT, templates.V1, data.GITHUB, data.PROMPTFOO, other.BAML, other.POML,
    '{"model": "m", "messages": [{"role": "system", "content": "You \\u00e9 {{x}}"}], "tools": [{"name": "t"}]}\n',
    '[a]\nsystem_prompt = """\nYou find {{x}} in all of the texts.\n"""\nother = \'x\'\n',
    "---\nname: x\ndescription: y\n---\n{# c #}You {% if a %}find{% endif %} {{ x }}.\nsystem:\nA\nuser:\nB\n",
)  # fmt: skip
SCRAPS = st.text(
    st.sampled_from("ab \n\r\t:-#'\"{}[]<>|&*!%@=,.?/\\()0\u00e9\U0001f600\ufeff\x00\x85\ud800"), max_size=80
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Text of one format with a piece cut out, doubled or overwritten."""
    text = draw(st.sampled_from(WHOLE))
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 12)))
        text = text[:at] + draw(SCRAPS | st.just("")) + text[end if draw(st.booleans()) else at :]
    return text


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PATHS), damaged() | SCRAPS, st.booleans())
@example("a.baml", "@", True)
@example("a.poml", "<a", True)
@example("a.prompt", "---\na: 1\n---\n", True)
@example("prompts/a.yaml", "prompts: &a [*a]", True)
def test_no_text_makes_a_source_fail_and_all_places_are_true(path: str, text: str, named: bool) -> None:
    found = read(path, text, named=named)
    for prompt in found.prompts:
        check_places(prompt, text)
        assert prompt.text.strip()
        assert prompt.messages
        for message in prompt.messages:
            assert 0 <= message.start <= message.end <= len(prompt.text)
        for fact in prompt.facts:
            assert 0 <= fact.source.start <= fact.source.end <= len(text)
        for item in prompt.suppressions:
            assert 0 <= item.covers_start <= item.covers_end <= len(text)
    for fault in found.faults:
        assert fault.message
        assert fault.line is not None
        assert fault.line >= 1
    assert len({prompt.id for prompt in found.prompts}) == len(found.prompts)


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_file_is_never_clean_where_its_name_says_prompt(path: str) -> None:
    clear = path not in ("prompts/a.yaml", "prompts/a.json", "prompts/a.toml", "train.jsonl", "flow.dag.yaml",
                         "config/agents.yaml", "promptfooconfig.yaml", "a.baml", "a.prompt.yml")  # fmt: skip
    assert bool(read(path, "").faults) or not clear


@pytest.mark.parametrize("name", ["prompt.txt", "triage_prompt.txt", "reply.prompt.de.txt"])
def test_a_text_file_named_prompt_is_one_whatever_its_language(name: str) -> None:
    assert read(f"app/{name}", "把下面的句子翻译成英文，只输出译文。", named=False).prompts


@pytest.mark.parametrize("path", ["app/prompts.md", "app/prompt_history.txt", "app/reprompt.txt"])
def test_a_name_that_only_mentions_prompts_does_not_make_one(path: str) -> None:
    assert not read(path, "Collected over the summer of 2024, sorted by team.", named=False).prompts


def test_discovery_by_name_covers_every_format() -> None:
    assert all(may_hold_prompts(path) for path in PATHS)
    assert all(may_hold_prompts("x" + suffix) for suffix in CANDIDATE_SUFFIXES)
    assert all(may_hold_prompts(path) for path in (".cursorrules", ".clinerules", "system_prompt", "a.ipynb", "a.ts"))
    assert not any(may_hold_prompts(path) for path in ("a.png", "Makefile", "a.lock", ".gitignore", "a.csv"))


def test_a_markdown_file_is_read_without_yaml_json_or_tables_of_other_formats(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom promptlint.model import Document\nfrom promptlint.sources.project import Project\n"
        "from promptlint.sources.registry import extract\n"
        "assert extract(Document('p.md', 'You help the user.'), Project('.')).prompts\n"
        "heavy = {'yaml', 'json', 'tomllib', 'rich', 'libcst', 'jsonschema', 'tiktoken', 'ast'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr


# --- public files

EXPECTED_FAULTS = {
    "dotprompt/google__dotprompt/packages/codemirror/samples/02-schema-and-config.prompt": 31,
    "dotprompt/google__dotprompt/packages/monaco/samples/10-kitchen-sink.prompt": 33,
}
"""Samples whose front matter is not YAML: the line of the fault."""
WITHOUT_PROMPTS = {
    "promptflow-dag": 8,  # flows name template files
    "skprompt": 16,  # the configuration beside a prompt
    "prompt-yaml": 13,  # recorded requests and responses, data of examples
    "prompt-toml": 5,  # agent settings without running text
    "baml": 6,  # types, clients and generators alone
    "evals-jsonl": 5,
    "chat-jsonl": 1,
    "prompt-json": 1,
    "prompt-yml": 0,
    "promptfooconfig": 2,  # prompts are functions of a Python file, or nothing but a variable
}
LEAST = {
    "agents-md": 25, "baml": 18, "claude-agents": 3, "claude-commands": 3, "claude-md": 12, "copilot-agent-md": 9,
    "copilot-instructions-md": 13, "cursor-mdc": 16, "cursorrules": 7, "dotprompt": 15, "github-models-prompt-yml": 2,
    "handlebars": 1, "jinja": 16, "langchain-prompt": 9, "poml": 8, "prompt-json": 9, "prompt-md": 110, "prompt-toml":
    3, "prompt-txt": 60, "prompty": 25, "skill-md": 30, "skprompt": 6,
}  # fmt: skip
"""Prompts that a folder of samples yields at least."""


@pytest.mark.skipif(not (SHARED / "samples").is_dir(), reason="the sample files are not here")
def test_every_public_sample_is_read_or_has_a_reason() -> None:
    root = (SHARED / "samples").resolve()
    prompts: dict[str, int] = {}
    without: dict[str, int] = {}
    faults = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root).as_posix()
        if not path.is_file() or "/" not in relative or path.suffix == ".py":
            continue
        text = decode(path.read_bytes())
        found = extract(Document(str(path), text), Project(str(root)), named=True)
        folder = relative.split("/")[0]
        prompts[folder] = prompts.get(folder, 0) + len(found.prompts)
        for prompt in found.prompts:
            check_places(prompt, text)
        if found.faults:
            faults[relative] = found.faults[0].line
        elif not found.prompts:
            without[folder] = without.get(folder, 0) + 1
    assert faults == EXPECTED_FAULTS
    assert {folder: count for folder, count in without.items() if count > WITHOUT_PROMPTS.get(folder, 0)} == {}
    assert {folder: count for folder, count in LEAST.items() if prompts.get(folder, 0) < count} == {}


@pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="the labelled files are not here")
def test_every_labelled_file_holds_a_prompt_and_no_fault() -> None:
    root = (SHARED / "gold" / "dev" / "items").resolve()
    bad = []
    for path in sorted(root.rglob("*")):
        if path.is_file():
            found = extract(Document(str(path), decode(path.read_bytes())), Project(str(root)), named=True)
            if found.faults or not found.prompts:
                bad.append((path.name, found.faults))
    assert bad == []


@pytest.mark.parametrize("path", ["a.rst", "a.xml", "Makefile"])
def test_a_file_that_no_module_reads_says_so(path: str) -> None:
    assert identify(path, "You help.") is None
    assert read(path, "You help.").unsupported


def test_a_named_file_without_a_suffix_is_text_where_it_speaks_like_a_prompt() -> None:
    text = "You are a careful reader. Ask one question if the request is unclear.\n"
    assert [prompt.format for prompt in read("preprompts/clarify", text).prompts] == ["text"]
    assert read("preprompts/clarify", text, named=False).prompts == ()
