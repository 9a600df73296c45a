"""The proof after an edit: nothing but the intended change, in any prompt of the file, and no new finding."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from promptlint.fixes.bench import Outcome
from promptlint.fixes.pyproof import same_code
from promptlint.model import Diagnostic, Edit, FileEdit, Fix, Linted, Prompt

SLOT = re.compile(r"⟦promptlint: [^⟦⟧]*⟧")
SLOT_RULE = "INP003"


class Change(NamedTuple):
    """One fix of one finding, with the file edits that make it."""

    linted: Linted
    diagnostic: Diagnostic
    fix: Fix
    edits: tuple[FileEdit, ...]


def splice(text: str, edits: Iterable[FileEdit]) -> str:
    """Return text with the edits made; they must not overlap. Insertions at one place keep their order."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def problem(
    before: Outcome, after: Outcome, changes: tuple[Change, ...], old: Mapping[str, str], new: Mapping[str, str]
) -> str | None:
    """Return why the changes must not be made, None if they are proved."""
    return text_problem(before, after, changes, old, new) or _findings(before, after, changes)


def text_problem(
    before: Outcome, after: Outcome, changes: tuple[Change, ...], old: Mapping[str, str], new: Mapping[str, str]
) -> str | None:
    """Return what would change besides the intended text, None if nothing would; findings are not looked at."""
    edits = [edit for change in changes for edit in change.edits]
    for path in {edit.path for edit in edits}:
        if path.endswith((".py", ".pyi")):
            differs = same_code(old[path], new[path], tuple(edit for edit in edits if edit.path == path))
            if differs is not None:
                return differs
    known = {(fault.path, fault.message) for fault in before.faults}
    for fault in after.faults:
        if (fault.path, fault.message) not in known:
            return f"the file could not be read any more: {fault.message}"
    return _other_text(before, after, changes)


# --- texts --------------------------------------------------------------------------------------------------


def _other_text(before: Outcome, after: Outcome, changes: tuple[Change, ...]) -> str | None:
    olds, news = list(_every(before)), list(_every(after))
    if [prompt.id for prompt in olds] != [prompt.id for prompt in news]:
        return "the edit would change which prompts the file holds"
    for left, right in zip(olds, news, strict=True):
        if _unbroken(right.text) != _unbroken(expected(left, changes)):
            return f"the prompt {left.id} would not read as intended"
        if [p.name for p in left.placeholders] != [p.name for p in right.placeholders]:
            return f"a placeholder of {left.id} would change"
        if [m.role for m in left.messages] != [m.role for m in right.messages]:
            return f"the messages of {left.id} would change"
        if [c.text for c in left.controls] != [c.text for c in right.controls if not _ours(c.text)]:
            return f"a template construct of {left.id} would change"
    return None


def _ours(control: str) -> bool:
    return control in ("{% raw %}", "{% endraw %}")


def _every(outcome: Outcome) -> Iterator[Prompt]:
    for item in outcome.prompts:
        yield item.prompt
        yield from item.prompt.variants


def _unbroken(text: str) -> str:
    return text.replace("\r\n", "\n")


def expected(prompt: Prompt, changes: tuple[Change, ...]) -> str:
    """Return what a prompt must read after the changes, those made in text that it shares with another included."""
    edits: list[tuple[int, int, int, str]] = []
    for number, change in enumerate(changes):
        own = change.linted.prompt is prompt or change.linted.prompt.id == prompt.id
        if own and prompt.text == change.linted.prompt.text:
            edits += [(edit.start, edit.end, number, edit.text) for edit in change.fix.edits]
            continue
        for edit in change.fix.edits:
            edits += [(*place, number, edit.text) for place in _shared(prompt, change.linted.prompt, edit)]
    parts, at = [], 0
    for start, end, _number, text in sorted(set(edits), key=lambda item: item[:3]):
        parts += [prompt.text[at:start], text]
        at = max(at, end)
    return "".join([*parts, prompt.text[at:]])


def _shared(prompt: Prompt, origin: Prompt, edit: Edit) -> list[tuple[int, int]]:
    """Return where the text that an edit of `origin` touches stands in another prompt."""
    anchor = next((p for p in origin.pieces if p.start <= edit.start < p.end and p.kind != "join"), None)
    inside = anchor is not None
    if anchor is None or (anchor.start == edit.start == edit.end and not _same_place(prompt, anchor.source_start)):
        anchor = next((p for p in origin.pieces if p.start < edit.start <= p.end and p.kind != "join"), anchor)
        inside = anchor is not None and anchor.end > edit.start
    if anchor is None:
        return []
    shift = edit.start - anchor.start
    at = anchor.source_start + shift if anchor.kind == "text" else anchor.source_start
    if not inside:
        at = anchor.source_end
    length = edit.end - edit.start
    found = []
    for piece in prompt.pieces:
        if piece.path != anchor.path or piece.kind == "join":
            continue
        first = None
        if piece.source_start <= at < piece.source_end and inside:
            first = piece.start + (at - piece.source_start if piece.kind == "text" else 0)
        elif not inside and piece.source_end == at:
            first = piece.end
        if first is not None:
            found.append((first, first + length))
    return found


def _same_place(prompt: Prompt, at: int) -> bool:
    return any(piece.source_start <= at < piece.source_end for piece in prompt.pieces if piece.kind != "join")


# --- findings -----------------------------------------------------------------------------------------------


def _findings(before: Outcome, after: Outcome, changes: tuple[Change, ...]) -> str | None:
    old, new = _counts(before), _counts(after)
    for change in changes:
        key = (change.linted.prompt.id, change.diagnostic.rule)
        gone = sum(1 for c in changes if (c.linted.prompt.id, c.diagnostic.rule) == key)
        if new[key] > old[key] - gone:
            return f"the finding {change.diagnostic.rule} would stay"
    slots = _slots(before, after)
    strict = any(change.fix.safety == "template" for change in changes)
    ranks = {(p, d.rule): d.severity for d in after.diagnostics for p in d.prompts}
    touched = {change.linted.prompt.id for change in changes}
    for key, count in sorted(new.items()):
        prompt_id, rule = key
        allowed = old[key] + (slots[prompt_id] if rule == SLOT_RULE else 0)
        if count > allowed and (strict or prompt_id not in touched or ranks.get(key) != "info"):
            return f"a new finding {rule} would appear"
    return None


def _counts(outcome: Outcome) -> Counter[tuple[str, str]]:
    return Counter((prompt, d.rule) for d in outcome.diagnostics if d.suppressed is None for prompt in d.prompts)


def _slots(before: Outcome, after: Outcome) -> Counter[str]:
    """Return how many blanks each prompt gained."""
    slots: Counter[str] = Counter()
    for outcome, sign in ((before, -1), (after, 1)):
        for item in outcome.prompts:
            slots[item.prompt.id] += sign * len(SLOT.findall(item.prompt.text))
    return slots
