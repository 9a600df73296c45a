"""Names of findings that survive edits elsewhere in the file."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from promptlint.model import Diagnostic, Linted
from promptlint.project.roots import Roots

_SPACE = re.compile(r"\s+")


def fingerprinted(
    diagnostics: Iterable[Diagnostic], linted: Iterable[Linted], texts: Mapping[str, str], roots: Roots
) -> list[Diagnostic]:
    """Return the diagnostics of one file with their fingerprints.

    A fingerprint hashes the rule, the root-relative path, the prompt's symbol, the anchor's text without regard to
    white space and case, and the ordinal among findings that are equal in all of these. No line numbers go in.
    """
    symbols = {item.prompt.id: item.prompt.symbol or "" for item in linted}
    seen: Counter[tuple[str, ...]] = Counter()
    named = []
    for diagnostic in sorted(diagnostics, key=lambda d: (d.path, d.start, d.rule, d.end, d.message)):
        anchor = texts.get(diagnostic.path, "")[diagnostic.start : diagnostic.end]
        symbol = symbols.get(diagnostic.prompts[0], "") if diagnostic.prompts else ""
        key = (diagnostic.rule, roots.relative(diagnostic.path), symbol, _SPACE.sub(" ", anchor).strip().lower())
        text = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        named.append(diagnostic._replace(fingerprint=digest))
    return named
