"""The four main pillars, level by level, with look-alikes."""

from __future__ import annotations

import pytest

from promptlint.anatomy import parse
from promptlint.model import Contract, Surroundings
from tests.anatomy.prompts import anatomy, chat, level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Answer the question about our products.", "none"),
        ("You will be given JSON that describes a user. Greet the user.", "none"),
        ("Do not answer in JSON.", "none"),
        ("Summarise the text and respond in JSON.", "named"),
        ("Reply with a short email.", "named"),
        ('Return JSON with the keys "label" and "score".', "fields"),
        ("Respond with only Yes or No.", "fields"),
        ("## Output format\n\n- summary: two sentences\n- risks: a list of risks\n", "fields"),
        ("The last line of your response should be of the form Answer: $ANSWER", "fields"),
        ('Classify the mail.\n\nReturn:\n{"label": "<spam or ham>"}', "fields"),
        # parts told in a row
        ("Read the mail. Return the sender and the date of the mail.", "fields"),
        ("Read the report. Produce a short verdict, a list of risks, and a next step.", "fields"),
        ("Present the books with title, author, and shelf mark.", "fields"),
        ("Return only the headline, with no quotes, labels, or remarks.", "named"),
        ("Answer in a calm tone with no filler.", "none"),
        # a format in brackets, a template in the sentence
        ("Write each link in the format (from, verb, to).", "fields"),
        ("Format your final answer as VERDICT <grade>", "fields"),
        # the headings of the template stand below the heading that announces it
        ("# Output format\n\n# Verdict\n\npass\n\n# Reasons\n\none line\n", "fields"),
        # two different replies for cases are a closed list, one is none
        ("Answer true when the bill is paid. Answer false when it is open.", "fields"),
        ("Say 3 if the text is clear. Say 1 if it is not.", "fields"),
        ('Reply with one letter: "A" if the first is better, "B" if the second is.', "fields"),
        ("Return None when the shelf is empty.", "none"),
        ("When you are done, use the tool `finish` with `text` set to your reply.", "fields"),
        ("Organize your answer so that a child can follow.", "named"),
        ('Enclose the code using the "<run>" tag.', "fields"),
        ("我会提供一些代码，请帮我想办法。", "none"),
        ("用要点解释你的办法。", "named"),
        ("Missing parts = FAIL\nAll parts there = PASS", "fields"),
        ("Read the report. Return ONLY the shortened text.", "named"),
        ("The table schema:\n{schema}\n\nAnswer the question.", "none"),
        ("Your answer should match this format:\n{shape}\n", "injected"),
        # what only a condition says is not asked for
        ("If the answer is a list, count it twice.", "none"),
        ("Add up the bills. Do not write anything but the sum.", "named"),
        ("Judge the text.\n\nA good answer:\n- is short\n- is true\n", "none"),
    ],
)
def test_output(text: str, expected: str) -> None:
    assert level(text, "output") == expected


def test_an_enforced_contract_is_fields_even_where_the_text_is_silent() -> None:
    around = Surroundings(contract=Contract("Ticket", enforced=True))
    found = anatomy("Classify the ticket.", around=around)
    assert found.pillars["output"].level == "fields"
    assert found.enforced_in_code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Classify the email as spam or ham.", "none"),
        ("Name places, for example cities and rivers.", "mention"),
        ("Input: I love it\nOutput: positive\n\nInput: {text}\nOutput:", "full"),
        ("Input: {text}\nOutput: {label}", "none"),
        ('"great stuff" -> positive\n"never again" -> negative\n', "full"),
        ("<example>\nThe river Aare flows through Bern. -> place\n</example>", "full"),
        ("Question: the input question you must answer\nThought: you should think", "none"),
    ],
)
def test_examples(text: str, expected: str) -> None:
    assert level(text, "examples") == expected


