"""Files that agents read as instructions: AGENTS.md and kin, skills, subagents, commands, rules."""

from __future__ import annotations

import re

from promptlint.model import Document, Extraction, Fact, Kind, Surroundings
from promptlint.sources.assemble import PromptBuilder
from promptlint.sources.frontmatter import FrontMatter, split_front_matter
from promptlint.sources.making import empty
from promptlint.sources.nodes import Node, SourceError
from promptlint.sources.plain import looks_like_prompt
from promptlint.sources.project import Project
from promptlint.text.pieces import SourceSpan

MEMORY = frozenset(
    {
        "agent-memory",
        "skill",
        "copilot-instructions",
        "cursor-rules",
        "windsurf-rules",
        "cline-rules",
        "claude-rules",
        "agent-rules",
    }
)  # fmt: skip
AGENTS = frozenset({"claude-agent", "copilot-agent"})
_CLAUDE_SLOT = re.compile(r"\$ARGUMENTS(?:\[\d+\])?|\$[1-9](?!\d)")
_SKILL_SLOT = re.compile(r"\$ARGUMENTS(?:\[\d+\])?")
_COPILOT_SLOT = re.compile(
    r"\$\{(?:input:[\w-]+(?::[^{}\n]{0,200})?|selection|selectedText|file(?:Basename|Dirname|BasenameNoExtension)?"
    r"|workspaceFolder(?:Basename)?|lineNumber)\}"
)
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_AGENT_FOLDER = re.compile(r"(?:^|/)(?:\.github|agents|chatmodes)/")


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002, ARG001
    """Return the file's one prompt: all text below the front matter; none of a page that merely ends in `.agent.md`."""
    text, path = document.text, document.path
    if not text.strip():
        return empty(document)
    matter = split_front_matter(text)
    elsewhere = format == "copilot-agent" and not _AGENT_FOLDER.search(path)
    if elsewhere and matter is None and not named and not looks_like_prompt(path, text):
        return Extraction()
    fields, error = (Node("map", 0, 0), None) if matter is None else _fields(text, path, matter)
    start = matter.body_start if matter else 0
    facts = _skill_facts(document, fields, error, matter) if format == "skill" else ()
    if not text[start:].strip():
        return empty(document, start, "there is front matter and no instruction below it")._replace(facts=facts)
    builder = PromptBuilder()
    builder.message("system", path)
    slots = _slots(format)
    at = start
    if slots is not None:
        for match in slots.finditer(text, start):
            builder.text(text[at : match.start()], path, at)
            builder.placeholder(_slot_name(match.group()), path, *match.span())
            at = match.end()
    builder.text(text[at:], path, at)
    prompt = builder.build(
        id=f"{path}#0",
        path=path,
        format=format,
        dialect="dollar" if slots is not None and at > start else "none",
        around=_around(fields),
        kind_hint=kind_of(format),
    )
    from promptlint.sources.suppress import matter_ignores

    return Extraction(prompts=(prompt._replace(facts=facts, suppressions=matter_ignores(fields, path, len(text))),))


def kind_of(format: str) -> Kind | None:  # noqa: A002 - the contract's own word
    """Return the kind that a format makes certain."""
    return "memory" if format in MEMORY else "agent" if format in AGENTS else None


def _fields(text: str, path: str, matter: FrontMatter) -> tuple[Node, SourceError | None]:
    from promptlint.sources.matter import read_tolerant

    return read_tolerant(text, path, matter)


def _slots(format: str) -> re.Pattern[str] | None:  # noqa: A002 - the contract's own word
    if format == "claude-command":
        return _CLAUDE_SLOT
    if format == "skill":
        return _SKILL_SLOT
    return _COPILOT_SLOT if format == "copilot-prompt" else None


def _slot_name(written: str) -> str:
    return written.strip("${}").removeprefix("input:").split(":", 1)[0]


def _around(fields: Node) -> Surroundings:
    tools = fields.get("tools", "allowed-tools")
    names: tuple[str, ...] | None = None
    if tools is not None and tools.kind == "list":
        names = tuple(item.text for item in tools.items if item.text)
    elif tools is not None and tools.text.strip():
        names = tuple(part.strip(" []'\"") for part in tools.text.split(",") if part.strip(" []'\""))
    return Surroundings(tools=names or None, model=fields.string("model"))


_LOADED = re.compile(r"/(?:[^/]*[-_])?skills/|/\.(?:claude|agents|codex|gemini)/", re.I)
"""The folders where agents look for skills."""


def _skill_facts(
    document: Document, fields: Node, error: SourceError | None, matter: FrontMatter | None
) -> tuple[Fact, ...]:
    """Return where a SKILL.md breaks the limits of the Agent Skills specification."""
    path = document.path
    if matter is None:
        if "/" in path and _LOADED.search(f"/{path}") is None:
            return ()  # a file of that name that no agent looks for
        return (_fact(path, 0, 0, "there is no front matter; a skill needs `name` and `description`"),)
    found = []
    if error is not None:
        found.append(_fact(path, error.offset, error.offset, f"the front matter is {error}"))
    found += _name_facts(path, fields, matter)
    found += _length_facts(path, fields, matter, "description", 1024, required=True)
    found += _length_facts(path, fields, matter, "compatibility", 500, required=False)
    return tuple(found)


def _name_facts(path: str, fields: Node, matter: FrontMatter) -> list[Fact]:
    node = fields.get("name")
    if node is None or not node.text:
        return [_fact(path, matter.yaml_start, matter.yaml_start, "the front matter has no `name`")]
    name = node.text
    said = []
    if len(name) > 64:
        said.append(f"the name has {len(name)} characters, 64 are allowed")
    if _NAME.fullmatch(name) is None and not (name.lower() == name and re.fullmatch(r"[^\W_]+(?:-[^\W_]+)*", name)):
        said.append(f"the name `{name[:80]}` may only hold lower-case letters, digits and single hyphens between them")
    folder = path.rsplit("/", 2)[-2] if path.count("/") else ""
    if not said and folder not in ("", ".", "..", name):
        said.append(f"the name `{name}` differs from the folder `{folder}`")
    return [_fact(path, node.start, node.end, detail) for detail in said]


def _length_facts(path: str, fields: Node, matter: FrontMatter, key: str, limit: int, *, required: bool) -> list[Fact]:
    node = fields.get(key)
    if node is None or not node.text.strip():
        missing = f"the front matter has no `{key}`"
        return [_fact(path, matter.yaml_start, matter.yaml_start, missing)] if required else []
    if len(node.text) <= limit:
        return []
    return [_fact(path, node.start, node.end, f"`{key}` has {len(node.text)} characters, {limit} are allowed")]


def _fact(path: str, start: int, end: int, detail: str) -> Fact:
    return Fact("MEM003", SourceSpan(path, start, end), {"detail": detail})
