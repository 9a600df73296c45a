"""The commands: options, exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from promptlint.cli import run

GAP = "Extract the invoice number from the text.\n\n<text>\n{text}\n</text>\n"
"""A prompt that says neither which form the answer has nor what to do when there is none."""
KIND = ("--config", "kind=extraction")  # these tests are about commands, not about what promptlint infers


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Done]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROMPTLINT_DEBUG", "1")

    def invoke(*arguments: str) -> Done:
        code = run(list(arguments))
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return invoke


def put(name: str, text: str = GAP) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


def rules_of(done: Done) -> set[str]:
    return {d["rule"] for d in done.data["diagnostics"] if d["suppressed"] is None}


def check(call: Call, *arguments: str) -> Done:
    return call("check", "--output-format", "json", "--no-cache", *KIND, *arguments)


def test_findings_exit_1_and_a_file_without_prompts_exits_0(call: Call) -> None:
    put("invoice.md")
    put("code.py", "x = 1\n")
    assert check(call, "invoice.md").code == 1
    clean = check(call, "code.py")
    assert (clean.code, clean.data["summary"]["files"], clean.data["summary"]["prompts"]) == (0, 1, 0)


def test_exit_zero_and_fail_on(call: Call) -> None:
    put("invoice.md")
    assert check(call, "invoice.md", "--exit-zero").code == 0
    assert (
        check(call, "invoice.md", "--config", 'severity={OUT="warning", UNC="warning"}', "--fail-on", "error").code == 0
    )
    assert check(call, "invoice.md", "--config", 'severity={UNC="error"}', "--fail-on", "error").code == 1


def test_a_missing_path_exits_2_and_the_others_are_checked(call: Call) -> None:
    put("invoice.md")
    done = check(call, "gone.md", "invoice.md")
    assert done.code == 2
    assert [error["path"] for error in done.data["errors"]] == ["gone.md"]
    assert done.data["summary"]["prompts"] == 1


@pytest.mark.parametrize("name", ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"])
def test_every_format_has_the_same_exit_codes(call: Call, name: str) -> None:
    put("invoice.md")
    put("code.py", "x = 1\n")
    put("empty.md", "")
    codes = [call("check", *KIND, "--output-format", name, path).code for path in ("code.py", "invoice.md", "empty.md")]
    assert codes == [0, 1, 2]


def test_zero_files_is_a_warning_on_stderr(call: Call) -> None:
    done = check(call, ".")
    assert (done.code, "0 files checked" in done.err) == (0, True)


def test_select_ignore_and_extend_select(call: Call) -> None:
    put("invoice.md")
    assert {"OUT001", "UNC001"} <= rules_of(check(call, "invoice.md"))
    assert rules_of(check(call, "invoice.md", "--select", "UNC001")) == {"UNC001"}
    assert "UNC001" not in rules_of(check(call, "invoice.md", "--ignore", "UNC"))
    assert rules_of(check(call, "invoice.md", "--select", "UNC001", "--extend-select", "OUT001")) == {
        "UNC001",
        "OUT001",
    }


def test_a_wrong_setting_exits_2_with_one_line_on_stderr(call: Call) -> None:
    put("invoice.md")
    put("promptlint.toml", "selekt = []\n")
    done = check(call, "invoice.md")
    assert (done.code, done.out) == (2, "")
    assert done.err == "promptlint: promptlint.toml: unknown key 'selekt'; did you mean 'select'?\n"
    assert check(call, "invoice.md", "--isolated").code == 1


def test_a_wrong_option_exits_2(call: Call) -> None:
    assert check(call, "--nope").code == 2
    assert check(call, "--new-only").code == 2
    assert check(call, "--fail-on", "never").code == 2
    assert call("frobnicate").code == 2


def test_config_file_and_config_value(call: Call) -> None:
    put("invoice.md")
    put("other.toml", 'select = ["OUT001"]\n')
    assert rules_of(check(call, "invoice.md", "--config", "other.toml")) == {"OUT001"}
    assert rules_of(check(call, "invoice.md", "--config", 'select=["UNC001"]')) == {"UNC001"}


def test_stdin_goes_by_its_name(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GAP.encode()), encoding="utf-8"))
    done = check(call, "-", "--stdin-filename", "prompts/invoice.md")
    assert done.code == 1
    assert {d["path"] for d in done.data["diagnostics"]} == {"prompts/invoice.md"}


def test_stdin_goes_with_no_other_path(call: Call) -> None:
    assert check(call, "-", "a.md").code == 2


def test_output_file_is_written_and_stdout_stays_empty(call: Call) -> None:
    put("invoice.md")
    done = call("check", *KIND, "--output-format", "json", "--output-file", "report.json", "invoice.md")
    assert (done.code, done.out) == (1, "")
    assert json.loads(Path("report.json").read_text(encoding="utf-8"))["summary"]["prompts"] == 1


def test_a_cached_run_prints_the_same_bytes(call: Call) -> None:
    put("invoice.md")
    put("promptlint.toml", "")
    first = call("check", "--output-format", "json", "invoice.md")
    assert Path(".promptlint_cache").is_dir()
    assert call("check", "--output-format", "json", "invoice.md") == first


def test_an_internal_error_is_one_line_and_exit_2(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from promptlint.project import runner

    def broken(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.delenv("PROMPTLINT_DEBUG")
    monkeypatch.setattr(runner, "run", broken)
    done = check(call, ".")
    assert done.code == 2
    assert "internal error: RuntimeError: boom" in done.err
    assert "Traceback" not in done.err


def test_terminal_control_sequences_in_a_prompt_do_not_reach_the_terminal(call: Call) -> None:
    put("evil.md", "You must \x1b]0;owned\x07 answer \x1b[2J\x9b2J \u202enow\u2066, \u200bfrom {text}.\n")
    for command in (
        ["inspect", "evil.md", "--why"],
        ["check", "evil.md"],
        ["check", "evil.md", "--output-format=concise"],
    ):
        done = call(*command)
        assert not set("\x1b\x07\x9b\u202e\u2066\u200b") & set(done.out + done.err)


def test_inspect_json_has_messages_and_no_diagnostics(call: Call) -> None:
    put("invoice.md")
    data = call("inspect", "invoice.md", "--output-format", "json").data
    assert "diagnostics" not in data
    assert [m["text"] for m in data["prompts"][0]["messages"]] == [GAP]


def test_inspect_draws_text_pillars_and_reasons(call: Call) -> None:
    put("invoice.md")
    done = call("inspect", "--why", "invoice.md")
    assert done.code == 0
    for word in ("Extract the invoice number", "uncertainty", "delimited", "because", "1 prompt in 1 file"):
        assert word in done.out


def test_inspect_reads_stdin(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GAP.encode()), encoding="utf-8"))
    done = call("inspect", "-", "--stdin-filename", "a.txt", "--output-format", "json")
    assert [p["path"] for p in done.data["prompts"]] == ["a.txt"]


def test_explain_by_id_and_by_name(call: Call) -> None:
    by_id = call("explain", "UNC001")
    assert by_id.code == 0
    assert "no-unknown-path" in by_id.out
    assert call("explain", "no-unknown-path") == by_id
    assert json.loads(call("explain", "UNC001", "--output-format", "json").out)["id"] == "UNC001"


def test_explain_of_an_unknown_rule_names_the_nearest(call: Call) -> None:
    done = call("explain", "UNC0001")
    assert (done.code, "UNC001" in done.err) == (2, True)


def test_rules_list_names_every_rule(call: Call) -> None:
    done = call("rules", "list")
    assert done.code == 0
    assert len(done.out.splitlines()) == len(json.loads(call("rules", "list", "--output-format", "json").out)) + 1


def test_a_new_rule_passes_its_own_examples_and_can_be_used(call: Call) -> None:
    assert call("rules", "new", "ACME001", "hurried-answer").code == 0
    tested = call("rules", "test", "promptlint-rules")
    assert (tested.code, tested.out.splitlines()[-1]) == (0, "5 checks, 0 failures")
    put("a.md", "Answer as soon as possible, from {text}.\n")
    put("promptlint.toml", 'rule-packs = ["promptlint-rules"]\nextend-select = ["ACME001"]\n')
    assert "ACME001" in rules_of(check(call, "a.md"))
    assert call("rules", "new", "ACME001", "hurried-answer").code == 2
    assert call("rules", "new", "acme", "x").code == 2


def test_config_names_value_and_source(call: Call) -> None:
    put("promptlint.toml", 'model = "m"\n')
    lines = call("config", "a.md").out.splitlines()
    row = next(line.split() for line in lines if line.startswith("model"))
    assert row == ["model", '"m"', "promptlint.toml"]
    data = call("config", "--preview", "--output-format", "json").data
    assert data["preview"] == {"value": True, "from": "--preview"}


def test_a_floor_that_is_not_met_exits_2_and_names_both_values(call: Call) -> None:
    put("invoice.md")
    put("promptlint.toml", 'fail-on = "error"\n')
    put("floor.toml", 'fail-on = "warning"\n')
    done = check(call, "invoice.md", "--settings-floor", "floor.toml")
    assert done.code == 2
    assert "error" in done.err
    assert "warning" in done.err


def test_baseline_first_writes_then_only_shrinks(call: Call) -> None:
    put("a.md")
    put("b.md")
    assert call("baseline", *KIND, "a.md").code == 0
    size = len(Path("promptlint-baseline.json").read_text(encoding="utf-8").splitlines())
    assert check(call, "a.md", "--baseline", "promptlint-baseline.json").code == 0
    grown = call("baseline", *KIND, "a.md", "b.md")
    assert "--update" in grown.err
    assert len(Path("promptlint-baseline.json").read_text(encoding="utf-8").splitlines()) == size
    assert call("baseline", *KIND, "--check", "a.md", "b.md").code == 1
    assert call("baseline", *KIND, "--update", "a.md", "b.md").code == 0
    assert check(call, "a.md", "b.md", "--baseline", "promptlint-baseline.json").code == 0
    os.unlink("b.md")
    assert "no longer found, dropped" in call("baseline", *KIND, "a.md").out
    assert len(Path("promptlint-baseline.json").read_text(encoding="utf-8").splitlines()) == size


def test_a_stale_baseline_is_spoken_of(call: Call) -> None:
    put("a.md")
    call("baseline", *KIND, "a.md")
    put("a.md", "x = 1\n" + GAP + "If there is none, answer NOT_FOUND.\n")
    assert "prunes" in check(call, "a.md", "--baseline", "promptlint-baseline.json").err


def test_init_shows_what_it_found_and_writes_settings_that_work(call: Call) -> None:
    put("prompts/invoice.md")
    done = call("init", "--baseline", "--hook", "--workflow")
    assert done.code == 0
    assert "1 prompt in 1 file" in done.out
    assert 'edition = "2026"' in Path("promptlint.toml").read_text(encoding="utf-8")
    assert Path(".pre-commit-config.yaml").exists()
    assert Path(".github/workflows/promptlint.yml").exists()
    assert call("config", ".").code == 0
    assert call("check", "--output-format", "json", "--baseline", "promptlint-baseline.json").code == 0


def test_init_leaves_existing_files_alone(call: Call) -> None:
    put("promptlint.toml", 'model = "mine"\n')
    put(".pre-commit-config.yaml", "repos: []\n")
    done = call("init", "--hook")
    assert Path("promptlint.toml").read_text(encoding="utf-8") == 'model = "mine"\n'
    assert Path(".pre-commit-config.yaml").read_text(encoding="utf-8") == "repos: []\n"
    assert "promptlint check --force-exclude" in done.out


def test_init_dry_run_writes_nothing(call: Call) -> None:
    put("prompts/invoice.md")
    done = call("init", "--dry-run", "--hook", "--workflow")
    assert "would write" in done.out
    assert sorted(path.name for path in Path().iterdir()) == ["prompts"]


def test_help_names_every_command(call: Call) -> None:
    done = call("--help")
    for name in ("check", "inspect", "explain", "rules", "init", "baseline", "config"):
        assert name in done.out


def test_every_command_loads_and_explains_itself(call: Call) -> None:
    from promptlint.cli.commands import group

    for name in group.list_commands(None):  # type: ignore[arg-type]  # the context is not looked at
        done = call(name, "--help")
        assert (done.code, "Usage: promptlint" in done.out) == (0, True), name
