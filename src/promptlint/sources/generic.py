"""Prompts as string values under keys that say so, in data files of no known format."""

from __future__ import annotations

import re
from itertools import groupby

from promptlint.model import Contract, Surroundings
from promptlint.sources import markers
from promptlint.sources.making import Maker, Turn
from promptlint.sources.nodes import Node
from promptlint.sources.shapes import chat_turns, role_of_key, speaks
from promptlint.text.pieces import SourceSpan

_KEY = re.compile(
    r"(?:^|[_\-. ])(?:(?:system|sys|user|human|custom|base|meta|assistant)[_\- ]?)?"
    r"(?:prompts?|instructions?|prompt[_\-]?templates?|system[_\-]?(?:message|msg|template)|preamble|persona)"
    r"(?:[_\-](?:template|text|string|prefix|suffix|v?\d+|en))?$|^(?:system|user|assistant|template|content)$"
    r"|(?:^|_)(?:instruction|system|instance|user|prompt|query|context)_template$|^role_description$",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WEAK = frozenset({"user", "assistant", "template", "content", "system", "role_description"})
_SECTION = re.compile(
    r"^(?:role|objectives?|goals?|tasks?|tools?|examples?|schema|instructions?|context|constraints|rules|output|"
    r"output[_ ]format|format|persona|backstory|background|style|tone|steps|description|expected_output|identity|"
    r"introduction|principles|generation|personality)$",
    re.I,
)
_HEADS = frozenset(
    {"role", "objective", "goal", "task", "instructions", "instruction", "persona", "backstory", "introduction"}
    | {"principles", "generation", "personality"}
)
_LONG = 25
_RECORDED = frozenset({"interactions", "recorded_with", "http_interactions"})
_SENT = frozenset({"messages", "prompt", "input", "request"})
_CAME_BACK = frozenset({"response", "outputs", "output", "completion", "choices"})
_TOOK = frozenset({"usage", "cost", "latency", "timestamp", "created_at", "duration", "elapsed", "response_time"})
_SCHEMA_KEY = re.compile(r"^(?:response|output)_(?:json_)?schema$", re.I)


def keyed(maker: Maker, root: Node) -> bool:
    """Take strings under prompt-like keys; for a file that was only found, those that also read like prompts."""
    if root.kind == "map" and _RECORDED & set(root.keys):
        return False
    walk = _Walk(maker)
    walk.node(root, ())
    if not maker.prompts and walk.placed:
        walk.unlabelled(root, ())
    return bool(maker.prompts)


class _Walk:
    """One pass over a tree; a text that the file repeats is taken once."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.named = maker.named
        from promptlint.sources.structured import is_placed

        self.placed = maker.named or is_placed(maker.document.path)
        self.seen: set[str] = set()
        self.visited: set[int] = set()

    def node(self, node: Node, path: tuple[str, ...]) -> None:
        if id(node) in self.visited:
            return
        self.visited.add(id(node))
        if node.kind == "list":
            turns = chat_turns(node)
            if turns is not None:
                if any(speaks(part, 3) for turn in turns for part in turn.parts):
                    self.take(turns, path)
                return
            for index, item in enumerate(node.items):
                self.node(item, (*path, str(index)))
                if item.kind == "string" and path and path[-1] not in _WEAK and self.prompt_key(path[-1]):
                    self.one(item, path[-1], (*path, str(index)))
            return
        if node.kind != "map" or _recorded(node) or self.sections(node, path):
            return
        used = self.conversation(node, path) | self.parametrised(node, path)
        used |= self.beside_messages(node, path)
        used |= self.pairs(node, path, used)
        for key, value in node.pairs:
            if key.text in used:
                continue
            if value.kind == "string":
                if self.prompt_key(key.text, path):
                    self.one(value, key.text, (*path, key.text), node)
            else:
                self.node(value, (*path, key.text))

    def prompt_key(self, key: str, path: tuple[str, ...] = ()) -> bool:
        """Whether a key says that its string is a prompt; a weak word needs the keys above it, or a prompt file."""
        snake = _CAMEL.sub("_", key).lower()
        if _FOR_PEOPLE.search(snake):
            return False
        if _KEY.search(snake) is None:
            return self.placed and bool(path) and _PLURAL.fullmatch(path[-1]) is not None and snake not in _META
        return snake not in _WEAK or self.placed or any(_KEY.search(above.lower()) for above in path)

    def sections(self, node: Node, path: tuple[str, ...]) -> bool:
        """A prompt written as its sections (`Role:`, `Objective:`, …) is one prompt."""
        found = [(key.text.lower(), value) for key, value in node.pairs if _SECTION.match(key.text)]
        texts = [(key, value) for key, value in found if speaks(value, 3)]
        heads = {key for key, _ in texts} & _HEADS
        least = 2 if "personality" in heads else 3  # a word that hardly names anything else
        if len(texts) < least or len(heads) < 2 or not self.likes(max(texts, key=lambda pair: len(pair[1].text))[1]):
            return False
        return self.take([Turn("system", tuple(value for _, value in texts))], path)

    def beside_messages(self, node: Node, path: tuple[str, ...]) -> set[str]:
        """A system text with a list of messages beside it is one prompt."""
        names = {key.text for key, value in node.pairs if _SYSTEM.fullmatch(key.text) and speaks(value, 3)}
        lists = {key.text for key, value in node.pairs if _PLURAL.fullmatch(key.text) and chat_turns(value) is not None}
        if len(names) != 1 or len(lists) != 1:
            return set()
        system, messages = node.get(*names), node.get(*lists)
        if system is None or not self.likes(system):
            return set()
        self.take([Turn("system", (system,)), *(chat_turns(messages) or [])], (*path, *names), node)
        return names | lists

    def pairs(self, node: Node, path: tuple[str, ...], taken: set[str]) -> set[str]:
        """Take keys that are parts of one prompt: system and user texts, text before and after a history."""
        held = {key.text: _said(value) for key, value in node.pairs if key.text not in taken}
        strings = {key: value for key, value in held.items() if value is not None and value.text.strip()}
        used: set[str] = set()
        for key in strings:
            if key in used:
                continue
            for first, second in _PARTNERS:
                other = re.sub(first, second, key, count=1)
                if other == key or other not in strings or other in used:
                    continue
                last = "user" if second in ("append", "user", "instance") else role_of_key(other)
                turns = [Turn(role_of_key(key), (strings[key],)), Turn(last, (strings[other],))]
                if not any(speaks(strings[name], 3) and self.likes(strings[name]) for name in (key, other)):
                    continue
                if self.take(turns, (*path, key), node):
                    used |= {key, other}
                break
        return used

    def conversation(self, node: Node, path: tuple[str, ...]) -> set[str]:
        """General instructions and a sample conversation, as guardrail configurations keep them, are one prompt.

        Its turns are few-shot messages: the model is shown how the bot answers.
        """
        instructions, sample = node.get("instructions"), node.get("sample_conversation")
        if sample is None or sample.kind != "string" or not sample.text.strip():
            return set()
        listed = instructions.items if instructions is not None else ()
        parts = [part for item in listed if (part := item.get("content")) is not None and part.kind == "string"]
        if not parts and not self.named:
            return set()
        lines = markers.split_node(sample, markers.COLANG, "user") or [Turn("system", (sample,))]
        spoken = groupby(lines, key=lambda turn: turn.role)
        shown = [Turn(role, tuple(part for turn in held for part in turn.parts)) for role, held in spoken]
        turns = [Turn("system", tuple(parts)), *shown] if parts else shown
        self.take(turns, (*path, "instructions" if parts else "sample_conversation"))
        return {"instructions", "sample_conversation"}

    def parametrised(self, node: Node, path: tuple[str, ...]) -> set[str]:
        """A text as the `value` of an entry that lists its `parameters` is a template, as PyRIT keeps them."""
        value = node.get("value")
        if value is None or value.kind != "string" or node.get("parameters") is None:
            return set()
        if not (speaks(value) and self.likes(value)):
            return set()
        self.take([Turn("user", (value,))], (*path, "value"), node)
        return {"value"}

    def unlabelled(self, node: Node, path: tuple[str, ...]) -> None:
        """In a prompt file with no key that is known, take the long texts that clearly speak to a model."""
        from promptlint.sources.plain import signs_of

        if node.kind == "string" and speaks(node, _LONG) and len(signs_of(node.text)) >= 2:
            self.take([Turn("user", (node,))], path)
        for index, item in enumerate(node.items):
            self.unlabelled(item, (*path, str(index)))
        for key, value in node.pairs:
            self.unlabelled(value, (*path, key.text))

    def one(self, value: Node, key: str, path: tuple[str, ...], owner: Node | None = None) -> None:
        if speaks(value) and self.likes(value):
            self.take([Turn(role_of_key(key), (value,))], path, owner)

    def likes(self, value: Node) -> bool:
        """In a file that nobody named, only text that reads like a prompt is one."""
        from promptlint.sources.plain import signs_of

        return self.named or len(signs_of(value.text)) >= (1 if self.placed else 2)

    def take(self, turns: list[Turn], path: tuple[str, ...], owner: Node | None = None) -> bool:
        texts = {part.text for turn in turns for part in turn.parts}
        if texts <= self.seen:
            return True
        self.seen |= texts
        around = self.around(owner) if owner is not None else None
        return self.maker.prompt(turns, symbol=".".join(path) or None, around=around) is not None

    def around(self, owner: Node) -> Surroundings:
        from promptlint.sources.schemas import schema_contract

        for key, value in owner.pairs:
            if _SCHEMA_KEY.match(key.text) and value.kind in ("string", "map"):
                contract = schema_contract(value, self.maker.document.path, key.text, enforced=False)
                return Surroundings(contract=contract, model=owner.string("model"))
            if _CHOICE_KEY.fullmatch(key.text) and (choices := _choices(value)):
                source = SourceSpan(self.maker.document.path, value.start, value.end)
                contract = Contract(key.text, enforced=False, schema={"type": "string", "enum": choices}, source=source)
                return Surroundings(contract=contract, model=owner.string("model"))
        return Surroundings(model=owner.string("model"))


def _recorded(node: Node) -> bool:
    """Whether a mapping is the log of a call: what was sent, what came back, and what it took."""
    keys = set(node.keys)
    return bool(keys & _SENT and keys & _CAME_BACK and keys & _TOOK)


def _said(value: Node) -> Node | None:
    """Return the string of a value, or the one that it keeps as `value`, `text` or `content`."""
    inner = value.get("value", "text", "content") if value.kind == "map" else value
    return inner if inner is not None and inner.kind == "string" else None


def _choices(value: Node) -> list[str]:
    """Return the answers a file declares: a list of strings, the keys of their scores, or a word of single letters."""
    names = [item.text for item in value.items if item.kind == "string"] or [name.text for name, _ in value.pairs]
    if value.kind == "string" and value.text.isupper() and value.text.isalpha() and len(value.text) <= 10:
        names = list(value.text)
    return names if 2 <= len(names) <= 60 else []


_CHOICE_KEY = re.compile(
    r"(?:answer_|output_|allowed_|valid_)?(?:choices|choice_(?:strings|scores)|labels|classes)", re.I
)
"""A grader or classifier declares its answers beside its prompt; what runs it tells the model."""
_FOR_PEOPLE = re.compile(
    r"(?:confirm\w*|password|login|shell|install\w*|consent|permission|cookie|input|placeholder|cli|terminal)"
    r"[_\- ]prompt$"
)
"""A question to the person at the keyboard is no prompt."""
_META = frozenset(
    {"name", "id", "task", "type", "title", "description", "model", "mode", "version", "engine", "output_parser", "key",
     "label", "language", "category", "author", "url", "path", "file", "notes", "comment"}
)  # fmt: skip
_SYSTEM = re.compile(r"sys(?:tem)?(?:_(?:prompt|message|template))?", re.I)
_PLURAL = re.compile(r".*(?:prompts|instructions|personas|templates|messages)", re.I)
_PARTNERS = (
    (r"(?i)^sys(?:tem)?(?=$|[_\W])", "user"),
    (r"(?i)(?<=_)sys(?:tem)?(?=$|[_\W])", "user"),
    (r"(?i)^system(?=_(?:prompt|template))", "instance"),
    (r"(?i)(?<=_)prepend(?=_prompt)|^prepend(?=_prompt)", "append"),
)
