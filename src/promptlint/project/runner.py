"""One run: discovery, the cache, linting (in several processes when there is much to do), order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from promptlint.model import Diagnostic, Document, Fault, Report, Settings
from promptlint.project.discovery import Discovery, Found, discover
from promptlint.project.roots import as_given
from promptlint.project.session import FileResult, Session, SettingsOf

POOL_FROM = 200
"""Fewer files than this are linted faster than a second process starts."""


def run(
    paths: Iterable[str],
    *,
    settings: Settings | None = None,
    settings_of: SettingsOf | None = None,
    cached: bool = False,
    session: Session | None = None,
) -> Report:
    """Return the report on everything below `paths`.

    The settings are `settings` for all files, or `settings_of(path)`, or those of the settings files next to them.
    Raises UsageError for a wrong settings file.
    """
    session = session or Session(settings_of or _resolver(settings), cached=cached)
    return run_files(discover(paths, session.settings_of), session)


def run_files(discovery: Discovery, session: Session) -> Report:
    """Return the report on discovered files."""
    known = {found.path: session.known(found) for found in discovery.files}
    misses = [found for found in discovery.files if known[found.path] is None]
    if len(misses) >= POOL_FROM:
        from promptlint.project.pool import lint_in_processes

        fresh = lint_in_processes(misses, session)
    else:
        fresh = [session.file(found) for found in misses]
    results = {path: result for path, result in known.items() if result is not None}
    results.update({result.path: result for result in fresh})
    session.keep()
    ordered = [results[found.path] for found in discovery.files]
    return gather(ordered, session.text, discovery.skipped, discovery.faults)


def run_change(paths: Iterable[str], session: Session, ref: str, *, new_only: bool, compare: bool = False) -> Report:
    """Return the report on the prompts below `paths` that differ from the merge base with `ref`.

    With `new_only`, cut to findings that the base does not have; `compare` also gives the prompts as they were.
    Raises UsageError.
    """
    from promptlint.project import dependents, diffbase

    change = diffbase.change_since(ref, ".")
    files = change.changed | dependents.dependents(change, session, keep=session.cached)
    discovery = discover(paths, session.settings_of, only=(change.top, files))
    return diffbase.touched(run_files(discovery, session), session, change, new_only=new_only, compare=compare)


def run_text(text: str, path: str, settings: Settings | None = None, *, session: Session | None = None) -> Report:
    """Return the report on a text that stands for the file `path`, which need not exist."""
    session = session or Session(_resolver(settings))
    result = session.document(Document(as_given(path), text), named=True)
    return gather([result], session.text, (), ())


def gather(
    results: Sequence[FileResult],
    text_of: Callable[[str], str],
    skipped: tuple[tuple[str, str], ...],
    faults: tuple[Fault, ...],
) -> Report:
    """Join the results of files into one report, in the order path, offset, rule."""
    left = sorted([*skipped, *((result.path, result.skipped) for result in results if result.skipped)])
    diagnostics = merged(d for result in results for d in result.diagnostics)
    prompts = tuple(linted for result in results for linted in result.prompts)
    shown = {d.path for d in diagnostics} | {r.path for d in diagnostics for r in d.related}
    shown |= {piece.path for linted in prompts for piece in linted.prompt.pieces}
    shown |= {linted.prompt.path for linted in prompts}
    all_faults = [*faults, *(fault for result in results for fault in result.faults)]
    return Report(
        prompts=prompts,
        diagnostics=tuple(diagnostics),
        faults=tuple(sorted(all_faults, key=lambda fault: (fault.path, fault.line or 0, fault.message))),
        skipped=dict(sorted(Counter(reason for _path, reason in left).items())),
        skipped_files=tuple(left),
        files=sum(not result.skipped for result in results),
        texts={path: text_of(path) for path in sorted(shown)},
        checked=tuple(result.path for result in results if not result.skipped),
    )


def merged(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return diagnostics in order; the same finding at the same place in several prompts is one for all of them."""
    kept: dict[tuple[str, int, str, int, str], Diagnostic] = {}
    for diagnostic in sorted(diagnostics, key=_order):
        twin = kept.get(_order(diagnostic))
        if twin is not None:
            diagnostic = twin._replace(prompts=tuple(dict.fromkeys((*twin.prompts, *diagnostic.prompts))))
        kept[_order(diagnostic)] = diagnostic
    return list(kept.values())


def _resolver(settings: Settings | None) -> SettingsOf:
    if settings is not None:
        return lambda _path: settings
    from promptlint.project.settings import Finder

    return Finder()


def _order(diagnostic: Diagnostic) -> tuple[str, int, str, int, str]:
    """The order of `engine.order`, without the import of the engine that a cached run can do without."""
    return (diagnostic.path, diagnostic.start, diagnostic.rule, diagnostic.end, diagnostic.message)


__all__ = ["Found", "gather", "run", "run_files", "run_text"]
