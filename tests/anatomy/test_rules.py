"""Business rules: constraints of the owner, told from the task, the form, descriptions and entries of a reference."""

from __future__ import annotations

import pytest

from tests.anatomy.prompts import level

RULES = [
    "When a guest asks for the bill, fetch it with the till tool.",
    "Never name the chef. Just take the order.",
    "Take the order. If the guest is a child, you can offer the small menu.",
    "Take the order. If the guest pays in cash, reply with the word done.",
    "Take the order. Forward wishes about wine to the sommelier.",
    "Take the order. Each table can only be served once.",
    "Take the order and do not ask twice.",
    "Create a menu of dishes that do not repeat.",
    "Serve by clarifying unclear orders and always close with a question about dessert.",
    "Take the order as usual, but the till should confirm it.",
]
NO_RULES = [
    "You see an order and a note that the waiter should have read.",
    "You are a waiter that should know the menu by heart.",
    "As the waiter, your task is to take the order.",
    "Take the order. Then you will receive a receipt.",
    "Take the order. The guest may or may not have a booking.",
    'Is the order complete? You should reply "yes" or "no".',
    "Take the order. Then determine which table it belongs to.",
    "Take the order. End your reply with the table number.",
    "Take the order. Provide a short explanation.",
    "Take the order. Only return the name of the dish.",
    "Take the order.\n\nTell me about:\n- A mark of whether it should be cooked again\n",
    "Take the order. Use a warm and playful tone.",
    "Take the order. Don't worry about the till.",
    "Take the order.\n\nFollow up order: {order}\n",
    "Please reply only with one number. Given this menu, rank how good the dish is: {dish}",
    "Take the order. Dishes of the house include fish and rice.",
    "Take the order.\n\nThought: what you should do next\nAction: the tool to use, which must be known\n",
    "Sum up the talk.\n\nAna: You must try the soup.\nBen: I never eat soup.\nAna: Always the same.\nBen: Only here.\n",
    "我想让你担任侍者。我将点菜，而您的职责是把菜端上来。",
]
LISTS = {
    "an opener in the second person": "Pay attention to:\n{}",
    "a condition that stays open": "Call this tool whenever the guest wants:\n{}",
    "criteria under a title": "## Guidelines\n{}",
    "an opener that a placeholder ends": "Ensure the dish:{extras}\n{}",
    "a process that is given": "You follow the same process given here:\n1. Greet\n\nLook out for:\n{}",
}
ITEMS = "- A table by the window\n- A dish without the sauce\n- Water with the meal\n"
BANS = "- Do not serve nuts\n- Keep the bill below 40 EUR\n- Never repeat a dish\n"
ENTRIES = (
    "- `menu/lunch.md` - Dishes for the day\n- `book(table, time)` - Books a table\n- `bill [table]`: Prints it all\n"
)


@pytest.mark.parametrize("text", RULES)
def test_a_case_with_its_action_and_a_ban_are_rules_even_first(text: str) -> None:
    assert level(text, "rules") == "prose"


@pytest.mark.parametrize("text", NO_RULES)
def test_the_task_its_form_and_what_will_happen_are_no_rules(text: str) -> None:
    assert level(text, "rules") == "none"


@pytest.mark.parametrize("opener", LISTS.values(), ids=LISTS)
def test_items_are_rules_by_the_line_that_opens_them(opener: str) -> None:
    assert level("Serve the guests.\n\n" + opener.replace("{}", ITEMS), "rules") == "listed"


@pytest.mark.parametrize(
    "opener",
    [
        "We weigh the following criteria before we give a star:",
        "The dish must meet these requirements:",
        "The dish should be:",
    ],
)
def test_a_line_that_announces_rules_makes_phrases_and_questions_rules(opener: str) -> None:
    items = "- Is it warm to the core?\n- Free of any bones\n- Light enough for a child\n"
    assert level(f"Judge the dish.\n\n{opener}\n{items}", "rules") == "listed"


def test_a_matter_of_form_counts_among_two_rules_under_their_title_and_not_alone() -> None:
    form = "- Return valid JSON only\n"
    assert level("Plan it.\n\n## Rules\n- Never fry fish\n- Keep it below 40 EUR\n" + form, "rules") == "listed"
    assert level("Plan it.\n\n## Rules\n" + form * 3, "rules") == "none"


def test_short_terms_are_rules_where_rules_are_announced() -> None:
    terms = "- Cracked glasses\n- Wobbling tables\n- Unlit candles\n"
    assert level("Inspect the room.\n\nFocus on changes that introduce:\n" + terms, "rules") == "listed"
    assert level("Inspect the room.\n\nThe room:\n" + terms, "rules") == "none"


def test_entries_of_a_reference_describe_things_and_rule_nothing() -> None:
    assert level("Serve the guests.\n\nThe house:\n" + ENTRIES, "rules") == "none"


def test_the_nearest_telling_title_decides() -> None:
    rules = "# Guidelines\n\n{}- The kitchen closes at nine\n- The bar opens at noon\n- The cook is Ana\n"
    assert level(rules.format(""), "rules") == "listed"
    assert level(rules.format("## Background\n"), "rules") == "none"


def test_a_list_that_lost_its_marks_is_a_list_over_its_headings() -> None:
    text = "Plan the menu.\n\nStarters\n\nOnly use herbs\nNever fry\n\nMains\n\nKeep the meat below 200 g\n"
    assert level(text, "rules") == "listed"
    assert level("Plan the menu.\n\nOnly use herbs.\n\nNever fry.\n\nKeep it warm.\n", "rules") == "prose"


def test_a_step_that_mentions_a_report_is_no_matter_of_form() -> None:
    steps = "1. Call `taste` exactly once and pass the last report on.\n2. Never salt it.\n3. You must serve it warm.\n"
    assert level("Follow these steps:\n" + steps, "rules") == "listed"


def test_what_follows_a_filled_input_is_not_under_its_label() -> None:
    assert level("Plan the menu.\n\nGuest data:\n\n{guests}\n\n" + BANS, "rules") == "listed"


def test_what_each_label_means_is_a_rule() -> None:
    labels = "- SELECT: the guest wants to read data\n- INSERT: the guest wants to add data\n- DROP: data are deleted\n"
    assert level(f"Respond with ONLY one of these categories:\n{labels}", "rules") == "listed"


def test_a_slot_that_completes_a_phrase_injects_no_rules() -> None:
    assert level("You are a helpful assistant whose job is to {job_instruction}.", "rules") == "none"
    assert level("Plan the trip.\n\n{instructions}\n", "rules") == "injected"
