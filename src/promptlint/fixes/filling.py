"""A prompt with the values of one row: the messages that a model would receive."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from promptlint.fixes.facts import Case
from promptlint.model import Linted

Messages = list[dict[str, str]]


class FillError(Exception):
    """The rows do not say what a placeholder becomes; the message names it."""


class Template(NamedTuple):
    """A prompt's messages and how its placeholders get their values: placeholder name to field name."""

    linted: Linted
    fields: dict[str, str]
    own_message: bool
    """The row's input is a user message of its own, since the prompt has no place for it."""


def template(linted: Linted, cases: tuple[Case, ...]) -> Template:
    """Return how rows fill a prompt. Raises FillError when a placeholder has no value."""
    names = list(dict.fromkeys(p.name for p in linted.prompt.placeholders))
    known = set(cases[0].fields or ()) if cases else set()
    content = {linted.prompt.placeholders[slot.placeholder].name for slot in linted.anatomy.slots if slot.content}
    fields: dict[str, str] = {}
    for name in names:
        plain = name.lstrip("$").strip()
        if plain in known:
            fields[name] = plain
        elif (name in content and len(content) == 1) or len(names) == 1:
            fields[name] = ""
        else:
            raise FillError(
                f"the rows have no value for {{{name}}}; name a field so (fields: {', '.join(sorted(known))})"
            )
    roles = [message.role for message in linted.prompt.messages]
    return Template(linted, fields, not fields and "user" not in roles[-1:])


def filled(template: Template, case: Case) -> Messages:
    """Return the messages of one row."""
    prompt = template.linted.prompt
    found: Messages = []
    for message in prompt.messages:
        parts, at = [], message.start
        for placeholder in prompt.placeholders:
            if message.start <= placeholder.start < message.end:
                field = template.fields[placeholder.name]
                value = (case.fields or {}).get(field, case.input) if field else case.input
                parts += [prompt.text[at : placeholder.start], value]
                at = placeholder.end
        found.append({"role": message.role, "content": "".join([*parts, prompt.text[at : message.end]]).strip()})
    if template.own_message:
        found.append({"role": "user", "content": case.input})
    if len(found) == 1 and found[0]["role"] == "system":
        found[0]["role"] = "user"
    return found


def promptfoo(before: Template, after: Template, tests: tuple[Case, ...], model: str | None) -> str:
    """Return a promptfoo configuration that compares two variants of a prompt on rows, as YAML (JSON is YAML)."""
    rows: list[dict[str, Any]] = []
    for case in tests:
        structured = not isinstance(case.value, str)
        check = (
            {"type": "javascript", "value": f"{_SAME}({json.dumps(case.output)}, output)"}
            if structured
            else {"type": "equals", "value": case.output}
        )
        rows.append({"vars": _vars(before, case), "assert": [check]})
    config = {
        "description": "Before and after: the same rows through both variants",
        "prompts": [
            {"label": "before", "raw": _raw(before)},
            {"label": "after", "raw": _raw(after)},
        ],
        "providers": [f"openai:chat:{model or 'gpt-4o-mini'}"],
        "tests": rows,
    }
    head = "# Run: npx promptfoo eval -c THIS_FILE. Change `providers` to the model that the prompt is for.\n"
    return head + json.dumps(config, ensure_ascii=False, indent=2) + "\n"


_SAME = (
    "((want, got) => { const plain = v => Array.isArray(v) ? v.map(plain) : v && typeof v === 'object' ? "
    "Object.fromEntries(Object.keys(v).sort().map(k => [k, plain(v[k])])) : v; "
    "try { return JSON.stringify(plain(JSON.parse(want))) === JSON.stringify(plain(JSON.parse(got))); } "
    "catch (e) { return false; } })"
)


def _vars(template: Template, case: Case) -> dict[str, str]:
    values = {_var(name): (case.fields or {}).get(field, case.input) if field else case.input
              for name, field in template.fields.items()}  # fmt: skip
    return values or {"input": case.input}


def _var(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name)


def _raw(template: Template) -> str:
    """Return the messages as the JSON that promptfoo takes for a chat, with `{{name}}` for what a row brings.

    promptfoo parses such a prompt first and renders each string by itself, so values need no escaping.
    """
    prompt = template.linted.prompt
    messages: Messages = []
    for message in prompt.messages:
        parts, at = [], message.start
        for placeholder in prompt.placeholders:
            if message.start <= placeholder.start < message.end:
                parts += [_literal(prompt.text[at : placeholder.start]), "{{" + _var(placeholder.name) + "}}"]
                at = placeholder.end
        text = "".join([*parts, _literal(prompt.text[at : message.end])]).strip()
        messages.append({"role": message.role, "content": text})
    if template.own_message:
        messages.append({"role": "user", "content": "{{input}}"})
    return json.dumps(messages, ensure_ascii=False)


def _literal(text: str) -> str:
    """Keep template marks in literal text from being read."""
    return "{% raw %}" + text + "{% endraw %}" if any(mark in text for mark in ("{{", "{%", "{#")) else text
