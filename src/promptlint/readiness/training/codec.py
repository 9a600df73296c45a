"""JSON of one row: orjson where the extra `[data]` is installed, the standard library otherwise, to the same effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

try:
    import orjson as _orjson
except ImportError:
    _orjson = None  # type: ignore[assignment,unused-ignore]


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _standard(raw: bytes) -> Any:
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refused)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if b"\\ud" in raw or b"\\uD" in raw:
        # Lone surrogates: orjson refuses them, and no tokenizer takes them.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def loader() -> tuple[Callable[[bytes], Any], str]:
    """Return the parser of one JSON value and its name. It raises ValueError for what is not JSON in UTF-8."""
    if _orjson is None:
        return _standard, "json"
    return _orjson.loads, "orjson"


def canonical(value: Any) -> str:
    """Return JSON that is equal for equal values of one run: sorted keys, no blanks."""
    if _orjson is not None:
        try:
            return str(_orjson.dumps(value, option=_orjson.OPT_SORT_KEYS), "utf-8")
        except TypeError:  # an integer of over 64 bits
            pass
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def key_of(text: str) -> int:
    """Return the 64-bit key of a text that is already normalised."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


_FOLDED = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f", b"abcdefghijklmnopqrstuvwxyz" + b" " * 9
)


def text_key(text: str) -> int:
    """Return `key_of(normalised(text))`, for ASCII at a third of the cost."""
    if not text.isascii():
        return key_of(normalised(text))
    raw = text.encode("ascii").translate(_FOLDED)
    if b"  " in raw or raw[:1] == b" " or raw[-1:] == b" ":
        raw = b" ".join(raw.split())
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big")


def normalised(text: str) -> str:
    """Return a text with case, blanks and Unicode composition made equal."""
    if not text.isascii():
        import unicodedata

        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split()).casefold()
