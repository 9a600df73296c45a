"""What `fix`, `fewshot` and `optimize` share: linting edited files, and showing what would change."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import click

from promptlint.fixes.bench import Outcome, OverlayProject
from promptlint.model import Document, Linted
from promptlint.project.session import Session, SettingsOf
from promptlint.sources.project import Project
from promptlint.text.lines import LineIndex


class Bench(Session):
    """A session that can lint a file as it would be after edits. `judge` is what `fixes.apply` calls."""

    def __init__(self, settings_of: SettingsOf) -> None:
        super().__init__(settings_of)
        self._bases: dict[str, OverlayProject] = {}
        self._filled: dict[str, bool] = {}

    def make_project(self, root: str) -> Project:
        """Return the project on disk that all overlays of a root share."""
        if root not in self._bases:
            self._bases[root] = OverlayProject(root, {})
        return self._bases[root]

    def read(self, path: str) -> str | None:
        """Return the text of a file on disk, None if it cannot be read."""
        document = self.project(path).read(path)
        return document.text if document is not None else None

    def written(self, path: str) -> None:
        """Read a file again that was written since."""
        self._bases = {root: base.after_write(path) for root, base in self._bases.items()}
        self._projects.clear()
        self.texts.pop(path, None)
        self._lines.pop(path, None)
        self._filled.clear()

    def judge(self, path: str, texts: Mapping[str, str]) -> Outcome:
        """Lint one file where some files read differently from what is on disk."""
        trial = _Trial(self, texts)
        text = texts.get(path, self.read(path))
        if text is None:
            from promptlint.model import Fault

            return Outcome(faults=(Fault(path, "cannot be read"),))
        result = trial.document(Document(path, text), named=True)
        trial.close()
        prompts = tuple(self._with_dialect(item) for item in result.prompts)
        return Outcome(prompts, result.diagnostics, result.faults)

    def _with_dialect(self, linted: Linted) -> Linted:
        """Settle the dialect of a text file by the code that fills it, where the text alone does not tell."""
        prompt = linted.prompt
        if prompt.host != "raw" or prompt.dialect != "unknown" or "{{" in prompt.text:
            return linted
        if prompt.path not in self._filled:
            self._filled[prompt.path] = self._filled_by_format(prompt.path)
        return linted._replace(prompt=prompt._replace(dialect="format")) if self._filled[prompt.path] else linted

    def _filled_by_format(self, path: str) -> bool:
        """Whether the Python files that name a text file, those of tests aside, all fill it by `str.format`."""
        project = self.project(path)
        files = [p for p in project.python_mentioning(path.rpartition("/")[2]) if "tests" not in p.split("/")]
        users = [document.text for p in files if (document := project.read(p)) is not None]
        return bool(users) and all(".format(" in text or ".format_map(" in text for text in users)


class _Trial(Session):
    """A session on the files as they would be."""

    def __init__(self, bench: Bench, texts: Mapping[str, str]) -> None:
        super().__init__(bench.settings_of)
        self.roots = bench.roots
        self._bench = bench
        self._edited = texts
        self.texts = dict(texts)

    def make_project(self, root: str) -> Project:
        base = self._bench.make_project(root)
        return OverlayProject(root, self._edited, base) if self._edited else base

    def close(self) -> None:
        """Free the trees of files as they would be: a fix tries hundreds of edits."""
        for project in self._projects.values():
            if self._edited:
                project.forget()

    def lines(self, path: str) -> LineIndex:
        if path not in self._lines:
            self._lines[path] = LineIndex(self.text(path))
        return self._lines[path]


def first_prompt(bench: Bench, path: str) -> Linted:
    """Return the prompt that `PATH` or `PATH#symbol` names, the first of the file without one.

    Raises click.UsageError.
    """
    file, _, symbol = path.partition("#")
    outcome = bench.judge(file, {})
    for item in outcome.prompts:
        if not symbol or symbol in (item.prompt.symbol, item.prompt.id.rpartition("#")[2]):
            return item
    known = ", ".join(item.prompt.id for item in outcome.prompts[:10])
    reason = "; ".join(fault.message for fault in outcome.faults) or (
        f"its prompts are {known}" if known else "it holds none"
    )
    raise click.UsageError(f"{path}: no such prompt: {reason}")


_CONTROL: dict[int, str | int | None] = {
    **{code: 0x2400 + code for code in range(32) if code not in (9, 10)},
    127: 0x2421,
    **{code: f"\\u{code:04x}" for code in [*range(128, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]},
    **{code: f"\\u{code:04x}" for code in (0x200B, 0x200E, 0x200F, 0x061C, 0x2060, 0xFEFF)},
}


def visible(text: str) -> str:
    """Return text in which nothing can steer a terminal and nothing is unseen."""
    return text.translate(_CONTROL)


def diff(path: str, before: str, after: str) -> str:
    """Return a unified diff of one file with visible control characters; empty if nothing differs."""
    lines = difflib.unified_diff(_lines(before), _lines(after), fromfile=f"a/{path}", tofile=f"b/{path}", lineterm="")
    return "".join(f"{visible(line)}\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Split at line ends only; a carriage return is part of no line, so that it does not clutter every one."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if lines[-1] == "" else [*lines[:-1], lines[-1] + "\n\\ No newline at end of file"]


def coloured(text: str) -> str:
    """Return a diff with the colours of a terminal."""
    codes = {"+": "32", "-": "31", "@": "36"}
    out = []
    for line in text.splitlines():
        code = "1" if line.startswith(("+++", "---")) else codes.get(line[:1])
        out.append(f"\033[{code}m{line}\033[0m" if code else line)
    return "\n".join(out) + ("\n" if text.endswith("\n") else "")
