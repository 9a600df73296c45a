"""Signs of a kind, as numbers: which phrases stand in the task sentence and the opening; what comes in and goes out.

Most signs carry no word of a language, only the names of cue lists, so that weights learned on one language serve all
that have the lists. English has, besides, the words of its task sentences themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache

from promptlint.anatomy.cues import UNSPACED, load
from promptlint.anatomy.parts import Parts
from promptlint.anatomy.slotnames import name_words
from promptlint.text import lazy_re as re

TASKS = ("extract", "classify", "judge", "answer", "act", "converse", "write", "code", "memory", "tool")
TOPICS = (
    "judged",
    "scale",
    "source",
    "tool",
    "turns",
    "label",
    "field",
    "text",
    "code",
    "make",
    "find",
    "solve",
    "file",
)

_OPENING = 420
_READ = 9_000
_TAIL = 1_000
_SEPARATORS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[a-z]+|\d+")
_ENDINGS = ("ing", "ies", "ed", "es", "s")
_END = 200
_FOLDER = 0.5
_ALL_WORDS = 6.0
"""How long the vector of the words is: each of n words counts this over the root of n."""
_PATH_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "judge",
        re.compile(
            r"eval|judg|grad(?:e|ing)|metric|verdict|rubric|scor|review|critic|fact_?check|assess",
            needs="eval judg grad metric verdict rubric scor review critic fact assess",
        ),
    ),
    (
        "agent",
        re.compile(
            r"agents?/[^/]*\.md|agents?[^/]*(?:/[^/.]*)?$|planner|tool_?call|react|browser|orchestrat|workflow|executor|supervisor",
            needs="agent planner tool react browser orchestrat workflow executor supervisor",
        ),
    ),
    (
        "classification",
        re.compile(
            r"classif|categor(?:y|is|iz)|intent|triage|guard|moderat|rout(?:er|ing)|sentiment|detect|tagging|selector",
            needs="classif categor intent triage guard moderat rout sentiment detect tagging selector",
        ),
    ),
    (
        "extraction",
        re.compile(
            r"extract|entit|ner\b|parse|triplet|schema|facts?\b", needs="extract entit ner parse triplet schema fact"
        ),
    ),
    (
        "rag",
        re.compile(
            r"\bqa\b|_qa|rag\b|answer|citation|ground(?:ed|ing)|retriev", needs="qa rag answer citation ground retriev"
        ),
    ),
    (
        "writing",
        re.compile(
            r"summar|translat|rewrit|report|writ(?:e|ing)|story|essay|title|caption|rephras|describe|generate_reason|article|improve",
            needs="summar translat rewrit report writ story essay title caption phras describ reason article improv",
        ),
    ),
    (
        "codegen",
        re.compile(
            r"sql|code(?:r|gen)?\b|coding|cypher|refactor|patch|function_gen|unit_?test",
            needs="sql code coding cypher refactor patch function_gen unit",
        ),
    ),
    (
        "chat",
        re.compile(
            r"chat|persona|greet|bot\b|roleplay|character|customer|support",
            needs="chat persona greet bot roleplay character customer support",
        ),
    ),
    (
        "memory",
        re.compile(
            r"skill|rules?/|workflows/|instructions\.md|commands/|\.clinerules|\.mdc$",
            needs="skill rule workflows/ instructions.md commands/ .clinerules .mdc",
        ),
    ),
)
_NAME_LISTS = {
    "judged": """answer response submission completion prediction ideal expected output actual rubric criteria criterion
        expert candidate trajectory reference target verdict verdicts score reasoning claim""",
    "source": "context contexts documents document docs passages chunks sources knowledge results",
    "code": "code sql schema table tables dialect database error traceback function language",
    "text": "text document article transcript content email page markdown webpage summary",
    "label": "categories classes labels intents options choices candidates types taxonomy topics",
    "turns": "history messages chat conversation dialogue turns persona character personality bot",
    "tool": "tool tools agent agents scratchpad observation observations memory task goal step steps plan actions",
}
_ASKED_LISTS = {
    "judged": """score scores rating grade verdict verdicts pass passed correct correctness is_correct feedback critique
        strengths weaknesses winner relevance faithfulness accuracy hallucination judgment evaluation criteria""",
    "label": "label labels category categories class intent sentiment type topic tag tags priority flagged spam",
    "field": """name names date entities entity facts relations relationships source target email address phone company
        person location amount price items triplets subject object value attributes organization start_date end_date""",
    "act": "action actions tool tool_name tool_input thought plan steps next next_action observation arguments",
    "text": "title summary content description headline body text paragraph introduction conclusion report",
    "code": "sql code query function file files patch command script cypher test tests",
    "answer": "answer citations sources quotes references cited",
    "say": "reply response message utterance",
}
_VALUE_LISTS = {
    "judged": """correct incorrect pass fail passed failed accept reject supported unsupported a b c d e tie
        contradicted entailment neutral true_positive grounded approved consistent inconsistent""",
    "yes or no": "yes no true false",
    "unsure": "other unknown none unclear neutral mixed positive negative",
}
_NAMES = {sign: frozenset(words.split()) for sign, words in _NAME_LISTS.items()}
_ASKED = {sign: frozenset(words.split()) for sign, words in _ASKED_LISTS.items()}
_VALUES = {sign: frozenset(words.split()) for sign, words in _VALUE_LISTS.items()}
_QUESTIONS = frozenset({"question", "query", "input"})


def signs(parts: Parts) -> dict[str, float]:
    """Return the signs of a prompt by name; absent ones are 0, most lie between 0 and 1."""
    task, role = _task_text(parts), _role_text(parts)
    found = dict(_phrase_signs(parts, task, role))
    found.update(_word_signs(parts, task, role))
    found.update(_slot_signs(parts))
    found.update(_shape_signs(parts))
    # The folders above are the user's: only the last two speak of the prompt, and less than its own name.
    *folders, name = parts.prompt.path.lower().split("/")
    own, around = f"{name}/{(parts.prompt.symbol or '').lower()}", "/".join([*folders[-2:], name])
    for kind, pattern in _PATH_SIGNS:
        if pattern.search(own):
            found[f"path:{kind}"] = 1.0
        elif pattern.search(around):
            found[f"path:{kind}"] = _FOLDER
    return found


def _phrase_signs(parts: Parts, task: str, role: str) -> Iterator[tuple[str, float]]:
    view = parts.views["instructions"].strip()
    if len(view) > _READ:
        view = f"{view[: _READ - _TAIL]} {view[-_TAIL:]}"
    whole = _plain(view, parts.language)
    opening = _plain(view[:_OPENING], parts.language)
    task, role = _plain(task, parts.language), _plain(role, parts.language)
    terms = _terms(parts.language)
    calls = {match.group().lower() for match in parts.cues.pattern("tool_call").finditer(view)}
    if calls:
        yield "shape:tool calls", min(math.log2(1 + len(calls)) / 2, 1.5)
    for name in TASKS:
        phrases = terms[f"kind_{name}"]
        for zone, text in (("task", task), ("opening", opening), ("role", role)):
            hits = sum(phrase in text for phrase in phrases)
            if hits:
                yield f"{zone}:{name}", min(hits, 3) / 3 + 0.34
    for name in TOPICS:
        phrases = terms[f"kind_word_{name}"]
        hits = sum(phrase in task or phrase in opening for phrase in phrases)
        if hits:
            yield f"head:{name}", min(math.log2(1 + hits) / 3, 1.0)
        count = sum(whole.count(phrase) for phrase in phrases)
        if count:
            yield f"rate:{name}", min(count * 60 / (len(whole) / 6 + 60), 3.0) / 3


def _plain(text: str, language: str) -> str:
    """Return the text as lower-cased words between single blanks; without any blanks for scripts that write none."""
    words = _SEPARATORS.sub(" ", text.lower())
    return words if language not in UNSPACED else words.replace(" ", "")


@lru_cache(maxsize=8)
def _terms(language: str) -> Mapping[str, tuple[str, ...]]:
    """Return the phrases of each list."""
    cues = load(language)
    names = [f"kind_{name}" for name in TASKS] + [f"kind_word_{name}" for name in TOPICS]
    return {name: cues.phrases(name) for name in names}


def _task_text(parts: Parts) -> str:
    """Return the sentences that announce the task: led by "your task is", the first two commands and the last."""
    lead = parts.cues.pattern("task_lead")
    text = parts.text
    commands = [s for s in parts.statements if s.mood == "imperative" and s.polarity > 0]
    chosen = {s.start: s for s in [*commands[:2], *commands[-1:]]}
    for statement in parts.statements[:40]:
        if len(chosen) >= 6:
            break
        if lead.search(text, statement.start, statement.end):
            chosen.setdefault(statement.start, statement)
    return " . ".join(f" {text[s.start : min(s.end, s.start + 400)]} " for _, s in sorted(chosen.items()))


def _role_text(parts: Parts) -> str:
    """Return the first sentence that says what the model is."""
    lead = parts.cues.pattern("role_lead")
    for statement in parts.statements[:8]:
        match = lead.search(parts.text, statement.start, statement.end)
        if match is not None:
            return f" {parts.text[match.start() : min(statement.end, match.start() + 200)]} "
    return ""


def _word_signs(parts: Parts, task: str, role: str) -> Iterator[tuple[str, float]]:
    """Yield the words of the task sentence, the role, the opening and the end, as stems."""
    if parts.language != "en":
        return
    view = parts.views["instructions"].strip()
    said = " ".join((task, role, view[:_OPENING], view[-_END:])).lower()
    stems = {_stem(word) for word in _WORD.findall(said)}
    for stem in stems:
        yield f"word:{stem}", _ALL_WORDS / math.sqrt(len(stems))


def _stem(word: str) -> str:
    """Return a word without the common endings: judge, judges and judging are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _slot_signs(parts: Parts) -> Iterator[tuple[str, float]]:
    names: set[str] = set()
    for slot in parts.slots:
        if slot.injects:
            yield f"slot:{slot.injects}", 1.0
        names.update(name_words(parts.prompt.placeholders[slot.placeholder].name))
    for sign, known in _NAMES.items():
        hits = len(names & known)
        if hits:
            yield f"name:{sign}", min(hits, 2) / 2
    for sign in ("judged", "source"):
        if names & _NAMES[sign] and names & _QUESTIONS:
            yield f"name:{sign}+question", 1.0
    if any(slot.content for slot in parts.slots):
        yield "slot:content", 1.0


