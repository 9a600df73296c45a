"""LangChain: prompts saved as JSON or YAML, and serialised exports of the hub."""

from __future__ import annotations

from promptlint.model import Role, Surroundings
from promptlint.sources.making import Maker, Turn
from promptlint.sources.nodes import Node
from promptlint.sources.schemas import schema_contract
from promptlint.sources.shapes import content_parts

_DIALECTS = {"f-string": "format", "jinja2": "jinja", "mustache": "mustache"}
_MESSAGES: dict[str, Role] = {
    "SystemMessagePromptTemplate": "system",
    "SystemMessage": "system",
    "HumanMessagePromptTemplate": "user",
    "HumanMessage": "user",
    "AIMessagePromptTemplate": "assistant",
    "AIMessage": "assistant",
    "ToolMessage": "tool",
    "ChatMessagePromptTemplate": "user",
}


def prompt_file(maker: Maker, root: Node) -> bool:
    """`_type: prompt|few_shot|chat`, or a `template` with a list of `input_variables`."""
    if root.kind != "map":
        return False
    kind = root.string("_type")
    listed = root.get("input_variables")
    names = listed is not None and listed.kind == "list" and all(item.kind == "string" for item in listed.items)
    if kind not in ("prompt", "few_shot", "chat") and not (root.get("template") is not None and names):
        return False
    turns = _chat(root) if kind == "chat" else _few_shot(root) if kind == "few_shot" else _plain(root)
    variables = tuple(item.text for item in listed.items) if listed is not None and names else None
    dialect = _DIALECTS.get(root.string("template_format") or "f-string", "format")
    maker.format = "langchain"
    return maker.prompt(turns, around=Surroundings(variables=variables), dialect=dialect) is not None


def _plain(root: Node) -> list[Turn]:
    template = root.get("template")
    return [Turn("system", (template,))] if template is not None and template.kind == "string" else []


def _chat(root: Node) -> list[Turn]:
    messages = root.get("messages")
    turns = []
    for item in messages.items if messages is not None else ():
        inner = item.get("prompt")
        template = inner.get("template") if inner is not None else item.get("content", "template")
        if template is not None and template.kind == "string":
            role: Role = (
                "user" if (item.string("role", "_type", "type") or "").startswith(("user", "human")) else "system"
            )
            turns.append(Turn(role, (template,)))
    return turns


def _few_shot(root: Node) -> list[Turn]:
    """Prefix, examples and suffix: examples of two fields are a pair of turns, others follow the prefix as they are."""
    turns: list[Turn] = []
    prefix, suffix, examples = root.get("prefix"), root.get("suffix"), root.get("examples")
    if prefix is not None and prefix.kind == "string":
        turns.append(Turn("system", (prefix,)))
    for item in examples.items if examples is not None else ():
        values = [value for _, value in item.pairs if value.kind == "string"]
        if len(values) == 2:
            turns += [Turn("user", (values[0],)), Turn("assistant", (values[1],))]
        elif values:
            turns.append(Turn("system", tuple(values)))
    if suffix is not None and suffix.kind == "string":
        turns.append(Turn("user" if turns else "system", (suffix,)))
    return turns


def serialised(maker: Maker, root: Node) -> bool:
    """An export: `{"lc": 1, "type": "constructor", "id": ["langchain", "prompts", …], "kwargs": {…}}`."""
    found = [node for node in _constructors(root) if _class_of(node) in _PROMPTS]
    if not found:
        return False
    maker.format = "langchain"
    inside: set[int] = set()
    for node in found:
        if id(node) in inside:
            continue
        inside |= {id(below) for below in _constructors(node)}
        _export(maker, node)
    return bool(maker.prompts)


_PROMPTS = frozenset({"ChatPromptTemplate", "StructuredPrompt", "PromptTemplate", "FewShotPromptTemplate"})


def _export(maker: Maker, node: Node) -> None:
    kwargs = node.get("kwargs") or Node("map", 0, 0)
    messages = kwargs.get("messages")
    turns: list[Turn] = []
    dialects = set()
    history = False
    for item in messages.items if messages is not None else ():
        name, inner = _class_of(item), item.get("kwargs")
        history = history or name == "MessagesPlaceholder"
        if name not in _MESSAGES or inner is None:
            continue
        template = inner.at("prompt", "kwargs", "template") or inner.get("content")
        dialects.add(inner.at("prompt", "kwargs", "template_format"))
        parts = content_parts(template)
        if parts:
            turns.append(Turn(_MESSAGES[name], parts))
    if messages is None:
        turns = _few_shot(kwargs) if _class_of(node) == "FewShotPromptTemplate" else _plain(kwargs)
        dialects.add(kwargs.get("template_format"))
    listed = kwargs.get("input_variables")
    names = tuple(item.text for item in listed.items) if listed is not None and listed.kind == "list" else None
    contract = schema_contract(kwargs.get("schema_", "schema"), maker.document.path, "schema", enforced=True)
    words = {dialect.text for dialect in dialects if dialect is not None}
    dialect = _DIALECTS.get(words.pop() if len(words) == 1 else "f-string", "format")
    around = Surroundings(contract=contract, variables=names, history_injected=history)
    maker.prompt(turns, symbol=kwargs.string("name"), around=around, dialect=dialect)


def _constructors(root: Node) -> list[Node]:
    found = []
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.get("lc") is not None and node.string("type") == "constructor":
            found.append(node)
        stack.extend(reversed(node.children))
    return found


def _class_of(node: Node) -> str:
    names = node.get("id")
    return names.items[-1].text if names is not None and names.items else ""
