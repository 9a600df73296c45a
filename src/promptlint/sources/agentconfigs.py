"""Agents and programs described in data files: CrewAI, smolagents, promptflow, DSPy, AutoGen, agent specifications."""

from __future__ import annotations

from promptlint.model import Surroundings
from promptlint.sources.making import Maker, Turn
from promptlint.sources.nodes import Node
from promptlint.sources.requestfiles import request_around
from promptlint.sources.schemas import schema_contract
from promptlint.sources.shapes import content_parts, speaks


def promptflow(maker: Maker, root: Node) -> bool:
    """`flow.dag.yaml` and `flow.flex.yaml` name template files, which are read on their own: no prompt stands here."""
    name = maker.document.path.rsplit("/", 1)[-1].lower()
    nodes = root.get("nodes") if root.kind == "map" else None
    ours = name.startswith(("flow.dag.", "flow.flex."))
    return ours or (nodes is not None and root.get("inputs") is not None and any(n.get("source") for n in nodes.items))


def crew(maker: Maker, root: Node) -> bool:
    """CrewAI: agents with role, goal and backstory; tasks with a description and an expected output."""
    if root.kind != "map" or not root.pairs:
        return False
    agents = [pair for pair in root.pairs if _has(pair[1], "role", "goal", "backstory")]
    tasks = [pair for pair in root.pairs if _has(pair[1], "description", "expected_output")]
    if len(agents) + len(tasks) < len(root.pairs):
        return False
    maker.format = "crewai"
    for key, value in agents:
        parts = tuple(part for name in ("role", "goal", "backstory") if (part := value.get(name)) is not None)
        maker.prompt([Turn("system", parts)], symbol=key.text, around=Surroundings(model=value.string("llm")))
    for key, value in tasks:
        parts = tuple(part for name in ("description", "expected_output") if (part := value.get(name)) is not None)
        maker.prompt([Turn("user", parts)], symbol=key.text)
    return bool(maker.prompts)


def _has(node: Node, *names: str) -> bool:
    return all((value := node.get(name)) is not None and value.kind == "string" for name in names)


def smolagents(maker: Maker, root: Node) -> bool:
    """smolagents: `system_prompt`, `planning`, `managed_agent`, `final_answer`; texts of one step are one prompt."""
    planning, managed, final = (root.get(name) for name in ("planning", "managed_agent", "final_answer"))
    if root.get("system_prompt") is None or (planning is None and managed is None):
        return False
    maker.format = "smolagents"
    steps = (
        ("system_prompt", root, ("system_prompt",)),
        ("planning.initial_plan", planning, ("initial_plan", "initial_facts")),
        ("planning.update_plan", planning, ("update_plan_pre_messages", "update_plan_post_messages")),
        ("planning.update_facts", planning, ("update_facts_pre_messages", "update_facts_post_messages")),
        ("managed_agent.task", managed, ("task",)),
        ("managed_agent.report", managed, ("report",)),
        ("final_answer", final, ("pre_messages", "post_messages")),
    )
    for symbol, owner, names in steps:
        parts = [owner.get(name) for name in names] if owner is not None else []
        turns = [
            Turn("system" if index == 0 else "user", (part,))
            for index, part in enumerate(parts)
            if part is not None and speaks(part)
        ]
        if turns:
            maker.prompt(turns, symbol=symbol, dialect="jinja")
    return bool(maker.prompts)


def saved_program(maker: Maker, root: Node) -> bool:
    """A program that DSPy saved: predictors with a signature and demonstrations."""
    if root.kind != "map":
        return False
    for key, value in root.pairs:
        instructions = value.at("signature", "instructions")
        if instructions is None or instructions.kind != "string":
            continue
        maker.format = "dspy"
        demos = value.get("demos")
        turns = [Turn("system", (instructions,))]
        fields = value.at("signature", "fields")
        names = [field.string("name", "prefix") or "" for field in fields.items] if fields is not None else []
        for demo in demos.items if demos is not None else ():
            texts = [part for name, part in demo.pairs if part.kind == "string" and name.text != "augmented"]
            if len(texts) > 1:
                turns += [Turn("user", tuple(texts[:-1])), Turn("assistant", (texts[-1],))]
        variables = tuple(name.rstrip(":").strip() for name in names if name) or None
        maker.prompt(turns, symbol=key.text, around=Surroundings(variables=variables), dialect="none")
    return bool(maker.prompts)


def agent(maker: Maker, root: Node) -> bool:
    """Agents as files: pydantic-ai and Semantic Kernel (`instructions`), AutoGen components (`system_message`)."""
    if root.kind != "map":
        return False
    if root.string("component_type") is not None or (root.string("provider") or "").startswith("autogen"):
        return _components(maker, root)
    instructions = root.get("instructions")
    parts = content_parts(instructions)
    known = {"capabilities", "output_schema", "deps_schema", "model_settings", "outputs", "agents", "tools", "type"}
    if not parts or root.string("name") is None or not known & set(root.keys) or root.get("messages") is not None:
        return False
    if (
        instructions is not None
        and instructions.kind == "list"
        and any(item.kind != "string" for item in instructions.items)
    ):
        return False
    if not any(speaks(part, 3) for part in parts):
        return False
    path = maker.document.path
    around = request_around(root, path)
    contract = schema_contract(root.get("output_schema"), path, "output_schema", enforced=True) or around.contract
    maker.format = "agent-spec"
    return (
        maker.prompt(
            [Turn("system", parts)],
            symbol=root.string("name"),
            around=around._replace(contract=contract),
            kind_hint="agent",
        )
        is not None
    )


def _components(maker: Maker, root: Node) -> bool:
    maker.format = "autogen"
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        message = node.get("system_message")
        if message is not None and speaks(message, 3):
            schema = node.at("structured_message_factory", "config", "json_schema")
            contract = schema_contract(schema, maker.document.path, "structured_message_factory", enforced=True)
            around = Surroundings(contract=contract)
            maker.prompt([Turn("system", (message,))], symbol=node.string("name"), around=around, dialect="none")
        stack.extend(reversed(node.children))
    return bool(maker.prompts)
