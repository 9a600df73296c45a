"""Ways of asking for an output, each with a look-alike that asks for none."""

from __future__ import annotations

import pytest

from tests.anatomy.prompts import anatomy, level


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a form counts whatever the verb that asks for it
        ("Describe the painting in one or two sentences.", "named"),
        ("Convert the recipe into a string list.", "named"),
        ("Based on the minutes, the mood, and the weather, please devise a bullet-point plan.", "named"),
        ("Keep replies within 80 words unless the guest asks for more.", "named"),
        ("Never answer with more than two sentences.", "named"),
        ("Put the shelf marks in a row, separated by commas.", "named"),
        ("The essay you will read was written in two sentences.", "none"),
        ("If the guest is in a hurry, stay within 20 words.", "none"),
        # the answer and nothing around it
        ("Write the receipt. Only return the receipt.", "named"),
        ("Say what the bird is called. Do not explain, just output the name.", "named"),
        ("Translate the sign. Do not include any other text than the translation.", "named"),
        ("If the draft is good, simply return the draft as it is.", "none"),
        # two opposite words decide
        ("Is the mushroom edible or non-edible?", "fields"),
        ("Given the bill and the order, determine if the bill is correct or incorrect.", "fields"),
        ('If the bill is paid say "Paid", otherwise say "Open".', "fields"),
        ("Rate the walk with a score (ranging from 1 to 5).", "fields"),
        ("Is the mushroom in the basket or on the table?", "none"),
        # a template after words that announce a format, labels alone included
        ("Use the following format:\n\nQuestion: the question\nRecipe: the recipe\nServes: how many\n", "fields"),
        ("Structure your review:\n1. Taste\n2. Price\n3. Service\n", "fields"),
        ("The output format should be [] > [], e.g. [2] > [1].", "fields"),
        ('End each page with "Total: [total]".', "fields"),
        ("You may act with Search[word] and Finish[answer].", "fields"),
        ("Separate these bills when present:\n- water\n- power\n", "none"),
        # cases with a score each
        ("If the bag is empty, respond with a score of 0.\nIf the bag is full, respond with a score of 2.", "fields"),
        ("Your reply should only contain the song.", "named"),
        # values without quotes, letters, marks out of a number
        ("Classify the bird as a wader, a duck, or a gull.", "fields"),
        ("Classify the tone of the letter as angry, calm, or sad.", "fields"),
        ("Choose the best answer (A, B, C or D).", "fields"),
        ("Give the cake a mark out of 10.", "fields"),
        ('The last line should be "RESULT: OPEN" or "RESULT: SHUT".', "fields"),
        # parts in a row, columns, tags, the answer shown below
        ("Provide: 1) a verdict, 2) the reasons, 3) what to do.", "fields"),
        ("The output should contain the following sections: Weather, Tides, Boats.", "fields"),
        ("Output as: name | age | town", "fields"),
        ("Write your doubts inside <doubts> tags.", "fields"),
        ("Extract the following information:\n- Name\n- Berth\n- Cargo", "fields"),
        ("You must format your response exactly like this example:\nThe boat sails at noon, berth 4.", "fields"),
        ("The letters stand inside <letters> tags. Read them with care.", "none"),
        # limits and values that come in at run time, letters before whole sentences
        ("Score the letter from {low} (rude) to {high} (kind).", "fields"),
        ("Choose one of the following options:\nA. The letter is kind.\nB. The letter is rude.\n", "fields"),
        ("Emit a finding with area='hall', page=12 and reason (what you saw).", "fields"),
        ("The note should be a brief, third-person statement.", "named"),
        ("The thread should consist of 4 posts.", "named"),
        ("Choose the shelf from this list: {shelves}", "injected"),
        ("Pick the tools you need from {tools} and greet the guest.", "none"),
        ("Rephrase the note to be a standalone question.", "named"),
        ("Give the pear a ripeness and a confidence (low, medium, high).", "fields"),
        ("Mark each plum as ripe, green, or rotten.", "fields"),
        ("For every pear give: size, weight, colour, price.", "fields"),
        ("Which pear is riper, A or B?", "fields"),
        ("Output the fruit as a pair (name, price).", "fields"),
        ("Your reply should look like this:\n\nPEAR: ripe\nPLUM: green\n", "fields"),
        ("No preamble, just the answer.", "named"),
        ("Use Markdown for emphasis.", "named"),
        ("Return the cleaned note without any commentary.", "named"),
        ("You may call several tools in a single response.", "none"),
        ("Fruits include: pears, plums, apples, and quinces. Name the ripest.", "none"),
        ("Choose what to read from the following set of documents.", "none"),
        # a noun with something before it is no verb
        ("You lost since you gave the wrong answer with Stop[<answer>]. Say why.", "none"),
        # two ways to end the answer are a closed list
        (
            'If the bill is right, end your response with a special token "[Fine]".\n'
            'If it is wrong, end your response with a special token "[Odd]".',
            "fields",
        ),
        # what the model is given has a form too
        ("You are given a report in JSON and two sentences of context. Greet the reader.", "none"),
    ],
)
def test_request(text: str, expected: str) -> None:
    assert level(text, "output") == expected


