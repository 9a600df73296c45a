"""Six plots as static SVG: no script, no font and no address outside the file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from promptlint.readiness.render.safe import markup

WIDTH = 720
_LEFT, _RIGHT, _ROW = 200, 90, 26
# Legible on a light and on a dark page: text takes the colour of the text around it.
_INK, _SOFT, _GRID = "currentColor", "#748ca3", "#748ca340"
_BLUE, _PALE, _GREEN, _RED, _AMBER = "#3b7fcc", "#3b7fcc90", "#2f9463", "#d64545", "#c98a1b"


def all_plots(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the plots that the document has data for, by name."""
    found = {
        "waterfall": waterfall(document),
        "pass-rates": forest(document),
        "cost-by-volume": costs(document),
        "tornado": tornado(document),
        "labels": labels(document),
        "lengths": lengths(document),
    }
    return {name: svg for name, svg in found.items() if svg}


def _text(x: float, y: float, content: object, *, anchor: str = "start", size: int = 12, fill: str = _INK) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{fill}">{markup(content)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, color: str = _GRID, *, dash: str = "", width: float = 1) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{color}" stroke-width="{width}"{dashes}/>'


def _rect(x: float, y: float, width: float, height: float, color: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" rx="2" fill="{color}"/>'


def _svg(title: str, parts: Sequence[str], height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{markup(title)}" font-family="system-ui, sans-serif">'
        f"<title>{markup(title)}</title>" + _text(0, 16, title, size=14) + "".join(parts) + "</svg>\n"
    )


def _cut(value: object, length: int = 30) -> str:
    text = str(value)
    return text if len(text) <= length else text[: length - 1] + "…"


def _limit(document: Mapping[str, Any], name: str) -> float:
    return float(next(item["value"] for item in document["thresholds"] if item["name"] == name))


def waterfall(document: Mapping[str, Any]) -> str:
    """Bars of the rows that are left after each stage, with the two thresholds."""
    data = document["data"]
    if data is None:
        return ""
    steps = data["waterfall"]
    marks = [_limit(document, "examples"), _limit(document, "specialised_examples")]
    top = max([count for _, count in steps] + [marks[0] * 1.1])
    span = WIDTH - _LEFT - _RIGHT
    parts, before = [], steps[0][1]
    for index, (stage, count) in enumerate(steps):
        y = 34 + index * _ROW
        color = _BLUE if stage in ("raw", "clean") else _PALE
        parts.append(_text(_LEFT - 8, y + 14, stage.replace("_", " "), anchor="end"))
        parts.append(_rect(_LEFT, y, span * count / top, _ROW - 8, color))
        lost = f" (−{before - count:,})" if before != count else ""
        parts.append(_text(_LEFT + span * count / top + 6, y + 14, f"{count:,}{lost}"))
        before = count
    bottom = 34 + len(steps) * _ROW
    for mark in marks:
        if mark <= top:
            x = _LEFT + span * mark / top
            parts.append(_line(x, 26, x, bottom, _RED, dash="4 3"))
            parts.append(_text(x, bottom + 14, f"{mark:,.0f}", anchor="middle", fill=_RED))
    return _svg("Training rows left after each check", parts, bottom + 22)


def forest(document: Mapping[str, Any]) -> str:
    """Pass rates with their intervals and the target."""
    found = document["eval"]
    rows = [v for v in (found or {}).get("variants", []) if v["ci"][0] is not None and v["ci"][1] is not None]
    if not rows:
        return ""
    low = max(0.0, min([v["ci"][0] for v in rows] + [found["target"] or 1.0]) - 0.05)
    span = WIDTH - _LEFT - _RIGHT

    def x(value: float) -> float:
        return float(_LEFT + span * (value - low) / max(1.0 - low, 1e-9))

    parts = []
    bottom = 34 + len(rows) * _ROW
    for tick in range(math.ceil(low * 10), 11):
        parts.append(_line(x(tick / 10), 26, x(tick / 10), bottom))
        parts.append(_text(x(tick / 10), bottom + 14, f"{tick * 10}%", anchor="middle", fill=_SOFT))
    for index, v in enumerate(rows):
        y = 34 + index * _ROW + 9
        color = _SOFT if v["guards"] else _BLUE
        name = f"{v['name']} · {v['model']}" if v["model"] else v["name"]
        parts.append(_text(_LEFT - 8, y + 4, _cut(name), anchor="end", fill=color))
        parts.append(_line(x(v["ci"][0]), y, x(v["ci"][1]), y, color, width=2))
        parts.append(f'<circle cx="{x(v["rate"]):.1f}" cy="{y}" r="4" fill="{color}"/>')
        parts.append(_text(WIDTH - _RIGHT + 8, y + 4, f"n = {v['n']}", fill=color))
    if found["target"] is not None:
        parts.append(_line(x(found["target"]), 24, x(found["target"]), bottom, _RED, dash="4 3"))
        parts.append(_text(x(found["target"]), bottom + 28, f"target {found['target']:g}", anchor="middle", fill=_RED))
    return _svg("Pass rates with 95 % intervals (grey: does not count)", parts, bottom + 36)


def costs(document: Mapping[str, Any]) -> str:
    """Cost against volume on log scales, with the break-even and the volume of today."""
    cost = document["cost"]
    if not cost or not cost.get("rows") or cost.get("tuned") is None or not cost["requests_month"]:
        return ""
    volume, tuned = cost["requests_month"], cost["tuned"]
    fixed = tuned["usd_month"] - tuned["parts"]["usage"]
    per_request = tuned["parts"]["usage"] / volume
    rows = sorted(cost["rows"], key=lambda r: -r["cached"])[:6]
    low_x, high_x = math.log10(volume) - 1.5, math.log10(volume) + 1.5
    values = [r["cached"] / volume * 10**e for r in rows for e in (low_x, high_x)] + [fixed]
    low_y, high_y = math.log10(max(min(values), 1.0)), math.log10(max(values)) + 0.1
    height, span, tall = 300.0, WIDTH - 80 - 150, 220

    def at(requests: float, usd: float) -> tuple[float, float]:
        across = 70 + span * (math.log10(requests) - low_x) / (high_x - low_x)
        return across, 30 + tall * (high_y - math.log10(max(usd, 1.0))) / max(high_y - low_y, 1e-9)

    parts = []
    for exponent in range(math.ceil(low_x), math.floor(high_x) + 1):
        x = at(10.0**exponent, 1)[0]
        parts += [_line(x, 30, x, 30 + tall), _text(x, 46 + tall, _short(10.0**exponent), anchor="middle", fill=_SOFT)]
    for exponent in range(math.ceil(low_y), math.floor(high_y) + 1):
        y = at(volume, 10.0**exponent)[1]
        parts += [_line(70, y, 70 + span, y), _text(64, y + 4, f"${_short(10.0**exponent)}", anchor="end", fill=_SOFT)]
    points = [
        at(
            10 ** (low_x + i * (high_x - low_x) / 40),
            _tuned(fixed, per_request, 10 ** (low_x + i * (high_x - low_x) / 40)),
        )
        for i in range(41)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{_GREEN}" stroke-width="2.5"/>')
    parts.append(_text(points[-1][0] + 6, points[-1][1] + 4, "tuned", fill=_GREEN))
    for row in rows:
        ends = [at(10.0**e, row["cached"] / volume * 10.0**e) for e in (low_x, high_x)]
        parts.append(_line(*ends[0], *ends[1], _BLUE, width=1.5))
        parts.append(_text(ends[1][0] + 6, ends[1][1] + 4, _cut(row["model"], 20), fill=_BLUE))
    x = at(volume, 1)[0]
    parts += [
        _line(x, 30, x, 30 + tall, _AMBER, dash="4 3"),
        _text(x, 62 + tall, "today", anchor="middle", fill=_AMBER),
    ]
    even = cost["breakeven_req_month"]
    if even and low_x <= math.log10(even) <= high_x:
        parts += _band(at, even, tall)
    return _svg("Cost a month by requests a month (generic with full caching)", parts, height)


def _tuned(fixed: float, per_request: float, requests: float) -> float:
    return fixed + per_request * requests


def _band(at: Any, even: float, tall: float) -> list[str]:
    low, high = at(even * 0.8, 1)[0], at(even * 1.25, 1)[0]
    middle = at(even, 1)[0]
    shade = f'<rect x="{low:.1f}" y="30" width="{high - low:.1f}" height="{tall}" fill="{_RED}" opacity="0.10"/>'
    return [shade, _text(middle, 26 + tall, f"break-even {_short(even)}", anchor="middle", size=11, fill=_RED)]


def _short(value: float) -> str:
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def tornado(document: Mapping[str, Any]) -> str:
    """How far each assumption moves the saving."""
    cost = document["cost"]
    moves = (cost or {}).get("tornado") or []
    if not moves:
        return ""
    base = cost["saving"]["base"]
    ends = [value for move in moves for value in (move["low"], move["high"])] + [1.0, base]
    low, high = min(ends), max(ends)
    span = WIDTH - _LEFT - _RIGHT

    def x(value: float) -> float:
        return float(_LEFT + span * (value - low) / max(high - low, 1e-9))

    parts = []
    bottom = 34 + len(moves) * _ROW
    for index, move in enumerate(moves):
        y = 34 + index * _ROW
        a, b = sorted((move["low"], move["high"]))
        parts.append(_text(_LEFT - 8, y + 14, move["what"], anchor="end"))
        parts.append(_rect(x(a), y, x(b) - x(a), _ROW - 8, _BLUE))
        parts.append(_text(WIDTH - _RIGHT + 8, y + 14, f"{a:.2g}–{b:.2g}x", fill=_SOFT))
    for value, name, color in ((1.0, "1x: no saving", _RED), (base, f"{base:.2g}x", _INK)):
        parts.append(_line(x(value), 26, x(value), bottom, color, dash="4 3"))
        parts.append(_text(x(value), bottom + (14 if color == _INK else 28), name, anchor="middle", fill=color))
    return _svg("Saving (generic over tuned cost) as each assumption moves", parts, bottom + 36)


def labels(document: Mapping[str, Any]) -> str:
    """Rows of each label; labels go by number unless rows may be shown."""
    rows = ((document["data"] or {}).get("labels") or [])[:15]
    if not rows:
        return ""
    top = max(row["count"] for row in rows)
    span = WIDTH - _LEFT - _RIGHT
    parts = []
    for index, row in enumerate(rows):
        y = 34 + index * _ROW
        parts.append(_text(_LEFT - 8, y + 14, _cut(row.get("label") or f"label {row['sha256']}"), anchor="end"))
        parts.append(_rect(_LEFT, y, span * row["count"] / top, _ROW - 8, _AMBER if row["count"] < 10 else _BLUE))
        parts.append(_text(_LEFT + span * row["count"] / top + 6, y + 14, f"{row['count']:,}"))
    return _svg("Rows of each label (amber: fewer than 10)", parts, 40 + len(rows) * _ROW)


def lengths(document: Mapping[str, Any]) -> str:
    """Rows by token count, on a log scale, with p50 and p95."""
    bins = (document["data"] or {}).get("lengths") or []
    if not bins:
        return ""
    top = max(count for _, count in bins)
    step, high, tall = min(60.0, (WIDTH - 40) / len(bins)), 56, 120
    parts = []
    for index, (edge, count) in enumerate(bins):
        size = tall * count / top
        parts.append(_rect(20 + index * step, high + tall - size, step - 3, size if count else 0, _BLUE))
        if index % max(1, len(bins) // 8) == 0 or index == len(bins) - 1:
            middle = 20 + (index + 0.5) * step
            parts.append(_text(middle, high + tall + 16, _short(edge), anchor="middle", fill=_SOFT))
    tokens = document["data"]["tokens"]
    for line, name in enumerate(("p50", "p95")):
        position = next((i for i, (edge, _) in enumerate(bins) if tokens[name] <= edge), 0)
        x = 20 + (position + 0.5) * step
        parts.append(_line(x, high - 22 + 14 * line, x, high + tall, _RED, dash="4 3"))
        side, shift = ("end", -4) if x > WIDTH / 2 else ("start", 4)
        parts.append(_text(x + shift, high - 18 + 14 * line, f"{name} {tokens[name]:,}", anchor=side, fill=_RED))
    return _svg("Rows by tokens (estimated)", parts, high + tall + 26)
