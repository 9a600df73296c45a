"""Requests to providers as JSON or YAML: OpenAI chat and responses, Anthropic, Gemini, Bedrock, and chat lists."""

from __future__ import annotations

from promptlint.model import Contract, Surroundings
from promptlint.sources.making import Maker, Turn
from promptlint.sources.nodes import Node, plain
from promptlint.sources.schemas import contract_of_format, schema_contract
from promptlint.sources.shapes import chat_turns, content_parts, speaks


def request(maker: Maker, root: Node) -> bool:
    """A whole file that is one request, or one list of messages."""
    found = request_turns(root)
    if found is None:
        return False
    symbol = root.string("name", "id") if root.kind == "map" else None
    return maker.prompt(found, symbol=symbol, around=request_around(root, maker.document.path)) is not None


def request_turns(root: Node) -> list[Turn] | None:
    """Return the turns of a request body, None if it is not one."""
    if root.kind == "list":
        return chat_turns(root)
    messages = root.get("messages")
    turns = chat_turns(messages)
    if messages is not None:
        if turns is None:
            return None
        return _system(root.get("system", "system_prompt")) + turns
    contents = root.get("contents")
    if contents is not None:
        turns = chat_turns(contents) or ([Turn("user", content_parts(contents))] if content_parts(contents) else None)
        return None if turns is None else _system(root.get("systemInstruction", "system_instruction")) + turns
    given, model = root.get("input"), root.string("model")
    if model is not None and (given is not None or root.get("instructions") is not None):
        turns = chat_turns(given)
        if turns is None:
            turns = [Turn("user", (given,))] if given is not None and given.kind == "string" else []
        instructions = root.get("instructions")
        head = _system(instructions) if instructions is not None else []
        return (head + turns) if speaks(instructions, 3) or turns else None
    return None


def _system(node: Node | None) -> list[Turn]:
    parts = content_parts(node)
    return [Turn("system", parts)] if parts else []


def request_around(root: Node, path: str) -> Surroundings:
    """Return what a request declares: output format, tools, model, temperature."""
    if root.kind != "map":
        return Surroundings()
    contract, json_mode = _output(root, path)
    config = root.get("generationConfig", "generation_config", "inferenceConfig")
    temperature = root.get("temperature") or (config.get("temperature") if config is not None else None)
    return Surroundings(
        contract=contract,
        json_mode=json_mode,
        tools=tool_names(root.get("tools", "functions") or root.at("toolConfig", "tools")),
        model=root.string("model", "modelId", "model_id"),
        temperature=number(temperature),
    )


def _output(root: Node, path: str) -> tuple[Contract | None, bool]:
    places = (
        root.get("response_format", "responseFormat", "output_format"),
        root.at("text", "format"),
        root.at("output_config", "format"),
    )
    for wanted in places:
        contract, json_mode = contract_of_format(wanted, path)
        if contract is not None or json_mode:
            return contract, json_mode
    config = root.get("generationConfig", "generation_config")
    if config is not None:
        schema = config.get("responseSchema", "responseJsonSchema", "response_schema", "response_json_schema")
        if schema is not None:
            return schema_contract(schema, path, "responseSchema", enforced=True), False
        if config.string("responseMimeType", "response_mime_type") == "application/json":
            return None, True
    structure = root.at("outputConfig", "textFormat", "structure", "jsonSchema")
    if structure is not None:
        name = structure.string("name") or "outputConfig"
        return schema_contract(structure.get("schema"), path, name, enforced=True), False
    return _forced_tool(root, path), False


def _forced_tool(root: Node, path: str) -> Contract | None:
    """A tool that must be called is an output contract: its input schema."""
    choice = root.get("tool_choice")
    name = choice.string("name") or (choice.at("function") or choice).string("name") if choice is not None else None
    tools = root.get("tools")
    for tool in tools.items if name and tools is not None else ():
        inner = tool.get("function") or tool
        if inner.string("name") == name:
            schema = inner.get("input_schema", "parameters")
            return schema_contract(schema, path, name or "tool", enforced=True)
    return None


def tool_names(tools: Node | None) -> tuple[str, ...] | None:
    """Return the names of the tools that a request offers; None when it does not speak of tools."""
    if tools is None or tools.kind != "list":
        return None
    names = []
    for tool in tools.items:
        if tool.kind == "string":
            names.append(tool.text)
            continue
        inner = tool.get("function", "toolSpec") or tool
        listed = tool.get("functionDeclarations", "function_declarations")
        found = [inner]
        if listed is not None:
            found += listed.items
        names += [name for item in found if (name := item.string("name"))]
    return tuple(names)


def number(node: Node | None) -> float | None:
    """Return a numeric node as a float."""
    value = plain(node) if node is not None and node.kind == "number" else None
    return float(value) if isinstance(value, int | float) else None
