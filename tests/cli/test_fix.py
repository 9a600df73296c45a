"""`fix` and `fewshot` as a user meets them: one command, what is written, what is asked, what is refused."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from promptlint.cli import run
from promptlint.cli.fix import command

EXAMPLE = Path(__file__).parents[2] / "examples" / "support-bot"
TRIAGE, TICKETS = "prompts/triage.md", "data/tickets.jsonl"


class Done(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Done]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    shutil.copytree(EXAMPLE, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")

    def invoke(*arguments: str) -> Done:
        code = run(list(arguments))
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return invoke


def findings(call: Call) -> list[str]:
    out = call("check", "--no-cache", "--output-format", "json", TRIAGE).out
    return [item["rule"] for item in json.loads(out)["diagnostics"]]


def test_the_weak_example_goes_from_its_gaps_to_clean_in_one_command(call: Call) -> None:
    assert {"UNC001", "INP001"} <= set(findings(call))
    done = call("fix", "--suggested", "--templates", "--data", TICKETS, TRIAGE)
    assert (done.code, done.err) == (0, "")
    assert findings(call) == []
    text = Path(TRIAGE).read_text(encoding="utf-8")
    assert "⟦promptlint:" not in text
    assert text.count("<example>") == 4


def test_a_second_run_changes_nothing(call: Call) -> None:
    call("fix", "--suggested", "--templates", "--data", TICKETS, TRIAGE)
    text = Path(TRIAGE).read_bytes()
    done = call("fix", "--suggested", "--templates", "--diff", "--data", TICKETS, TRIAGE)
    assert (done.code, Path(TRIAGE).read_bytes()) == (0, text)


def test_diff_writes_nothing_and_exits_1(call: Call) -> None:
    text = Path(TRIAGE).read_bytes()
    done = call("fix", "--suggested", "--diff", TRIAGE)
    assert done.code == 1
    assert f"+++ b/{TRIAGE}" in done.out
    assert Path(TRIAGE).read_bytes() == text


def test_without_flags_suggestions_are_shown_and_not_made(call: Call) -> None:
    text = Path(TRIAGE).read_bytes()
    done = call("fix", TRIAGE)
    assert done.code == 0
    assert "INP001 Mark the input with <message> tags (--suggested)" in done.out
    assert Path(TRIAGE).read_bytes() == text


def test_select_makes_the_fixes_of_these_rules_only(call: Call) -> None:
    done = call("fix", "--suggested", "--select", "INP001", TRIAGE)
    assert "1 fix applied, 1 file changed" in done.out
    assert "<message>\n{message}\n</message>" in Path(TRIAGE).read_text(encoding="utf-8")
    assert "INP001" not in findings(call)


def test_budget_names_what_to_cut_from_a_prompt_above_it(call: Call) -> None:
    done = call("fix", "--budget", "40", TRIAGE)
    assert "100 tokens" in done.out
    assert "40 wanted; cut first:" in done.out
    assert "cut first" not in call("fix", "--budget", "4000", TRIAGE).out


def test_interactive_asks_once_for_each_fix_and_makes_those_agreed_to(call: Call) -> None:
    del call
    done = CliRunner().invoke(command, ["--interactive", "--select", "RUL001,INP001", TRIAGE], input="n\ny\n")
    assert done.exit_code == 0, done.output
    assert done.output.count("Apply?") == 2
    text = Path(TRIAGE).read_text(encoding="utf-8")
    assert "<message>" in text
    assert "- Mark a refund" not in text


def test_interactive_stops_when_told_to_and_leaves_the_rest(call: Call) -> None:
    del call
    text = Path(TRIAGE).read_bytes()
    done = CliRunner().invoke(command, ["--interactive", "prompts"], input="q\n")
    assert done.output.count("Apply?") == 1
    assert Path(TRIAGE).read_bytes() == text


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such file modes")
def test_mode_mark_and_line_ends_survive(call: Call) -> None:
    path = Path(TRIAGE)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    path.chmod(0o600)
    call("fix", "--suggested", "--data", TICKETS, TRIAGE)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert b"<message>" in data
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_changes_while_it_is_fixed_is_left_and_reported(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    from promptlint.cli import fixrun

    real = fixrun.write

    def late(path: str, before: str, after: str) -> None:
        with open(path, "a", encoding="utf-8") as file:
            file.write("Someone else's line.\n")
        real(path, before, after)

    monkeypatch.setattr(fixrun, "write", late)
    done = call("fix", "--suggested", TRIAGE)
    assert done.code == 2
    assert "not written: the file changed meanwhile" in done.err
    assert Path(TRIAGE).read_text(encoding="utf-8").endswith("{message}\nSomeone else's line.\n")


# --- fewshot


def test_fewshot_prints_a_block_and_says_that_it_is_unmeasured(call: Call) -> None:
    done = call("fewshot", "--data", TICKETS, "--k", "3")
    assert (done.code, done.out.count("<example>")) == (0, 3)
    assert "candidate, unmeasured" in done.err
    assert "labels: 3 of 7 shown" in done.err


def test_fewshot_never_shows_an_evaluation_row(call: Call) -> None:
    shown = json.loads(Path(TICKETS).read_text(encoding="utf-8").splitlines()[0])["input"]
    assert shown in call("fewshot", "--data", TICKETS, "--k", "40").out
    Path("eval.jsonl").write_text(json.dumps({"input": shown, "output": "x"}) + "\n", encoding="utf-8")
    done = call("fewshot", "--data", TICKETS, "--k", "40", "--exclude", "eval.jsonl")
    assert shown not in done.out
    assert "left out: 1 (stands in the evaluation data, or nearly so)" in done.err


def test_fewshot_applies_the_block_and_writes_a_comparison_of_both_variants(call: Call) -> None:
    done = call("fewshot", "--data", TICKETS, "--k", "3", "--prompt", TRIAGE, "--apply")
    assert done.code == 0, done.err
    assert Path(TRIAGE).read_text(encoding="utf-8").count("<example>") == 3
    text = Path("promptfooconfig.fewshot.yaml").read_text(encoding="utf-8")
    config = json.loads("".join(line for line in text.splitlines(keepends=True) if not line.startswith("#")))
    before, after = (json.loads(item["raw"])[0]["content"] for item in config["prompts"])
    assert ("<example>" in before, "<example>" in after) == (False, True)
    assert len(config["tests"]) == 37
    assert not any(row["vars"]["message"] in after for row in config["tests"])


def test_fewshot_refuses_rows_without_an_output(call: Call) -> None:
    Path("rows.jsonl").write_text('{"question": "a"}\n', encoding="utf-8")
    done = call("fewshot", "--data", "rows.jsonl")
    assert done.code == 2
    assert os.path.basename("rows.jsonl") in done.err
