"""`optimize`: both variants side by side, and measured against an endpoint or a command of ours."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from promptlint.cli import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "support-bot"
TRIAGE, TICKETS = "prompts/triage.md", "data/tickets.jsonl"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")


def wanted() -> dict[str, str]:
    rows = map(json.loads, Path(TICKETS).read_text(encoding="utf-8").splitlines())
    return {row["input"]: json.dumps(row["output"]) for row in rows}


class Server(ThreadingHTTPServer):
    """An OpenAI-compatible endpoint that answers right only where the prompt says to return JSON alone."""

    requests: list[tuple[str, str | None, dict[str, Any]]]
    answers: dict[str, str]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, self.headers["Authorization"], body))
        text = body["messages"][-1]["content"]
        row = max((key for key in self.server.answers if key in text), key=text.rindex)
        answer = self.server.answers[row]
        reply = answer if "Return only a JSON object" in text else f"Sure! {answer}"
        data = json.dumps({"choices": [{"message": {"role": "assistant", "content": reply}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.requests, made.answers = [], wanted()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def test_nothing_is_written_or_run_unless_asked_for(capsys: pytest.CaptureFixture[str], server: Server) -> None:
    text = Path(TRIAGE).read_bytes()
    assert run(["optimize", TRIAGE, "--data", TICKETS, "--color", "never"]) == 0
    out = capsys.readouterr().out
    assert "before" in out
    assert "Say the output format with its fields" in out
    assert "measured" not in out
    assert (Path(TRIAGE).read_bytes(), server.requests) == (text, [])


def test_an_endpoint_gets_both_variants_of_rows_that_are_no_examples(
    capsys: pytest.CaptureFixture[str], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMPTLINT_API_KEY", "not-a-real-key")
    url = f"http://127.0.0.1:{server.server_port}/v1"
    code = run(["optimize", TRIAGE, "--data", TICKETS, "--measure", url, "--model", "tiny", "--html", "page.html"])
    out = capsys.readouterr().out
    assert code == 0
    assert "measured on 36 rows (4 shown as examples left out)" in out
    assert "before 0.0%" in out
    assert "after  100.0%" in out
    assert "won 36, lost 0" in out
    assert "the new variant did better" in out
    assert len(server.requests) == 72
    path, key, body = server.requests[0]
    assert (path, key) == ("/v1/chat/completions", "Bearer not-a-real-key")
    assert (body["model"], body["temperature"]) == ("tiny", 0)
    page = Path("page.html").read_text(encoding="utf-8")
    assert "won 36, lost 0" in page
    assert "<script" not in page


def test_a_command_gets_messages_on_stdin_and_both_variants_may_tie(capsys: pytest.CaptureFixture[str]) -> None:
    Path("model.py").write_text(
        "import json, sys\nmessages = json.load(sys.stdin)\nassert messages[-1]['role'] == 'user'\nprint('no idea')\n",
        encoding="utf-8",
    )
    target = f'"{Path(sys.executable).as_posix()}" model.py'
    assert run(["optimize", TRIAGE, "--data", TICKETS, "--measure", target, "--rows", "3"]) == 0
    out = capsys.readouterr().out
    assert "measured on 3 rows" in out
    assert "won 0, lost 0" in out
    assert "not shown to differ" in out


def test_a_command_that_fails_is_reported_and_not_counted_as_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    target = f'"{Path(sys.executable).as_posix()}" -c "import sys; sys.exit(\'no model here\')"'
    assert run(["optimize", TRIAGE, "--data", TICKETS, "--measure", target]) == 2
    captured = capsys.readouterr()
    assert "no model here" in captured.err
    assert "measured on" not in captured.out


def test_write_puts_the_improved_prompt_into_its_file() -> None:
    assert run(["optimize", TRIAGE, "--data", TICKETS, "--write"]) == 0
    assert "<message>\n{message}\n</message>" in Path(TRIAGE).read_text(encoding="utf-8")
