"""The words of promptlint as types: data without behaviour.

Offsets are 0-based code points. Unless a field says otherwise, a `start`/`end` pair counts in the prompt's
`text`, not in a file; `SourceMap` translates. Tuples are sorted by start. The types are named tuples because thirty
frozen dataclasses cost a hook 25 ms of start-up; those of `records` cost 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from promptlint.text.pieces import Piece, SourceSpan, Span
from promptlint.text.records import NamedTuple

_NOTHING: Mapping[str, Any] = MappingProxyType({})

Role = Literal["system", "user", "assistant", "tool"]
Kind = Literal[
    "extraction",
    "classification",
    "rag",
    "agent",
    "chat",
    "writing",
    "codegen",
    "judge",
    "memory",
    "tool",
    "other",
    "unknown",
]
PillarName = Literal["output", "examples", "rules", "uncertainty", "tone", "input"]
Severity = Literal["error", "warning", "info"]
SEVERITY_RANK: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}
"""Where each stands, the gravest first."""
Confidence = Literal["high", "medium", "low"]
Safety = Literal["safe", "suggested", "template"]
Dialect = Literal[
    "none",  # no placeholders at all
    "format",  # {x}: str.format and kin, {{ and }} are escapes
    "fstring",  # a Python f-string
    "percent",  # %(x)s and %s
    "dollar",  # $x, ${x}
    "jinja",  # {{ x }}, {% %}, {# #}
    "mustache",  # {{x}}, {{#x}}, {{!c}}: Handlebars and dotprompt too
    "bare",  # {{x}} alone: GitHub Models, Langfuse
    "sk",  # {{$x}}: Semantic Kernel
    "unknown",
]
Host = Literal["raw", "python", "yaml", "json", "notebook", "toml", "baml", "poml", "typescript"]


# --- sources: what a file says ------------------------------------------------------------------------------


class Document(NamedTuple):
    """A decoded file. `path` is as given, `/`-separated; `text` has no BOM, its line ends are untouched."""

    path: str
    text: str


class Message(NamedTuple):
    """One turn of a prompt: `text[start:end]` of the prompt, written in `path`."""

    role: Role
    start: int
    end: int
    path: str


class Placeholder(NamedTuple):
    """A run-time slot. `name` is what stands between the braces in the prompt text (`user.name`)."""

    name: str
    start: int
    end: int


class Control(NamedTuple):
    """A template construct that puts no text of its own into the prompt: a loop, a condition, a comment.

    `at` is the prompt offset where it stands; `text` is the construct as written.
    """

    at: int
    text: str
    source: SourceSpan


class Use(NamedTuple):
    """A place that sends the prompt; `line` is 1-based."""

    path: str
    line: int


class Contract(NamedTuple):
    """An output shape that the prompt's surroundings declare.

    `enforced` tells that the API or the format makes the model keep to it (structured output, a return type);
    a schema that is only handed to a parser is not enforced. `schema` is JSON Schema when it could be resolved;
    None means that there is one whose fields are not known here.
    """

    name: str
    enforced: bool
    schema: Mapping[str, object] | None = None
    source: SourceSpan | None = None
    strict: bool = False
    helper: bool = False
    """The SDK builds the wire schema itself (`.parse`, `zodResponseFormat`), flags included."""


class Surroundings(NamedTuple):
    """What the code or file around a prompt declares. None means "not known", an empty tuple "known to be none"."""

    contract: Contract | None = None
    json_mode: bool = False
    tools: tuple[str, ...] | None = None
    model: str | None = None
    temperature: float | None = None
    variables: tuple[str, ...] | None = None
    """Names that the file declares as inputs."""
    arguments: tuple[str, ...] | None = None
    """Names that the code passes when it fills the template."""
    reply_parser: str | None = None
    """How the code reads the reply without a schema: `json.loads`, `re`, `split`."""
    parser_guarded: bool = False
    """The code catches the error of the reply parser."""
    few_shot_injected: bool = False
    """Messages of unknown content are inserted as examples (a history that is known to be few-shot)."""
    history_injected: bool = False
    named: bool = True
    """A call, a file or a name says that the text is a prompt, and not only how it speaks."""
    untrusted: tuple[str, ...] = ()
    """Placeholders whose value the code takes from a request, `input()`, a retriever or a tool result."""


class Suppression(NamedTuple):
    """A comment that silences lint rules. Offsets count in the file `path`.

    It covers the file span [covers_start, covers_end). `problem` says what is wrong with a malformed one.
    """

    path: str
    start: int
    end: int
    rules: tuple[str, ...]
    reason: str
    covers_start: int
    covers_end: int
    problem: str | None = None


class Fact(NamedTuple):
    """A defect that a source found while it read the file (a wrong schema, a bad placeholder): a lint rule reports it.

    `rule` is the id of that lint rule, `data` fills its message. The span is in a file.
    """

    rule: str
    source: SourceSpan
    data: Mapping[str, str] = _NOTHING


class Dependency(NamedTuple):
    """A file whose content the prompt depends on; `digest` is the sha256 of its bytes, hexadecimal."""

    path: str
    digest: str


class Prompt(NamedTuple):
    """What the model would receive, and what its surroundings say about it.

    `text` is all messages joined by a blank line; `pieces` tile it. A message's path may differ from `path`
    (a file that code reads). `variants` are the other texts of a conditional prompt: findings common to all
    are reported once.
    """

    id: str
    path: str
    format: str
    symbol: str | None
    text: str
    pieces: tuple[Piece, ...]
    messages: tuple[Message, ...]
    host: Host = "raw"
    dialect: Dialect = "unknown"
    placeholders: tuple[Placeholder, ...] = ()
    controls: tuple[Control, ...] = ()
    uses: tuple[Use, ...] = ()
    around: Surroundings = Surroundings()
    kind_hint: Kind | None = None
    """The kind, where path or format decide it (a CLAUDE.md is memory)."""
    facts: tuple[Fact, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    depends: tuple[Dependency, ...] = ()
    variants: tuple[Prompt, ...] = ()


class Fault(NamedTuple):
    """A file, or a part of it, that is a prompt source and could not be read. Line and column are 1-based."""

    path: str
    message: str
    line: int | None = None
    column: int | None = None


class Choice(NamedTuple):
    """Why a string was taken as a prompt or left: for `inspect --why`. Offsets count in the file."""

    taken: bool
    start: int
    end: int
    reason: str


class Extraction(NamedTuple):
    """All that one file yields. `unsupported` says why a file that may hold prompts was not read, and the remedy."""

    prompts: tuple[Prompt, ...] = ()
    faults: tuple[Fault, ...] = ()
    unsupported: str | None = None
    choices: tuple[Choice, ...] = ()
    facts: tuple[Fact, ...] = ()
    """Defects of the file that belong to no single prompt."""


# --- anatomy: what a prompt says ----------------------------------------------------------------------------


BlockKind = Literal["heading", "paragraph", "item", "fence", "tag", "table", "rule", "label"]


class Block(NamedTuple):
    """A structural unit. `start`/`end` hold the whole block, `body_start`/`body_end` what it says.

    heading: `level` 1-6, body is the title. item: one list item with its continuation lines, `level` is its
    indent in columns. fence: `name` is the info string. tag: `<name>` … `</name>` alone on their lines, the body
    lies between them (blocks inside are listed too). label: a short line that ends in a colon.
    `section` is the index of the heading (or label, or tag) block that the block stands under, or None.
    """

    kind: BlockKind
    start: int
    end: int
    body_start: int
    body_end: int
    level: int = 0
    name: str = ""
    section: int | None = None


Mood = Literal["imperative", "modal", "declarative", "question", "fragment"]


class Statement(NamedTuple):
    """One sentence of the instructions, trimmed. `block` is the index of its block.

    `polarity` is -1 for a ban. `verb` is the lower-cased head verb, empty if there is none.
    `condition` is the span of the if-clause and `action` that of what is asked, where both are there.
    """

    start: int
    end: int
    block: int
    mood: Mood
    polarity: int = 1
    verb: str = ""
    condition: Span | None = None
    action: Span | None = None


class Example(NamedTuple):
    """A worked example: input and output both literal, or a literal sample of the whole output (`input` None)."""

    start: int
    end: int
    input: Span | None
    output: Span | None
    label: str | None = None
    shape: str = ""
    """How it was recognised: `tag`, `turns`, `arrow`, `heading`, `table`, `messages`, `sample`."""


class Sample(NamedTuple):
    """A piece of structured data in the prompt.

    `use` tells what it is: the shape asked for, a literal example, a description of the input, or unknown.
    `value` is the parsed data, None together with `error` where it does not parse; `error_at` is a prompt offset.
    """

    start: int
    end: int
    language: Literal["json", "yaml", "xml", "csv", "pseudo"]
    use: Literal["schema", "example", "input", "tool", "unknown"]
    value: object = None
    error: str | None = None
    error_at: int | None = None
    keys: tuple[str, ...] = ()


class FieldName(NamedTuple):
    """A field that the output must have; `note` is what the prompt says about it."""

    name: str
    start: int
    end: int
    note: str = ""


class LabelSet(NamedTuple):
    """A closed list of values for the answer or for one of its fields. `spans` are the labels' places."""

    start: int
    end: int
    labels: tuple[str, ...]
    spans: tuple[Span, ...]
    field: str | None = None


