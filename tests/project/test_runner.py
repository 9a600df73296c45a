"""From paths to a report: faults, skipped files, suppressions, order, cache, processes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from promptlint.model import Override, Report, Settings
from promptlint.project import pool, runner, session
from promptlint.project.baseline import compare, read, suppress, write
from promptlint.project.errors import UsageError

pytestmark = pytest.mark.usefixtures("small_engine")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str = "You must answer. BAD\n") -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


def found(report: Report) -> list[tuple[str, str, int]]:
    return [(d.path, d.rule, d.location.line if d.location else 0) for d in report.diagnostics]


def test_findings_are_in_the_order_path_offset_rule() -> None:
    put("b.md", "You must.\nBAD\nBAD\n")
    put("a.md", "You must.\nBAD\n")
    report = runner.run(["b.md", "a.md"])
    assert found(report) == [
        ("a.md", "UNC001", 1),
        ("a.md", "OUT001", 2),
        ("b.md", "UNC001", 1),
        ("b.md", "OUT001", 2),
        ("b.md", "OUT001", 3),
    ]
    assert report.files == 2
    assert set(report.texts) == {"a.md", "b.md"}


def test_a_named_file_that_cannot_be_read_is_a_fault_and_a_found_one_is_counted() -> None:
    Path("p").mkdir()
    Path("p/latin.md").write_bytes(b"caf\xe9 and more")
    Path("p/nul.md").write_bytes(b"a\0b")
    put("p/ok.md")
    named = runner.run(["p/latin.md", "p/nul.md", "gone.md", "p/ok.md"])
    assert {fault.path for fault in named.faults} == {"p/latin.md", "p/nul.md", "gone.md"}
    assert [linted.prompt.path for linted in named.prompts] == ["p/ok.md"]
    walked = runner.run(["p"])
    assert walked.faults == ()
    assert walked.skipped == {"binary": 1, "not UTF-8 or UTF-16 text": 1}
    assert ("p/nul.md", "binary") in walked.skipped_files


def test_a_file_above_the_limit_is_never_clean_in_silence() -> None:
    put("big.md", "You must " * 100)
    settings = Settings(max_file_bytes=50)
    assert "max-file-bytes" in runner.run(["big.md"], settings=settings).faults[0].message
    assert list(runner.run(["."], settings=settings).skipped.values()) == [1]


def test_a_file_of_no_known_format_is_counted_and_its_name_is_kept() -> None:
    put("a.xyz", "something")
    assert runner.run(["."]).skipped == {"not a kind of file that holds prompts": 1}
    named = runner.run(["a.xyz"])
    assert named.files == 0
    assert named.skipped_files[0][0] == "a.xyz"
    assert named.skipped_files[0][1].startswith("unsupported")


def test_a_defect_of_ours_in_one_file_leaves_the_others_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from promptlint.sources import registry

    whole = registry.extract

    def broken(document, project, *, named=True):  # type: ignore[no-untyped-def]
        if document.path == "a.md":
            raise ValueError("boom")
        return whole(document, project, named=named)

    monkeypatch.setattr(registry, "extract", broken)
    put("a.md")
    put("b.md")
    report = runner.run(["a.md", "b.md"])
    assert "internal error" in report.faults[0].message
    assert [linted.prompt.path for linted in report.prompts] == ["b.md"]


def test_an_override_lists_findings_as_suppressed_with_its_reason() -> None:
    put("prompts/a.md")
    settings = Settings(overrides=(Override(("prompts/**",), ignore=("UNC",), reason="later"),), root=os.getcwd())
    report = runner.run(["prompts/a.md"], settings=settings)
    silenced = {d.rule: d.suppressed for d in report.diagnostics}
    assert silenced["OUT001"] is None
    assert silenced["UNC001"] is not None
    assert silenced["UNC001"] == ("settings", "later")


def test_fingerprints_survive_line_shifts_and_rewording_of_the_task_and_tell_twins_apart() -> None:
    put("a.md", "You must answer.\nBAD\nBAD\n")
    before = {d.fingerprint for d in runner.run(["a.md"]).diagnostics}
    assert len(before) == 3
    put("a.md", "\n\nYou should answer well.\n\nmore\n  bad? BAD\nBAD\n")
    assert {d.fingerprint for d in runner.run(["a.md"]).diagnostics} == before
    put("a.md", "You must answer.\nBAD\nBAD\nBAD\n")
    after = {d.fingerprint for d in runner.run(["a.md"]).diagnostics}
    assert before < after
    assert len(after) == 4


def test_fingerprints_do_not_depend_on_how_the_path_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    put("promptlint.toml", "")
    put("sub/a.md")
    first = [d.fingerprint for d in runner.run(["sub/a.md"]).diagnostics]
    assert [d.fingerprint for d in runner.run([os.path.abspath("sub/a.md")]).diagnostics] == first
    monkeypatch.chdir("sub")
    assert [d.fingerprint for d in runner.run(["a.md"]).diagnostics] == first


def test_a_cached_run_gives_the_same_report_without_linting(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.md")
    put("sub/b.md")
    first = runner.run(["a.md", "sub/b.md"], cached=True)

    def never(*_arguments: object) -> None:
        raise AssertionError("linted again")

    monkeypatch.setattr(session.Session, "file", never)
    assert runner.run(["a.md", "sub/b.md"], cached=True) == first


def test_a_changed_file_or_setting_is_linted_again() -> None:
    put("a.md")
    runner.run(["a.md"], cached=True)
    changed = runner.run(["a.md"], settings=Settings(severity={"UNC001": "info"}), cached=True)
    assert {d.rule: d.severity for d in changed.diagnostics}["UNC001"] == "info"
    put("a.md", "You must have a PATH.")
    assert runner.run(["a.md"], cached=True).diagnostics == ()


def test_without_the_cache_nothing_is_written() -> None:
    put("a.md")
    runner.run(["a.md"])
    assert not Path(".promptlint_cache").exists()


def test_several_processes_give_what_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        put(f"p/{number}.md", f"You must {number}.\n" + "BAD\n" * (number % 3))
    alone = runner.run(["p"])
    monkeypatch.setattr(runner, "POOL_FROM", 10)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(pool, "CHUNK", 7)
    assert runner.run(["p"]) == alone


def test_text_from_an_editor_is_linted_under_the_name_it_goes_by() -> None:
    report = runner.run_text("You must. BAD", "prompts/new.md")
    assert found(report) == [("prompts/new.md", "UNC001", 1), ("prompts/new.md", "OUT001", 1)]


# --- baseline -----------------------------------------------------------------------------------------------


def test_a_baseline_silences_what_it_holds_and_nothing_new() -> None:
    put("a.md", "You must.\nBAD\n")
    first = runner.run(["a.md"])
    write("base.json", compare(first, (), first.checked).new)
    put("a.md", "You must.\nBAD\nBAD\n")
    report = suppress(runner.run(["a.md"]), read("base.json"))
    open_findings = [d for d in report.diagnostics if d.suppressed is None]
    assert [(d.rule, d.location.line if d.location else 0) for d in open_findings] == [("OUT001", 3)]


def test_an_entry_is_stale_only_when_its_file_was_looked_at_or_is_gone() -> None:
    put("a.md")
    put("b.md")
    put("c.md")
    first = runner.run(["a.md", "b.md", "c.md"])
    known = compare(first, (), first.checked).new
    put("a.md", "You have a PATH.")
    put("b.md", "You have a PATH.")
    Path("c.md").unlink()
    report = runner.run(["a.md"])
    assert {entry.path for entry in compare(report, known, report.checked).stale} == {"a.md", "c.md"}


def test_a_baseline_is_sorted_one_finding_a_line() -> None:
    put("b.md")
    put("a.md")
    report = runner.run(["b.md", "a.md"])
    write("base.json", reversed(compare(report, (), report.checked).new))
    lines = Path("base.json").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 6
    assert [line.split('"path": "')[1][0] for line in lines[1:-1]] == ["a", "a", "b", "b"]


@pytest.mark.parametrize("text", ["", "[]", '{"version": 9, "findings": []}', '{"version": 1, "findings": [{}]}'])
def test_a_file_that_is_no_baseline_is_an_error(text: str) -> None:
    put("base.json", text)
    with pytest.raises(UsageError, match=r"base\.json"):
        read("base.json")


def test_a_cached_result_is_not_used_when_another_file_begins_to_send_the_constant() -> None:
    put("texts.py", 'ANSWER_PROMPT = "You must answer every question of the user."\n')
    alone = runner.run(["texts.py"], cached=True)
    put(
        "service.py",
        "from openai import OpenAI\nfrom texts import ANSWER_PROMPT\n"
        'OpenAI().chat.completions.create(model="m", messages=[{"role": "system", "content": ANSWER_PROMPT}])\n',
    )
    again = runner.run(["texts.py"], cached=True)
    assert again == runner.run(["texts.py"])
    assert [use.path for linted in again.prompts for use in linted.prompt.uses] == ["service.py"]
    assert again != alone
