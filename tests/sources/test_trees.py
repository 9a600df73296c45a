"""YAML, JSON and TOML trees: values as the reference readers have them, every character placed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.sources.jsonmap import parse_json
from promptlint.sources.nodes import Node, SourceError, plain, strings
from promptlint.sources.tomlmap import parse_toml
from promptlint.sources.yamlmap import parse_yaml

SAMPLES = Path(__file__).parents[2] / "../shared/samples"

TEXT = st.text(st.sampled_from("ab:#-'\"\\{}[]|> \t\n\u00e9\u4e2d\U0001f600&*!%@`,?"), max_size=60)
VALUES = st.recursive(
    TEXT | st.integers(-999, 999) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def placed(root: Node, text: str) -> None:
    for _, node in strings(root):
        at = 0
        for piece in node.pieces:
            assert piece.start == at
            at = piece.end
            assert 0 <= piece.source_start <= piece.source_end <= len(text)
            if piece.kind == "text":
                assert text[piece.source_start : piece.source_end] == node.text[piece.start : piece.end]
        assert at == len(node.text)


def coarse(root: Node) -> list[str]:
    """Strings that are placed as a whole only: the fallback for a scalar that is read differently."""
    return [n.text for _, n in strings(root) if len(n.pieces) == 1 and n.pieces[0].kind == "escape" and len(n.text) > 2]


@settings(max_examples=150, deadline=None)
@given(VALUES, st.booleans(), st.booleans(), st.sampled_from([None, '"', "'", "|", ">"]), st.integers(20, 90))
def test_yaml_values_equal_the_reference_and_every_character_is_placed(
    value: object, unicode: bool, windows: bool, style: str | None, width: int
) -> None:
    text = yaml.safe_dump(value, allow_unicode=unicode, default_style=style, width=width)
    if windows:
        text = text.replace("\n", "\r\n")
    root = parse_yaml(text, "x.yaml")
    placed(root, text)
    assert not [item for item in coarse(root) if item.strip() and "\n" not in item]
    wanted = yaml.safe_load(text)
    if style is None and isinstance(value, dict | list):
        assert json.dumps(plain(root), sort_keys=True) == json.dumps(_keys(wanted), sort_keys=True)


def _keys(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _keys(item) for key, item in value.items()}
    return [_keys(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "body",
    [
        "key: |\n  one\n   two\n\n  three\n",
        "key: |-\n  one\n  two\n\n\nother: 1\n",
        "key: |+\n  one\n\n\nother: 1\n",
        "key: |2\n    one\n  two\n",
        "key: >\n  one\n  two\n\n  three\n    four\n  five\n",
        "key: >-\n  folded\n  text\n",
        "key: >+ # why\n  folded\n\n  text\n\n",
        "key: 'it''s\n  one\n\n  two'\n",
        'key: "a\\tb \\\n   c\\u00e9\\U0001F600\\x41\n  d\n\n  e"\n',
        "key: plain\n  goes on\n\n  here\n",
        "key: &anchor |\n  anchored\nother: *anchor\n",
        "key: !tag >\n  tagged\n  text\n",
        "- |\n one\n two\n- >2\n    three\n  four\n",
    ],
)
def test_every_scalar_style_is_placed_exactly(body: str, newline: str) -> None:
    text = body.replace("\n", newline)
    root = parse_yaml(text, "x.yaml")
    placed(root, text)
    assert coarse(root) == []
    wanted = yaml.safe_load(text.replace("!tag ", ""))
    assert plain(root) == wanted


@pytest.mark.parametrize("loader", ["C", "pure"])
def test_the_pure_loader_places_as_the_c_loader_does(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if loader == "pure":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    text = "a: |\r\n  x\r\n  y\r\nb: \"q\\n\r\n  r\"\r\nc: [1, two, 'thr''ee']\r\n"
    root = parse_yaml(text, "x.yaml")
    placed(root, text)
    assert plain(root) == {"a": "x\ny\n", "b": "q\n r", "c": [1, "two", "thr'ee"]}


@pytest.mark.parametrize(
    ("text", "offset"),
    [("a: [1, 2\nb: 3\n", 10), ("a: b: c\n", 4), ("a:\n\t- b\n", 3), ("x: 'open\n", 9)],
)
def test_yaml_faults_tell_their_place(text: str, offset: int) -> None:
    with pytest.raises(SourceError) as caught:
        parse_yaml(text, "x.yaml", base=100)
    assert caught.value.offset == 100 + offset


def test_aliases_that_multiply_do_not_multiply_the_work() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    root = parse_yaml("\n".join(lines), "x.yaml")
    assert len(list(strings(root))) == 9
    with pytest.raises(SourceError, match="too large"):
        plain(root)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_yaml_is_a_fault_and_no_crash(opening: str) -> None:
    with pytest.raises(SourceError):
        parse_yaml(opening * 5000, "x.yaml")


@settings(max_examples=150, deadline=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_json_values_equal_the_reference_and_every_character_is_placed(
    value: object, ascii_only: bool, indent: int | str | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    root = parse_json(text, "x.json")
    placed(root, text)
    assert plain(root) == json.loads(text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('{}[]",:\\u0d8e1tfn \n-.5'), max_size=30))
def test_json_is_refused_exactly_where_the_reference_refuses_it(text: str) -> None:
    try:
        json.loads(text, parse_constant=_no_constant)
        valid = True
    except ValueError:
        valid = False
    if valid:
        parse_json(text, "x.json")
        return
    with pytest.raises(SourceError) as refused:
        parse_json(text, "x.json")
    assert 0 <= refused.value.offset <= len(text)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def test_json_surrogate_pairs_become_one_character() -> None:
    assert parse_json('"\\ud83d\\ude00 \\ud83d"', "x").text == "\U0001f600 \ufffd"


def test_deep_json_is_a_fault_and_no_crash() -> None:
    with pytest.raises(SourceError, match="deeper"):
        parse_json("[" * 100_000, "x.json")


TOML = '''# header
title = "a\\tb" # comment
"quoted key" = 'it\\s'
[prompts.first]
system = """
Line one
  line "two" \\
     joined
