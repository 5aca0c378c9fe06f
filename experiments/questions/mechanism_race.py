"""Which financing mechanism would sustain most use per dollar if half of the money came by it.

Run it with ``python -m afteraid.experiments.questions.mechanism_race``, and ``--runs N`` for more than a look.
"""

from __future__ import annotations

import sys

from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.words.names import heading, spoken

from ..reading.charts import differences, named
from ..reading.data import SweepData
from ..reading.sentences import variation_of
from .question import answer_to, ask, by_chance, compared, leader_said, leaders

STUDY, RUNS = "mechanism-race", 78
SHOWN = ("additional_per_1000_usd",)  # charts of the page of answers
OUTCOMES = {
    "additional_per_1000_usd": ("Most additional user-years per 1,000 dollars of public money", True),
    "serving_10_years": ("Most initiatives serving ten years after founding", True),
    "stranded_share": ("Least capital stranded", False),
}
COMPARED = ("additional_per_1000_usd", "additional_user_years")  # with plain project grants, in percent


def read(data: SweepData) -> Answer:
    """Compare each mechanism with plain project grants, with the same random numbers."""
    names = data.factor("mechanism").names()
    base = names[0]
    best = [
        leader_said(leaders(data, outcome, "mechanism", most), words) for outcome, (words, most) in OUTCOMES.items()
    ]
    parts = [
        Answer(
            f"{heading(outcome)}, compared with {spoken(str(base))} alone",
            tuple(compared(data, outcome, "mechanism", base, relative=True)),
        )
        for outcome in COMPARED
    ]
    charts = [
        named(differences(data, outcome, "mechanism", base, relative=outcome in COMPARED), outcome)
        for outcome in (*OUTCOMES, "additional_user_years")
    ]
    notes = [by_chance(len(names) - 1, data.study.written.replicates), variation_of(data, "additional_per_1000_usd")]
    return answer_to(data, parts, best, charts, notes)


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
