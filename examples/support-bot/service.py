"""The support bot's calls of the model."""

from __future__ import annotations

import json
from pathlib import Path

from openai import OpenAI

client = OpenAI()

TRIAGE = Path(__file__).with_name("prompts") / "triage.md"

SUMMARY_PROMPT = """\
Summarise the conversation for the colleague who takes over.
Be brief and friendly. Do not make anything up.

Conversation:
{conversation}
"""


def triage(message: str) -> dict[str, object]:
    """Return category, urgency and order number of a ticket."""
    completion = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": TRIAGE.read_text().format(message=message)}],
    )
    return json.loads(completion.choices[0].message.content)


def summarise(conversation: str) -> str:
    """Return a summary for the colleague who takes over."""
    completion = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {"role": "system", "content": "You work in the support team of Larkspur, an online shop for garden tools."},
            {"role": "user", "content": SUMMARY_PROMPT.format(conversation=conversation)},
        ],
    )
    return completion.choices[0].message.content or ""
