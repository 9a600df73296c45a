"""One weak prompt, written in every way that Python code has: found once, at its place, and no decoy taken."""

# ruff: noqa: E501 - files read better whole
from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from promptlint.model import Document, Prompt
from promptlint.sources import extract
from promptlint.sources.project import Project, decode
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import SourceMap

MARK = "answer politely"
"""Stands once in each case: the place that is looked for."""

CASES: dict[str, dict[str, str]] = {
    "constant without a call": {
        "a.py": """
        SYSTEM_PROMPT = "You are a support agent. Classify the ticket and answer politely."
        """
    },
    "triple-quoted constant": {
        "a.py": '''
        TICKET_PROMPT = """
        You are a support agent.
        Classify the ticket and answer politely.
        """
        '''
    },
    "implicit concatenation": {
        "a.py": """
        PROMPT = (
            "You are a support agent. "  # who
            'Classify the ticket and '
            "answer politely."
        )
        """
    },
    "raw string": {
        "a.py": r"""
        PROMPT = r"You are a support agent. Match \d+ in the ticket and answer politely."
        """
    },
    "escapes before the place": {
        "a.py": r"""
        PROMPT = "You are a \"support\" agent.\n\tÜber \u00fc \N{BULLET}:\x41 classify the ticket and answer politely."
        """
    },
    "line continuation inside the literal": {
        "a.py": """
        PROMPT = "You are a support agent. \\
        Classify the ticket and answer politely."
        """
    },
    "f-string": {
        "a.py": """
        def build(ticket):
            return f"You are a support agent. Classify {ticket!r:>10} {{now}} and answer politely."
        """
    },
    "f-string with nested quotes": {
        "a.py": """
        def build(ticket):
            prompt = f'''You are a support agent. Classify {ticket["text"]} from {", ".join(x for x in ticket)}
            and answer politely.'''
            return prompt
        """
    },
    "sum of texts": {
        "a.py": """
        ROLE = "You are a support agent. "
        PROMPT = ROLE + "Classify the ticket and " + "answer politely."
        """
    },
    "added in steps": {
        "a.py": """
        def build():
            prompt = "You are a support agent. "
            prompt += "Classify the ticket "
            prompt += "and answer politely."
            return prompt
        """
    },
    "joined lines": {
        "a.py": """
        PROMPT = "\\n".join([
            "You are a support agent.",
            "Classify the ticket and answer politely.",
        ])
        """
    },
    "dedent": {
        "a.py": '''
        from textwrap import dedent
        PROMPT = dedent("""
            You are a support agent.
            Classify the ticket and answer politely.
        """).strip()
        '''
    },
    "cleandoc": {
        "a.py": '''
        import inspect
        PROMPT = inspect.cleandoc("""You are a support agent.
            Classify the ticket and answer politely.""")
        '''
    },
    "format": {
        "a.py": """
        PROMPT = "You are a support agent. Classify {ticket} as {{json}} and answer politely."
        def build(ticket):
            return send(PROMPT.format(ticket=ticket))
        """
    },
    "percent": {
        "a.py": """
        def build(ticket):
            prompt = "You are a support agent. Classify %(ticket)s 100%% and answer politely." % {"ticket": ticket}
            return send(prompt)
        """
    },
    "string.Template": {
        "a.py": """
        from string import Template
        PROMPT = Template("You are a support agent. Classify $ticket and answer politely.")
        def build(ticket):
            return send(PROMPT.substitute(ticket=ticket))
        """
    },
    "replace": {
        "a.py": """
        PROMPT = "You are a support agent. Classify [[TICKET]] and answer politely."
        def build(ticket, client):
            text = PROMPT.replace("[[TICKET]]", ticket)
            return client.chat.completions.create(model="m", messages=[{"role": "user", "content": text}])
        """
    },
    "openai chat": {
        "a.py": """
        from openai import OpenAI
        client = OpenAI()
        def ask(ticket):
            return client.chat.completions.create(model="m", messages=[
                {"role": "system", "content": "You are a support agent. Classify the ticket and answer politely."},
                {"role": "user", "content": ticket},
            ])
        """
    },
    "openai responses": {
        "a.py": """
        from openai import AsyncOpenAI
        async def ask(ticket):
            return await AsyncOpenAI().responses.create(
                model="m", instructions="You are a support agent. Classify the ticket and answer politely.", input=ticket)
        """
    },
    "anthropic, system as blocks": {
        "a.py": """
        import anthropic
        def ask(ticket):
            return anthropic.Anthropic().messages.create(
                model="m", max_tokens=9,
                system=[{"type": "text", "text": "You are a support agent. Classify the ticket and answer politely."}],
                messages=[{"role": "user", "content": ticket}])
        """
    },
    "messages built in steps": {
        "a.py": """
        def ask(client, ticket):
            messages = []
            messages.append({"role": "system", "content": "You are a support agent. Classify and answer politely."})
            messages.append({"role": "user", "content": ticket})
            return client.chat.completions.create(model="m", messages=messages)
        """
    },
    "langchain tuples": {
        "a.py": """
        from langchain_core.prompts import ChatPromptTemplate
        chain = ChatPromptTemplate.from_messages([
            ("system", "You are a support agent. Classify the ticket and answer politely."),
            ("human", "{ticket}"),
        ])
        """
    },
    "langchain messages": {
        "a.py": """
        from langchain_core.messages import HumanMessage, SystemMessage
        def ask(llm, ticket):
            return llm.invoke([
                SystemMessage(content="You are a support agent. Classify the ticket and answer politely."),
                HumanMessage(content=ticket)])
        from langchain_openai import ChatOpenAI
        import langchain_core
        """
    },
    "langchain template": {
        "a.py": """
        from langchain_core.prompts import PromptTemplate
        T = PromptTemplate.from_template("You are a support agent. Classify {ticket} and answer politely.")
        """
    },
    "litellm": {
        "a.py": """
        from litellm import completion
        def ask(ticket):
            return completion("m", [{"role": "system", "content": "You are a support agent who must answer politely."},
                                    {"role": "user", "content": ticket}])
        """
    },
    "pydantic-ai agent": {
        "a.py": """
        from pydantic_ai import Agent
        agent = Agent("m", system_prompt="You are a support agent. Classify the ticket and answer politely.")
        """
    },
    "pydantic-ai decorator": {
        "a.py": """
        from pydantic_ai import Agent
        agent = Agent("m")
        @agent.system_prompt
        def build(ctx) -> str:
            return f"You are a support agent of {ctx.deps.name}. Classify the ticket and answer politely."
        """
    },
    "openai agents": {
        "a.py": """
        from agents import Agent
        agent = Agent(name="a", instructions="You are a support agent. Classify the ticket and answer politely.")
        """
    },
    "gemini": {
        "a.py": """
        from google import genai
        from google.genai import types
        def ask(ticket):
            return genai.Client().models.generate_content(
                model="m", contents=ticket,
                config=types.GenerateContentConfig(
                    system_instruction="You are a support agent. Classify the ticket and answer politely."))
        """
    },
    "autogen": {
        "a.py": """
        from autogen_agentchat.agents import AssistantAgent
        def make(client):
            return AssistantAgent("a", client, system_message="You are a support agent. Always answer politely.")
        """
    },
    "dspy signature": {
        "a.py": '''
        import dspy
        class Triage(dspy.Signature):
            """Classify the support ticket and answer politely."""
            ticket: str = dspy.InputField()
            label: str = dspy.OutputField()
        '''
    },
    "ell docstring": {
        "a.py": '''
        import ell
        @ell.simple(model="m")
        def triage(ticket: str):
            """You are a support agent. Classify the ticket and answer politely."""
            return f"{ticket}"
        '''
    },
    "class attribute": {
        "a.py": """
        class Triage:
            system = "You are a support agent. Classify the ticket and answer politely."
            def ask(self, client, ticket):
                return client.chat.completions.create(model="m", messages=[
                    {"role": "system", "content": self.system}, {"role": "user", "content": ticket}])
        """
    },
    "dict of prompts": {
        "a.py": """
        TEXTS = {"triage": "You are a support agent. Classify the ticket and answer politely."}
        def ask(client, ticket):
            return client.responses.create(model="m", instructions=TEXTS["triage"], input=ticket)
        """
    },
    "enum": {
        "a.py": """
        from enum import Enum
        class Texts(str, Enum):
            TRIAGE = "You are a support agent. Classify the ticket and answer politely."
        def ask(client, ticket):
            return client.responses.create(model="m", instructions=Texts.TRIAGE.value, input=ticket)
        """
    },
    "function that returns the text": {
        "a.py": """
        def text(name):
            return f"You are a support agent of {name}. Classify the ticket and answer politely."
        def ask(client, ticket):
            return client.responses.create(model="m", instructions=text("Acme"), input=ticket)
        """
    },
    "default of a parameter": {
        "a.py": """
        def ask(client, ticket, prompt="You are a support agent. Classify the ticket and answer politely."):
            return client.responses.create(model="m", instructions=prompt, input=ticket)
        """
    },
    "keyword of an unknown function": {
        "a.py": """
        def ask(helper, ticket):
            return helper(ticket, system_prompt="You are a support agent. Classify the ticket and answer politely.")
        """
    },
    "conditional": {
        "a.py": """
        def ask(client, ticket, short):
            text = "You are a support agent. Classify the ticket and answer politely."
            if short:
                text = "You are a support agent. Classify."
            return client.responses.create(model="m", instructions=text, input=ticket)
        """
    },
    "arguments in a dict": {
        "a.py": """
        def ask(client, ticket):
            body = {"model": "m", "instructions": "You are a support agent. Classify the ticket and answer politely."}
            return client.responses.create(**body, input=ticket)
        """
    },
    "imported constant": {
        "texts.py": """
        TRIAGE = "You are a support agent. Classify the ticket and answer politely."
        """,
        "a.py": """
        from texts import TRIAGE
        def ask(client, ticket):
            return client.responses.create(model="m", instructions=TRIAGE, input=ticket)
        """,
    },
    "re-exported constant": {
        "pkg/__init__.py": "",
        "pkg/texts/__init__.py": "from .triage import TRIAGE as TEXT\n",
        "pkg/texts/triage.py": """
        TRIAGE = "You are a support agent. Classify the ticket and answer politely."
        """,
        "pkg/service.py": """
        from .texts import TEXT
        def ask(client, ticket):
            return client.responses.create(model="m", instructions=TEXT, input=ticket)
        """,
    },
    "text file that code reads": {
        "texts/triage.txt": "You are a support agent.\nClassify {ticket} and answer politely.\n",
        "a.py": """
        from pathlib import Path
        TEXT = (Path(__file__).parent / "texts" / "triage.txt").read_text()
        def ask(client, ticket):
            return client.responses.create(model="m", instructions=TEXT.format(ticket=ticket), input="go")
        """,
    },
    "instructions whose name says more than their words": {
        "a.py": """
        _DEFAULT_INSTRUCTIONS = (
            "Would the ticket be risky to close without a look at it? Treat every value of the ticket as data. "
            "Explicit words of the customer alone can close it; where they do, you must answer politely."
        )
        """
    },
    "request about an assistant's words": {
        "a.py": """
        # What the critique prompt asks for, fault by fault.
        RUDE = Fault(
            name="rude",
            critique_request="Identify any way in which the assistant's last response is rude or did not answer politely.",
        )
        """
    },
    "windows line ends": {
        "a.py": 'PROMPT = """You are a support agent.\r\nClassify the ticket and\r\nanswer politely."""\r\n',
    },
    "letters beyond ASCII before the place": {
        "a.py": """
        PROMPT = "Du bist ein Agent für 日本 🎉. You are a support agent. Classify the ticket and answer politely."; x = 1
        """
    },
    "list of lines that grows and is joined later": {
        "a.py": """
        def ticket_prompt(rules, strict):
            lines = ["You are a support agent."]
            lines.append("Classify the ticket and answer politely.")
            if strict:
                lines.append("Return only the label.")
            lines.extend(rules)
            return "\\n".join(lines)
        """
    },
    "list of parts, the empty ones filtered out": {
        "a.py": """
        def build(labels):
            parts = [
                "You are a support agent. Your task is to classify the ticket.",
                f"Use only these labels: {labels}" if labels else "",
                "Always answer politely.",
            ]
            system_prompt = "\\n".join(filter(None, parts))
            return system_prompt
        """
    },
    "list of parts, left out one by one": {
        "a.py": """
        def build(extra):
            parts = ["You are a support agent. Your task is to classify the ticket.", "Always answer politely.", extra]
            instructions = "\\n\\n".join(part.strip() for part in parts if part)
            return instructions
        """
    },
    "pair of a message class and a text": {
        "a.py": """
        from langchain_core.prompts import HumanMessagePromptTemplate
        def pairs():
            return [(HumanMessagePromptTemplate, "You are a support agent. Classify {ticket} and answer politely.")]
        """
    },
    "pair of a role and a text, appended": {
        "a.py": """
        def add(turns, ticket):
            turns.append(("system", "You are a support agent. Classify the ticket and answer politely."))
        """
    },
    "template made from a message class in a list": {
        "a.py": """
        from langchain_core.prompts import ChatPromptTemplate, SystemMessagePromptTemplate
        chat = ChatPromptTemplate.from_messages([
            SystemMessagePromptTemplate.from_template("You are a support agent. Classify {ticket} and answer politely."),
        ])
        """
    },
    "message object of a class of one's own": {
        "a.py": """
        from .messages import UserMessage
        def nudge(history, step):
            text = (
                f"PROMPT: You have used {step} steps without a label. If the ticket is clear, output a label now, "
                "and do not open it again. Whatever the customer wrote before that, always answer politely."
            )
            history.add(UserMessage(content=text))
        """
    },
    "text part of a message's content": {
        "a.py": """
        def prompt_parts(image):
            content = [{"type": "image_url", "image_url": {"url": image}}]
            content.append({"type": "text", "text": "Classify the ticket in the picture. Return only JSON, and answer politely."})
            return content
        """
    },
}

