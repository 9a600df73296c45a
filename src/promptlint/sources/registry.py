"""Which module reads which file. Modules are imported when the first file of their format appears."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from promptlint.model import Document, Extraction
from promptlint.sources.project import Project
from promptlint.text import lazy_re as re
from promptlint.text.records import NamedTuple


class Format(NamedTuple):
    """A row of the table: `matches(path, text)` decides by name first and looks into the text only if it must."""

    name: str
    module: str
    matches: Callable[[str, str], bool]


def _suffix(*endings: str) -> Callable[[str, str], bool]:
    return lambda path, _text: path.lower().endswith(endings)


def _path(pattern: str, needs: str) -> Callable[[str, str], bool]:
    compiled = re.compile(pattern, re.I, needs=needs)
    return lambda path, _text: compiled.search(path) is not None


def _described(folder: str, below: str, keys: tuple[str, ...]) -> Callable[[str, str], bool]:
    """Match a path in a folder whose file opens with front matter that has all these keys."""
    placed = _path(rf"(?:^|/){folder}{below}", folder)
    found = [re.compile(rf"^{key}[ \t]*:", re.M) for key in keys]

    def matches(path: str, text: str) -> bool:
        if not placed(path, text) or not text.startswith("---"):
            return False
        head = text[: max(text.find("\n---", 3), 0)]
        return all(key.search(head) for key in found)

    return matches


_AGENT_FILES = "promptlint.sources.agentfiles"
_TEMPLATES = "promptlint.sources.templates"
_DATA = "promptlint.sources.structured"

# First match wins.
FORMATS: tuple[Format, ...] = (
    Format("python", "promptlint.sources.python", _suffix(".py", ".pyi")),
    Format("notebook", "promptlint.sources.notebook", _suffix(".ipynb")),
    Format(
        "typescript",
        "promptlint.sources.typescript",
        _suffix(".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cts", ".cjs"),
    ),
    Format("copilot-prompt", _AGENT_FILES, _suffix(".prompt.md")),
    Format(
        "copilot-instructions",
        _AGENT_FILES,
        _path(r"\.instructions\.md$|(?:^|/)copilot-instructions\.md$", "instructions.md"),
    ),
    Format(
        "copilot-agent",
        _AGENT_FILES,
        _path(
            r"\.(?:agent|chatmode)\.md$|(?:^|/)\.github/(?:agents|chatmodes)/.+\.md$",
            ".agent.md .chatmode.md .github/",
        ),
    ),
    Format("prompty", "promptlint.sources.prompty", _suffix(".prompty")),
    Format("dotprompt", "promptlint.sources.dotprompt", _suffix(".prompt")),
    Format("semantic-kernel", "promptlint.sources.kernel", _path(r"(?:^|/)skprompt\.txt$", "skprompt.txt")),
    Format("poml", "promptlint.sources.poml", _suffix(".poml")),
    Format("baml", "promptlint.sources.baml", _suffix(".baml")),
    Format("cursor-rules", _AGENT_FILES, _path(r"(?:^|/)\.cursorrules$|\.mdc$", ".cursorrules .mdc")),
    Format("skill", _AGENT_FILES, _path(r"(?:^|/)SKILL\.md$", "skill.md")),
    Format(
        "agent-memory",
        _AGENT_FILES,
        _path(r"(?:^|/)(?:AGENTS(?:\.override)?|CLAUDE(?:\.local)?|GEMINI)\.md$", "agents claude gemini"),
    ),
    Format("claude-agent", _AGENT_FILES, _path(r"(?:^|/)\.claude/agents/.+\.md$", ".claude/")),
    Format("claude-command", _AGENT_FILES, _path(r"(?:^|/)\.claude/commands/.+\.md$", ".claude/")),
    Format("claude-rules", _AGENT_FILES, _path(r"(?:^|/)\.claude/(?:rules|output-styles)/.+\.md$", ".claude/")),
    Format(
        "windsurf-rules",
        _AGENT_FILES,
        _path(
            r"(?:^|/)\.windsurfrules$|(?:^|/)\.windsurf/(?:rules|workflows)/.+\.md$|(?:^|/)global_rules\.md$",
            ".windsurf global_rules.md",
        ),
    ),
    Format("cline-rules", _AGENT_FILES, _path(r"(?:^|/)\.clinerules(?:$|/.+\.(?:md|txt)$)", ".clinerules")),
    Format(
        "agent-rules",
        _AGENT_FILES,
        _path(
            r"(?:^|/)\.(?:continue|roo|augment|amazonq)/(?:rules|rules-[\w-]+)/.+\.md$|(?:^|/)\.junie/guidelines\.md$|"
            r"(?:^|/)\.kiro/steering/.+\.md$",
            "/rules .junie/ .kiro/",
        ),
    ),
    Format("claude-agent", _AGENT_FILES, _described("agents/", r"(?:[^/]+/)?[^/]+\.md$", ("name", "description"))),
    Format(
        "claude-command",
        _AGENT_FILES,
        _described("commands/", r".+\.md$", ("description", "(?:argument-hint|allowed-tools|agent)")),
    ),
    Format("jinja", _TEMPLATES, _suffix(".j2", ".jinja", ".jinja2", ".liquid")),
    Format("handlebars", _TEMPLATES, _suffix(".hbs", ".handlebars", ".mustache")),
    Format("yaml", _DATA, _suffix(".yaml", ".yml")),
    Format("json", _DATA, _suffix(".json")),
    Format("jsonl", "promptlint.sources.jsonl", _suffix(".jsonl")),
    Format("toml", _DATA, _suffix(".toml")),
    Format("markdown", "promptlint.sources.plain", _suffix(".md", ".markdown")),
    Format("text", "promptlint.sources.plain", _suffix(".txt", ".text", ".tmpl")),
    Format(
        "text",
        "promptlint.sources.plain",
        _path(r"(?:^|/)[^./]*(?:prompt|instructions|persona)[^./]*$", "prompt instructions persona"),
    ),
)

CANDIDATE_SUFFIXES = frozenset(
    {
        ".baml", ".cjs", ".handlebars", ".hbs", ".ipynb", ".j2", ".jinja", ".jinja2", ".js", ".json", ".jsonl", ".jsx",
        ".liquid", ".markdown", ".md", ".mdc", ".mjs", ".mts", ".mustache", ".poml", ".prompt", ".prompty", ".py",
        ".pyi", ".text", ".tmpl", ".toml", ".ts", ".tsx", ".txt", ".yaml", ".yml",
    }
)  # fmt: skip
"""Endings of files that may hold prompts."""


def may_hold_prompts(path: str) -> bool:
    """Whether a file may hold prompts, by its name alone: discovery opens no other file."""
    name = path.rsplit("/", 1)[-1]
    dot = name.rfind(".")
    if dot > 0 and name[dot:].lower() in CANDIDATE_SUFFIXES:
        return True
    return identify(path, "") is not None


def identify(path: str, text: str) -> Format | None:
    """Return the format of a file, None when no module reads it."""
    return next((row for row in FORMATS if row.matches(path, text)), None)


def extract(document: Document, project: Project, *, named: bool = True) -> Extraction:
    """Return the prompts of a file.

    `named` tells that the user named this very file: a text file is then a prompt without looking like one, and one
    without a suffix is read as text where it speaks like one.
    """
    row = identify(document.path, document.text)
    if row is None and named and "." not in document.path.rpartition("/")[2]:
        from promptlint.sources import plain

        if plain.signs_of(document.text):
            return plain.extract(document, project, format="text", named=True)
    if row is None:
        return Extraction(unsupported="no module reads this kind of file")
    result: Extraction = import_module(row.module).extract(document, project, format=row.name, named=named)
    return result


PROMPT_DIRECTORY = re.compile(
    r"(?:^|/)(?:prompts?|system_prompts?|prompt_templates?|prompt-templates?|instructions|personas?)(?:/|$)", re.I
)
PROMPT_NAME = re.compile(
    r"(?:^|[._/-])(?:prompts?|system|instructions?|skprompt|persona)(?=[._-][^/]*$|$)|[._-]user\.(?:md|txt)$", re.I
)
NOT_A_PROMPT = re.compile(
    r"(?:^|/)(?:readme|changelog|changes|history|license|licence|copying|notice|contributing|code_of_conduct|security|"
    r"authors|requirements[^/]*|robots|constraints[^/]*|cmakelists|todo|index|third_party[^/]*)(?:\.[\w-]+)*$",
    re.I,
)
