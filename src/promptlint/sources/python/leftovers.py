"""Texts that no call of the table shows: message lists, `*_PROMPT` constants, arguments called `system_prompt`, and
strings that speak like a prompt."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from promptlint.model import Choice, Role, Surroundings, Use
from promptlint.sources.python import calls, likeness, whereabouts
from promptlint.sources.python.beside import Beside, shows
from promptlint.sources.python.drafts import Draft, calls_in
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.index import Loaded
from promptlint.sources.python.messages import Messages, content, variants
from promptlint.sources.python.scopes import FunctionNode, Place
from promptlint.sources.python.spelling import TEXT_CALLS, holds_roles, is_text, target_name
from promptlint.sources.python.values import Text, Value, options
from promptlint.sources.python.whereabouts import AROUND, MIN_TEXT, TEXTS, is_plain
from promptlint.text import lazy_re as re

if TYPE_CHECKING:
    from promptlint.sources.python.building import Taken

MIN_CHOICE = 60
"""Shorter strings are not worth a word in `inspect --why`."""
_OF_MESSAGE = "content of a message"
_CLEARLY = 8
"""From this score on a text speaks like a prompt whatever it is called."""


class Rest(NamedTuple):
    """What else a file holds."""

    drafts: list[Draft]
    choices: tuple[Choice, ...]


class _Context(NamedTuple):
    """Where a text stands: the name that it goes by, and whether a text there can be a prompt at all."""

    name: str = ""
    never: str = ""
    part: bool = False
    """It is the text part of a message's content."""


_ANYWHERE = _Context()
"""Nothing is known of where a text stands."""


def find(loaded: Loaded, evaluator: Evaluator, taken: Taken) -> Rest:
    """Return the drafts of texts that are in no draft yet, and why strings were taken or left."""
    walk = _Walk(loaded, evaluator, taken)
    for place in loaded.touching(whereabouts.FILLS):
        walk.fills(place)
    for place in loaded.touching(whereabouts.JOINS):
        walk.joins(place)
    for place in loaded.on(whereabouts.lines_of_interest(loaded.module.text)):
        walk.statement(place)
    return Rest(walk.drafts, tuple(walk.choices))


def _least(count: int, part: bool) -> int:
    """Return how much a text of so many words must speak like a prompt where its name says that it is one.

    `part`: a function keeps the text under a name of its own, as it does with parts of what it puts together.
    """
    if count >= likeness.LONG and not part:
        return 1
    return likeness.NAMED if count >= 8 else likeness.NAMED + 1


def _is_text_part(node: ast.Dict) -> bool:
    """Whether a dict is `{"type": "text", "text": ...}`, a part of a message's content."""
    return any(
        isinstance(key, ast.Constant)
        and key.value == "type"
        and isinstance(value, ast.Constant)
        and value.value in ("text", "input_text")
        for key, value in zip(node.keys, node.values, strict=True)
    )


def _speaks(node: ast.JoinedStr, name: str) -> bool:
    """Whether an f-string may be a prompt: by its name, its own words, or because it joins texts, line by line."""
    own = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return "\n" in own or likeness.prompt_name(name) > 0 or likeness.score(own) > 0