@pytest.mark.parametrize(
    "name", ["output_format_str", "response_schema", "output_fields", "schema_hint", "action_schema"]
)
def test_a_placeholder_named_for_the_format_injects_it(name: str) -> None:
    assert level(f"Read the mail below and judge it.\n\n{{{name}}}\n", "output") == "injected"


def test_standing_guidance_names_no_form_by_the_way() -> None:
    """What a guide for a coding agent says of files and lists is no shape of an answer."""
    text = "# Shop\n\n## Style\n\n- Keep lines under 100 characters.\n- Sort names by two words.\n- Run the tests.\n"
    assert anatomy(text, kind_hint="memory").pillars["output"].level == "none"


def test_quoted_words_far_from_the_words_that_announce_values_are_no_closed_list() -> None:
    text = (
        "The type must be kept as it was in the ledger of the shop that the owner wrote by hand last year, "
        "where 'pear' and 'plum' stand on one page."
    )
    assert anatomy(text).labels == ()


def test_the_schema_of_a_database_in_a_tag_is_none_of_the_answer() -> None:
    text = "Write what the rows mean.\n\nThe schema of the database:\n<schema>\n{schema}\n</schema>\n"
    assert level(text, "output") == "none"


def test_a_list_of_types_in_standing_guidance_is_no_list_of_fields() -> None:
    text = (
        "# Kotlin\n\n- Return sealed classes, result wrappers, or plain values instead of throwing.\n- Run the tests.\n"
    )
    assert anatomy(text, kind_hint="memory").pillars["output"].level == "none"


def test_an_aside_in_brackets_is_no_closed_list() -> None:
    assert anatomy("When values are long or odd (names, dates, codes, prices), keep them as they are.").labels == ()


@pytest.mark.parametrize(
    "text",
    [
        "Du bist ein Museumsführer. Beschreibe den Besuchern das Bild, das sie sehen, in zwei Sätzen und nicht mehr.",
        "Tu es le guide du musée. Décris la photo que les visiteurs voient en deux phrases et pas plus.",
        "Eres la guía del museo. Describe la foto que ven los visitantes en dos frases y nada más.",
        "用一句话描述图片。",
        "写真を2文で説明してください。",
    ],
)
def test_a_length_is_a_form_in_other_languages(text: str) -> None:
    assert level(text, "output") == "named"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Return the verdict between [Start of Verdict] and [End of Verdict] tags.", "fields"),
        ("- If the guest pays, the intent is 'pay';\n- in all other cases, the intent is 'ask'.", "fields"),
        ("Print the following message to the guest exactly as written:\n\nDinner is served.", "fields"),
        ("Write a list of trips. Each trip must include a date, the price, and one place.", "fields"),
        ("Plan with care. Each guest has a room, a key, and a name.", "none"),
        ("Write a note. The first line should be a title, and the rest tells the story.", "fields"),
        ("Extract subject-predicate-object triples from the diary.", "fields"),
        ("Answer with exactly one letter.", "fields"),
        # what others do asks nothing of the model
        ("The user will provide the list, the prices and the date. Plan the trip.", "none"),
        # below an opener: qualities and commands are no parts of the answer
        ("## Output format\n\nYour summary should be:\n- Self-contained and clear\n- Free of slang\n", "named"),
        ("Structure your note:\n- Start with the date\n- Avoid long words\n", "none"),
        ("## Output format\n\n- the price of the room\n- the name of the guest\n", "fields"),
        (
            "You are a poet of the harbour. Write about boats and weather, and never about the town.\n\n"
            "### 📌 Output Format (strict)\n```\nName\nThree rows of verse\n```\n",
            "fields",
        ),
        # a label over a run-time value is no section about the answer
        ("Compare them.\n\n**Sample Outputs:**\n{outputs}\n\nSay which you like.", "none"),
        ("Answer in the format:\nFinal Answer: <answer>\n{question}", "fields"),
        ('Do not include sections like "Licence", "History", "Thanks".', "none"),
    ],
)
def test_what_is_told_of_the_answer_and_what_is_told_of_other_things(text: str, expected: str) -> None:
    assert level(text, "output") == expected
