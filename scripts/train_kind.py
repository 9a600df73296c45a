"""Train the weights that infer a prompt's kind, and tell how well they do on repositories that they have not seen.

    python scripts/train_kind.py --measured ../shared/gold/dev [--gold DIR ...] [--lighter DIR ...]
        [--unseen DIR ...] [--write]

Reads labelled prompts (labels.jsonl, SOURCES.jsonl or INDEX.jsonl, items/) and the short ones of `kind_prompts.txt`,
which count less. The signs are those of `promptlint.anatomy.kindsigns`. Hand-set weights stand for what is known
beforehand; a softmax regression, pulled towards them, corrects them, so that a thousand prompts suffice. A word counts
only if several repositories have it. The set that the project is measured on counts little, so that figures on it stay
near those on prompts never seen; so do, less, sets that one reader labelled quickly (`--lighter`). `--unseen` names
sets to try weights on that were trained without their repositories.
The temperature makes the confidences honest on prompts left out. Needs numpy; the result,
`src/promptlint/_data/kind_model.json`, needs nothing. `docs/readings/fresh.jsonl` and, the lighter ones,
`unseen.jsonl` say which prompts of packages and samples it was last trained on, and their labels.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from promptlint import anatomy
from promptlint.anatomy.kinds import KINDS, _decided
from promptlint.anatomy.kindsigns import signs
from promptlint.anatomy.tokens import estimate_tokens
from promptlint.model import Document, Prompt
from promptlint.sources import registry
from promptlint.sources.assemble import PromptBuilder
from promptlint.sources.project import Project

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent / "src" / "promptlint" / "_data" / "kind_model.json"
FIGURES = HERE.parent / "docs" / "readings" / "kind.json"
PULL = 2.0
"""How strongly the weights are held to the hand-set ones (ridge)."""
HAND = 1.2
SECOND = 0.5
"""What the secondary kind of a label counts; the primary one counts 1."""
MEASURED = 0.05
"""What a prompt of the set counts that the project is measured on."""
LIGHTER = 0.3
"""What a prompt of the sets counts that were read once and quickly."""
OWN = 0.7
"""What a prompt of `kind_prompts.txt` counts."""
SPREAD = 3
"""In how many repositories a word must stand to be a sign."""
FAINT = 0.1
"""A word whose weights are all smaller is left out."""

_KIND_OF_TASK = {
    "extract": "extraction", "classify": "classification", "judge": "judge", "answer": "rag", "act": "agent",
    "converse": "chat", "write": "writing", "code": "codegen", "memory": "memory", "tool": "tool",
}  # fmt: skip
_KIND_OF_TOPIC = {
    "judged": "judge", "scale": "judge", "source": "rag", "tool": "agent", "turns": "chat", "label": "classification",
    "field": "extraction", "text": "writing", "code": "codegen",
}  # fmt: skip
_KIND_OF_FIELD = {
    "judged": "judge", "label": "classification", "field": "extraction", "act": "agent", "text": "writing",
    "code": "codegen", "answer": "rag", "say": "chat",
}  # fmt: skip
_TASK_ZONES = {"task": 1.0, "opening": 0.5, "role": 0.7}
_SINGLE = {
    "code:tools": ("agent", 2.0), "shape:tool calls": ("agent", 0.83), "name:source+question": ("rag", 0.83),
    "name:judged+question": ("judge", 0.58), "shape:closed answer": ("classification", 0.42),
    "shape:fields": ("extraction", 0.42), "code:turns": ("chat", 0.83), "shape:reply cue": ("chat", 0.83),
}  # fmt: skip


class Sample(NamedTuple):
    """A prompt with its labels. `group` is the repository: folds never split one. `weight` is what it counts."""

    id: str
    group: str
    kind: str
    second: str | None
    signs: dict[str, float]
    decided: str | None
    digest: str
    weight: float = 1.0


def load_gold(folder: Path) -> list[Sample]:
    """Return the labelled prompts; of a file with several, the longest, which the label speaks of."""
    sources = next(path for path in (folder / "SOURCES.jsonl", folder / "INDEX.jsonl") if path.exists())
    repositories = {row["id"]: row["repo"] for row in _lines(sources)}
    files = {p.relative_to(folder / "items").parts[0]: p for p in sorted((folder / "items").rglob("*")) if p.is_file()}
    found = []
    for label in _lines(folder / "labels.jsonl"):
        path = files[label["id"]]
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
        prompts = registry.extract(Document(str(path), text), Project(str(path.parent))).prompts
        if label["usable"] and prompts:
            prompt = max(prompts, key=lambda prompt: estimate_tokens(prompt.text))
            found.append(_sample(label["id"], repositories[label["id"]], label["kind"], label.get("kind2"), prompt))
    return found


def load_own(path: Path) -> list[Sample]:
    """Return our own short prompts: blocks headed `=== kind`."""
    found = []
    for number, block in enumerate(path.read_text(encoding="utf-8").split("=== ")[1:]):
        kind, _, body = block.partition("\n")
        builder = PromptBuilder()
        builder.message("system", "prompt.txt")
        builder.template(body.strip(), "prompt.txt", 0, "none" if '{"' in body else "format")
        prompt = builder.build(id="own", path="prompt.txt", format="text", dialect="format")
        found.append(_sample(f"own{number}", "own", kind.strip(), None, prompt)._replace(weight=OWN))
    return found


def _sample(name: str, group: str, kind: str, second: str | None, prompt: Prompt) -> Sample:
    parts = anatomy._parts(prompt)
    decided = _decided(parts)
    digest = hashlib.sha256(" ".join(prompt.text.split()).encode()).hexdigest()
    return Sample(name, group, kind, second, signs(parts), decided.kind if decided is not None else None, digest)


def distinct(sets: list[list[Sample]]) -> list[list[Sample]]:
    """Return the sets without prompts that an earlier set has."""
    seen: set[str] = set()
    kept = []
    for one in sets:
        kept.append([sample for sample in one if sample.digest not in seen])
        seen.update(sample.digest for sample in one)
    return kept


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def hand_weights(names: list[str]) -> np.ndarray:
    """Return what is known before any training, one row a sign, one column a kind."""
    weights = np.zeros((len(names), len(KINDS)))
    for row, name in enumerate(names):
        zone, _, what = name.partition(":")
        if zone in _TASK_ZONES:
            weights[row, KINDS.index(_KIND_OF_TASK[what])] = _TASK_ZONES[zone]
        elif zone in ("head", "rate") and what in _KIND_OF_TOPIC:
            weights[row, KINDS.index(_KIND_OF_TOPIC[what])] = 0.5
        elif zone == "asked" and what in _KIND_OF_FIELD:
            weights[row, KINDS.index(_KIND_OF_FIELD[what])] = 0.8
        elif zone == "path":
            weights[row, KINDS.index(what)] = 1.0
        elif name in _SINGLE:
            kind, weight = _SINGLE[name]
            weights[row, KINDS.index(kind)] = weight
    for kind in ("tool", "other"):
        weights[names.index("bias"), KINDS.index(kind)] = -1.25
    return weights * HAND


def names_of(samples: list[Sample]) -> list[str]:
    """Return the signs worth a weight: all but the words that too few repositories have."""
    seen: dict[str, set[str]] = collections.defaultdict(set)
    for sample in samples:
        for sign in sample.signs:
            seen[sign].add(sample.id if sample.group == "own" else sample.group)
    return sorted(sign for sign, places in seen.items() if not sign.startswith("word:") or len(places) >= SPREAD)


def matrix(samples: list[Sample], names: list[str]) -> np.ndarray:
    """Return the signs, one row a sample; signs that have no name here are left out."""
    place = {name: at for at, name in enumerate(names)}
    rows = np.zeros((len(samples), len(names)))
    for at, sample in enumerate(samples):
        for sign, value in sample.signs.items():
            if sign in place:
                rows[at, place[sign]] = value
    return rows


def targets(samples: list[Sample]) -> np.ndarray:
    """Return how much each kind counts for each sample."""
    rows = np.zeros((len(samples), len(KINDS)))
    for at, sample in enumerate(samples):
        rows[at, KINDS.index(sample.kind)] = sample.weight
        if sample.second:
            rows[at, KINDS.index(sample.second)] = sample.weight * SECOND
    return rows


def fit(samples: list[Sample], names: list[str], steps: int = 200) -> np.ndarray:
    """Return the weights: accelerated gradient descent on a convex loss, so the result is the one minimum."""
    x, y = matrix(samples, names), targets(samples)
    prior = hand_weights(names)
    size = 0.5 * largest(x * np.sqrt(y.sum(1, keepdims=True))) + PULL
    weights, ahead, pace = prior, prior.copy(), 1.0
    for _ in range(steps):
        slope = x.T @ (softmax(x @ ahead) * y.sum(1, keepdims=True) - y) + PULL * (ahead - prior)
        new, next_pace = ahead - slope / size, (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead = new + (pace - 1) / next_pace * (new - weights)
        weights, pace = new, next_pace
    return weights


def largest(x: np.ndarray) -> float:
    """Return the largest eigenvalue of `x.T @ x`, from a little above."""
    vector = np.ones(x.shape[1])
    for _ in range(40):
        vector = x.T @ (x @ vector)
        size = float(np.linalg.norm(vector))
        vector /= size
    return size * 1.02


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return probabilities by row."""
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def left_out(gold: list[Sample], own: list[Sample], folds: int) -> np.ndarray:
    """Return scores of every gold sample by weights that have not seen its repository."""
    groups = [group for group, _ in collections.Counter(sample.group for sample in gold).most_common()]
    fold_of = {group: at % folds for at, group in enumerate(groups)}
    scores = np.zeros((len(gold), len(KINDS)))
    for fold in range(folds):
        held = [at for at, sample in enumerate(gold) if fold_of[sample.group] == fold]
        train = [*(s for s in gold if fold_of[s.group] != fold), *own]
        names = names_of(train)
        scores[held] = matrix([gold[at] for at in held], names) @ fit(train, names)
    return scores


