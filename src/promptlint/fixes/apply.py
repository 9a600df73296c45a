"""Applying fixes to one file until none is left: together where they do not touch, one by one where that fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from promptlint.fixes.bench import Judge, Outcome, files_of
from promptlint.fixes.encode import file_edits
from promptlint.fixes.prove import Change, problem, splice, text_problem
from promptlint.model import SEVERITY_RANK, Diagnostic, Fix, Linted, Safety

PASSES = 10
_PHASES = (
    ("SEC002", "OUT003", "INP002", "EXM006", "CODE006"),
    ("TOK", "RUL001", "RUL002", "RUL005", "RUL007", "RUL008", "OUT004", "OUT007", "CODE002", "CODE005"),
    ("RUL",),
    ("OUT", "CODE"),
    ("UNC",),
    ("TON",),
    ("INP",),
    ("EXM",),
    ("",),
)
"""Rules in the order in which their fixes are made, by the beginnings of their ids: later ones read what earlier ones
wrote (examples show the declared format), and one fix may remove the finding of a later one."""

Generate = Callable[[Linted, Diagnostic], "Fix | None"]
Read = Callable[[str], "str | None"]


class Applied(NamedTuple):
    """A fix that was made. The diagnostic and the prompt are those it was made for."""

    rule: str
    title: str
    safety: Safety
    path: str
    line: int
    prompt: str


class Dropped(NamedTuple):
    """A fix that was not made, and why."""

    rule: str
    title: str
    path: str
    line: int
    prompt: str
    reason: str


class Result(NamedTuple):
    """What fixing one file came to. `texts` holds the new text of each file that changed, `before` the old one."""

    path: str
    texts: Mapping[str, str]
    before: Mapping[str, str]
    applied: tuple[Applied, ...]
    dropped: tuple[Dropped, ...]
    outcome: Outcome
    first: Outcome
    oscillation: tuple[str, ...] = ()
    """The ids of the rules whose fixes undo each other; the file is left as it was before they began."""


class Plan(NamedTuple):
    """What may be applied: fixes of these safeties for findings that `wanted` lets through."""

    safeties: tuple[Safety, ...]
    generate: Generate
    wanted: Callable[[Diagnostic], bool] = lambda _diagnostic: True
    recommended: bool = False
    """Whether templates are inserted for infos too."""


def fix_file(path: str, judge: Judge, read: Read, plan: Plan) -> Result:
    """Return the file's texts with all fixes of the plan made and proved; nothing is written."""
    return _Run(path, judge, read, plan).run()


def apply_one(path: str, linted: Linted, fix: Fix, judge: Judge, read: Read) -> Mapping[str, str] | str:
    """Return the new texts of the files after one fix that belongs to no finding, or why it cannot be made."""
    texts = {name: text for name in _paths(linted, fix) if (text := read(name)) is not None}
    edits = file_edits(linted.prompt, fix, texts)
    if not edits:
        return "the host or the template dialect cannot hold the text"
    names = {edit.path for edit in edits}
    new = {name: splice(texts[name], [edit for edit in edits if edit.path == name]) for name in names}
    diagnostic = Diagnostic("", "", "info", "high", "", "", path, None, 0, 0)
    before, after = judge(path, {}), judge(path, new)
    reason = text_problem(before, after, (Change(linted, diagnostic, fix, edits),), texts, new)
    return reason if reason is not None else new


