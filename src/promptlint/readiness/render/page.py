"""One self-contained HTML page for a product owner: the verdict, the questions, what to do, the plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from promptlint.readiness.render.plots import all_plots
from promptlint.readiness.render.safe import markup as m

_STYLE = """
:root{color-scheme:light dark;--ink:#1f2933;--soft:#52667a;--page:#f5f7fa;--card:#fff;--edge:#d9e2ec;
--yes:#1f6b45;--no:#b03024}
@media (prefers-color-scheme:dark){:root{--ink:#e4e9f0;--soft:#a3b3c4;--page:#12181f;--card:#1b242e;--edge:#34424f;
--yes:#6fcf9b;--no:#f0857b}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);margin:0}
main{max-width:880px;margin:0 auto;padding:24px}
section,header{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:18px 22px;margin:0 0 16px}
h1{font-size:1.3rem;margin:0 0 6px}h2{font-size:1.05rem;margin:0 0 10px}
.verdict{display:inline-block;padding:3px 12px;border-radius:14px;color:#fff;font-weight:600;margin-bottom:8px}
.justified{background:#2d8659}.not_yet{background:#a86c0d}.not_needed{background:#2f6db5}
.insufficient_evidence{background:#5a7188}.error{background:#c0392b}
.sentence{font-size:1.15rem;margin:0}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:6px 10px 6px 0;border-bottom:1px solid var(--edge)}
td:first-child,th{white-space:nowrap}code,li,td:last-child{overflow-wrap:anywhere}
th{font-weight:600}td.n,th.n{text-align:right;white-space:nowrap}
.yes{color:var(--yes);font-weight:600}.no{color:var(--no);font-weight:600}.unknown{color:var(--soft);font-weight:600}
.soft{color:var(--soft);font-size:.9rem}ol,ul{margin:0;padding-left:22px}li{margin:4px 0}
.plot{overflow-x:auto;margin:6px 0 14px}svg{width:100%;min-width:560px;height:auto;display:block}code{font-size:.88em}
@media (max-width:640px){main{padding:10px}section,header{padding:14px}
table,tbody,tr,td{display:block}thead{display:none}tr{border-bottom:1px solid var(--edge);padding:6px 0}
td,td:first-child{border:0;padding:2px 0;white-space:normal;overflow-wrap:anywhere}td.n{text-align:left}
td:empty{display:none}td[data-label]::before{content:attr(data-label) ": ";color:var(--soft)}}
"""
_VERDICTS = {
    "justified": "Fine-tuning is justified", "not_yet": "Not yet", "not_needed": "Not needed",
    "insufficient_evidence": "Not enough evidence", "error": "No verdict: bad input",
}  # fmt: skip


def render(document: Mapping[str, Any]) -> str:
    """Return the page. It loads nothing and runs nothing; every name from a file is escaped."""
    d = document
    plots = {name: f'<div class="plot">\n{svg}</div>\n' for name, svg in all_plots(d).items()}
    body = [
        _header(d),
        _section("The four questions", _questions(d)),
        _section("Fix these first", _fixes(d)),
        _section("What to measure next", _listed(_missing(d))),
        _section(
            "Training data",
            plots.get("waterfall", "") + _checks(d) + plots.get("labels", "") + plots.get("lengths", ""),
        ),
        _section("Evaluation", plots.get("pass-rates", "") + _pairs(d)),
        _section("Cost", plots.get("cost-by-volume", "") + _costs(d) + plots.get("tornado", "")),
        _section("When fine-tuning is worth while", _cases(d)),
        _section("Speaks against it now", _listed(f"{b['id']} {b['message']}" for b in d["blockers"])),
        _section("Alternatives to try", _listed(f"{b['id']} {b['message']}" for b in d["alternatives"])),
        _section("Plan", _listed(d["plan"])),
        _section("What was not checked", _listed(f"{s['what']}: {s['why']}" for s in d["skipped"])),
        _section("Evidence", _evidence(d)),
        _section("Where the thresholds come from", _thresholds(d)),
    ]
    title = f"Readiness: {_VERDICTS[d['verdict']]}"
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{m(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{m(title)}</h2>\n{content}\n</section>" if content else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: tuple[int, ...] = ()) -> str:
    """Return a table; cells are HTML already."""
    filled = list(rows)
    if not filled:
        return ""

    def cells(tag: str, values: Sequence[str]) -> str:
        marks = [' class="n"' if i in numbers else "" for i in range(len(values))]
        if tag == "td":  # a narrow screen shows each cell below the other, with the head of its column
            marks = [
                mark + (f' data-label="{m(name)}"' if name else "") for mark, name in zip(marks, head, strict=True)
            ]
        return "".join(f"<{tag}{mark}>{value}</{tag}>" for mark, value in zip(marks, values, strict=True))

    lines = [f"<tr>{cells('td', row)}</tr>" for row in filled]
    return (
        f"<table>\n<thead><tr>{cells('th', [m(h) for h in head])}</tr></thead>\n<tbody>\n"
        + "\n".join(lines)
        + "\n</tbody>\n</table>"
    )


def _listed(items: Iterable[str]) -> str:
    lines = [f"<li>{m(item)}</li>" for item in items]
    return f"<ul>\n{''.join(lines)}\n</ul>" if lines else ""


def _header(d: Mapping[str, Any]) -> str:
    task = f" of {m(d['task'])}" if d["task"] else ""
    error = ""
    if d["error"] is not None:
        place = ":".join(
            str(p) for p in (d["error"]["path"], d["error"]["line"], d["error"]["offset"]) if p is not None
        )
        error = f"<p><code>{m(place)}</code> {m(d['error']['message'])}. {m(d['error']['remedy'])}</p>"
    return (
        f"<header>\n<h1>Prompt or fine-tune: readiness{task}</h1>\n"
        f'<span class="verdict {d["verdict"]}">{m(_VERDICTS[d["verdict"]])}</span>\n'
        f'<p class="sentence">{m(d["sentence"])}</p>{error}\n'
        f'<p class="soft">As of {m(d["as_of"])}, promptlint {m(d["tool"]["version"])}</p>\n</header>'
    )


def _questions(d: Mapping[str, Any]) -> str:
    rows = []
    for q in d["questions"]:
        more = "".join(f'<br><span class="soft">Contradiction: {m(note)}</span>' for note in q["contradictions"])
        more += "".join(
            f'<br><span class="soft">{m(t["target"])}: {m(t["answer"])}. {m(t["summary"])}</span>'
            for t in q["targets"]
            if t["summary"] not in q["summary"]
        )
        grade = "" if q["confidence"] == "none" else f'<br><span class="soft">{m(q["confidence"])}</span>'
        rows.append(
            (
                m(q["id"]),
                m(q["text"]),
                f'<span class="{q["answer"]}">{m(q["answer"])}</span>{grade}',
                m(q["summary"]) + more,
            )
        )
    return _table(("", "Question", "Answer", "Why"), rows)


def _fixes(d: Mapping[str, Any]) -> str:
    items = []
    for fix in d["fixes"][:12]:
        where = f" <code>{m(fix['where'])}</code>" if fix["where"] else ""
        rule = f" <code>{m(fix['rule'])}</code>" if fix["rule"] else ""
        note = f'<span class="soft">{m(fix["question"])}, {m(fix["effort"])}</span>'
        items.append(f"<li>{m(fix['action'])}{where}{rule} {note}</li>")
    more = len(d["fixes"]) - 12
    tail = f'<p class="soft">and {more} more in the JSON report</p>' if more > 0 else ""
    return f"<ol>\n{''.join(items)}\n</ol>{tail}" if items else ""


def _missing(d: Mapping[str, Any]) -> list[str]:
    return [f"{q['id']}: {item}" for q in d["questions"] for item in q["missing"] if q["answer"] == "unknown"]


def _checks(d: Mapping[str, Any]) -> str:
    if d["data"] is None:
        return ""
    rows = []
    for c in d["data"]["checks"]:
        places = ", ".join(m(f"{e['path']}:{e['line']}") for e in c["examples"][:3])
        shown = "".join(f"<br><code>{m(e['text'])}</code>" for e in c["examples"] if "text" in e)
        detail = f'<br><span class="soft">{m(c["detail"])}</span>' if c["detail"] else ""
        rows.append(
            (
                m(c["code"]),
                m(c["title"]) + detail,
                f"{c['count']:,}",
                m(c["effect"]),
                (f"<code>{places}</code>" if places else "") + shown,
            )
        )
    return _table(("", "Finding", "Rows", "Effect", "First places"), rows, (2,))


def _pairs(d: Mapping[str, Any]) -> str:
    if d["eval"] is None:
        return ""
    rows = [
        (m(f"{p['a']} → {p['b']}"), m(p["model"]), str(p["n"]), str(p["b_only"]), str(p["a_only"]), f"{p['p']:.2g}")
        for p in d["eval"]["paired"]
    ]
    needed = d["eval"]["n_needed"]
    note = f"<p>About {needed[0]:,} cases are needed to decide, {needed[1]:,} for 80 % power.</p>" if needed else ""
    guards = [f"{v['name']} {v['model']}: {'; '.join(v['guards'])}" for v in d["eval"]["variants"] if v["guards"]]
    hidden = f'<p class="soft">Not counted:</p>{_listed(guards)}' if guards else ""
    return _table(("Compared", "Model", "Shared cases", "Won", "Lost", "p"), rows, (2, 3, 4, 5)) + note + hidden


def _costs(d: Mapping[str, Any]) -> str:
    c = d["cost"]
    if not c or not c["rows"]:
        return ""
    rows = [
        (
            m(r["model"]), m(r["role"]), f"${r['logged']:,.0f}", f"${r['uncached']:,.0f}", f"${r['cached']:,.0f}",
            f"{r['vs_tuned']:.2g}x" if r["vs_tuned"] else "",
        )
        for r in c["rows"]
    ]  # fmt: skip
    p = c["prices"]
    dated = f" of {p['date']}" if p["date"] else " of unknown date"
    notes = [f"Prices: {p['source']}{dated}{', too old' if p['stale'] else ''}."]
    if c["tuned"] is not None:
        t = c["tuned"]
        notes.append(f"Tuned: ${t['usd_month']:,.0f} a month, ${t['one_off_usd']:,.0f} once.")
        if t["assumed"]:
            notes.append(f"Assumed, not declared: {', '.join(t['assumed'])}.")
        pay = f"{c['payback_months']:.1f} months" if c["payback_months"] is not None else "never"
        notes.append(f"Pays back: {pay}. Base model ends: {c['base_eol'] or 'not known'}.")
    head = ("Generic model", "Measured", "As logged", "Without cache", "Full caching", "vs tuned")
    return _table(head, rows, (2, 3, 4, 5)) + f'<p class="soft">{m(" ".join(notes))}</p>'


def _cases(d: Mapping[str, Any]) -> str:
    rows = (
        (
            m(c["id"]),
            m(c["text"]),
            f'<span class="{"yes" if c["established"] else "no"}">{"yes" if c["established"] else "no"}</span>',
            m(c["summary"]),
        )
        for c in d["cases"]
    )
    return _table(("", "Case", "Established", "Why"), rows)


def _evidence(d: Mapping[str, Any]) -> str:
    seen = {(e["kind"], e["path"], e["sha256"]) for q in d["questions"] for e in q["evidence"]}
    return _table(("Kind", "File", "sha256"), [(m(k), m(p), f"<code>{m(h)}</code>") for k, p, h in sorted(seen)])


def _thresholds(d: Mapping[str, Any]) -> str:
    rows = [(m(t["name"]), f"{t['value']:,.10g}", m(t["origin"])) for t in d["thresholds"]]
    return _table(("Threshold", "Value", "Set by"), rows, (1,))
