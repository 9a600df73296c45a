"""Uncertainty: bans on guessing and ways out, told from format limits, criteria and needs."""

from __future__ import annotations

import pytest

from promptlint.model import Contract, Surroundings
from tests.anatomy.prompts import anatomy, level

BANS = [
    "Emit only prices that are explicitly printed on the menu or found in the old list.",
    "Write only based on the attached materials and do not introduce other knowledge.",
    "PROHIBITED: guessing the sender.",
    "Do not quote clauses that do not appear in the lease.",
    "Never name a dish which is not listed on the card.",
    "Limit your advice to the supplied documents.",
    "You must only answer the guest's questions about the hotel.",
    "Do not answer anything unrelated to gardening.",
    "You must never doubt it or try to use your internal knowledge.",
    "Your advice must be rooted in the documents. Dont make up a price.",
    "Leave no gaps. Do not list rooms where the floor plan is not given.",
]
NO_BANS = [
    "Focus solely on whether the given answer is polite.",
    "Print the table only. No text outside the JSON array, and do not include content beyond the code block.",
    "The reply must be written only in the format provided.",
    "Makes no unsupported assumptions.",
    "A response without guessing:",
    "Use the names in the list; don't make up your own.",
    "Change the reply so that it will not be grounded in the evidence.",
    'Say whether it rains: "yes" or "no". If the picture does not show rain, answer "no".',
    "The cause of a delay cannot be inferred from the ticket alone.",
    "Name the fruit, not only to please those that exist.",
]


@pytest.mark.parametrize("text", BANS)
def test_a_sentence_that_holds_the_answer_to_what_is_given_is_a_ban(text: str) -> None:
    assert level(f"Summarise the visit.\n{text}", "uncertainty") == "ban"


@pytest.mark.parametrize("text", NO_BANS)
def test_limits_of_form_and_descriptions_of_a_text_are_no_bans(text: str) -> None:
    assert level(f"Summarise the visit.\n{text}", "uncertainty") == "none"


@pytest.mark.parametrize(
    "text",
    [
        "In cases of conflicting dates, report both.",
        "If the witnesses' statements contradict each other, give each version.",
        "If more than one category fits, choose the narrowest.",
        'Keep every heading, and write "(none)" when the letter says nothing about it.',
        "If no season is defined, use summer.",
        'If the clerk says "I don\'t know", pass the caller on.',
    ],
)
def test_contradictions_and_several_matches_need_an_action_as_gaps_do(text: str) -> None:
    assert level(f"Summarise the visit.\n{text}", "uncertainty") == "explicit"


@pytest.mark.parametrize(
    "text",
    [
        "Print pairs as [] > [], best first.",
        'Replies such as "I don\'t know" are evasive.',
        "Leave it out to use the main desk.",
        "Use an empty list if no arguments are needed.",
        "If the log shows a missing file, write it anew.",
        "Use logic whenever necessary to fill in missing dates.",
        "Where it conflicts with the list, follow the list.",
        "At the end, ask the guest follow-up questions.",
    ],
)
def test_signs_of_emptiness_without_missing_knowledge_are_no_way_out(text: str) -> None:
    assert level(f"Sort the invoices by date.\n{text}", "uncertainty") == "none"


WAYS_OUT = {
    "what counts for nothing": "Whatever is too short to tell the hut is not valid.",
    "a failure that is put to the user": "If a step fails (no map, missing files), stop. Ask the user how to go on.",
    "what missing input means": "[Note] If no log of the train is given, the train failed to leave. Say why.",
    "a value in brackets": "Name the kind of tie (family, trade, friendship, or none).",
    "a value given to a field": '- reason="known": it is listed.\n- reason="unsupported": the notes do not bear it.',
    "two labels to write": 'At the end write "Relevant" or "Irrelevant".',
    "a list below a state": "When the date is missing or unclear:\n- Say so in the first line\n- Leave the box empty\n",
    "emphasis between the words": "**Escalate politely** when the guest is angry about a refund.",
    "a quote that ends in a mark": 'If the clerk answers "I don\'t know." or "No idea.", pass the caller on.',
    "what cannot be inferred": "If the reply cannot be inferred from the letters, just say that no letter tells it.",
    "neither nor": "Write `(none)` when neither the old plan nor the new one mentions a garden.",
    "in doubt": "Be careful: when in doubt, pick the smaller size.",
    "nothing left to list": "If no rooms: []",
    "a state told with marks of code": "If no clear `start_page` is found, return the first page.",
    "the rest of the labels": "Sort it:\n- READ: the guest wants to see data\n- UNSAFE: the request is ambiguous\n",
    "beside labels known at run time": 'Pick one:\n- "{name}": {meaning}\n- "UNKNOWN": none of these fits the page\n',
    "a lettered option": "Options:\nA) The witness saw it.\nB) The witness is irrelevant to the case.\n",
    "asked only when needed": "Ask one question at a time, only when the files cannot answer it.",
    "asked in passing": "- Colour (ask if not specified)",
    "a reply beside a template": 'The last line is "[day] [hour]" or "No common hour available".',
}


@pytest.mark.parametrize("text", WAYS_OUT.values(), ids=WAYS_OUT.keys())
def test_it_is_a_way_out(text: str) -> None:
    assert level(f"Plan the visit.\n\n{text}", "uncertainty") == "explicit"


NO_WAYS_OUT = {
    "a verdict behind an arrow": "- One or more herbs absent → FAIL",
    "what a judge may meet": "If one minor herb is missing but the rest is there, use judgment.",
    "a step that is not done yet": "If there are no trains displayed yet, press the button.",
    "an aside that ends in a thing": "Name the kind of boat (raft, canoe, punt, or yacht).",
    "a field with one value": '- Set reason="unsupported" at once.\n- Then go on.',
    "conditions of a ban": "Never close it when:\n- there are unresolved questions\n- the notes are incomplete\n",
    "a retry": "When you cannot open the page, try using the `fetch` command.",
    "what a judged answer says": "Five stars: the answer says frankly that it does not know.",
    "a thing to be made": "Add the file lazily if it does not exist.",
    "an expression in a slot": "Value: {field.value if field.value is not none else ''}",
    "what is only used": "If the notes do not hold enough detail, you only use **facts from the notes**.",
    "a verdict": "Return true if the guest says that she cannot come.",
}


@pytest.mark.parametrize("text", NO_WAYS_OUT.values(), ids=NO_WAYS_OUT.keys())
def test_it_is_no_way_out(text: str) -> None:
    assert level(f"Plan the visit.\n\n{text}", "uncertainty") != "explicit"


def test_a_declared_value_that_takes_the_rest_is_a_way_out() -> None:
    schema = {"type": "object", "properties": {"kind": {"enum": ["bill", "other"]}}}
    around = Surroundings(contract=Contract("Page", enforced=True, schema=schema))
    assert anatomy("What is this page?", around=around).pillars["uncertainty"].level == "explicit"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("If no hour is given, return the day alone", "explicit"),
        ("null if unknown", "explicit"),
        ("the hour, not the day", "none"),
    ],
)
def test_a_description_of_a_declared_field_may_tell_a_way_out(told: str, expected: str) -> None:
    schema = {"type": "object", "properties": {"hour": {"type": "string", "description": told}}}
    around = Surroundings(contract=Contract("Train", enforced=True, schema=schema))
    assert anatomy("Read the ticket.", around=around).pillars["uncertainty"].level == expected
