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
from afteraid.simulation.state.structures import COUPLINGS, LOGISTIC, STRUCTURES

from ..reading.answer import part_of
from ..reading.charts import luck_shares
from ..reading.data import SweepData
from ..reading.reading import swings
from ..study.study import Study
from .question import answer_to, ask

STUDY, RUNS = "what-drives-ldc-closure", 272
SHOWN = ("closure_LDC-tornado", "closure_LDC-indices")  # charts of the page of answers
OUTCOMES = ("closure_LDC", "rural_use_LDC", "years_behind_LDC")
PASS_THROUGH, NO_PASS_THROUGH = "adoption.pass_through", "a pass-through of zero"
SAY = Templates(
    "closure of the gap of the least developed countries",
    nothing="No lever and no parameter has a clear effect.",
    parameters="Only parameters have a clear effect: {parameters}. No lever does.",
    levers="Only levers and settings have a clear effect: {levers}. No parameter does.",
    both="Clear effects of levers and settings: {levers}; of parameters: {parameters}.",
    finding="This is a finding: the structure of the model lets every lever act.",
    no_finding="This is no finding. Under {structures}, levers of market and policy cannot act on use.",
)


def read(data: SweepData) -> Answer:
    """Say for each outcome what has a clear effect, and whether that is a lever or a parameter."""
    parts = []
    for outcome in OUTCOMES:
        part = part_of(data, outcome)
        parts.append(replace(part, sentences=(*part.sentences, _whose(data, outcome))))
    return answer_to(data, parts, standing(data.study), [luck_shares(data, list(OUTCOMES))])


def without_levers(study: Study) -> list[str]:
    """Return in words the structures and values of a study under which some lever cannot act on use."""
    found: list[str] = []
    for scenario in study.scenarios.values():
        names = scenario.world.structures
        found += [STRUCTURES[name].short for name in names if name in COUPLINGS and not COUPLINGS[name].pass_through]
        found += [STRUCTURES[name].short for name in names if name == LOGISTIC]  # income does not act either
        if scenario.world.parameters.get(PASS_THROUGH) == 0.0:
            found.append(NO_PASS_THROUGH)
    return list(dict.fromkeys(found))


def standing(study: Study) -> list[str]:
    """Say whether the study is a finding; nothing for a stand-in of the world, which has no structure."""
    if not study.scenarios:
        return []
    idle = without_levers(study)
    return [SAY("no_finding", structures=joined([f'"{name}"' for name in idle])) if idle else SAY("finding")]


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
