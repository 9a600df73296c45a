"""What a call says about its prompt: declared output, tools, model, and what becomes of the reply."""

from __future__ import annotations

import ast

from promptlint.model import Contract, Surroundings
from promptlint.sources.python import calls, contracts
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.messages import Messages
from promptlint.sources.python.replies import reply_parser
from promptlint.sources.python.scopes import FunctionNode, Place, Scope
from promptlint.sources.python.sdk import Call, argument
from promptlint.sources.python.values import Defined, Items, Made, Named, Plain, Table, Text, Value, options

_HELPERS = frozenset({"parse", "stream", "tool_runner", "create_partial", "create_iterable", "create_with_completion"})


def surroundings(row: Call, node: ast.Call, place: Place, evaluator: Evaluator, messages: Messages) -> Surroundings:
    """Return what a call declares."""
    found = Surroundings(few_shot_injected=messages.few_shot, history_injected=bool(messages.more))
    contract = declared(row, node, place, evaluator)
    json_mode = any(
        contracts.is_json_mode(evaluator.inside(row, node, place.scope, path)) for path in (*row.contract, *row.json)
    )
    parser, guarded = reply_parser(node, place, evaluator) if row.reply else (None, False)
    return found._replace(
        contract=contract,
        json_mode=json_mode and contract is None,
        tools=_tools(row, node, place, evaluator),
        model=_text(row, node, place, evaluator, evaluator.index.sdk.data["model"]),
        temperature=_number(row, node, place, evaluator, evaluator.index.sdk.data["temperature"]),
        variables=_variables(row, node, place, evaluator),
        reply_parser=parser,
        parser_guarded=guarded,
    )


def declared(row: Call, node: ast.Call, place: Place, evaluator: Evaluator) -> Contract | None:
    """Return the output contract of a call: from its own arguments, or from the object that it is called on."""
    helper = calls.last_name(node.func) in _HELPERS or any(keyword.arg == "response_model" for keyword in node.keywords)
    for path in row.contract:
        value = evaluator.inside(row, node, place.scope, path)
        if value is None:
            continue
        expression = _expression(row, node, path)
        if expression is None:
            expression = node
        found = contracts.contract_of(evaluator, expression, value, place.scope, helper=helper or row.typed)
        if found is not None:
            return found
    if row.typed:
        return Contract(row.sdk, True, helper=True)
    structured = _structured(node.func, place)
    if structured is not None:
        argument_node, scope = structured
        value = evaluator.value(argument_node, scope)
        return contracts.contract_of(evaluator, argument_node, value, scope, helper=True)
    return _forced_tool(row, node, place, evaluator)


def _expression(row: Call, node: ast.Call, path: str) -> ast.expr | None:
    name = path.split(".", 1)[0]
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    if name in row.positional and row.positional.index(name) < len(node.args):
        return node.args[row.positional.index(name)]
    return None


def _structured(function: ast.AST, place: Place) -> tuple[ast.expr, Scope] | None:
    """Find `model.with_structured_output(Schema)` behind `chain.invoke(...)`."""
    node: ast.AST = function
    scope = place.scope
    for _ in range(6):
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call):
            if calls.last_name(node.func) in ("with_structured_output", "as_structured_llm") and node.args:
                return node.args[0], scope
            node = node.func
        elif isinstance(node, ast.Name):
            found = scope.find(node.id)
            if found is None or found[1][-1].kind != "assign" or found[1][-1].node is None:
                return None
            scope, node = found[0], found[1][-1].node
        elif isinstance(node, ast.BinOp):
            node = node.right
        else:
            return None
    return None


def _forced_tool(row: Call, node: ast.Call, place: Place, evaluator: Evaluator) -> Contract | None:
    """Return the contract of a call that forces the model to use one tool."""
    choice = argument(evaluator, node, place.scope, (), "tool_choice")
    if not isinstance(choice, Table):
        return None
    tools = evaluator.inside(row, node, place.scope, "tools")
    for option in options(tools) if tools is not None else ():
        first = option.items[0] if isinstance(option, Items) and option.items else None
        if isinstance(first, Table):
            function = first.get("function")
            holder = function if isinstance(function, Table) else first
            schema = holder.get("parameters") or holder.get("input_schema")
            name = holder.get("name")
            data = contracts.to_data(evaluator, schema) if schema is not None else None
            title = name.text if isinstance(name, Text) else "tool"
            return Contract(title, True, data if isinstance(data, dict) else None)
    return None


def _tools(row: Call, node: ast.Call, place: Place, evaluator: Evaluator) -> tuple[str, ...] | None:
    for path in row.tools:
        value = evaluator.inside(row, node, place.scope, path)
        if value is None:
            continue
        names: list[str] = []
        for option in options(value):
            if not isinstance(option, Items) or option.more:
                return None
            for item in option.items:
                name = _tool_name(item)
                if name is None:
                    return None
                names.append(name)
        return tuple(names)
    return None


def _tool_name(item: Value) -> str | None:
    if isinstance(item, Table):
        for holder in (item, item.get("function"), item.get("toolSpec")):
            name = holder.get("name") if isinstance(holder, Table) else None
            if isinstance(name, Text):
                return name.text
    if isinstance(item, Defined) and isinstance(item.node, (*FunctionNode, ast.ClassDef)):
        return item.node.name
    if isinstance(item, Made):
        for keyword in item.node.keywords:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
        last = item.callee.rpartition(".")[2]
        return last if last.endswith("Tool") else None
    return item.dotted.rpartition(".")[2] if isinstance(item, Named) else None


def _text(row: Call, node: ast.Call, place: Place, evaluator: Evaluator, names: list[str]) -> str | None:
    for name in names:
        value = evaluator.inside(row, node, place.scope, name)
        if isinstance(value, Text) and len(value.text) < 200:
            return value.text
        if isinstance(value, Made) and value.node.args:
            inner = evaluator.value(value.node.args[0], value.scope)
            return inner.text if isinstance(inner, Text) and len(inner.text) < 200 else None
    return None


def _number(row: Call, node: ast.Call, place: Place, evaluator: Evaluator, names: list[str]) -> float | None:
    for name in names:
        value = evaluator.inside(row, node, place.scope, name)
        if isinstance(value, Plain) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
            return float(value.value)
    return None


def _variables(row: Call, node: ast.Call, place: Place, evaluator: Evaluator) -> tuple[str, ...] | None:
    for name in row.variables:
        value = evaluator.inside(row, node, place.scope, name)
        if isinstance(value, Items) and not value.more and all(isinstance(item, Text) for item in value.items):
            return tuple(item.text for item in value.items)
    return None
