"""Calls to git that trust nothing in the repository: no hooks, no monitors, no external diff programs."""

from __future__ import annotations

import os
import subprocess

HARDENED = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "diff.external=",
    "-c", "core.quotePath=false",
    "-c", "protocol.allow=never",
    "-c", "core.pager=cat",
)  # fmt: skip


class GitError(Exception):
    """git is not there or refused; the message is its own first line."""


def run(arguments: list[str], folder: str, *, given: bytes | None = None) -> bytes:
    """Return the standard output of a git command run in a folder. Raises GitError."""
    command = ["git", "--no-optional-locks", "--literal-pathspecs", *HARDENED, *arguments]
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    environment.pop("GIT_EXTERNAL_DIFF", None)
    try:
        done = subprocess.run(
            command, cwd=folder, input=given, capture_output=True, env=environment, check=False
        )  # the arguments are ours; paths follow "--"
    except OSError as error:
        raise GitError(f"git could not be run: {error}") from error
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(lines[0] if lines else f"git ended with {done.returncode}")
    return done.stdout


def work_tree(folder: str) -> str | None:
    """Return the top of the work tree that holds a folder, without asking git; None outside one."""
    folder = os.path.abspath(folder)
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def listed(folder: str) -> list[str] | None:
    """Return files below a folder that git tracks or does not ignore, relative to it, sorted; None outside git.

    A folder that git itself ignores is None too: who names it wants it read.
    """
    if work_tree(folder) is None:
        return None
    try:
        output = run(["ls-files", "-co", "--exclude-standard", "-z"], folder)
    except GitError:
        return None
    names = sorted({os.fsdecode(name) for name in output.split(b"\0") if name})
    if not names and any(os.scandir(folder)):
        return None
    return names
