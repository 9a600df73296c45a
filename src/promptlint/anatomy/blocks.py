"""Text to blocks: headings, tags, list items, fences, tables, labels and paragraphs, by one pass over the lines.

Prompts are only loosely Markdown: bold lines and capitals serve as headings, tags stand for sections, fences hold
prose. So this scanner knows the shapes that prompts use, in linear time, and no more of CommonMark than that.
"""

from __future__ import annotations

from promptlint.model import Block, BlockKind
from promptlint.text import lazy_re as re
from promptlint.text.records import NamedTuple

_PROSE = frozenset({"", "markdown", "md", "text", "txt", "prompt", "plaintext"})
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FENCE = re.compile(r"(?P<indent>[ \t]*)(?:[-*] )?(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`\s]*)[^`]*$", needs="``` ~~~")
_HEADING = re.compile(r"[ \t]{0,8}(?P<marks>#{1,6})(?:[ \t]+|(?=[^#\s!]))(?P<title>[^\r\n]*?)[ \t#]*$", needs="#")
_BOLD_HEADING = re.compile(
    r"[ \t]*(?:\d+[.)][ \t]*)?(?:\*\*|__)[ \t]*(?P<title>[^*_\r\n]{1,90}?)[ \t]*(?:\*\*|__)[ \t]*[:：]?[ \t]*$",
    needs="** __",
)
_FRAMED_HEADING = re.compile(
    r"[ \t]*(?:={2,}|-{2,}|\*{3,}|~{2,}|【|\[|#{2,})[ \t]*(?P<title>[^\r\n={}\[\]【】]{2,70}?)[ \t]*"
    r"(?:={2,}|-{2,}|\*{3,}|~{2,}|】|\]|#{2,})[ \t]*[:：]?[ \t]*$",
    needs="== -- *** ~~ 【 [ ##",
)
_CAPITALS = re.compile(r"[ \t]*(?P<title>[A-Z][A-Z0-9 &/()'_,-]{3,60})[ \t]*[:：]?[ \t]*$")
_UNDERLINE = re.compile(r"[ \t]*(?:={3,}|-{3,})[ \t]*$", needs="=== ---")
_RULE = re.compile(
    r"[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,}|~{4,}|#{4,}|(?:- ){3,}-?)[ \t]*$",
    needs=("---", "===", "***", "___", "~~~~", "####", "- - - "),
)
_TAG_OPEN = re.compile(r"[ \t]*<(?P<name>[^\W\d][\w:.-]{0,50})(?:\s[^<>]{0,200})?>[ \t]*$", needs="<")
_TAG_CLOSE = re.compile(r"[ \t]*</(?P<name>[^\W\d][\w:.-]{0,50})[ \t]*>[ \t]*$", needs="</")
_ITEM = re.compile(
    r"(?P<indent>[ \t]*)(?P<mark>[-*+•‣▪◦●○■–—][ \t]+|\(?\d{1,3}(?:\.\d{1,2})*(?:[.)][ \t]+|[.)、:][ \t]*(?=\D))"
    r"|\(?[a-zA-Z][.)][ \t]+|\(?[ivx]{1,4}[.)][ \t]+|(?:[①-⑳✅❌✓✗☑⚠➤►→]|👉)\ufe0f?[ \t]*)(?=\S)"
)
_TABLE = re.compile(r"[ \t]*\|.*\|[ \t]*$", needs="|")
_LABEL = re.compile(r"[ \t]*(?P<title>[^\s:：.!?{}<>\"`|][^:：\r\n!?{}<>|]{0,70})[:：][ \t]*$", needs=": ：")


class _Line(NamedTuple):
    start: int
    end: int  # without the line end
    stop: int  # with it
    text: str


def blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text, sorted by start. Tag blocks hold the blocks between their marks too."""
    return _Scanner(text).scan()


class _Scanner:
    """The state of the pass: the open paragraph or item, the open tags, the section in force."""

    def __init__(self, text: str) -> None:
        self.lines = [_line(match) for match in _LINE.finditer(text) if match.end() > match.start()]
        self.length = len(text)
        self.found: list[Block] = []
        self.tags: list[int] = []
        self.headings: list[int] = []

    def scan(self) -> tuple[Block, ...]:
        at = 0
        while at < len(self.lines):
            at = self._step(at)
        order = sorted(range(len(self.found)), key=lambda i: (self.found[i].start, -self.found[i].end))
        place = {old: new for new, old in enumerate(order)}
        return tuple(
            block._replace(section=place[block.section] if block.section is not None else None)
            for block in (self.found[i] for i in order)
        )

    def _step(self, at: int) -> int:
        """Read the block that begins at line `at`; return the line after it."""
        line = self.lines[at]
        if not line.text.strip():
            return at + 1
        for read in (self._fence, self._tag, self._heading, self._table, self._item):
            after = read(at)
            if after:
                return after
        return self._paragraph(at)

    def _fence(self, at: int) -> int:
        opening = _FENCE.match(self.lines[at].text)
        if opening is None:
            return 0
        marks = opening["marks"]
        end = at + 1
        while end < len(self.lines):
            closing = self.lines[end].text.strip()
            if closing.startswith(marks) and not closing.strip(marks[0]):
                break
            end += 1
        if end == len(self.lines):
            return 0  # never closed: the marks are text
        if opening["info"].lower() in _PROSE and self.lines[end].end - self.lines[at].start > 0.4 * self.length:
            # The file is for the most part one fence of prose: the prompt itself stands in it.
            self._add("rule", self.lines[at].start, self.lines[at].end, self.lines[at].end, self.lines[at].end)
            return at + 1
        body_start = self.lines[at].stop
        self._add(
            "fence", self.lines[at].start, self.lines[end].end, body_start, self.lines[end].start, name=opening["info"]
        )
        return end + 1

    def _tag(self, at: int) -> int:
        line = self.lines[at]
        closing = _TAG_CLOSE.match(line.text)
        if closing is not None:
            for depth in range(len(self.tags) - 1, -1, -1):
                index = self.tags[depth]
                if self.found[index].name == closing["name"]:
                    self.found[index] = self.found[index]._replace(end=line.end, body_end=line.start)
                    del self.tags[depth:]
                    self.headings = [i for i in self.headings if self.found[i].start < self.found[index].start]
                    break
            return at + 1
        opening = _TAG_OPEN.match(line.text)
        if opening is None or line.text.rstrip().endswith("/>"):
            return 0
        self._add("tag", line.start, line.end, line.end, line.end, name=opening["name"])
        self.tags.append(len(self.found) - 1)
        return at + 1

    def _heading(self, at: int) -> int:
        line = self.lines[at]
        marked = _HEADING.match(line.text)
        if marked is not None and marked["title"]:
            return self._add_heading(at, marked, len(marked["marks"]))
        if at + 1 < len(self.lines) and _UNDERLINE.match(self.lines[at + 1].text) and _short(line.text):
            level = 1 if "=" in self.lines[at + 1].text else 2
            start = line.start + len(line.text) - len(line.text.lstrip())
            self._add("heading", line.start, self.lines[at + 1].end, start, line.end, level=level, heading=True)
            return at + 2
        if _RULE.match(line.text):
            self._add("rule", line.start, line.end, line.end, line.end)
            return at + 1
        bold = _BOLD_HEADING.match(line.text)
        if bold is not None:
            return self._add_heading(at, bold, 6)
        framed = _FRAMED_HEADING.match(line.text)
        if framed is not None:
            return self._add_heading(at, framed, 3)
        capitals = _CAPITALS.match(line.text)
        if capitals is not None and len(capitals["title"].split()) <= 8 and not capitals["title"].endswith(","):
            return self._add_heading(at, capitals, 5)
        label = _LABEL.match(line.text)
        if label is not None and len(label["title"].split()) <= 8 and _ITEM.match(line.text) is None:
            start, end = line.start + label.start("title"), line.start + label.end("title")
            self._add("label", line.start, line.end, start, end, level=7, heading=True)
            return at + 1
        return 0

    def _add_heading(self, at: int, match: re.Match[str], level: int) -> int:
        line = self.lines[at]
        start, end = line.start + match.start("title"), line.start + match.end("title")
        self._add("heading", line.start, line.end, start, end, level=level, heading=True)
        return at + 1

    def _table(self, at: int) -> int:
        end = at
        while end < len(self.lines) and _TABLE.match(self.lines[end].text):
            end += 1
        if end - at < 2:
            return 0
        self._add("table", self.lines[at].start, self.lines[end - 1].end, self.lines[at].start, self.lines[end - 1].end)
        return end

    def _item(self, at: int) -> int:
        match = _ITEM.match(self.lines[at].text)
        if match is None:
            return 0
        indent = len(match["indent"].expandtabs(4))
        end = at + 1
        while end < len(self.lines) and self._continues_item(end, indent):
            end += 1
        last = self.lines[end - 1]
        body = self.lines[at].start + match.end()
        self._add("item", self.lines[at].start, last.end, body, last.end, level=indent, name=match["mark"].strip())
        return end

    def _continues_item(self, at: int, indent: int) -> bool:
        text = self.lines[at].text
        if not text.strip() or _starts_block(text):
            return False
        if len(text.expandtabs(4)) - len(text.expandtabs(4).lstrip()) > indent:
            return True
        # A lazy continuation goes on in lower case; a new sentence at the margin is a new paragraph.
        return text.lstrip()[0].islower()

    def _paragraph(self, at: int) -> int:
        end = at + 1
        while end < len(self.lines):
            text = self.lines[end].text
            if not text.strip() or _starts_block(text) or _LABEL.match(text):
                break
            end += 1
        first, last = self.lines[at], self.lines[end - 1]
        start = first.start + len(first.text) - len(first.text.lstrip())
        self._add("paragraph", first.start, last.end, start, last.end)
        return end

    def _add(
        self,
        kind: BlockKind,
        start: int,
        end: int,
        body_start: int,
        body_end: int,
        *,
        level: int = 0,
        name: str = "",
        heading: bool = False,
    ) -> None:
        if heading:
            while self.headings and self.found[self.headings[-1]].level >= level:
                self.headings.pop()
        tag = self.tags[-1] if self.tags else None
        section = self.headings[-1] if self.headings else None
        if tag is not None and (section is None or tag > section):
            section = tag
        self.found.append(Block(kind, start, end, body_start, body_end, level, name, section))
        if heading:
            self.headings.append(len(self.found) - 1)


def _line(match: re.Match[str]) -> _Line:
    content = match.group().rstrip("\r\n")
    return _Line(match.start(), match.start() + len(content), match.end(), content)


def _short(text: str) -> bool:
    return 0 < len(text.split()) <= 10 and len(text) <= 80 and not text.rstrip().endswith((".", ",", ";"))


def _starts_block(text: str) -> bool:
    """Whether a line begins a block of its own, so that a paragraph or item before it ends."""
    return any(
        pattern.match(text) is not None
        for pattern in (_ITEM, _FENCE, _TAG_OPEN, _TAG_CLOSE, _HEADING, _BOLD_HEADING, _RULE, _TABLE)
    )