def _shape_signs(parts: Parts) -> Iterator[tuple[str, float]]:
    prompt = parts.prompt
    around = prompt.around
    yield "bias", 1.0
    yield "length", math.log10(len(parts.text) + 10) / 4
    if parts.labels:
        yield "shape:labels", 1.0
    if any(labels.field is None for labels in parts.labels):
        yield "shape:closed answer", 1.0
    if len(parts.fields) >= 2:
        yield "shape:fields", min(len(parts.fields), 8) / 8
    yield from _asked_signs(parts)
    if any(sample.language == "json" and sample.use in ("schema", "example") for sample in parts.samples):
        yield "shape:json", 1.0
    headings = sum(block.kind == "heading" for block in parts.blocks)
    yield "shape:headings", min(math.log2(1 + headings) / 4, 1.0)
    if sum(block.kind == "fence" for block in parts.blocks) >= 3:
        yield "shape:listings", 1.0
    if prompt.format == "markdown" and prompt.pieces and prompt.pieces[0].source_start > 0:
        yield "shape:front matter", 1.0
    if around.tools:
        yield "code:tools", 1.0
    if around.contract is not None:
        yield "code:contract", 1.0
    if around.history_injected:
        yield "code:turns", 1.0
    if any(message.role == "assistant" for message in prompt.messages):
        yield "code:shots", 1.0  # turns that the author wrote are mostly few-shot examples of any task
    tail = parts.text.rstrip()[-40:].lower()
    if tail.endswith(("assistant:", "ai:", "bot:", "chatbot:")):
        yield "shape:reply cue", 1.0


def _asked_signs(parts: Parts) -> Iterator[tuple[str, float]]:
    """Yield what the names of the fields and the values of the closed lists say of the answer."""
    fields: set[str] = set()
    for field in parts.fields:
        words = name_words(field.name)
        fields.update(words)
        fields.add("_".join(words))
    for sign, known in _ASKED.items():
        hits = len(fields & known)
        if hits:
            yield f"asked:{sign}", min(hits, 2) / 2
    values = {label.lower() for labels in parts.labels for label in labels.labels}
    for sign, known in _VALUES.items():
        if values & known:
            yield f"value:{sign}", min(len(values & known), 2) / 2
