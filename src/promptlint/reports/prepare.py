"""What is done to a report before it is drawn: fixes are worked out, secrets are masked."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.model import Diagnostic, FileEdit, Fix, Linted, Report
from promptlint.text.records import NamedTuple

SECRET_RULES = frozenset({"SEC001"})
MASK = "•"
_SHORTEST = 4
"""A shorter secret is masked in its place, but not looked for in messages: it would hit words."""


def with_fixes(report: Report) -> Report:
    """Return the report with the fix of every open finding of a prompt worked out, where there is one."""
    open_ones = [d for d in report.diagnostics if d.suppressed is None and d.fix is None and d.finding is not None]
    if not open_ones:
        return report
    from promptlint.fixes.generators import FAMILY_OF, generate

    by_id = prompts_by_id(report)

    def fixed(diagnostic: Diagnostic) -> Diagnostic:
        if diagnostic.suppressed is not None or diagnostic.fix is not None or diagnostic.rule not in FAMILY_OF:
            return diagnostic
        linted = by_id.get(diagnostic.prompts[0]) if diagnostic.prompts else None
        return diagnostic if linted is None else diagnostic._replace(fix=generate(linted, diagnostic))

    return report._replace(diagnostics=tuple(fixed(diagnostic) for diagnostic in report.diagnostics))


def prompts_by_id(report: Report) -> dict[str, Linted]:
    """Return the prompts of a report by their ids."""
    return {linted.prompt.id: linted for linted in reversed(report.prompts)}


def encoded(diagnostic: Diagnostic, prompts: Mapping[str, Linted], texts: Mapping[str, str]) -> list[FileEdit] | None:
    """Return the fix of a finding as edits of files; None if it has none that can be written.

    An edit that would repeat a masked secret, or touches a file whose text the report does not hold, cannot.
    """
    fix = diagnostic.fix
    if fix is None:
        return None
    edits = list(fix.file_edits)
    if fix.edits:
        linted = prompts.get(diagnostic.prompts[0]) if diagnostic.prompts else None
        if linted is None:
            return None
        from promptlint.fixes.encode import file_edits

        found = file_edits(linted.prompt, fix, texts)
        if found is None:
            return None
        edits = list(found)
    return edits if all(edit.path in texts and MASK * _SHORTEST not in edit.text for edit in edits) else None


def redacted(report: Report) -> Report:
    """Return the report with every secret that was found masked: in the file texts, messages and fixes.

    The texts keep their length, so that all offsets stay right.
    """
    secrets = [d for d in report.diagnostics if d.rule in SECRET_RULES and d.end > d.start]
    if not secrets:
        return report
    texts = dict(report.texts)
    prompts = prompts_by_id(report)
    words = set()
    for secret in secrets:
        words.add(report.texts.get(secret.path, "")[secret.start : secret.end])
        linted = prompts.get(secret.prompts[0]) if secret.prompts else None
        if linted is not None and secret.finding is not None:  # a file may write it in another way than it is read
            words.add(linted.prompt.text[secret.finding.start : secret.finding.end])
        texts[secret.path] = masked(texts.get(secret.path, ""), secret.start, secret.end)
    mask = _Mask(tuple(sorted((word for word in words if len(word) >= _SHORTEST), key=lambda word: (-len(word), word))))
    return report._replace(
        texts={path: mask.same_length(text) for path, text in texts.items()},
        diagnostics=tuple(mask.diagnostic(diagnostic) for diagnostic in report.diagnostics),
        prompts=tuple(mask.linted(linted) for linted in report.prompts),
    )


def masked(text: str, start: int, end: int) -> str:
    """Return a text of the same length with `[start, end)` masked; line ends stay."""
    hidden = "".join(c if c in "\r\n" else MASK for c in text[start:end])
    return text[:start] + hidden + text[end:]


class _Mask(NamedTuple):
    """The secrets of a report, longest first."""

    words: tuple[str, ...]

    def hide(self, text: str) -> str:
        for word in self.words:
            text = text.replace(word, MASK * _SHORTEST)
        return text

    def same_length(self, text: str) -> str:
        for word in self.words:
            text = text.replace(word, masked(word, 0, len(word)))
        return text

    def linted(self, linted: Linted) -> Linted:
        text = self.same_length(linted.prompt.text)
        return linted if text == linted.prompt.text else linted._replace(prompt=linted.prompt._replace(text=text))

    def diagnostic(self, diagnostic: Diagnostic) -> Diagnostic:
        return diagnostic._replace(
            message=self.hide(diagnostic.message),
            help=self.hide(diagnostic.help),
            related=tuple(r._replace(message=self.hide(r.message)) for r in diagnostic.related),
            fix=None if diagnostic.fix is None else self.fix(diagnostic.fix),
        )

    def fix(self, fix: Fix) -> Fix:
        return fix._replace(
            title=self.hide(fix.title),
            edits=tuple(edit._replace(text=self.hide(edit.text)) for edit in fix.edits),
            file_edits=tuple(edit._replace(text=self.hide(edit.text)) for edit in fix.file_edits),
        )
