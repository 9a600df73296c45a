"""What the repository shows about team and task: files that exist, their age, CI, churn. Read-only git."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from promptlint.readiness.evidence import located

_DAYS_ALIVE, _DAYS_CHURN = 180, 60
_EVALUATES = re.compile(
    r"promptfoo|inspect eval|deepeval|lm[-_]eval|braintrust|ragas|promptlint readiness|oaieval", re.I
)


def team_files(team: Mapping[str, Any] | None, folder: str, as_of: dt.date) -> dict[str, str]:
    """Return what is known of the files that the team section names: `absent`, `present` or `changed DATE`.

    A rollback that is no path (a link, a sentence) is not looked for.
    """
    found = {}
    for name in ("pipeline", "rollback"):
        value = (team or {}).get(name)
        if not isinstance(value, str) or not _is_path(value):
            continue
        path = located(value, folder)
        if not os.path.exists(path):
            found[name] = "absent"
            continue
        changed = _changed(path)
        recent = changed is not None and 0 <= (as_of - changed).days < _DAYS_ALIVE
        found[name] = f"changed {changed}" if recent else "present"
    return found


def _is_path(value: str) -> bool:
    return (
        "://" not in value
        and " " not in value.strip()
        and ("/" in value or re.search(r"\.\w{1,5}$", value) is not None)
    )


def _git(folder: str, *arguments: str) -> str | None:
    """Return what git says, None where it is absent or the folder is in no repository. Hooks and pagers stay off."""
    command = ["git", "-C", folder, "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
    try:
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _changed(path: str) -> dt.date | None:
    said = _git(os.path.dirname(os.path.abspath(path)), "log", "-1", "--format=%cs", "--", os.path.abspath(path))
    try:
        return dt.date.fromisoformat((said or "").strip())
    except ValueError:
        return None


def churn(paths: Sequence[str], as_of: dt.date) -> dict[str, int]:
    """Return how many commits of the last 60 days changed each file; nothing outside a git repository."""
    found = {}
    since, until = as_of - dt.timedelta(days=_DAYS_CHURN), as_of + dt.timedelta(days=1)
    for path in sorted(set(paths)):
        folder = os.path.dirname(os.path.abspath(path))
        said = _git(folder, "log", f"--since={since}", f"--until={until}", "--format=%h", "--", os.path.abspath(path))
        if said is not None:
            found[path] = len(said.split())
    return found


def ci_evaluates(folder: str) -> bool:
    """Whether a CI file next to the evidence or above it runs an evaluation."""
    at = os.path.abspath(folder)
    for _ in range(6):
        for name in (".github/workflows", ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml"):
            path = os.path.join(at, name)
            files = [os.path.join(path, f) for f in sorted(os.listdir(path))] if os.path.isdir(path) else [path]
            if any(_mentions(file) for file in files if os.path.isfile(file)):
                return True
        if os.path.exists(os.path.join(at, ".git")) or os.path.dirname(at) == at:
            return False
        at = os.path.dirname(at)
    return False


def _mentions(path: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return _EVALUATES.search(file.read(200_000)) is not None
    except OSError:
        return False