class _Walk:
    def __init__(self, loaded: Loaded, evaluator: Evaluator, taken: Taken) -> None:
        self.module = loaded.module
        self.evaluator = evaluator
        self.taken = taken
        self.drafts: list[Draft] = []
        self.choices: list[Choice] = []
        self.shown = False
        """Whether the call that is looked at has examples among its arguments."""
        self.beside = Beside(evaluator)
        self.place: Place

    def fills(self, place: Place) -> None:
        """Find `PROMPT.format(...)`: the template and what is passed to it."""
        for node in calls_in(place.statement):
            if not isinstance(node.func, ast.Attribute) or node.func.attr not in calls.TEMPLATE_METHODS:
                continue
            if isinstance(node.func.value, (ast.Constant, ast.JoinedStr)):
                continue
            value = self.evaluator.value(node, place.scope)
            texts = [option for option in options(value) if isinstance(option, Text)]
            if not texts or self._is_taken(texts[0]):
                continue
            name = calls.dotted_name(node.func.value).rpartition(".")[2]
            if len(texts[0].literal) >= MIN_TEXT and self._judge(texts[0].literal, name)[0]:
                self.place = place
                self._take(texts, node, name)

    def joins(self, place: Place) -> None:
        """Find `"\\n".join(parts)`: the whole text, before its parts are looked at one by one."""
        self.place = place
        name = self._name()
        for node in calls_in(place.statement):
            if calls.last_name(node.func) != "join" or len(node.args) != 1:
                continue
            separator = getattr(node.func, "value", None)
            lines = isinstance(separator, ast.Constant) and "\n" in str(separator.value)
            if isinstance(node.args[0], ast.List) or not (lines or likeness.prompt_name(name)):
                continue
            texts = self._texts(node, _Context(name), False)
            if texts and not self._is_taken(texts[0]) and self._judge(texts[0].literal, name)[0]:
                self._take(texts, node, name)

    def _name(self) -> str:
        """Return the name that the value of the statement goes by."""
        statement = self.place.statement
        if isinstance(statement, ast.Assign):
            return target_name(statement.targets[0])
        if isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
            return target_name(statement.target)
        return self._function_name() if isinstance(statement, ast.Return) else ""

    def statement(self, place: Place) -> None:
        """Look at the expressions of one statement."""
        self.place = place
        statement = place.statement
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)):
            if not is_plain(statement.value):
                self.visit(statement.value, _Context(self._name()))
        elif isinstance(statement, ast.Expr):
            docstring = isinstance(statement.value, ast.Constant)
            self.visit(statement.value, _Context(never="a docstring") if docstring else _ANYWHERE)
        elif isinstance(statement, (ast.Raise, ast.Assert)):
            for child in ast.iter_child_nodes(statement):
                self.visit(child, _Context(never="the text of an error"))
        elif isinstance(statement, FunctionNode):
            self._defaults(statement)
        else:
            for field in whereabouts.HEADS.get(type(statement), ()):
                held = getattr(statement, field)
                for inner in held if isinstance(held, list) else [held]:
                    self.visit(inner, _ANYWHERE)

    def _defaults(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = function.args
        positional = [*arguments.posonlyargs, *arguments.args]
        for argument, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
            if not is_plain(default):
                self.visit(default, _Context(argument.arg))
        for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=False):
            if not is_plain(value):
                self.visit(value, _Context(argument.arg))
        for decorator in function.decorator_list:
            self.visit(decorator, _ANYWHERE)

    def _function_name(self) -> str:
        scope = self.place.scope
        return getattr(scope.node, "name", "") if scope.is_function else ""

    def visit(self, node: ast.AST | None, context: _Context, depth: int = 0) -> None:
        """Look for texts in an expression."""
        while type(node) in AROUND:
            node = node.value  # type: ignore[union-attr]  # what these have in common
        if node is None or is_plain(node) or depth > 80:
            return
        kind = type(node)
        if kind is ast.Constant or (kind in TEXTS and is_text(node)):
            self._candidate(node, context)
        elif kind in _VISITS:
            _VISITS[kind](self, node, context, depth)
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child, context, depth + 1)

    def _compare(self, node: ast.Compare, context: _Context, depth: int) -> None:
        for operand in (node.left, *node.comparators):
            if not is_plain(operand):
                self.visit(operand, _Context(context.name, "it is compared", context.part), depth + 1)

    def _subscript(self, node: ast.Subscript, context: _Context, depth: int) -> None:
        if not is_plain(node.value):
            self.visit(node.value, _Context(never=context.never), depth + 1)

    def _dict(self, node: ast.Dict, context: _Context, depth: int) -> None:
        keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
        if "role" in keys and keys & {"content", "parts"} and not context.never and self._messages(node):
            return
        schema = "properties" in keys or "parameters" in keys
        part = "text" in keys and len(keys) == 2 and _is_text_part(node)
        for key, value in zip(node.keys, node.values, strict=True):
            if is_plain(value):
                continue
            name = str(key.value) if isinstance(key, ast.Constant) else context.name
            described = schema or ("type" in keys and name == "description")
            never = "it belongs to a schema" if described else context.never
            self.visit(value, _Context(name, never, part and name == "text"), depth + 1)

    def _list(self, node: ast.List | ast.Tuple, context: _Context, depth: int) -> None:
        if not context.never and self._messages(node):
            return
        texts = [child for child in node.elts if is_text(child)]
        if len(texts) > 1 and len(texts) == len(node.elts) and likeness.prompt_name(context.name) == 2:
            self._listed(node, context)
            return
        for child in node.elts:
            self.visit(child, context, depth + 1)

    def _listed(self, node: ast.List | ast.Tuple, context: _Context) -> None:
        """A list of texts under a prompt's name: instructions, line by line, where they are short; else one each."""
        for child in node.elts:
            self._candidate(child, context)

    def _call(self, node: ast.Call, context: _Context, depth: int) -> None:
        name = calls.last_name(node.func)
        barred = name in whereabouts.NEVER or name.endswith(whereabouts.FAULTS)
        never = context.never or (f"it goes to `{name}`" if barred else "")
        if not never and name in self.evaluator.index.sdk.classes and self._message(node):
            return
        bare = _Context("", never) if never else _ANYWHERE
        if not isinstance(node.func, ast.Name):
            self.visit(node.func, bare, depth + 1)
        inner = _Context(context.name, never) if name in TEXT_CALLS else bare
        for argument in node.args:
            if not is_plain(argument):
                self.visit(argument, inner, depth + 1)
        outside, self.shown = self.shown, self.shown or shows(node)
        for keyword in node.keywords:
            if is_plain(keyword.value):
                continue
            default = name == "Field" and keyword.arg == "default"
            blocked = context.never if default else never
            if keyword.arg in whereabouts.TOLD:
                blocked = blocked or f"it is a `{keyword.arg}`"
            self.visit(keyword.value, _Context(context.name if default else keyword.arg or "", blocked), depth + 1)
        self.shown = outside

    # --- decisions ---

    def _messages(self, node: ast.AST) -> bool:
        """Take a literal list of messages, or one message."""
        if not isinstance(node, ast.Dict) and not holds_roles(node):
            return False
        value = self.evaluator.value(node, self.place.scope)
        rows = [row for row in variants(value) if any(isinstance(text, Text) for _, text in row.turns)]
        roles: set[Role] = {role for row in rows for role, _ in row.turns}
        texts = [text for row in rows for _, text in row.turns if isinstance(text, Text)]
        if not rows or not texts:
            return False
        if any(self._is_taken(text) for text in texts):
            return True
        literal = " ".join(text.literal for text in texts)
        if "system" not in roles and likeness.score(literal) < likeness.NAMED:
            return False
        if "system" in roles and likeness.words(literal) < 3:
            return False
        self._draft(tuple(rows), node)
        return True

    def _message(self, node: ast.Call) -> bool:
        """Take the content of a message object: `UserMessage(content=...)`."""
        value = self.evaluator.value(node, self.place.scope)
        rows = [row for row in variants(value) if any(isinstance(text, Text) for _, text in row.turns)]
        turns = [(role, text) for row in rows for role, text in row.turns if isinstance(text, Text)]
        if not turns or any(role not in ("system", "user") for role, _ in turns):
            return False
        if any(self._is_taken(text) for _, text in turns):
            return True
        if not self._judge(turns[0][1].literal, _OF_MESSAGE)[0]:
            return False
        self._draft(tuple(rows), node)
        return True

    def _candidate(self, node: ast.AST, context: _Context) -> None:
        if not isinstance(node, ast.expr):
            return
        start, end = self.module.span(node)
        if end - start < MIN_TEXT or self.taken.covers(start, end):
            return
        if context.never:
            self._left(start, end, context.never)
            return
        kept = self.place.scope.is_function and isinstance(
            self.place.statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)
        )
        grows = self._grows(node, context)
        if isinstance(node, ast.JoinedStr) and not grows and not _speaks(node, context.name):
            self._left(start, end, "what it says itself does not speak like a prompt")
            return
        texts: list[Text] = []
        # Where its characters stand matters only once a literal is taken.
        literal = node.value if isinstance(node, ast.Constant) and not grows else None
        if not isinstance(literal, str):
            texts = self._texts(node, context, grows)
            if not texts:
                return
            literal = texts[0].literal
        good, reason = self._judge(literal, _OF_MESSAGE if context.part else context.name, part=kept or context.part)
        if good and not texts:
            texts = self._texts(node, context, grows)
        if not good:
            self._left(start, end, reason)
            return
        self._take(texts, node, _OF_MESSAGE if context.part else context.name)
        if end - start >= MIN_CHOICE:
            self.choices.append(Choice(True, start, end, reason))

    def _texts(self, node: ast.expr, context: _Context, grows: bool) -> list[Text]:
        value = self._whole(node, context) if grows else self.evaluator.value(node, self.place.scope)
        return [text for option in options(value) for text in content(option) if isinstance(text, Text)]

    def _grows(self, node: ast.expr, context: _Context) -> bool:
        """Whether `+=` adds to the name of a text later."""
        bindings = self.place.scope.bindings.get(context.name, ())
        statement = self.place.statement
        return isinstance(statement, ast.Assign) and statement.value is node and any(b.kind == "add" for b in bindings)

    def _whole(self, node: ast.expr, context: _Context) -> Value:
        """Return the text of an expression, with what `+=` adds to its name later."""
        scope = self.place.scope
        value = self.evaluator.lookup(context.name, scope, None)
        texts = [option for option in options(value) if isinstance(option, Text)]
        first = self.module.span(node)[0]
        if any(p.path == self.module.path and p.source_start >= first for t in texts for p in t.pieces[:1]):
            return value
        return self.evaluator.value(node, scope)

    def _judge(self, literal: str, name: str, *, part: bool = False) -> tuple[bool, str]:
        count = likeness.words(literal)
        if count < 4 or len(literal) < MIN_TEXT:
            return False, "it is too short"
        named, points = likeness.prompt_name(name) if name != _OF_MESSAGE else 2, likeness.score(literal)
        if named == 2 and points >= _least(count, part):
            return True, f"`{name}` is a prompt's name, and it speaks like a prompt ({points})"
        if named == 1 and points >= likeness.NAMED + (1 if count >= 2 * likeness.LONG else 2):
            return True, f"`{name}` may name a prompt, and it speaks like one ({points})"
        if points >= likeness.STRONG and count >= 8:
            return True, f"it speaks like a prompt ({points})"
        return False, f"it does not speak like a prompt ({points})"

    def _is_taken(self, text: Text) -> bool:
        return any(
            self.taken.covers(p.source_start, p.source_end)
            for p in text.pieces
            if p.path == self.module.path and p.kind in ("text", "escape")
        )

    def _take(self, texts: list[Text], node: ast.AST, name: str) -> None:
        role: Role = "user" if re.search(r"user|human", name, re.I) and "system" not in name.lower() else "system"
        named = name == _OF_MESSAGE or likeness.prompt_name(name) == 2 or likeness.score(texts[0].literal) >= _CLEARLY
        self._draft(tuple(Messages(((role, text),)) for text in texts), node, named=named)

    def _draft(self, rows: tuple[Messages, ...], node: ast.AST, *, named: bool = True) -> None:
        use = Use(self.module.path, getattr(node, "lineno", 1))
        examples, contract = self.beside.of(self.place.scope)
        around = Surroundings(
            contract=contract,
            few_shot_injected=self.shown or examples or any(row.few_shot for row in rows),
            history_injected=any(bool(row.more) for row in rows),
            named=named,
        )
        draft = Draft(rows, use, around, False, frozenset(self.evaluator.depends))
        self.drafts.append(draft)
        self.taken.add(rows)

    def _left(self, start: int, end: int, reason: str) -> None:
        if end - start >= MIN_CHOICE:
            self.choices.append(Choice(False, start, end, reason))


_VISITS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Dict: _Walk._dict,
    ast.List: _Walk._list,
    ast.Tuple: _Walk._list,
    ast.Call: _Walk._call,
    ast.Compare: _Walk._compare,
    ast.Subscript: _Walk._subscript,
}
