"""BAML: every function is a prompt, its return type an enforced output contract."""

from __future__ import annotations

import re

from promptlint.model import Contract, Document, Extraction, Fact, Suppression, Surroundings
from promptlint.sources import markers
from promptlint.sources.bamlscan import Declaration, Token, Types, declarations, scan
from promptlint.sources.making import EMPTY, Maker, Turn, dedented, failed
from promptlint.sources.nodes import Node, SourceError
from promptlint.sources.project import Project
from promptlint.sources.suppress import MARK, parse_comment
from promptlint.text.builder import TextBuilder
from promptlint.text.pieces import SourceSpan

_PREFIXED = re.compile(
    r"(?P<format>\{\{-?\s{0,20}ctx\.output_format)\(\s{0,20}prefix\s{0,5}=\s{0,5}\"(?P<prefix>[^\"\n{}]{1,400})\""
    r"[^{}\"]{0,200}\)\s{0,20}(?P<close>-?\}\})"
)
_PRINTS = re.compile(r"ctx\.output_format|ctx\.output_schema|\{#print_type|_\.output_format")
_CALL = re.compile(r"\{\{-?\s*(?P<name>[A-Za-z_]\w*)\s*\([^{}]*\)\s*-?\}\}")


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002, ARG001
    """Return one prompt for every function of a BAML file; a file of types and clients alone has none."""
    text = document.text
    try:
        tokens = scan(text)
        found = declarations(tokens)
    except SourceError as error:
        return failed(document, error)
    maker = Maker(document, format, "baml")
    maker.suppressions = _suppressions(document, tokens, found)
    types = Types(found)
    templates = {item.name: item for item in found if item.keyword == "template_string" and item.body}
    for item in found:
        if item.keyword in ("function", "impl"):
            _function(maker, item, types, templates)
    return maker.extraction()


def _function(maker: Maker, item: Declaration, types: Types, templates: dict[str, Declaration]) -> None:
    prompt = _prompt_token(item.body)
    if prompt is None:
        return
    used: list[Declaration] = []
    node = _with_prefixes(_inlined(maker.document, prompt, templates, used))
    if not node.text.strip():
        maker.fault(EMPTY + f"the prompt of `{item.name}` holds no text", prompt.start)
        return
    turns = markers.split_node(node, markers.CALL, "system") or [Turn("system", (node,))]
    returned = _returned(item)
    contract = _contract(maker, returned, types)
    facts = []
    if _has_fields(contract) and not _PRINTS.search(node.text):
        span = SourceSpan(maker.document.path, prompt.start, prompt.end)
        shown = "".join(token.text for token in returned)
        detail = f"`{item.name}` returns `{shown}`, and its prompt does not print `{{{{ ctx.output_format }}}}`"
        facts.append(Fact("OUT010", span, {"detail": detail}))
    variables = tuple(name for declared in (item, *used) for name in _parameters(declared))
    around = Surroundings(contract=contract, variables=variables, model=_client(item))
    maker.prompt(turns, symbol=item.name or None, around=around, dialect="jinja", facts=facts)


def _inlined(document: Document, token: Token, templates: dict[str, Declaration], used: list[Declaration]) -> Node:
    """Return the text of a raw string with that of each `template_string` of the file where it is called.

    What is put in is noted in `used`; one that calls itself again stays a placeholder.
    """
    node = dedented(document.text, document.path, token.inner_start, token.inner_end)
    parts: list[Node] = []
    at = 0
    for call in _CALL.finditer(node.text):
        called = templates.get(call["name"])
        if called is None or called in used:
            continue
        used.append(called)
        parts += [markers.cut_node(node, at, call.start()), _inlined(document, called.body[0], templates, used)]
        at = call.end()
    if not parts:
        return node
    parts.append(markers.cut_node(node, at, len(node.text)))
    return _joined(node, parts)


def _with_prefixes(node: Node) -> Node:
    """Return a text in which what `ctx.output_format(prefix="...")` writes before the format stands as text."""
    parts: list[Node] = []
    at = 0
    for call in _PREFIXED.finditer(node.text):
        format_, close = call.span("format"), call.span("close")
        cuts = ((at, call.start()), call.span("prefix"), format_, close)
        parts += [markers.cut_node(node, *cut) for cut in cuts]
        at = call.end()
    return _joined(node, [*parts, markers.cut_node(node, at, len(node.text))]) if parts else node


def _joined(node: Node, parts: list[Node]) -> Node:
    """Return parts of the file as the one text that they make in the place of a node."""
    out = TextBuilder()
    for part in parts:
        out.pieces(part.text, part.pieces)
    whole, pieces = out.build()
    return Node("string", node.start, node.end, whole, pieces)


def _prompt_token(body: tuple[Token, ...]) -> Token | None:
    for index, token in enumerate(body[:-1]):
        if token.kind == "word" and token.text == "prompt" and body[index + 1].kind in ("raw", "string"):
            return body[index + 1]
    return None


def _returned(item: Declaration) -> tuple[Token, ...]:
    """Return the tokens of the return type; the old syntax writes `output T` in the body."""
    for index, token in enumerate(item.head):
        if token.text == "->":
            return item.head[index + 1 :]
    return ()


def _contract(maker: Maker, returned: tuple[Token, ...], types: Types) -> Contract | None:
    if not returned or [token.text for token in returned] in (["string"], ["string", "?"]):
        return None
    span = SourceSpan(maker.document.path, returned[0].start, returned[-1].end)
    name = maker.document.text[span.start : span.end]
    return Contract(" ".join(name.split())[:80], enforced=True, schema=types.schema(returned), source=span)


def _has_fields(contract: Contract | None) -> bool:
    """Whether a class is returned, alone, in a list or as one of several; an unknown name is not judged."""
    if contract is None or contract.schema is None:
        return False
    left: list[object] = [contract.schema]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            if value.get("properties"):
                return True
            inner = value.get("anyOf")
            left += [value.get("items"), *(inner if isinstance(inner, list) else [])]
    return False


def _parameters(item: Declaration) -> tuple[str, ...]:
    head = item.head
    return tuple(
        token.text.rstrip(":")
        for index, token in enumerate(head[:-1])
        if token.kind == "word" and head[index + 1].text == ":" and head[index - 1].text in ("(", ",")
    )


def _client(item: Declaration) -> str | None:
    for index, token in enumerate(item.body[:-1]):
        if token.kind == "word" and token.text == "client":
            return item.body[index + 1].text
    return None


def _suppressions(document: Document, tokens: list[Token], found: list[Declaration]) -> tuple[Suppression, ...]:
    """A comment before a declaration or inside it covers that declaration, one before all of them the file."""
    text, path = document.text, document.path
    if MARK not in text:
        return ()
    places = [(token.start, token.end) for token in tokens if token.kind == "comment"]
    for token in tokens:
        if token.kind == "raw":
            inside = re.finditer(r"\{#.{0,2000}?#\}", token.text, re.S)
            places += [(token.inner_start + match.start(), token.inner_start + match.end()) for match in inside]
    made = []
    for start, end in sorted(places):
        covers = next(((item.start, item.end) for item in found if start < item.end), (0, len(text)))
        made.append(parse_comment(text[start:end], path, start, end, (min(start, covers[0]), covers[1])))
    return tuple(item for item in made if item is not None)
