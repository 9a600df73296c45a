"""Results by content: a file that was linted before, with the same settings and surroundings, is not linted again.

Whatever is wrong with the cache, from a full disk to a forged entry, costs time and never a result: an entry that
cannot be read or does not fit is no entry.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from promptlint import __version__
from promptlint.model import Settings
from promptlint.project.codec import CodecError, decode, encode

FOLDER = ".promptlint_cache"
KEEP_DAYS = 30


class Cache:
    """The entries of one project root; `folder` is made when the first entry is written."""

    def __init__(self, root: str) -> None:
        self.folder = os.path.join(root, FOLDER)
        self._ready = False

    def get(self, key: str, digest_of: Callable[[str], str | None]) -> Any | None:
        """Return the value of a key if all files that it depends on still have their digests."""
        try:
            with open(self._path(key), encoding="utf-8") as file:
                depends, value = decode(file.read())
            if any(digest_of(path) != digest for path, digest in depends):
                return None
        except (OSError, CodecError, TypeError, ValueError):
            return None
        return value

    def put(self, key: str, depends: tuple[tuple[str, str], ...], value: object) -> None:
        """Write a value; `depends` are pairs of path and sha256 of the bytes of files that it also hangs on."""
        with contextlib.suppress(CodecError):
            self.keep(self._path(key), encode((depends, value)))

    def keep(self, path: str, text: str) -> None:
        """Write a file of the cache, if that is possible."""
        with contextlib.suppress(OSError):
            self._prepare()
            replace(path, text)

    def _path(self, key: str) -> str:
        return os.path.join(self.folder, key[:2], key[2:] + ".json")

    def _prepare(self) -> None:
        if self._ready:
            return
        self._ready = True
        os.makedirs(self.folder, exist_ok=True)
        ignore = os.path.join(self.folder, ".gitignore")
        if not os.path.exists(ignore):
            replace(ignore, "*\n")
            replace(os.path.join(self.folder, "CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n")
        self._evict()

    def _evict(self) -> None:
        """Once a day at most, delete entries that nobody wrote for a month."""
        stamp = os.path.join(self.folder, "evicted")
        now = time.time()
        with contextlib.suppress(OSError):
            if now - os.path.getmtime(stamp) < 86_400:
                return
        replace(stamp, "")
        for base, _folders, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(base, name)
                with contextlib.suppress(OSError):
                    if name.endswith(".json") and now - os.path.getmtime(path) > KEEP_DAYS * 86_400:
                        os.unlink(path)


def replace(path: str, text: str) -> None:
    """Write a file whole or not at all; it keeps the mode of the one that it replaces."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    # `tempfile` makes such names as well, but importing it is 4 ms.
    temporary = os.path.join(folder, f".tmp{os.getpid()}-{time.monotonic_ns()}")
    try:
        with open(temporary, "x", encoding="utf-8", errors="surrogatepass", newline="") as file:
            file.write(text)
        with contextlib.suppress(FileNotFoundError):
            os.chmod(temporary, os.stat(path).st_mode & 0o7777)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def settings_key(settings: Settings) -> str:
    """Return what of a run goes into every key: this version, the settings, rule packs, and where paths start."""
    return "\0".join((__version__, code_digest(), _packs(settings.rule_packs), encode(settings), os.getcwd()))


def key(path: str, data: bytes, named: bool, settings: str) -> str:
    """Return the key of a file's result: its path and bytes, how it was found, and `settings_key`."""
    digest = hashlib.sha256("\0".join((settings, path, str(named), "")).encode("utf-8", "surrogatepass"))
    digest.update(data)
    return digest.hexdigest()


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return what tells one state of a checkout's code from the next; empty for an installed release."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    checkout = os.path.dirname(os.path.dirname(package))
    if not os.path.isfile(os.path.join(checkout, "pyproject.toml")):
        return ""
    return _state((package, os.path.join(checkout, "rules")))


def _state(folders: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for base, inner, names in os.walk(folder):
            inner[:] = sorted(name for name in inner if name != "__pycache__")
            for name in sorted(names):
                status = os.stat(os.path.join(base, name))
                digest.update(f"{base}/{name} {status.st_size} {status.st_mtime_ns}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@lru_cache(maxsize=8)
def _packs(packs: tuple[str, ...]) -> str:
    return _state(packs) if packs else ""
