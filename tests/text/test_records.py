"""Our named tuples act as those of `typing`."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from promptlint.text import records


class Ours(records.NamedTuple):
    """A place."""

    line: int
    column: int = 1
    name: str = ""
    """Where it is."""

    def next(self) -> Ours:
        return self._replace(line=self.line + 1)

    @property
    def shown(self) -> str:
        return f"{self.line}:{self.column}"


class Theirs(NamedTuple):
    """A place."""

    line: int
    column: int = 1
    name: str = ""


Made = Callable[..., Any]
USES: dict[str, Callable[[Made], Any]] = {
    "values": lambda made: (made(3), made(3, 4), made(3, name="a"), made(line=5, column=6, name="b")),
    "hash and order": lambda made: (hash(made(3)), made(3) < made(4), made(3) == (3, 1, "")),
    "fields": lambda made: (made._fields, made._field_defaults, made.__match_args__, made.__doc__),
    "parts": lambda made: (made(3).line, made(3).name, made(3)[1], [*made(3, 2)]),
    "other makings": lambda made: (made._make([1, 2, "c"]), made(3)._replace(line=4, name="d")),
    "as mapping": lambda made: made(3)._asdict(),
    "text": lambda made: repr(made(3)).partition("(")[2],
    "copies": lambda made: (copy.copy(made(3)), copy.deepcopy(made(3)), pickle.loads(pickle.dumps(made(3)))),
}
WRONG: dict[str, Callable[[Made], Any]] = {
    "too few": lambda made: made(),
    "too many": lambda made: made(1, 2, "a", 4),
    "unknown": lambda made: made(1, other=2),
    "twice": lambda made: made(1, line=2),
    "unknown to replace": lambda made: made(1)._replace(other=2),
    "too few to make": lambda made: made._make([]),
    "assigned": lambda made: setattr(made(1), "line", 2),
    "other attribute": lambda made: setattr(made(1), "other", 2),
}


@pytest.mark.parametrize("use", USES)
def test_a_use_gives_what_a_named_tuple_of_typing_gives(use: str) -> None:
    assert USES[use](Ours) == USES[use](Theirs)


@pytest.mark.parametrize("use", WRONG)
def test_a_wrong_use_raises_what_a_named_tuple_of_typing_raises(use: str) -> None:
    raised = []
    for made in (Ours, Theirs):
        with pytest.raises((TypeError, ValueError, AttributeError)) as error:
            WRONG[use](made)
        raised.append(error.type)
    assert raised[0] is raised[1]


def test_methods_properties_and_patterns_work() -> None:
    assert (Ours(3).next(), Ours(3).shown, type(Ours(3).next())) == (Ours(4), "3:1", Ours)
    match Ours(3, 4):
        case Ours(line, column):
            assert (line, column) == (3, 4)
    assert type(Ours) is type


def test_a_field_without_a_default_may_not_follow_one_with_a_default() -> None:
    with pytest.raises(TypeError, match="without a default"):
        type(records.NamedTuple)("Wrong", (), {"__annotations__": {"a": int, "b": int}, "a": 1})
