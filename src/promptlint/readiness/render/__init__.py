"""Renderers of an assessment: each turns the same document into text; none decides anything."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any


def rendered(document: Mapping[str, Any], output_format: str, *, color: bool = False) -> str:
    """Return the report in a format: text, json, markdown (md), html or sarif."""
    if output_format == "json":
        import json

        return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if output_format in ("markdown", "md"):
        from promptlint.readiness.render.markdown import render as markdown

        return markdown(document)
    if output_format == "html":
        from promptlint.readiness.render.page import render as page

        return page(document)
    if output_format == "sarif":
        from promptlint.readiness.render.sarif import render as sarif

        return sarif(document)
    from promptlint.readiness.render.terminal import colored, render

    text = render(document)
    return colored(text) if color else text


def write_plots(document: Mapping[str, Any], folder: str) -> list[str]:
    """Write the plots that the document has data for as SVG files; returns their names."""
    from promptlint.readiness.render.plots import all_plots

    os.makedirs(folder, exist_ok=True)
    names = []
    for name, svg in all_plots(document).items():
        with open(os.path.join(folder, f"{name}.svg"), "w", encoding="utf-8", newline="\n") as file:
            file.write(svg)
        names.append(f"{name}.svg")
    return names
