"""Comments that silence findings: which they cover, and which of them cover nothing."""

from __future__ import annotations

from collections.abc import Iterable

from promptlint.model import Diagnostic, Linted, Settings, SuppressedBy, Suppression
from promptlint.project.filefacts import Catalogue, Lines
from promptlint.project.overrides import covers
from promptlint.text.pieces import SourceSpan

UNUSED = "SUP001"
MALFORMED = "SUP002"


def suppress(linted: Iterable[Linted], settings: Settings, lines: Lines) -> list[Diagnostic]:
    """Return the diagnostics of one file's prompts, marked where a comment silences them.

    A comment without a reason or with a wrong form silences nothing and is a finding (SUP002); one that nothing
    answers to is a finding too (SUP001), unless its rule did not run. These two cannot be silenced by a comment.
    """
    linted = list(linted)
    diagnostics = [diagnostic for item in linted for diagnostic in item.diagnostics]
    comments = list(dict.fromkeys(comment for item in linted for comment in item.prompt.suppressions))
    if not comments:
        return diagnostics
    working = [comment for comment in comments if comment.problem is None and comment.reason]
    used: set[tuple[Suppression, str]] = set()
    marked = []
    for diagnostic in diagnostics:
        comment, selector = _answer(diagnostic, working)
        if comment is not None:
            used.add((comment, selector))
            diagnostic = diagnostic._replace(suppressed=SuppressedBy("comment", comment.reason))
        marked.append(diagnostic)
    return [*marked, *_about(comments, working, used, linted, Catalogue(settings, linted[0].prompt.path), lines)]


def _answer(diagnostic: Diagnostic, comments: list[Suppression]) -> tuple[Suppression | None, str]:
    for comment in comments:
        if comment.path != diagnostic.path or not _touches(comment, diagnostic):
            continue
        for selector in comment.rules:
            if covers(selector, diagnostic.rule, diagnostic.name):
                return comment, selector
    return None, ""


def _touches(comment: Suppression, diagnostic: Diagnostic) -> bool:
    return comment.covers_start <= diagnostic.start < max(comment.covers_end, comment.covers_start + 1)


def _about(
    comments: list[Suppression],
    working: list[Suppression],
    used: set[tuple[Suppression, str]],
    linted: list[Linted],
    catalogue: Catalogue,
    lines: Lines,
) -> Iterable[Diagnostic]:
    for comment in comments:
        span = SourceSpan(comment.path, comment.start, comment.end)
        prompts = tuple(item.prompt.id for item in linted if comment in item.prompt.suppressions)
        unknown = [selector for selector in comment.rules if not catalogue.knows(selector)]
        if comment not in working or unknown:
            problem = comment.problem or (f"there is no rule {unknown[0]}" if unknown else "it gives no reason")
            yield from catalogue.report(MALFORMED, span, {"detail": problem}, prompts, lines)
        idle = [rule for rule in comment.rules if (comment, rule) not in used and catalogue.runs(rule)]
        if idle and comment in working:
            detail = f"{', '.join(idle)} {'is' if len(idle) == 1 else 'are'} not found here"
            yield from catalogue.report(UNUSED, span, {"detail": detail}, prompts, lines)
