"""FT001 to FT005: views of the readiness checks as lint findings about the repository."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from promptlint.model import Confidence, Diagnostic, Location, Severity
from promptlint.readiness import checks
from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.evidence import Source
from promptlint.readiness.model import PromptEvidence
from promptlint.readiness.training import formats, reading
from promptlint.readiness.training.scan import Options, Scan, scan

PILLAR_RULES = ("OUT001", "OUT002", "EXM001", "RUL010", "UNC001", "INP001")
_TRAINING = re.compile(r"train|fine-?_?tun|(?:^|[-_.])(?:sft|dpo)(?:[-_.]|$)", re.I)
_HELD_OUT = re.compile(r"(?:^|[-_.])(?:eval|test|valid|validation|val|dev|holdout|heldout)", re.I)
_EVAL_CONFIG = re.compile(r"^promptfooconfig\.|^\.?deepeval|^inspect_?eval|^promptlint\.evidence\.", re.I)
_SCRIPT = re.compile(r"fine_tuning\.jobs\.create|\bSFTTrainer\(|\bDPOTrainer\(|fineTuning\.jobs\.create")
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "dist", "build", "venv"})
_MAX_BYTES, _MAX_FILES, _MAX_SCRIPT = 64 * 1024 * 1024, 20_000, 1_000_000
_FEW, _TOO_FEW = 50, 10
_DECLINED = 0.25


class _Found:
    """Files of the repository that speak of fine-tuning or of evaluation."""

    def __init__(self) -> None:
        self.training: list[str] = []
        self.scripts: list[tuple[str, int]] = []
        self.held_out: list[str] = []


def lint_findings(root_paths: Sequence[str], prompts: Sequence[PromptEvidence]) -> list[Diagnostic]:
    """Return the findings FT001 to FT005 below folders or in files; `prompts` come from `prompts.from_report`.

    Training files are JSONL by name and by content, up to 64 MB each; larger ones are left to `promptlint readiness`.
    A file that cannot be read as training data is left out: `readiness` says why.
    """
    found = _look(root_paths)
    diagnostics = list(_pillars(found, prompts))
    for path in found.training:
        try:
            result = scan([Source(path, path)], [], Options(near="off"))
        except EvidenceError:
            continue
        diagnostics.extend(_data(path, result, prompts))
    if found.training and not found.held_out:
        message = "Readiness: no held-out data and no evaluation lies beside the training data."
        diagnostics.append(_diagnostic("FT005", message, found.training[0]))
    return sorted(diagnostics, key=lambda item: (item.path, item.rule, item.message))


def _look(roots: Sequence[str]) -> _Found:
    found = _Found()
    for path in islice(_files(roots), _MAX_FILES):
        name = os.path.basename(path)
        if _EVAL_CONFIG.search(name):
            found.held_out.append(path)
        elif name.endswith((".jsonl", ".jsonl.gz")):
            if _HELD_OUT.search(name):
                found.held_out.append(path)
            elif _TRAINING.search(name) and os.path.getsize(path) <= _MAX_BYTES and _is_training(path):
                found.training.append(path)
        elif name.endswith((".py", ".ts", ".js")) and os.path.getsize(path) <= _MAX_SCRIPT:
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            match = _SCRIPT.search(text)
            if match is not None:
                found.scripts.append((path, text.count("\n", 0, match.start()) + 1))
    return found


def _files(roots: Sequence[str]) -> Iterator[str]:
    for root in roots:
        if os.path.isfile(root):
            yield root
            continue
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
            for name in sorted(names):
                path = os.path.join(folder, name).replace(os.sep, "/")
                if os.path.isfile(path):
                    yield path.removeprefix("./")


def _is_training(path: str) -> bool:
    """Whether the first row has the keys of a training format."""
    try:
        first = next(reading.records(path, "jsonl"), None)
    except EvidenceError:
        return False
    return first is not None and first[2] is not None and formats.detect(first[2]) is not None


def _pillars(found: _Found, prompts: Sequence[PromptEvidence]) -> Iterator[Diagnostic]:
    gaps = sorted(
        {(f.rule, f.where) for p in prompts for f in p.findings if f.rule in PILLAR_RULES and f.severity != "info"}
    )
    places = [(path, 1) for path in found.training] + found.scripts
    if not gaps or not places:
        return
    shown = ", ".join(f"{rule} at {where}" for rule, where in gaps[:5])
    more = f" and {len(gaps) - 5} more" if len(gaps) > 5 else ""
    for path, line in sorted(places):
        yield _diagnostic(
            "FT001", f"Readiness: fine-tuning is prepared here, the prompt still lacks {shown}{more}.", path, line
        )


def _data(path: str, result: Scan, prompts: Sequence[PromptEvidence]) -> Iterator[Diagnostic]:
    tally = result.tally
    apart = checks.systems_apart(result, prompts)
    if apart:
        rows = f"{apart} of {tally.rows} training rows"
        message = f"Readiness: the system prompt of {rows} is none of the deployed ones (TD017)."
        yield _diagnostic("FT002", message, path)
    share = tally.declined / max(1, tally.outputs)
    free_text = not tally.is_label_task() and not tally.labelled
    if tally.outputs >= 100 and (share > _DECLINED or (share == 0 and free_text)):
        yield _diagnostic("FT003", f"Readiness: {share:.0%} of {tally.outputs} training outputs decline (TD013).", path)
    reasons = []
    if result.clean < _FEW:
        reasons.append(f"{result.clean} clean rows")
    repeated = tally.found["TD008"] + tally.found["TD009"]
    if repeated:
        reasons.append(f"{repeated} repeated inputs (TD008)")
    balance = checks.labels(tally)
    if balance and (balance["max_share"] > 0.8 or balance["min_count"] < _TOO_FEW):
        reasons.append(f"labels out of balance, the largest {balance['max_share']:.0%} (TD012)")
    if reasons:
        severity: Severity = "error" if result.clean < _TOO_FEW else "warning"
        yield _diagnostic(
            "FT004", f"Readiness: the training data is thin: {'; '.join(reasons)}.", path, severity=severity
        )


def _diagnostic(rule: str, message: str, path: str, line: int = 1, *, severity: Severity | None = None) -> Diagnostic:
    from promptlint import rules

    known = rules.load().get(rule)
    confidence: Confidence = known.confidence if known is not None else "medium"
    return Diagnostic(
        rule=rule,
        name=known.name if known is not None else rule.lower(),
        severity=severity or (known.severity if known is not None else "warning"),
        confidence=confidence,
        message=message,
        help=known.help if known is not None else "",
        path=path,
        location=Location(line, 1, line, 1),
        start=0,
        end=0,
    )
