"""The assessment as plain lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.readiness.render.safe import plain

_SHOWN = 8


def render(document: Mapping[str, Any]) -> str:
    """Return the report as text; the verdict first, then the four questions, what to do, and what was not checked."""
    return "\n".join(_lines(document)) + "\n"


def _lines(d: Mapping[str, Any]) -> Iterator[str]:
    task = f" for {plain(d['task'])}" if d["task"] else ""
    yield f"Readiness{task} on {d['as_of']}: {d['verdict']} (exit code {d['exit_code']})"
    yield plain(d["sentence"])
    if d["error"] is not None:
        yield f"  {_error(d['error'])}"
    if d["questions"]:
        yield ""
        for question in d["questions"]:
            grade = f" ({question['confidence']})" if question["confidence"] != "none" else ""
            yield f"{question['id']} {question['text']}"
            yield f"   {question['answer'].upper()}{grade}: {plain(question['summary'])}"
            for target in question["targets"]:
                if target["summary"] in question["summary"]:
                    continue
                yield f"   {target['target']}: {target['answer']}: {plain(target['summary'])}"
            for note in question["contradictions"]:
                yield f"   contradiction: {plain(note)}"
    yield from _fixes(d)
    yield from _data(d)
    yield from _eval(d)
    yield from _cost(d)
    yield from _listed("Cases", [_case(c) for c in d["cases"]])
    yield from _listed("Blockers", [f"{b['id']} {plain(b['message'])}" for b in d["blockers"]])
    yield from _listed("Alternatives", [f"{b['id']} {plain(b['message'])}" for b in d["alternatives"]])
    yield from _listed("Plan", [plain(item) for item in d["plan"]])
    yield from _listed("Not checked", [f"{plain(s['what'])}: {plain(s['why'])}" for s in d["skipped"]])


def _error(error: Mapping[str, Any]) -> str:
    place = ":".join(plain(part) for part in (error["path"], error["line"], error["offset"]) if part is not None)
    remedy = f" ({plain(error['remedy'])})" if error["remedy"] else ""
    return f"{place}: {plain(error['message'])}{remedy}"


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        for line in lines:
            yield f"   {line}"


def _fixes(d: Mapping[str, Any]) -> Iterator[str]:
    lines = []
    for fix in d["fixes"][:_SHOWN]:
        where = f"{plain(fix['where'])}: " if fix["where"] else ""
        rule = f"{fix['rule']} " if fix["rule"] else ""
        lines.append(f"{fix['rank']}. [{fix['question']}] {where}{rule}{plain(fix['action'])} ({fix['effort']})")
    if len(d["fixes"]) > _SHOWN:
        lines.append(f"… and {len(d['fixes']) - _SHOWN} more (--output-format json)")
    yield from _listed("Fix these first", lines)


def _data(d: Mapping[str, Any]) -> Iterator[str]:
    if d["data"] is None:
        return
    steps, before = [], None
    for stage, count in d["data"]["waterfall"]:
        if before is None or count != before or stage == "clean":
            steps.append(f"{stage} {count:,}")
        before = count
    yield from _listed("Training data", [" → ".join(steps), *(_check(check) for check in d["data"]["checks"])])


def _check(check: Mapping[str, Any]) -> str:
    detail = f" ({plain(check['detail'])})" if check["detail"] else ""
    places = [f"{plain(e['path'])}:{e['line']}" for e in check["examples"][:3]]
    where = f", {', '.join(places)}" if places else ""
    return f"{check['code']} {check['effect']:8} {check['count']:>8,} {check['title']}{detail}{where}"


def _eval(d: Mapping[str, Any]) -> Iterator[str]:
    if d["eval"] is None:
        return
    lines = []
    for v in d["eval"]["variants"]:
        low, high = (f"{x:.3f}" if x is not None else "?" for x in v["ci"])
        guards = f"; not counted: {'; '.join(map(plain, v['guards']))}" if v["guards"] else ""
        model = f" on {plain(v['model'])}" if v["model"] else ""
        lines.append(f"{plain(v['name'])}{model}: {v['pass']:g}/{v['n']} [{low}, {high}]{guards}")
    lines += [
        f"{plain(p['a'])} → {plain(p['b'])}: {p['b_only']} won, {p['a_only']} lost of {p['n']}, p = {p['p']:.2g}"
        for p in d["eval"]["paired"]
    ]
    yield from _listed("Evaluation", lines)


def _cost(d: Mapping[str, Any]) -> Iterator[str]:
    if d["cost"] is None or not d["cost"]["rows"]:
        return
    c = d["cost"]
    prices = c["prices"]
    lines = [f"prices: {plain(prices['source'])} of {prices['date']}{', STALE' if prices['stale'] else ''}"]
    lines += [
        f"{plain(row['model'])} ({row['role']}): ${row['logged']:,.0f} a month as logged, "
        f"${row['uncached']:,.0f} without cache, ${row['cached']:,.0f} with full caching"
        for row in c["rows"]
    ]
    if c["tuned"] is not None:
        even = c["breakeven_req_month"]
        lines.append(
            f"tuned: ${c['tuned']['usd_month']:,.0f} a month, ${c['tuned']['one_off_usd']:,.0f} once, "
            + (f"cheaper from {even:,.0f} requests a month" if even is not None else "never cheaper")
        )
        if c["tuned"]["assumed"]:
            lines.append(f"assumed, not declared: {', '.join(map(plain, c['tuned']['assumed']))}")
    yield from _listed("Cost", lines)


def _case(case: Mapping[str, Any]) -> str:
    mark = "established" if case["established"] else "not established"
    return f"{case['id']} {case['text']}: {mark}; {plain(case['summary'])}"


def colored(text: str) -> str:
    """Return the report with the style of a terminal, drawn by rich."""
    import io

    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    console = Console(file=out, force_terminal=True, highlight=False, soft_wrap=True)
    styles = {"   YES": "green", "   NO": "red", "   UNKNOWN": "yellow"}
    for index, line in enumerate(text.splitlines()):
        style = "bold" if index == 0 or (line and not line.startswith(" ") and len(line) < 20) else ""
        style = next((value for start, value in styles.items() if line.startswith(start)), style)
        console.print(Text(line, style=style))
    return out.getvalue()
