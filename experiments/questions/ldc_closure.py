"""Which levers and which judged numbers decide how far the least developed countries catch up by 2050.

Run it with ``python -m afteraid.experiments.questions.ldc_closure``. A small sweep ranks by swings; Sobol' indices
that can be relied on take thousands of runs, and the answer says how many.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.words.names import joined, spoken
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.vocabulary import parameters

from ..reading.answer import part_of
from ..reading.charts import luck_shares
from ..reading.data import SweepData
from ..reading.reading import swings
from .question import answer_to, ask

STUDY, RUNS = "what-drives-ldc-closure", 192
SHOWN = ("closure_LDC-tornado", "closure_LDC-indices")  # charts of the page of answers
OUTCOMES = ("closure_LDC", "rural_use_LDC", "years_behind_LDC")
SAY = Templates(
    "closure of the gap of the least developed countries",
    nothing="No lever and no parameter has a clear effect.",
    parameters="Only parameters have a clear effect: {parameters}. No lever does.",
    levers="Only levers and settings have a clear effect: {levers}. No parameter does.",
    both="Clear effects of levers and settings: {levers}; of parameters: {parameters}.",
)


def read(data: SweepData) -> Answer:
    """Say for each outcome what has a clear effect, and whether that is a lever or a parameter."""
    parts = []
    for outcome in OUTCOMES:
        part = part_of(data, outcome)
        parts.append(replace(part, sentences=(*part.sentences, _whose(data, outcome))))
    return answer_to(data, parts, charts=[luck_shares(data, list(OUTCOMES))])


def _whose(data: SweepData, outcome: str) -> str:
    """Say which of the factors with a clear effect are levers and settings, and which are parameters."""
    factors = {factor.name: factor.target for factor in data.study.written.factors}
    table = swings(data, outcome)
    clear = [str(name) for name in table.loc[table["clear"], "factor"]]
    if not clear:
        return SAY("nothing")
    known = parameters()
    numbers = [f"{spoken(name)} ({known[factors[name]].standing})" for name in clear if factors[name] in known]
    chosen = [spoken(name) for name in clear if factors[name] not in known]
    if not chosen:
        return SAY("parameters", parameters=joined(numbers))
    if not numbers:
        return SAY("levers", levers=joined(chosen))
    return SAY("both", levers=joined(chosen), parameters=joined(numbers))


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
