"""All prompts of one file: those that calls send, then the texts that look like prompts and that no call shows."""

from __future__ import annotations

import ast
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from promptlint.model import Choice, Dependency, Document, Extraction, Fault, Prompt, Suppression, Use
from promptlint.sources.assemble import PromptBuilder
from promptlint.sources.project import Project
from promptlint.sources.python import definitions, leftovers
from promptlint.sources.python import drafts as calls
from promptlint.sources.python.comments import suppressions_for
from promptlint.sources.python.drafts import Draft
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.index import Index, Loaded, index_of
from promptlint.sources.python.merging import merged, owner
from promptlint.sources.python.messages import Messages
from promptlint.sources.python.scopes import FunctionNode, Scope
from promptlint.sources.python.values import Hole, Text
from promptlint.text.dialects import guess_dialect


def collect(document: Document, project: Project, format: str) -> Extraction:  # noqa: A002
    """Return the prompts of a file that passed the prefilter."""
    index = index_of(project)
    try:
        loaded = index.load(document.path, document)
    except SyntaxError as error:
        return Extraction(faults=(_fault(document, error),))
    if loaded is None:
        return Extraction()
    own = drafts_of(index, loaded)
    sent = [*own, *_from_others(index, loaded)]
    taken = Taken(document.path)
    for draft in sent:
        taken.add(draft)
    rest = leftovers.find(loaded, Evaluator(index), taken)
    mine = [draft for draft in [*sent, *rest.drafts] if owner(draft) == document.path]
    symbols = Symbols(loaded)
    prompts = _unique(
        [_prompt(draft, document, format, symbols, project, uses) for draft, uses in merged(mine, document.path)]
    )
    return Extraction(prompts=_suppressed(prompts, loaded, mine), choices=(*taken.choices(loaded), *rest.choices))


def prompts_of(document: Document, project: Project, format: str, files: Iterable[str]) -> tuple[Prompt, ...]:  # noqa: A002
    """Return the prompts that Python files read from a text file; `files` are those that mention its name."""
    index = index_of(project)
    found: list[Draft] = []
    for path in files:
        loaded = index.load(path)
        if loaded is not None:
            found += [draft for draft in drafts_of(index, loaded) if owner(draft) == document.path]
    pairs = merged(found, document.path)
    prompts = [_prompt(draft, document, format, None, project, uses) for draft, uses in pairs]
    return tuple(prompt._replace(host="raw") for prompt in _unique(prompts))


def drafts_of(index: Index, loaded: Loaded) -> list[Draft]:
    """Return what the calls of a module send, worked out once for each module."""
    path, text = loaded.module.path, loaded.module.text
    known = index.drafts.get(path)
    if known is None or known[0] != text:
        # A module that is asked for while it is being read has none yet.
        index.drafts[path] = (text, [])
        sent = [*calls.of_module(loaded, Evaluator(index)), *definitions.of_module(loaded, Evaluator(index))]
        index.drafts[path] = (text, sent)
    return index.drafts[path][1]


def _from_others(index: Index, loaded: Loaded) -> list[Draft]:
    """Return the drafts of other files that use what stands in this one."""
    names = leftovers.offered_names(loaded)
    found: list[Draft] = []
    if not names:
        return found
    path = loaded.module.path
    for user in index.importers(path, names):
        document = index.project.read(user)
        known = index.drafts.get(user)
        if known is not None and document is not None and known[0] == document.text:
            found += [draft for draft in known[1] if _mentions(draft, path)]
            continue
        other = index.load(user)
        if other is not None:
            found += [draft for draft in drafts_of(index, other) if _mentions(draft, path)]
    return found


def _mentions(draft: Draft, path: str) -> bool:
    return any(
        piece.path == path
        for row in draft.rows
        for _, text in row.turns
        if isinstance(text, Text)
        for piece in text.pieces
    )


