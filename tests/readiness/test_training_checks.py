"""TD001 to TD019, each with rows that have the defect and with rows that only look like it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builders import SYSTEM, chat, sentence, write_jsonl
from test_scenarios import run

from promptlint.readiness.training import near

needs_rensa = pytest.mark.skipif(not near.available(), reason="rensa is not installed")
CLEAN = [chat(number) for number in range(40)]
ENGLISH = "The customer says that this is not the order they were waiting for, and it is the second time of the week"
GERMAN = "Der Kunde sagt, dass das nicht die Bestellung ist, auf die er und seine Frau mit dem Wagen gewartet haben"


def turns(*pairs: tuple[str, Any], **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in pairs], **more}


def answer(number: int, output: str, **more: Any) -> dict[str, Any]:
    return turns(("user", sentence(number)), ("assistant", output), **more)


def found(folder: Path, rows: list[Any], held: list[Any] | None = None, **options: Any) -> dict[str, dict[str, Any]]:
    """Return the findings by code and, where one code has several, by effect."""
    write_jsonl(folder / "t.jsonl", rows)
    sections: dict[str, Any] = {"train": [{"path": "t.jsonl", **options.pop("train", {})}]}
    if held is not None:
        write_jsonl(folder / "e.jsonl", held)
        sections["eval"] = {"data": ["e.jsonl"]}
    report = run(folder, sections, options.pop("text", None), **options)
    assert report["data"] is not None, report["error"]
    checks = report["data"]["checks"]
    return {check["code"]: check for check in checks} | {f"{c['code']} {c['effect']}": c for c in checks}


def count(folder: Path, code: str, rows: list[Any], held: list[Any] | None = None, **options: Any) -> int:
    return int(found(folder, rows, held, **options).get(code, {"count": 0})["count"])


FENCED = "Run this:\n```sh\nmake\n"
PROSE = "The invoice was sent to the wrong address and the amount is therefore still open on the account. " * 2


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("TD001", '{"messages": '),
        ("TD001", '{"a": "x\\u0000"}'),
        ("TD001", "[1, 2]"),
        ("TD002", {"foo": 1, "bar": 2}),
        ("TD003", turns(("user", "a"), ("user", "b"), ("assistant", "c"))),
        ("TD003", turns(("user", "a"), ("assistant", "b"), ("user", "c"))),
        ("TD003", turns(("assistant", "b"))),
        ("TD003", turns(("user", "a"), ("system", "s"), ("assistant", "b"))),
        ("TD004", answer(900, " \n")),
        ("TD005", answer(900, PROSE, finish_reason="length")),
        ("TD005", answer(900, PROSE, metadata={"finish_reason": "max_tokens"})),
        ("TD005", answer(900, '{"label": "bill')),
        ("TD005", answer(900, FENCED)),
        ("TD013", answer(900, "I'm sorry, but I can't help with that request.")),
        ("TD013", answer(900, "As an AI language model, I have no opinions.")),
        ("TD014", answer(900, "Write to jane.doe@mail.de about it.")),
        ("TD014", answer(900, "The card is 4111 1111 1111 1111.")),
        ("TD014", answer(900, "Transfer it to DE89 3704 0044 0532 0130 00.")),
        ("TD014", answer(900, "Call +49 170 1234567 in the morning.")),
        ("TD014", answer(900, "The key is AKIAIOSFODNN7EXAMPLE of the account.")),
        ("TD014", answer(900, "Use sk-proj-abcDEF0123456789abcDEF0123456789 for it.")),
        ("TD014", answer(900, "token=Zx9Qw8Er7Ty6Ui5Op4As3Df2Gh1Jk0LmNb")),
    ],
)
def test_a_defect_of_one_row_is_counted_once(tmp_path: Path, code: str, bad: Any) -> None:
    checks = found(tmp_path, [*CLEAN, bad])
    assert checks[code]["count"] == 1
    assert [example["line"] for example in checks[code]["examples"]] == [41]


@pytest.mark.parametrize(
    ("code", "good"),
    [
        ("TD001", '{"messages": [{"role": "user", "content": "\\u00e9 \\ud83d\\ude00"}, '
                  '{"role": "assistant", "content": "ok then"}]}'),
        ("TD002", chat(900) | {"id": "7", "metadata": {"source": "crm"}}),
        ("TD003", turns(("developer", "s"), ("user", "a"), ("assistant", "b"), ("tool", "c"), ("assistant", "d"))),
        ("TD003", turns(("system", "s"), ("system", "t"), ("user", "a"), ("assistant", "b"))),
        ("TD004", {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": None, "tool_calls": [
            {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}]}),
        ("TD005", answer(900, PROSE, finish_reason="stop")),
        ("TD005", answer(900, FENCED + "```\n")),
        ("TD005", answer(900, "[Note] The parcel is late.")),
        ("TD005", answer(900, '{"text": "a brace { in a string"}')),
        ("TD013", answer(900, "Tell the customer that we cannot help with parcels of another shop.")),
        ("TD013", answer(900, "Sorry to hear that! The refund is on its way.")),
        ("TD014", answer(900, "Write to help@example.com about it.")),
        ("TD014", answer(900, "The order 4111 1111 1111 1112 is late.")),
        ("TD014", answer(900, "See commit 9fceb02d0ae598e95dc970b74767f19372d61af8 of 2026-11-23T10:15:00Z.")),
        ("TD014", answer(900, "The id is 123e4567-e89b-12d3-a456-426614174000.")),
        ("TD014", answer(900, "Version 10.4.1-rc.2 costs 1,234,567.89 EUR, 12 % less than in 2025.")),
    ],
)  # fmt: skip
def test_a_row_that_only_looks_like_it_is_not_counted(tmp_path: Path, code: str, good: Any) -> None:
    assert code not in found(tmp_path, [*CLEAN, good])


def test_td003_rejects_a_preference_without_a_difference(tmp_path: Path) -> None:
    def pair(number: int, rejected: str) -> dict[str, Any]:
        return {"prompt": sentence(number), "chosen": f"a {number}", "rejected": rejected}

    assert count(tmp_path, "TD003", [pair(n, f"b {n}") for n in range(30)] + [pair(50, "a 50")]) == 1


def test_td005_warns_of_prose_that_ends_mid_word_at_one_length(tmp_path: Path) -> None:
    texts = [(sentence(n + 500, 60) + " end")[:300] for n in range(12)]
    texts = [text[:299] + "e" for text in texts]
    checks = found(tmp_path, [answer(n, text) for n, text in enumerate(texts)])
    assert checks["TD005 warn"]["count"] == 12
    ended = [answer(n, text[:299] + ".") for n, text in enumerate(texts)]
    assert "TD005" not in found(tmp_path, ended)


def test_td006_counts_rows_over_the_limit_alone(tmp_path: Path) -> None:
    rows = [*CLEAN, answer(900, sentence(901, 900))]
    assert count(tmp_path, "TD006", rows, train={"token_limit": 500}) == 1
    assert count(tmp_path, "TD006", rows, train={"token_limit": 50_000}) == 0


def test_td007_counts_outputs_against_the_schema(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text(
        json.dumps({"type": "object", "properties": {"label": {"enum": ["billing", "technical", "refund", "other"]},
                    "score": {"type": "number"}}, "required": ["label"], "additionalProperties": False})
    )  # fmt: skip
    bad = [answer(901, '{"label": "unheard"}'), answer(902, '{"lable": "other"}'), answer(903, "other")]
    good = [answer(904, '{"score": 1, "label": "other"}'), answer(905, ' {"label":"refund"} ')]
    assert count(tmp_path, "TD007", [*CLEAN, *bad, *good], train={"schema": "s.json"}) == 3


def test_td008_collapses_what_is_the_same_but_for_case_and_blanks(tmp_path: Path) -> None:
    again = turns(("system", SYSTEM), ("user", f" {sentence(3).upper()}\n"), ("assistant", '{ "label":"other" }'))
    assert count(tmp_path, "TD008", [*CLEAN, again]) == 1
    other = turns(("system", "Another task."), ("user", sentence(3)), ("assistant", '{"label": "other"}'))
    assert count(tmp_path, "TD008", [*CLEAN, other]) == 0


@needs_rensa
def test_td009_collapses_inputs_that_differ_in_a_word_not_in_half(tmp_path: Path) -> None:
    long = sentence(700, 60)
    first = turns(("user", long), ("assistant", "refund"))
    assert count(tmp_path, "TD009", [*CLEAN, first, turns(("user", long + " please"), ("assistant", "refund"))]) == 1
    half = " ".join(long.split()[:30]) + " " + sentence(701, 30)
    assert count(tmp_path, "TD009", [*CLEAN, first, turns(("user", half), ("assistant", "refund"))]) == 0


@pytest.mark.parametrize(
    ("first", "second", "rows"),
    [
        ('{"label": "billing"}', '{"label": "refund"}', 2),
        ("The parcel is late, we send another one.", "Nothing can be done about these broken shoes.", 2),
        ('{"label": "billing", "x": 1}', '{"x": 1, "label": "billing"}', 0),
        ("The parcel is late, we send another one.", "The parcel is late, so we send another one!", 0),
    ],
)
def test_td010_needs_outputs_that_contradict_each_other(tmp_path: Path, first: str, second: str, rows: int) -> None:
    assert count(tmp_path, "TD010", [*CLEAN, answer(900, first), answer(900, second)]) == rows


def test_td010_reads_short_outputs_as_labels_where_they_are_a_closed_set(tmp_path: Path) -> None:
    rows = [answer(number, ("Spam", "ham")[number % 2]) for number in range(60)]
    assert count(tmp_path, "TD010", [*rows, answer(900, "spam"), answer(900, "ham")]) == 2
    assert count(tmp_path, "TD010", [*rows, answer(900, "Spam."), answer(900, "spam")]) == 0


def test_td011_finds_inputs_of_the_evaluation(tmp_path: Path) -> None:
    held = [{"input": sentence(n), "expected": "x"} for n in (3, 4, 800)]
    assert count(tmp_path, "TD011", CLEAN, held, near_dup="off") == 2
    assert count(tmp_path, "TD011", CLEAN, [{"input": sentence(801), "expected": "x"}], near_dup="off") == 0


def labelled(*counts: int) -> list[Any]:
    labels = [name for index, number in enumerate(counts) for name in [f"label{index}"] * number]
    return [answer(number, json.dumps({"label": label})) for number, label in enumerate(labels)]


def test_td012_warns_of_a_label_that_dominates_and_of_rare_ones(tmp_path: Path) -> None:
    assert "largest 90%" in found(tmp_path, labelled(90, 10))["TD012"]["detail"]
    rare = found(tmp_path, labelled(60, 55, 4, 3))["TD012"]
    assert (rare["count"], rare["effect"]) == (2, "warn")
    assert "TD012" not in found(tmp_path, labelled(60, 40, 20))


def test_td012_is_no_matter_of_free_text_or_of_plain_text(tmp_path: Path) -> None:
    assert "TD012" not in found(tmp_path, [answer(n, sentence(n + 2000)) for n in range(60)])
    assert "TD012" not in found(tmp_path, [{"text": sentence(n)} for n in range(60)])


def test_td013_compares_refusals_with_those_of_the_evaluation(tmp_path: Path) -> None:
    refusal = "I cannot help with that."
    rows = [answer(n, refusal if n % 4 == 0 else sentence(n + 2000)) for n in range(80)]
    few = [{"input": sentence(5000 + n), "expected": refusal if n == 0 else sentence(6000 + n)} for n in range(20)]
    many = [{"input": sentence(5000 + n), "expected": refusal if n < 5 else sentence(6000 + n)} for n in range(20)]
    assert found(tmp_path, rows, few)["TD013 warn"]["detail"] == "25.0% here, 5.0% there"
    assert "TD013 warn" not in found(tmp_path, rows, many)


def test_td013_keeps_refusals_where_they_are_wanted(tmp_path: Path) -> None:
    rows = [*CLEAN, answer(900, "I cannot help with that.")]
    assert found(tmp_path, rows)["TD013"]["effect"] == "drop"
    assert found(tmp_path, rows, train={"refusals": "keep"})["TD013"]["effect"] == "warn"


def test_td015_warns_of_rows_in_another_language_than_the_evaluation(tmp_path: Path) -> None:
    def rows(german: int) -> list[Any]:
        return [
            turns(("user", f"{GERMAN if n < german else ENGLISH} ({n})"), ("assistant", f"a {n}")) for n in range(60)
        ]

    held = [{"input": f"{ENGLISH}: {n}", "expected": "x"} for n in range(500, 520)]
    assert count(tmp_path, "TD015", rows(20), held, near_dup="off") == 20
    assert count(tmp_path, "TD015", rows(2), held, near_dup="off") == 0
    both = [*held, {"input": f"{GERMAN}: 600", "expected": "x"}]
    assert count(tmp_path, "TD015", rows(20), both, near_dup="off") == 0


def test_td016_tells_of_rows_far_longer_than_the_others(tmp_path: Path) -> None:
    rows = [answer(n, sentence(n + 2000, 10 + n % 5)) for n in range(60)]
    checks = found(tmp_path, [*rows, answer(900, sentence(901, 3000))])
    assert (checks["TD016"]["count"], checks["TD016"]["effect"]) == (1, "info")
    assert "TD016" not in found(tmp_path, [*rows, answer(900, sentence(901, 20))])


def test_td017_compares_with_the_deployed_prompt(tmp_path: Path) -> None:
    text = "Classify the support ticket into billing or refund.\nAnswer with one word.\n"
    spaced = text.replace("\n", "  \n").replace("support ticket", "support   ticket")
    rows = [turns(("system", spaced), ("user", sentence(n)), ("assistant", "refund")) for n in range(30)]
    assert "TD017" not in found(tmp_path, rows, text=text)
    rows += [turns(("system", "You are a pirate."), ("user", sentence(n)), ("assistant", "arr")) for n in range(90, 97)]
    assert count(tmp_path, "TD017", rows, text=text) == 7


@needs_rensa
def test_td018_warns_of_evaluation_inputs_without_a_neighbour(tmp_path: Path) -> None:
    near_by = [{"input": " ".join(sentence(n).split()[:12]), "expected": "x"} for n in range(20)]
    far = [{"input": sentence(9000 + n), "expected": "x"} for n in range(20)]
    assert "TD018" not in found(tmp_path, CLEAN, near_by)
    assert count(tmp_path, "TD018", CLEAN, near_by + far) == 20


def test_td019_tells_of_outputs_that_a_model_wrote(tmp_path: Path) -> None:
    made = [chat(n) | {"metadata": {"model": "gpt-4.1"}} for n in range(10)]
    checks = found(tmp_path, [*CLEAN[10:], *made])
    assert (checks["TD019"]["count"], checks["TD019"]["effect"]) == (10, "info")
    assert "gpt-4.1" in checks["TD019"]["detail"]
    assert "TD019" not in found(tmp_path, [row | {"metadata": {"annotator": "jd"}} for row in CLEAN])


def test_rows_for_a_grader_end_with_the_user_and_hold_a_reference(tmp_path: Path) -> None:
    rows: list[Any] = [turns(("user", sentence(n)), reference={"label": str(n % 3)}) for n in range(30)]
    bad = [turns(("user", sentence(90))), turns(("user", sentence(91)), ("assistant", "x"), reference="y")]
    twice = [rows[3], turns(("user", sentence(4)), reference={"label": "other"})]
    checks = found(tmp_path, [*rows, *bad, *twice], train={"format": "openai-rft"})
    assert (checks["TD003"]["count"], checks["TD008"]["count"], checks["TD010"]["count"]) == (2, 1, 2)
    assert found(tmp_path, rows)["TD003"]["count"] == 30


def pair(number: int) -> tuple[str, str]:
    return sentence(number), f"answer {number}"


def said(role: str, content: str, key: str = "content", by: str = "role") -> dict[str, str]:
    return {by: role, key: content}


SHAPES: dict[str, Any] = {
    "openai-chat": lambda a, b: {"messages": [said("user", a), said("assistant", b)]},
    "openai-completion": lambda a, b: {"prompt": a, "completion": b},
    "openai-dpo": lambda a, b: {
        "input": {"messages": [said("user", a)]},
        "preferred_output": [said("assistant", b)],
        "non_preferred_output": [said("assistant", "x")],
    },
    "bedrock-anthropic": lambda a, b: {"system": "s", "messages": [said("user", a), said("assistant", b)]},
    "gemini": lambda a, b: {
        "contents": [{"role": "user", "parts": [{"text": a}]}, {"role": "model", "parts": [{"text": b}]}]
    },
    "together": lambda a, b: {"text": f"{a} => {b}"},
    "alpaca": lambda a, b: {"instruction": "Sort it.", "input": a, "output": b},
    "sharegpt": lambda a, b: {"conversations": [said("human", a, "value", "from"), said("gpt", b, "value", "from")]},
    "trl": lambda a, b: {"prompt": [said("user", a)], "chosen": [said("assistant", b)], "rejected": []},
    "tabular": lambda a, b: {"question": a, "answer": b},
}


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_format_is_told_by_its_keys_and_checked_where_it_is_declared(tmp_path: Path, name: str) -> None:
    rows = [SHAPES[name](*pair(number)) for number in range(40)]
    for form in ("auto", name):
        write_jsonl(tmp_path / "t.jsonl", rows)
        report = run(tmp_path, {"train": [{"path": "t.jsonl", "format": form}]}, None)
        assert report["data"]["clean"] == 40
    other = "gemini" if name != "gemini" else "alpaca"
    report = run(tmp_path, {"train": [{"path": "t.jsonl", "format": other}]}, None)
    assert f"declared as {other}" in report["error"]["message"]


def test_a_file_that_mixes_formats_gives_no_verdict(tmp_path: Path) -> None:
    rows = [SHAPES[name](*pair(number)) for number in range(20) for name in ("alpaca", "gemini")]
    write_jsonl(tmp_path / "t.jsonl", rows)
    assert "mixes formats" in run(tmp_path, {"train": ["t.jsonl"]}, None)["error"]["message"]
