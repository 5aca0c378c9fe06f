"""Which levers and which judged numbers decide how far the least developed countries catch up by 2050.

Run it with ``python -m afteraid.experiments.questions.ldc_closure``. A small sweep ranks by swings; Sobol' indices
that can be relied on take thousands of runs, and the answer says how many.
"""

from __future__ import annotations

import sys

from afteraid.simulation.results.words.names import joined, spoken
from afteraid.simulation.scenario.vocabulary import parameters

from ..reading.charts import luck_shares
from ..reading.data import SweepData
from ..reading.figures import charts_of
from ..reading.findings import find
from ..reading.reading import swings
from .question import Answer, ask

STUDY, RUNS = "what-drives-ldc-closure", 160
SHOWN = ("closure_LDC-tornado", "closure_LDC-indices")  # charts of the page of answers
OUTCOMES = ("closure_LDC", "rural_use_LDC", "years_behind_LDC")


def read(data: SweepData) -> Answer:
    """Say for each outcome what has a clear effect, and whether that is a lever or a parameter."""
    answer = Answer()
    for outcome in OUTCOMES:
        found = find(data, outcome)
        answer.sentences.append(f"{spoken(outcome)}: {found.sentences[0]}")
        answer.sentences += [f"  {sentence}" for sentence in found.sentences[1:]]
        answer.sentences.append(f"  {_whose(data, outcome)}")
        answer.charts |= {f"{outcome}-{chart.name}": chart for chart in charts_of(data, outcome, indices=found.indices)}
    answer.charts["luck"] = luck_shares(data, list(OUTCOMES))
    return answer


def _whose(data: SweepData, outcome: str) -> str:
    """Say which of the factors with a clear effect are levers and settings, and which are parameters."""
    factors = {factor.name: factor.target for factor in data.study.written.factors}
    table = swings(data, outcome)
    told = [str(name) for name in table.loc[table["told"], "factor"]]
    if not told:
        return "No lever and no parameter has a clear effect."
    known = parameters()
    numbers = [f"{spoken(name)} ({known[factors[name]].standing})" for name in told if factors[name] in known]
    chosen = [spoken(name) for name in told if factors[name] not in known]
    if not chosen:
        return f"Only parameters have a clear effect: {joined(numbers)}. No lever does."
    if not numbers:
        return f"Only levers and settings have a clear effect: {joined(chosen)}. No parameter does."
    return f"Clear effects of levers and settings: {joined(chosen)}; of parameters: {joined(numbers)}."


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
