"""Formats of training rows, told by their keys, and the one shape they are all judged in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple


class Row(NamedTuple):
    """A training row as every check sees it. `output` is None where the format has none (plain `text`)."""

    system: str
    input: str
    output: str | None
    calls_tools: bool = False
    finish: str = ""
    teacher: str = ""
    value: Any = None
    """The output, where the file holds it as data instead of text."""


class Columns(NamedTuple):
    """Declared names of input and output columns. `graded`: rows end with the user and hold what a grader compares."""

    input: str | None = None
    output: str | None = None
    graded: bool = False


_NO_COLUMNS = Columns()
_SHAREGPT = {
    "human": "user", "user": "user", "observation": "tool", "tool": "tool", "gpt": "assistant",
    "assistant": "assistant", "function_call": "assistant", "function": "assistant", "system": "system",
}  # fmt: skip
_PAIRS = (
    ("input", "output"), ("prompt", "response"), ("question", "answer"), ("instruction", "response"),
    ("input", "label"), ("text", "label"), ("input", "expected"), ("query", "response"), ("input", "completion"),
    ("input", "target"), ("text", "output"),
)  # fmt: skip
_FINISH = ("finish_reason", "stop_reason")
_TEACHER = ("model", "generated_by", "teacher", "source_model")
_BESIDE = frozenset({"messages", "tools", "functions", "parallel_tool_calls", "response_format", "id", "metadata"})
"""Keys of a row with messages that hold no reference for a grader."""
_ABOUT = frozenset({*_FINISH, *_TEACHER, "metadata"})
"""Keys that tell how the output of a row came about."""


_DECLARED: Mapping[str, tuple[str, ...]] = {
    "openai-chat": ("chat",), "openai-completion": ("completion",), "openai-dpo": ("preference",),
    "openai-rft": ("openai-rft",), "bedrock-anthropic": ("bedrock-anthropic", "chat"), "bedrock-text": ("completion",),
    "gemini": ("gemini",), "alpaca": ("alpaca",), "sharegpt": ("sharegpt",), "together-pref": ("preference",),
    "together": ("text", "chat", "completion", "preference"),
    "trl": ("chat", "text", "completion", "trl-preference", "prompt-only"), "tabular": ("tabular", "pair"),
    "jsonl": ("pair", "chat", "completion", "text"),
}  # fmt: skip
"""Names that a file may be declared as, and the formats of rows that they stand for."""


def is_of(form: str, declared: str) -> bool:
    """Whether rows of a format are what a file is declared as."""
    return form == declared or form.partition(":")[0] in _DECLARED.get(declared, ())


def detect(row: Mapping[str, Any], columns: Columns = _NO_COLUMNS) -> str | None:
    """Return the format of a row by its keys, None for an unknown one."""
    if columns.input is not None:
        return "tabular" if columns.input in row else None
    if columns.graded and "messages" in row:
        return "openai-rft"
    if "messages" in row:
        return "bedrock-anthropic" if "system" in row else "chat"
    if "contents" in row:
        return "gemini"
    if "conversations" in row:
        return "sharegpt"
    if "preferred_output" in row and "non_preferred_output" in row:
        return "preference"
    if "chosen" in row and "rejected" in row:
        return "trl-preference"
    if "instruction" in row and "output" in row:
        return "alpaca"
    if "prompt" in row and "completion" in row:
        return "completion"
    for pair in _PAIRS:
        if pair[0] in row and pair[1] in row:
            return f"pair:{pair[0]}/{pair[1]}"
    if isinstance(row.get("text"), str):
        return "text"
    if "prompt" in row:
        return "prompt-only"
    return None


def read(row: Mapping[str, Any], form: str, columns: Columns = _NO_COLUMNS) -> Row | str:
    """Return the row in the common shape, or what is structurally wrong with it."""
    found = _read(row, form, columns)
    if isinstance(found, str):
        return found
    if _ABOUT.isdisjoint(row):
        return found
    finish, teacher = _finish(row), _teacher(row)
    return found._replace(finish=finish, teacher=teacher) if finish or teacher else found


def _read(row: Mapping[str, Any], form: str, columns: Columns) -> Row | str:
    if form in ("chat", "bedrock-anthropic"):
        return _chat(row["messages"], row.get("system"), strict=form == "bedrock-anthropic")
    if form == "openai-rft":
        return _graded(row)
    if form == "sharegpt":
        return _sharegpt(row)
    if form == "gemini":
        return _gemini(row)
    if form == "preference":
        return _preference(row)
    if form == "trl-preference":
        return _trl_preference(row)
    if form == "alpaca":
        given = "\n".join(text for text in (_text(row["instruction"]), _text(row.get("input", ""))) if text)
        return _pair(given, row["output"], _text(row.get("system") or ""))
    if form == "completion":
        if isinstance(row["prompt"], list) and isinstance(row["completion"], list):
            return _chat([*row["prompt"], *row["completion"]], None)
        return _pair(row["prompt"], row["completion"])
    if form.startswith("pair:"):
        names = form[5:].split("/")
        return _pair(row[names[0]], row[names[1]], _text(row.get("system") or ""))
    if form == "tabular":
        if columns.output is None or columns.output not in row:
            return "no output column"
        return _pair(row[columns.input or ""], row[columns.output])
    if form == "text":
        return Row("", row["text"], None)
    return "no output"


def _pair(given: Any, output: Any, system: str = "") -> Row | str:
    if given is None or output is None:
        return "input or output is null"
    if isinstance(output, str):
        return Row(system, _text(given), output)
    return Row(system, _text(given), json.dumps(output, ensure_ascii=False), value=output)


def _text(value: Any) -> str:
    """Return the text of a message content: a string, a list of parts, or data as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        parts = [part if isinstance(part, str) else part.get("text", "") for part in value if _is_part(part)]
        if len(parts) == len(value):
            return "\n".join(part for part in parts if isinstance(part, str))
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _is_part(part: Any) -> bool:
    return isinstance(part, str) or (isinstance(part, dict) and ("text" in part or "type" in part))


