"""The words of a readiness assessment: data without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Answer = Literal["yes", "no", "unknown"]
Grade = Literal["measured", "inferred", "declared", "stale", "none"]
"""How an answer is known; `none` goes with `unknown`."""
Verdict = Literal["justified", "not_yet", "insufficient_evidence", "not_needed", "error"]

EXIT_CODES: Mapping[str, int] = {
    "justified": 0,
    "not_yet": 1,
    "error": 2,
    "insufficient_evidence": 3,
    "not_needed": 4,
}


class Evidence(NamedTuple):
    """A file that an answer rests on."""

    kind: str
    path: str
    sha256: str
    detail: str = ""
    rows: int | None = None


class Question(NamedTuple):
    """One of the four questions, answered. `targets` holds the answer for each declared target (Q4)."""

    id: str
    text: str
    answer: Answer
    confidence: Grade
    summary: str
    value: float | None = None
    threshold: float | None = None
    threshold_origin: str | None = None
    evidence: tuple[Evidence, ...] = ()
    contradictions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """What would turn an unknown into an answer."""
    targets: tuple[TargetAnswer, ...] = ()


class TargetAnswer(NamedTuple):
    """Q4 for one declared target: `yes` means that the generic model was measured to miss it."""

    target: str
    answer: Answer
    confidence: Grade
    summary: str
    limit: float | None = None
    value: float | None = None
    interval: tuple[float, float] | None = None
    needed: tuple[int, int] | None = None
    """Cases for the interval to clear the target, and for 80 % power."""
    swap: str | None = None
    """The target is met only by this change of model or setting."""


class UseCase(NamedTuple):
    """One of the four cases that make fine-tuning worth while."""

    id: str
    text: str
    established: bool
    confidence: Grade
    summary: str
    numbers: Mapping[str, Any] = {}


class Blocker(NamedTuple):
    """A reason against fine-tuning now (`blocking`), or an alternative worth trying first."""

    id: str
    message: str
    blocking: bool


class Remedy(NamedTuple):
    """One thing to do. `impact` and `cost` order the list: high impact first, then low cost."""

    action: str
    question: str
    effort: str
    cost: int
    impact: int
    rule: str | None = None
    where: str | None = None


class Skipped(NamedTuple):
    """Something that was not checked, and why."""

    what: str
    why: str


class Threshold(NamedTuple):
    """A number that decides, and who set it: `seed`, `config`, `provider` or `promptlint`."""

    name: str
    value: float
    origin: str


class PromptFinding(NamedTuple):
    """A lint finding as far as readiness needs it. `where` reads `path:line`."""

    rule: str
    severity: str
    message: str
    where: str


class PromptEvidence(NamedTuple):
    """What readiness needs to know about one linted prompt."""

    id: str
    path: str
    sha256: str
    text: str
    system: str
    """The system message, or the whole text where there are no roles."""
    tokens: int
    examples: int
    examples_injected: bool
    machine_readable: bool
    enforced: bool
    schema: Mapping[str, Any] | None
    findings: tuple[PromptFinding, ...]
    model: str | None = None
    kind: str = "unknown"
    levels: Mapping[str, str] = {}
    file_sha256: str | None = None
    """The hash of the whole file, where one is declared to compare it with."""
