"""Linting many files in several processes. The order of the results does not depend on who was faster."""

from __future__ import annotations

import os
from collections.abc import Sequence

from promptlint.garbage import look_rarely
from promptlint.model import Settings
from promptlint.project.codec import CodecError, decode, encode
from promptlint.project.discovery import Found
from promptlint.project.session import FileResult, Session

CHUNK = 25


def lint_in_processes(files: Sequence[Found], session: Session) -> list[FileResult]:
    """Return the results of files, in their order; in this process where others cannot be started."""
    workers = min(os.cpu_count() or 1, 8)
    if workers < 2:
        return [session.file(found) for found in files]
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    chunks = [files[start : start + CHUNK] for start in range(0, len(files), CHUNK)]
    jobs = [(_with_settings(chunk, session), session.cached) for chunk in chunks]
    results: list[FileResult] = []
    try:
        with ProcessPoolExecutor(workers, initializer=look_rarely) as pool:
            for chunk, answers in zip(chunks, pool.map(_lint_chunk, jobs), strict=True):
                for found, answer in zip(chunk, answers, strict=True):
                    results.append(FileResult(*decode(answer)) if answer is not None else session.file(found))
    except (OSError, BrokenProcessPool):
        return [session.file(found) for found in files]
    return results


def _with_settings(files: Sequence[Found], session: Session) -> list[tuple[str, bool, str]]:
    texts: dict[int, str] = {}
    rows = []
    for found in files:
        settings = session.settings_of(found.path)
        text = texts.setdefault(id(settings), "") or encode(settings)
        texts[id(settings)] = text
        rows.append((found.path, found.named, text))
    return rows


def _lint_chunk(job: tuple[list[tuple[str, bool, str]], bool]) -> list[str | None]:
    """Lint some files in a worker; an answer is the encoded result, None for one that cannot be written as JSON."""
    files, cached = job
    decoded: dict[str, Settings] = {text: decode(text) for text in {text for _path, _named, text in files}}
    settings = {path: decoded[text] for path, _named, text in files}
    session = _session(cached)
    session.settings_of = settings.__getitem__
    answers = [_encoded(session.file(Found(path, named))) for path, named, _text in files]
    session.keep()
    return answers


def _encoded(result: FileResult) -> str | None:
    try:
        return encode(tuple(result))
    except CodecError:
        return None


_SESSIONS: dict[bool, Session] = {}


def _session(cached: bool) -> Session:
    """Return the session of this worker: what it learned of the project serves all its chunks."""
    if cached not in _SESSIONS:
        _SESSIONS[cached] = Session(lambda _path: Settings(), cached=cached)
    return _SESSIONS[cached]