class Taken:
    """The places of one file that are part of a prompt already."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._spans: list[tuple[int, int]] = []

    def add(self, draft: Draft) -> None:
        """Note all texts of a draft."""
        found = {
            (piece.source_start, piece.source_end)
            for row in draft.rows
            for _, text in row.turns
            if isinstance(text, Text)
            for piece in text.pieces
            if piece.path == self.path and piece.kind != "join"
        }
        self._spans = sorted({*self._spans, *found})

    def covers(self, start: int, end: int) -> bool:
        """Whether a part of a span belongs to a prompt."""
        at = bisect_left(self._spans, (start, start))
        if at < len(self._spans) and self._spans[at][0] < end:
            return True
        return at > 0 and self._spans[at - 1][1] > start

    def choices(self, loaded: Loaded) -> tuple[Choice, ...]:
        """Return the texts that calls send, for `inspect --why`."""
        del loaded
        joined: list[list[int]] = []
        for start, end in self._spans:
            if joined and start - joined[-1][1] <= 8:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
        return tuple(Choice(True, start, end, "a call sends it") for start, end in joined if end - start >= 60)


class Symbols:
    """The name under which a text of a module is known: `SYSTEM`, `Prompts.SYSTEM`, `answer.prompt`."""

    def __init__(self, loaded: Loaded) -> None:
        self._spans: list[tuple[int, int, str]] = []
        module = loaded.module
        if module.scope is not None:
            self._of(module.scope, "", loaded)
        self._spans.sort(key=lambda span: (span[0], -span[1]))
        self._starts = [start for start, _, _ in self._spans]

    def _of(self, scope: Scope, prefix: str, loaded: Loaded) -> None:
        for name, bindings in scope.bindings.items():
            for binding in bindings:
                if binding.kind in ("assign", "parameter", "add") and isinstance(binding.node, ast.expr):
                    self._spans.append((*loaded.module.span(binding.node), prefix + name))
        for node, inner in scope.children.items():
            name = getattr(node, "name", "")
            if isinstance(node, (*FunctionNode, ast.ClassDef)):
                self._spans.append((*loaded.module.span(node), prefix + name))
            self._of(inner, f"{prefix}{name}.", loaded)

    def at(self, offset: int) -> str | None:
        """Return the name of the innermost definition around an offset."""
        at = bisect_right(self._starts, offset)
        for start, end, name in reversed(self._spans[max(0, at - 400) : at]):
            if start <= offset < end:
                return name
        return None


def _prompt(
    draft: Draft,
    document: Document,
    format: str,  # noqa: A002
    symbols: Symbols | None,
    project: Project,
    uses: tuple[Use, ...],
) -> Prompt:
    rows = [_built(row, draft, document, format) for row in draft.rows]
    rows = [row for row in rows if row.text.strip()]
    first = rows[0]
    place = next((p.source_start for p in first.pieces if p.path == document.path and p.kind != "join"), 0)
    symbol = symbols.at(place) if symbols is not None else None
    depends = _depends(draft, first, document.path, project)
    return first._replace(
        symbol=symbol,
        id=f"{document.path}#{symbol}" if symbol else "",
        uses=uses,
        depends=depends,
        variants=tuple(row for row in rows[1:] if row.text != first.text),
    )


def _depends(draft: Draft, prompt: Prompt, path: str, project: Project) -> tuple[Dependency, ...]:
    paths = {*draft.depends, draft.use.path, *(p.path for p in prompt.pieces if p.path)} - {path, ""}
    found = []
    for other in sorted(paths):
        document = project.read(other)
        if document is not None:
            found.append(Dependency(other, digest_of(other, document)))
    return tuple(found)


def digest_of(path: str, document: Document) -> str:
    """Return the sha256 of a file's bytes."""
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()


def _built(row: Messages, draft: Draft, document: Document, format: str) -> Prompt:  # noqa: A002
    builder = PromptBuilder()
    dialect = ""
    arguments: list[str] = []
    known = True
    untrusted: list[str] = []
    for role, text in row.turns:
        if isinstance(text, Hole):
            builder.message(role, text.source.path)
            builder.placeholder(text.name, text.source.path, text.source.start, text.source.end)
            untrusted += [text.name] if text.untrusted else []
            continue
        path = next((p.path for p in text.pieces if p.kind != "join"), document.path)
        builder.message(role, path)
        own = text.pending or text.dialect or guess_dialect(text.text)
        if text.pending or not text.dialect:
            builder.mapped_template(text.text, text.pieces, own)
        else:
            builder.mapped_template(text.text, text.pieces, "none")
        dialect = dialect if dialect not in ("", "none") else own
        untrusted += text.untrusted
        if text.arguments is None:
            known = known and not any(p.kind == "placeholder" for p in text.pieces) and not text.pending
        else:
            arguments += text.arguments
    around = draft.around._replace(untrusted=tuple(dict.fromkeys(untrusted)))
    if known and arguments:
        around = around._replace(arguments=tuple(dict.fromkeys(arguments)))
    return builder.build(
        id="", path=document.path, format=format, host="python", dialect=dialect or "none", around=around
    )


def _unique(prompts: Iterable[Prompt]) -> list[Prompt]:
    found: list[Prompt] = []
    seen: dict[str, int] = {}
    for number, prompt in enumerate(prompts):
        wanted = prompt.id or f"{prompt.path}#{number}"
        seen[wanted] = seen.get(wanted, 0) + 1
        found.append(prompt._replace(id=wanted if seen[wanted] == 1 else f"{wanted}~{seen[wanted]}"))
    return found


def _suppressed(prompts: list[Prompt], loaded: Loaded, drafts: list[Draft]) -> tuple[Prompt, ...]:
    del drafts
    comments: tuple[Suppression, ...] = suppressions_for(loaded)
    if not comments:
        return tuple(prompts)
    return tuple(prompt._replace(suppressions=comments) for prompt in prompts)


def _fault(document: Document, error: SyntaxError) -> Fault:
    line = error.lineno or 1
    column = error.offset if error.offset and error.offset > 0 else 1
    return Fault(document.path, f"this Python file cannot be parsed: {error.msg}", line, column)


__all__ = ["collect", "digest_of", "drafts_of"]
