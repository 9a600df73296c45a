"""From the paths of the command line to the files that are read, and why others are not."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator

from promptlint.model import Fault, Settings
from promptlint.project.roots import as_given
from promptlint.sources.registry import may_hold_prompts
from promptlint.text.records import NamedTuple

NEVER = frozenset(
    {
        ".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache",
        ".ruff_cache", ".pytest_cache", ".promptlint_cache", ".idea", ".eggs", "site-packages", ".hypothesis",
    }
)  # fmt: skip
"""Folders that a walk does not enter."""

BINARY = frozenset(
    {
        ".7z", ".a", ".avi", ".bin", ".bmp", ".bz2", ".class", ".db", ".dll", ".docx", ".dylib", ".eot", ".exe",
        ".feather", ".gguf", ".gif", ".gz", ".ico", ".jar", ".jpeg", ".jpg", ".mov", ".mp3", ".mp4", ".npy", ".npz",
        ".o", ".ogg", ".onnx", ".otf", ".parquet", ".pdf", ".pickle", ".pkl", ".png", ".pptx", ".pt", ".pth", ".pyc",
        ".safetensors", ".so", ".sqlite", ".sqlite3", ".tar", ".tgz", ".tif", ".tiff", ".ttf", ".wav", ".webm",
        ".webp", ".whl", ".woff", ".woff2", ".xlsx", ".xz", ".zip", ".zst",
    }
)  # fmt: skip

OUTSIDE = "symlink out of the folder"
SettingsOf = Callable[[str], Settings]


class Found(NamedTuple):
    """A file to read; `named` tells that the user named this very file."""

    path: str
    named: bool


class Discovery(NamedTuple):
    """What the command line's paths come to. `skipped` holds (path, reason)."""

    files: tuple[Found, ...]
    skipped: tuple[tuple[str, str], ...]
    faults: tuple[Fault, ...]


def discover(
    paths: Iterable[str], settings_of: SettingsOf, *, only: tuple[str, Collection[str]] | None = None
) -> Discovery:
    """Return the files below `paths`, sorted, each once; a file that is named and below a named folder is named.

    Under `force-exclude` a named file is treated as one that was only found: a hook that names all changed files then
    sees what a full run sees.
    `only` is a folder and files relative to it: other files are passed over in silence, and no folder is listed.
    """
    wanted = None if only is None else [os.path.join(only[0], name) for name in only[1]]
    files: dict[str, Found] = {}
    skipped: dict[str, str] = {}
    faults = []
    for given in paths:
        path = as_given(given)
        if os.path.isdir(path):
            for name, reason in _below(path, settings_of, wanted):
                if reason:
                    skipped.setdefault(name, reason)
                else:
                    files.setdefault(name, Found(name, named=False))
        elif wanted is not None and os.path.abspath(path) not in wanted:
            continue
        elif not os.path.exists(path):
            faults.append(Fault(path, "no such file or folder"))
        elif settings_of(path).force_exclude and excluded(path, settings_of(path)):
            skipped[path] = "excluded"
        elif settings_of(path).force_exclude and _leads_out(path):
            skipped[path] = OUTSIDE
        else:
            files[path] = Found(path, named=not settings_of(path).force_exclude)
    left = tuple(sorted((path, reason) for path, reason in skipped.items() if path not in files))
    return Discovery(tuple(files[path] for path in sorted(files)), left, tuple(faults))


def excluded(path: str, settings: Settings) -> bool:
    """Whether the settings leave a file out."""
    if not settings.exclude and not settings.include:
        return False
    from promptlint.project.globs import matches

    if settings.exclude and matches(path, settings.exclude, settings.root):
        return True
    return bool(settings.include) and not matches(path, settings.include, settings.root)


def _below(folder: str, settings_of: SettingsOf, wanted: list[str] | None) -> Iterator[tuple[str, str]]:
    """Yield (path, reason) of every file below a folder; an empty reason means that it is to be read."""
    names: Iterable[str] | None
    if wanted is not None:
        prefix = os.path.abspath(folder).rstrip(os.sep) + os.sep
        names = [path[len(prefix) :].replace(os.sep, "/") for path in wanted if path.startswith(prefix)]
    else:
        from promptlint.project.git import listed

        names = listed(folder)
        if names is None:
            names = _walk(folder)
    top = os.path.realpath(folder)
    for name in names:
        path = name if folder == "." else f"{folder.rstrip('/')}/{name}"
        if os.path.splitext(name)[1].lower() in BINARY:
            yield path, "binary"
        elif not may_hold_prompts(path):
            yield path, "not a kind of file that holds prompts"
        elif os.path.islink(path) and not _inside(os.path.realpath(path), top):
            yield path, OUTSIDE
        elif not os.path.isfile(path):
            if os.path.lexists(path) and not os.path.isdir(path):
                yield path, "not a regular file"
        elif excluded(path, settings_of(path)):
            yield path, "excluded"
        else:
            yield path, ""


def _leads_out(path: str) -> bool:
    """Whether a named file is a link to a place outside the working directory, as a hostile branch may hold one."""
    return os.path.islink(path) and not _inside(os.path.realpath(path), os.path.realpath("."))


def _inside(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def _walk(folder: str) -> Iterator[str]:
    """Yield files below a folder outside git, relative to it; `.gitignore` files are honoured, links not followed."""
    from promptlint.project.globs import Ignored

    ignored = Ignored(folder)
    for base, folders, names in os.walk(folder):
        relative = os.path.relpath(base, folder).replace(os.sep, "/")
        prefix = "" if relative == "." else relative + "/"
        ignored.enter(prefix)
        folders[:] = sorted(name for name in folders if name not in NEVER and not ignored(prefix + name + "/"))
        for name in sorted(names):
            if not ignored(prefix + name):
                yield prefix + name
