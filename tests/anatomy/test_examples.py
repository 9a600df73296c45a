"""What counts as a worked example, and what only looks like one."""

from __future__ import annotations

import pytest

from promptlint.anatomy import examples, parse
from promptlint.anatomy.slotnames import loops_over
from tests.anatomy.prompts import anatomy, chat, level


@pytest.mark.parametrize(
    "text",
    [
        # A quoted text called wrong, with the right one after it.
        'Write the release note.\n- Bad: "A layer that unifies caches."\n  Good: "Pages load twice as fast."',
        # An announced tag.
        "Run the query.\n\nAn example would look like this:\n<run>\nimport sqlite3\nprint(tables())\n</run>",
        # Answers that end in a stop mark.
        "Turn the mail into a search.\n\nMail from Ana about rent\nfrom:ana AND subject:rent\n[done]\n",
        # A sentence that begins with an article, where it is announced.
        'Judge it.\nExample:\n{"reason": "The reply names the refund but forgets to say when it will arrive."}',
        'Name search words.\nExample =>\n{"queries": ["How to renew a library card online", "library opening hours"]}',
    ],
)
def test_it_is_an_example(text: str) -> None:
    assert level(text, "examples") == "full"


@pytest.mark.parametrize(
    "text",
    [
        # A catalogue of what may be chosen.
        'The possible categories are:\n{"Sound": {"type": "AUDIO", "kinds": ["Songs", "Talks"]}}\nClassify the file.',
        # A list of words of which one describes.
        'Reply in JSON:\n{"share": number, "rules": ["list", "of", "rule", "identifiers"]}',
        # Numbered stand-ins, lengths, one part of an answer.
        'Call it so:\n{"first": "value1", "second": "value2"}',
        'Return JSON:\n{"score": <score>, "reason": "1-2 short sentences about the plan"}',
        'Start with {"request": "cut_segments", ...} and no more.',
        # A template under the title.
        "Write it.\n\n## Report example:\n[Title of your report]\n- [First paragraph with the details found]\n"
        "- [Second paragraph with the details found]\n",
        # A list of fields; a pair whose output is a schema.
        "Return:\n- title: The title of the post\n- summary: A few words about it",
        'Context:\nThe metric tells how fresh the fish is, on some scale.\n\nJSON:\n{"reason": "<your_reason>"}',
        # A form to follow.
        "Use this format:\n\nQuestion: Question here\nQuery: Query to run\nAnswer: Final answer here\n",
        # Questions to expect; a rule with a bold name; steps in arrows.
        'Example questions you may get:\n- "How do I return the kettle I bought last week?"',
        "Keep to these examples:\n\n- **Group what belongs together**: several small edits take one message.",
        'Do it in order.\n- Example: a letter with "Draft" → "Check" → "Send"',
        "Avoid copies (e.g. `a_new.py`). Instead:\n  - Edit the file that is there already, in its place",
    ],
)
def test_it_is_no_example(text: str) -> None:
    assert level(text, "examples") in ("none", "mention")


@pytest.mark.parametrize("said", ["Understood, I will label what you send.", "The labels that match:"])
def test_an_assistant_turn_that_accepts_or_opens_the_answer_shows_none(said: str) -> None:
    found = parse(chat(("user", "Label the mood of the mail."), ("assistant", said)))
    assert found.pillars["examples"].level == "none"


def test_a_template_in_a_memory_file_is_not_code_to_follow() -> None:
    text = (
        "# Rules\n\n## Example agent\n\n```yaml\nname: [name of agent]\nuse: [when to call]\nrole: [what it is]\n```\n"
    )
    assert anatomy(text, kind_hint="memory").pillars["examples"].level != "full"


@pytest.mark.parametrize(
    ("control", "what"),
    [
        ("{% for shot in examples %}", "examples"),
        ("{{#each fewShotExamples}}", "examples"),
        ("{% for step in plan %}", ""),
        ("{% for n in max_examples %}", ""),
    ],
)
def test_a_loop_injects_what_it_runs_over(control: str, what: str) -> None:
    assert loops_over(control) == what


