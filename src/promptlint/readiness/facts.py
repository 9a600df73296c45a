"""Everything that was measured or declared, gathered for the decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from promptlint.readiness.economy import Economy, Life
from promptlint.readiness.evidence import EvidenceFile
from promptlint.readiness.measure import Loaded, Pair, Variant
from promptlint.readiness.model import Evidence, PromptEvidence
from promptlint.readiness.prices import Prices
from promptlint.readiness.requestlog import Log
from promptlint.readiness.training.scan import Scan


class Facts(NamedTuple):
    """The input of the decision: a value, without any file to open but those that Q2 checks."""

    evidence: EvidenceFile
    prompts: tuple[PromptEvidence, ...]
    scan: Scan | None
    loaded: tuple[Loaded, ...]
    variants: tuple[Variant, ...]
    pairs: tuple[Pair, ...]
    log: Log | None
    prices: Prices
    economy: Economy | None
    life: Life
    as_of: dt.date
    seed_strict: bool = False
    strict: bool = False
    team_files: Mapping[str, str] = {}
    """What was found about the files that the team section names: `absent`, `changed <date>`, `present`."""
    ci_evaluates: bool = False
    churn: Mapping[str, int] = {}
    """Commits of the last 60 days that changed each prompt file."""

    @property
    def offline(self) -> bool:
        """Whether nobody waits for the answers, so that the batch tier may be used."""
        return self.evidence.task.get("offline") is True

    def incumbent(self) -> str:
        """Return the generic model in use: of the log, the prompt's code, or the first result."""
        if self.log is not None and self.log.model:
            return self.log.model
        from promptlint.readiness.results.common import model_name

        for prompt in self.prompts:
            if prompt.model:
                return model_name(prompt.model)
        return next((variant.model for variant in self.variants if variant.generic), "")

    def results_evidence(self) -> tuple[Evidence, ...]:
        """Return the result files with their hashes."""
        from promptlint.readiness.measure import as_evidence

        return as_evidence(self.loaded)

    def log_evidence(self) -> tuple[Evidence, ...]:
        """Return the request log with its hash."""
        if self.log is None:
            return ()
        return (Evidence("requests", self.log.path, self.log.sha256, f"{self.log.days:g} days", self.log.rows),)


def usable(variant: Variant) -> bool:
    """Whether a variant may count: a generic model that passed every guard."""
    return variant.generic and not variant.guards


def status(variants: tuple[Variant, ...], target: float | None, alpha: float) -> dict[str, str]:
    """Return for each generic model whether it `passes`, is `below` the target, or is `open`.

    The best of several variants on the same cases looks better than it is: `passes` divides alpha by their number.
    """
    found: dict[str, str] = {}
    counted = [variant for variant in variants if usable(variant)]
    for model in sorted({variant.model for variant in variants if variant.generic}):
        own = [variant for variant in counted if variant.model == model]
        if target is None or not own:
            found[model] = "open"
        elif any(variant.bounds(alpha / len(counted)).low >= target for variant in own):
            found[model] = "passes"
        else:
            found[model] = "below" if all(variant.interval.high < target for variant in own) else "open"
    return found