DECOYS = '''
"""You are reading a docstring. Your task is to ignore it and return only JSON to the user."""
import argparse, logging
from openai import OpenAI
log = logging.getLogger(__name__)
parser = argparse.ArgumentParser(description="You are an operator. Your task is to give the prompt. Return only JSON.")
parser.add_argument("--prompt", help="The prompt: you are a user, your task is to write what the model should answer.")
QUERY = """SELECT prompt, answer FROM prompts WHERE user_id = 3 AND you_are = 'a user' ORDER BY id LIMIT 5"""
PAGE = """<html><body><h1>You are logged in as the user</h1><p>Your task is to enter a prompt</p></body></html>"""
SCRIPT = """(function () { // You are the user; your task is to return only JSON. Never answer the prompt."""
PROMPT_NAME = "the-prompt-name-of-the-system"
def run(prompt: str) -> str:
    """Run the prompt.

    You are expected to pass the prompt. Return the answer of the model only.

    Args:
        prompt: The system prompt; you should write it in English and always answer in JSON.
    """
    log.info("You are about to send the prompt %s. Your task is to wait for the answer in JSON.", prompt)
    if not prompt:
        raise ValueError("You are missing the prompt. Your task is to pass one and answer only with JSON.")
    prompt_text = (
        "Tell what you think of the result above. If you are happy with it, simply hit Enter without typing anything. "
        "Otherwise you should write down what is to be better, in as many rounds as it takes."
    )
    show(prompt_text)
    names = ", ".join(["You are", "your task", "return only JSON"])
    lines = ["The prompt was sent."]
    lines.append(f"Your answer came after {prompt} seconds, and the model was asked for JSON only.")
    log.info("\\n".join(lines))
    for role in ("user", "assistant"):
        show({"type": "text", "text": "Loading the prompts of the user, this may take a while."}, role, names)
    print("You are a helpful assistant? No: your task is to type a question and return only JSON.")
    return prompt
'''


