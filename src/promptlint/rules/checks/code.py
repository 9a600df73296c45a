"""Checks of the code family: the prompt against what the code around it declares and does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from promptlint.model import Placeholder
from promptlint.rules.checks.common import close_names, keys_of
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re
from promptlint.text.dialects import UNNAMED

_ROOT = re.compile(r"[A-Za-z_]\w*|\d+")


def placeholder_mismatch(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Placeholders that the code does not fill, and arguments that no placeholder takes."""
    prompt = context.prompt
    passed = prompt.around.arguments
    if passed is None or prompt.dialect in ("none", "fstring"):
        return
    names = _names(prompt.placeholders, passed)
    bound = _bound(context)
    for name, placeholder in names.items():
        if name not in passed and name not in bound:
            twin = next((other for other in passed if other not in names and close_names(name, other)), None)
            yield Hit(
                placeholder.start,
                placeholder.end,
                {"name": name, "passed": ", ".join(passed) or "nothing", "rename": twin or ""},
                help=f"Pass `{name}`, or name the placeholder `{twin}`." if twin else "",
            )
    for name in passed:
        if name not in names and name not in bound and prompt.dialect == "format":
            yield Hit(
                *context.anatomy.task,
                {"name": name},
                message="Code: `{name}` is passed, and no placeholder takes it.",
                help="Use it in the prompt, or do not pass it.",
                severity="warning",
            )


def _names(placeholders: Iterable[Placeholder], passed: Collection[str]) -> dict[str, Placeholder]:
    """Return the placeholders by the argument that fills them: a `{}`, named `value` for want of a name, takes the next
    of those passed by position.
    """
    names: dict[str, Placeholder] = {}
    position = 0
    by_position = UNNAMED not in passed and any(name.isdigit() for name in passed)
    for placeholder in placeholders:
        name = _root(placeholder.name)
        if name == UNNAMED and by_position:
            name, position = str(position), position + 1
        if name:
            names[name] = placeholder
    return names


def _root(name: str) -> str:
    match = _ROOT.match(name.strip())
    return match.group() if match is not None else ""


def _bound(context: Context) -> set[str]:
    """Return the names that template constructs bind or use themselves (`{% for item in items %}`)."""
    return {name for control in context.prompt.controls for name in _ROOT.findall(control.text)}


def schema_drift(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Fields that the prompt asks for and the schema of the code does not have."""
    contract = context.prompt.around.contract
    schema = contract.schema if contract is not None else None
    properties = schema.get("properties") if schema is not None else None
    if not isinstance(properties, Mapping) or len(properties) < 2 or contract is None:
        return
    known = {str(name) for name in properties} | keys_of(schema)
    aliases = {str(p.get("alias")) for p in properties.values() if isinstance(p, Mapping) and p.get("alias")}
    for sample in context.anatomy.samples:
        keys = set(sample.keys)
        if sample.use not in ("schema", "example") or len(keys & known) * 2 < len(keys):
            continue
        for key in sample.keys:
            if key in known or key in aliases:
                continue
            at = context.text.find(key, sample.start, sample.end)
            if at >= 0:
                twin = next((name for name in properties if close_names(str(name), key)), None)
                yield Hit(
                    at,
                    at + len(key),
                    {"field": key, "schema": contract.name, "rename": twin or ""},
                    help=f"Use the name of the code, `{twin}`." if twin else "",
                )


def parse_without_contract(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Code that parses the reply as JSON although the prompt asks for no such form."""
    around, anatomy = context.prompt.around, context.anatomy
    parser = around.reply_parser
    if parser is None or "json" not in parser.lower() or around.json_mode or around.contract is not None:
        return
    if (
        re.search(r"json|schema|format_instructions", context.text, re.I)
        or anatomy.pillars["output"].level == "injected"
    ):
        return
    yield Hit(*anatomy.task, {"parser": parser})


def json_mode_without_word(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """JSON mode with messages that never say "JSON" and cannot bring the word at run time."""
    if not context.prompt.around.json_mode or "json" in context.anatomy.views["lower"]:
        return
    if any(slot.content or slot.injects for slot in context.anatomy.slots) or context.prompt.around.history_injected:
        return
    yield Hit(*context.anatomy.task)


_CALLS = re.compile(
    r"(?:\b(?:call|use|invoke|run|using|with)(?: the)? (?:tool |function )?[`\"']?"
    r"|`)(?P<name>[a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?:`|\(\)|[\"'])?(?= (?:tool|function)\b|`|\(|[.,\s])",
    re.I,
)


def tool_name_drift(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Tool names in the prompt that are nearly those of a registered tool."""
    tools = context.prompt.around.tools
    if not tools:
        return
    seen: set[str] = set()
    for match in context.finditer(_CALLS):
        name = match["name"]
        if name in tools or name in seen:
            continue
        seen.add(name)
        words = set(name.lower().split("_"))
        twin = next((tool for tool in tools if close_names(tool, name) or set(tool.lower().split("_")) == words), None)
        twin = twin or next(
            (t for t in tools if len(words & set(t.lower().split("_"))) >= 1 and words <= _stems(t)), None
        )
        if twin is not None:
            yield Hit(match.start("name"), match.end("name"), {"name": name, "tool": twin, "rename": twin})


def _stems(name: str) -> set[str]:
    return {form for word in name.lower().split("_") for form in (word, word + "s", word.rstrip("s"))}


_SINGLE = re.compile(r"(?<!\{)\{[ \t\r\n]*[\"'][\w -]{1,40}[\"'][ \t]*:")
_DOUBLED = re.compile(r"\{\{[ \t\r\n]*[\"'][\w -]{1,40}[\"'][ \t]*:")


def template_escaping(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """JSON braces that are single in a template that is formatted, or doubled in text that never is."""
    prompt = context.prompt
    if prompt.host != "python":
        return
    if prompt.dialect == "format" and prompt.around.arguments is not None:
        for match in _SINGLE.finditer(context.text):
            if _as_written(context, match.start()):
                yield Hit(match.start(), match.start() + 1, {"match": quote(match.group())})
                return
    elif prompt.dialect == "none" and prompt.uses:  # a constant that no call is seen to send may be formatted elsewhere
        doubled = _DOUBLED.search(context.text)
        if doubled is not None and prompt.around.arguments is None:
            yield Hit(
                doubled.start(),
                doubled.start() + 2,
                {"match": quote(doubled.group())},
                message="Template: “{match}” stands in text that is never formatted: the model sees both braces.",
                help="Write one brace.",
                severity="warning",
            )


def _as_written(context: Context, offset: int) -> bool:
    """Whether a character stands in the file as it is: a brace that was doubled there is an escape."""
    return any(piece.kind == "text" and piece.start <= offset < piece.end for piece in context.prompt.pieces)


_GEMINI3 = re.compile(r"gemini-3", re.I)
_FIXED = re.compile(r"\b(?:o1|o3|o4-mini|gpt-5)\b", re.I)


def sampling_mismatch(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """A temperature that the vendor of the model advises against."""
    model, temperature = context.prompt.around.model, context.prompt.around.temperature
    if model is None or temperature is None:
        return
    if _GEMINI3.search(model) and temperature < 1.0:
        yield Hit(*context.anatomy.task, {"model": model, "temperature": temperature})
