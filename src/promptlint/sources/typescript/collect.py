"""All prompts of one TypeScript file: those that calls send, then texts that look like prompts."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlint.model import Choice, Contract, Document, Extraction, Role, Suppression, Surroundings, Use
from promptlint.sources.python import likeness
from promptlint.sources.python.building import Taken, built, unique
from promptlint.sources.python.drafts import Draft
from promptlint.sources.python.merging import merged
from promptlint.sources.python.messages import Messages, content, variants
from promptlint.sources.python.values import Items, Plain, Table, Text, Value, each, options
from promptlint.sources.suppress import MARK, parse_comment
from promptlint.sources.typescript.evaluate import Evaluator, templated
from promptlint.sources.typescript.tree import Source, unwrapped, walk
from promptlint.sources.typescript.zod import contract_of

if TYPE_CHECKING:
    from tree_sitter import Node

_STRINGS = frozenset({"string", "template_string"})
_NEVER_CALLS = re.compile(
    r"^(?:console|logger|log|chalk|expect|assert|toast|alert|require|import|describe|it|test|z|program|yargs|sql|db)\b"
    r"|\.(?:log|info|warn|error|debug|describe|describeTool|query|exec|execute|prepare|test|match|includes|startsWith|"
    r"endsWith|indexOf|option|command|description|json|send|write|innerHTML|toContain|toBe|toEqual)$"
)
_NEVER_PARENTS = frozenset(
    {
        "throw_statement",
        "import_statement",
        "jsx_attribute",
        "jsx_expression",
        "literal_type",
        "export_statement_source",
    }
)
_NEVER_KEYS = frozenset(
    {"description", "title", "label", "placeholder", "help", "message", "error", "className", "alt"}
)
_THROUGH = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "ternary_expression", "binary_expression"}
)
MIN_CHOICE = 60


@lru_cache(maxsize=1)
def _table() -> list[Mapping[str, Any]]:
    data = json.loads((Path(__file__).parent / "sdk.json").read_text(encoding="utf-8"))
    rows: list[Mapping[str, Any]] = data["calls"]
    return rows


def collect(document: Document, format: str) -> Extraction:  # noqa: A002
    """Return the prompts of a file; tree-sitter reads what it can of a file with errors."""
    source = Source(document)
    evaluator = Evaluator(source)
    reader = _Reader(source, evaluator)
    for node in walk(source.root):
        if node.type in ("call_expression", "new_expression"):
            reader.call(node)
    reader.choices += reader.taken.choices()
    for node in walk(source.root):
        reader.leftover(node)
    prompts = []
    for draft, uses in merged(reader.drafts, document.path):
        rows = [built(row, draft.around, document.path, format, "typescript") for row in draft.rows]
        rows = [row for row in rows if row.text.strip()]
        if not rows:
            continue
        place = next((p.source_start for p in rows[0].pieces if p.kind != "join"), 0)
        symbol = reader.symbol(place)
        named = f"{document.path}#{symbol}" if symbol else ""
        others = tuple(row for row in rows[1:] if row.text != rows[0].text)
        prompts.append(rows[0]._replace(id=named, symbol=symbol, uses=uses, variants=others))
    comments = tuple(_suppressions(source))
    found = tuple(prompt._replace(suppressions=comments) for prompt in unique(prompts))
    return Extraction(prompts=found, choices=tuple(reader.choices))


class _Reader:
    def __init__(self, source: Source, evaluator: Evaluator) -> None:
        self.source = source
        self.evaluator = evaluator
        self.drafts: list[Draft] = []
        self.choices: list[Choice] = []
        self.taken = Taken(source.path)
        self._spans = sorted((*source.span(value), name) for name, bound in source.names.items() for value, _ in bound)
        self._starts = [start for start, _, _ in self._spans]

    def symbol(self, offset: int) -> str | None:
        """Return the name of the innermost declaration around an offset."""
        for start, end, name in reversed(self._spans[: bisect_right(self._starts, offset)]):
            if start <= offset < end:
                return name
        return None

    # --- calls ---

    def call(self, node: Node) -> None:
        """Take the prompt of a call of the table."""
        row = self._row(node)
        if row is None:
            return
        table = self._arguments(node, row)
        if table is None or ("needs" in row and not any(table.get(name) is not None for name in row["needs"])):
            return
        rows = self._rows(row, table)
        if not any(isinstance(text, Text) and text.literal.strip() for m in rows for _, text in m.turns):
            return
        around = self._around(row, node, table, rows[0])
        self._add(tuple(rows), node, around, sent=True)

    def _row(self, node: Node) -> Mapping[str, Any] | None:
        new = node.type == "new_expression"
        function = node.child_by_field_name("constructor" if new else "function")
        written = re.sub(r"\s+", "", self.source.source(function)) if function is not None else ""
        if len(written) > 400:
            written = written[-400:]
        last = written.rpartition(".")[2].partition("<")[0]
        for row in _table():
            if new:
                if last in row.get("new", ()):
                    return row
                continue
            if any(written == chain or written.endswith("." + chain) for chain in row.get("suffix", ())):
                return row
            if last in row.get("names", ()):
                receiver = written.rpartition(".")[0]
                if "receivers" not in row or re.search(row["receivers"], receiver[-200:]):
                    return row
        return None

    def _arguments(self, node: Node, row: Mapping[str, Any]) -> Table | None:
        arguments = node.child_by_field_name("arguments")
        given = (
            [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
        )
        if not given:
            return None
        value = self.evaluator.value(given[0])
        if "positional" in row:
            value = each(value, templated) if row.get("template") else value
            return Table(((row["positional"], value),))
        return next((option for option in options(value) if isinstance(option, Table)), None)

    def _rows(self, row: Mapping[str, Any], table: Table) -> list[Messages]:
        rows = [Messages()]
        pairs: list[tuple[Role, list[str]]] = [("system", row.get("system", [])), ("user", row.get("user", []))]
        for role, names in pairs:
            for name in names:
                value = _inside(table, name)
                texts = content(value) if value is not None and not isinstance(value, Items) else []
                if texts:
                    rows = [m._replace(turns=(*m.turns, (role, text))) for text in texts for m in rows][:8]
        for name in row.get("messages", ()):
            value = _inside(table, name)
            if value is None or (isinstance(value, Text) and name in row.get("user", ())):
                continue
            rows = [Messages(m.turns + f.turns, m.more + f.more) for f in variants(value) for m in rows][:8]
        return rows

    def _around(self, row: Mapping[str, Any], node: Node, table: Table, messages: Messages) -> Surroundings:
        model, temperature, tools = table.get("model"), table.get("temperature"), table.get("tools")
        if isinstance(model, Text):
            name: str | None = model.text
        else:
            inner = re.search(r"\(\s*[\"'`]([\w.:/-]{2,80})[\"'`]", model.name) if hasattr(model, "name") else None
            name = inner.group(1) if inner is not None else None
        known: tuple[str, ...] | None = None
        if isinstance(tools, Table) and not tools.open:
            known = tuple(key for key, _ in tools.items)
        contract = self._contract(row, node)
        number = temperature.value if isinstance(temperature, Plain) else None
        return Surroundings(
            contract=contract,
            json_mode=contract is None and _json_mode(row, table),
            tools=known,
            model=name,
            temperature=float(number) if isinstance(number, (int, float)) else None,
            few_shot_injected=messages.few_shot,
            history_injected=bool(messages.more),
        )

    def _contract(self, row: Mapping[str, Any], node: Node) -> Contract | None:
        arguments = node.child_by_field_name("arguments")
        first = unwrapped(arguments.named_children[0]) if arguments is not None and arguments.named_children else None
        for path in row.get("contract", ()):
            found = self._pair(first, path.split("."))
            if found is not None:
                return contract_of(self.evaluator, found)
        function = node.child_by_field_name("function")
        for inner in walk(function) if function is not None else ():
            if inner.type == "call_expression":
                last = self.source.source(inner.child_by_field_name("function")).rpartition(".")[2]
                given = inner.child_by_field_name("arguments")
                if last == "withStructuredOutput" and given is not None and given.named_children:
                    return contract_of(self.evaluator, given.named_children[0])
        return None

    def _pair(self, node: Node | None, path: list[str]) -> Node | None:
        """Return the expression under nested keys of an object literal, through the calls around objects."""
        for key in path:
            if node is None:
                return None
            node = unwrapped(node)
            if node.type == "identifier":
                node = self.source.find(self.source.source(node), node) or node
            if node.type == "call_expression":
                arguments = node.child_by_field_name("arguments")
                node = arguments.named_children[0] if arguments is not None and arguments.named_children else node
            pairs = [child for child in node.named_children if child.type == "pair"]
            shorts = [c for c in node.named_children if c.type == "shorthand_property_identifier"]
            found = [p for p in pairs if self.source.source(p.child_by_field_name("key")).strip("\"'") == key]
            if found:
                node = found[-1].child_by_field_name("value")
            else:
                short = [c for c in shorts if self.source.source(c) == key]
                node = self.source.find(key, short[0]) if short else None
        return node

    # --- texts without a call ---

    def leftover(self, node: Node) -> None:
        """Take a list of messages or a text that looks like a prompt and is in none yet."""
        if node.type == "array" and re.search(r"\brole\b[\"']?\s*:", self.source.source(node)[:4000]):
            self._messages(node)
        elif node.type in _STRINGS and (node.parent is None or node.parent.type != "binary_expression"):
            self._text(node, node)
        elif node.type == "binary_expression" and (node.parent is None or node.parent.type != "binary_expression"):
            sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
            if any(side is not None and side.type in (*_STRINGS, "binary_expression") for side in sides):
                self._text(node, node)
        elif node.type == "call_expression" and _joins_lines(node):
            self._text(node, node)

    def _messages(self, node: Node) -> None:
        rows = [m for m in variants(self.evaluator.value(node)) if any(isinstance(t, Text) for _, t in m.turns)]
        texts = [text for m in rows for _, text in m.turns if isinstance(text, Text)]
        if not texts or any(self._is_taken(text) for text in texts):
            return
        literal = " ".join(text.literal for text in texts)
        system = any(role == "system" for m in rows for role, _ in m.turns)
        if likeness.words(literal) < 3 or (not system and likeness.score(literal) < likeness.NAMED):
            return
        around = Surroundings(few_shot_injected=rows[0].few_shot, history_injected=bool(rows[0].more))
        self._add(tuple(rows), node, around, sent=False)

    def _text(self, node: Node, place: Node) -> None:
        start, end = self.source.span(node)
        if end - start < 24 or self.taken.covers(start, end):
            return
        name, never = self._context(place)
        texts = [option for option in options(self.evaluator.value(node)) if isinstance(option, Text)]
        if never or not texts or self._is_taken(texts[0]):
            if never and end - start >= MIN_CHOICE:
                self.choices.append(Choice(False, start, end, never))
            return
        literal = texts[0].literal
        count, points, named = likeness.words(literal), likeness.score(literal), likeness.prompt_name(name)
        needed = likeness.NAMED if named == 2 else likeness.NAMED + 2 if named == 1 else likeness.STRONG
        good = count >= (6 if named == 2 else 8) and points >= needed
        if end - start >= MIN_CHOICE:
            reason = f"it {'speaks' if good else 'does not speak'} like a prompt ({points})"
            self.choices.append(Choice(good, start, end, reason))
        if good:
            role: Role = "user" if re.search(r"user|human", name, re.I) and "system" not in name.lower() else "system"
            rows = tuple(Messages(((role, text),)) for text in texts)
            self._add(rows, node, Surroundings(), sent=False)

    def _context(self, node: Node) -> tuple[str, str]:
        """Return the name that a text goes by, and why it can be no prompt."""
        parent = node.parent
        while parent is not None and parent.type in _THROUGH:
            parent = parent.parent
        if parent is None:
            return "", ""
        if parent.type in _NEVER_PARENTS or parent.type.startswith("jsx"):
            return "", "it is no value that code sends"
        if parent.type == "pair":
            key = self.source.source(parent.child_by_field_name("key")).strip("\"'")
            return key, f"it is a `{key}`" if key in _NEVER_KEYS else ""
        if parent.type in ("arguments", "call_expression", "new_expression"):
            call = parent if parent.type != "arguments" else parent.parent
            function = call.child_by_field_name("function") if call is not None else None
            if call is not None and function is None:
                function = call.child_by_field_name("constructor")
            written = re.sub(r"\s+", "", self.source.source(function))[-200:]
            if _NEVER_CALLS.search(written) or written.endswith("Error"):
                return "", f"it goes to `{written[-60:]}`"
        start, _ = self.source.span(node)
        return self.symbol(start) or "", ""

    def _is_taken(self, text: Text) -> bool:
        return any(self.taken.covers(p.source_start, p.source_end) for p in text.pieces if p.kind in ("text", "escape"))

    def _add(self, rows: tuple[Messages, ...], node: Node, around: Surroundings, *, sent: bool) -> None:
        line = self.source.lines.position(self.source.span(node)[0])[0]
        self.drafts.append(Draft(rows, Use(self.source.path, line), around, sent))
        self.taken.add(rows)


def _joins_lines(node: Node) -> bool:
    """Whether a call is `[…].join(…)`: its array is read as one text."""
    function = node.child_by_field_name("function")
    if function is None or function.type != "member_expression":
        return False
    held, method = function.child_by_field_name("object"), function.child_by_field_name("property")
    return held is not None and held.type == "array" and method is not None and method.text == b"join"


def _inside(value: Value, path: str) -> Value | None:
    for name in path.split("."):
        found = value.get(name) if isinstance(value, Table) else None
        if found is None:
            return None
        value = found
    return value


def _json_mode(row: Mapping[str, Any], table: Table) -> bool:
    for path in (*row.get("contract", ()), *row.get("json", ())):
        value = _inside(table, path)
        kind = value.get("type") if isinstance(value, Table) else value
        if isinstance(kind, Text) and kind.text in ("json_object", "application/json"):
            return True
    return False


def _suppressions(source: Source) -> Iterator[Suppression]:
    """Yield the suppressions in comments: they cover the statement that they stand in or before."""
    if MARK not in source.text:
        return
    for node in walk(source.root):
        if node.type != "comment" or MARK not in source.source(node):
            continue
        start, end = source.span(node)
        line = node.start_point[0]
        statement: Node | None = node.next_named_sibling
        before = node.prev_named_sibling
        if before is not None and before.end_point[0] == line:
            statement = before
        if statement is None:
            statement = node.parent
        covers = source.span(statement) if statement is not None else (start, end)
        item = parse_comment(source.source(node), source.path, start, end, covers)
        if item is not None:
            yield item
