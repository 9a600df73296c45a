"""YAML, JSON and TOML files that hold prompts: parse, then ask the known shapes in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module

from promptlint.model import Document, Extraction, Host
from promptlint.sources.making import Maker, failed
from promptlint.sources.nodes import Node, SourceError
from promptlint.sources.project import Project
from promptlint.sources.registry import PROMPT_DIRECTORY, PROMPT_NAME
from promptlint.sources.suppress import data_comments

Recogniser = Callable[[Maker, Node], bool]

# (module, function); the first that takes the file wins. `generic` comes last.
_SHAPES = (
    ("promptlint.sources.promptfoo", "configuration"),
    ("promptlint.sources.kernel", "function"),
    ("promptlint.sources.langchain", "serialised"),
    ("promptlint.sources.langchain", "prompt_file"),
    ("promptlint.sources.githubmodels", "github_models"),
    ("promptlint.sources.agentconfigs", "promptflow"),
    ("promptlint.sources.agentconfigs", "crew"),
    ("promptlint.sources.agentconfigs", "smolagents"),
    ("promptlint.sources.agentconfigs", "saved_program"),
    ("promptlint.sources.agentconfigs", "agent"),
    ("promptlint.sources.exports", "stored_prompts"),
    ("promptlint.sources.exports", "bedrock_prompts"),
    ("promptlint.sources.requestfiles", "request"),
    ("promptlint.sources.generic", "keyed"),
)
_WORDS = (
    r"(?:\w*prompt\w*|\w*instructions?\w*|\w*template|\w*system\w*|messages|contents|persona|goal|backstory|objective"
    r"|constructor|instruction|config)"
)
_YAML_KEY = re.compile(rf"^[ \t-]*[\"']?{_WORDS}[\"']?[ \t]*[:=]", re.I | re.M)
_JSON_KEY = re.compile(rf'"{_WORDS}"\s*[:,]', re.I)
_ROLE = re.compile(r"""["']?\b(?:role|from|sample_conversation)["']?\s*:""")


def _may_hold(path: str, text: str) -> bool:
    """A look at the raw text, so that a walk over a repository does not parse every data file."""
    key = _JSON_KEY if host_of(path) == "json" else _YAML_KEY
    if _ROLE.search(text) is not None:
        return True
    placed, keyed = is_placed(path), key.search(text) is not None
    if placed == keyed:
        return placed
    from promptlint.sources.plain import signs_of

    return len(signs_of(text)) >= (1 if keyed else 2)


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002
    """Return the prompts of a data file; a file without any known shape has none."""
    text, path = document.text, document.path
    if not named and not _may_hold(path, text):
        return Extraction()
    try:
        root = parse(document)
    except SourceError as error:
        return failed(document, error) if named or is_placed(path) else Extraction()
    maker = Maker(document, format, host_of(path), project, named=named)
    if root.kind not in ("map", "list"):
        return Extraction()
    if maker.host in ("yaml", "toml"):
        maker.suppressions = data_comments(text, path, root)
    for module, name in _SHAPES:
        recognise: Recogniser = getattr(import_module(module), name)
        try:
            if recognise(maker, root):
                break
        except SourceError as error:
            maker.fault(str(error), error.offset)
            break
    return maker.extraction()


def is_placed(path: str) -> bool:
    """Whether the name or the folder of a file says that it holds prompts."""
    return bool(PROMPT_NAME.search(path) or PROMPT_DIRECTORY.search(path))


def host_of(path: str) -> Host:
    """Return the kind of text that the strings stand in."""
    lower = path.lower()
    if lower.endswith((".yaml", ".yml")):
        return "yaml"
    return "toml" if lower.endswith(".toml") else "json"


def parse(document: Document) -> Node:
    """Return the tree of a data file. Raises SourceError."""
    host = host_of(document.path)
    if host == "yaml":
        from promptlint.sources.yamlmap import parse_yaml

        return parse_yaml(document.text, document.path)
    if host == "toml":
        from promptlint.sources.tomlmap import parse_toml

        return parse_toml(document.text, document.path)
    from promptlint.sources.jsonmap import parse_json

    return parse_json(document.text, document.path)
