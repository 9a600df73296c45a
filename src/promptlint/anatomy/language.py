"""Which language a prompt is written in: by script, then by its commonest short words."""

from __future__ import annotations

from collections import Counter

from promptlint.text import lazy_re as re

# The commonest words, and for the languages with a grammar those that short prompts are made of.
_WORDS = {
    "en": "the and of to you is in that for are this with your not or be as it if from",
    "de": "der die das und ist nicht sie du mit für auf ein eine den von zu wenn dem im als auch oder bitte"
    " frage antwort aufgabe folgende folgenden",
    "fr": "le la les des et est vous une pour dans que qui pas sur avec votre vos ne du au si ou aux"
    " texte réponse suivant suivante",
    "es": "el la los las de que y en un una para con no es por se del su como si al usted tu o"
    " texto pregunta respuesta siguiente responde",
    "pt": "o a os as de que e em um uma para com não é por se do da seu sua como ou ao você no na"
    " texto pergunta resposta seguinte abaixo responda",
    "it": "il lo la gli le di che e un una per con non è si del della se come sono o al dei",
    "nl": "de het een en van is niet je met voor op te dat die aan als of zijn bij ook",
    "sv": "och att det är som en på för av med inte du den till om ett eller",
    "pl": "i w nie na z do że się to jest jak dla lub o jeśli oraz od po",
    "tr": "ve bir bu için ile de da olarak veya olan değil ne en çok gibi",
}
_SETS = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_TOKEN = re.compile(r"[^\W\d_]+")


_LETTER = re.compile(r"[^\W\d_]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OTHER_SCRIPTS = (
    # A hangul syllable says about as much as two letters.
    (re.compile(r"[\uac00-\ud7af]"), 2, "ko"),
    (re.compile(r"[\u0400-\u04ff]"), 1, "ru"),
    (re.compile(r"[\u0600-\u06ff]"), 1, "ar"),
    (re.compile(r"[\u0900-\u097f]"), 1, "hi"),
    (re.compile(r"[\u0590-\u05ff]"), 1, "he"),
    (re.compile(r"[\u0370-\u03ff]"), 1, "el"),
    (re.compile(r"[\u0e00-\u0e7f]"), 1, "th"),
)
_SAMPLE = 12_000
_MOST_WORDS = 1200


def detect(text: str) -> str:
    """Return the ISO 639-1 code of the text's main language; `und` when nothing tells."""
    sample = text[:_SAMPLE]
    if not sample.isascii():
        script = _script(sample)
        if script is not None:
            return script
    words = Counter(word.lower() for word in _TOKEN.findall(sample)[:_MOST_WORDS])
    if not words:
        return "und"
    english = _hits(words, "en")
    if english * 6 >= sum(words.values()):  # running English is a quarter such words, other languages far less
        return "en"
    counts = {code: _hits(words, code) for code in _SETS}
    best = max(counts, key=lambda code: counts[code])
    if counts[best] == 0 or english >= 0.8 * counts[best]:
        return "en"
    if sample.isascii() and sum(word in words for word in _SETS[best]) < 2:
        return "en"  # one word, such as the name of a loop's variable, is no language
    return best


def _hits(words: Counter[str], code: str) -> int:
    return sum(words[known] for known in _SETS[code])


def _script(text: str) -> str | None:
    letters = len(_LETTER.findall(text))
    kana = len(_KANA.findall(text))
    han = len(_HAN.findall(text))
    # A han character says about as much as three Latin letters.
    if (kana + han) * 3 > letters - kana - han:
        return "ja" if kana * 5 > han else "zh"
    for pattern, weight, code in _OTHER_SCRIPTS:
        if len(pattern.findall(text)) * weight * 2 > letters:
            return code
    return None
