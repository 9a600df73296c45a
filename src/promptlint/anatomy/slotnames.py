"""What the name of a placeholder tells: content or a short value, and what it injects.

Names are identifiers or expressions, English in every language. They are judged by their last telling word:
`chat_history_str` is a history, `max_contexts` a number, `json.dumps(report)` a report.
"""

from __future__ import annotations

from typing import Literal

from promptlint.text import lazy_re as re
from promptlint.text.records import NamedTuple

Injects = Literal["output", "examples", "rules", "tools", "history", "question", "context", ""]

# Placeholder names are identifiers, English in every language; so these lists are no cues of a language.
_CONTENT_WORDS = """
    text document doc article message query email transcript context code page comment question input content history
    conversation chat dialogue dialog response answer output reply completion submission passage paragraph chunk data
    report scratchpad observation snippet source result body statement claim sentence summary review request prompt
    essay story transcription excerpt description resume log trace traceback error diff patch html json csv table
    schema sql feedback plan problem task thread note memory reference record entity relationship trajectory corpus
    utterance information info knowledge fact background post news detail draft expected generated string subtask
    goal objective profile state scenario issue ticket ask abstract webpage website expression evidence reason
    contradiction transaction material finding review opinion dataset program case caption lyric post tweet headline
    argument instruction speech letter contract clause product list items event choice option turn arguments prediction
    persona solution attempt critique advice hypothesis premise example_input target ideal reasoning thought maze puzzle
    image
"""
_SCALAR_WORDS = """
    name language lang n num number count max min limit size length total date time today now day year month id uuid
    key url uri path file filename folder model role type format style tone level version index idx step round line
    word score threshold top k title city country location currency unit temperature amount price percent domain topic
    category audience gender age firstname lastname username company agent delimiter separator token mode bot
    assistant timestamp timezone datetime iteration width height os shell platform cwd directory dir extension suffix
    prefix label purpose value budget minimum maximum color prompt_prefix keyword status flag tag seed rate year hour
    minute second week phone address purpose dialect
"""
# Words that name a long content or a short value: they count where the placeholder stands on its own or after a label.
_EITHER_WORDS = """
    persona email task subtask goal objective note table state profile case event item option choice program product
    caption image reason list target ideal thought expression string
"""
_PERSONAS = frozenset({"role", "persona", "character", "agent", "assistant", "bot", "personality", "self"})
_GIVEN = frozenset({"user", "input", "original", "initial", "current", "given", "image", "task", "human", "old"})
_WRAPPER_WORDS = "str string json list text section block data repr dump display markdown md xml content"
_CONTENT = frozenset(_CONTENT_WORDS.split())
_SCALAR = frozenset(_SCALAR_WORDS.split())
_EITHER = frozenset(_EITHER_WORDS.split())
_WRAPPERS = frozenset(_WRAPPER_WORDS.split())
_QUANTIFIERS = frozenset({"n", "num", "number", "count", "max", "min", "total", "top"})
_COUNTS = frozenset({"num", "number", "max", "min"})
_INJECTS: tuple[tuple[Injects, re.Pattern[str]], ...] = (
    (
        "output",
        re.compile(
            r"(?:(?:final|expected|desired|required|target)_)?"
            r"(?:output|response|format|json|answer|return|result|function|entity)_?(?:format|schema|structure|template|spec)"
            r"(?:_(?:str|string|text|prompt|block|section|description|json|hint|def|definition))?|(?:outputs?|response|answer)_(?:fields?|keys|names)"
            r"|outputs_str"
            r"|(?:format|output|response)_instructions?|(?:json_?|output_?|response_?)?schema(?:_(?:str|json|hint|text))?"
            r"|output_type|(?:action|event|task|plan|target|extraction|object|item|record)s?_schema"
            r"|(?:\w+_)?(?:model|output|response)_(?:json_?)?schema|(?:\w+_)?json_schema|(?:\w+_)?format_instructions?",
            needs="schema format structure template spec instruction output_type _field _keys _names outputs_str",
        ),
    ),
    (
        "examples",
        re.compile(
            r"(?:few_?)?shots?|few_?shot\w*|(?:\w+_)?"
            r"(?:examples?|exemplars?|examplars?|demonstrations?|demos?)(?:_(?:strings?|strs?|texts?|lists?|blocks?|sections?|prompts?))?",
            needs="shot example exemplar examplar demo",
        ),
    ),
    (
        "rules",
        re.compile(
            r"(?:\w+_)?(?:rules?|guidelines?|polic(?:y|ies)|(?<!\w)instructions|\w+_instructions?|criteri(?:a|on)|constraints?|rubrics?"
            r"|requirements?|principles?|guidance|guardrails?)",
            needs="rule guideline polic instruction criteri constraint rubric requirement principle guidance guardrail",
        ),
    ),
    (
        "tools",
        re.compile(
            r"(?:\w+_)?(?:tools?|functions?|plugins?|actions?|apis?)(?:_(?:names?|list|descriptions?|specs?|schemas?))?",
            needs="tool function plugin action api",
        ),
    ),
    (
        "history",
        re.compile(
            r"(?:\w+_)?(?:history|conversations?|messages|dialog(?:ue)?|transcript|chat|agent_scratchpad)",
            needs="history conversation messages dialog transcript chat agent_scratchpad",
        ),
    ),
    (
        "question",
        re.compile(
            r"(?:\w+_)?(?:questions?|quer(?:y|ies)|user_(?:input|message|request|prompt)|request|ask)|input|(?:(?:user|original|nl)_)?instruction",
            needs="question quer user_ request ask input instruction",
        ),
    ),
    (
        "context",
        re.compile(
            r"(?:\w+_)?(?:contexts?|documents?|docs|passages?|chunks|sources|knowledge|search_results|retrieved\w*|context_data)",
            needs="context document docs passage chunks sources knowledge search_results retrieved",
        ),
    ),
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NAME_END = re.compile(r"\||\bif\b|\bfor\b|\?|!|:| or | and ")
_KEY = re.compile(r"(?:\[|\.get\()\s*['\"](?P<key>\w{2,40})['\"]\s*[\]),]")
_CALL = re.compile(r"(?P<receiver>(?:\w+(?:\[[^\]]{0,30}\])?\.)*)(?P<called>\w+)\(")
_LOOP = re.compile(r"\{%-?\s*for\s+[\w, ]+\s+in\s+(?P<jinja>[\w.]+)|\{\{#\s*(?:each\s+|for\s+)?(?P<bars>[\w.]+)")
# Functions that hand on what they are given, methods that hand on what they are called on, verbs before a noun.
_HANDS_ON_WORDS = """
    str repr list sorted tuple set reversed dumps dump escape pformat fill dedent indent shorten quote
"""
_METHODS_WORDS = """
    strip rstrip lstrip lower upper title replace format split items keys values copy dict json read getvalue
    model_dump model_dump_json to_string to_json to_dict to_markdown isoformat as_text
"""
_VERBS_WORDS = """
    get format build render make create load fetch to generate serialize stringify convert truncate trim clean read
"""
_HANDS_ON = frozenset(_HANDS_ON_WORDS.split())
_METHODS = frozenset(_METHODS_WORDS.split())
_VERBS = frozenset(_VERBS_WORDS.split())
_ABBREVIATIONS = {
    "msg": "message",
    "msgs": "message",
    "txt": "text",
    "ctx": "context",
    "resp": "response",
    "hist": "history",
    "conv": "conversation",
    "req": "request",
    "obs": "observation",
}
_SIZES = frozenset({"len", "sum", "round", "int", "float"})
# A name goes on after its noun: `text_to_translate`, `answer_or_default`, `report_model_dump`.
_CUTS = frozenset({"if", "or", "else", "for", "from", "to", "with", "by", "about", "model dump"})


class Name(NamedTuple):
    """What a placeholder's name tells: its words, the last telling one, and what it puts into the prompt."""

    words: list[str]
    head: str
    injects: Injects

    @property
    def is_value(self) -> bool:
        """Whether a short value is named: a language, a date, a number of things."""
        return self.head in _SCALAR or self.words[0] in _QUANTIFIERS or not _COUNTS.isdisjoint(self.words[:-1])

    @property
    def is_content(self) -> bool:
        """Whether a text is named, or something else that is long."""
        return bool(self.injects) or self.head in _CONTENT

    @property
    def is_part(self) -> bool:
        """Whether a piece of the prompt with labels of its own is named: `context_block`."""
        return len(self.words) > 1 and self.words[-1] in ("block", "section", "part")

    @property
    def is_phrase(self) -> bool:
        """Whether the name stands for a few words in the middle of a sentence: `{goal}`, but not `{notes}`."""
        if self.words[-1] in ("inputs", "outputs"):
            return True  # the names of fields
        return self.head in _EITHER and self.head + "s" not in self.words


_HELPER = re.compile(r"\w+ [\"']")  # `section "thought"`: a template's helper and what it is called with


def read(name: str) -> Name:
    """Return what a name tells; no words where it tells nothing, such as a choice between two literals."""
    words = name_words(name)
    if not words or (name.lstrip()[:1] in "\"'" and ".join(" not in name) or _HELPER.match(name):
        return Name([], "", "")
    return Name(words, _head(words), _injects(words))


def name_words(name: str) -> list[str]:
    """Return the lower-cased words of the last part of a name: `user.chatHistory[-1] | trim` gives chat, history."""
    base = _noun(name)
    if base in _SIZES or "strftime" in base:
        return ["count"] if base in _SIZES else ["date"]
    words = [word.lower() for word in _WORD.findall(base)]
    for at in range(1, len(words)):
        if words[at] in _CUTS or (words[at] == "dump" and words[at - 1] == "model"):
            return words[: at if words[at] in _CUTS else max(1, at - 1)]
    return words


def _noun(expression: str) -> str:
    """Return the part of an expression that names what it gives: the argument of `str(…)`, the key of `x["key"]`."""
    rest = expression.rpartition(".join(")[2].lstrip(" [(f\"'{") if ".join(" in expression else expression.strip()
    for _ in range(3):
        call = _CALL.match(rest)
        if call is None or call["called"] == "get":
            break
        if call["called"] in _SIZES and not call["receiver"]:
            return call["called"]
        if call["called"] in _HANDS_ON:
            rest = rest[call.end() :].lstrip(" [(f\"'{")
        elif call["called"] in _METHODS and call["receiver"]:
            rest = call["receiver"].rstrip(".")
        else:
            first, _, others = call["called"].partition("_")
            return others if first in _VERBS and others else call["called"]
    key = _KEY.search(rest)
    if key is not None:
        return key["key"]
    cut = _NAME_END.search(rest)
    base = rest[: cut.start()] if cut is not None and cut.start() > 0 else rest
    base = base.split("[")[0] or base
    base = base.split("(")[0].split(",")[0].strip(" )]")
    return base.rsplit(".", 1)[-1].strip("'\"$#@/ ") or base


def names_content(label: str) -> bool:
    """Whether the last word of a label says that something long follows it: "Summary report:"."""
    words = _WORD.findall(label)
    return bool(words) and _singular(words[-1].lower()) in _CONTENT


def loops_over(control: str) -> Injects:
    """Return what a template loop puts into the prompt, by the name of what it runs over."""
    match = _LOOP.match(control)
    return _injects(name_words(match["jinja"] or match["bars"])) if match is not None else ""


def _injects(words: list[str]) -> Injects:
    if words and words[0] in _QUANTIFIERS:
        return ""
    name = "_".join(words)
    for what, pattern in _INJECTS:
        if pattern.fullmatch(name):
            return what
    return ""


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def is_instruction(name: str, words: list[str]) -> bool:
    """Whether a name tells who the model is or holds a part of the prompt, not what the model reads."""
    if words[-1] in ("description", "desc", "profile"):
        return not _PERSONAS.isdisjoint(word.lower() for word in _WORD.findall(name)[:-1])
    return words[-1] == "prompt" and len(words) > 1 and not _GIVEN.intersection(words)


def _head(words: list[str]) -> str:
    """Return the last word that tells something: `report_str` is a report."""
    singular = [_ABBREVIATIONS.get(word, _singular(word)) for word in words]
    while len(singular) > 1 and len(singular[-1]) == 1:
        singular.pop()  # `answer_a`
    wrapper = ""
    while len(singular) > 1 and singular[-1] in _WRAPPERS:
        wrapper = singular.pop()
    if wrapper == "content":
        return wrapper  # of whatever: `file_content`
    if wrapper in _CONTENT and singular[-1] not in _CONTENT and singular[-1] not in _SCALAR:
        return wrapper  # of an unknown thing: `menu_text` is a text
    return singular[-1]