def test_blocks_of_the_same_labels_before_an_open_one_are_examples_whatever_their_labels() -> None:
    text = (
        "Tell whether the caption fits the picture.\n\n"
        "#Picture seen#: A dog on a beach.\n#Caption#: A dog by the sea.\n#Fits#: Yes\n\n"
        "#Picture seen#: A cat on a roof.\n#Caption#: A bird in a tree.\n#Fits#: No\n\n"
        "#Picture seen#: {picture}\n#Caption#: {caption}\n#Fits#:\n"
    )
    found = anatomy(text).examples
    assert [text[e.output.start : e.output.end] for e in found] == ["Yes", "No"]


def test_a_form_whose_labels_say_what_to_put_is_no_example() -> None:
    text = "Question: the question to answer\nThought: you should think first\nQuestion: {question}\nThought:"
    assert level(text, "examples") == "none"


NIGHT = "- The hut stood open all night, and nobody had come up for days.\n" * 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Chart it.\n\n# Example output format\n\nWeek\tSnow\nFirst\t40\nSecond\t38\n", True),
        ("Chart it.\n\n# Example output format\n\nWeek and then\tSnow\nWeek of year\tdepth\n", False),
        (f"Tell it.\n\n# Example bullets\n\n{NIGHT}", True),
        (f"Tell it.\n\n# Example topics\n\n{NIGHT}", False),
    ],
)
def test_rows_of_numbers_and_pieces_of_the_answer_are_examples(text: str, shown: bool) -> None:
    assert (level(text, "examples") == "full") is shown


def test_two_addresses_told_in_a_sentence_are_an_example() -> None:
    text = "Make the address of the feed. If the page is https://blog.example/alps, the feed is https://blog.example/alps.xml"
    assert level(text, "examples") == "full"
    assert level(text.replace("the feed is", "see also"), "examples") == "none"


def test_a_pair_told_in_a_sentence_is_an_example() -> None:
    text = "Split the question. For example, if asked `is A larger than B`, the parts would be\n\n`how large is A`."
    assert level(text, "examples") == "full"


@pytest.mark.parametrize(
    "text",
    [
        'Sort the mail.\n\nThe type should be one of ["bill", "letter", "card"] in lower case.',
        "# Task:\nSum up the notes.\n\n# Rules:\nKeep it short.\n\n# Query:\nSum up what was said in the notes above.",
        "Plan the trip.\n\n### Example 1: [What it shows]\nGuest asks the desk to call a cab, then the desk calls one.",
        'Grade it.\n\nExample JSON:\n{"reason": "<why>", "grade": "<a letter>"}',
    ],
)
def test_lists_to_choose_from_sections_and_forms_are_no_examples(text: str) -> None:
    assert level(text, "examples") == "none"


def test_an_example_below_a_label_ends_where_prose_goes_on() -> None:
    text = (
        "Answer from the notes. Here is an example:\n\nQuestion: Who runs the shop?\nAnswer: Ann runs the shop.\n\n"
        "Follow this example.\nIf the notes are empty, say that you do not know.\n"
    )
    assert level(text, "uncertainty") == "explicit"


@pytest.mark.parametrize(
    "text",
    [
        "Grade it.\n\nExample Format:\nQUESTION: question here\nGRADE: the grade here\n\nGrade by facts alone.",
        "Grade it.\n\nExample:\nQUESTION: question here\nREASON: reason here\nGRADE: Good or Bad here",
    ],
)
def test_labels_that_say_what_to_put_make_a_form(text: str) -> None:
    assert level(text, "examples") == "none"


def test_answers_below_their_repeated_label_are_examples() -> None:
    text = "# word: Rain\nRhymes:\nlane, pain\n\n# word: Sun\nRhymes:\nfun, run\n\n# word: {word}\nRhymes:\n"
    assert level(text, "examples") == "full"


def test_numbered_fillers_are_no_example() -> None:
    assert level('List the facts as JSON:\n["fact1", "fact2", "fact3"]', "examples") == "none"