class _Run:
    """The state of fixing one file: texts so far, what was made, what failed and is not tried again."""

    def __init__(self, path: str, judge: Judge, read: Read, plan: Plan) -> None:
        self.path = path
        self.judge = judge
        self.read = read
        self.plan = plan
        self.texts: dict[str, str] = {}
        self.before: dict[str, str] = {}
        self.applied: list[Applied] = []
        self.dropped: dict[tuple[str, str, str], Dropped] = {}

    def run(self) -> Result:
        first = outcome = self.judge(self.path, {})
        seen = [(dict(self.texts), len(self.applied))]
        for _ in range(PASSES):
            outcome, changed = self._sweep(outcome)
            if not changed:
                return self._result(first, outcome)
            repeated = next((state for state in seen if self._stands_at(state[0])), None)
            if repeated is not None:
                return self._oscillating(first, *repeated)
            seen.append((dict(self.texts), len(self.applied)))
            self.dropped.clear()  # what could not be made before the others may be possible now
        return self._oscillating(first, *seen[-2])

    def _sweep(self, outcome: Outcome) -> tuple[Outcome, bool]:
        """Make the fixes of all phases once, each phase until it has none left."""
        changed = False
        for phase in range(len(_PHASES)):
            for _ in range(PASSES):
                batch = self._batch(outcome, phase)
                if not batch:
                    break
                after = self._make(outcome, batch)
                changed = changed or after is not outcome
                outcome = after
        return outcome, changed

    def _stands_at(self, texts: dict[str, str]) -> bool:
        """Whether all files read as they did at an earlier state, the first one included."""
        return all(texts.get(path, self.before[path]) == text for path, text in self.texts.items())

    def _oscillating(self, first: Outcome, texts: dict[str, str], count: int) -> Result:
        rules = tuple(sorted({item.rule for item in self.applied[count:]}))
        self.texts, self.applied = texts, self.applied[:count]
        return self._result(first, self.judge(self.path, texts))._replace(oscillation=rules)

    def _result(self, first: Outcome, outcome: Outcome) -> Result:
        changed = {path: text for path, text in self.texts.items() if text != self.before[path]}
        return Result(
            self.path,
            changed,
            {path: self.before[path] for path in changed},
            tuple(self.applied),
            tuple(self.dropped.values()),
            outcome,
            first,
        )

    # --- one pass

    def _batch(self, outcome: Outcome, phase: int) -> list[Change]:
        """Return changes that can be made together: no two touch, and for each prompt those of one rule only."""
        chosen: list[Change] = []
        rule_of: dict[str, str] = {}
        for change in self._candidates(outcome, phase):
            rule = rule_of.get(change.linted.prompt.id, change.diagnostic.rule)
            if rule == change.diagnostic.rule and not _clashes(change, chosen):
                rule_of[change.linted.prompt.id] = rule
                chosen.append(change)
        return chosen

    def _candidates(self, outcome: Outcome, phase: int) -> list[Change]:
        by_id = {item.prompt.id: item for item in outcome.prompts}
        found = []
        wanted = [d for d in outcome.diagnostics if d.suppressed is None and phase_of(d.rule) == phase]
        for diagnostic in sorted(wanted, key=lambda d: (SEVERITY_RANK[d.severity], d.rule, d.path, d.start)):
            linted = next((by_id[name] for name in diagnostic.prompts if name in by_id), None)
            if linted is None or not self.plan.wanted(diagnostic):
                continue
            fix = self.plan.generate(linted, diagnostic)
            if fix is None or not self._allowed(fix, diagnostic) or _key(linted, diagnostic, fix) in self.dropped:
                continue
            texts = {path: text for path in _paths(linted, fix) if (text := self._text(path)) is not None}
            edits = file_edits(linted.prompt, fix, texts)
            if not edits:
                self._drop(linted, diagnostic, fix, "the host or the template dialect cannot hold the text")
                continue
            found.append(Change(linted, diagnostic, fix, edits))
        return found

    def _allowed(self, fix: Fix, diagnostic: Diagnostic) -> bool:
        """Whether the plan applies a fix; blanks for what is merely recommended are not put into the file."""
        if fix.safety == "template" and diagnostic.severity == "info" and not self.plan.recommended:
            return False
        return fix.safety in self.plan.safeties

    def _make(self, outcome: Outcome, batch: list[Change]) -> Outcome:
        """Make a batch; if it cannot be proved, make its changes one at a time."""
        made = self._try(outcome, batch)
        if isinstance(made, Outcome):
            return made
        if len(batch) == 1:
            self._drop(batch[0].linted, batch[0].diagnostic, batch[0].fix, made)
            return outcome
        first = batch[0]
        result = self._try(outcome, [first])
        if isinstance(result, Outcome):
            return result
        self._drop(first.linted, first.diagnostic, first.fix, result)
        return self._make(outcome, batch[1:])

    def _try(self, outcome: Outcome, batch: list[Change]) -> Outcome | str:
        new = dict(self.texts)
        edits = [edit for change in batch for edit in change.edits]
        for path in {edit.path for edit in edits}:
            text = self._text(path)
            if text is None:
                return f"{path} cannot be read"
            new[path] = splice(text, [edit for edit in edits if edit.path == path])
        after = self.judge(self.path, new)
        reason = problem(outcome, after, tuple(batch), {p: self._text(p) or "" for p in new}, new)
        if reason is not None:
            return reason
        for path in new:
            self.before.setdefault(path, self.read(path) or "")
        self.texts = new
        self.applied += [_applied(change) for change in batch]
        return after

    def _text(self, path: str) -> str | None:
        return self.texts[path] if path in self.texts else self.read(path)

    def _drop(self, linted: Linted, diagnostic: Diagnostic, fix: Fix, reason: str) -> None:
        line = diagnostic.location.line if diagnostic.location else 1
        self.dropped[_key(linted, diagnostic, fix)] = Dropped(
            diagnostic.rule, fix.title, diagnostic.path, line, linted.prompt.id, reason
        )


def phase_of(rule: str) -> int:
    """Return the phase in which the fixes of a rule are made."""
    exact = next((i for i, ids in enumerate(_PHASES) if rule in ids), None)
    if exact is not None:
        return exact
    return next(i for i, ids in enumerate(_PHASES) if any(rule.startswith(name) for name in ids))


def _paths(linted: Linted, fix: Fix) -> list[str]:
    return list(dict.fromkeys([linted.prompt.path, *files_of(linted.prompt), *(e.path for e in fix.file_edits)]))


def _key(linted: Linted, diagnostic: Diagnostic, fix: Fix) -> tuple[str, str, str]:
    """Name a fix independently of places, so that one that failed is not tried again after other edits."""
    return (linted.prompt.id, diagnostic.rule, "\0".join([fix.title, *(edit.text for edit in fix.edits)]))


def _clashes(change: Change, chosen: list[Change]) -> bool:
    """Whether a change touches one that was chosen; insertions of one prompt at one place follow each other."""
    for other in chosen:
        same_prompt = other.linted.prompt.id == change.linted.prompt.id
        for left in change.edits:
            for right in other.edits:
                if left.path != right.path:
                    continue
                both_insert = left.start == left.end == right.start == right.end
                if both_insert and same_prompt and left.text != right.text:
                    continue
                if left.start <= right.end and right.start <= left.end:
                    return True
    return False


def _applied(change: Change) -> Applied:
    diagnostic = change.diagnostic
    line = diagnostic.location.line if diagnostic.location else 1
    return Applied(diagnostic.rule, change.fix.title, change.fix.safety, diagnostic.path, line, change.linted.prompt.id)
