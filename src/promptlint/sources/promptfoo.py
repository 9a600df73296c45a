"""promptfoo configurations: prompts written in the file, grader prompts, and what asserts say about the output."""

from __future__ import annotations

import re

from promptlint.model import Contract, Surroundings
from promptlint.sources.making import Maker, Turn
from promptlint.sources.nodes import Node, SourceError
from promptlint.sources.schemas import contract_of_format, schema_contract
from promptlint.sources.shapes import chat_turns, speaks

_NAME = re.compile(r"(?:^|/)promptfooconfig[^/]*\.(?:ya?ml|json)$", re.I)
_REFERENCE = re.compile(r"\s*(?:file|exec|langfuse|portkey|helicone|https?|python|package):|[^\s{}]+\s*$")
_SCHEMA = "promptfoo.dev/config-schema.json"


def configuration(maker: Maker, root: Node) -> bool:
    """A file of that name, with that schema, or with prompts or providers together with tests."""
    if root.kind != "map":
        return False
    keys = set(root.keys)
    shape = bool(keys & {"prompts", "providers", "targets"}) and bool(keys & {"tests", "scenarios", "redteam"})
    prompts = root.get("prompts")
    if shape and prompts is not None:
        shape = all(_is_prompt(item) for item in _listed(prompts))
    if not (_NAME.search(maker.document.path) or shape or _SCHEMA in maker.document.text[:2000]):
        return False
    maker.format = "promptfoo"
    around = _around(maker, root)
    for item in _listed(prompts) if prompts is not None else ():
        _prompt(maker, item, around)
    _providers(maker, root)
    _graders(maker, root)
    return True


def _is_prompt(item: Node) -> bool:
    return item.kind == "string" or bool(set(item.keys) & {"id", "raw", "label", "template", "function"})


def _listed(node: Node) -> tuple[Node, ...]:
    return node.items if node.kind == "list" else (node,) if node.kind == "string" else ()


def _prompt(maker: Maker, item: Node, around: Surroundings) -> None:
    """Take a prompt that is written here; a reference names a file that is read on its own."""
    body = item if item.kind == "string" else item.get("raw", "template", "id")
    symbol = None if item.kind == "string" else item.string("label", "id")
    turns = chat_turns(body)
    if turns is None and body is not None and body.kind == "string":
        if _REFERENCE.match(body.text) and "\n" not in body.text:
            return
        turns = embedded_chat(body) or [Turn("user", (body,))]
    if turns and any(speaks(part, 1) for turn in turns for part in turn.parts):
        maker.prompt(turns, symbol=symbol, around=around, dialect="jinja")


def embedded_chat(node: Node) -> list[Turn] | None:
    """Return the turns of a string that itself holds a JSON list of messages, with places in the outer file."""
    if not node.text.lstrip().startswith("["):
        return None
    from promptlint.sources.jsonmap import parse_json

    try:
        inner = parse_json(node.text, "")
    except SourceError:
        return None
    turns = chat_turns(inner)
    if turns is None:
        return None
    # The inner texts are placed by their own offsets in the outer text, escapes and all.
    return [Turn(turn.role, tuple(_placed(node, part) for part in turn.parts if part.text)) for turn in turns]


def _placed(outer: Node, part: Node) -> Node:
    from promptlint.text.builder import TextBuilder
    from promptlint.text.pieces import SourceMap

    places = SourceMap(outer.pieces)
    builder = TextBuilder()
    for piece in part.pieces:
        text = part.text[piece.start : piece.end]
        span = places.to_source(piece.source_start, piece.source_end)
        inside = places.between(piece.source_start, piece.source_end)
        if span is None:
            builder.join(text)
        elif piece.kind == "text" and all(found.kind == "text" for found in inside):
            for found in inside:
                low, high = max(found.start, piece.source_start), min(found.end, piece.source_end)
                first = low - piece.source_start
                builder.text(text[first : first + high - low], found.path, found.source_start + low - found.start)
        else:
            builder.escape(text, span.path, span.start, span.end)
    whole, pieces = builder.build()
    return Node("string", outer.start, outer.end, whole, pieces)


def _around(maker: Maker, root: Node) -> Surroundings:
    path = maker.document.path
    contract: Contract | None = None
    json_mode = False
    model = None
    for provider in _all(root.get("providers", "targets")):
        name = provider.text if provider.kind == "string" else provider.string("id")
        model = model or name
        config = provider.get("config")
        if config is not None and contract is None:
            wanted = config.get("response_format") or config.at("text", "format")
            contract, json_mode = contract_of_format(wanted, path)
    if contract is None:
        contract = _asserted(root, path)
    return Surroundings(contract=contract, json_mode=json_mode and contract is None, model=model)


def _asserted(root: Node, path: str) -> Contract | None:
    """`is-json` with a schema tells the shape that tests expect; the model is not held to it."""
    cases = [root.get("defaultTest"), *_all(root.get("tests"))[:50]]
    for case in cases:
        for check in _all(case.get("assert") if case is not None else None):
            value = check.get("value")
            if check.string("type") in ("is-json", "contains-json") and value is not None and value.kind == "map":
                return schema_contract(value, path, "is-json", enforced=False)
    return None


def _providers(maker: Maker, root: Node) -> None:
    for provider in _all(root.get("providers", "targets")):
        config = provider.get("config")
        body = (
            config.get("systemPrompt", "system", "instructions", "system_instruction") if config is not None else None
        )
        if body is not None and speaks(body) and not _REFERENCE.fullmatch(body.text):
            maker.prompt([Turn("system", (body,))], symbol=provider.string("label", "id"), dialect="jinja")


def _graders(maker: Maker, root: Node) -> None:
    """`rubricPrompt` is the prompt of the model that grades."""
    cases = [root.get("defaultTest"), *_all(root.get("tests"))]
    bodies = [case.at("options", "rubricPrompt") for case in cases if case is not None]
    bodies += [check.get("rubricPrompt") for case in cases if case is not None for check in _all(case.get("assert"))]
    for body in bodies:
        turns = chat_turns(body)
        if turns is None and body is not None and speaks(body):
            turns = embedded_chat(body) or [Turn("user", (body,))]
        if turns:
            maker.prompt(turns, symbol="rubricPrompt", dialect="jinja", kind_hint="judge")


def _all(node: Node | None) -> tuple[Node, ...]:
    return node.items if node is not None and node.kind == "list" else ()
