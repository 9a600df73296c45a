"""The example workflow: least privileges, findings as annotations, SARIF and a summary."""

from __future__ import annotations

_TEXT = """\
# Runs promptlint on the prompts that a pull request touches.
# Pin both actions to a commit: `uses: owner/name@<40 hex digits>  # vX.Y.Z`; `git ls-remote` shows the commit of a tag.
name: promptlint
on:
  pull_request:
permissions: {}
jobs:
  promptlint:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
      security-events: write  # for the SARIF upload only; remove it together with `sarif: true`
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0  # --diff-base needs the merge base
          persist-credentials: false
      - uses: @ACTION@
        with:
          paths: .
          diff-base: origin/${{ github.base_ref }}
          fail-on: warning
          sarif: true
@BASELINE@"""


def workflow_text(action: str, *, baseline: str | None) -> str:
    """Return a GitHub workflow that uses the action at `action` (`owner/repo@ref`)."""
    line = f"          baseline: {baseline}\n" if baseline else ""
    return _TEXT.replace("@ACTION@", action).replace("@BASELINE@", line)
