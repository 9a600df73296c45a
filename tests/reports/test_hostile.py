"""Text of the linted repository in every output: it steers no terminal, forms no markup or command, hides nothing."""

from __future__ import annotations

import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.model import (
    Diagnostic,
    Fault,
    FileEdit,
    Finding,
    Fix,
    Location,
    Placeholder,
    Related,
    Report,
    SuppressedBy,
)
from promptlint.reports import FORMATS, Options, render
from promptlint.reports.json import render_inspect

from .made import diagnostic, linted

EVIL = [
    "\x1b]0;owned\x07\x1b[2J",  # title and screen of a terminal
    "\x9b31m\x90q\x9c",  # the same with C1 controls
    "\u202egnp.exe\u2066\u2069",  # direction marks
    "\u200bzero\u2060width\ufeff\U000e0041",
    "a\r\n::error file=x::owned",
    "\n::set-output name=x::y\n::stop-commands::z",
    "%0A::warning::x%25",
    "file,line=9,title=x::y",
    "| a | b |\n|---|---|",
    "<script>alert(1)</script><img src=x onerror=y>",
    "</code></details><!-- ",
    "[link](javascript:alert(1)) ![i](http://x.example/y.png)",
    "https://evil.example www.evil.example @someone #1 GH-1",
    "``` fence\n# heading\n- item\n~~~",
    "]]></failure><error/>&lt;&amp;\ufffe\uffff\x0b\x00",
    "\ud800 lone \udfff",
    "{0} {1} [a](1) [b](sarif:/x)",
    "\u2028\u2029\x85",
]
evil = st.one_of(
    st.sampled_from(EVIL),
    st.lists(st.sampled_from(EVIL), max_size=3).map("".join),
    st.text(
        st.sampled_from("\x00\x07\x1b\x7f\x85\x9b\r\n\t:|<>[]()`*_#@&%,.=\\\"'\u202e\u2066\u200b\ud800a{}$~-"),
        max_size=30,
    ),
)


def made(text: str, path: str = "") -> Report:
    """Return a report that holds a hostile text wherever text of a repository can stand."""
    path = path or f"a{text}.md".replace("\0", "")
    body = f"Do it.\n{text}\n"
    found = diagnostic(
        path,
        body,
        0,
        len(body),
        message=f"m {text}",
        help=f"h {text}",
        related=(Related(path, Location(1, 1, 1, 2), f"r {text}"), Related(f"b{text}", Location(1, 1, 1, 2), text)),
        fix=Fix("suggested", f"t {text}", file_edits=(FileEdit(path, 0, 2, text),)),
    )
    settled = diagnostic(path, body, 0, 2, "OUT001", suppressed=SuppressedBy("comment", f"s {text}"))
    item = linted(path, body, symbol=f"y{text}")
    prompt = item.prompt._replace(placeholders=(Placeholder(text, 0, 2),))
    return Report(
        prompts=(item._replace(prompt=prompt),),
        diagnostics=(found, settled),
        faults=(Fault(f"f{text}", f"x {text}", 1, 1),),
        skipped={f"unsupported: {text}": 1},
        skipped_files=((f"k{text}", f"unsupported: {text}"),),
        files=1,
        texts={path: body},
        checked=(path,),
    )


def steering(text: str) -> list[str]:
    """Return the characters that a terminal would not simply show."""
    return [
        f"U+{ord(c):04X}"
        for c in text
        if c not in "\n\u200c\u200d" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]


@pytest.mark.parametrize("name", FORMATS)
@given(text=evil)
def test_no_character_that_steers_or_hides_leaves_any_format(name: str, text: str) -> None:
    for options in (Options(verbose=True), Options(verbose=True, all_findings=True, width=40)):
        assert steering(render(name, made(text), options)) == []


@given(text=evil)
def test_a_coloured_report_holds_no_escape_but_its_own(text: str) -> None:
    drawn = render("full", made(text), Options(color=True, verbose=True))
    assert steering(re.sub("\x1b\\[[0-9;]*m", "", drawn)) == []
    styles = set(re.findall("\x1b\\[([0-9;]*)m", drawn))
    assert styles <= {"0", "1", "2", "31", "32", "33", "36"}


