"""A call is found in every block of a function, whatever statement the block belongs to."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from promptlint import lint_path

CALL = (
    "prompt = 'You are a careful assistant. Answer the question in one sentence.'\n"
    "        client.responses.create(model='m', input=prompt)\n"
)
GROUPS = pytest.mark.skipif(sys.version_info < (3, 11), reason="except* came with Python 3.11")


@pytest.mark.parametrize(
    "head",
    [
        "try:\n        go()\n    finally:\n",
        "try:\n        go()\n    except ValueError:\n",
        "try:\n        go()\n    except ValueError:\n        pass\n    else:\n",
        pytest.param("try:\n        go()\n    except* ValueError:\n        pass\n    finally:\n", marks=GROUPS),
        pytest.param("try:\n        go()\n    except* ValueError:\n", marks=GROUPS),
        "for _ in go():\n        pass\n    else:\n",
        "with go():\n",
        "match go():\n      case 1:\n",
    ],
)
def test_a_call_is_found_in_each_block(tmp_path: Path, head: str) -> None:
    path = tmp_path / "ask.py"
    path.write_text(f"def ask(client, go):\n    {head}        {CALL}", encoding="utf-8")
    report = lint_path(path)
    assert not report.faults
    assert [prompt.prompt.text for prompt in report.prompts] == [
        "You are a careful assistant. Answer the question in one sentence."
    ]
