"""Named tuples that cost little to define.

`typing.NamedTuple` takes 80 µs a class: it checks each annotation, and makes a constructor from source. A run on one
file defines seventy and calls thirty. Here annotations are not looked at, and a class makes its constructor when it is
first called. Type checkers see those of `typing`, and values act as theirs do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from _collections import _tuplegetter
    from collections.abc import Iterable, Mapping
    from typing import Any

    _build = tuple.__new__

    class _Record(tuple):
        __slots__ = ()
        _fields = ()
        _field_defaults: Mapping[str, Any] = {}

        def __new__(cls, *values, **named):
            names = ", ".join(cls._fields)
            made = eval(f"lambda cls, {names}: build(cls, ({names},))", {"build": _build})
            made.__defaults__ = tuple(cls._field_defaults.values())
            made.__name__ = "__new__"
            made.__qualname__ = f"{cls.__qualname__}.__new__"
            cls.__new__ = staticmethod(made)
            return made(cls, *values, **named)

        @classmethod
        def _make(cls, values: Iterable[Any]):
            return cls.__new__(cls, *values)

        def _replace(self, **named):
            values = [named.pop(name, value) for name, value in zip(self._fields, self, strict=True)]
            if named:
                raise ValueError(f"{type(self).__name__} has no field {', '.join(map(repr, named))}")
            return _build(type(self), values)

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

        def __repr__(self) -> str:
            fields = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({', '.join(fields)})"

    class _Defining(type):
        """Makes of a class with annotations a tuple with fields, whose own metaclass is `type`."""

        def __new__(cls, name, bases, members):  # noqa: ARG004 - what a metaclass is called with
            fields = tuple(members["__annotations__"])
            defaults = {field: members[field] for field in fields if field in members}
            if list(defaults) != list(fields[len(fields) - len(defaults) :]):
                raise TypeError(f"{name}: a field without a default follows one with a default")
            members.update((field, _tuplegetter(at, None)) for at, field in enumerate(fields))
            members.update(__slots__=(), _fields=fields, _field_defaults=defaults, __match_args__=fields)
            return type(name, (_Record,), members)

    NamedTuple = type.__new__(_Defining, "NamedTuple", (), {})

__all__ = ["NamedTuple"]
