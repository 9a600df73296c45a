"""Checks of the security family: secrets, hidden characters, untrusted text, actions that cannot be undone."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from promptlint.model import Edit, Fix
from promptlint.rules.context import Context, Hit, quote
from promptlint.text import lazy_re as re

_PROVIDER = re.compile(
    r"\b(?P<token>sk-(?:proj-|ant-(?:api\d\d-)?)?[A-Za-z0-9_-]{32,200}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36,80}|github_pat_[A-Za-z0-9_]{40,120}"
    r"|xox[baprs]-[A-Za-z0-9-]{20,120}|AIza[0-9A-Za-z_-]{35}|eyJ[A-Za-z0-9_-]{15,400}\.eyJ[A-Za-z0-9_-]{15,2000}\.[A-Za-z0-9_-]{20,400}"
    r"|glpat-[A-Za-z0-9_-]{20,60}|hf_[A-Za-z0-9]{34,60}|[rs]k_live_[A-Za-z0-9]{20,80})(?![A-Za-z0-9])",
    needs="sk- akia ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ xox aiza eyj glpat- hf_ k_live_",
)
_PEM = re.compile(
    r"-----BEGIN (?:RSA |EC |OPENSSH |DSA )?PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{80}", needs=("private key",)
)
_URL = re.compile(
    r"\b[a-z][a-z0-9+]{2,12}://(?P<user>[^\s:/@<>{}\"'$]{1,60}):(?P<token>[^\s:/@<>{}\"'$]{6,80})@[\w.-]{3,80}",
    needs="://",
)
_GENERIC = re.compile(
    r"\b(?:password|passwd|api[_ -]?key|secret(?:[_ -]?key)?|access[_ -]?token|auth[_ -]?token)\b[\"'` ]{0,3}(?:is|="
    r"|:)[\"'` ]{0,3}(?P<token>[A-Za-z0-9+/=_!@#%^&*-]{16,120})",
    re.I,
    needs=("password", "passwd", "secret", "token", "apikey", "api_key", "api key", "api-key"),
)
_DUMMY = re.compile(
    r"example|test|sample|dummy|fake|secret|changeme|change_me|your|xxx|placeholder|password|redacted|abc|123456|foo|bar|user|admin|todo|insert|here|\*\*|\.\.\.|___|key|token|guest|pass|root|postgres",
    re.I,
)


def secret(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Credentials in the text. The message never holds the secret."""
    text = context.text
    found: list[tuple[int, int, str]] = []
    for match in _PROVIDER.finditer(text):
        token = match["token"]
        if entropy(token) >= 3.5 and not _DUMMY.search(token.split("-", 1)[-1].split("_", 1)[-1]):
            found.append((*match.span("token"), "an access token"))
    found.extend((match.start(), match.start() + 27, "a private key") for match in _PEM.finditer(text))
    found.extend(
        (*match.span("token"), "a password in an address")
        for match in _URL.finditer(text)
        if not _DUMMY.search(match["token"]) and not _DUMMY.search(match["user"]) and entropy(match["token"]) >= 2.5
    )
    for match in _GENERIC.finditer(text):
        token = match["token"]
        mixed = re.search(r"[a-z]", token) and re.search(r"[A-Z]", token) and re.search(r"\d", token)
        if (
            mixed
            and entropy(token) >= 3.7
            and not _DUMMY.search(token)
            and not any(s <= match.start("token") < e for s, e, _ in found)
        ):
            found.append((*match.span("token"), "a credential"))
    for start, end, what in sorted(found):
        yield Hit(start, end, {"what": what})


def entropy(token: str) -> float:
    """Return the entropy of a token in bits a character."""
    counts = Counter(token)
    return -sum(n / len(token) * math.log2(n / len(token)) for n in counts.values())


_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\u180e\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]+")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{2,6}\U000e007f")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_MARKS = frozenset("\u200e\u200f")


