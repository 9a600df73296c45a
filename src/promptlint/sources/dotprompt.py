"""dotprompt (`*.prompt`): front matter, then Handlebars with role helpers; also plain text under that name."""

from __future__ import annotations

import re

from promptlint.model import Contract, Document, Extraction, Surroundings
from promptlint.sources import markers
from promptlint.sources.frontmatter import FrontMatter, split_front_matter
from promptlint.sources.making import Maker, Turn, empty, failed, raw
from promptlint.sources.nodes import Node, SourceError, plain
from promptlint.sources.picoschema import to_json_schema
from promptlint.sources.project import Project
from promptlint.sources.schemas import contract_of_format
from promptlint.sources.suppress import header_comments, matter_ignores, template_comments
from promptlint.text.pieces import SourceSpan

_OPENING = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*---[ \t]*(?:\r\n|\r|\n)")


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002
    """Return the one prompt of a `.prompt` file."""
    from promptlint.sources.matter import read_matter

    text, path = document.text, document.path
    if not text.strip():
        return empty(document)
    matter = split_front_matter(text)
    if matter is None:
        opening = _OPENING.match(text)
        if opening is not None and re.match(r"[A-Za-z_][\w.]*[ \t]*:", text[opening.end() :]):
            at = text.index("---")
            return failed(document, SourceError("front matter is opened by `---` and not closed", at))
        if "{{" not in text:
            from promptlint.sources.plain import extract as extract_plain

            return extract_plain(document, project, format="text", named=named)
    fields = Node("map", 0, 0)
    if matter is not None:
        try:
            fields = read_matter(text, path, matter)
        except SourceError as error:
            return failed(document, error)
    start = matter.body_start if matter else 0
    if not text[start:].strip():
        return empty(document, start, "there is front matter and no prompt below it")
    return _made(document, format, fields, matter, start)


def _made(
    document: Document,
    format: str,  # noqa: A002 - the contract's own word
    fields: Node,
    matter: FrontMatter | None,
    start: int,
) -> Extraction:
    text, path = document.text, document.path
    maker = Maker(document, format, "raw")
    body = text[start:]
    jinja = "{%" in body
    turns = markers.split(text, path, start, len(text), markers.HELPER, "user")
    if turns is None:
        pattern = markers.PREFIX
        turns = markers.split(text, path, start, len(text), pattern, "system")
        jinja = jinja or turns is not None
    dialect = "jinja" if jinja else "mustache"
    maker.suppressions = (
        (header_comments(text, path, matter.yaml_start) if matter else ())
        + template_comments(text, path, dialect)
        + matter_ignores(fields, path, len(text))
    )
    if turns is None:
        turns = [Turn("user", (raw(text, path, start, len(text)),))]
    around = _around(maker, fields, markers.HISTORY.search(body) is not None)
    from promptlint.sources.balance import template_facts

    facts = template_facts(text, path, start, len(text), dialect)
    made = maker.prompt(turns, symbol=fields.string("name"), around=around, dialect=dialect, facts=facts)
    if made is None:
        return empty(document, start, "the body holds role markers and no text")
    return maker.extraction()


def _around(maker: Maker, fields: Node, history: bool) -> Surroundings:
    path = maker.document.path
    output, given = fields.get("output"), fields.get("input")
    contract, json_mode = None, False
    if output is not None:
        json_mode = (output.string("format") or "") in ("json", "array", "enum")
        declared = output.get("schema")
        if declared is not None and declared.kind != "null":
            span = SourceSpan(path, declared.start, declared.end)
            contract = Contract("output.schema", enforced=True, schema=_schema(maker, declared), source=span)
    if contract is None and (wanted := fields.get("response_format")) is not None:
        contract, asked = contract_of_format(wanted, path)  # as providers and litellm take it
        json_mode = json_mode or asked
    variables: tuple[str, ...] | None = None
    if given is not None:
        declared = given.get("schema")
        schema = _schema(maker, declared) if declared is not None and declared.kind == "map" else None
        properties = schema.get("properties") if schema else None
        variables = tuple(properties) if isinstance(properties, dict) else None
    tools = fields.get("tools")
    config = fields.get("config")
    temperature = config.get("temperature") if config else fields.get("temperature")
    number = plain(temperature) if temperature and temperature.kind == "number" else None
    return Surroundings(
        contract=contract,
        json_mode=json_mode and contract is None,
        tools=tuple(item.text for item in tools.items if item.kind == "string") or None if tools else None,
        model=fields.string("model"),
        temperature=float(number) if isinstance(number, int | float) else None,
        variables=variables,
        history_injected=history,
    )


def _schema(maker: Maker, node: Node) -> dict[str, object] | None:
    try:
        return to_json_schema(node)
    except SourceError as error:
        maker.fault(f"the schema cannot be read: {error}", error.offset)
        return None
