"""A lint rule as a type, and a set of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, cast

from promptlint.model import Confidence, Kind, PillarName, Safety, Settings, Severity
from promptlint.text.records import NamedTuple

Status = Literal["preview", "stable", "deprecated"]
Level = Literal["required", "recommended", "none"]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Evidence(NamedTuple):
    """Why a rule exists: `tier` is M (measured), V (vendor), L (measured locally) or E (engineering logic)."""

    tier: str
    source: str
    says: str


class Applies(NamedTuple):
    """Where a rule speaks. With a `pillar` the matrix decides; with `kinds` only those; else everywhere."""

    pillar: PillarName | None = None
    kinds: tuple[Kind, ...] = ()
    languages: tuple[str, ...] = ()
    """Languages whose words the detection needs; empty: none in particular."""


class FixInfo(NamedTuple):
    """How a finding can be removed; `strategy` names the generator that makes the edits."""

    safety: Safety
    title: str
    strategy: str = ""


class Rule(NamedTuple):
    """One lint rule. `name` completes the sentence "allow …"; `detect` is what the runner interprets."""

    id: str
    name: str
    family: str
    status: Status
    default: bool
    severity: Severity
    confidence: Confidence
    message: str
    help: str
    applies: Applies
    severities: Mapping[str, str]
    """Severity by kind where it differs from the matrix; `silent` for none."""
    detect: Mapping[str, Any]
    fix: FixInfo | None
    about: str | Mapping[str, Any]
    """What explains the rule: three quarters of an index, and nothing that linting asks for. As JSON until it is."""

    @property
    def since(self) -> str:
        return self._said("since")

    @property
    def summary(self) -> str:
        return self._said("summary")

    @property
    def why(self) -> str:
        return self._said("why")

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        told = self._about().get("evidence", ())
        return tuple(Evidence(str(e["tier"]), str(e.get("source", "")), str(e.get("says", ""))) for e in told)

    @property
    def examples(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._about()["examples"]
        return found

    @property
    def not_detected(self) -> str:
        return self._said("not_detected")

    @property
    def status_reason(self) -> str:
        return self._said("status_reason")

    @property
    def file(self) -> str:
        return self._said("file")

    def _said(self, name: str) -> str:
        return str(self._about().get(name, "")).strip()

    def _about(self) -> Mapping[str, Any]:
        return _parsed(self.about) if isinstance(self.about, str) else self.about


@lru_cache(maxsize=256)
def _parsed(about: str) -> Mapping[str, Any]:
    parsed: Mapping[str, Any] = json.loads(about)
    return parsed


def rule_of(data: Mapping[str, Any], default: Mapping[str, str]) -> Rule:
    """Return the rule that an entry of the index describes; `default` is the edition's set, id to severity."""
    fix = data.get("fix")
    applies = data.get("applies") or {}
    identifier = str(data["id"])
    return Rule(
        id=identifier,
        name=str(data["name"]),
        family=identifier.rstrip("0123456789"),
        status=data["status"],
        default=identifier in default,
        severity=cast(Severity, default.get(identifier, data["severity"])),
        confidence=data["confidence"],
        message=str(data["message"]).strip(),
        help=str(data.get("help", "")).strip(),
        applies=Applies(applies.get("pillar"), tuple(applies.get("kinds", ())), tuple(applies.get("languages", ()))),
        severities=data.get("severity_by_kind") or _NOTHING,
        detect=data["detect"],
        fix=FixInfo(fix["safety"], str(fix["title"]), str(fix.get("strategy", ""))) if fix else None,
        about=data.get("about", data),
    )


class RuleSet:
    """All lint rules of the packs in use, sorted by id. Iterating yields the rules."""

    __slots__ = ("_by_id", "matrix", "rules")

    def __init__(self, rules: tuple[Rule, ...], matrix: Mapping[str, Mapping[str, Level]]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self.matrix = matrix
        self._by_id = {rule.id: rule for rule in self.rules}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def get(self, identifier: str) -> Rule | None:
        """Return the rule with this id or name (any case), None if there is none."""
        found = self._by_id.get(identifier.upper())
        return found or next((rule for rule in self.rules if rule.name == identifier.lower()), None)

    def select(self, settings: Settings, path: str | None = None) -> tuple[Rule, ...]:
        """Return the rules that run on a file: default set or `select`, plus `extend_select`, less `ignore`.

        An override's `ignore` is not taken off here: such findings are listed as suppressed. Preview rules run with
        `preview` on, or where they are selected by id or name. Raises SelectorError.
        """
        from promptlint.rules.selection import select

        return select(self, settings, path)


__all__ = ["Applies", "Evidence", "FixInfo", "Level", "Rule", "RuleSet", "Status", "rule_of"]
