"""Writing a fixed file: all of it or nothing, with mode, encoding, byte order mark and line ends kept."""

from __future__ import annotations

import codecs
import contextlib
import os
import tempfile


class WriteError(Exception):
    """The file was not written; the message says why."""


def encoded(text: str, original: bytes) -> bytes:
    """Return `text` in the encoding of `original`. Raises WriteError if that cannot hold it."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if original.startswith(mark):
            return mark + text.encode(name)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise WriteError(f"the new text is no valid UTF-8: {error.reason}") from error


def write(path: str, before: str, after: str) -> None:
    """Replace the text of a file that still reads `before` by `after`, in one step.

    A symbolic link is followed. Raises WriteError if the file changed meanwhile or cannot be written.
    """
    from promptlint.sources.project import decode

    target = os.path.realpath(path)
    try:
        with open(target, "rb") as file:
            original = file.read()
        if decode(original) != before:
            raise WriteError("the file changed meanwhile")
        _replace(target, encoded(after, original))
    except UnicodeDecodeError as error:
        raise WriteError("the file changed meanwhile") from error
    except OSError as error:
        raise WriteError(error.strerror or str(error)) from error


def _replace(target: str, data: bytes) -> None:
    mode = os.stat(target).st_mode
    handle, name = tempfile.mkstemp(prefix=".promptlint-", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode & 0o7777)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
