"""Sections that only declare: their values are checked, so that a slip of the pen never turns into an answer."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from typing import Any

from promptlint.readiness.errors import EvidenceError

TRIED = ("streaming", "shorter_output", "caching", "smaller_model", "region_tier")
"""What was tried before latency counts as a case."""
_BLANK = re.compile(r"\s*(?:(?:todo|tbd|n/?a|none|\?+|-+|xxx+)\b.*)?\s*\Z|\s*(?:\?+|-+)\s*\Z", re.I)
_WINDOW = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:\.\.|/)\s*(\d{4}-\d{2}-\d{2})")


def team(section: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the team section: blanks such as TODO name nobody, and a backup is another person than the owner."""
    if section is None:
        return None
    checked = dict(section)
    for name in ("owner", "backup", "rollback", "pipeline"):
        value = checked.get(name)
        if value is not None and _BLANK.match(value):
            checked[name] = "" if name == "owner" and not value.strip() else None
    owner, backup = checked.get("owner"), checked.get("backup")
    if owner and backup and owner.strip().casefold() == backup.strip().casefold():
        checked["backup"] = None
    return checked


def latency(section: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the latency section. Raises EvidenceError for a measure that is not known."""
    tried = section.get("tried")
    tried = [tried] if isinstance(tried, str) else tried or []
    if not isinstance(tried, list):
        raise EvidenceError(path, "latency.tried must be a list", f"of {', '.join(TRIED)}")
    for name in tried:
        if name not in TRIED:
            near = difflib.get_close_matches(str(name), TRIED, 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(TRIED)}"
            raise EvidenceError(path, f"latency.tried: {name!r} is not known", hint)
    return {**section, "tried": tried}


def failures(section: Mapping[str, Any]) -> dict[str, float]:
    """Return the shares of failures by cause; counts or percentages are turned into shares."""
    found = {str(name).lower(): float(value) for name, value in section.items() if value is not None}
    total = sum(found.values())
    return {name: value / total for name, value in found.items()} if total > 1.005 else found


def claims(section: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the `declared` section. Raises EvidenceError for a rate of over 1."""
    if (section.get("pass_rate") or 0) > 1:
        raise EvidenceError(path, "declared.pass_rate is at most 1", "95 % is 0.95")
    return dict(section)


def task(section: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return the task section. Raises EvidenceError for a window of cases that is none."""
    window = section.get("cases_window")
    if window is not None:
        ends = _WINDOW.fullmatch(str(window).strip())
        try:
            first, last = (dt.date.fromisoformat(end) for end in ends.groups()) if ends else (None, None)
        except ValueError:
            first = last = None
        if first is None or last is None or first > last:
            raise EvidenceError(
                path, f"task.cases_window is no span of days: {window!r}", "write it as 2026-09-01..2026-10-31"
            )
    return dict(section)


def window_end(section: Mapping[str, Any]) -> dt.date | None:
    """Return the last day of the declared window of cases."""
    ends = _WINDOW.fullmatch(str(section.get("cases_window") or "").strip())
    return dt.date.fromisoformat(ends.group(2)) if ends else None
