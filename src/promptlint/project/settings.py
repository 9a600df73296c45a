"""Settings files: which one holds for a file, what it says, and where each value came from.

The nearest of `promptlint.toml`, `.promptlint.toml` and `pyproject.toml` (with a `[tool.promptlint]` table) upward of
a file holds for it, alone: files further up are not merged in unless the nearest one names them by `extend`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from promptlint import __version__
from promptlint.model import Override, Settings
from promptlint.project.errors import UsageError
from promptlint.project.roots import SETTINGS_NAMES, Roots, as_given, upward
from promptlint.text.records import NamedTuple

_FIELDS = {
    "edition": "edition",
    "select": "select",
    "extend-select": "extend_select",
    "ignore": "ignore",
    "severity": "severity",
    "kind": "kind",
    "require": "require",
    "fail-on": "fail_on",
    "include": "include",
    "exclude": "exclude",
    "force-exclude": "force_exclude",
    "model": "model",
    "token-budget": "token_budget",
    "preview": "preview",
    "rule-packs": "rule_packs",
    "max-file-bytes": "max_file_bytes",
}


class Loaded(NamedTuple):
    """Settings, and for each key that was set the file or option that set it."""

    settings: Settings
    origins: Mapping[str, str]


class Finder:
    """Gives the settings of files; each folder is looked at once.

    `config` is a settings file for all files; `isolated` reads none; `options` are values of the command line by
    key, which win over every file; `floor` is a file whose settings may be tightened and not weakened.
    """

    def __init__(
        self,
        *,
        config: str | None = None,
        isolated: bool = False,
        options: Mapping[str, Any] | None = None,
        floor: str | None = None,
    ) -> None:
        self._options = dict(options or {})
        self._fixed = load(config, root=os.getcwd()) if config is not None else None
        self._floor = load(floor) if floor is not None else None
        self._isolated = isolated
        self._roots = Roots()
        self._folders: dict[str, Loaded] = {}
        self._paths: dict[str, Loaded] = {}

    def __call__(self, path: str) -> Settings:
        """Return the settings of a file."""
        return self.loaded(path).settings

    def loaded(self, path: str) -> Loaded:
        """Return the settings of a file or folder, with origins."""
        if path not in self._paths:
            folder = os.path.abspath(path)
            if not os.path.isdir(folder):
                folder = os.path.dirname(folder)
            if folder not in self._folders:
                self._folders[folder] = self._find(folder)
            self._paths[path] = self._folders[folder]
        return self._paths[path]

    def _find(self, folder: str) -> Loaded:
        file = None if self._isolated or self._fixed is not None else nearest_file(folder)
        if file is None:
            if self._fixed is not None:
                return self._finished(self._fixed)
            return self._finished(Loaded(Settings(root=self._roots.of(os.path.join(folder, "_"))), {}))
        above = os.path.dirname(file)
        if above == folder:
            return self._finished(load(file))
        if above not in self._folders:
            self._folders[above] = self._finished(load(file))
        return self._folders[above]

    def _finished(self, loaded: Loaded) -> Loaded:
        loaded = with_options(loaded, self._options)
        if self._floor is not None:
            from promptlint.project.floor import raised

            loaded = raised(loaded, self._floor)
        if loaded.origins or loaded.settings.overrides:
            from promptlint.project.selectors import checked_selectors

            checked_selectors(loaded.settings, loaded.origins)
        return loaded


class Row(NamedTuple):
    """One effective setting of a file."""

    key: str
    value: object
    source: str


def effective(loaded: Loaded, path: str) -> list[Row]:
    """Return each setting as it holds for one file, overrides folded in, and where it came from."""
    from promptlint.project.overrides import applying, for_path

    settings = for_path(loaded.settings, path)
    rows = []
    for key, field in _FIELDS.items():
        value, source = getattr(settings, field), loaded.origins.get(key, "default")
        if value != getattr(loaded.settings, field):
            source = f"{loaded.settings.origin or source} [[per-file]]"
        rows.append(Row(key, value, source))
    for override in applying(loaded.settings, path):
        if override.ignore:
            source = f"{loaded.settings.origin} [[per-file]]"
            rows.append(Row("per-file ignore", override.ignore, f"{source}: {override.reason or 'no reason given'}"))
    rows.append(Row("root", as_given(os.path.relpath(settings.root)), loaded.settings.origin or "no settings file"))
    return rows


def nearest_file(folder: str) -> str | None:
    """Return the settings file that holds for the files of a folder (an absolute path)."""
    for candidate in upward(folder):
        for name in SETTINGS_NAMES:
            path = os.path.join(candidate, name)
            if os.path.isfile(path) and (name != "pyproject.toml" or _pyproject_table(path) is not None):
                return path
    return None


def load(path: str, root: str | None = None) -> Loaded:
    """Return the settings of one file and of those that it extends. Raises UsageError.

    Patterns are relative to `root`, by default the folder of the file.
    """
    values, origins, overrides = _chain(os.path.abspath(path), ())
    fields = {_FIELDS[key]: _frozen(value) for key, value in values.items() if key in _FIELDS}
    shown = _shown(path)
    root = root or os.path.dirname(os.path.abspath(path))
    packs = tuple(os.path.normpath(pack) for pack in values.get("rule-packs", ()))
    settings = Settings(**{**fields, "overrides": overrides, "origin": shown, "root": root, "rule_packs": packs})
    return Loaded(settings, origins)


def with_options(loaded: Loaded, options: Mapping[str, Any]) -> Loaded:
    """Return settings with the values of the command line on top; `extend-select` and `ignore` add, others replace."""
    settings, origins = loaded
    changed: dict[str, Any] = {}
    origins = dict(origins)
    for key, value in options.items():
        field = _FIELDS[key]
        if key in ("extend-select", "ignore"):
            changed[field] = tuple(dict.fromkeys((*getattr(settings, field), *value)))
        else:
            changed[field] = _frozen(value)
        origins[key] = (
            f"--{key}"
            if key not in origins or key not in ("extend-select", "ignore")
            else (f"{origins[key]} and --{key}")
        )
    if "select" in options and "ignore" not in options:
        changed["ignore"] = tuple(rule for rule in settings.ignore if rule not in options["select"])
    return Loaded(settings._replace(**changed), origins)


def option_table(pairs: list[str]) -> dict[str, Any]:
    """Return the values of `--config KEY=VALUE`; a value that is no TOML is taken as a string."""
    if not pairs:
        return {}
    from promptlint.project.schema import validate

    table: dict[str, Any] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        key = key.strip()
        try:
            table.update(_parsed(f"{key} = {value}"))
        except ValueError:
            table[key] = value.strip()
    unsettable = [key for key in table if key in ("extend", "per-file", "required-version")]
    if unsettable:
        raise UsageError(f"--config: '{unsettable[0]}' can be set in a settings file only")
    validate(table, "--config")
    return table


def _chain(path: str, seen: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, str], tuple[Override, ...]]:
    """Return values, origins and overrides of a file on top of those of the file that it extends."""
    if path in seen:
        raise UsageError(f"{_shown(seen[0])}: 'extend' goes round in a circle by way of {_shown(path)}")
    from promptlint.project.schema import validate

    table = read_table(path)
    shown = _shown(path)
    validate(table, shown)
    if "required-version" in table:
        from promptlint.project.versions import require_version

        require_version(table["required-version"], __version__, shown)
    folder = os.path.dirname(path)
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    overrides: tuple[Override, ...] = ()
    if "extend" in table:
        base = os.path.normpath(os.path.join(folder, os.path.expanduser(table["extend"])))
        if not os.path.isfile(base):
            raise UsageError(f"{shown}: 'extend' names {table['extend']}, which is no file")
        values, origins, overrides = _chain(base, (*seen, path))
        values, overrides = _rebased(values, overrides, os.path.dirname(base), folder)
    for key, value in table.items():
        if key in ("per-file", "extend", "required-version"):
            continue
        if key == "rule-packs":
            value = [os.path.join(folder, pack) for pack in value]
        if key == "extend-select":
            value = list(dict.fromkeys((*values.get(key, ()), *value)))
        if key == "severity":
            value = {**values.get(key, {}), **value}
        values[key] = value
        origins[key] = shown
    return values, origins, (*overrides, *(_override(entry) for entry in table.get("per-file", ())))


def read_table(path: str) -> dict[str, Any]:
    """Return the settings table of a TOML file: all of it, or `[tool.promptlint]` of a pyproject.toml."""
    if os.path.basename(path) == "pyproject.toml":
        table = _pyproject_table(path)
        if table is None:
            raise UsageError(f"{_shown(path)}: there is no [tool.promptlint] table")
        return table
    return _toml(path)


def _pyproject_table(path: str) -> dict[str, Any] | None:
    try:
        with open(path, "rb") as file:
            if b"promptlint" not in file.read(2_000_000):
                return None
    except OSError:
        return None
    tool = _toml(path).get("tool")
    table = tool.get("promptlint") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _parsed(text: str) -> dict[str, Any]:
    """Return a TOML document; raises ValueError."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib  # type: ignore[import-not-found]
    table: dict[str, Any] = tomllib.loads(text)
    return table


