"""Each format against the form that its readers document: schemas, limits, required properties."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

import promptlint.reports
from promptlint.model import Location, Related, Report
from promptlint.project.runner import run
from promptlint.reports import Options, render, sarif
from promptlint.reports.json import render_inspect

from .made import PATH, TEXT, compared, crowded, diagnostic, report, usual

EXAMPLES = Path(__file__).parents[2] / "examples" / "support-bot"
SUBSET = json.loads(Path(__file__).with_name("sarif_subset.schema.json").read_text(encoding="utf-8"))
CONTRACT = json.loads((Path(promptlint.reports.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))
ANNOTATION = re.compile(r"::(error|warning|notice) ([^:]*(?::(?!:)[^:]*)*)::(.*)")


def example() -> Report:
    """Return the report on the example project."""
    return run([str(EXAMPLES)])


def whole_file() -> Report:
    """Return a report on a rule that no pack describes, about a file as a whole and without a fingerprint."""
    found = diagnostic(PATH, TEXT, 0, 0, "ACME001", location=None, prompts=(), fingerprint="", help="")
    return report(found, texts={PATH: TEXT})


MADE = [usual, compared, crowded, example, whole_file]


def log(made: Report, options: Options | None = None) -> Any:
    return json.loads(render("sarif", made, options))


@pytest.mark.parametrize("make", MADE)
def test_sarif_has_the_form_that_we_know_of(make: Any) -> None:
    jsonschema.Draft202012Validator(SUBSET).validate(log(make()))


@pytest.mark.skipif("PROMPTLINT_SARIF_SCHEMA" not in os.environ, reason="PROMPTLINT_SARIF_SCHEMA names no schema file")
def test_sarif_follows_the_official_schema() -> None:
    schema = json.loads(Path(os.environ["PROMPTLINT_SARIF_SCHEMA"]).read_text(encoding="utf-8"))
    for make in MADE:
        jsonschema.validators.validator_for(schema)(schema).validate(log(make()))


def test_the_subset_refuses_what_github_refuses() -> None:
    validator = jsonschema.Draft202012Validator(SUBSET)
    for path, value in (("uri", "/etc/passwd"), ("uri", "a b.md"), ("uri", "C:/a.md")):
        made = log(usual())
        made["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"][path] = value
        assert not validator.is_valid(made), value
    made = log(usual())
    del made["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    assert not validator.is_valid(made)


@pytest.mark.parametrize("make", MADE)
def test_sarif_rule_indexes_and_fingerprints_hold_together(make: Any) -> None:
    run_ = log(make())["runs"][0]
    rules = run_["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run_["results"])
    hashes = [
        r["partialFingerprints"]["primaryLocationLineHash"] for r in run_["results"] if "partialFingerprints" in r
    ]
    assert len(set(hashes)) == len(hashes)


def test_sarif_drops_the_least_severe_above_githubs_limit_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 5)
    run_ = log(crowded())["runs"][0]
    assert [result["level"] for result in run_["results"]].count("warning") == 4
    assert len(run_["results"]) == 5
    assert "12 findings were left out" in run_["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_cuts_what_is_longer_than_github_takes() -> None:
    found = diagnostic(PATH, TEXT, 0, 5, "ACME001", name="n" * 3000, related=_related(150))
    made = log(report(found, texts={PATH: TEXT}))
    jsonschema.Draft202012Validator(SUBSET).validate(made)
    rule = made["runs"][0]["tool"]["driver"]["rules"][0]
    assert (len(rule["name"]), len(rule["fullDescription"]["text"])) == (255, 1024)


def _related(count: int) -> tuple[Related, ...]:
    return tuple(Related(PATH, Location(1, 1 + i, 1, 2 + i), "and here") for i in range(count))


def test_paths_are_relative_to_the_root_in_every_format_for_a_platform(tmp_path: Path) -> None:
    path = str(tmp_path / "prompts" / "a.md")
    made = report(diagnostic(path, TEXT, 0, 5), texts={path: TEXT})
    for name in ("sarif", "github", "gitlab", "junit", "markdown"):
        text = render(name, made, Options(root=str(tmp_path)))
        shown = text.replace(json.dumps(f"{path}#0"), "")  # the id of the prompt is its path as given
        assert "prompts/a.md" in shown, name
        assert name == "markdown" or str(tmp_path) not in shown, name


@pytest.mark.parametrize("make", MADE)
def test_json_follows_its_own_schema(make: Any) -> None:
    validator = jsonschema.Draft202012Validator(CONTRACT)
    validator.validate(json.loads(render("json", make())))
    validator.validate(json.loads(render_inspect(make())))


@pytest.mark.parametrize("make", MADE)
def test_annotations_are_workflow_commands_with_documented_properties(make: Any) -> None:
    *commands, last = render("github", make()).splitlines()
    assert last.startswith("promptlint: ")
    for line in commands:
        match = ANNOTATION.fullmatch(line)
        assert match is not None, line
        properties = dict(pair.split("=", 1) for pair in match[2].split(","))
        assert properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert all(properties[key].isdigit() for key in ("line", "endLine", "col", "endColumn") if key in properties)
        # With columns, GitHub refuses an annotation that spans lines.
        assert "col" not in properties or properties.get("endLine") in (None, properties["line"])


def test_annotations_of_the_worst_findings_come_first() -> None:
    levels = [line.split(" ")[0] for line in render("github", crowded()).splitlines()[:-1]]
    assert levels == sorted(levels, key=["::error", "::warning", "::notice"].index)
    assert len(set(levels)) == 2


@pytest.mark.parametrize("make", MADE)
def test_gitlab_entries_have_the_required_properties_and_one_fingerprint_each(make: Any) -> None:
    entries = json.loads(render("gitlab", make()))
    for entry in entries:
        assert entry.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1
        assert not entry["location"]["path"].startswith("./")
        assert entry["description"]
    fingerprints = [entry["fingerprint"] for entry in entries]
    assert len(set(fingerprints)) == len(fingerprints)


@pytest.mark.parametrize("make", MADE)
def test_junit_counts_what_it_lists(make: Any) -> None:
    root = ET.fromstring(render("junit", make()))
    assert root.tag == "testsuites"
    for node in (root, *root.iter("testsuite")):
        found = {"tests": "testcase", "failures": "failure", "errors": "error"}
        assert {key: int(node.attrib[key]) for key in found} == {
            key: len(list(node.iter(tag))) for key, tag in found.items()
        }
    for case in root.iter("testcase"):
        assert case.attrib["name"]
        assert case.attrib["classname"]
        assert {child.tag for child in case} <= {"failure", "error", "system-out"}
