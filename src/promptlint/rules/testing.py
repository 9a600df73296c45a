"""The examples of rule files as tests: each bad one is found at its «span», each good one is left alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from promptlint.model import (
    Contract,
    Document,
    Finding,
    Kind,
    Message,
    PillarName,
    Prompt,
    Role,
    Settings,
    Surroundings,
)
from promptlint.rules.rule import Rule
from promptlint.text.pieces import SourceMap, Span

_OPEN, _CLOSE = "«", "»"
_FEWEST = {"bad": 2, "good": 3}


class Outcome(NamedTuple):
    """The result of one example. `id` is as `OUT001-bad-0`; `problem` is None where the rule does as it should."""

    id: str
    file: str
    problem: str | None


def run_examples(paths: Iterable[str] = ()) -> list[Outcome]:
    """Run the examples of rule files or pack folders; without paths, of our own rules. Raises PackError.

    Files are checked against the schema of rule files first; a breach of it is an outcome named `<file>-schema`.
    """
    outcomes: list[Outcome] = []
    for rule in _rules(paths, outcomes):
        outcomes.extend(check_rule(rule))
    return outcomes


def check_rule(rule: Rule) -> list[Outcome]:
    """Run all examples of one rule."""
    outcomes = []
    for side in ("bad", "good"):
        examples = rule.examples.get(side, ())
        for index, example in enumerate(examples):
            outcomes.append(Outcome(f"{rule.id}-{side}-{index}", rule.file, check_example(rule, side, example)))
        if len(examples) < _FEWEST[side] and "emitted-by" not in rule.detect:
            problem = f"{len(examples)} {side} examples, at least {_FEWEST[side]} are needed"
            outcomes.append(Outcome(f"{rule.id}-{side}", rule.file, problem))
    return outcomes


def check_example(rule: Rule, side: str, example: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the way a rule treats an example, None if nothing is."""
    from promptlint import anatomy
    from promptlint.rules.runner import run

    written = example["text"] if "text" in example else "\n\n".join(turn["text"] for turn in example["messages"])
    text, wanted = unmarked(str(written))
    prompt = prompt_of(example, text)
    settings = settings_of(example)
    parsed = anatomy.parse(prompt, settings)
    findings = run(prompt, parsed, (rule,), settings)
    found = [_place(finding, prompt) for finding in findings]
    shown = ", ".join(f"“{text[span.start : span.end]}”" for span in found)
    if side == "good":
        return f"finds {shown}" if found else None
    if not wanted:
        return "a bad example marks no «span»"
    missing = [span for span in wanted if span not in found]
    if missing:
        return f"“{text[missing[0].start : missing[0].end]}” is not found; found: {shown or 'nothing'}"
    if len(found) > len(wanted):
        return f"finds more than is marked: {shown}"
    severity = example.get("severity")
    if severity is not None and any(finding.severity != severity for finding in findings):
        return f"severity is {findings[0].severity}, not {severity}"
    return None


def unmarked(text: str) -> tuple[str, list[Span]]:
    """Return a text without its marks, and the spans that they enclosed."""
    spans: list[Span] = []
    out: list[str] = []
    length = 0
    start = 0
    for char in text:
        if char == _OPEN:
            start = length
        elif char == _CLOSE:
            spans.append(Span(start, length))
        else:
            out.append(char)
            length += 1
    return "".join(out), spans


def prompt_of(example: Mapping[str, Any], text: str) -> Prompt:
    """Return the prompt that an example describes: a text file, or messages, with what surrounds them."""
    path = str(example.get("path", "prompt.md"))
    prompt = _conversation(path, example["messages"], text) if "messages" in example else _extracted(path, text)
    around = example.get("surroundings")
    if around:
        prompt = prompt._replace(around=surroundings_of(around))
    if "format" in example:
        prompt = prompt._replace(format=str(example["format"]))
    return prompt


def surroundings_of(data: Mapping[str, Any]) -> Surroundings:
    """Return surroundings from a mapping with the names of their fields; lists become tuples."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    contract = values.get("contract")
    if isinstance(contract, Mapping):
        values["contract"] = Contract(**{"name": "Answer", "enforced": False, **contract})
    return Surroundings(**values)


def settings_of(example: Mapping[str, Any]) -> Settings:
    """Return the settings of an example: `kind` (unknown: as inferred), `require`, `model`, `token_budget`."""
    kind = example.get("kind")
    return Settings(
        kind=cast(Kind, kind) if kind is not None else None,
        require=cast("tuple[PillarName, ...]", tuple(example.get("require", ()))),
        model=example.get("model"),
        token_budget=example.get("token_budget"),
        preview=True,
    )


def _place(finding: Finding, prompt: Prompt) -> Span:
    """Return where a finding stands in the text of the example, which is the text of the file."""
    source = finding.file_span or SourceMap(prompt.pieces).to_source(finding.start, finding.end)
    return Span(source.start, source.end) if source is not None else Span(finding.start, finding.end)


def _extracted(path: str, text: str) -> Prompt:
    """Return the prompt of a file: by its own source where the name tells a format, else the text as it stands."""
    from promptlint.sources import registry
    from promptlint.sources.assemble import PromptBuilder
    from promptlint.sources.project import Project
    from promptlint.text.dialects import guess_dialect

    if not path.endswith((".md", ".txt")):
        prompts = registry.extract(Document(path, text), Project(), named=True).prompts
        if prompts:
            return prompts[0]
    dialect = guess_dialect(text)
    builder = PromptBuilder()
    builder.message("system", path)
    builder.template(text, path, 0, dialect)
    return builder.build(id=path, path=path, format="markdown", dialect=dialect)


def _conversation(path: str, turns: list[Mapping[str, str]], text: str) -> Prompt:
    prompt = _extracted(path, text)
    at = 0
    messages = []
    for turn in turns:
        length = len(unmarked(turn["text"])[0])
        messages.append(Message(cast(Role, turn["role"]), at, at + length, path))
        at += length + 2
    return prompt._replace(messages=tuple(messages))


def _rules(paths: Iterable[str], outcomes: list[Outcome]) -> list[Rule]:
    from promptlint.rules.compile import compile_pack, read_rule
    from promptlint.rules.loading import load
    from promptlint.rules.rule import rule_of

    named = [Path(path) for path in paths]
    if not named:
        return list(load())
    found = []
    for path in named:
        entries = compile_pack(path)["rules"] if path.is_dir() else [read_rule(path, path.parent)]
        for entry in entries:
            problem = schema_problem(entry)
            if problem is not None:
                outcomes.append(Outcome(f"{entry['id']}-schema", str(entry["file"]), problem))
            else:
                found.append(rule_of(entry, {}))
    return found


def schema_problem(entry: Mapping[str, Any]) -> str | None:
    """Return the first breach of the schema of rule files, None if there is none."""
    import jsonschema

    data = {key: value for key, value in entry.items() if key != "file"}
    errors = jsonschema.Draft202012Validator(_schema()).iter_errors(data)
    first = min(errors, key=lambda error: list(map(str, error.path)), default=None)
    if first is None:
        return None
    place = "/".join(str(part) for part in first.path)
    return f"{place or 'the file'}: {first.message}"


def _schema() -> Any:
    from promptlint.rules.loading import schema_text

    return json.loads(schema_text())
