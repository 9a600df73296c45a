"""Files that agents read: which they are, their kind, their front matter and the limits of skills."""

from __future__ import annotations

import pytest

from tests.sources.helpers import one, read

BODY = "# House rules\n\nUse tabs. Never push to main.\n"


@pytest.mark.parametrize(
    ("path", "format_", "kind"),
    [
        ("AGENTS.md", "agent-memory", "memory"),
        ("a/b/CLAUDE.md", "agent-memory", "memory"),
        ("CLAUDE.local.md", "agent-memory", "memory"),
        ("GEMINI.md", "agent-memory", "memory"),
        (".github/copilot-instructions.md", "copilot-instructions", "memory"),
        (".github/instructions/python.instructions.md", "copilot-instructions", "memory"),
        (".github/prompts/plan.prompt.md", "copilot-prompt", None),
        (".github/agents/reviewer.md", "copilot-agent", "agent"),
        ("agents/reviewer.agent.md", "copilot-agent", "agent"),
        (".claude/agents/review/deep.md", "claude-agent", "agent"),
        (".claude/commands/fix.md", "claude-command", None),
        (".claude/rules/style.md", "claude-rules", "memory"),
        (".cursor/rules/style.mdc", "cursor-rules", "memory"),
        (".cursorrules", "cursor-rules", "memory"),
        (".windsurfrules", "windsurf-rules", "memory"),
        (".windsurf/rules/style.md", "windsurf-rules", "memory"),
        (".clinerules", "cline-rules", "memory"),
        (".continue/rules/style.md", "agent-rules", "memory"),
    ],
)
def test_name_and_folder_tell_the_format_and_the_kind(path: str, format_: str, kind: str | None) -> None:
    found = read(path, BODY, named=False)
    assert [(p.format, p.kind_hint, p.text) for p in found.prompts] == [(format_, kind, BODY)]


def test_an_agent_of_a_plugin_is_told_by_its_front_matter() -> None:
    text = "---\nname: fixer\ndescription: Fixes.\n---\nYou fix bugs.\n"
    assert read("plugins/x/agents/fixer.md", text, named=False).prompts[0].kind_hint == "agent"
    assert read("docs/agents/overview.md", "# Agents\n\nThis page lists agents.\n", named=False).prompts == ()


def test_front_matter_is_no_prompt_text_and_names_tools_and_model() -> None:
    text = "---\r\nname: x\r\ntools: Read, Bash\r\nmodel: opus\r\n---\r\nYou review code.\r\n"
    prompt = one(".claude/agents/x.md", text)
    assert prompt.text == "You review code.\r\n"
    assert prompt.around.tools == ("Read", "Bash")
    assert prompt.around.model == "opus"


def test_globs_that_are_no_yaml_do_not_hide_a_cursor_rule() -> None:
    text = "---\ndescription: Style: tabs\nglobs: **/*.py\nalwaysApply: false\n---\nUse tabs.\n"
    assert one(".cursor/rules/s.mdc", text).text == "Use tabs.\n"


def test_a_rule_between_two_lines_of_dashes_is_not_swallowed() -> None:
    assert one("AGENTS.md", "---\nUse tabs\n---\nmore\n").text == "---\nUse tabs\n---\nmore\n"


def test_arguments_of_a_command_are_placeholders() -> None:
    prompt = one(".claude/commands/fix.md", "Fix issue $ARGUMENTS in $1.\nRun `echo $HOME`.\n")
    assert [item.name for item in prompt.placeholders] == ["ARGUMENTS", "1"]


def test_inputs_of_a_prompt_file_are_placeholders() -> None:
    prompt = one("x.prompt.md", "Write ${input:name:Who?} for ${selection} in `${HOME}`.\n")
    assert [item.name for item in prompt.placeholders] == ["name", "selection"]


@pytest.mark.parametrize("text", ["", " \n\n", "---\nname: x\n---\n\n"])
def test_an_empty_file_is_a_fault(text: str) -> None:
    found = read(".claude/agents/x.md", text)
    assert found.prompts == ()
    assert [fault.message.split(":")[0] for fault in found.faults] == ["prompt-empty"]


def skill(matter: str, folder: str = "pdf-tools") -> list[str]:
    text = f"---\n{matter}---\nRead the file.\n" if matter else "Read the file.\n"
    prompt = one(f"skills/{folder}/SKILL.md", text)
    assert all(fact.rule == "MEM003" for fact in prompt.facts)
    return [fact.data["detail"] for fact in prompt.facts]


def test_a_skill_within_the_limits_has_no_defect() -> None:
    assert skill("name: pdf-tools\ndescription: Reads PDF files.\n") == []


@pytest.mark.parametrize(
    ("matter", "words"),
    [
        ("", "no front matter"),
        ("description: x\n", "no `name`"),
        ("name: pdf-tools\n", "no `description`"),
        ("name: PDF_Tools\ndescription: x\n", "lower-case"),
        ("name: -pdf\ndescription: x\n", "single hyphens"),
        ("name: pdf--tools\ndescription: x\n", "single hyphens"),
        ("name: other\ndescription: x\n", "differs from the folder"),
        (f"name: {'a' * 65}\ndescription: x\n", "65 characters"),
        (f"name: pdf-tools\ndescription: {'a' * 1025}\n", "1025 characters"),
        (f"name: pdf-tools\ndescription: x\ncompatibility: {'a' * 501}\n", "501 characters"),
        ("name: pdf-tools\ndescription: Use when: asked\n", "not valid YAML"),
    ],
)
def test_each_limit_of_a_skill_is_a_defect(matter: str, words: str) -> None:
    found = skill(matter)
    assert len(found) == 1, found
    assert words in found[0]


def test_front_matter_can_silence_rules_with_a_reason() -> None:
    text = "---\nname: x\npromptlint: {ignore: {UNC001: asks back, OUT001: ''}}\n---\nYou review.\n"
    found = one(".claude/agents/x.md", text).suppressions
    assert [(item.rules, item.reason, item.problem is None) for item in found] == [
        (("UNC001",), "asks back", True),
        (("OUT001",), "", False),
    ]
    assert all((item.covers_start, item.covers_end) == (0, len(text)) for item in found)


def test_a_page_of_a_class_reference_is_no_agent_although_its_name_ends_so() -> None:
    text = "## BrowserAgent\n\n```python\nclass BrowserAgent:\n```\n\nSnapshots, model, action executor.\n"

    assert not read("docs/shop.browser.agent.md", text, named=False).prompts
    assert read(".github/agents/shop.agent.md", f"---\ndescription: browses\n---\n{text}", named=False).prompts


@pytest.mark.parametrize(
    ("path", "faulty"),
    [("skills/huts/SKILL.md", True), (".claude/huts/SKILL.md", True), ("SKILL.md", True), ("web/huts/SKILL.md", False)],
)
def test_a_skill_without_front_matter_is_faulty_where_agents_look_for_skills(path: str, faulty: bool) -> None:
    facts = one(path, "# Huts\n\nAnswer what hikers ask about huts.\n").facts
    assert any(fact.rule == "MEM003" for fact in facts) is faulty
