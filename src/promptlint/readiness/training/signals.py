"""Signs in a single text: personal data and secrets, refusals, breaking off. None ever returns the text it found."""

from __future__ import annotations

import math
import re
from collections import Counter

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_DIGITS = re.compile(r"\+?\(?\d[\d ().-]{8,24}\d")
_NANP = re.compile(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_KEYS = re.compile(
    r"\b(?:sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}|AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,}|"
    r"xox[abprs]-[A-Za-z0-9-]{20,}|AIza[\w-]{35}|glpat-[\w-]{20,}|hf_[A-Za-z0-9]{30,})|"
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY"
)
_TOKEN = re.compile(r"[A-Za-z0-9+_=-]{32,200}")
_PLAIN = bytes(code for code in range(256) if code not in b"0123456789@_-")
_TOKENS = bytes(120 if chr(code).isascii() and (chr(code).isalnum() or code in b"+_=-") else 32 for code in range(256))
_LONG_TOKEN = b"x" * 32
_RESERVED = ("example.com", "example.org", "example.net", ".example", ".test", ".invalid")

_REFUSAL = re.compile(
    r"(?:i'?m sorry,? (?:but )?(?:i (?:can(?:no|')t|am (?:not able|unable))|as an ai)|"
    r"(?:sorry|unfortunately),? (?:but )?i (?:can(?:no|')t|am (?:not able|unable)|'m (?:not able|unable))|"
    r"i (?:can(?:no|')t|am unable to|am not able to|'m (?:not able|unable) to|won'?t be able to) "
    r"(?:help|assist|provide|comply|answer|fulfil|do that|discuss|support|process|complete|respond|generate)|"
    r"as an ai (?:language )?(?:model|assistant)|as a (?:large )?language model|i cannot\b)"
)
CUT_OFF = frozenset({"length", "max_tokens", "MAX_TOKENS"})
"""Finish reasons of an output that was cut off."""
_DECLINE = re.compile(
    r"(?:i do(?:n'?t| not) (?:know|have enough)|(?:there is )?not enough information|(?:it is )?not (?:stated|"
    r"specified|mentioned)|unknown\b|n/a\b|insufficient)"
)


def personal_data(text: str) -> str | None:
    """Return which kind of personal data or secret a text holds, None for none."""
    # What is left of a text without its common characters tells which searches can find anything, at a hundredth of
    # their cost.
    raw = text.encode("utf-8", "surrogatepass")
    signs = raw.translate(None, _PLAIN)
    if not signs and "AKIA" not in text and "AIza" not in text:
        return None
    if b"@" in signs:
        found = _MAIL.search(text)
        if found is not None and not found.group().lower().endswith(_RESERVED):
            return "e-mail"
    if _may_hold_key(text) and _KEYS.search(text):
        return "key"
    digits = len(signs.translate(None, b"@_-"))
    if digits >= 3 and _LONG_TOKEN in raw.translate(_TOKENS):
        for match in _TOKEN.finditer(text):
            if _random(match.group()):
                return "secret"
    return _numbers(text) if digits >= 9 else None


def _numbers(text: str) -> str | None:
    for match in _DIGITS.finditer(text):
        kind = _digits(match.group(), text[match.start() - 1 : match.start()])
        if kind is not None:
            return kind
    for match in _IBAN.finditer(text):
        if _iban(match.group()):
            return "iban"
    return None


def _may_hold_key(text: str) -> bool:
    # Written out: a loop over the signs costs more than the search that it is to save.
    return (
        "sk-" in text
        or "AKIA" in text
        or "_" in text
        or "xox" in text
        or "AIza" in text
        or "glpat-" in text
        or "-----BEGIN" in text
    )


def _digits(text: str, before: str) -> str | None:
    digits = [char for char in text if char.isdigit()]
    if 13 <= len(digits) <= 19 and text[0] != "+" and len(set(digits)) > 1 and _luhn(digits):
        groups = re.split(r"[ -]", text)
        if len(groups) == 1 or all(len(group) >= 3 and group.isdigit() for group in groups):
            return "card"
    if text.startswith("+") and 9 <= len(digits) <= 15:
        return "phone"
    return "phone" if not before.isalnum() and _NANP.fullmatch(text) else None


def _luhn(digits: list[str]) -> bool:
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def _iban(text: str) -> bool:
    packed = text.replace(" ", "")
    if not 15 <= len(packed) <= 34:
        return False
    turned = packed[4:] + packed[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _random(token: str) -> bool:
    """Whether a token looks like a random key: three classes of characters and over 4.3 bits a character."""
    if not (any(map(str.isupper, token)) and any(map(str.islower, token)) and sum(map(str.isdigit, token)) >= 3):
        return False
    counts, n = Counter(token), len(token)
    return -sum(c / n * math.log2(c / n) for c in counts.values()) > 4.3


def refuses(text: str) -> bool:
    """Whether an answer opens with a refusal or a model's boilerplate."""
    head = text[:160].lstrip(" \n\"'*").lower().replace("’", "'")
    return _REFUSAL.match(head) is not None or "as an ai language model" in head


def declines(text: str) -> bool:
    """Whether an answer refuses or says that it does not know."""
    return refuses(text) or _DECLINE.match(text[:80].lstrip(" \n\"'*").lower().replace("’", "'")) is not None


def unclosed(text: str) -> bool:
    """Whether brackets opened outside strings are still open at the end."""
    depth, quoted, escaped = 0, False, False
    for char in text:
        if quoted:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
    return depth > 0 or quoted
