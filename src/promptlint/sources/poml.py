"""POML: elements become messages, headings, lists and example turns, near to what its renderer writes."""

from __future__ import annotations

import re

from promptlint.model import Contract, Document, Extraction, Role, Surroundings
from promptlint.sources.assemble import PromptBuilder
from promptlint.sources.making import empty, failed
from promptlint.sources.nodes import SourceError
from promptlint.sources.pomlscan import Element, Run, scan
from promptlint.sources.project import Project
from promptlint.sources.schemas import mapping
from promptlint.sources.suppress import template_comments
from promptlint.text.dialects import shown_name
from promptlint.text.pieces import SourceSpan

_ROLES: dict[str, Role] = {
    "systemmsg": "system", "systemmessage": "system", "humanmsg": "user", "humanmessage": "user", "usermsg": "user",
    "usermessage": "user", "aimsg": "assistant", "aimessage": "assistant",
}  # fmt: skip
_SPEAKERS: dict[str, Role] = {"system": "system", "human": "user", "user": "user", "ai": "assistant"}
_HIDDEN = frozenset(
    {"outputschema", "stylesheet", "style", "let", "runtime", "meta", "tooldefinition", "tool", "toolrequest",
     "toolresponse", "script"}
)  # fmt: skip
_DATA = frozenset(
    {"document", "doc", "table", "object", "obj", "folder", "tree", "webpage", "img", "image", "audio", "include",
     "conversation", "video"}
)  # fmt: skip
_INLINE = frozenset({"b", "bold", "i", "italic", "em", "strong", "u", "underline", "s", "span", "inline", "a", "sub"})
_TITLES = {"role": "Role", "task": "Task", "outputformat": "Output Format", "stepwiseinstructions":
           "Stepwise Instructions", "hint": "Hint", "introducer": "", "question": "Question"}  # fmt: skip
_LINE = re.compile(r"[ \t]*(?P<body>[^\r\n]*?)[ \t]*(?P<end>\r\n|\r|\n|\Z)")


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002, ARG001
    """Return the one prompt of a POML file."""
    text, path = document.text, document.path
    if not text.strip():
        return empty(document)
    try:
        root = scan(text)
    except SourceError as error:
        return failed(document, error)
    writer = _Writer(path, root)
    writer.content(root)
    prompt = writer.out.build(id=f"{path}#0", path=path, format=format, host="poml", dialect="mustache")
    if not prompt.text.strip():
        return empty(document, 0, "the file holds no text that a model would receive")
    prompt = prompt._replace(around=_around(root, path), suppressions=template_comments(text, path, "poml"))
    return Extraction(prompts=(prompt,))


