"""What a text must hold for a pattern to match in it: literals that are read off the pattern's syntax tree.

A pattern that needs "json" cannot match in a text without it, and need not be compiled for such a text. The trees come
from the parser of `re`, which is internal to Python: whatever this module does not know demands nothing. Used when
grammars are compiled, not when prompts are linted. The build hook loads this file by its path: it imports nothing of
promptlint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

try:
    from re import _parser as parser  # type: ignore[attr-defined]  # internal to Python, and so not typed
except ImportError:  # Python 3.10
    import sre_parse as parser

_MOST_FORMS = 24
"""More spellings of one place than this are not followed; most such places are a class of characters."""
_MOST_WORDS = 60
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_WIDTHLESS = ("AT", "ASSERT", "ASSERT_NOT")

Node = tuple[Any, Any]
Clause = frozenset[str]
"""Words of which a matched text holds at least one."""


def needed(pattern: str) -> list[list[str]]:
    """Return up to two lists of literals: a text that `pattern` matches in, with any flags, holds one of each list.

    The literals are in lower case; compare with a text that `folded` returns. No list: nothing is known to be needed.
    """
    tree = parser.parse(pattern, re.IGNORECASE)
    return [sorted(clause) for clause in _best(_clauses(tree), 2)]


def _clauses(tree: Iterable[Node]) -> list[Clause]:
    """Return what a sequence needs: its runs of literals, and what its parts need by themselves."""
    runs, others = _read(tree)
    return [*(run for run in runs if "" not in run), *(clause for node in others for clause in _inner(*node))]


def _read(tree: Iterable[Node]) -> tuple[list[Clause], list[Node]]:
    """Return the runs of literals in a sequence, each in all its spellings, and the nodes that have too many."""
    runs, others = [frozenset({""})], []
    for node in tree:
        name = str(node[0])
        if name in _WIDTHLESS:
            continue
        forms = _forms(name, node[1])
        edge = forms or _edge(name, node[1])
        joined = frozenset(left + right for left in runs[-1] for right in edge)
        if joined and len(joined) <= _MOST_FORMS:
            runs[-1] = joined
        if not forms or len(joined) > _MOST_FORMS:
            others.append((name, node[1]))
            runs.append(edge or frozenset({""}))
    return runs, others


def _edge(name: str, value: Any) -> Clause:
    """Return what a part that repeats begins and ends with: `--` for `-{2,}`."""
    if name not in _REPEATS or not 0 < value[0] < _MOST_FORMS:
        return frozenset()
    return _sequence(list(value[2]) * value[0])


def _forms(name: str, value: Any) -> Clause:
    """Return all texts that a node matches, in lower case; none when they are many or not known."""
    if name == "LITERAL":
        return frozenset({_lower(value)}) if _lower(value) else frozenset()
    if name == "IN":
        chars = [_lower(each) if str(kind) == "LITERAL" else "" for kind, each in value]
        return frozenset(chars) if all(chars) else frozenset()
    if name in _REPEATS:
        low, high, inner = value
        if (low, high) != (0, 1):
            return _sequence(inner) if (low, high) == (1, 1) else frozenset()
        forms = _sequence(inner)
        return forms | {""} if forms else frozenset()
    if name == "SUBPATTERN":
        return _sequence(value[3])
    if name == "ATOMIC_GROUP":
        return _sequence(value)
    if name == "BRANCH":
        branches = [_sequence(branch) for branch in value[1]]
        forms = frozenset().union(*branches)
        return forms if all(branches) and len(forms) <= _MOST_FORMS else frozenset()
    return frozenset()


def _sequence(tree: Iterable[Node]) -> Clause:
    forms = frozenset({""})
    for node in tree:
        name = str(node[0])
        if name in _WIDTHLESS:
            continue
        own = _forms(name, node[1])
        forms = frozenset(left + right for left in forms for right in own)
        if not own or len(forms) > _MOST_FORMS:
            return frozenset()
    return forms


def _inner(name: str, value: Any) -> list[Clause]:
    """Return what the inside of a node needs, where the node cannot be passed over."""
    if name == "SUBPATTERN":
        return _clauses(value[3])
    if name == "ATOMIC_GROUP":
        return _clauses(value)
    if name in _REPEATS and value[0] > 0:
        return _clauses(value[2])
    if name == "BRANCH":
        branches = [_best(_clauses(branch), 1) for branch in value[1]]
        words = frozenset().union(*(best[0] for best in branches if best))
        return [words] if all(branches) and len(words) <= _MOST_WORDS else []
    return []


def _best(clauses: Sequence[Clause], count: int) -> list[Clause]:
    """Return the clauses that fewest texts fulfil, as far as length tells: of long words, and of few."""
    return sorted(set(clauses), key=lambda clause: (-min(map(len, clause)), len(clause), sorted(clause)))[:count]


def _lower(code: int) -> str:
    """Return a character in lower case, or nothing for one whose cases are more than `folded` brings together."""
    char = chr(code)
    if char.isascii() or char.lower() == char.upper():
        return char.lower()
    return ""
