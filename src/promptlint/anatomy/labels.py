"""Named output fields and closed label sets."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.anatomy.loosejson import Word
from promptlint.anatomy.parts import Parts
from promptlint.model import Block, FieldName, LabelSet, Sample
from promptlint.text import lazy_re as re
from promptlint.text.pieces import Span

_QUOTED_RUN = re.compile(
    r"[\[({]?[ \t]*(?:[\"'`“‘*]{1,2}[\w /&+.()-]{1,40}[\"'`”’*]{1,2}(?:[ \t]*\([^()\n]{1,80}\))?[ \t]*"
    r"(?:,|/|\||;|\bor\b|\band\b|、|或|oder|ou|o)[ \t]*(?:or[ \t]+|and[ \t]+)?){1,40}"
    r"[\"'`“‘*]{1,2}[\w /&+.()-]{1,40}[\"'`”’*]{1,2}[ \t]*[\])}]?",
    needs="\" ' ` “ ‘ *",
)
_QUOTED = re.compile(r"[\"'`“‘*]{1,2}(?P<label>[\w /&+.()-]{1,40}?)[\"'`”’*]{1,2}(?=[\s,/|;)\]}.(]|$)")
_BARE_RUN = re.compile(
    r"(?P<run>(?:[A-Za-z][\w-]{0,24}(?: [A-Za-z][\w-]{0,20})?(?:[ \t]*[,/|][ \t]*(?:or )?| or )){1,30}"
    r"(?:or )?[A-Za-z][\w-]{0,24})(?=[\s.;)\]]|$)"
)
_BARE = re.compile(r"(?!or\b)[A-Za-z][\w-]*(?: (?!or\b)[A-Za-z][\w-]*)?")
_ITEM_LABEL = re.compile(
    r"[*_`\"'“\[]{0,3}(?P<label>[\w][\w /&+.'-]{0,38}?)[*_`\"'”\]]{0,3}[ \t]*(?:[:：=–—]|[ \t]-[ \t]|->|→|\(|$)"
)
_ROUND = re.compile(r" ?\(")  # right after the words that announce values; elsewhere it holds an aside
_SQUARE = re.compile(r"\[")
_LETTER = re.compile(r"\(?(?P<letter>[A-H])[.)]")
_UNION = re.compile(
    r"[\"'`]?(?P<first>[\w -]{1,30})[\"'`]?(?:[ \t]*(?:\||/| or )[ \t]*[\"'`]?[\w -]{1,30}[\"'`]?){1,20}"
)
_KEY_RUN = re.compile(r"[\"'`“]?\b[A-Za-z_][\w-]{0,30}\b[\"'`”]?")
_FIELD_ITEM = re.compile(
    r"[*_`\"'“]{0,3}(?P<name>[A-Za-z_][\w .-]{0,40}?)[*_`\"'”]{0,3}[ \t]*(?:\([^()\n]{1,60}\))?[ \t]*"
    r"(?:[:：–—]|[ \t]-[ \t]|=)[ \t]*(?P<note>[^\n]*)"
)


def closed_sets(parts: Parts) -> tuple[LabelSet, ...]:
    """Return the closed lists of values, sorted by start: quoted runs after a cue, listed labels, unions in samples."""
    found = [*_runs(parts), *_listed(parts), *_unions(parts)]
    kept: list[LabelSet] = []
    for labels in sorted(found, key=lambda found_set: (found_set.start, -found_set.end)):
        if not kept or labels.start >= kept[-1].end:
            kept.append(labels)
    return tuple(kept)


def _runs(parts: Parts) -> Iterator[LabelSet]:
    """`one of: "a", "b" or "c"` in a statement; bare words only after a colon or in brackets."""
    cue = parts.cues.pattern("set_cue")
    for statement in parts.statements:
        match = cue.search(parts.text, statement.start, statement.end)
        if match is None or statement.polarity < 0:
            continue
        near = min(len(parts.text), statement.end + 2, match.end() + 80)
        run = _QUOTED_RUN.search(parts.text, match.start(), near)
        if run is not None:
            yield from _label_set(parts, _QUOTED, Span(*run.span()))
            continue
        colon = parts.text.find(":", match.end(), statement.end)
        bracket = _ROUND.match(parts.text, match.end()) or _SQUARE.search(parts.text, match.start(), statement.end)
        at = colon + 1 if colon >= 0 else bracket.end() if bracket is not None else -1
        if at < 0 and match.group().lower().endswith((" as", " into")):
            at = match.end()  # "classify the bird as red, green or blue"
        bare = _BARE_RUN.match(parts.text, _skip_blank(parts.text, at)) if at >= 0 else None
        if bare is not None:
            yield from _label_set(parts, _BARE, Span(*bare.span("run")))


def _label_set(parts: Parts, pattern: re.Pattern[str], span: Span, field: str | None = None) -> Iterator[LabelSet]:
    names: list[str] = []
    places: list[Span] = []
    for match in pattern.finditer(parts.text, span.start, span.end):
        group = "label" if "label" in pattern.groupindex else 0
        name = match.group(group).strip()
        if name and name not in names:
            names.append(name)
            places.append(Span(*match.span(group)))
    if 2 <= len(names) <= 60:
        yield LabelSet(span.start, span.end, tuple(names), tuple(places), field)


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def _listed(parts: Parts) -> Iterator[LabelSet]:
    """Items below "Categories:" or after "one of the following:", each opening with a short name."""
    title = parts.cues.pattern("set_title")
    for index, block in enumerate(parts.blocks):
        if block.kind in ("heading", "label", "tag"):
            if title.fullmatch(parts.title_of(block)) is None and not _announces_set(parts, block):
                continue
        elif not _announces_set(parts, block):
            continue
        yield from _items_set(parts, index)


def _announces_set(parts: Parts, block: Block) -> bool:
    if block.kind not in ("paragraph", "item", "label"):
        return False
    last = parts.last_line(block)
    return last.endswith((":", "：")) and parts.cues.pattern("set_cue").search(last) is not None


def _items_set(parts: Parts, index: int) -> Iterator[LabelSet]:
    names: list[str] = []
    places: list[Span] = []
    start = end = 0
    for block in parts.blocks[index + 1 : index + 40]:
        if block.kind != "item":
            if names and block.kind != "paragraph":
                break
            if not names and block.kind in ("fence", "heading", "label", "rule"):
                break
            continue
        match = _ITEM_LABEL.match(parts.text, block.body_start, block.body_end)
        lettered = _LETTER.fullmatch(block.name)
        if lettered is not None:  # "A. The reply is right": the letter is what is chosen
            name, place = lettered["letter"], Span(block.start, block.body_start)
        elif match is not None and len(match["label"].split()) <= 4:
            name, place = match["label"].strip(), Span(*match.span("label"))
        else:
            return
        start = start or block.start
        end = block.end
        names.append(name)
        places.append(place)
    if len(names) >= 2:
        yield LabelSet(start, end, tuple(names), tuple(places))


def _unions(parts: Parts) -> Iterator[LabelSet]:
    """`"a|b|c"` as the value of a key in a sample."""
    for sample in parts.samples:
        if sample.language == "json" and sample.use == "schema":
            for key, value in _strings(sample.value, ""):
                labels = [piece.strip(" \"'`<>") for piece in re.split(r"\||/| or ", value)]
                if (
                    len(labels) >= 2
                    and _UNION.fullmatch(value.strip(" <>"))
                    and all(0 < len(label.split()) <= 3 for label in labels)
                ):
                    place = _place(parts, sample, value)
                    yield LabelSet(
                        place.start, place.end, tuple(labels), _label_spans(parts.text, place, labels), key or None
                    )


def _strings(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _strings(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, key)
    elif isinstance(value, (str, Word)):
        yield key, value


def _place(parts: Parts, sample: Sample, value: str) -> Span:
    """Where the value stands in its sample: the parser keeps values, not their places, and this one is unusual text."""
    at = parts.text.find(value, sample.start, sample.end)
    return Span(at, at + len(value)) if at >= 0 else Span(sample.start, sample.end)


def _label_spans(text: str, place: Span, labels: list[str]) -> tuple[Span, ...]:
    spans = []
    at = place.start
    for label in labels:
        found = text.find(label, at, place.end)
        found = at if found < 0 else found
        spans.append(Span(found, min(place.end, found + len(label))))
        at = spans[-1].end
    return tuple(spans)


def fields(parts: Parts) -> tuple[FieldName, ...]:
    """Return the fields that the prompt says the output has, sorted by start, each name once."""
    found: dict[str, FieldName] = {}
    for name in [*_listed_fields(parts), *_named_fields(parts), *_sample_fields(parts)]:
        found.setdefault(name.name.lower(), name)
    return tuple(sorted(found.values(), key=lambda field: field.start))


def _sample_fields(parts: Parts) -> Iterator[FieldName]:
    for sample in parts.samples:
        if sample.use in ("schema", "example"):
            for key in sample.keys:
                at = parts.text.find(key, sample.start, sample.end)
                if at >= 0 and not key.startswith(("{", "<")):
                    yield FieldName(key, at, at + len(key))


def _listed_fields(parts: Parts) -> Iterator[FieldName]:
    """`- name: what it holds` after a sentence that announces keys, fields or columns."""
    cue = parts.cues.pattern("field_list")
    for index, block in enumerate(parts.blocks):
        if block.kind not in ("paragraph", "item", "label"):
            continue
        last = parts.last_line(block)
        if not last.endswith((":", "：")) or cue.search(last) is None:
            continue
        for later in parts.blocks[index + 1 : index + 40]:
            match = _FIELD_ITEM.match(parts.text, later.body_start, later.body_end) if later.kind == "item" else None
            if match is None:
                break
            if len(match["name"].split()) <= 4:
                yield FieldName(match["name"].strip(), *match.span("name"), match["note"].strip())


def _named_fields(parts: Parts) -> Iterator[FieldName]:
    """`with keys "a", "b" and "c"` in a sentence; unquoted names only where they look like identifiers."""
    cue = parts.cues.pattern("field_list")
    for statement in parts.statements:
        match = cue.search(parts.text, statement.start, statement.end)
        if match is None or statement.polarity < 0:
            continue
        names = [
            m
            for m in _KEY_RUN.finditer(parts.text, match.end(), min(statement.end, match.end() + 400))
            if _key_like(m.group())
        ]
        if len(names) >= 2 or (names and names[0].start() - match.end() < 12):
            for name in names:
                text = name.group().strip("\"'`“”")
                start = name.start() + name.group().find(text)
                yield FieldName(text, start, start + len(text))


def _key_like(word: str) -> bool:
    bare = word.strip("\"'`“”")
    quoted = word[0] in "\"'`“" and word[-1] in "\"'`”"
    return len(bare) > 1 and (quoted or "_" in bare)
