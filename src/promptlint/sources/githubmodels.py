"""GitHub Models prompt files."""

from __future__ import annotations

import re

from promptlint.model import Contract, Fact, Surroundings
from promptlint.sources.making import EMPTY, Maker
from promptlint.sources.nodes import Node
from promptlint.sources.requestfiles import number
from promptlint.sources.schemas import contract_of_format, mapping
from promptlint.sources.shapes import chat_turns
from promptlint.text.pieces import SourceSpan

_GITHUB_NAME = re.compile(r"(?:^|[./])[^/]*\.prompt\.ya?ml$", re.I)
_GITHUB_KEYS = ("modelParameters", "responseFormat", "jsonSchema", "testData", "evaluators")
_SPACED = re.compile(r"\{\{(?:[ \t]+[\w.-]+[ \t]*|[\w.-]+[ \t]+)\}\}")


def github_models(maker: Maker, root: Node) -> bool:
    """`*.prompt.yml`, or messages with the keys of GitHub Models."""
    if root.kind != "map" or maker.host != "yaml":
        return False
    messages = root.get("messages")
    ours = bool(_GITHUB_NAME.search(maker.document.path)) and root.get("template") is None
    if messages is None or not (ours or any(key in root.keys for key in _GITHUB_KEYS)):
        return False
    maker.format = "github-models"
    if not messages.items:
        maker.fault(EMPTY + "the file has no messages", messages.start)
        return True
    turns = chat_turns(messages)
    if turns is None:
        maker.fault("messages must be a list of `role` (system, user, assistant) and `content`", messages.start)
        return True
    contract, json_mode = _github_contract(maker, root)
    parameters = root.get("modelParameters")
    temperature = parameters.get("temperature") if parameters else None
    around = Surroundings(
        contract=contract, json_mode=json_mode, model=root.string("model"), temperature=number(temperature)
    )
    facts = [fact for turn in turns for part in turn.parts for fact in _spaced(maker.document.path, part)]
    if maker.prompt(turns, symbol=root.string("name"), around=around, dialect="bare", facts=facts) is None:
        maker.fault(EMPTY + "the messages hold no text", messages.start)
    return True


def _github_contract(maker: Maker, root: Node) -> tuple[Contract | None, bool]:
    wanted, declared = root.string("responseFormat"), root.get("jsonSchema")
    if wanted == "json_schema" and declared is not None:
        whole = mapping(declared)
        schema = whole.get("schema", whole) if whole else None
        name = whole.get("name") if whole else None
        if whole is None:
            maker.fault("jsonSchema is not a string that holds a JSON object", declared.start)
        contract = Contract(
            name if isinstance(name, str) else "jsonSchema",
            enforced=True,
            schema=schema if isinstance(schema, dict) else None,
            source=SourceSpan(maker.document.path, declared.start, declared.end),
            strict=bool(whole and whole.get("strict") is True),
        )
        return contract, False
    return contract_of_format(root.get("responseFormat"), maker.document.path)


def _spaced(path: str, part: Node) -> list[Fact]:
    """`{{ name }}` stays as it is written: only `{{name}}` is replaced."""
    from promptlint.text.pieces import SourceMap

    places = SourceMap(part.pieces)
    found = []
    for match in _SPACED.finditer(part.text):
        span = places.to_source(*match.span())
        if span is not None:
            detail = (
                f"`{match.group()}` is not replaced because of its blanks; write `{match.group().replace(' ', '')}`"
            )
            found.append(Fact("INP008", SourceSpan(path, span.start, span.end), {"detail": detail}))
    return found
