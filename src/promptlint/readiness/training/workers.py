"""Processes for the parts of large files. Where none can be started, the parts are worked off in this one.

Each is a fresh interpreter that is fed through a pipe. Unlike those of `multiprocessing` it does not import the main
module again, which would run a caller's script once more, and it needs no semaphores of the system.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_MOST = 8
# Isolated, so that nothing of the working directory is imported; then this process's own path.
_COMMAND = "import sys; sys.path[:] = {path!r}; from promptlint.readiness.training.workers import serve; serve()"


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
        self._tried = count < 2
        self._processes: list[_Process] = []
        self._idle: SimpleQueue[_Process] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for process in self._processes:
                process.kill()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            process.close()

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield the results of a function of a module; items and results must be picklable."""
        threads = self._started()
        return map(function, items) if threads is None else threads.map(lambda item: self._call(function, item), items)

    def submit(self, function: Callable[[Item], Result], item: Item) -> Callable[[], Result]:
        """Begin one call; the value returned gives its result."""
        threads = self._started()
        return (lambda: function(item)) if threads is None else threads.submit(self._call, function, item).result

    def _call(self, function: Callable[[Item], Result], item: Item) -> Result:
        process = self._idle.get()
        try:
            result: Result = process.call(function, item)
        finally:
            self._idle.put(process)
        return result

    def _started(self) -> ThreadPoolExecutor | None:
        if not self._tried:
            self._tried = True
            self._processes = _start(self._count)
            for process in self._processes:
                self._idle.put(process)
            if self._processes:
                self._threads = ThreadPoolExecutor(len(self._processes))
        return self._threads


class _Process:
    """One interpreter, which works off one call at a time."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-c", _COMMAND.format(path=sys.path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def call(self, function: Callable[[Any], Any], item: Any) -> Any:
        """Return what a function makes of an item. Raises what it raises, OSError where the process has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            pickle.dump((function, item), self._process.stdin)
            self._process.stdin.flush()
            error, result = pickle.load(self._process.stdout)
        except EOFError as ended:
            raise OSError("a process that reads training data has ended") from ended
        if error is not None:
            raise error
        return result

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def close(self) -> None:
        """Let the process end, and wait for it."""
        self._process.communicate()


def _start(count: int) -> list[_Process]:
    """Start processes and see that they answer; return none where one does not."""
    started: list[_Process] = []
    if not sys.executable:  # embedded in another program
        return started
    try:
        for _ in range(count):
            started.append(_Process())  # noqa: PERF401  # those that did start have to be ended
        for process in started:
            process.call(abs, -1)
    except (OSError, pickle.PickleError):
        for process in started:
            process.kill()
            process.close()
        return []
    return started


def serve() -> None:
    """Work off the calls that come through the standard input, until it is closed."""
    calls, results = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what is printed must not stand between the results
    try:
        while True:
            function, item = pickle.load(calls)
            failure, result = None, None
            try:
                result = function(item)
            except Exception as error:
                failure = error
            pickle.dump((failure, result), results)
            results.flush()
    except (EOFError, KeyboardInterrupt):
        return
