"""The output for a reader at a terminal: code frames, help, and what each prompt has and lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from promptlint.model import SEVERITY_RANK, Diagnostic, Linted, Location, Related, Report
from promptlint.reports import summary
from promptlint.reports.escape import one_line, visible
from promptlint.reports.frame import Row, rows
from promptlint.reports.options import Options
from promptlint.text.counting import counted
from promptlint.text.lines import LineIndex
from promptlint.text.records import NamedTuple

MOST_FINDINGS = 10
MOST_STRIPS = 20
_TEXT = (".md", ".markdown", ".txt", ".text")
"""Endings of files that are prompts if somebody says so."""
NO_PROMPT = "No file looks like a prompt. One that you name is read as a prompt; `promptlint inspect --why` says more."
_CODES = {"error": "31", "warning": "33", "info": "36", "bold": "1", "dim": "2", "help": "32", "gap": "31"}
_USE = {"safe": "promptlint fix", "suggested": "promptlint fix --suggested", "template": "promptlint fix --templates"}


class Group(NamedTuple):
    """A finding that is shown, with those of the same rule in the same prompt that are only counted."""

    shown: Diagnostic
    more: tuple[Diagnostic, ...]


def render(report: Report, options: Options) -> str:
    """Return the report as text for a terminal of `options.width` columns."""
    writer = _Writer(report, options)
    findings = summary.open_findings(report)
    lines: list[str] = []
    for _key, members in _by_prompt(findings):
        if options.all_findings:
            lines += writer.findings(Group(finding, ()) for finding in members)
        else:
            lines += writer.cut(members)
    lines += writer.faults()
    lines += writer.strips(findings)
    if options.verbose and report.skipped_files:
        lines += ["Left out", *(f"  {visible(path)}: {visible(why)}" for path, why in report.skipped_files), ""]
    lines += writer.fixes(findings)
    if not report.prompts and not report.faults and any(path.endswith(_TEXT) for path in report.checked):
        lines.append(NO_PROMPT)
    return "\n".join([*lines, summary.sentence(report)]) + "\n"


def _by_prompt(findings: Iterable[Diagnostic]) -> Iterator[tuple[str, list[Diagnostic]]]:
    """Yield the findings of each prompt (or file, where they belong to none), in order of the first of each."""
    groups: dict[str, list[Diagnostic]] = {}
    for finding in findings:
        groups.setdefault(finding.prompts[0] if finding.prompts else f"\0{finding.path}", []).append(finding)
    yield from groups.items()


def _grouped(findings: list[Diagnostic]) -> list[Group]:
    by_rule: dict[tuple[str, str], list[Diagnostic]] = {}
    for finding in findings:
        by_rule.setdefault((finding.rule, finding.severity), []).append(finding)
    return [Group(members[0], tuple(members[1:])) for members in by_rule.values()]


def _worst(groups: list[Group]) -> list[Group]:
    """Return at most ten groups, the most severe, in their old order."""
    ranked = sorted(range(len(groups)), key=lambda i: (SEVERITY_RANK[groups[i].shown.severity], i))
    return [groups[i] for i in sorted(ranked[:MOST_FINDINGS])]


class _Writer:
    """Draws the parts of one report."""

    def __init__(self, report: Report, options: Options) -> None:
        self.report = report
        self.options = options
        self._indexes: dict[str, LineIndex] = {}
        self._last: tuple[str, Location] | None = None

    def paint(self, text: str, style: str) -> str:
        return f"\033[{_CODES[style]}m{text}\033[0m" if self.options.color and text else text

    def findings(self, groups: Iterable[Group]) -> list[str]:
        lines: list[str] = []
        for group in groups:
            lines += [*self._finding(group), ""]
        return lines

    def cut(self, members: list[Diagnostic]) -> list[str]:
        """Return the findings of one prompt, repeats grouped, at most ten.

        What is only recommended and absent is named in one line: it has no place to look at, and the pillars show it.
        """
        wished = [finding for finding in members if finding.severity == "info" and finding.rule in summary.ABSENCES]
        groups = _grouped([finding for finding in members if finding not in wished])
        kept = _worst(groups)
        lines = self.findings(kept)
        rest = []
        left = sum(1 + len(group.more) for group in groups) - sum(1 + len(group.more) for group in kept)
        if left:
            rest.append(f"{left} more in this prompt; --all shows them")
        if wished:
            names = ", ".join(dict.fromkeys(f"{finding.rule} {visible(finding.name)}" for finding in wished))
            rest.append(f"{self.paint('info', 'info')}: recommended and missing: {names}; --all explains")
        place = self.paint(_place((wished or members)[0].path, (wished or members)[0].location), "bold")
        lines += [f"{place}: {line}" for line in rest]
        return [*lines, ""] if rest else lines

    def _finding(self, group: Group) -> list[str]:
        finding = group.shown
        place = self.paint(_place(finding.path, finding.location), "bold")
        severity = self.paint(finding.severity, finding.severity)
        unsure = " (low confidence)" if finding.confidence == "low" else ""
        lines = [f"{place}: {finding.rule} {visible(finding.name)} {severity}{unsure}"]
        lines.append(f"  {one_line(finding.message)}")
        lines += self._frame(finding.path, finding.location)
        lines += self._related(finding)
        if finding.help:
            lines.append(f"  {self.paint('help:', 'help')} {one_line(finding.help)}")
        if group.more:
            lines.append(f"  and {len(group.more)} more: {_where(finding.path, group.more)}")
        return lines

    def _related(self, finding: Diagnostic) -> Iterator[str]:
        """Yield the related places: a frame for each, or one line where several say the same."""
        by_message: dict[str, list[Related]] = {}
        for related in finding.related:
            by_message.setdefault(related.message, []).append(related)
        for message, members in by_message.items():
            if len(members) > 1:
                yield f"  {one_line(message)}: {_where(finding.path, members)}"
                continue
            where = self.paint(_place(members[0].path, members[0].location), "bold")
            yield f"  {where}: {one_line(message)}"
            yield from self._frame(members[0].path, members[0].location, "-")

    def _frame(self, path: str, location: Location | None, mark: str = "^") -> list[str]:
        """Return the lines of a frame; none where the last frame showed the same place."""
        if location is None or (path, location) == self._last or path not in self.report.texts:
            return []
        text = self.report.texts[path]
        index = self._indexes.setdefault(path, LineIndex(text))
        number_width = len(str(location.end_line))
        drawn = rows(text, index, location, max(20, self.options.width - number_width - 5))
        if not drawn:
            return []
        self._last = (path, location)
        return [line for row in drawn for line in self._row(row, number_width, mark)]

    def _row(self, row: Row, number_width: int, mark: str) -> Iterator[str]:
        number = "" if row.number is None else str(row.number)
        yield f"  {self.paint(f'{number:>{number_width}} |', 'dim')} {row.code}".rstrip()
        if row.underline:
            margin = self.paint(f"{'':>{number_width}} |", "dim")
            at = len(row.underline) - len(row.underline.lstrip(" "))
            marks = self.paint(row.underline[at:].replace("^", mark), "error" if mark == "^" else "info")
            yield f"  {margin} {' ' * at}{marks}"

    def faults(self) -> list[str]:
        lines = [
            f"{self.paint(visible(summary.fault_place(fault)), 'bold')}: {self.paint('cannot be checked', 'error')}: "
            f"{one_line(fault.message)}"
            for fault in self.report.faults
        ]
        return [*lines, ""] if lines else []

    def strips(self, findings: list[Diagnostic]) -> list[str]:
        """Return one line of pillars for each prompt with findings."""
        worst: dict[str, int] = {}
        for finding in findings:
            for prompt in finding.prompts:
                worst[prompt] = min(worst.get(prompt, 9), SEVERITY_RANK[finding.severity])
        shown = [linted for linted in self.report.prompts if linted.prompt.id in worst]
        if not shown:
            return []
        short = summary.gaps(self.report.diagnostics)
        most = len(shown) if self.options.all_findings else MOST_STRIPS
        if len(shown) > most:  # the prompts in need first
            shown.sort(key=lambda linted: worst[linted.prompt.id])
        legend = summary.legend(s for item in shown[:most] for s in short.get(item.prompt.id, {}).values())
        lines = [f"Pillars ({legend})" if legend else "Pillars"]
        for linted in shown[:most]:
            lines += self._strip(linted, short.get(linted.prompt.id, {}))
        if len(shown) > most:
            lines.append(f"  and {counted(len(shown) - most, 'more prompt')}; --all shows them")
        return [*lines, ""]

    def _strip(self, linted: Linted, short: summary.Gaps) -> Iterator[str]:
        parts = []
        for pillar in summary.pillars(linted, short):
            text = f"{pillar.name} {visible(pillar.level)}"
            style = "gap" if pillar.sign == summary.NEEDED else "info"
            parts.append(self.paint(f"{text} {pillar.sign}", style) if pillar.sign else text)
        name = self.paint(visible(title(linted)), "bold")
        yield f"  {name} ({visible(linted.anatomy.kind)}, {counted(linted.tokens, 'token')})"
        yield f"    {' · '.join(parts)}"

    def fixes(self, findings: list[Diagnostic]) -> list[str]:
        counts = summary.fixable(findings)
        if not counts:
            return []
        parts = ", ".join(f"{count} {safety} (`{_USE[safety]}`)" for safety, count in counts.items())
        return [f"Fixable: {parts}"]


def title(linted: Linted) -> str:
    """Return how a prompt is named to the reader: path, and symbol where it has one."""
    prompt = linted.prompt
    if prompt.symbol:
        return f"{prompt.path} {prompt.symbol}"
    suffix = prompt.id.removeprefix(prompt.path)
    return prompt.path if suffix in ("", "#0") else f"{prompt.path}{suffix}"


def _place(path: str, location: Location | None) -> str:
    return visible(path) if location is None else f"{visible(path)}:{location.line}:{location.column}"


def _where(path: str, members: Sequence[Diagnostic | Related]) -> str:
    return summary.lines(path, [(m.path, m.location.line if m.location is not None else 1) for m in members])
