"""Names of findings that survive edits elsewhere in the file."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable

from promptlint.model import Diagnostic, Linted
from promptlint.project.roots import Roots

_SPACE = re.compile(r"\s+")


def fingerprinted(
    diagnostics: Iterable[Diagnostic], linted: Iterable[Linted], text_of: Callable[[str], str], roots: Roots
) -> list[Diagnostic]:
    """Return the diagnostics of one file with their fingerprints.

    A fingerprint hashes the rule, the root-relative path, the prompt's symbol, the anchor's text without regard to
    white space and case, and the ordinal among findings that are equal in all of these. No line numbers go in. What
    is absent has no text of its own: it is shown at the task statement, whose wording may change without making the
    same gap a new one.
    """
    items = {item.prompt.id: item for item in linted}
    seen: Counter[tuple[str, ...]] = Counter()
    named = []
    for diagnostic in sorted(diagnostics, key=lambda d: (d.path, d.start, d.rule, d.end, d.message)):
        item = items.get(diagnostic.prompts[0]) if diagnostic.prompts else None
        anchor = "" if _absent(diagnostic, item) else text_of(diagnostic.path)[diagnostic.start : diagnostic.end]
        symbol = (item.prompt.symbol if item is not None else None) or ""
        key = (diagnostic.rule, roots.relative(diagnostic.path), symbol, _SPACE.sub(" ", anchor).strip().lower())
        text = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        named.append(diagnostic._replace(fingerprint=digest))
    return named


def _absent(diagnostic: Diagnostic, item: Linted | None) -> bool:
    finding = diagnostic.finding
    if item is None or finding is None or finding.file_span is not None:
        return False
    return (finding.start, finding.end) == tuple(item.anatomy.task)