@pytest.mark.parametrize("label", ["Helpful Answer", "Ruling"])
def test_instructions_below_the_answer_of_an_example_belong_to_no_example(label: str) -> None:
    text = (
        f"Answer from the notes. Here is an example:\n\nQuestion: Who runs the shop?\n{label}: Ann runs the shop.\n\n"
        "Follow this example when answering.\nIf the notes are empty, say that you do not know.\n"
        f"Notes:\n{{notes}}\n\nQuestion: {{question}}\n{label}:"
    )
    found = anatomy(text).examples
    assert [text[e.start : e.end].endswith("Ann runs the shop.") for e in found] == [True]


def test_blocks_that_come_back_with_a_placeholder_are_examples_though_the_prompt_does_not_break_off() -> None:
    text = (
        "Guest: Is the pool open?\nNeeds a look: Yes.\nReply: It is.\n\n"
        "Guest: Where is the bar?\nNeeds a look: No.\nReply: On the roof.\n\n"
        "Guest: {words}\nNeeds a look:{notes}\n"
    )
    assert len(anatomy(text).examples) == 2


def test_a_way_to_answer_that_is_told_in_slots_is_no_example() -> None:
    text = (
        "Answer so:\nThought: (your thought)\nAction: Listen\n\nTo use a tool answer so:\nThought: (your thought)\n"
        "Action: (name of the tool)\n\nHistory:\n{history}\nAction: {last}\nThought: {thought}\n"
    )
    assert level(text, "examples") == "none"


def test_blocks_below_the_same_mark_in_brackets_are_examples() -> None:
    text = (
        "Turn notes into sentences.\n\n[Notes]\n- King of Scots\n- three dogs\n+++++\nThe king kept three dogs.\n\n"
        "[Notes]\n{notes}\n+++++\n"
    )
    assert level(text, "examples") == "full"


@pytest.mark.parametrize(
    "text",
    [
        # Not called wrong by an aside in brackets; not an input because a request is supposed.
        'Reply in JSON.\nExample of a valid reply (do NOT add anything):\n{"city": "Rome", "days": 3}',
        'Reply in JSON.\nExample, if the request is "three days in Rome":\n{"city": "Rome", "days": 3}',
        "Talk to the guest.\n\nUser: Hi.\nAssistant: Good day, I am Pip. Which room do you look for?\n",
        "Find the towns.\n\n### Letter\nWe met in Rome in May.\n\nRome\n\n### Letter\n{letter}\n",
        "Tag it.\nFormat example:\n\nInput:\nAna met Bo.\n\nOutput:\n```xml\n<who>Ana</who><who>Bo</who>\n```\n",
        "As an example, the text 'Ana and Bo went to Rome.' shall be split into ['Ana went to Rome.', 'Bo did too.']",
    ],
)
def test_it_shows_what_comes_of_an_input(text: str) -> None:
    assert level(text, "examples") == "full"


@pytest.mark.parametrize(
    "text",
    [
        "Write SQL.\nInput: A schema and a question in plain words.\nOutput: A valid query for the question.",
        "Use this:\n```\nThought: I search.\nObservation: [what came]\n```\n\nElse:\n```\nAnswer: It rains.\n```",
        "Judge it.\nFull input sample:\n{sample_of_the_letters_that_came_in_today}\n\nDecide whether it is kind.",
        'Rate it.\nSelect one of the following words as your rating: ["good", "fair", "bad"].',
        'Score them.\nSCORES: {"<first>": 0, "<second>": 10}',
        "Follow the following format.\n\nNotes: facts of the case\nReply: what you say\n\nNotes: {notes}\nReply:",
        'Clean it.\nExample: Replace [photo-1.jpg] with "A man at a desk".',
    ],
)
def test_what_describes_or_lists_shows_nothing(text: str) -> None:
    assert level(text, "examples") in ("none", "mention")


def test_only_so_many_titles_of_examples_are_looked_below(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    body = examples._section_body
    monkeypatch.setattr(examples, "_section_body", lambda parts, index: looked.append(index) or body(parts, index))
    anatomy("Reply in JSON.\n" + 'Example:\n{"city": "Rome", "days": 3}\n' * 150)
    assert len(looked) == examples._MOST_TITLES