def _chat(messages: Any, system: Any, *, strict: bool = False) -> Row | str:
    if not isinstance(messages, list) or not messages:
        return "`messages` is empty or no list"
    systems = [_text(system)] if system else []
    given: list[str] = []
    previous = ""
    for message in messages[:-1]:
        role = message.get("role") if type(message) is dict else None
        if role == "user" or role == "assistant":
            if role == previous:
                return f"two {role} messages in a row"
        elif role == "system" or role == "developer":
            if given:
                return "a system message after the first turn"
            systems.append(_text(message.get("content")))
            continue
        elif role != "tool" and role != "function":
            return "a message is no object or has no known role"
        content = message.get("content")
        given.append(content if type(content) is str else _text(content))
        previous = role
    last = messages[-1]
    if type(last) is not dict or last.get("role") != "assistant":
        return "the last message is not the assistant's"
    if not given:
        return "no user message"
    if strict and messages[0].get("role") != "user":
        return "the first message is not the user's"
    calls = last.get("tool_calls") or last.get("function_call")
    content = last.get("content")
    output = content if type(content) is str else _text(content)
    if calls and not output:
        output = json.dumps(calls, ensure_ascii=False, sort_keys=True)
    return Row("\n".join(systems), given[0] if len(given) == 1 else "\n".join(given), output, bool(calls))


def _graded(row: Mapping[str, Any]) -> Row | str:
    """Reinforcement rows: the messages end with the user, and the fields beside them are the reference."""
    messages = row["messages"]
    reference = {name: value for name, value in row.items() if name not in _BESIDE}
    if not isinstance(messages, list) or not reference:
        return "no reference beside the messages"
    if messages and isinstance(messages[-1], dict) and messages[-1].get("role") != "user":
        return "the last message is not the user's"
    answer = json.dumps(reference, ensure_ascii=False, sort_keys=True)
    found = _chat([*messages, {"role": "assistant", "content": answer}], None)
    return found if isinstance(found, str) else found._replace(value=reference)


def _sharegpt(row: Mapping[str, Any]) -> Row | str:
    turns = row["conversations"]
    if not isinstance(turns, list) or not turns:
        return "`conversations` is empty or no list"
    messages = []
    for turn in turns:
        role = _SHAREGPT.get(str(turn.get("from", turn.get("role")))) if isinstance(turn, dict) else None
        if role is None:
            return "a turn has no known sender"
        messages.append({"role": role, "content": turn.get("value", turn.get("content"))})
    return _chat(messages, row.get("system"))


def _gemini(row: Mapping[str, Any]) -> Row | str:
    contents = row["contents"]
    if not isinstance(contents, list) or not all(isinstance(turn, dict) for turn in contents):
        return "`contents` is no list of turns"
    instruction = row.get("systemInstruction") or row.get("system_instruction") or {}
    messages = [
        {"role": "assistant" if turn.get("role") == "model" else turn.get("role"), "content": turn.get("parts")}
        for turn in contents
    ]
    return _chat(messages, instruction.get("parts") if isinstance(instruction, dict) else instruction)


def _preference(row: Mapping[str, Any]) -> Row | str:
    given = row.get("input")
    messages = given.get("messages") if isinstance(given, dict) else None
    if not isinstance(messages, list):
        return "`input.messages` is no list"
    if row["preferred_output"] == row["non_preferred_output"]:
        return "preferred and rejected output are the same"
    if not isinstance(row["preferred_output"], list):
        return "`preferred_output` is no list"
    return _chat([*messages, *row["preferred_output"]], None)


def _trl_preference(row: Mapping[str, Any]) -> Row | str:
    chosen, rejected = row["chosen"], row["rejected"]
    if chosen == rejected:
        return "chosen and rejected are the same"
    prompt = row.get("prompt")
    if isinstance(chosen, list):
        return _chat([*(prompt if isinstance(prompt, list) else []), *chosen], None)
    return _pair(prompt if prompt is not None else "", chosen)


def _finish(row: Mapping[str, Any]) -> str:
    for name in _FINISH:
        value = row.get(name)
        if value:
            return str(value)
    meta = row.get("metadata")
    return str(meta.get("finish_reason") or "") if isinstance(meta, dict) else ""


def _teacher(row: Mapping[str, Any]) -> str:
    for holder in (row, row.get("metadata")):
        if isinstance(holder, dict):
            for name in _TEACHER:
                value = holder.get(name)
                if isinstance(value, str) and value:
                    return value
    return ""
