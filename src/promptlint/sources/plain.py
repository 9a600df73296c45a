"""Plain text and Markdown: the whole file is one prompt, without its front matter."""

from __future__ import annotations

from promptlint.model import Document, Extraction, Fault, Prompt
from promptlint.sources.assemble import PromptBuilder
from promptlint.sources.frontmatter import split_front_matter
from promptlint.sources.project import Project
from promptlint.sources.registry import NOT_A_PROMPT, PROMPT_DIRECTORY, PROMPT_NAME
from promptlint.text import lazy_re as re
from promptlint.text.dialects import guess_dialect

_SIGNS = re.compile(
    r"(?P<second>\byou(?:'re| are| will| must| should)\b|\byour (?:task|job|role|goal)\b|\bact as\b)"
    r"|(?P<output>\b(?:respond|reply|answer|return|output) (?:only|with|in|as|using)\b)"
    r"|(?P<role>\bassistant\b|\bthe user\b|\blanguage model\b)"
    r"|(?P<slot>\{\{?\s*\w[\w.'\"\[\]]*\s*\}\}?)",
    re.I,
)
# A text file so named is nothing else, whatever its language and manner; Markdown may be a page about prompts.
_PROMPT_ITSELF = re.compile(r"(?:^|[._/-])prompt(?:[._-][a-z]{2})?\.(?:txt|prompt)$", re.I, needs="prompt")


def extract(document: Document, project: Project, *, format: str, named: bool) -> Extraction:  # noqa: A002
    """Return the one prompt of a text file; none when the file was only found, and does not look like a prompt."""
    text = document.text
    read = _read_by_code(document, project, format) if text.strip() else ()
    if read:
        return Extraction(prompts=read)
    if not named and not looks_like_prompt(document.path, text):
        return Extraction()
    if not text.strip():
        fault = Fault(document.path, "prompt-empty: the file holds no text; write the prompt or delete the file", 1, 1)
        return Extraction(faults=(fault,))
    matter = split_front_matter(text)
    start = matter.body_start if matter is not None else 0
    body = text[start:]
    if not body.strip():
        fault = Fault(document.path, "prompt-empty: there is front matter and no prompt below it", 1, 1)
        return Extraction(faults=(fault,))
    dialect = guess_dialect(body)
    if _MARKERS.search(body):
        split = _with_roles(document, format, start, dialect)
        if split is not None:
            return split
    builder = PromptBuilder()
    builder.message("system", document.path)
    builder.template(body, document.path, start, dialect)
    prompt = builder.build(id=f"{document.path}#0", path=document.path, format=format, dialect=dialect)
    return Extraction(prompts=(prompt,))


def _read_by_code(document: Document, project: Project, format: str) -> tuple[Prompt, ...]:  # noqa: A002
    """Return the prompts that Python code makes of this file; a project that never names it costs no import."""
    name = document.path.rpartition("/")[2]
    files = project.python_mentioning(name) or project.python_composing(document.path)
    if not files:
        return ()
    from promptlint.sources.python.collect import prompts_of

    return prompts_of(document, project, format, files)


_MARKERS = re.compile(r"^[ \t]*#?[ \t]*system[ \t]*:[ \t]*$", re.I | re.M, needs="system")


def _with_roles(document: Document, format: str, start: int, dialect: str) -> Extraction | None:  # noqa: A002
    """Return the prompt in its messages, if the file opens with a `system:` line and has a `user:` line."""
    from promptlint.sources.making import Maker
    from promptlint.sources.markers import LINE, split

    text = document.text
    roles = [match.group("role").lower() for match in LINE.finditer(text, start)]
    opening = LINE.match(text, start + len(text[start:]) - len(text[start:].lstrip()))
    if opening is None or not {"system", "user"} <= set(roles):
        return None
    maker = Maker(document, format, "raw")
    turns = split(text, document.path, start, len(text), LINE, "system")
    return maker.extraction() if turns and maker.prompt(turns, dialect=dialect) is not None else None


def looks_like_prompt(path: str, text: str) -> bool:
    """Whether a text file that nobody named is a prompt: by folder or name, and by how it speaks."""
    if NOT_A_PROMPT.search(path):
        return False
    if _PROMPT_ITSELF.search(path) and text.strip():
        return True
    signs = signs_of(text)
    if PROMPT_DIRECTORY.search(path) or PROMPT_NAME.search(path):
        return len(signs) >= 1
    # Documentation speaks of prompts and users too, but a prompt addresses the model at its beginning.
    return len(signs) >= 3 and "second" in signs_of(text[:1500])


def signs_of(text: str) -> set[str | None]:
    """Return which signs of a prompt a text shows: second person, output wording, role words, slots."""
    return {match.lastgroup for match in _SIGNS.finditer(text[:20_000])}
