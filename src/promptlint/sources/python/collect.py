"""All prompts of one file: those that calls send, then the texts that look like prompts and that no call shows."""

from __future__ import annotations

import ast
import hashlib
from bisect import bisect_right
from collections.abc import Iterable

from promptlint.model import Dependency, Document, Extraction, Fault, Prompt, Suppression, Use
from promptlint.sources.project import Project
from promptlint.sources.python import definitions, leftovers
from promptlint.sources.python import drafts as calls
from promptlint.sources.python.building import Taken, built, unique
from promptlint.sources.python.comments import suppressions_for
from promptlint.sources.python.drafts import Draft
from promptlint.sources.python.evaluate import Evaluator
from promptlint.sources.python.index import Index, Loaded, index_of
from promptlint.sources.python.merging import merged, owner
from promptlint.sources.python.scopes import FunctionNode, Scope
from promptlint.sources.python.spelling import offered_names
from promptlint.sources.python.values import Text


def collect(document: Document, project: Project, format: str) -> Extraction:  # noqa: A002
    """Return the prompts of a file that passed the prefilter."""
    index = index_of(project)
    try:
        loaded = index.load(document.path, document)
        return _extraction(document, project, format, index, loaded) if loaded is not None else Extraction()
    except SyntaxError as error:
        return Extraction(faults=(_fault(document, error),))
    finally:
        index.tidy()


def _extraction(document: Document, project: Project, format: str, index: Index, loaded: Loaded) -> Extraction:  # noqa: A002
    own = drafts_of(index, loaded)
    sent = [*own, *_from_others(index, loaded)]
    taken = Taken(document.path)
    for draft in sent:
        taken.add(draft.rows)
    sent_choices = taken.choices()
    rest = leftovers.find(loaded, Evaluator(index), taken)
    mine = [draft for draft in [*sent, *rest.drafts] if owner(draft) == document.path]
    symbols = Symbols(loaded) if mine else None
    made = [_prompt(draft, document, format, symbols, project, uses) for draft, uses in merged(mine, document.path)]
    prompts = unique(prompt for prompt in made if prompt is not None)
    return Extraction(prompts=_suppressed(prompts, loaded), choices=(*sent_choices, *rest.choices))


def prompts_of(document: Document, project: Project, format: str, files: Iterable[str]) -> tuple[Prompt, ...]:  # noqa: A002
    """Return the prompts that Python files read from a text file; `files` are those that mention its name."""
    index = index_of(project)
    found: list[Draft] = []
    for path in files:
        loaded = index.load(path)
        if loaded is not None:
            found += [draft for draft in drafts_of(index, loaded) if owner(draft) == document.path]
    index.tidy()
    pairs = merged(found, document.path)
    made = [_prompt(draft, document, format, None, project, uses) for draft, uses in pairs]
    return tuple(prompt._replace(host="raw") for prompt in unique(prompt for prompt in made if prompt is not None))


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
    names = offered_names(loaded)
    found: list[Draft] = []
    if not names:
        return found
    path = loaded.module.path
    for user in index.users.of(path, names):
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
) -> Prompt | None:
    """Return the prompt of a draft, None where its text is blank."""
    rows = [built(row, draft.around, document.path, format, "python") for row in draft.rows]
    rows = [row for row in rows if row.text.strip()]
    if not rows:
        return None
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


def _suppressed(prompts: list[Prompt], loaded: Loaded) -> tuple[Prompt, ...]:
    comments: tuple[Suppression, ...] = suppressions_for(loaded)
    if not comments:
        return tuple(prompts)
    return tuple(prompt._replace(suppressions=comments) for prompt in prompts)


def _fault(document: Document, error: SyntaxError) -> Fault:
    line = error.lineno or 1
    column = error.offset if error.offset and error.offset > 0 else 1
    return Fault(document.path, f"this Python file cannot be parsed: {error.msg}", line, column)


__all__ = ["collect", "digest_of", "drafts_of"]
