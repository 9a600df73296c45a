"""Prompty, v1 (Azure, promptflow) and v2: front matter, then a body with role markers."""

from __future__ import annotations

import re

from promptlint.model import Contract, Document, Extraction, Surroundings
from promptlint.sources import markers
from promptlint.sources.frontmatter import split_front_matter
from promptlint.sources.making import Maker, Turn, empty, failed, raw
from promptlint.sources.nodes import Node, SourceError, plain
from promptlint.sources.project import Project
from promptlint.sources.schemas import contract_of_format, schema_of_properties
from promptlint.sources.suppress import matter_ignores, template_comments
from promptlint.text.pieces import SourceSpan

_FILE = re.compile(r"\$\{file:(?P<path>[^${}]+)\}")
_OPENING = re.compile(r"\s*---[ \t]*(?:\r\n|\r|\n)")


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002, ARG001
    """Return the one prompt of a .prompty file."""
    from promptlint.sources.matter import read_matter

    text, path = document.text, document.path
    if not text.strip():
        return empty(document)
    matter = split_front_matter(text)
    fields = Node("map", 0, 0)
    if matter is None and _OPENING.match(text):
        return failed(document, SourceError("front matter is opened by `---` and not closed", text.index("---")))
    if matter is not None:
        try:
            fields = read_matter(text, path, matter)
        except SourceError as error:
            return failed(document, error)
    start = matter.body_start if matter else 0
    if not text[start:].strip():
        return empty(document, start, "there is front matter and no prompt below it")
    return _made(document, project, format, fields, start)


def _made(
    document: Document,
    project: Project,
    format: str,  # noqa: A002 - the contract's own word
    fields: Node,
    start: int,
) -> Extraction:
    text, path = document.text, document.path
    dialect = "mustache" if _template_kind(fields) == "mustache" else "jinja"
    maker = Maker(document, format, "raw")
    maker.suppressions = template_comments(text, path, dialect) + matter_ignores(fields, path, len(text))
    turns = markers.split(text, path, start, len(text), markers.LINE, "system")
    if turns is None:
        turns = [Turn("system", (raw(text, path, start, len(text)),))]
    threads = _threads(fields.get("inputs"))
    if threads:
        turns = [Turn(turn.role, _without(turn.parts, threads)) for turn in turns]
    history = bool(threads) or markers.HISTORY.search(text, start) is not None
    around = _around(document, project, fields)._replace(history_injected=history)
    maker.prompt(turns, symbol=fields.string("name"), around=around, dialect=dialect)
    if not maker.prompts:
        return empty(document, start, "the body holds role markers and no text")
    return maker.extraction()


def _template_kind(fields: Node) -> str:
    template = fields.get("template")
    if template is None:
        return "jinja2"
    if template.kind == "string":
        return template.text
    inner = template.get("format", "type")
    return (inner.string("kind") or inner.text if inner else "") or "jinja2"


def _around(document: Document, project: Project, fields: Node) -> Surroundings:
    model = fields.get("model")
    options = model and (model.get("parameters") or model.get("options"))
    contract, json_mode = None, False
    wanted = options and (options.get("response_format") or options.at("additionalProperties", "response_format"))
    if wanted:
        loaded = _loaded(document, project, wanted)
        contract, json_mode = contract_of_format(loaded, document.path)
    outputs = fields.get("outputs")
    if contract is None and outputs is not None and (outputs.pairs or outputs.items):
        second = is_v2(fields)
        span = SourceSpan(document.path, outputs.start, outputs.end)
        contract = Contract("outputs", enforced=second, schema=schema_of_properties(outputs), source=span)
    tools = fields.get("tools") or (options.get("tools") if options else None)
    temperature = options.get("temperature") if options else None
    number = plain(temperature) if temperature and temperature.kind == "number" else None
    return Surroundings(
        contract=contract,
        json_mode=json_mode,
        tools=_tool_names(tools),
        model=_model_name(model),
        temperature=float(number) if isinstance(number, int | float) else None,
        variables=_variables(fields.get("inputs")),
    )


def is_v2(fields: Node) -> bool:
    """Whether front matter is of Prompty v2, where `outputs` is what the provider is held to."""
    model = fields.get("model")
    if model is not None and (
        model.kind == "string" or model.get("id", "apiType", "provider", "options", "connection")
    ):
        return True
    listed = (fields.get("inputs"), fields.get("outputs"))
    return any(node is not None and any(item.get("kind") for item in node.children) for node in listed)


def _loaded(document: Document, project: Project, node: Node) -> Node:
    """Return what `${file:x.json}` stands for, or the node itself."""
    found = _FILE.fullmatch(node.text.strip()) if node.kind == "string" else None
    if found is None:
        return node
    from promptlint.sources.jsonmap import parse_json

    other = project.read(project.beside(document.path, found.group("path").strip()))
    try:
        return parse_json(other.text, other.path) if other is not None else node
    except SourceError:
        return node


def _model_name(model: Node | None) -> str | None:
    if model is None:
        return None
    if model.kind == "string":
        return model.text
    configuration = model.get("configuration")
    return model.string("id", "name") or (
        configuration.string("name", "azure_deployment", "model") if configuration else None
    )


def _variables(inputs: Node | None) -> tuple[str, ...] | None:
    if inputs is None:
        return None
    if inputs.kind == "list":
        return tuple(name for item in inputs.items if (name := item.string("name")))
    return inputs.keys


def _threads(inputs: Node | None) -> tuple[str, ...]:
    """Return the inputs that stand for the messages of a conversation."""
    if inputs is None:
        return ()
    if inputs.kind == "list":
        return tuple(item.string("name") or "" for item in inputs.items if item.string("kind") == "thread")
    return tuple(key.text for key, value in inputs.pairs if value.string("kind") == "thread")


def _without(parts: tuple[Node, ...], threads: tuple[str, ...]) -> tuple[Node, ...]:
    """Return the texts of a message without the slots of threads: those become messages of their own."""
    slot = re.compile(rf"\{{\{{\s*(?:{'|'.join(map(re.escape, threads))})\s*\}}\}}")
    kept = []
    for part in parts:
        at = 0
        for match in slot.finditer(part.text):
            kept.append(markers.cut_node(part, at, match.start(), trim=True))
            at = match.end()
        kept.append(markers.cut_node(part, at, len(part.text), trim=True) if at else part)
    return tuple(part for part in kept if part.text)


def _tool_names(tools: Node | None) -> tuple[str, ...] | None:
    if tools is None or tools.kind != "list":
        return None
    names = []
    for item in tools.items:
        inner = item.get("function")
        name = item.string("name") or (inner.string("name") if inner else None)
        if name:
            names.append(name)
    return tuple(names) or None
