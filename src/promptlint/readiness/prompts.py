"""From linted prompts to the few facts that readiness needs about them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from typing import Any

from promptlint.model import Anatomy, Linted, Report
from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.model import PromptEvidence, PromptFinding

_NOT_A_TASK = ("memory", "tool")


def lint(paths: Sequence[str]) -> tuple[PromptEvidence, ...]:
    """Lint files and return the evidence of their prompts. Raises EvidenceError for a path that cannot be read."""
    from promptlint.project.runner import run

    for path in paths:
        if not os.path.exists(path):
            raise EvidenceError(path, "no such file or folder", "name the prompt files or their folder")
    report = run(list(paths))
    for fault in report.faults:
        raise EvidenceError(fault.path, fault.message, "repair the prompt file", line=fault.line)
    return from_report(report)


def from_report(report: Report) -> tuple[PromptEvidence, ...]:
    """Return the evidence of each prompt of a report that states a task; memory files and tools state none."""
    return tuple(_evidence(linted) for linted in report.prompts if linted.anatomy.kind not in _NOT_A_TASK)


def _evidence(linted: Linted) -> PromptEvidence:
    prompt, anatomy = linted.prompt, linted.anatomy
    system = [prompt.text[m.start : m.end] for m in prompt.messages if m.role == "system"]
    contract = prompt.around.contract
    return PromptEvidence(
        id=prompt.id,
        path=prompt.path,
        sha256=digest(prompt.text),
        text=prompt.text,
        system=system[0] if system else prompt.text,
        tokens=linted.tokens,
        examples=len(anatomy.examples),
        examples_injected=anatomy.pillars["examples"].level == "injected" or prompt.around.few_shot_injected,
        machine_readable=anatomy.machine_readable,
        enforced=anatomy.enforced_in_code,
        schema=contract.schema if contract is not None and contract.schema is not None else _written_schema(anatomy),
        findings=tuple(
            PromptFinding(
                found.rule,
                found.severity,
                found.message,
                f"{found.path}:{found.location.line}" if found.location is not None else found.path,
            )
            for found in linted.diagnostics
            if found.suppressed is None
        ),
        model=prompt.around.model,
        kind=anatomy.kind,
        levels={name: pillar.level for name, pillar in anatomy.pillars.items()},
    )


def _written_schema(anatomy: Anatomy) -> dict[str, Any] | None:
    """Return the JSON Schema that the prompt spells out; a sample shape is too loose to fail training rows on."""
    for sample in anatomy.samples:
        value = sample.value
        if sample.use == "schema" and isinstance(value, dict) and isinstance(value.get("properties"), dict):
            try:
                return dict(json.loads(json.dumps(value)))
            except (TypeError, ValueError):
                continue
    return None


def digest(text: str) -> str:
    """Return the sha256 of a prompt text with line ends made equal, hexadecimal."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode("utf-8", "surrogatepass")).hexdigest()


def count_examples(text: str) -> int:
    """Return how many worked examples a prompt text holds (the text of a measured variant)."""
    from promptlint.anatomy import parse
    from promptlint.model import Message, Prompt
    from promptlint.text.pieces import Piece

    piece = Piece("text", 0, len(text), "variant", 0, len(text))
    prompt = Prompt("variant", "variant", "text", None, text, (piece,), (Message("system", 0, len(text), "variant"),))
    return len(parse(prompt).examples)