def test_an_assistant_message_is_an_example_of_the_user_message_before_it() -> None:
    found = parse(
        chat(
            ("system", "Label the mood."),
            ("user", "I love this so much"),
            ("assistant", "positive, very much so"),
            ("user", "meh"),
        )
    )
    assert found.pillars["examples"].level == "full"
    assert found.examples[0].input is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Translate the text into French.", "none"),
        ("Translate the text. You must keep product names as they are.", "prose"),
        (
            "Help.\n\n- Never promise refunds.\n- Check the order first.\n- Keep replies about ACME.\n",
            "listed",
        ),
        (
            "Help customers.\n\nNever promise refunds.\nAlways check the order first.\nYou must stay on ACME.\n",
            "listed",
        ),
        ("Return only the JSON object. Do not add any explanation.", "none"),
        ("You will be given:\n- A long report to read\n- A short report to read\n- A question to read\n", "none"),
        (
            "Weigh the claim.\n\n- Output must be valid JSON\n- The JSON must be parseable\n- Wrap it in a fence\n",
            "none",
        ),
        (
            "<rubric>\nA fair reply:\n- Names the price due\n- Stays with the order\n- Tells what next\n</rubric>\n",
            "listed",
        ),
        (
            "Grade it.\n\nA score of 1 means all wrong.\nA score of 2 means half right.\nA score of 3 means right.\n",
            "listed",
        ),
        ("You are a travel agent. You can search the web. Each action will be sent to the browser.", "none"),
        ("Help travellers find trains. Use the name of the traveller in each reply.", "prose"),
        ("Help travellers find trains.\n\n{guidelines}\n", "injected"),
        ("Help travellers find trains. You must never book one.\n\n{guidelines}\n", "prose"),
    ],
)
def test_rules(text: str, expected: str) -> None:
    assert level(text, "rules") == expected


_ROWS = (
    "| Clock | Runs within a second of the reference |\n| Seal | No crack wider than a hair |\n| Label | Legible |\n"
)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("## What to check\n\n| Part | Note |\n|---|---|\n" + _ROWS, "listed"),
        ("| Part | What to look for |\n|---|---|\n" + _ROWS, "listed"),
        ("## Stock\n\n| Part | Note |\n|---|---|\n" + _ROWS, "none"),
    ],
)
def test_rows_of_a_table_of_criteria_are_rules_and_other_rows_are_not(table: str, expected: str) -> None:
    assert level("You are a watch inspector.\n\n" + table, "rules") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Answer the question from the documents.", "none"),
        ("Answer the question. Do not make things up.", "ban"),
        ("Answer using only the context below.", "ban"),
        ("If the answer is not in the context, say that you do not know.", "explicit"),
        ("If a field is not mentioned, return null for it.", "explicit"),
        ("Ask for clarification if the request is ambiguous.", "explicit"),
        ("Leave the date empty when it is missing.", "explicit"),
        ("Even if you don't know, stay in character.", "none"),
        ("If the tests fail, run the build again.", "none"),
        ("If the user is angry, apologise first.", "none"),
        ("If the answer cannot be found in the notes, state that you lack the information.", "explicit"),
        ("Read the invoice. If the total is not\n  mentioned anywhere, write null.", "explicit"),
        ("Determine if the invoice is missing a stamp, then name the sender.", "none"),
        ("The score is 1 if the claim is supported and 0 if it cannot be inferred.", "none"),
        ("Sort the mail into queues:\n- billing: money\n- access: logins\n- other: all the rest", "explicit"),
        ("Call the doctor on duty if any of:\n- The patient bleeds\n- The dose is unclear", "explicit"),
        ("1. Dates\n   a) Drop the filter if:\n      - The column is not present\n2. Sort the rows.", "explicit"),
    ],
)
def test_uncertainty(text: str, expected: str) -> None:
    assert level(text, "uncertainty") == expected


def test_a_closed_list_with_other_is_an_explicit_way_out() -> None:
    assert level('Classify the ticket as one of: "billing", "bug", "other".', "uncertainty") == "explicit"


def test_the_evidence_of_a_level_lies_in_the_text_that_proves_it() -> None:
    text = "Answer from the context.\nIf it does not say, reply that you do not know."
    (span,) = anatomy(text).pillars["uncertainty"].evidence
    assert text[span.start : span.end].startswith("If it does not say")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("When the contract leaves a gap, refer it to a human.", "explicit"),
        ("Pick the colour: none (no colour) / red / blue.", "explicit"),
        ("If no log folder exists, create one.", "none"),
        ("If no further edit is needed, print the text.", "none"),
        ("A summary can be fluent but still irrelevant if it does not mention the cause.", "none"),
    ],
)
def test_a_way_out_is_told_from_a_step_a_need_and_a_criterion(sentence: str, expected: str) -> None:
    """Handing over and an option for nothing are ways out; creating, not needing and judging are none."""
    assert level(sentence, "uncertainty") == expected
