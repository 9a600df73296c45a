"""The table of docs/formats.md shows what the sample files give."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "../shared/samples"


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample files are not here")
def test_the_document_states_what_the_samples_give() -> None:
    spec = importlib.util.spec_from_file_location("format_table", ROOT / "scripts" / "format_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert module.table(module.rows(SAMPLES)) in page
