"""`promptlint rules`: the catalogue, and tools for writing rules."""

from __future__ import annotations

import os

import click

from promptlint.cli.explain import as_data, load
from promptlint.project.errors import UsageError

_TEMPLATE = """\
id: {id}
name: {name}              # completes the sentence "allow {name}"
since: "{version}"
status: preview
severity: warning
confidence: medium
summary: One sentence that says what is wrong.
message: "what was found and where, and what is missing"
help: What to do, in the imperative.
why: |
  What goes wrong without it, and when that matters.
evidence:
  - {{tier: E, source: "", says: "Engineering logic; measured (M), vendor (V) and local (L) evidence weighs more."}}
detect:
  pattern: "as soon as possible"
  view: instructions
examples:                 # «» marks the exact span
  bad:
    - text: "Answer «as soon as possible»."
    - text: "Send the order «as soon as possible», please."
  good:                   # look-alikes that are right
    - text: "Answer within two days."
    - text: "Send the order the same day."
    - text: "Answer like this:\\n```json\\n{{\\"due\\": \\"as soon as possible\\"}}\\n```"
"""


@click.group(name="rules")
def command() -> None:
    """List lint rules, test rule packs, begin a new rule."""


@command.command(name="list")
@click.option("--rule-pack", "packs", multiple=True, type=click.Path(), help="A folder with further rules.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_rules(packs: tuple[str, ...], output_format: str) -> int:
    """List all rules; `*` marks those that are on by default."""
    rules = load(packs)
    if output_format == "json":
        import json

        click.echo(json.dumps([as_data(rule) for rule in rules], indent=1, ensure_ascii=False))
        return 0
    for rule in rules:
        mark = "*" if rule.default else " "
        click.echo(f"{mark} {rule.id:8} {rule.severity:8} {rule.status:10} {rule.name}: {rule.summary}")
    click.echo(f"{len(rules)} rules, {sum(rule.default for rule in rules)} on by default")
    return 0


@command.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
def test(paths: tuple[str, ...]) -> int:
    """Run the examples of rule files or packs in PATHS, by default those of promptlint's own rules."""
    from promptlint.rules.compile import PackError
    from promptlint.rules.testing import run_examples

    try:
        outcomes = run_examples(paths)
    except PackError as error:
        raise UsageError(str(error)) from error
    failures = [outcome for outcome in outcomes if outcome.problem is not None]
    for outcome in failures:
        click.echo(f"{outcome.file}: {outcome.id}: {outcome.problem}")
    click.echo(f"{len(outcomes)} checks, {len(failures)} failures")
    return int(bool(failures))


@command.command()
@click.argument("identifier", metavar="ID")
@click.argument("name")
@click.option("--folder", default="promptlint-rules", show_default=True, type=click.Path(), help="The rule pack.")
def new(identifier: str, name: str, folder: str) -> int:
    """Begin a rule: write a file with all its parts, whose examples pass."""
    import re

    from promptlint import __version__
    from promptlint.project.cache import replace

    if not re.fullmatch(r"[A-Z]{2,6}\d{3}", identifier):
        raise UsageError(f"'{identifier}' is no rule id; write capital letters and three digits, e.g. ACME001")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise UsageError(f"'{name}' is no rule name; write small words joined by hyphens")
    taken = [rule.id for rule in load(()) if identifier == rule.id or name == rule.name]
    if taken:
        raise UsageError(f"'{identifier}' or '{name}' is taken by {taken[0]}")
    path = os.path.join(folder, identifier.rstrip("0123456789").lower(), f"{name}.yaml")
    if os.path.exists(path):
        raise UsageError(f"{path} is there already")
    replace(os.path.abspath(path), _TEMPLATE.format(id=identifier, name=name, version=__version__))
    click.echo(f"wrote {path}; `promptlint rules test {folder}` runs its examples")
    return 0