def temperature_of(scores: np.ndarray, gold: list[Sample]) -> float:
    """Return the temperature with the best likelihood of the labels (either kind is right)."""

    def loss(temperature: float) -> float:
        chances = softmax(scores / temperature)
        return -sum(
            float(np.log(sum(chances[at, KINDS.index(kind)] for kind in {s.kind, s.second} if kind)))
            for at, s in enumerate(gold)
        )

    return float(min((t / 20 for t in range(8, 41)), key=loss))


def report(title: str, scores: np.ndarray, gold: list[Sample], temperature: float) -> float:
    """Print accuracy, and how honest the confidences are; return the accuracy."""
    chances = softmax(scores / temperature)
    right, bins = 0, collections.defaultdict(list)
    for at, sample in enumerate(gold):
        guess = sample.decided or KINDS[int(chances[at].argmax())]
        good = guess in (sample.kind, sample.second)
        right += good
        if sample.decided is None:
            bins[min(int(chances[at].max() * 5), 4)].append((chances[at].max(), good))
    print(f"{title}: accuracy {right / len(gold):.3f} of {len(gold)}, temperature {temperature:.2f}")
    for at in sorted(bins):
        mean, hits = (sum(column) / len(bins[at]) for column in zip(*bins[at], strict=True))
        print(f"  confidence {at / 5:.1f}-{at / 5 + 0.2:.1f}: n {len(bins[at]):3}, said {mean:.2f}, right {hits:.2f}")
    return right / len(gold)


