"""Settings for some paths: what holds for one file."""

from __future__ import annotations

from promptlint.model import Diagnostic, Override, Settings, SuppressedBy


def applying(settings: Settings, path: str) -> tuple[Override, ...]:
    """Return the overrides whose patterns match a file, in the order of the settings file."""
    if not settings.overrides:
        return ()
    from promptlint.project.globs import matches

    return tuple(override for override in settings.overrides if matches(path, override.paths, settings.root))


def for_path(settings: Settings, path: str) -> Settings:
    """Return the settings of one file: later overrides win, `require` adds up, no override is left to apply.

    An override's `ignore` is not folded in: such findings are made and then listed as suppressed, see `silenced`.
    """
    if not settings.overrides:
        return settings
    kind, select, require, severity = settings.kind, settings.select, settings.require, dict(settings.severity)
    for override in applying(settings, path):
        kind = override.kind or kind
        select = override.select or select
        require = tuple(dict.fromkeys((*require, *override.require)))
        severity.update(override.severity)
    return settings._replace(kind=kind, select=select, require=require, severity=severity, overrides=())


def silenced(diagnostic: Diagnostic, settings: Settings, path: str) -> Diagnostic:
    """Return a diagnostic, marked as suppressed if an override for its file ignores its rule."""
    if diagnostic.suppressed is not None:
        return diagnostic
    for override in applying(settings, path):
        if any(covers(selector, diagnostic.rule, diagnostic.name) for selector in override.ignore):
            reason = (
                override.reason or f"ignored for {', '.join(override.paths)} in {settings.origin or 'the settings'}"
            )
            return diagnostic._replace(suppressed=SuppressedBy("settings", reason))
    return diagnostic


def covers(selector: str, rule: str, name: str = "") -> bool:
    """Whether a selector (`ALL`, an id or its beginning such as `UNC`, or a rule's name) means a rule."""
    return selector == "ALL" or selector in (rule, name) or (selector.isupper() and rule.startswith(selector))
