"""Large files: parts and processes change nothing about what is counted, and every planted defect is found."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from builders import chat, write_jsonl
from hypothesis import example, given
from hypothesis import strategies as st

from promptlint.readiness.errors import EvidenceError
from promptlint.readiness.evidence import Source
from promptlint.readiness.training import codec, near, reading, scan, second, workers
from promptlint.readiness.training.scan import Options, Scan

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "readiness.py"


def mixed(folder: Path) -> Source:
    """Write clean rows, repeats, contradictions and broken lines."""
    rows: list[object] = [chat(number) for number in range(1200)]
    rows += [chat(number) for number in range(100)]
    rows += [chat(number, label) for number in range(2000, 2040) for label in ("billing", "refund")]
    rows += ['{"messages": ['] * 20 + ["", {"messages": []}]
    return Source(str(write_jsonl(folder / "t.jsonl", rows)), "t.jsonl")


def whole(found: Scan) -> tuple[object, ...]:
    places = {code: [found.place(row)[1] for row in rows] for code, rows in found.tally.where.items()}
    conflicts = [found.place(row)[1] for row in found.conflicts]
    return found.clean, found.left, found.tally.found, found.tally.labels, found.files, places, conflicts, found.skipped


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "_PARALLEL_FROM", 0)
    monkeypatch.setattr(reading, "chunks", partial(reading.chunks, size=60_000))


@pytest.mark.parametrize("mode", ["off", "full"])
def test_a_file_read_in_parts_by_processes_counts_as_in_one_go(
    tmp_path: Path, mode: str, request: pytest.FixtureRequest
) -> None:
    source = mixed(tmp_path)
    alone = scan.scan([source], [], Options(near=mode, workers=1))
    request.getfixturevalue("in_parts")
    together = scan.scan([source], [], Options(near=mode, workers=2))
    assert len(together.places) > 3
    assert whole(together) == whole(alone)


@pytest.mark.usefixtures("in_parts")
def test_where_no_process_can_be_started_this_one_does_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = mixed(tmp_path)
    expected = whole(scan.scan([source], [], Options(near="off", workers=1)))
    monkeypatch.setattr(workers, "_start", lambda _: [])
    assert whole(scan.scan([source], [], Options(near="off", workers=2))) == expected


def test_a_script_that_reads_a_large_file_is_not_run_again_by_the_processes(tmp_path: Path) -> None:
    source = mixed(tmp_path)
    (tmp_path / "pickle.py").write_text("print('imported from the working directory')")
    (tmp_path / "script.py").write_text(
        "import sys; sys.path.pop(0)\n"
        "from promptlint.readiness.evidence import Source\n"
        "from promptlint.readiness.training import scan\n"
        "scan._PARALLEL_FROM = 0\n"
        f"found = scan.scan([Source({source.path!r}, 't')], [], scan.Options(near='off', workers=2))\n"
        "print('clean', found.clean)\n"
    )
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["clean", "1200"]), done.stderr


def test_an_error_in_a_process_comes_back_whole() -> None:
    with workers.Workers(2) as pool:
        with pytest.raises(EvidenceError) as caught:
            pool.submit(reading.digest, "/no/such/file")()
        assert (caught.value.path, caught.value.detail) == ("/no/such/file", "No such file or directory")
        assert list(pool.map(abs, [-1, -2, -3])) == [1, 2, 3]


@pytest.mark.usefixtures("in_parts")
def test_partitions_are_removed_when_the_run_is_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = mixed(tmp_path)
    monkeypatch.setattr(scan.tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()

    def interrupt(*_: object) -> None:
        assert any((tmp_path / "temporary").rglob("*.tsv"))
        raise KeyboardInterrupt

    monkeypatch.setattr(second, "run", interrupt)
    with pytest.raises(KeyboardInterrupt):
        scan.scan([source], [], Options(near="off", workers=1))
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.skipif(not near.available(), reason="rensa is not installed")
def test_every_planted_defect_of_a_generated_file_is_found(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("generator", BENCHMARK)
    if spec is None or spec.loader is None or not BENCHMARK.exists():
        pytest.skip("no benchmarks beside the tests")
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    planted = generator.generate(tmp_path, 4000)
    rows = (tmp_path / "eval.jsonl").read_text().splitlines()
    source = Source(str(tmp_path / "train.jsonl"), "train.jsonl", {"schema": "out.json"})
    found = scan.scan([source], [json.loads(row)["input"] for row in rows], Options(near="full"), str(tmp_path))
    assert {code: found.tally.found[code] for code in planted} == planted


@given(st.text())
@example("  A  b\tC\n")
@example("a\x1cb\x85c")
def test_the_fast_key_of_a_text_is_the_key_of_the_normalised_text(text: str) -> None:
    assert codec.text_key(text) == codec.key_of(codec.normalised(text))
