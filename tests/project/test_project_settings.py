"""Settings files: which one holds, what is wrong with it, where values come from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

from promptlint.project.errors import UsageError
from promptlint.project.globs import matches
from promptlint.project.overrides import for_path
from promptlint.project.schema import KEYS, OVERRIDE_KEYS, validate
from promptlint.project.settings import Finder, effective, load
from promptlint.project.versions import require_version

SCHEMA = Path(__file__).parents[2] / "src/promptlint/project/settings.schema.json"


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_nearest_file_holds_alone(tmp_path: Path) -> None:
    put(tmp_path / "promptlint.toml", 'model = "outer"\nfail-on = "error"\n')
    put(tmp_path / "sub/promptlint.toml", 'model = "inner"\n')
    settings = Finder()(str(tmp_path / "sub/deep/a.md"))
    assert (settings.model, settings.fail_on) == ("inner", "warning")


def test_promptlint_toml_wins_over_the_hidden_one_and_over_pyproject(tmp_path: Path) -> None:
    put(tmp_path / "pyproject.toml", '[tool.promptlint]\nmodel = "c"\n')
    assert Finder()(str(tmp_path / "a.md")).model == "c"
    put(tmp_path / ".promptlint.toml", 'model = "b"\n')
    assert Finder()(str(tmp_path / "a.md")).model == "b"
    put(tmp_path / "promptlint.toml", 'model = "a"\n')
    assert Finder()(str(tmp_path / "a.md")).model == "a"


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "promptlint.toml", 'model = "outer"\n')
    put(tmp_path / "sub/pyproject.toml", '[project]\nname = "promptlint-user"\n')
    assert Finder()(str(tmp_path / "sub/a.md")).model == "outer"


def test_extend_takes_what_the_extending_file_does_not_set(tmp_path: Path) -> None:
    put(tmp_path / "base.toml", 'model = "base"\nfail-on = "error"\n[severity]\nUNC001 = "error"\n')
    put(tmp_path / "promptlint.toml", 'extend = "base.toml"\nmodel = "mine"\n[severity]\nOUT001 = "info"\n')
    settings = load(str(tmp_path / "promptlint.toml")).settings
    assert (settings.model, settings.fail_on) == ("mine", "error")
    assert dict(settings.severity) == {"UNC001": "error", "OUT001": "info"}


def test_extend_in_a_circle_is_an_error(tmp_path: Path) -> None:
    put(tmp_path / "a.toml", 'extend = "b.toml"\n')
    put(tmp_path / "b.toml", 'extend = "a.toml"\n')
    with pytest.raises(UsageError, match="circle"):
        load(str(tmp_path / "a.toml"))


def test_patterns_of_an_extended_file_further_up_keep_their_folder(tmp_path: Path) -> None:
    put(tmp_path / "promptlint.toml", 'exclude = ["sub/old/", "other/"]\n')
    put(tmp_path / "sub/promptlint.toml", 'extend = "../promptlint.toml"\n')
    settings = load(str(tmp_path / "sub/promptlint.toml")).settings
    excluded = [
        name
        for name in ("old/a.md", "new/a.md")
        if matches(str(tmp_path / "sub" / name), settings.exclude, settings.root)
    ]
    assert excluded == ["old/a.md"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('selct = ["UNC001"]', ["unknown key 'selct'", "did you mean 'select'"]),
        ('fail-on = "warn"', ["'fail-on'", "error, warning, info", "'warn'"]),
        ('select = "UNC001"', ["'select'", "a list of strings"]),
        ("max-file-bytes = true", ["'max-file-bytes'", "above zero"]),
        ('[[per-file]]\npath = ["a"]', ["number 1", "unknown key 'path'", "did you mean 'paths'"]),
        ('[[per-file]]\nignore = ["UNC001"]', ["'paths' is missing"]),
        ('require = ["schema"]', ["'require'", "output"]),
        ("= 3", ["not valid TOML"]),
        ('required-version = ">=99"', [">=99", "this is promptlint"]),
    ],
)
def test_a_wrong_file_is_an_error_that_names_file_value_and_remedy(tmp_path: Path, text: str, words: list[str]) -> None:
    file = put(tmp_path / "promptlint.toml", text)
    with pytest.raises(UsageError) as caught:
        load(str(file))
    for word in [*words, "promptlint.toml"]:
        assert word in str(caught.value)


def test_an_unknown_rule_is_named_with_option_and_source(tmp_path: Path) -> None:
    put(tmp_path / "promptlint.toml", 'ignore = ["UNC9999"]\n')
    with pytest.raises(UsageError, match=r"promptlint\.toml: unknown rule selector 'UNC9999' in 'ignore'"):
        Finder()(str(tmp_path / "a.md"))
    with pytest.raises(UsageError, match=r"--select: unknown rule selector 'NOPE' in 'select'"):
        Finder(isolated=True, options={"select": ["NOPE"]})(str(tmp_path / "a.md"))


def test_options_win_over_files_and_ignore_adds(tmp_path: Path) -> None:
    put(tmp_path / "promptlint.toml", 'fail-on = "error"\nignore = ["UNC001"]\n')
    loaded = Finder(options={"fail-on": "info", "ignore": ["OUT001"]}).loaded(str(tmp_path / "a.md"))
    assert loaded.settings.fail_on == "info"
    assert loaded.settings.ignore == ("UNC001", "OUT001")
    assert loaded.origins["fail-on"] == "--fail-on"


def test_overrides_for_a_file_add_require_and_the_later_kind_wins(tmp_path: Path) -> None:
    put(
        tmp_path / "promptlint.toml",
        """
