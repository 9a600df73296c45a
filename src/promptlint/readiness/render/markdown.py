"""The assessment as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from promptlint.readiness.render.safe import markdown as m


def render(document: Mapping[str, Any]) -> str:
    """Return the report; names from files are escaped."""
    return "\n".join(_lines(document)).rstrip() + "\n"


def _lines(d: Mapping[str, Any]) -> Iterator[str]:
    task = f" of {m(d['task'])}" if d["task"] else ""
    yield f"# Readiness{task}: {m(d['verdict'].replace('_', ' '))}"
    yield ""
    yield f"{m(d['sentence'])} As of {d['as_of']}."
    yield ""
    if d["error"] is not None:
        place = ":".join(
            str(p) for p in (d["error"]["path"], d["error"]["line"], d["error"]["offset"]) if p is not None
        )
        yield f"{m(place)}: {m(d['error']['message'])}. {m(d['error']['remedy'])}"
        yield ""
    questions = [
        (
            q["id"],
            m(q["text"]),
            f"**{q['answer']}** {'' if q['confidence'] == 'none' else q['confidence']}".strip(),
            m(q["summary"]),
        )
        for q in d["questions"]
    ]
    yield from _table("The four questions", ("", "Question", "Answer", "Why"), questions)
    yield from _list("Fix these first", [_fix(fix) for fix in d["fixes"]], numbered=True)
    if d["data"] is not None:
        yield from _table("Training data", ("After", "Rows"), [(m(s), f"{n:,}") for s, n in d["data"]["waterfall"]])
        checks = [(c["code"], m(c["title"]), f"{c['count']:,}", c["effect"]) for c in d["data"]["checks"]]
        yield from _table("", ("", "Finding", "Rows", "Effect"), checks)
    if d["eval"] is not None:
        yield from _table("Evaluation", ("Variant", "Model", "Passed", "95 % interval", "Not counted"), _variants(d))
    if d["cost"] is not None:
        costs = [
            (m(r["model"]), r["role"], f"${r['logged']:,.0f}", f"${r['uncached']:,.0f}", f"${r['cached']:,.0f}")
            for r in d["cost"]["rows"]
        ]
        yield from _table("Cost a month", ("Model", "Measured", "As logged", "Without cache", "Full caching"), costs)
    cases = [(c["id"], m(c["text"]), "yes" if c["established"] else "no", m(c["summary"])) for c in d["cases"]]
    yield from _table("Cases", ("", "Case", "Established", "Why"), cases)
    yield from _list("Blockers", [f"{b['id']} {m(b['message'])}" for b in d["blockers"]])
    yield from _list("Alternatives", [f"{b['id']} {m(b['message'])}" for b in d["alternatives"]])
    yield from _list("Plan", [m(item) for item in d["plan"]])
    yield from _list("Not checked", [f"{m(s['what'])}: {m(s['why'])}" for s in d["skipped"]])
    thresholds = [(m(t["name"]), f"{t['value']:,.10g}", t["origin"]) for t in d["thresholds"]]
    yield from _table("Thresholds", ("Name", "Value", "Set by"), thresholds)


def _fix(fix: Mapping[str, Any]) -> str:
    where = f" ({m(fix['where'])})" if fix["where"] else ""
    rule = f"{fix['rule']}: " if fix["rule"] else ""
    return f"{rule}{m(fix['action'])}{where} [{fix['question']}, {fix['effort']}]"


def _variants(d: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for v in d["eval"]["variants"]:
        bounds = ", ".join("?" if x is None else f"{x:.3f}" for x in v["ci"])
        yield m(v["name"]), m(v["model"]), f"{v['pass']:g}/{v['n']}", bounds, m("; ".join(v["guards"]))


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    filled = list(rows)
    if not filled:
        return
    if title:
        yield f"## {title}"
        yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in filled:
        yield f"| {' | '.join(row)} |"
    yield ""


def _list(title: str, items: Sequence[str], *, numbered: bool = False) -> Iterator[str]:
    if not items:
        return
    yield f"## {title}"
    yield ""
    for index, item in enumerate(items, 1):
        yield f"{index}. {item}" if numbered else f"- {item}"
    yield ""
