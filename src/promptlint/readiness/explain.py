"""`--explain Q1`: what a question asks, what answers it, and where its threshold comes from."""

from __future__ import annotations

_TEXTS = {
    "Q1": """Q1 Are there enough quality input/output examples?

yes      at least 1,000 clean rows (thresholds.examples)
no       fewer
unknown  no training file is named; a declared number proves nothing

Clean is what is left of the raw rows after: parsed → valid → complete (not empty, not cut off) → fits the token limit →
satisfies the schema → no refusal → no personal data (only with `pii: drop`) → not in the evaluation data →
no contradiction (same input, different label or JSON) → deduplicated (exact, then near).

The 1,000 is one team's practice, not a law: providers start at 10 rows and see gains from 50 to 100. It can be set,
and every report says who set it.
""",
    "Q2": """Q2 Is there a team able to maintain the pipeline over time?

yes      declared: owner, backup, at least 8 hours a month, a retraining cadence, a way back;
         inferred on top, when the pipeline file changed within 180 days and CI runs the evaluation
no       no owner, or a file that is named does not exist
unknown  anything else; with --strict also what is only declared

No file can prove a team. A tuned model is not finished when it is trained: its base model ends, its task moves.
""",
    "Q3": """Q3 Is the prompt already optimised with few-shot examples?

no       the prompt holds no worked example, or an error of promptlint is open
unknown  there are examples, but no paired measurement of the current text
yes      two variants or more of one model on at least 100 shared cases, one with three examples or more, no open
         error, and a plateau: the best is not significantly better than the next (exact McNemar test), or three
         variants were measured

Results of another text than the current one are stale. They may serve for comparison, never alone.
""",
    "Q4": """Q4 Is the generic model measured as insufficient on real cases?

Answered for every declared target: quality, monthly cost, p95 latency, privacy. One that is missed is a yes.
yes      quality: the upper end of the 95 % interval of every counted generic variant lies below the target
no       quality: the lower end of one of them reaches it (alpha divided by the number of variants)
unknown  the interval holds the target: the report says how many cases would decide

Before any statistic: the text measured is the current one, at least 100 usable cases, at most 5 % errors, cases that
stand in the training data are left out, repeated inputs count once, and the cases come from production or are curated.
--seed-strict looks at quality alone.
""",
}


def explain(question: str) -> str:
    """Return the explanation of Q1 to Q4."""
    return _TEXTS[question]
