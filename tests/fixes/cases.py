"""One prompt for each rule with a fix, and the hosts it is written in. Placeholders are `{name}`."""

# ruff: noqa: E501 - prompts read better whole
from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple

from promptlint.model import Kind

_SLOT = re.compile(r"\{(\w+)\}")


class Case(NamedTuple):
    """A prompt that the rule finds fault with."""

    rule: str
    kind: Kind
    text: str


CASES = (
    Case("OUT001", "extraction", "Extract the parties and the due date from the contract.\n\nBe exact."),
    Case("OUT002", "extraction", "Extract the parties and the due date from the contract.\n\nAnswer in JSON."),
    Case("OUT003", "extraction", 'Extract the name. Return JSON like:\n\n```json\n[{"name": "Ann"},]\n```'),
    Case("EXM001", "classification", 'Classify the ticket. Answer with one of: "bug", "billing", "other".\n\nTicket: {ticket}'),
    Case(
        "EXM006",
        "classification",
        'Classify the ticket. Answer with one of: "billing", "bug", "other".\n\nInput: It crashes\nOutput: bugg\n\n'
        "Input: I paid twice\nOutput: billing\n\nInput: hello\nOutput: other",
    ),
    Case(
        "RUL001",
        "writing",
        "Write a short product text for the shop from the facts below, so that a customer learns what the product does and what it costs.\n\n"
        "Always name the product in the first sentence of the text. Never mention prices of competitors or their names. "
        "Do not promise a delivery date that is not stated. Always close with the warranty terms of the product. "
        "You must keep every number exactly as it is given.",
    ),
    Case("RUL010", "chat", "You are the support assistant of a bank.\n\nHelp the customers."),
    Case("UNC001", "rag", "Answer the question from the context.\n\n<context>\n{context}\n</context>\n\n<question>\n{question}\n</question>"),
    Case("UNC002", "rag", "Answer from the context. Do not make things up. Be brief.\n\n<context>\n{context}\n</context>"),
    Case("UNC005", "classification", "Classify the ticket. Answer with one of: `BILLING`, `BUG`, `SALES`."),
    Case("TON001", "chat", "You are the support assistant of a bank. Be warm and friendly with every customer."),
    Case("INP001", "writing", "Summarise the report in French.\n\nReport: {report}"),
    Case("INP002", "chat", "Follow the rules.\n\n<assistant_response>\nBe brief.\n</assitant_response>"),
    Case("SEC002", "extraction", "Extract the par\u200bties from the contract.\n\nBe exact."),
)  # fmt: skip


def _call(expression: str, head: str = "") -> str:
    return (
        "from openai import OpenAI\n\nclient = OpenAI()\nOTHER = 'left alone'\n" + head + "\n\ndef run(**values):\n"
        "    globals().update(values)\n    return client.chat.completions.create(\n        model='gpt-4o',\n"
        f"        messages=[{{'role': 'system', 'content': {expression}}}],\n    )\n"
    )


def _doubled(text: str) -> str:
    """Double the braces that are no placeholders."""
    parts, at = [], 0
    for match in _SLOT.finditer(text):
        parts += [text[at : match.start()].replace("{", "{{").replace("}", "}}"), match[0]]
        at = match.end()
    return "".join([*parts, text[at:].replace("{", "{{").replace("}", "}}")])


def _names(text: str) -> str:
    return ", ".join(f"{name}={name}" for name in dict.fromkeys(_SLOT.findall(text)))


def _plain(text: str) -> str | None:
    return None if _SLOT.search(text) else _call("SYSTEM", f"SYSTEM = {text!r}\n")


def _fstring(text: str) -> str:
    return _call(f'f"""{_doubled(text)}"""')


def _format(text: str) -> str | None:
    return _call(f"SYSTEM.format({_names(text)})", f'SYSTEM = """{_doubled(text)}"""\n') if _SLOT.search(text) else None


def _concatenation(text: str) -> str | None:
    if _SLOT.search(text):
        return None
    lines = "".join(f"    {line!r}\n" for line in text.splitlines(keepends=True))
    return _call("SYSTEM", f"SYSTEM = (\n{lines})\n")


def _yaml_block(text: str) -> str:
    body = "".join(f"      {line}" if line.strip() else line for line in _moustached(text).splitlines(keepends=True))
    return f"# kept\nname: Case\nmessages:\n  - role: system\n    content: |-\n{body}\nmodel: gpt-4o  # kept\n"


def _yaml_quoted(text: str) -> str:
    quoted = json.dumps(_moustached(text), ensure_ascii=False)
    return f"name: Case\nmessages:\n  - role: system\n    content: {quoted}\nmodel: gpt-4o\n"


def _json(text: str) -> str:
    messages = [{"role": "system", "content": _moustached(text)}]
    return json.dumps({"model": "gpt-4o", "messages": messages}, indent=2, ensure_ascii=False) + "\n"


def _prompty(text: str) -> str:
    return f"---\nname: Case\nmodel:\n  api: chat\n---\nsystem:\n{_moustached(text)}\n"


def _jinja(text: str) -> str:
    return "{# kept #}\n" + _SLOT.sub(r"{{ \1 }}", text) + "\n"


def _moustached(text: str) -> str:
    return _SLOT.sub(r"{{\1}}", text)


def _notebook(text: str) -> str | None:
    code = _plain(text) or _format(text)
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    book = {
        "cells": [{**cell, "source": (code or "").splitlines(keepends=True)}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


HOSTS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "markdown": ("prompts/case.md", lambda text: text + "\n"),
    "python-plain": ("app/case.py", _plain),
    "python-fstring": ("app/case.py", _fstring),
    "python-format": ("app/case.py", _format),
    "python-concatenation": ("app/case.py", _concatenation),
    "yaml-block": ("prompts/case.prompt.yml", _yaml_block),
    "yaml-quoted": ("prompts/case.prompt.yml", _yaml_quoted),
    "json": ("prompts/case.json", _json),
    "prompty": ("prompts/case.prompty", _prompty),
    "jinja": ("prompts/case.jinja2", _jinja),
    "notebook": ("app/case.ipynb", _notebook),
}
