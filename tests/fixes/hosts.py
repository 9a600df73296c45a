"""One prompt in every host, for tests: the same text, written the way each host writes it."""

# ruff: noqa: E501 - files read better whole
from __future__ import annotations

from typing import NamedTuple


class Host(NamedTuple):
    """A file that holds one prompt. `template` tells that braces are doubled in it."""

    name: str
    path: str
    text: str


MARKDOWN = "Extract the parties from the contract.\n\nBe exact.\n"

HOSTS = (
    Host("markdown", "prompts/extract.md", MARKDOWN),
    Host("markdown-crlf", "prompts/extract.md", MARKDOWN.replace("\n", "\r\n")),
    Host(
        "yaml-block",
        "prompts/extract.prompt.yml",
        "# kept\nmessages:\n  - role: system\n    content: |\n      Extract the parties from the contract.\n\n"
        "      Be exact.\n  - role: user\n    content: '{{text}}'\nmodel: gpt-4o  # kept\n",
    ),
    Host(
        "yaml-quoted",
        "prompts/extract.prompt.yml",
        'messages:\n  - role: system\n    content: "Extract the parties from the contract.\\n\\nBe \\"exact\\"."\n'
        "  - role: user\n    content: '{{text}}'\n",
    ),
    Host(
        "yaml-single",
        "prompts/extract.prompt.yml",
        "messages:\n  - role: system\n    content: 'Extract the parties from the contract, it''s short.'\n"
        "  - role: user\n    content: '{{text}}'\n",
    ),
    Host(
        "yaml-folded",
        "prompts/extract.prompt.yml",
        "messages:\n  - role: system\n    content: >-\n      Extract the parties\n      from the contract.\n\n"
        "      Be exact.\n  - role: user\n    content: '{{text}}'\n",
    ),
    Host(
        "json",
        "prompts/extract.json",
        '{\n  "model": "gpt-4o",\n  "messages": [\n    {"role": "system", "content": '
        '"Extract the parties from the contract.\\n\\nBe \\"exact\\"."},\n'
        '    {"role": "user", "content": "{{text}}"}\n  ]\n}\n',
    ),
    Host(
        "prompty",
        "prompts/extract.prompty",
        "---\nname: Extract\nmodel:\n  api: chat\ninputs:\n  text:\n    type: string\n---\nsystem:\n"
        "Extract the parties from the contract.\n\nBe exact.\n\nuser:\n{{text}}\n",
    ),
    Host(
        "jinja",
        "prompts/extract.jinja2",
        "{# kept #}\nYou extract data.\n{% if strict %}Be exact.{% endif %}\nExtract the parties from the contract:\n"
        "{{ text }}\n\nReturn the result.\n",
    ),
    Host(
        "python-plain",
        "app/extract.py",
        "from openai import OpenAI\n\nclient = OpenAI()\nOTHER = 'left alone'\n"
        "SYSTEM = 'You extract. Extract the parties from the contract, don\\'t guess them.'  # kept\n\n\n"
        "def run(text):\n    return client.chat.completions.create(\n        model='gpt-4o',\n"
        "        messages=[{'role': 'system', 'content': SYSTEM}, {'role': 'user', 'content': text}],\n    )\n",
    ),
    Host(
        "python-triple",
        "app/extract.py",
        'from openai import OpenAI\n\nclient = OpenAI()\nSYSTEM = """You extract.\nExtract the parties from the '
        'contract.\n\nBe exact."""\n\n\n'
        "def run(text):\n    return client.chat.completions.create(\n        model='gpt-4o',\n"
        "        messages=[{'role': 'system', 'content': SYSTEM}, {'role': 'user', 'content': text}],\n    )\n",
    ),
    Host(
        "python-fstring",
        "app/extract.py",
        "from openai import OpenAI\n\nclient = OpenAI()\n\n\ndef run(text, day):\n    return client.chat.completions.create(\n"
        "        model='gpt-4o',\n        messages=[\n            {\n                'role': 'system',\n"
        '                \'content\': f"""You extract. Today is {day:%Y}.\nExtract the parties from the contract:\n{text}\n\n'
        "Be exact: {{braces}} stay.\"\"\",\n            },\n            {'role': 'user', 'content': 'Go on.'},\n"
        "        ],\n    )\n",
    ),
    Host(
        "python-format",
        "app/extract.py",
        "from openai import OpenAI\n\nclient = OpenAI()\nTEMPLATE = '''You extract.\nExtract the parties from the contract:\n{text}\n\n"
        "Answer like {{\"parties\": []}}.'''\n\n\n"
        "def run(text):\n    return client.chat.completions.create(\n        model='gpt-4o',\n"
        "        messages=[{'role': 'user', 'content': TEMPLATE.format(text=text)}],\n    )\n",
    ),
    Host(
        "python-concatenation",
        "app/extract.py",
        "from openai import OpenAI\n\nclient = OpenAI()\nSYSTEM = (\n    'You extract.\\n'  # kept\n"
        "    'Extract the parties from the contract.\\n'\n    'Be exact.'\n)\n\n\n"
        "def run(text):\n    return client.chat.completions.create(\n        model='gpt-4o',\n"
        "        messages=[{'role': 'system', 'content': SYSTEM}, {'role': 'user', 'content': text}],\n    )\n",
    ),
    Host(
        "notebook",
        "app/extract.ipynb",
        '{\n "cells": [\n  {\n   "cell_type": "code",\n   "execution_count": null,\n   "metadata": {},\n   "outputs": [],\n'
        '   "source": [\n    "from openai import OpenAI\\n",\n    "\\n",\n    "client = OpenAI()\\n",\n'
        '    "SYSTEM = \\"\\"\\"You extract.\\n",\n    "Extract the parties from the contract.\\n",\n    "\\n",\n'
        '    "Be exact.\\"\\"\\"\\n",\n    "client.chat.completions.create(\\n",\n    "    model=\'gpt-4o\',\\n",\n'
        "    \"    messages=[{'role': 'system', 'content': SYSTEM}, {'role': 'user', 'content': 'x'}],\\n\",\n"
        '    ")"\n   ]\n  }\n ],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n',
    ),
)
