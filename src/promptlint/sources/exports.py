"""Prompts exported from the places that teams keep them in: Langfuse, PromptLayer, Bedrock."""

from __future__ import annotations

from promptlint.model import Surroundings
from promptlint.sources.making import Maker, Turn
from promptlint.sources.nodes import Node
from promptlint.sources.requestfiles import request_around, tool_names
from promptlint.sources.shapes import chat_turns, content_parts

_LANGFUSE = {"version", "labels", "type", "config", "tags", "commitMessage"}


def stored_prompts(maker: Maker, root: Node) -> bool:
    """One prompt of Langfuse or PromptLayer, or a list of them (also under `data` or `prompts`)."""
    listed = root
    if root.kind == "map":
        inner = root.get("data", "prompts")
        listed = inner if inner is not None and inner.kind == "list" else root
    items = listed.items if listed.kind == "list" else (listed,)
    if not items or not all(_is_stored(item) for item in items):
        return False
    for item in items:
        _langfuse(maker, item) if item.get("prompt") is not None else _promptlayer(maker, item)
    return bool(maker.prompts)


def _is_stored(node: Node) -> bool:
    if node.kind != "map" or node.string("name", "prompt_name") is None:
        return False
    prompt, template = node.get("prompt"), node.get("prompt_template")
    if prompt is not None:
        shaped = prompt.kind == "string" or chat_turns(prompt) is not None
        return shaped and node.string("type") in ("text", "chat") and len(_LANGFUSE & set(node.keys)) >= 2
    return template is not None and template.string("type") in ("chat", "completion")


def _langfuse(maker: Maker, node: Node) -> None:
    prompt = node.get("prompt")
    if prompt is None:
        return
    maker.format = "langfuse"
    turns = chat_turns(prompt) or [Turn("system", (prompt,))]
    config = node.get("config")
    around = request_around(config, maker.document.path) if config is not None else Surroundings()
    history = any(item.string("type") == "placeholder" for item in prompt.items)
    maker.prompt(turns, symbol=node.string("name"), around=around._replace(history_injected=history), dialect="bare")


def _promptlayer(maker: Maker, node: Node) -> None:
    template = node.get("prompt_template") or Node("map", 0, 0)
    maker.format = "promptlayer"
    turns = chat_turns(template.get("messages"))
    if turns is None:
        turns = [Turn("system", content_parts(template.get("content")))]
    messages = template.get("messages")
    words = {item.string("template_format") for item in messages.items} if messages is not None else set()
    dialect = "jinja" if "jinja2" in words else "format"
    listed = template.get("input_variables")
    names = tuple(item.text for item in listed.items) if listed is not None else None
    around = Surroundings(variables=names, tools=tool_names(template.get("tools")))
    maker.prompt(turns, symbol=node.string("name", "prompt_name"), around=around, dialect=dialect)


def bedrock_prompts(maker: Maker, root: Node) -> bool:
    """Bedrock prompt management (`variants[].templateConfiguration`) and agents (`basePromptTemplate`)."""
    if root.kind != "map":
        return False
    variants = root.get("variants")
    for item in variants.items if variants is not None else ():
        body = item.get("templateConfiguration")
        if body is not None:
            _variant(maker, item, body)
    overrides = root.at("promptOverrideConfiguration", "promptConfigurations")
    for item in overrides.items if overrides is not None else ():
        base = item.get("basePromptTemplate")
        if base is not None and base.kind == "string":
            maker.prompt([Turn("system", (base,))], symbol=item.string("promptType"), dialect="dollar")
    if maker.prompts:
        maker.format = "bedrock"
        maker.prompts = [prompt._replace(format="bedrock") for prompt in maker.prompts]
    return bool(maker.prompts)


def _variant(maker: Maker, item: Node, body: Node) -> None:
    chat, text = body.get("chat"), body.get("text")
    owner = chat or text
    if owner is None:
        return
    listed = owner.get("inputVariables")
    names = tuple(name for entry in listed.items if (name := entry.string("name"))) if listed is not None else None
    if chat is not None:
        system = content_parts(chat.get("system"))
        turns = [Turn("system", system)] if system else []
        turns += chat_turns(chat.get("messages")) or []
    else:
        turns = [Turn("system", content_parts(owner))]
    tools = tool_names(chat.at("toolConfiguration", "tools")) if chat is not None else None
    around = Surroundings(variables=names, tools=tools, model=item.string("modelId"))
    maker.prompt(turns, symbol=item.string("name"), around=around, dialect="bare")
