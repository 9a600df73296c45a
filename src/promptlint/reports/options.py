"""How a report is drawn."""

from __future__ import annotations

from promptlint.text.records import NamedTuple


class Options(NamedTuple):
    """What the reader asked for. `width` counts terminal columns; `root` is the folder that URIs are relative to."""

    color: bool = False
    all_findings: bool = False
    """Show every finding; else repeats are grouped, and ten a prompt are shown."""
    verbose: bool = False
    """List the files that were left out."""
    root: str | None = None
    """None: the working directory."""
    edition: str = "2026"
    width: int = 100
    rule_packs: tuple[str, ...] = ()
    """Folders whose rules the run used, for the help texts of SARIF."""
