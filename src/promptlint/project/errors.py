"""The one error that a user can cause and must read."""

from __future__ import annotations


class UsageError(Exception):
    """A wrong setting, option or environment; the message names the value, its place and the remedy. Exit code 2."""
