"""Evaluation results: one adapter a format, told by content, and one shape for all of them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from itertools import chain
from typing import Any

from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.evidence import Source
from promptlint.readiness.results import frameworks, generic, promptfoo
from promptlint.readiness.results.common import Case, Results
from promptlint.readiness.training.reading import open_bytes, records, table_kind

__all__ = ["Case", "Results", "read"]

_FORMATS = {
    "promptfoo": "promptfoo", "inspect": "inspect", "openai-evals": "openai-evals", "openai/evals": "openai-evals",
    "lm-eval": "lm-eval", "deepeval": "deepeval", "ragas": "ragas", "braintrust": "braintrust", "junit": "junit",
    "generic": "table", "table": "table", "csv": "table", "tsv": "table", "jsonl": "table", "parquet": "table",
}  # fmt: skip
"""Names that a file of results may be declared as, and what its adapter calls itself."""
_LIMIT = 512 * 1024 * 1024


def read(source: Source) -> Results:
    """Return the cases of a file of results. Raises EvidenceError for what cannot be read or is ambiguous."""
    try:
        return _read(source)
    except (TypeError, AttributeError, KeyError, IndexError, ValueError) as error:
        # The structure is another tool's: a number where it documents a list must end in a message, whatever the place.
        raise EvidenceError(
            source.shown, f"has another structure than its tool documents: {error}", "export it anew", line=1
        ) from error


def _read(source: Source) -> Results:
    path, name = source.path, source.path.lower()
    if name.endswith(".eval"):
        found = frameworks.read_inspect_zip(path)
    elif name.endswith(".xml"):
        found = generic.read_junit(path, source.shown, source.options)
    elif name.endswith((".json", ".json.gz")):
        found = _json(source)
    elif name.removesuffix(".gz").endswith(".jsonl") or table_kind(path) == "jsonl":
        found = _lines(source)
    else:
        found = generic.read_table(path, source.shown, source.options)
    wanted = str(source.options.get("format") or "auto").lower()
    if wanted != "auto" and _FORMATS.get(wanted) != found.kind:
        known = f"set `format: auto`; known: {', '.join(_FORMATS)}"
        raise EvidenceError(source.shown, f"is {found.kind}, declared as {wanted}", known, line=1)
    if not found.cases and not found.aggregates:
        raise EvidenceError(source.shown, "holds no graded answers", "run the evaluation to its end", line=1)
    variant, model = source.options.get("variant"), source.options.get("model")
    cases = found.cases
    if model:
        cases = tuple(case._replace(model=case.model or str(model)) for case in cases)
    if variant and len({case.variant for case in cases}) == 1:
        old = cases[0].variant
        cases = tuple(case._replace(variant=str(variant)) for case in cases)
        prompts = {str(variant) if key == old else key: text for key, text in found.prompts.items()}
        found = found._replace(prompts=prompts)
    return found._replace(cases=cases)


def _json(source: Source) -> Results:
    try:
        with open_bytes(source.path) as file:
            raw = file.read(_LIMIT)
        text = raw.decode("utf-8-sig")
        data = json.loads(text)
    except (EOFError, zlib.error) as error:
        raise EvidenceError(
            source.shown, f"the compressed file breaks off: {error}", "export it anew", line=1
        ) from error
    except UnicodeDecodeError as error:
        raise EvidenceError(source.shown, "is not UTF-8 text", "export it anew", offset=error.start) from error
    except json.JSONDecodeError as error:
        raise EvidenceError(
            source.shown, f"is not JSON: {error.msg}", "export it anew", line=error.lineno, offset=error.pos
        ) from error
    except RecursionError as error:
        raise EvidenceError(source.shown, "is nested too deeply", "export it anew", line=1) from error
    except OSError as error:
        raise EvidenceError(source.shown, f"cannot be read: {error}", "export it anew", line=1) from error
    return _known(data, text, source)


def _known(data: Any, text: str, source: Source) -> Results:
    """Hand parsed JSON to the adapter whose keys it has."""
    shown, options = source.shown, source.options
    wanted = options.get("format")
    if isinstance(data, dict):
        if wanted == "promptfoo" or promptfoo.matches(data):
            return promptfoo.read(_with_results(data, shown), shown, text, options)
        if "eval" in data and "status" in data:
            return frameworks.read_inspect(data, data.get("samples") or [], shown)
        if "testRunData" in data or "testCases" in data:
            return frameworks.read_deepeval(data, shown)
        if isinstance(data.get("results"), dict) and ("n-samples" in data or "higher_is_better" in data):
            return frameworks.read_lm_eval(data, shown)
        if isinstance(data.get("results"), list) and _scored(data["results"]):
            return frameworks.read_braintrust(data, shown, options)
    if isinstance(data, list) and _scored(data):
        return frameworks.read_braintrust({"results": data}, shown, options)
    if isinstance(data, list) and data and isinstance(data[0], dict):
        return generic.read_table(source.path, shown, options)
    keys = ", ".join(sorted(map(str, data)))[:200] if isinstance(data, dict) else type(data).__name__
    raise EvidenceError(
        shown, f"is the export of no known evaluation tool (there: {keys})",
        "promptfoo, Inspect, openai/evals, lm-eval, deepeval, Ragas, Braintrust, JUnit, or a table with `columns`",
        line=1,
    )  # fmt: skip


def _with_results(data: Mapping[str, Any], shown: str) -> Mapping[str, Any]:
    if not isinstance(data.get("results"), dict):
        raise EvidenceError(shown, "no `results` in this promptfoo file", "export it anew", line=1)
    return data


def _scored(rows: list[Any]) -> bool:
    return bool(rows) and all(isinstance(row, dict) and isinstance(row.get("scores"), dict) for row in rows)


def _lines(source: Source) -> Results:
    """Tell the formats of one object a line by their first one."""
    rows = records(source.path, "jsonl")
    first = next(rows, None)
    if first is None:
        raise EvidenceError(source.shown, "holds no rows", "export it anew", line=1)
    head = first[2] or {}
    whole = chain([first], rows)
    if "spec" in head or ("type" in head and "data" in head and "run_id" in head):
        return frameworks.read_openai_evals(whole, source.shown)
    if "doc_id" in head and ("doc_hash" in head or "doc" in head):
        return frameworks.read_lm_eval_samples(whole, source.shown)
    if isinstance(head.get("scores"), dict):
        found = [row for _, _, row in whole]
        return frameworks.read_braintrust({"results": found}, source.shown, source.options)
    return generic.read_table(source.path, source.shown, source.options)
