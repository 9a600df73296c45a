"""Of generated prompts in generated hosts, fixing keeps all placeholders, all other literals and all bytes outside."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptlint.fixes.prove import SLOT

from .cases import HOSTS
from .support import extraction, fixed

KINDS = ("extraction", "classification", "writing", "rag", "chat")
TASKS = (
    "Extract the parties and the due date from the contract.",
    "Classify the ticket. Answer with one of: `BILLING`, `BUG`, `SALES`.",
    'Return JSON like:\n\n```json\n[{"name": "Ann"},]\n```',
    "You are the support assistant of a bank. Be warm and friendly.",
    "Always name the product. Never mention prices. Do not promise a date. Always close with the terms.",
    "Do not make things up.",
    'Write it\'s "short", 100 % of it, for {a} and {b}.',
    "Résumé in French — «naïf», 日本.",
)
INPUTS = ("Ticket: {ticket}", "<context>\n{context}\n</context>", "{question}")


class Written(NamedTuple):
    """A file that holds one prompt."""

    host: str
    path: str
    text: str


@st.composite
def files(draw: st.DrawFn) -> Written:
    """Write sentences of tasks, then inputs, in one of the hosts."""
    parts = draw(st.lists(st.sampled_from(TASKS), min_size=1, max_size=3, unique=True))
    parts += draw(st.lists(st.sampled_from(INPUTS), max_size=2, unique=True))
    # braces mean something only where the prompt is a template: a text either has placeholders or shows JSON
    text = "\n\n".join(parts)
    if "```json" in text:
        text = re.sub(r"\{(\w+)\}", r"\1", text)
    host = draw(st.sampled_from([name for name in HOSTS if HOSTS[name][1](text) is not None]))
    path, write = HOSTS[host]
    written = write(text)
    assert written is not None
    return Written(host, path, written)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files(), st.sampled_from(KINDS))
def test_fixing_keeps_placeholders_other_literals_and_bytes_outside(file: Written, kind: str) -> None:
    before = extraction(file.path, file.text).prompts
    result = fixed(file.path, file.text, kind=kind)  # type: ignore[arg-type]  # one of the kinds
    new = result.texts.get(file.path, file.text)
    after = extraction(file.path, new)

    assert not after.faults
    assert not result.oscillation
    assert [p.id for p in after.prompts] == [p.id for p in before]
    for old, now in zip(before, after.prompts, strict=True):
        assert [p.name for p in now.placeholders] == [p.name for p in old.placeholders]
        assert [m.role for m in now.messages] == [m.role for m in old.messages]
    assert outside(file, new) == outside(file, file.text)
    assert not fixed(file.path, new, kind=kind).applied  # type: ignore[arg-type]  # one of the kinds


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files(), st.sampled_from(KINDS))
def test_a_fix_that_was_made_leaves_no_finding_but_its_blanks(file: Written, kind: str) -> None:
    result = fixed(file.path, file.text, kind=kind)  # type: ignore[arg-type]  # one of the kinds
    made = Counter(item.rule for item in result.applied)
    old = Counter(d.rule for d in result.first.diagnostics)
    left = Counter(d.rule for d in result.outcome.diagnostics)
    for rule in made:
        assert rule == "INP003" or left[rule] < old[rule] or old[rule] == 0
    blanks = sum(len(SLOT.findall(item.prompt.text)) for item in result.outcome.prompts)
    assert left["INP003"] - old["INP003"] <= blanks


def outside(file: Written, text: str) -> object:
    """Return all of a file but its prompt: bytes where the prompt is one run of them, else what it is parsed to."""
    if file.path.endswith(".ipynb"):
        book = json.loads(text)
        code = "".join(book["cells"][0].pop("source"))
        return book, code_outside(code)
    if file.path.endswith(".py"):
        return code_outside(text)
    prompt = extraction(file.path, text).prompts[0]
    pieces = [p for p in prompt.pieces if p.kind != "join"]
    return text[: pieces[0].source_start].rstrip(), text[pieces[-1].source_end :].strip()


def code_outside(code: str) -> object:
    """Return the lines of code before and after the prompt's own expression, and the other literals."""
    tree = ast.parse(code)
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.JoinedStr | ast.Constant)]
    longest = max(nodes, key=lambda n: len(ast.get_source_segment(code, n) or ""))
    segment = ast.get_source_segment(code, longest) or ""
    inner = {id(node) for node in ast.walk(longest)}
    rest = [repr(n.value) for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in inner]
    at = code.index(segment)
    head, tail = code[:at].rstrip(), code[at + len(segment) :].lstrip()
    if head.endswith("= (") and tail.startswith(")"):  # what grew to several lines stands in parentheses
        head, tail = head[:-2].rstrip(), tail[1:].lstrip()
    return head, tail, rest
