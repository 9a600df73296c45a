"""File to prompts: one module a format family, found through `registry`."""

from __future__ import annotations

from promptlint.sources.registry import extract, identify

__all__ = ["extract", "identify"]
