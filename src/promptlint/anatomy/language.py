"""Which language a prompt is written in: by script, then by its commonest short words."""

from __future__ import annotations

import re

_WORDS = {
    "en": "the and of to you is in that for are this with your not or be as it if from",
    "de": "der die das und ist nicht sie du mit für auf ein eine den von zu wenn dem im als auch oder bitte",
    "fr": "le la les des et est vous une pour dans que qui pas sur avec votre vos ne du au si ou aux",
    "es": "el la los las de que y en un una para con no es por se del su como si al usted tu o",
    "pt": "o a os as de que e em um uma para com não é por se do da seu sua como ou ao você no na",
    "it": "il lo la gli le di che e un una per con non è si del della se come sono o al dei",
    "nl": "de het een en van is niet je met voor op te dat die aan als of zijn bij ook",
    "sv": "och att det är som en på för av med inte du den till om ett eller",
    "pl": "i w nie na z do że się to jest jak dla lub o jeśli oraz od po",
    "tr": "ve bir bu için ile de da olarak veya olan değil ne en çok gibi",
}
_SETS = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_TOKEN = re.compile(r"[^\W\d_]+")


def detect(text: str) -> str:
    """Return the ISO 639-1 code of the text's main language; `und` when nothing tells."""
    sample = text[:20_000]
    script = _script(sample)
    if script is not None:
        return script
    words = [word.lower() for word in _TOKEN.findall(sample)[:3000]]
    if not words:
        return "und"
    counts = {code: sum(word in known for word in words) for code, known in _SETS.items()}
    best = max(counts, key=lambda code: counts[code])
    if counts[best] == 0 or counts["en"] >= 0.8 * counts[best]:
        return "en"
    return best


def _script(text: str) -> str | None:
    letters = sum(char.isalpha() for char in text)
    kana = sum("\u3040" <= char <= "\u30ff" for char in text)
    han = sum("\u3400" <= char <= "\u9fff" for char in text)
    hangul = sum("\uac00" <= char <= "\ud7af" for char in text)
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in text)
    arabic = sum("\u0600" <= char <= "\u06ff" for char in text)
    # A han character says about as much as three Latin letters.
    if (kana + han) * 3 > letters - kana - han:
        return "ja" if kana * 5 > han else "zh"
    for count, code in ((hangul * 2, "ko"), (cyrillic, "ru"), (arabic, "ar")):
        if count * 2 > letters:
            return code
    return None