def try_unseen(folder: Path, gold: list[Sample], own: list[Sample], temperature: float) -> None:
    """Report on a labelled set, by weights that have not seen its repositories."""
    held = load_gold(folder)
    groups = {sample.group for sample in held}
    train = [*(sample for sample in gold if sample.group not in groups), *own]
    names = names_of(train)
    report(f"{folder.name}, unseen", matrix(held, names) @ fit(train, names), held, temperature)


def write(names: list[str], weights: np.ndarray, temperature: float, figures: dict[str, float]) -> None:
    """Replace the model, one sign a line with its weights in hundredths, and the figures for the accuracy page."""
    rows = []
    for name, row in zip(names, weights, strict=True):
        if not name.startswith("word:") or abs(row).max() >= FAINT:
            rows.append(f"{json.dumps(name)}:[{','.join(str(round(100 * float(value))) for value in row)}]")
    body = ",\n".join(rows)
    MODEL.write_text(f'{{"temperature":{temperature},"weights":{{\n{body}\n}}}}\n', encoding="utf-8")
    FIGURES.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def main() -> None:
    """Train, report and, with --write, replace the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measured", type=Path, required=True)
    parser.add_argument("--gold", type=Path, default=[], nargs="*")
    parser.add_argument("--lighter", type=Path, default=[], nargs="*")
    parser.add_argument("--unseen", type=Path, default=[], nargs="*")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    folders = [args.measured, *args.gold, *args.lighter]
    sets = distinct([load_gold(folder) for folder in folders])
    weights_of = [MEASURED, *(1.0 for _ in args.gold), *(LIGHTER for _ in args.lighter)]
    sets = [[s._replace(weight=weight) for s in one] for one, weight in zip(sets, weights_of, strict=True)]
    gold, own = [sample for one in sets for sample in one], load_own(HERE / "kind_prompts.txt")
    scores = left_out(gold, own, args.folds)
    temperature = temperature_of(scores, gold)
    unseen = report("left out by repository", scores, gold, temperature)
    by_set, at = [], 0
    for folder, one in zip(folders, sets, strict=True):
        by_set.append(report(f"  of these {folder.name}", scores[at : at + len(one)], one, temperature))
        at += len(one)
    names = names_of([*gold, *own])
    weights = fit([*gold, *own], names)
    seen = report("fitted, the measured set", matrix(sets[0], names) @ weights, sets[0], temperature)
    for folder in args.unseen:
        try_unseen(folder, gold, own, temperature)
    if args.write:
        figures = {
            "prompts": len(gold) - len(sets[0]),
            "folds": args.folds,
            "fitted": round(seen, 3),
            "left out": round(by_set[0], 3),
            "left out, all": round(unseen, 3),
        }
        write(names, weights, temperature, figures)


if __name__ == "__main__":
    main()