def _toml(path: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            return _parsed(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{_shown(path)}: not valid TOML: {error}") from error
    except OSError as error:
        raise UsageError(f"{_shown(path)}: cannot be read: {error.strerror}") from error


def _override(entry: Mapping[str, Any]) -> Override:
    return Override(**{key: _frozen(value) for key, value in entry.items()})


def _rebased(
    values: dict[str, Any], overrides: tuple[Override, ...], base: str, folder: str
) -> tuple[dict[str, Any], tuple[Override, ...]]:
    """Return the patterns of an extended file that lies further up as seen from `folder`.

    `sub/x/**` of the folder above `sub` is `../sub/x/**` there, see `globs.matches`. The patterns of a file
    elsewhere, such as an organisation's shared settings, mean the folder of the file that extends them.
    """
    if base == folder or not folder.startswith(base.rstrip(os.sep) + os.sep):
        return values, overrides
    up = os.path.relpath(base, folder).replace(os.sep, "/") + "/"

    def moved(patterns: Any) -> list[str]:
        return [_moved(pattern, up) for pattern in patterns]

    changed: dict[str, Any] = {key: moved(values[key]) for key in ("include", "exclude") if key in values}
    return {**values, **changed}, tuple(o._replace(paths=tuple(moved(o.paths))) for o in overrides)


def _moved(pattern: str, up: str) -> str:
    sign, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if "/" not in body.rstrip("/"):
        return pattern
    return sign + up + body.lstrip("/")


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _shown(path: str) -> str:
    relative = os.path.relpath(path)
    return as_given(path if relative.startswith("..") and os.path.isabs(path) else relative)
