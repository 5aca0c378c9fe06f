"""Which levers and which judged numbers decide how far the least developed countries catch up by 2050.

Run it with ``python -m afteraid.experiments.questions.ldc_closure``. A small sweep ranks by swings; Sobol' indices
that can be relied on take thousands of runs, and the answer says how many.
"""

from __future__ import annotations

import sys
from pathlib import Path

from afteraid.simulation.results.words.names import joined, spoken
from afteraid.simulation.scenario.vocabulary import parameters

from ..reading.charts import luck_shares
from ..reading.figures import charts_of
from ..reading.findings import find
from ..reading.reading import study_of, swings
from .question import Answer, ask

STUDY, RUNS = "what-drives-ldc-closure", 160
SHOWN = ("closure_LDC-tornado", "closure_LDC-indices")  # charts of the page of answers
OUTCOMES = ("closure_LDC", "rural_use_LDC", "years_behind_LDC")


def read(folder: Path) -> Answer:
    """Say for each outcome what moves it, and whether that is ours to choose or a number of the model."""
    answer = Answer()
    for outcome in OUTCOMES:
        found = find(folder, outcome)
        answer.sentences.append(f"{spoken(outcome)}: {found.sentences[0]}")
        answer.sentences += [f"  {sentence}" for sentence in found.sentences[1:]]
        answer.sentences.append(f"  {_whose(folder, outcome)}")
        answer.charts |= {
            f"{outcome}-{chart.name}": chart for chart in charts_of(folder, outcome, indices=found.indices)
        }
    answer.charts["luck"] = luck_shares(folder, list(OUTCOMES))
    return answer


def _whose(folder: Path, outcome: str) -> str:
    """Say which of the factors that can be told from nothing are levers and settings, and which are numbers."""
    factors = {factor.name: factor.target for factor in study_of(folder).written.factors}
    table = swings(folder, outcome)
    told = [str(name) for name in table.loc[table["told"], "factor"]]
    if not told:
        return "So neither a lever nor a judged number is shown to decide it."
    known = parameters()
    numbers = [f"{spoken(name)} ({known[factors[name]].standing})" for name in told if factors[name] in known]
    chosen = [spoken(name) for name in told if factors[name] not in known]
    said = [f"levers and settings: {joined(chosen)}"] if chosen else ["no lever or setting"]
    said.append(f"numbers of the model: {joined(numbers)}" if numbers else "no number of the model")
    return f"Shown to move it are {'; '.join(said)}."


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