"""
raw = \'\'\'
C:\\path
\'\'\'
list = [1, 2.5, true, "x", { y = "z" }] # end
when = 1979-05-27 07:32:00
[[messages]]
role = "user"
content = "hi"
[[messages]]
role = "assistant"
content = "\\u00e9"
'''


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib is the reference")
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_toml_values_equal_the_reference_and_every_character_is_placed(newline: str) -> None:
    import tomllib

    text = TOML.replace("\n", newline)
    root = parse_toml(text, "x.toml")
    placed(root, text)
    wanted = tomllib.loads(text)
    wanted["prompts"]["first"]["when"] = "1979-05-27 07:32:00"
    assert plain(root) == wanted


@pytest.mark.parametrize(
    ("text", "offset"),
    [('a = "open\n', 9), ("a = \n", 4), ("a = word\n", 4), ("a = 1\na = 2\n", 6), ("[x\n", 2), ('a = """open', 4)],
)
def test_toml_faults_tell_their_place(text: str, offset: int) -> None:
    with pytest.raises(SourceError) as caught:
        parse_toml(text, "x.toml")
    assert caught.value.offset == offset


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not here")
def test_every_scalar_of_the_sample_files_is_placed_exactly() -> None:
    seen = 0
    for path in sorted(SAMPLES.rglob("*")):
        if path.suffix not in (".yaml", ".yml", ".json"):
            continue
        text = path.read_bytes().decode("utf-8-sig")
        root = (parse_json if path.suffix == ".json" else parse_yaml)(text, str(path))
        placed(root, text)
        assert path.suffix == ".json" or coarse(root) == []
        seen += 1
    assert seen > 60
