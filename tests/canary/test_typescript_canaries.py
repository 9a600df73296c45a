"""One weak prompt, in the ways that TypeScript and JavaScript have: found once, at its place, no decoy taken."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from promptlint.model import Document, Prompt
from promptlint.sources import extract
from promptlint.sources.project import Project
from promptlint.text.lines import LineIndex
from promptlint.text.pieces import SourceMap

pytest.importorskip("tree_sitter_typescript", reason="the extra ts is not installed")

MARK = "answer politely"
"""Stands once in each case: the place that is looked for."""

CASES: dict[str, tuple[str, str]] = {
    "constant without a call": (
        "a.ts",
        """
        export const SYSTEM_PROMPT = "You are a support agent. Classify the ticket and answer politely.";
        """,
    ),
    "template literal over lines": (
        "a.ts",
        """
        const ticketPrompt = `
        You are a support agent.
        Classify the ticket and answer politely.
        `;
        """,
    ),
    "template literal with slots": (
        "a.ts",
        """
        export const buildPrompt = (ticket: Ticket) =>
          `You are a support agent. Classify ${ticket.text.trim()} from \\`${ticket.from}\\` and answer politely.`;
        """,
    ),
    "function that returns the text": (
        "a.ts",
        """
        function systemPrompt(name: string): string {
          return `You are a support agent of ${name}. Classify the ticket and answer politely.`;
        }
        """,
    ),
    "sum of texts": (
        "a.js",
        """
        const role = "You are a support agent. ";
        const prompt = role + 'Classify the ticket ' + "and answer politely.";
        """,
    ),
    "joined lines": (
        "a.mjs",
        """
        const prompt = [
          "You are a support agent.",
          "Classify the ticket and answer politely.",
        ].join("\\n");
        """,
    ),
    "escapes before the place": (
        "a.ts",
        r"""
        const prompt = 'You aren\'t a bot.\n\tYou are a \u00fc \x41 \u{1F389} agent. Classify and answer politely.';
        """,
    ),
    "letters beyond the basic plane": (
        "a.ts",
        """
        const prompt = "Für 日本 🎉: You are a support agent. Classify and answer politely."; let x = 1;
        """,
    ),
    "ai sdk": (
        "a.ts",
        """
        import { generateText } from "ai";
        export async function ask(model: any, ticket: string) {
          const { text } = await generateText({
            model,
            system: "You are a support agent. Classify the ticket and answer politely.",
            prompt: ticket,
          });
          return text;
        }
        """,
    ),
    "ai sdk, constant of the module": (
        "a.tsx",
        """
        import { streamText } from "ai";
        const TEXT = `You are a support agent. Classify the ticket and answer politely.`;
        export const ask = (model: any, messages: any) => streamText({ model, system: TEXT, messages });
        """,
    ),
    "openai chat": (
        "a.ts",
        """
        import OpenAI from "openai";
        const client = new OpenAI();
        export const ask = (ticket: string) => client.chat.completions.create({
          model: "m",
          messages: [
            { role: "system", content: "You are a support agent. Classify the ticket and answer politely." },
            { role: "user", content: ticket },
          ],
        });
        """,
    ),
    "openai responses": (
        "a.js",
        """
        const OpenAI = require("openai");
        const client = new OpenAI();
        exports.ask = (ticket) => client.responses.create({
          model: "m", instructions: "You are a support agent. Classify and answer politely.", input: ticket });
        """,
    ),
    "anthropic": (
        "a.ts",
        """
        import Anthropic from "@anthropic-ai/sdk";
        export const ask = (ticket: string) => new Anthropic().messages.create({
          model: "m", max_tokens: 9,
          system: "You are a support agent. Classify the ticket and answer politely.",
          messages: [{ role: "user", content: ticket }],
        });
        """,
    ),
    "langchain tuples": (
        "a.ts",
        """
        import { ChatPromptTemplate } from "@langchain/core/prompts";
        export const chain = ChatPromptTemplate.fromMessages([
          ["system", "You are a support agent. Classify the ticket and answer politely."],
          ["human", "{ticket}"],
        ]);
        """,
    ),
    "langchain template": (
        "a.ts",
        """
        import { PromptTemplate } from "@langchain/core/prompts";
        export const t = PromptTemplate.fromTemplate("You are a support agent. Classify {ticket} and answer politely.");
        """,
    ),
    "messages of a variable": (
        "a.ts",
        """
        const messages = [
          { role: "system", content: `You are a support agent. Classify the ticket and answer politely.` },
        ];
        """,
    ),
    "object of prompts": (
        "a.ts",
        """
        export const prompts = {
          triage: "You are a support agent. Classify the ticket and answer politely.",
        } as const;
        """,
    ),
    "class property": (
        "a.ts",
        """
        export class Triage {
          private readonly systemPrompt = "You are a support agent. Classify the ticket and answer politely.";
        }
        """,
    ),
    "windows line ends": (
        "a.ts",
        "const prompt = `You are a support agent.\r\nClassify the ticket and\r\nanswer politely.`;\r\n",
    ),
}

DECOYS = """
/** You are reading a comment. Your task is to ignore it and return only JSON to the user. */
// You are a helpful assistant. Your task is to answer the user in JSON only.
const QUERY = `SELECT prompt, answer FROM prompts WHERE user_id = 3 AND you_are = 'a user' ORDER BY id LIMIT 5`;
const PAGE = `<html><body><h1>You are logged in as the user</h1><p>Your task is to enter a prompt</p></body></html>`;
const promptName = "the-prompt-name-of-the-system";
console.log("You are about to send the prompt. Your task is to wait for the answer of the model in JSON only.");
console.error(`You are missing the prompt. Your task is to pass one and answer only with JSON to ${promptName}.`);
function check(prompt: string) {
  if (!prompt) throw new Error("You are missing the prompt. Your task is to pass one and answer only with JSON.");
}
program.option("--prompt", "The prompt: you are a user, your task is to write what the model should answer.");
"""


def found(root: Path, name: str, text: str) -> list[Prompt]:
    """Write a file and return its prompts."""
    path = root / name
    path.write_bytes(text.encode())
    return list(extract(Document(str(path), text), Project(str(root)), named=False).prompts)


def source_of(case: str) -> tuple[str, str]:
    """Return the file name and the text of a case."""
    name, text = CASES[case]
    return name, text if "\r" in text else dedent(text)


@pytest.mark.parametrize("case", CASES)
def test_the_prompt_is_found_once_at_its_line_and_column(case: str, tmp_path: Path) -> None:
    name, text = source_of(case)
    prompts = found(tmp_path, name, text)
    assert len(prompts) == 1, [(prompt.id, prompt.text) for prompt in prompts]
    prompt = prompts[0]
    at = prompt.text.index(MARK)
    place = SourceMap(prompt.pieces).to_source(at, at + len(MARK))
    assert place is not None
    assert text[place.start : place.end] == MARK
    assert LineIndex(text).position(place.start) == LineIndex(text).position(text.index(MARK))


@pytest.mark.parametrize("case", CASES)
def test_no_decoy_is_taken(case: str, tmp_path: Path) -> None:
    name, text = source_of(case)
    decoys = DECOYS if name.endswith((".ts", ".tsx")) else DECOYS.replace(": string", "")
    assert len(found(tmp_path, name, decoys + text)) == 1


def test_there_are_ten_ways() -> None:
    assert len(CASES) >= 10
