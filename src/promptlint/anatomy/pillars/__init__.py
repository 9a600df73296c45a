"""The six pillars: one module each, one function `level(parts, kind) -> Pillar`."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.anatomy.kinds import KindGuess
from promptlint.anatomy.parts import Parts
from promptlint.anatomy.pillars import examples, inputs, output, rules, tone, uncertainty
from promptlint.model import Pillar, PillarName
from promptlint.text.records import NamedTuple


class Judgement(NamedTuple):
    """The levels of a prompt, and two facts about its output."""

    levels: Mapping[PillarName, Pillar]
    machine_readable: bool
    enforced_in_code: bool


def judge(parts: Parts, kind: KindGuess) -> Judgement:
    """Return all six pillars. Language-bound levels are `unknown` where the language has no cue grammar."""
    shape = output.judge(parts, kind.kind)
    levels: dict[PillarName, Pillar] = {
        "output": shape.pillar,
        "examples": examples.level(parts),
        "rules": rules.level(parts, kind),
        "uncertainty": uncertainty.level(parts),
        "tone": tone.level(parts, kind),
        "input": inputs.level(parts),
    }
    if not parts.cues:
        for name in ("output", "rules", "uncertainty", "tone"):
            if levels[name].level in ("none", "prose", "named", "ban"):
                levels[name] = Pillar("unknown", (), f"no cue grammar for {parts.language}")
    return Judgement(levels, shape.machine_readable, shape.enforced_in_code)
