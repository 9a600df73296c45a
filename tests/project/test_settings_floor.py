"""An organisation's floor: tightening passes, weakening is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.project.errors import UsageError
from promptlint.project.floor import raised
from promptlint.project.overrides import for_path
from promptlint.project.settings import Loaded, load


def both(tmp_path: Path, mine: str, floor: str) -> Loaded:
    (tmp_path / "promptlint.toml").write_text(mine, encoding="utf-8")
    (tmp_path / "floor.toml").write_text(floor, encoding="utf-8")
    return raised(load(str(tmp_path / "promptlint.toml")), load(str(tmp_path / "floor.toml")))


@pytest.mark.parametrize(
    ("mine", "floor"),
    [
        ('fail-on = "error"', 'fail-on = "warning"'),
        ('ignore = ["UNC001"]', '[severity]\nUNC001 = "error"'),
        ('ignore = ["UNC"]', 'extend-select = ["UNC004"]'),
        ('ignore = ["OUT001"]', 'require = ["output"]'),
        ('[severity]\nUNC001 = "info"', '[severity]\nUNC001 = "warning"'),
        ("token-budget = 9000", "token-budget = 4000"),
        ("max-file-bytes = 10", "max-file-bytes = 1000"),
        ('select = ["OUT"]', 'select = ["OUT", "UNC"]'),
        ('exclude = ["prompts/"]', 'exclude = ["vendored/"]'),
        ("preview = false", "preview = true"),
        ('edition = "2025"', 'edition = "2026"'),
        ('[[per-file]]\npaths = ["x"]\nignore = ["UNC001"]', 'require = ["uncertainty"]'),
        ('[[per-file]]\npaths = ["x"]\nseverity = {UNC001 = "info"}', '[severity]\nUNC001 = "error"'),
        ('[[per-file]]\npaths = ["x"]\nselect = ["OUT"]', 'select = ["UNC"]'),
    ],
)
def test_what_is_weaker_is_refused(tmp_path: Path, mine: str, floor: str) -> None:
    with pytest.raises(UsageError, match="weaker"):
        both(tmp_path, mine, floor)


def test_the_error_names_both_values_and_both_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        both(tmp_path, "token-budget = 9000", "token-budget = 4000")
    for word in ("9000", "4000", "promptlint.toml", "floor.toml", "token-budget"):
        assert word in str(caught.value)


def test_what_is_stricter_stands(tmp_path: Path) -> None:
    settings = both(
        tmp_path,
        'fail-on = "info"\nrequire = ["tone"]\ntoken-budget = 10\n[severity]\nUNC001 = "error"',
        'fail-on = "warning"\nrequire = ["output"]\ntoken-budget = 99\n[severity]\nUNC001 = "warning"',
    ).settings
    assert (settings.fail_on, settings.token_budget, settings.severity["UNC001"]) == ("info", 10, "error")
    assert set(settings.require) == {"tone", "output"}


def test_where_the_project_says_nothing_the_floor_holds(tmp_path: Path) -> None:
    loaded = both(tmp_path, "", 'fail-on = "error"\nselect = ["UNC"]\nexclude = ["vendored/"]')
    assert (loaded.settings.fail_on, loaded.settings.select) == ("error", ("UNC",))
    assert loaded.settings.exclude == ("vendored/",)
    assert "floor" in loaded.origins["fail-on"]


def test_a_rule_that_the_floor_does_not_name_may_be_ignored(tmp_path: Path) -> None:
    assert both(tmp_path, 'ignore = ["TON001"]', 'require = ["output"]').settings.ignore == ("TON001",)


def test_a_floor_for_some_paths_lowers_no_stricter_severity(tmp_path: Path) -> None:
    loaded = both(
        tmp_path,
        '[severity]\nUNC001 = "error"',
        '[[per-file]]\npaths = ["prompts/"]\nrequire = ["output"]\nseverity = {UNC001 = "warning"}',
    )
    settings = for_path(loaded.settings, str(tmp_path / "prompts/a.md"))
    assert (settings.severity["UNC001"], settings.require) == ("error", ("output",))