require = ["uncertainty"]
[[per-file]]
paths = ["prompts/**"]
kind = "extraction"
require = ["output"]
severity = {UNC001 = "info"}
[[per-file]]
paths = ["judge.md"]
kind = "judge"
""",
    )
    finder = Finder()
    path = str(tmp_path / "prompts/judge.md")
    settings = for_path(finder(path), path)
    assert (settings.kind, settings.require) == ("judge", ("uncertainty", "output"))
    assert settings.severity["UNC001"] == "info"
    other = str(tmp_path / "b.md")
    assert for_path(finder(other), other).kind is None


def test_effective_names_value_and_source(tmp_path: Path) -> None:
    put(tmp_path / "promptlint.toml", 'model = "m"\n[[per-file]]\npaths = ["*.md"]\nkind = "chat"\n')
    path = str(tmp_path / "a.md")
    rows = {row.key: row for row in effective(Finder(options={"preview": True}).loaded(path), path)}
    assert rows["model"].source.endswith("promptlint.toml")
    assert rows["kind"].value == "chat"
    assert rows["kind"].source.endswith("[[per-file]]")
    assert rows["preview"].source == "--preview"
    assert rows["edition"].source == "default"


@pytest.mark.parametrize(
    ("wanted", "good"),
    [("0.3.1", True), ("==0.3", False), (">=0.3,<0.4", True), ("<0.3", False), ("~=0.3", True), ("~=0.2.0", False)],
)
def test_required_version(wanted: str, good: bool) -> None:
    if good:
        require_version(wanted, "0.3.1", "f")
    else:
        with pytest.raises(UsageError, match="install another"):
            require_version(wanted, "0.3.1", "f")


def test_globs() -> None:
    def hit(path: str, *patterns: str) -> bool:
        return matches(os.path.join("/r", path), patterns, "/r")

    assert hit("a/b.md", "*.md")
    assert hit("a/b.md", "a/")
    assert hit("a/b/c.md", "a/**/*.md")
    assert not hit("x/a/b.md", "a/b.md")
    assert not hit("a/b.md", "*.md", "!a/b.md")
    assert hit("r.md", "../r/r.md")


def test_the_json_schema_and_our_own_check_know_the_same_keys() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(KEYS)
    assert set(schema["properties"]["per-file"]["items"]["properties"]) == set(OVERRIDE_KEYS)


GOOD: list[dict[str, object]] = [
    {},
    {"select": ["UNC"], "severity": {"UNC001": "error"}, "token-budget": 1},
    {"per-file": [{"paths": ["a"], "kind": "chat", "require": ["tone"], "reason": "why"}], "preview": False},
]
BAD: list[dict[str, object]] = [
    {"select": [1]},
    {"severity": {"UNC001": "bad"}},
    {"token-budget": 0},
    {"token-budget": True},
    {"kind": "poem"},
    {"require": ["length"]},
    {"per-file": {"a": ["b"]}},
    {"per-file": [{"ignore": ["UNC001"]}]},
    {"per-file": [{"paths": []}]},
    {"extend": 3},
    {"preview": "yes"},
    {"other": 1},
]


@pytest.mark.parametrize("table", GOOD)
def test_both_checks_accept(table: dict[str, object]) -> None:
    validate(table, "f")
    jsonschema.validate(table, json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize("table", BAD)
def test_both_checks_refuse(table: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        validate(table, "f")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(table, json.loads(SCHEMA.read_text(encoding="utf-8")))
