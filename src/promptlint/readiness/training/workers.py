"""Processes for the parts of large files. Where none can be started, the parts are worked off in this one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_MOST = 8
_START_SECONDS = 60.0


def processors() -> int:
    """Return how many processes are worth while on this machine."""
    try:
        count = len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        count = os.cpu_count() or 1
    return min(_MOST, count)


class Workers:
    """At most `count` processes, started on first use. Results come in the order of the items, however many work."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None
        self._tried = count < 2

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield the results of a function of a module; items and results must be picklable."""
        pool = self._started()
        return map(function, items) if pool is None else pool.map(function, items)

    def submit(self, function: Callable[[Item], Result], item: Item) -> Callable[[], Result]:
        """Begin one call; the value returned gives its result."""
        pool = self._started()
        return (lambda: function(item)) if pool is None else pool.submit(function, item).result

    def _started(self) -> ProcessPoolExecutor | None:
        if not self._tried:
            self._tried = True
            self._pool = _start(self._count)
        return self._pool


def _start(count: int) -> ProcessPoolExecutor | None:
    """Start processes and see that they answer; None where they do not.

    They are spawned, not forked, so that they are the same on every system. That imports the main module anew, which
    fails for code that is read from a terminal or a pipe.
    """
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    try:
        pool = ProcessPoolExecutor(max_workers=count, mp_context=get_context("spawn"))
    except (OSError, ImportError):  # no semaphores on this system
        return None
    try:
        pool.submit(os.getpid).result(timeout=_START_SECONDS)
    except (OSError, RuntimeError, TimeoutError, BrokenProcessPool):
        pool.shutdown(wait=False, cancel_futures=True)
        return None
    return pool