class _Writer:
    """Walks the tree and writes what the model would receive; captions and bullets stand in no file."""

    def __init__(self, path: str, root: Element) -> None:
        self.path = path
        self.out = PromptBuilder()
        self.default: Role = "system" if any(_role(item) == "user" for item in _elements(root)) else "user"
        self.role: Role | None = None
        self.fresh = True
        """Whether the text ends at the beginning of a line."""
        self.written = False
        """Whether the message holds text."""
        self.pending = ""
        """Line breaks that are written before the next text of the message, if any comes."""

    def start(self, role: Role) -> None:
        if role != self.role:
            self.out.message(role, self.path)
            self.role, self.fresh, self.pending = role, True, ""
            self.written = False

    def line(self) -> None:
        """Go to a new line, unless there is one."""
        if not self.fresh:
            self.pending, self.fresh = "\n", True

    def ready(self) -> None:
        """Have a message open, at the place where the next text goes."""
        self.start(self.role or self.default)
        if self.pending:
            self.out.join(self.pending)
        self.pending, self.fresh, self.written = "", False, True

    def say(self, text: str) -> None:
        self.ready()
        self.out.join(text)

    def content(self, element: Element) -> None:
        for child in element.children:
            if isinstance(child, Run):
                self.run(child)
            else:
                self.element(child)

    def run(self, run: Run) -> None:
        if run.kind == "comment":
            self.out.control(run.text, self.path, run.start, run.end)
            return
        if run.kind == "text":
            self.text(run)
            return
        self.ready()
        if run.kind == "expression":
            self.out.placeholder(shown_name(run.text), self.path, run.start, run.end)
        else:
            self.out.escape(run.text, self.path, run.start, run.end)

    def text(self, run: Run) -> None:
        """Write text line by line without its indent; blanks beside inline elements stay."""
        for match in _LINE.finditer(run.text):
            body = match.group("body")
            first = match.start("body")
            if match.start() > 0 and run.text[match.start() - 1] not in "\r\n":
                continue
            if match.start() == 0 and not self.fresh and body:
                first = 0
            last = match.end("body")
            if not match.group("end") and body:
                last = len(run.text)
            if last > first and (body or not self.fresh) and (body or not match.group("end")):
                self.ready()
                self.out.text(run.text[first:last], self.path, run.start + first)
            if match.group("end"):
                self.line()

    def element(self, element: Element) -> None:
        name = element.name
        if name in _HIDDEN:
            return
        role = _role(element)
        if name in ("example", "exampleset", "examples") and role is None:
            self.example(element)
            return
        if name in _DATA and not element.children:
            self.data(element)
            return
        if name in _INLINE:
            self.content(element)
            return
        before = self.role
        if role is not None:
            self.start(role)
        elif before is None:
            self.start(self.default)
        self.block(element)
        if role is not None and before is not None and before != role:
            self.role = None

    def block(self, element: Element) -> None:
        self.line()
        caption = element.attributes.get("caption")
        title = _TITLES.get(element.name)
        if self.written and (title or caption is not None):
            self.pending = "\n\n"
        if caption is not None and caption.text:
            self.say("# ")
            self.out.text(caption.text, self.path, caption.start)
            self.line()
        elif title:
            self.say(f"# {title}")
            self.line()
        if element.name in ("item", "li"):
            self.say("- ")
        elif element.name in ("h", "heading", "title"):
            self.say("# ")
        self.content(element)
        self.line()

    def data(self, element: Element) -> None:
        """A file or a value that is inserted when the prompt is rendered."""
        value = element.attributes.get("data") or element.attributes.get("records") or element.attributes.get("src")
        shown = value.text if value is not None else element.value("url", "buffer") or element.name
        self.ready()
        self.out.placeholder(shown_name(shown.strip("{} ")), self.path, element.start, element.end)

    def example(self, element: Element) -> None:
        """Inputs and outputs of examples are turns of their own, unless `chat="false"` keeps them in the text."""
        if element.name != "example":
            self.content(element)
            return
        plain = element.value("chat") == "false"
        for child in element.children:
            if isinstance(child, Run):
                if child.text.strip():
                    self.run(child)
                continue
            kind = child.name.removeprefix("example")
            if kind not in ("input", "output"):
                self.element(child)
            elif plain:
                self.line()
                self.say("Input: " if kind == "input" else "Output: ")
                self.content(child)
                self.line()
            else:
                self.role = None
                self.start("user" if kind == "input" else "assistant")
                self.content(child)
        if not plain:
            self.role = None


def _role(element: Element) -> Role | None:
    speaker = element.value("speaker")
    return _SPEAKERS.get(speaker.lower()) if speaker else _ROLES.get(element.name)


def _elements(root: Element) -> list[Element]:
    found = []
    stack = [root]
    while stack:
        element = stack.pop()
        below = [child for child in element.children if isinstance(child, Element)]
        found += below
        stack.extend(below)
    return found


def _around(root: Element, path: str) -> Surroundings:
    contract, model, temperature = None, None, None
    tools, names, brought = [], [], False
    for element in sorted(_elements(root), key=lambda item: item.start):
        if element.name == "outputschema" and contract is None:
            contract = _contract(element, path)
        elif element.name == "runtime":
            model = element.value("model")
            written = element.value("temperature")
            temperature = float(written) if written and re.fullmatch(r"\d(?:\.\d+)?", written) else None
        elif element.name in ("tool", "tooldefinition"):
            tools.append(element.value("name") or "tool")
        elif element.name == "let" and element.value("name"):
            names.append(element.value("name") or "")
        elif element.name == "example":
            brought |= any(_is_brought(child) for child in element.children)
    return Surroundings(
        contract=contract,
        tools=tuple(tools) or None,
        model=model,
        temperature=temperature,
        variables=tuple(names) or None,
        few_shot_injected=brought,
    )


def _is_brought(part: Run | Element) -> bool:
    """Whether the output of an example comes from a file: it holds no words of its own."""
    if isinstance(part, Run) or part.name.removeprefix("example") != "output":
        return False
    held = [child for child in part.children if not (isinstance(child, Run) and child.kind == "comment")]
    return any(isinstance(child, Element) and child.name in _DATA for child in held) and not any(
        isinstance(child, Run) and child.text.strip() for child in held
    )


def _contract(element: Element, path: str) -> Contract:
    from promptlint.sources.nodes import Node

    inner = "".join(child.text for child in element.children if isinstance(child, Run) and child.kind == "text")
    dynamic = any(isinstance(child, Run) and child.kind == "expression" for child in element.children)
    schema = None if dynamic else mapping(Node("string", 0, 0, inner.strip()))
    return Contract("output-schema", enforced=True, schema=schema, source=SourceSpan(path, element.start, element.end))
