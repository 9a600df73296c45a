"""What every adapter of evaluation results hands over."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from promptlint.readiness.errors import EvidenceError


class Case(NamedTuple):
    """One graded answer. `passed` None and `score` None: not graded. `error`: the run failed, not the model."""

    id: str
    variant: str
    model: str
    passed: bool | None
    score: float | None = None
    error: bool = False
    epoch: int = 0
    inputs: tuple[str, ...] = ()
    """Texts that the case gave the model, to find it among the training data."""
    latency_ms: float | None = None
    cost: float | None = None
    scores: Mapping[str, float] = {}
    tag: str = ""
    line: int | None = None


class Results(NamedTuple):
    """One file of results. `prompts` maps a variant to its prompt text, where the file holds it."""

    kind: str
    cases: tuple[Case, ...]
    prompts: Mapping[str, str] = {}
    notes: tuple[str, ...] = ()
    origin: str | None = None
    """`benchmark` where the format is of public benchmarks."""
    judged: bool = False
    """Graded by a model."""
    aggregates: tuple[Aggregate, ...] = ()


class Aggregate(NamedTuple):
    """Counts without cases: what a file says that holds no single answers."""

    variant: str
    model: str
    passed: float
    n: int


def score(value: Any, path: str, line: int | None, *, ungraded_nan: bool = False) -> float | None:
    """Return a score, None for none. Raises EvidenceError for a negative one, NaN or infinity."""
    if value is None or value == "" or isinstance(value, bool):
        return None if not isinstance(value, bool) else float(value)
    try:
        found = float(value)
    except (TypeError, ValueError) as error:
        raise EvidenceError(path, f"score {value!r} is no number", "correct the export", line=line) from error
    if math.isnan(found) and ungraded_nan:
        return None
    if not math.isfinite(found) or found < 0:
        raise EvidenceError(path, f"score {found} is not a number of at least 0", "correct the export", line=line)
    return found


def amount(value: Any) -> float | None:
    """Return a finite number of at least 0, None for anything else (a cost or latency that is not known)."""
    if isinstance(value, bool) or value is None or value == "":
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) and found >= 0 else None


_TRUE = frozenset({"true", "1", "1.0", "yes", "pass", "passed", "success", "correct", "c", "ok"})
_FALSE = frozenset({"false", "0", "0.0", "no", "fail", "failed", "failure", "incorrect", "wrong", "i", "n"})


def flag(value: Any, path: str, line: int | None) -> bool | None:
    """Return a pass mark, None for none. Raises EvidenceError for one that cannot be read."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise EvidenceError(path, f"pass mark {value!r} is neither yes nor no", "correct the export", line=line)


def texts(value: Any) -> tuple[str, ...]:
    """Return the texts in a value that may be a string, a mapping of variables or messages."""
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    found: list[str] = []
    parts: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        found.extend(texts(part))
    return tuple(found)


def mapping(value: Any) -> dict[str, Any]:
    """Return a mapping, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def model_name(provider: str) -> str:
    """Return the model in a provider's id: `openai:chat:gpt-4.1` and `openai/gpt-4.1` are `gpt-4.1`."""
    name = provider.strip()
    if "ft:" in name:
        return name[name.index("ft:") :]
    parts = name.split(":")
    if len(parts) > 1 and parts[0].lower() in _PREFIXES:
        name = ":".join(part for part in parts[1:] if part not in ("chat", "messages", "completion", "responses"))
    head, _, tail = name.partition("/")
    return tail if tail and head.lower() in _PREFIXES else name


_PREFIXES = frozenset(
    [
        "openai",
        "anthropic",
        "azure",
        "azureopenai",
        "google",
        "gemini",
        "vertex",
        "bedrock",
        "mistral",
        "cohere",
        "groq",
        "ollama",
        "openrouter",
        "huggingface",
        "together",
        "fireworks",
        "deepseek",
        "xai",
    ]
)
