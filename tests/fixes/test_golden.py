"""Every rule with a fix, before and after, in every host.

`python -m tests.fixes.test_golden` writes the golden files anew; read the difference before committing it.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from .cases import CASES, HOSTS, Case
from .support import extraction, fixed

GOLDEN = Path(__file__).parent / "golden"
PAIRS = [(case, host) for case in CASES for host in HOSTS if HOSTS[host][1](case.text) is not None]


def made(case: Case, host: str) -> tuple[str, str, str]:
    """Return path, text before and text after."""
    path, write = HOSTS[host]
    text = write(case.text)
    assert text is not None
    result = fixed(path, text, kind=case.kind, only=(case.rule, "INP003"))
    assert [item.rule for item in result.applied] == [case.rule], (result.dropped, result.first.diagnostics)
    return path, text, result.texts[path]


def rendered(host: str) -> str:
    """Return the golden text of a host: all cases, before and after."""
    parts = []
    for case, name in PAIRS:
        if name == host:
            _path, before, after = made(case, host)
            parts.append(f"=== {case.rule} before\n{before}=== {case.rule} after\n{after}")
    return "".join(parts)


@pytest.mark.parametrize("host", HOSTS)
def test_every_fix_writes_the_host_as_its_golden_file_says(host: str) -> None:
    assert rendered(host) == (GOLDEN / f"{host}.txt").read_bytes().decode("utf-8")


@pytest.mark.parametrize(("case", "host"), PAIRS, ids=[f"{case.rule}-{host}" for case, host in PAIRS])
def test_a_fix_reads_the_same_in_every_host(case: Case, host: str) -> None:
    path, _before, after = made(case, host)
    plain_path, _text, plain = made(case, "markdown")
    wanted = extraction(plain_path, plain).prompts[0].text.strip()
    assert extraction(path, after).prompts[0].text.strip() == wanted


@pytest.mark.parametrize(("case", "host"), PAIRS, ids=[f"{case.rule}-{host}" for case, host in PAIRS])
def test_a_fixed_file_still_parses_and_needs_no_second_run(case: Case, host: str) -> None:
    path, _before, after = made(case, host)
    if path.endswith(".py"):
        ast.parse(after)
    if path.endswith((".json", ".ipynb")):
        json.loads(after)
    assert not extraction(path, after).faults
    assert not fixed(path, after, kind=case.kind, only=(case.rule, "INP003")).applied


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in HOSTS:
        (GOLDEN / f"{name}.txt").write_bytes(rendered(name).encode("utf-8"))
