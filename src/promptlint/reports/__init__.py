"""Renderers: one module an output format. Each turns a `Report` into text; none decides an exit code."""
