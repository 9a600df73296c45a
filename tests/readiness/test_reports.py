"""`promptlint readiness` on the command line: exit codes, every output format, and what a report never holds."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
import yaml
from builders import CANDIDATE, evidence, prompt, sentence
from click.testing import CliRunner
from test_more_scenarios import specialised
from test_scenarios import volume

from promptlint.cli.readiness import command

SARIF = json.loads((Path(__file__).parents[1] / "reports" / "sarif_subset.schema.json").read_text())
FORMATS = ("text", "json", "markdown", "html", "sarif")


def called(*arguments: str) -> tuple[int, str]:
    """Return (exit code, output) of the command; it returns its exit code, as the program's entry point expects."""
    runner = CliRunner()
    with runner.isolation() as streams:
        code = command.main(["--as-of", "2026-11-23", *arguments], standalone_mode=False)
        return int(code or 0), streams[0].getvalue().decode()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which tuning is justified, with a log and a candidate; built once."""
    folder = tmp_path_factory.mktemp("ready")
    sections = specialised(folder, candidate=dict(CANDIDATE))
    sections["requests"] = volume(folder, 246)["requests"]
    sections["eval"] = specialised(folder)["eval"]
    evidence(folder, sections)
    prompt(folder)
    return folder


def arguments(folder: Path) -> list[str]:
    return [str(folder / "triage.prompt.md"), "--evidence", str(folder / "promptlint.evidence.yaml")]


def test_each_verdict_has_its_exit_code(ready: Path, tmp_path: Path) -> None:
    assert called(*arguments(ready), "--output-format", "json")[0] == 0
    assert called(prompt(tmp_path, "Classify the ticket.\n\n{{ticket}}\n"))[0] == 1
    assert called("--train", str(tmp_path / "gone.jsonl"))[0] == 2
    assert called(*arguments(ready), "--strict")[0] == 3
    assert called(*arguments(ready), "--target", "quality=0.5")[0] in (1, 4)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_states_the_verdict_and_is_the_same_twice(ready: Path, form: str) -> None:
    first = called(*arguments(ready), "--output-format", form)
    assert first == called(*arguments(ready), "--output-format", form)
    code, text = first
    assert code == 0
    assert "justified" in text
    assert sentence(1)[:25] not in text
    if form == "json":
        assert json.loads(text)["exit_code"] == 0
    if form == "sarif":
        jsonschema.validate(json.loads(text), SARIF)


class _Page(HTMLParser):
    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_loads_nothing_and_runs_nothing(ready: Path) -> None:
    page = _Page()
    text = called(*arguments(ready), "--output-format", "html")[1]
    page.feed(text)
    assert page.open == []
    assert not page.tags & {"script", "link", "img", "iframe", "object"}
    assert page.addresses == []
    assert "url(" not in text
    assert text.count("<svg") == 6
    for svg in re.findall(r"<svg.*?</svg>", text, re.S):
        ET.fromstring(svg)


def test_names_from_files_are_escaped(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").write_text(yaml.safe_dump({"version": 1, "task": {"name": "<script>alert(1)</script>|x"}}))
    for form in ("html", "markdown"):
        text = called("--evidence", str(tmp_path / "e.yaml"), "--output-format", form)[1]
        assert "<script>" not in text


@pytest.mark.parametrize("form", FORMATS)
def test_an_error_is_reported_in_every_format(tmp_path: Path, form: str) -> None:
    (tmp_path / "t.jsonl").write_text("{broken\n" * 20)
    code, text = called("--train", str(tmp_path / "t.jsonl"), "--output-format", form)
    assert code == 2
    assert "t.jsonl" in text
    if form == "json":
        assert json.loads(text)["verdict"] == "error"
    if form == "sarif":
        jsonschema.validate(json.loads(text), SARIF)


def test_plots_are_written_as_svg_files(ready: Path, tmp_path: Path) -> None:
    called(*arguments(ready), "--plots", str(tmp_path / "plots"))
    names = sorted(path.name for path in (tmp_path / "plots").iterdir())
    assert names == [
        "cost-by-volume.svg", "labels.svg", "lengths.svg", "pass-rates.svg", "tornado.svg", "waterfall.svg",
    ]  # fmt: skip


def test_init_writes_a_file_that_is_read_and_leaves_an_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert called("--init")[0] == 0
    assert called()[0] == 3
    from click import UsageError

    with pytest.raises(UsageError, match="exists already"):
        called("--init")


@pytest.mark.parametrize("question", ["Q1", "Q2", "Q3", "Q4"])
def test_explain_says_when_each_answer_is_given(question: str) -> None:
    code, text = called("--explain", question)
    assert code == 0
    assert all(word in text for word in (question, "yes", "no", "unknown"))


def test_rows_are_shown_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"input": "ticket seven of nine", "output": " "}\n' * 3)
    path = str(tmp_path / "t.jsonl")
    assert "ticket seven" not in called("--train", path, "--output-format", "json")[1]
    assert "ticket seven" in called("--train", path, "--output-format", "json", "--show-rows")[1]