class Slot(NamedTuple):
    """A placeholder in its place. `content` tells run-time content (a text, a question) from a short scalar."""

    placeholder: int
    """Index into `Prompt.placeholders`."""
    start: int
    end: int
    content: bool
    boundary: Literal["delimited", "labelled", "undelimited"]
    injects: Literal["output", "examples", "rules", "tools", "history", "question", "context", ""] = ""


class Pillar(NamedTuple):
    """One of the six things a prompt should have; `evidence` are the spans that prove the level."""

    level: str
    evidence: tuple[Span, ...] = ()
    reason: str = ""
    """Which signal decided, for `inspect`."""


class Anatomy(NamedTuple):
    """The parsed prompt. `views` are masks of the text, each of the same length as the text.

    views: `instructions` (no fences, examples, quotes, schemas), `prose` (no fences), `lower` (lower-cased text).
    """

    blocks: tuple[Block, ...]
    statements: tuple[Statement, ...]
    examples: tuple[Example, ...]
    samples: tuple[Sample, ...]
    fields: tuple[FieldName, ...]
    labels: tuple[LabelSet, ...]
    slots: tuple[Slot, ...]
    language: str
    kind: Kind
    kind_confidence: float
    kind_chances: Mapping[Kind, float]
    """How likely each kind is; the one kind alone where the path, the file or the user decides it."""
    kind_reason: str
    traits: frozenset[str]
    """Weaker kinds and signs: `grounded`, `user-facing`, `multi-turn`, `tools`; those of `anatomy.origin`."""
    pillars: Mapping[PillarName, Pillar]
    machine_readable: bool
    enforced_in_code: bool
    views: Mapping[str, str]
    task: Span
    """The first line of the task statement, else the first non-blank line: where absences are reported."""


