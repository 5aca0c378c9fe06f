"""Which financing mechanism would sustain most use per dollar if half of the money came by it.

Run it with ``python -m afteraid.experiments.questions.mechanism_race``, and ``--runs N`` for more than a look.
"""

from __future__ import annotations

import sys

from afteraid.simulation.results.words.names import spoken

from ..reading.charts import differences
from ..reading.data import SweepData
from ..reading.findings import luck_said
from .question import Answer, ask, by_chance, compared, leader_said, leaders

STUDY, RUNS = "mechanism-race", 78
SHOWN = ("usd_per_user_year",)  # charts of the page of answers
OUTCOMES = {
    "usd_per_user_year": ("Fewest dollars for a user-year after exit", False),
    "user_years": ("Most user-years after exit", True),
    "serving_5_years": ("Most initiatives serving five years after founding", True),
}


def read(data: SweepData) -> Answer:
    """Compare each mechanism with plain project grants, with the same random numbers."""
    answer = Answer()
    study = data.study
    names = study.written.factors[0].names()
    base = names[0]
    for outcome, (words, most) in OUTCOMES.items():
        answer.sentences.append(leader_said(leaders(data, outcome, "mechanism", most), words))
    for outcome in ("usd_per_user_year", "user_years"):
        answer.sentences.append(f"{spoken(outcome)}, compared with {spoken(str(base))} alone:")
        answer.sentences += [f"  {said}" for said in compared(data, outcome, "mechanism", base, relative=True)]
    for outcome in OUTCOMES:
        answer.charts[outcome] = differences(data, outcome, "mechanism", base, relative=outcome != "serving_5_years")
    chance = by_chance(len(names) - 1, study.written.replicates)
    answer.sentences += [line for line in (chance, luck_said(data, "user_years")) if line]
    return answer


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
