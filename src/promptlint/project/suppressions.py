"""Comments that silence findings: which they cover, and which of them cover nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from promptlint.model import Diagnostic, Linted, Location, SuppressedBy, Suppression
from promptlint.project.overrides import covers
from promptlint.text.lines import LineIndex

UNUSED = "SUP001"
MALFORMED = "SUP002"


def suppress(linted: Iterable[Linted], lines: Callable[[str], LineIndex]) -> list[Diagnostic]:
    """Return the diagnostics of one file's prompts, marked where a comment silences them.

    A comment without a reason or with a wrong form silences nothing and is a finding (SUP002); one that nothing
    answers to is a finding too (SUP001). These two cannot be silenced by a comment.
    """
    linted = list(linted)
    comments = list(dict.fromkeys(comment for item in linted for comment in item.prompt.suppressions))
    working = [comment for comment in comments if comment.problem is None and comment.reason]
    used: set[tuple[Suppression, str]] = set()
    found = []
    for diagnostic in (d for item in linted for d in item.diagnostics):
        comment, selector = _answer(diagnostic, working)
        if comment is not None:
            used.add((comment, selector))
            diagnostic = diagnostic._replace(suppressed=SuppressedBy("comment", comment.reason))
        found.append(diagnostic)
    for comment in comments:
        if comment not in working:
            problem = comment.problem or "it gives no reason; write `-- why` after the bracket"
            found.append(_about(comment, MALFORMED, f"this suppression does nothing: {problem}", linted, lines))
            continue
        idle = [selector for selector in comment.rules if (comment, selector) not in used]
        if idle:
            message = f"nothing is found here by {', '.join(idle)}; remove it from the suppression"
            found.append(_about(comment, UNUSED, message, linted, lines))
    return found


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
    comment: Suppression, rule: str, message: str, linted: list[Linted], lines: Callable[[str], LineIndex]
) -> Diagnostic:
    index = lines(comment.path)
    name, help_text = {
        UNUSED: ("unused-suppression", "Delete the rule from the comment, or the whole comment."),
        MALFORMED: ("malformed-suppression", "Write `promptlint: ignore[UNC001] -- reason`."),
    }[rule]
    return Diagnostic(
        rule=rule,
        name=name,
        severity="warning",
        confidence="high",
        message=message,
        help=help_text,
        path=comment.path,
        location=Location(*index.position(comment.start), *index.position(comment.end)),
        start=comment.start,
        end=comment.end,
        prompts=tuple(item.prompt.id for item in linted if comment in item.prompt.suppressions),
    )