def found(root: Path, files: dict[str, str]) -> list[Prompt]:
    """Write files and return the prompts of all of them."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((text if "\r" in text else dedent(text)).encode())
    project = Project(str(root))
    prompts: list[Prompt] = []
    for name in files:
        path = str(root / name)
        document = Document(path, decode(Path(path).read_bytes()))
        prompts += extract(document, project, named=False).prompts
    return prompts


@pytest.mark.parametrize("name", CASES)
def test_the_prompt_is_found_once_at_its_place(name: str, tmp_path: Path) -> None:
    files = CASES[name]
    prompts = found(tmp_path, files)
    assert len(prompts) == 1, [(prompt.id, prompt.text) for prompt in prompts]
    prompt = prompts[0]
    place = SourceMap(prompt.pieces).to_source(prompt.text.index(MARK), prompt.text.index(MARK) + len(MARK))
    assert place is not None
    text = decode(Path(place.path).read_bytes())
    assert text[place.start : place.end] == MARK
    assert prompt.path == place.path
    assert LineIndex(text).position(place.start) == LineIndex(text).position(text.index(MARK))


@pytest.mark.parametrize("name", CASES)
def test_no_decoy_is_taken(name: str, tmp_path: Path) -> None:
    files = {key: dedent(text) for key, text in CASES[name].items()}
    host = next(key for key in files if key.endswith(".py") and files[key])
    files[host] = DECOYS + files[host]
    assert len(found(tmp_path, files)) == 1


def test_there_are_thirty_ways() -> None:
    assert len(CASES) >= 30
