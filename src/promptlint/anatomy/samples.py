"""Structured data in a prompt: JSON in fences or in the open, YAML and XML in fences; and what each is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from promptlint.anatomy.loosejson import Parsed, Word, parse
from promptlint.anatomy.parts import Parts
from promptlint.model import Block, Sample
from promptlint.text import lazy_re as re

_OPENING = re.compile(
    r"(?:(?<=[\s:`>=(])|^)[ \t]*(?P<json>\{\{?\s*[\"'“]|\[\s*\{|\{\s*\n\s*[\"'“\w<]|\[\s*[\"“])", re.M
)
_LIMIT = 20_000
_JSON_FENCE = frozenset({"json", "jsonc", "json5", "jsonl"})
_INPUT = re.compile(
    r"\b(?:input|you (?:will|are) (?:be )?(?:given|provided|receiv)\w*|given the following|below is|"
    r"the following (?:is|are)|"
    r"looks? like (?:this|so)|request|provided|receives?|context|data|user(?:'s)? (?:query|message|profile)"
    r"|messages|turns|conversation|transcript|dialogue)\b"
    r"[^.\n]{0,60}$",
    re.I,
)
_SUPPOSED = re.compile(r"\b(?:if|when) (?:the|an?) (?:user )?(?:request|input|query|question|text|message)\b", re.I)
_TOOL = re.compile(r"\b(?:tool|function|action|api|arguments?|parameters?|call)s?\b[^.\n]{0,60}$", re.I)
_OUTPUT = re.compile(
    r"\b(?:output|respon\w+|return|answer|reply|format|schema|structure|result|json)\b[^.\n]{0,80}$", re.I
)
# A value that says what to put there instead of putting it: an empty one, a slot, a type, "Brief summary of …".
_MARKERS = re.compile(
    r"^\s*$|^[<\[{(].*[>\]})]$|\||…|\.\.\.|^(?:your|the|an?|brief|short|detailed|list|name|description|explanation|"
    r"summary|reason|reasoning|one|some|any|optional|string|str|int|integer|float|number|bool|boolean|array|object|date|"
    r"iso|"
    r"url|text|value|key|yyyy|what|why|how|who|when|where|whether|if|concise|clear|step|full|exact|specific|title|"
    r"content|type|field|here|place|insert|put|enter|section|main|current|extracted|generated|rewritten|translated|"
    r"answer|question|response|output|result|code|sample|high|provide|include|explain|describe|unique|identifier|id|"
    r"first|second|third|item|element|label|category|word|sentence|paragraph|each|all|up to|list of|information|"
    r"details|param(?:eter)?|arg(?:ument)?|option|entry|property|attribute|regex|pattern|query|verbatim|"
    r"snippet|as per|according to|x{1,10})"
    r"(?:[ _-]?\d*\b|_[a-z]+\b)|"
    r"^\d+(?: ?[-–] ?\d+| to \d+)? (?:[a-z]+,? ){0,3}(?:sentences?|words?|lines?|paragraphs?|bullets?|characters?)\b",
    re.I,
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+|https?://\S+")
_SLOT = re.compile(r"<[^<>\n]{1,60}>|\[[^\[\]\n]{1,60}\]|\{[^{}\n]{1,60}\}")
_UNION = re.compile(r"[\w -]{1,30}(?:/[\w -]{1,30}){1,8}")
# Words before data that lists what may be chosen, which is no answer.
_CATALOGUE = re.compile(
    r"\b(?:possible|available|allowed|valid|following|these|supported|permitted)(?: \w+){0,3}? "
    r"(?:options|categories|classifications|classes|labels|types|choices|values|tags|tools|topics|intents|words?|ratings|"
    r"verdicts|scores|levels)\b[^.\n]{0,40}$"
    r"|\b(?:one|any|some|either|each|chosen|selected|choose|pick|select) (?:of|from|among|between|in)(?: the)?$",
    re.I,
)
_SENTENCE = re.compile(r"[A-Z][^\n]*[.!?]$")
_EXAMPLE = re.compile(r"\b(?:examples?|sample|e\.g\.?|for instance)\b[^.\n]{0,40}$", re.I)
_XMLISH = re.compile(r"^[ \t]*<([A-Za-z_][\w.-]{0,40})>", re.M)


def find(parts: Parts) -> tuple[Sample, ...]:
    """Return the samples of a prompt, sorted by start; they do not overlap."""
    found: list[Sample] = []
    taken = 0
    for block in parts.blocks:
        if block.kind == "fence":
            sample = _fenced(parts, block)
            if sample is not None:
                found.append(sample)
    fences = [(block.start, block.end) for block in parts.blocks if block.kind == "fence"]
    slots = {placeholder.start for placeholder in parts.prompt.placeholders}
    for match in _OPENING.finditer(parts.text):
        start = match.start("json")
        if start < taken or start in slots or any(low <= start < high for low, high in fences):
            continue
        sample = _open(parts, start)
        if sample is not None:
            found.append(sample)
            taken = sample.end
    return tuple(sorted(found, key=lambda sample: sample.start))


def _fenced(parts: Parts, block: Block) -> Sample | None:
    body = parts.text[block.body_start : block.body_end]
    stripped = body.lstrip()
    start = block.body_start + len(body) - len(stripped)
    info = block.name.lower()
    if info in _JSON_FENCE or (info in ("", "text", "python") and stripped[:1] in ("{", "[") and '"' in stripped):
        parsed = parse(parts.text, start, block.body_end)
        if parsed is None:
            return Sample(start, block.body_end, "pseudo", "unknown") if info in _JSON_FENCE else None
        return _sample(parts, start, parsed, block.end)
    if info in ("yaml", "yml"):
        keys = tuple(re.findall(r"^[ \t]*-?[ \t]*([\w-]+):", body, re.M))
        return Sample(start, block.body_end, "yaml", _use(parts, block.start, _yaml_literal(body)), keys=keys)
    if info == "xml" or (info in ("", "text") and _XMLISH.match(body)):
        keys = tuple(dict.fromkeys(_XMLISH.findall(body)))
        return Sample(start, block.body_end, "xml", _use(parts, block.start, _xml_literal(body)), keys=keys)
    if info == "csv":
        return Sample(start, block.body_end, "csv", _use(parts, block.start, 1.0))
    return None


def _open(parts: Parts, start: int) -> Sample | None:
    parsed = parse(parts.text, start, min(len(parts.text), start + _LIMIT))
    if parsed is None:
        return None
    if isinstance(parsed.value, list) and all(isinstance(item, Word) for item in parsed.value):
        return None
    return _sample(parts, start, parsed, parsed.end)


def _sample(parts: Parts, start: int, parsed: Parsed, end: int) -> Sample:
    error_at, error = parsed.error if parsed.error is not None else (None, None)
    keys = tuple(_top_keys(parsed.value))
    share = literal_share(parsed.value, announced=_announced(parts, start))
    if parsed.elided and len(list(_verdicts(parsed.value, "", False))) == 1:
        share = 0.0  # {"kind": "a", ...} shows one part of an answer
    use = _use(parts, start, share)
    if is_json_schema(parsed.value):
        use = "tool" if use == "tool" else "schema"
        keys = tuple(_schema_keys(parsed.value))
    stop = max(start + 1, min(parsed.end, end))
    return Sample(start, stop, "json", use, parsed.value, error, error_at, keys)


def _use(parts: Parts, start: int, literal: float) -> Literal["schema", "example", "input", "tool"]:
    before = parts.text[max(0, start - 240) : start].rstrip(" \t\r\n`*:")
    near = before.splitlines()[-1] if before else ""
    if before.endswith(("```json", "```")):
        near = before[:-3]
    near = _SUPPOSED.sub("", near)
    if _TOOL.search(near) and not _OUTPUT.search(near):
        return "tool"
    if _INPUT.search(near) and not _OUTPUT.search(near):
        return "input"
    if literal >= 0.5 and not _CATALOGUE.search(near):
        return "example"
    return "schema"


def _announced(parts: Parts, start: int) -> bool:
    """Whether the line before a sample calls it an example."""
    before = parts.text[max(0, start - 120) : start].rstrip(" \t\r\n`*:：")
    return _EXAMPLE.search(before[before.rfind("\n") + 1 :]) is not None


def literal_share(value: object, key: str = "", *, announced: bool = False) -> float:
    """Return the share of scalar values that are literal; 0 for no values.

    Numbers and booleans are literal, a text is unless it describes what to put there. What is `announced` as an example
    may begin with "The …" and be one.
    """
    verdicts = list(_verdicts(value, key, announced))
    return sum(verdicts) / len(verdicts) if verdicts else 0.0


def _verdicts(value: object, key: str, announced: bool) -> Iterator[bool]:
    if isinstance(value, dict):
        for name, item in value.items():
            if _SLOT.fullmatch(str(name)):
                yield False  # {"<name>": 3} stands for any name
            else:
                yield from _verdicts(item, str(name), announced)
    elif isinstance(value, list):
        # "list", "of", "names": among words, one that describes makes the list a description.
        plain = all(isinstance(item, str) and len(item.split()) <= 2 for item in value)
        short = all(isinstance(item, str) and len(item.split()) <= 4 for item in value)
        if len(value) > 1 and short and len({str(item).rstrip("0123456789") for item in value}) == 1:
            yield from [False] * len(value)  # "fact1", "fact2"
            return
        held = [verdict for item in value for verdict in _verdicts(item, key, announced)]
        yield from [all(held)] * len(held) if plain else held
    else:
        yield _literal(value, key, announced)


def _literal(value: object, key: str, announced: bool) -> bool:
    if isinstance(value, Word):
        return False
    if not isinstance(value, str):
        return True
    value = value.strip()
    if _ADDRESS.fullmatch(value):
        return True
    if announced and _SENTENCE.match(value) and len(_SLOT.sub(" ", value).split()) >= 7:
        return True
    if _MARKERS.search(value) or _UNION.fullmatch(value):
        return False
    if _SLOT.search(value) and len(_SLOT.sub(" ", value).split()) < 5:
        return False
    words = {word for word in re.findall(r"[a-z]+", key.lower()) if len(word) > 2}
    said = set(re.findall(r"[a-z]+", value.lower()))
    return not (words and words <= said)


def is_json_schema(value: object) -> bool:
    """Whether a value is a JSON Schema of an object or an array."""
    if not isinstance(value, dict):
        return False
    return ("properties" in value and isinstance(value["properties"], dict)) or "$schema" in value


def _top_keys(value: object) -> list[str]:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, dict)), None)
    return [str(key) for key in value] if isinstance(value, dict) else []


def _schema_keys(value: object) -> list[str]:
    properties = value.get("properties", {}) if isinstance(value, dict) else {}
    return [str(key) for key in properties]


def _xml_literal(body: str) -> float:
    values = [value.strip() for value in re.findall(r">([^<>\n]{1,300})</", body) if value.strip()]
    return _share_literal(values)


def _yaml_literal(body: str) -> float:
    values = re.findall(r"^[ \t]*-?[ \t]*[\w-]+:[ \t]*(\S[^\n]*)$", body, re.M)
    return _share_literal([value.strip().strip("\"'") for value in values])


def _share_literal(values: list[str]) -> float:
    return sum(not _MARKERS.search(value) for value in values) / len(values) if values else 0.0
