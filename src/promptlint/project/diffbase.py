"""What a change touches: the prompts that differ from those of a base commit, wherever the difference lies.

Nothing is checked out. The base version of a file is read from git's objects into a project of its own, so that
imports and schemas resolve as they did then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from promptlint.model import Document, Linted, Prompt, Report
from promptlint.project import git
from promptlint.project.errors import UsageError
from promptlint.project.session import FileResult, Session, decoded
from promptlint.sources.project import Project


class Change(NamedTuple):
    """The difference between a base commit and the work tree. Paths are relative to `top`, `/`-separated.

    `changed` holds added, edited, deleted and untracked files, `was` the base name of the renamed ones.
    """

    top: str
    base: str
    changed: frozenset[str]
    was: Mapping[str, str]


def change_since(ref: str, folder: str) -> Change:
    """Return what changed since the merge base of `ref` and HEAD, uncommitted work included. Raises UsageError."""
    top = git.work_tree(folder)
    if top is None:
        raise UsageError(f"--diff-base needs a git repository; {folder} is in none")
    base = _merge_base(ref, top)
    changed, was = differing(base, top)
    return Change(top, base, frozenset(changed), was)


def differing(commit: str, top: str) -> tuple[set[str], dict[str, str]]:
    """Return the paths that differ between a commit and the work tree, and the old names of renamed ones."""
    arguments = ["diff", "--name-status", "-z", "-M", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"]
    try:
        fields = iter(os.fsdecode(git.run([*arguments, commit, "--"], top)).split("\0"))
        untracked = os.fsdecode(git.run(["ls-files", "-o", "--exclude-standard", "-z"], top)).split("\0")
    except git.GitError as error:
        raise UsageError(f"--diff-base: {error}") from error
    changed, was = {path for path in untracked if path}, {}
    for status in fields:
        if not status:
            break
        path = next(fields)
        changed.add(path)
        if status[0] in "RC":
            new = next(fields)
            changed.add(new)
            was[new] = path
    return changed, was


def _merge_base(ref: str, top: str) -> str:
    if ref.startswith("-"):
        raise UsageError(f"--diff-base: {ref!r} is no commit")
    try:
        git.run(["rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"], top)
    except git.GitError as error:
        remedy = "fetch it, e.g. `git fetch --depth=1 origin <branch>`" if _shallow(top) else "see `git branch -a`"
        kind = "this shallow clone does not hold it" if _shallow(top) else "git knows no such commit"
        raise UsageError(f"--diff-base {ref}: {kind}; {remedy}") from error
    try:
        return git.run(["merge-base", ref, "HEAD"], top).decode().strip()
    except git.GitError as error:
        if _shallow(top):
            remedy = "the clone is shallow: `git fetch --unshallow`, or `fetch-depth: 0` in actions/checkout"
        else:
            remedy = "their histories are unrelated"
        raise UsageError(f"--diff-base {ref}: no common ancestor with HEAD; {remedy}") from error


def _shallow(top: str) -> bool:
    try:
        return git.run(["rev-parse", "--is-shallow-repository"], top).strip() == b"true"
    except git.GitError:
        return False


class Blobs:
    """Reads files of the base commit."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._known: dict[str, bytes | None] = {}

    def fetch(self, paths: Iterable[str]) -> None:
        """Read many files in one call of git."""
        wanted = [path for path in dict.fromkeys(paths) if path not in self._known and "\n" not in path]
        if not wanted:
            return
        names = [self._change.was.get(path, path) for path in wanted]
        request = "".join(f"{self._change.base}:{name}\n" for name in names)
        try:
            answer = git.run(["cat-file", "--batch"], self._change.top, given=os.fsencode(request))
        except git.GitError as error:
            raise UsageError(f"--diff-base: the base version of a file is not in this clone: {error}") from error
        at = 0
        for path in wanted:
            end = answer.index(b"\n", at)
            head = answer[at:end].split(b" ")
            at = end + 1
            self._known[path] = None
            if len(head) == 3 and head[1] in (b"blob", b"tree", b"commit") and head[2].isdigit():
                size = int(head[2])
                if head[1] == b"blob":
                    self._known[path] = answer[at : at + size]
                at += size + 1

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file at the base commit, None if it was not there."""
        self.fetch([path])
        return self._known.get(path)


class BaseProject(Project):
    """A project as it was at the base commit; files that did not change are read from the disk."""

    def __init__(self, root: str, change: Change, blobs: Blobs, now: Project) -> None:
        super().__init__(root)
        self._change = change
        self._blobs = blobs
        self._now = now

    def python_files(self) -> tuple[str, ...]:
        """Return the Python files of today and those that the change deleted; what is new reads as missing."""
        if self._python is None:
            gone = [_named(name, self._change.top, self.root) for name in self._change.changed if name.endswith(".py")]
            self._python = tuple(sorted({*self._now.python_files(), *gone}))
        return self._python

    def gist(self, path: str, reader: Callable[[str], set[str]]) -> set[str]:
        """Return what is found in a file at the base; in an unchanged one that is what it is now."""
        if relative_to(path, self._change.top) in self._change.changed:
            return super().gist(path, reader)
        return self._now.gist(path, reader)

    def _load(self, path: str) -> Document | None:
        relative = relative_to(path, self._change.top)
        if relative not in self._change.changed:
            return super()._load(path)
        data = self._blobs.read(relative)
        text = decoded(data) if data is not None else None
        return Document(path, text) if text is not None else None


class BaseSession(Session):
    """A session on the base commit."""

    def __init__(self, session: Session, change: Change) -> None:
        super().__init__(session.settings_of)
        self._session = session
        self._change = change
        self.blobs = Blobs(change)

    def make_project(self, root: str) -> Project:
        """Return a project of the base version."""
        now = self._session.project(os.path.join(root, "_"))
        return BaseProject(root, self._change, self.blobs, now)

    def at_base(self, path: str) -> FileResult | None:
        """Lint the base version of a file, None if there was none."""
        document = self.project(path).read(path)
        return None if document is None else self.document(document, named=True)

    def prompts_at_base(self, path: str) -> tuple[Prompt, ...]:
        """Return the prompts of the base version of a file."""
        from promptlint.sources.registry import extract

        project = self.project(path)
        document = project.read(path)
        return () if document is None else extract(document, project, named=True).prompts


def touched(report: Report, session: Session, change: Change, *, new_only: bool, compare: bool = False) -> Report:
    """Return a report cut to the prompts that the change touches; with `new_only`, to findings the base lacks.

    `compare` fills `before` with the prompts as they were.
    """
    base = BaseSession(session, change)
    paths = sorted({linted.prompt.path for linted in report.prompts} | {d.path for d in report.diagnostics})
    base.blobs.fetch(relative for path in paths if (relative := relative_to(path, change.top)) in change.changed)
    texts: set[str] = set()
    fingerprints: set[str] = set()
    before: list[Linted] = []
    for path in report.checked:
        result = base.at_base(path) if new_only or compare else None
        if result is not None:
            before += result.prompts
        if new_only and result is not None:
            fingerprints |= {diagnostic.fingerprint for diagnostic in result.diagnostics}
        prompts = [item.prompt for item in result.prompts] if result is not None else base.prompts_at_base(path)
        texts |= {_content(prompt) for prompt in prompts}
    kept = tuple(linted for linted in report.prompts if _content(linted.prompt) not in texts)
    return _cut(report._replace(before=tuple(before)), kept, fingerprints, change)


def _cut(report: Report, kept: tuple[Linted, ...], known: set[str], change: Change) -> Report:
    ids = {linted.prompt.id for linted in kept}
    diagnostics = tuple(
        diagnostic
        for diagnostic in report.diagnostics
        if diagnostic.fingerprint not in known
        and (ids.intersection(diagnostic.prompts) or _of_changed_file(diagnostic.prompts, diagnostic.path, change))
    )
    return report._replace(prompts=kept, diagnostics=diagnostics)


def _of_changed_file(prompts: tuple[str, ...], path: str, change: Change) -> bool:
    return not prompts and relative_to(path, change.top) in change.changed


def _content(prompt: Prompt) -> str:
    """Return all of a prompt that a finding can hang on, without its place in the file."""
    around = prompt.around
    contract = around.contract._replace(source=None) if around.contract is not None else None
    return repr(
        (
            prompt.path,
            prompt.symbol,
            prompt.format,
            prompt.text,
            [(message.role, message.start, message.end) for message in prompt.messages],
            prompt.dialect,
            prompt.placeholders,
            [control.text for control in prompt.controls],
            around._replace(contract=contract),
            prompt.kind_hint,
            [(fact.rule, sorted(fact.data.items())) for fact in prompt.facts],
            [(comment.rules, comment.reason, comment.problem) for comment in prompt.suppressions],
            [_content(variant) for variant in prompt.variants],
        )
    )


def relative_to(path: str, top: str) -> str:
    """Return a path relative to the top of the work tree."""
    return os.path.relpath(os.path.abspath(path), top).replace(os.sep, "/")


def _named(name: str, top: str, root: str) -> str:
    """Return a path relative to the top as files below `root` are named."""
    path = os.path.join(top, name)
    return os.path.normpath(path if os.path.isabs(root) else os.path.relpath(path)).replace(os.sep, "/")
