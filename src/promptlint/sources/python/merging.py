"""One prompt for several uses: drafts whose first text is the same are joined."""

from __future__ import annotations

from promptlint.model import Contract, Surroundings, Use
from promptlint.sources.python.drafts import Draft
from promptlint.sources.python.messages import Messages
from promptlint.sources.python.values import Text


def owner(draft: Draft) -> str:
    """Return the file that a draft belongs to: the one in which most of its first text stands."""
    sizes: dict[str, int] = {}
    for piece in first_text(draft.rows[0]).pieces:
        if piece.kind in ("text", "escape"):
            sizes[piece.path] = sizes.get(piece.path, 0) + piece.end - piece.start
    return max(sizes, key=lambda path: sizes[path]) if sizes else draft.use.path


def first_text(row: Messages) -> Text:
    """Return the first system text of a draft, else its first text."""
    texts = [(role, text) for role, text in row.turns if isinstance(text, Text)]
    return next((text for role, text in texts if role == "system"), texts[0][1] if texts else Text("", ()))


def merged(drafts: list[Draft], path: str) -> list[tuple[Draft, tuple[Use, ...]]]:
    """Return the drafts of a file in order, each with all its uses; those that send the same text are one."""
    kept: dict[tuple[int, int], list[tuple[Draft, list[Use]]]] = {}
    for draft in drafts:
        group = kept.setdefault(_place(draft, path), [])
        twin = next((at for at, (other, _) in enumerate(group) if _same(other, draft)), None)
        uses = [draft.use] if draft.sent else []
        if twin is None:
            group.append((draft, uses))
        else:
            other, known = group[twin]
            group[twin] = (_joined(other, draft), [*known, *uses])
    found = [pair for key in sorted(kept) for pair in kept[key]]
    return [(draft, tuple(sorted(set(uses)))) for draft, uses in found]


def _place(draft: Draft, path: str) -> tuple[int, int]:
    places = [p for p in first_text(draft.rows[0]).pieces if p.path == path and p.kind != "join"]
    return (places[0].source_start, places[-1].source_end) if places else (0, 0)


def _rest(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Return the literal text of the messages besides the first text."""
    first = first_text(draft.rows[0])
    rest = [(role, t.literal.strip()) for role, t in draft.rows[0].turns if isinstance(t, Text) and t is not first]
    return tuple(pair for pair in rest if pair[1])


def _same(one: Draft, other: Draft) -> bool:
    a, b = _rest(one), _rest(other)
    return a == b or not a or not b


def _joined(one: Draft, other: Draft) -> Draft:
    base, extra = (one, other) if len(_rest(one)) >= len(_rest(other)) else (other, one)
    if base.sent != extra.sent and extra.sent:
        base, extra = extra, base
    return base._replace(
        around=_around(base.around, extra.around), sent=base.sent or extra.sent, depends=base.depends | extra.depends
    )


def _around(one: Surroundings, other: Surroundings) -> Surroundings:
    """Join what two calls declare: what either of them declares holds."""
    contract: Contract | None = one.contract or other.contract
    tools = one.tools if other.tools is None else other.tools if one.tools is None else None
    if one.tools is not None and other.tools is not None:
        tools = tuple(dict.fromkeys((*one.tools, *other.tools)))
    return one._replace(
        contract=contract,
        json_mode=one.json_mode or other.json_mode,
        tools=tools,
        model=one.model or other.model,
        temperature=one.temperature if one.temperature is not None else other.temperature,
        reply_parser=one.reply_parser or other.reply_parser,
        parser_guarded=one.parser_guarded or other.parser_guarded,
        few_shot_injected=one.few_shot_injected or other.few_shot_injected,
        history_injected=one.history_injected or other.history_injected,
        named=one.named or other.named,
    )