@given(text=evil)
def test_a_finding_on_one_line_stays_on_one_line(text: str) -> None:
    plain = render("concise", made("x"), Options(verbose=True))
    assert len(render("concise", made(text), Options(verbose=True)).splitlines()) == len(plain.splitlines())


@given(text=evil)
def test_a_report_holds_no_workflow_command_but_its_own(text: str) -> None:
    lines = render("github", made(text)).split("\n")
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "promptlint:", ""]
    for line in lines[:2]:
        properties, _, _message = line[2:].partition("::")
        keys = [pair.split("=")[0] for pair in properties.split(" ", 1)[1].split(",")]
        assert keys in (["file", "line", "col", "title"], ["file", "line", "endLine", "title"])


class Tags(HTMLParser):
    """Collects the tags of a page and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"<{tag} {attrs}>")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.tags.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.tags.append(f"<!{decl}")


@given(text=evil)
def test_markdown_has_the_same_structure_whatever_the_text(text: str) -> None:
    plain, page = (render("markdown", made(t)) for t in ("x", text))
    assert Tags(page).tags == Tags(plain).tags
    assert [line.count("|") for line in page.split("\n")] == [line.count("|") for line in plain.split("\n")]
    ours = "".join(set(plain))
    active = set("`*[]#@~$") - set(ours)
    assert not active & set(re.sub("&#[0-9]+;", "", page))
    assert "://" not in page


@given(text=evil)
def test_xml_has_the_same_structure_whatever_the_text(text: str) -> None:
    def shape(node: ET.Element) -> Any:
        return (node.tag, sorted(node.attrib), [shape(child) for child in node])

    plain, page = (ET.fromstring(render("junit", made(t, path="a.md")._replace(faults=()))) for t in ("x", text))
    assert shape(page) == shape(plain)


@given(text=evil)
def test_json_is_read_back_as_it_was(text: str) -> None:
    report = made(text)
    data = json.loads(render("json", report))
    assert data["diagnostics"][0]["message"] == report.diagnostics[0].message
    assert json.loads(render_inspect(report))["prompts"][0]["messages"][0]["text"] == report.prompts[0].prompt.text
    json.loads(render("gitlab", report))


@given(text=evil)
def test_a_message_of_sarif_holds_no_link(text: str) -> None:
    result = json.loads(render("sarif", made(text)))["runs"][0]["results"][0]
    for message in (result["message"], result["fixes"][0]["description"], result["relatedLocations"][0]["message"]):
        assert "](" not in message["text"]


SECRET = "sk-" + "a1B2" * 12


def leaky() -> Report:
    """Return a report on a prompt with a secret in it, which other findings and fixes quote."""
    body = f"Use the key {SECRET} for the shop.\nIgnore {SECRET}.\n"
    start = body.index(SECRET)
    path = "prompts/leak.md"

    def found(rule: str, **fields: Any) -> Diagnostic:
        made = diagnostic(path, body, start, start + len(SECRET), rule, **fields)
        return made._replace(finding=Finding(rule, start, start + len(SECRET), "made by hand"))

    quoting = found(
        "OUT001",
        message=f"“{SECRET}” stands here.",
        help=f"Drop {SECRET}.",
        related=(Related(path, Location(2, 8, 2, 59), f"again {SECRET}"),),
        fix=Fix("safe", f"Drop {SECRET}", file_edits=(FileEdit(path, 0, 3, f"Do not use {SECRET}"),)),
    )
    return Report(
        prompts=(linted(path, body),),
        diagnostics=(found("SEC001", name="secret-in-prompt", severity="error", message="A secret."), quoting),
        files=1,
        texts={path: body},
        checked=(path,),
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_secret_stands_in_no_format(name: str) -> None:
    for options in (Options(), Options(all_findings=True, verbose=True, color=True, width=160)):
        assert SECRET not in render(name, leaky(), options)


def test_a_secret_stands_not_in_what_inspect_prints() -> None:
    text = render_inspect(leaky())
    assert SECRET not in text
    assert "•" * len(SECRET) in text
