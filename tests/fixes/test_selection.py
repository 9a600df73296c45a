"""Examples are picked from labelled rows: balanced, diverse, distinct, fit, in an order without a run at the end."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from promptlint.fixes.facts import Case
from promptlint.fixes.selection import pick

TOPICS = ("the parcel is late", "my card was charged twice", "the app crashes at start", "how do I log in")


def row(number: int, text: str, label: str) -> Case:
    return Case(text, label, label, None, number)


LABELS = ("other", "billing", "bug", "other")
ROWS = tuple(row(i, f"{TOPICS[i % 4]}, order {i} of {'many words ' * (i % 5)}", LABELS[i % 4]) for i in range(40))


def test_labels_are_balanced_although_the_rows_are_not() -> None:
    chosen = pick(ROWS, 6)
    assert Counter(case.output for case in chosen.cases) == {"billing": 2, "bug": 2, "other": 2}


def test_no_label_stands_alone_in_a_run_at_the_end() -> None:
    outputs = [case.output for case in pick(ROWS, 6).cases]
    assert all(left != right for left, right in pairwise(outputs))


def test_rows_that_say_the_same_are_shown_once() -> None:
    rows = [row(i, "The parcel  is LATE" if i % 2 else "the parcel is late", "bug") for i in range(10)]
    chosen = pick(rows, 4)
    assert len(chosen.cases) == 1
    assert chosen.left_out == {"repeats another row": 9}


def test_the_second_example_of_a_label_is_the_one_least_like_the_first() -> None:
    rows = [row(i, f"the parcel is late again today {i}", "bug") for i in range(8)]
    rows.append(row(9, "login page shows nothing but white", "bug"))
    assert any("login" in case.input for case in pick(rows, 2).cases)


def test_evaluation_rows_are_never_shown_nor_rows_nearly_like_them() -> None:
    held = (row(1, "the app crashes at start whenever I open the settings page on my phone", "bug"),)
    near = row(2, "the app crashes at start whenever I open the settings page on my phone!!", "bug")
    chosen = pick([near, *ROWS], 40, exclude=held)
    assert near not in chosen.cases
    assert chosen.left_out["stands in the evaluation data, or nearly so"] == 1


def test_outputs_that_the_prompt_does_not_admit_are_left_out() -> None:
    chosen = pick(ROWS, 6, labels=("bug", "other"))
    assert {case.output for case in chosen.cases} == {"bug", "other"}
    assert pick(ROWS, 6, valid=lambda value: value == "billing").cases == pick(ROWS, 6, labels=("billing",)).cases


def test_the_budget_holds() -> None:
    chosen = pick(ROWS, 40, budget=100)
    assert 0 < sum(len(f"{case.input}{case.output}") // 4 for case in chosen.cases) <= 100


def test_the_same_rows_give_the_same_block() -> None:
    assert pick(ROWS, 5) == pick(ROWS, 5)
