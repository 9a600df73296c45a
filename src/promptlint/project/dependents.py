"""Which files hold prompts that depend on other files, remembered between runs.

`--diff-base` must know that a prompt changed because a constant that it imports did. Reading every file to learn this
would cost what a full run costs, so the answer is kept with the commit and the uncommitted files that it was true for;
on the next run only what differs from that state is read again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from promptlint import __version__
from promptlint.model import Document
from promptlint.project import cache as caches
from promptlint.project import git
from promptlint.project.diffbase import Change, differing, relative_to
from promptlint.project.discovery import Found, discover
from promptlint.project.roots import as_given
from promptlint.project.session import Session, decoded, read_bytes

Depends = dict[str, list[str]]
"""File -> the files that its prompts depend on, all relative to the top of the work tree."""


def dependents(change: Change, session: Session, *, keep: bool) -> set[str]:
    """Return the unchanged files with a prompt that depends on a changed one, relative to the top.

    `keep` tells to write what was learned into the cache folder.
    """
    depends = _known(change, session, keep=keep)
    return {file for file, others in depends.items() if file not in change.changed and change.changed & set(others)}


def _known(change: Change, session: Session, *, keep: bool) -> Depends:
    path = os.path.join(change.top, caches.FOLDER, "depends.json")
    commit = _head(change.top)
    kept = _read(path)
    if kept is None:
        depends = _learn(_all_files(change.top, session), change.top, session)
        changed_now = _dirty(commit, change)
    else:
        old_commit, dirty, depends = kept
        stale = dirty | _moved(old_commit, change)
        if commit == old_commit and not stale and keep:
            return depends
        stale |= {file for file, others in depends.items() if stale & set(others)}
        for file in stale:
            depends.pop(file, None)
        depends.update(_learn(_accepted(sorted(stale), change.top, session), change.top, session))
        changed_now = _dirty(commit, change)
    if keep:
        session.keep()
        _write(path, commit, changed_now, depends)
    return depends


def _head(top: str) -> str:
    try:
        return git.run(["rev-parse", "HEAD"], top).decode().strip()
    except git.GitError:
        return ""


def _moved(commit: str, change: Change) -> set[str]:
    """Return the paths that differ between a commit and the work tree."""
    return set(change.changed) if commit == change.base else set(differing(commit, change.top)[0])


def _dirty(commit: str, change: Change) -> set[str]:
    return _moved(commit, change) if commit else set()


def _all_files(top: str, session: Session) -> Iterable[Found]:
    return discover([as_given(os.path.relpath(top))], session.settings_of).files


def _accepted(paths: list[str], top: str, session: Session) -> Iterable[Found]:
    return discover([as_given(os.path.relpath(top))], session.settings_of, only=(top, paths)).files


def _learn(files: Iterable[Found], top: str, session: Session) -> Depends:
    from promptlint.sources.registry import extract

    depends: Depends = {}
    for found in files:
        data = read_bytes(found.path, session.settings_of(found.path).max_file_bytes)
        text = decoded(data) if isinstance(data, bytes) else None
        if text is None:
            continue
        try:
            prompts = extract(Document(found.path, text), session.project(found.path), named=found.named).prompts
        except Exception:  # a defect of ours: it is reported when this file is linted
            continue
        others = {relative_to(d.path, top) for prompt in prompts for d in prompt.depends}
        if others:
            depends[relative_to(found.path, top)] = sorted(others)
    return depends


def _read(path: str) -> tuple[str, set[str], Depends] | None:
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        if data["version"] != _version():
            return None
        depends = {str(file): [str(other) for other in others] for file, others in data["depends"].items()}
        return str(data["commit"]), set(map(str, data["dirty"])), depends
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _write(path: str, commit: str, dirty: set[str], depends: Depends) -> None:
    data = {"version": _version(), "commit": commit, "dirty": sorted(dirty), "depends": depends}
    caches.Cache(os.path.dirname(os.path.dirname(path))).keep(path, json.dumps(data, sort_keys=True))


def _version() -> str:
    return f"{__version__} {caches.code_digest()}"