# --- lint rules and findings --------------------------------------------------------------------------------


class Edit(NamedTuple):
    """Replace `text[start:end]` of the prompt by `text`, as the model should read it (not yet encoded)."""

    start: int
    end: int
    text: str


class FileEdit(NamedTuple):
    """Replace characters `[start, end)` of the file `path` by `text`, encoded as the file needs it."""

    path: str
    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """A change that removes a finding. `edits` count in the prompt; `file_edits` are for what lies outside it."""

    safety: Safety
    title: str
    edits: tuple[Edit, ...] = ()
    file_edits: tuple[FileEdit, ...] = ()


class Finding(NamedTuple):
    """What a lint rule found in one prompt, in prompt offsets; `file_span` wins where the place is not in it."""

    rule: str
    start: int
    end: int
    message: str
    help: str = ""
    severity: Severity | None = None
    """None takes the rule's own (by kind and settings)."""
    confidence: Confidence | None = None
    related: tuple[tuple[int, int, str], ...] = ()
    data: Mapping[str, object] = _NOTHING
    """What the fix needs to know."""
    fix: Fix | None = None
    file_span: SourceSpan | None = None


class Location(NamedTuple):
    """A place in a file. 1-based lines and code point columns, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Related(NamedTuple):
    """A second place that a diagnostic speaks of."""

    path: str
    location: Location
    message: str


class SuppressedBy(NamedTuple):
    """Who silenced a diagnostic, and why."""

    by: Literal["comment", "settings", "baseline"]
    reason: str


class Diagnostic(NamedTuple):
    """A finding at its place in a file, ready to be shown. `location` is None for findings about the repository."""

    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    message: str
    help: str
    path: str
    location: Location | None
    start: int
    """Offset in the file, for ordering and for edits."""
    end: int
    prompts: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    fingerprint: str = ""
    suppressed: SuppressedBy | None = None
    finding: Finding | None = None


class Linted(NamedTuple):
    """One prompt with all that was found in it."""

    prompt: Prompt
    anatomy: Anatomy
    diagnostics: tuple[Diagnostic, ...]
    tokens: int = 0
    counter: str = "estimate"


class Report(NamedTuple):
    """The result of one run over files. `skipped` counts files by the reason why they were left out."""

    prompts: tuple[Linted, ...]
    diagnostics: tuple[Diagnostic, ...]
    """Everything, in the order path, offset, rule."""
    faults: tuple[Fault, ...] = ()
    skipped: Mapping[str, int] = _NOTHING
    skipped_files: tuple[tuple[str, str], ...] = ()
    """(path, reason) for `--verbose`."""
    files: int = 0
    texts: Mapping[str, str] = _NOTHING
    """Decoded text of every file that a diagnostic points to, for code frames."""
    checked: tuple[str, ...] = ()
    """The files that were read, prompts or not, as they were named."""
    before: tuple[Linted, ...] = ()
    """With `--diff-base`: the prompts of these files at the base; ids are those of `prompts` where they match."""


# --- settings -----------------------------------------------------------------------------------------------


class Override(NamedTuple):
    """Settings for the files that match any of `paths` (globs relative to the settings file)."""

    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = _NOTHING
    kind: Kind | None = None
    require: tuple[PillarName, ...] = ()
    reason: str = ""


class Settings(NamedTuple):
    """All that steers a run. `origin` names the file that the settings came from."""

    select: tuple[str, ...] = ()
    """Empty: the edition's default set."""
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = _NOTHING
    overrides: tuple[Override, ...] = ()
    kind: Kind | None = None
    require: tuple[PillarName, ...] = ()
    fail_on: Severity = "warning"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    model: str | None = None
    token_budget: int | None = None
    edition: str = "2026"
    preview: bool = False
    rule_packs: tuple[str, ...] = ()
    max_file_bytes: int = 1_000_000
    origin: str | None = None
    root: str = "."