def hidden(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Characters that nobody sees: tag characters, direction overrides, blanks of no width inside words."""
    text = context.text
    if text.isascii():
        return
    flags = [match.span() for match in _FLAG.finditer(text)]
    for match in _HIDDEN.finditer(text):
        if any(start <= match.start() < end for start, end in flags):
            continue
        run = match.group()
        tagged = any(0xE0000 <= ord(char) <= 0xE007F for char in run)
        turned = any(char in _BIDI for char in run) and not _right_to_left(text)
        if not (tagged or turned) and _harmless(text, match):
            continue
        names = ", ".join(f"U+{ord(char):04X}" for char in dict.fromkeys(run[:8]))
        yield Hit(
            match.start(),
            match.end(),
            {"characters": names, "count": len(run)},
            severity=None if tagged or turned else "warning",
            fix=Fix("safe", "Remove the invisible characters", (Edit(match.start(), match.end(), ""),)),
        )
    yield from _mixed_scripts(context)


def _harmless(text: str, match: re.Match[str]) -> bool:
    """Whether invisible characters do their proper work: joiners in emoji and in scripts that need them, or edges."""
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    run = match.group()
    if any(char in _BIDI for char in run):
        return True
    if set(run) <= _JOINERS | {"\ufe0f"}:
        return not (before.isascii() and after.isascii())
    if set(run) <= _MARKS:
        return _right_to_left(text)
    return not (before.isalnum() and after.isalnum() and (before.isascii() or after.isascii()))


def _right_to_left(text: str) -> bool:
    return any("\u0590" <= char <= "\u08ff" for char in text[:200_000])


_WORD = re.compile(r"[^\W\d_]{3,40}")
_LOOKS_LATIN = frozenset("аеорсухіјѕԁһԛԝАВЕКМНОРСТХІЈЅαοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")


def _mixed_scripts(context: Context) -> Iterator[Hit]:
    for match in _WORD.finditer(context.text):
        word = match.group()
        if word.isascii():
            continue
        odd = [char for char in word if char in _LOOKS_LATIN]
        if odd and all(char.isascii() or char in _LOOKS_LATIN for char in word) and len(odd) * 2 < len(word):
            names = ", ".join(dict.fromkeys(unicodedata.name(char, f"U+{ord(char):04X}").lower() for char in odd[:4]))
            yield Hit(
                match.start(),
                match.end(),
                {"characters": names, "count": len(odd)},
                message="Hidden text: this word mixes Latin letters with look-alikes ({characters}).",
                severity="warning",
            )


_DATA_RULE = re.compile(
    r"\btreat\b[^.\n]{0,60}\bas (?:untrusted |plain |mere )?(?:data|content|input|information|text)\b"
    r"|\b(?:do not|don['’]t|never|ignore)\b[^.\n]{0,40}\b(?:instructions?|commands?"
    r"|directives?)\b[^.\n]{0,40}\b(?:in|inside|within|found|contained|from|embedded)\b"
    r"|\b(?:untrusted|prompt injection|not instructions|never as instructions|(?:is|are) data\b)",
    re.I,
)


def untrusted_in_system(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Run-time text that the code takes from outside, in the system message."""
    prompt = context.prompt
    for message in prompt.messages:
        if message.role != "system":
            continue
        for placeholder in prompt.placeholders:
            if message.start <= placeholder.start < message.end and placeholder.name in prompt.around.untrusted:
                yield Hit(placeholder.start, placeholder.end, {"name": placeholder.name})


def no_data_rule(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """An agent or RAG prompt that reads text of others and never says that it is data."""
    if context.search(_DATA_RULE) is not None:
        return
    slots = [slot for slot in context.anatomy.slots if slot.content and slot.injects in ("context", "")]
    outside = re.compile(
        r"\b(?:web ?pages?|websites?|e-?mails?|tickets?|search results|attachments?|inbox|browse|scrap\w+)\b", re.I
    )
    if slots and outside.search(context.view("instructions")):
        yield Hit(slots[0].start, slots[0].end, {"name": context.text[slots[0].start : slots[0].end]})


_REVEAL = re.compile(
    r"\b(?:only (?:admins?|administrators|managers)|if the user (?:says|enters|knows|provides|gives) the (?:password"
    r"|passphrase|secret|code)"
    r"|(?:do not|don['’]t|never) (?:show|reveal|share|return|disclose|expose) (?:the )?(?:data|records?|information"
    r"|details) of other (?:users|customers|tenants))\b",
    re.I,
)


def boundary(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Access control that is left to the prompt."""
    for statement in context.anatomy.statements:
        match = _REVEAL.search(context.says(statement))
        if match is not None:
            yield Hit(statement.start, statement.end, {"match": quote(match.group())})
            return


_MAIL = re.compile(r"\b[\w.+-]{2,40}@(?P<host>[\w-]{2,40}(?:\.[\w-]{2,20}){1,3})\b")
_RESERVED = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost)(?:\.|$)|^(?:company|acme|domain|email|mail|xyz|abc|yourcompany|contoso|fabrikam|northwind)\w*\.|example",
    re.I,
)
_PRIVATE_HOST = re.compile(
    r"^(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|gmx|web|protonmail|proton|aol|live|qq|163)\.", re.I
)
_GENERIC_USER = re.compile(
    r"^(?:info|support|user|name|first|last|test|jane|john|doe|alice|bob|someone|me|you|your|email|foo|sales|contact|hello|admin|no-?reply)",
    re.I,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"\b(?:\d[ -]?){15}\d\b")
_TEST_CARDS = ("4111", "4242", "5555555555554444", "3782", "4000", "5105", "6011", "1234")


def personal_data(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """Personal data that look real, inside examples."""
    for example in context.anatomy.examples:
        for match in _MAIL.finditer(context.text, example.start, example.end):
            user = match.group().split("@")[0]
            if (
                _PRIVATE_HOST.match(match["host"])
                and not _GENERIC_USER.match(user)
                and not _RESERVED.search(match["host"])
            ):
                yield Hit(match.start(), match.end(), {"what": "an e-mail address"})
        for match in _IBAN.finditer(context.text, example.start, example.end):
            if _iban_valid(match.group().replace(" ", "")):
                yield Hit(match.start(), match.end(), {"what": "an account number with a valid checksum"})
        for match in _CARD.finditer(context.text, example.start, example.end):
            digits = re.sub(r"\D", "", match.group())
            if len(set(digits)) > 3 and not digits.startswith(_TEST_CARDS) and _luhn(digits):
                yield Hit(match.start(), match.end(), {"what": "a card number with a valid checksum"})


def _iban_valid(number: str) -> bool:
    if not 15 <= len(number) <= 34:
        return False
    moved = number[4:] + number[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


def _luhn(digits: str) -> bool:
    total = 0
    for at, char in enumerate(reversed(digits)):
        value = int(char) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_DESTRUCTIVE = re.compile(
    r"\b(?:delete|refund|transfer|purchase|deploy|drop|cancel|wipe|terminate|pay|wire|overwrite)s?\b(?: \w+){0,2}? "
    r"(?:the |an? |any |all |their |your |user )?(?:orders?|accounts?|files?|records?|tables?|databases?|money"
    r"|payments?|subscriptions?|bookings?|instances?|customers?|refunds?|branch|production|funds|reservations?)\b"
    r"|\bissue (?:a |the )?refunds?\b|\bsend (?:an? |the )?e-?mails?\b",
    re.I,
)
_CONFIRM = re.compile(
    r"\b(?:confirm\w*|approv\w+|ask (?:before|first|the user|for permission)|dry[- ]run|permission|consent"
    r"|double[- ]check|verify with|explicit(?:ly)? request\w*)\b",
    re.I,
)


def unconfirmed(context: Context, options: Mapping[str, Any]) -> Iterator[Hit]:  # noqa: ARG001
    """An agent that may do what cannot be undone, and no rule of confirmation anywhere."""
    if _CONFIRM.search(context.text):
        return
    for statement in context.anatomy.statements:
        said = context.says(statement)
        match = _DESTRUCTIVE.search(said)
        if match is not None and statement.polarity > 0 and statement.mood != "question":
            yield Hit(statement.start, statement.end, {"match": quote(match.group())})
            return
