"""Semantic Kernel: `skprompt.txt` with its `config.json`, functions and agents in YAML."""

from __future__ import annotations

import hashlib

from promptlint.model import Dependency, Document, Extraction, Surroundings
from promptlint.sources import markers
from promptlint.sources.making import EMPTY, Maker, Turn, empty, raw
from promptlint.sources.nodes import Node, SourceError
from promptlint.sources.project import Project
from promptlint.sources.schemas import contract_of_format, schema_contract

_DIALECTS = {"semantic-kernel": "sk", "handlebars": "mustache", "jinja2": "jinja", "liquid": "jinja"}


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002, ARG001
    """Return the prompt of `skprompt.txt`; its variables stand in the `config.json` beside it."""
    if not document.text.strip():
        return empty(document)
    maker = Maker(document, format, "raw", project)
    config, depends = _config(document, project)
    node = raw(document.text, document.path, 0, len(document.text))
    dialect = _DIALECTS.get(config.string("template_format") or "semantic-kernel", "sk")
    turns = markers.split_node(node, markers.TAG, "system") or [Turn("system", (node,))]
    symbol = document.path.rsplit("/", 2)[-2] if "/" in document.path else None
    made = maker.prompt(turns, symbol=symbol, around=_around(config, document.path), dialect=dialect)
    if made is None:
        return empty(document, 0, "the file holds no text")
    done = maker.extraction()
    return done._replace(prompts=tuple(prompt._replace(depends=depends) for prompt in done.prompts))


def _config(document: Document, project: Project) -> tuple[Node, tuple[Dependency, ...]]:
    from promptlint.sources.jsonmap import parse_json

    other = project.read(project.beside(document.path, "config.json"))
    if other is None:
        return Node("map", 0, 0), ()
    digest = hashlib.sha256(other.text.encode("utf-8", "surrogatepass")).hexdigest()
    depends = (Dependency(other.path, digest),)
    try:
        root = parse_json(other.text, other.path)
    except SourceError:
        root = Node("map", 0, 0)
    return root, depends


def _around(config: Node, path: str) -> Surroundings:
    given = config.get("input_variables")
    listed = given if given is not None else config.at("input", "parameters")
    names = None
    if listed is not None and listed.kind == "list":
        names = tuple(name for item in listed.items if (name := item.string("name")))
    contract, json_mode = None, False
    settings = config.get("execution_settings")
    for service in (value for _, value in settings.pairs) if settings is not None else ():
        if contract is None and not json_mode:
            contract, json_mode = contract_of_format(service.get("response_format"), path)
    output = config.get("output_variable")
    if contract is None and output is not None:
        contract = schema_contract(output.get("json_schema"), path, "output_variable", enforced=False)
    return Surroundings(contract=contract, json_mode=json_mode, variables=names)


def function(maker: Maker, root: Node) -> bool:
    """A function in YAML: `template` beside `template_format`, `execution_settings` or `input_variables`."""
    template = root.get("template") if root.kind == "map" else None
    if template is None or template.kind != "string" or maker.host != "yaml":
        return False
    listed = root.get("input_variables")
    ours = root.get("execution_settings") is not None or (
        listed is not None and any(i.kind == "map" for i in listed.items)
    )
    if not ours and root.string("template_format") not in _DIALECTS:
        return False
    maker.format = "semantic-kernel"
    dialect = _DIALECTS.get(root.string("template_format") or "semantic-kernel", "sk")
    turns = markers.split_node(template, markers.TAG, "system") or [Turn("system", (template,))]
    around = _around(root, maker.document.path)
    if maker.prompt(turns, symbol=root.string("name"), around=around, dialect=dialect) is None:
        maker.fault(EMPTY + "the template holds no text", template.start)
    return True
