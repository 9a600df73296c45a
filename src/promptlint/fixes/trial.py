"""Running rows through a model: an OpenAI-compatible endpoint or a local command. Nothing runs unless it was named."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import NamedTuple

from promptlint.fixes.facts import Case
from promptlint.fixes.filling import Messages, Template, filled

TIMEOUT = 120
Ask = Callable[[Messages], str]


class TrialError(Exception):
    """The model could not be asked; the message says what it answered."""


class Answer(NamedTuple):
    """One row under both variants."""

    row: int
    before: str
    after: str
    before_right: bool
    after_right: bool


def asker(target: str, model: str | None) -> Ask:
    """Return what asks the model: a URL is an OpenAI-compatible endpoint, anything else a command.

    The endpoint gets `POST …/chat/completions` with temperature 0 and, if PROMPTLINT_API_KEY is set, that as bearer
    token. The command gets the messages as JSON on stdin and prints the reply.
    """
    if target.startswith(("http://", "https://")):
        return lambda messages: _endpoint(target, model or "default", messages)
    return lambda messages: _command(target, messages)


def _endpoint(target: str, model: str, messages: Messages) -> str:
    url = target.rstrip("/")
    url = url if url.endswith("/chat/completions") else url + "/chat/completions"
    body = json.dumps({"model": model, "messages": messages, "temperature": 0}).encode()
    headers = {"Content-Type": "application/json"}
    if os.environ.get("PROMPTLINT_API_KEY"):
        headers["Authorization"] = f"Bearer {os.environ['PROMPTLINT_API_KEY']}"
    request = urllib.request.Request(url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            reply = json.loads(response.read(10_000_000))
        return str(reply["choices"][0]["message"]["content"] or "")
    except (urllib.error.URLError, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise TrialError(f"{url}: {type(error).__name__}: {error}") from error


def _command(target: str, messages: Messages) -> str:
    try:
        done = subprocess.run(
            shlex.split(target),
            input=json.dumps(messages, ensure_ascii=False),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise TrialError(f"{target}: {error}") from error
    if done.returncode != 0:
        raise TrialError(f"{target}: exit code {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def run(before: Template, after: Template, cases: tuple[Case, ...], ask: Ask) -> list[Answer]:
    """Return the answers of both variants to the same rows. Raises TrialError."""
    found = []
    for case in cases:
        first, second = ask(filled(before, case)), ask(filled(after, case))
        found.append(Answer(case.row, first, second, right(case, first), right(case, second)))
    return found


def right(case: Case, reply: str) -> bool:
    """Whether a reply is the one wanted: the same data where the row's output is JSON, else the same text.

    JSON must be the whole reply: what a program could not parse is wrong. Texts are compared without case, outer
    quotes, blanks and a last full stop.
    """
    if not isinstance(case.value, str):
        try:
            return bool(json.loads(reply) == case.value)
        except (ValueError, RecursionError):
            return False
    return _plain(reply) == _plain(case.output)


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).strip("\"'").rstrip(".")
