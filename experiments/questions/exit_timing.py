"""How long a planned exit should take, and whether the exit strategy matters more than its length.

Run it with ``python -m afteraid.experiments.questions.exit_timing``, and ``--runs N`` for more than a look.
"""

from __future__ import annotations

import sys

from afteraid.simulation.results.words.names import spoken
from afteraid.simulation.results.words.numbers import relative
from afteraid.simulation.results.words.verdicts import NO_CLEAR_EFFECT

from ..reading.charts import differences, tornado
from ..reading.data import SweepData
from ..reading.findings import luck_said
from ..reading.reading import swings
from .question import Answer, ask, by_chance, compared, leader_said, leaders

STUDY, RUNS = "exit-timing", 96
SHOWN = ("user_years_in_all-tornado", "user_years_in_all-government")  # charts of the page of answers
OUTCOMES = {
    "user_years_in_all": "User-years, funded years included",
    "user_years": "User-years after exit",
    "serving_10_years": "Serving ten years after founding",
}


def read(data: SweepData) -> Answer:
    """Compare exit strategies and their lengths, with the same random numbers."""
    answer = Answer()
    study = data.study
    ways, lengths = (next(f for f in study.written.factors if f.name == name) for name in ("exit", "transition_years"))
    for outcome, words in OUTCOMES.items():
        answer.sentences.append(f"{words}: {_which_matters(data, outcome)}")
        answer.sentences.append(leader_said(leaders(data, outcome, "exit"), "  Best exit strategy"))
        answer.charts[f"{outcome}-tornado"] = tornado(data, outcome)
        for way in ways.names():
            best = leaders(data, outcome, "transition_years", where={"exit": way})
            answer.sentences.append(
                leader_said(best, f"  Best length of exit in years, {spoken(str(way))}", lengths.names())
            )
    first = lengths.names()[0]
    for way in ways.names():
        answer.sentences.append(f"User-years in all, {spoken(str(way))}, compared with {first:g} year(s) of exit:")
        said = compared(data, "user_years_in_all", "transition_years", first, True, {"exit": way})
        answer.sentences += [f"  {sentence}" for sentence in said]
        chart = differences(data, "user_years_in_all", "transition_years", first, True, {"exit": way})
        answer.charts[f"user_years_in_all-{way}"] = chart
    draws = study.written.replicates
    comparisons = len(ways.names()) * (len(lengths.names()) - 1)
    answer.sentences += [line for line in (by_chance(comparisons, draws), luck_said(data, "user_years")) if line]
    return answer


def _which_matters(data: SweepData, outcome: str) -> str:
    """Say which of the two moves an outcome more, where their intervals lie apart."""
    table = swings(data, outcome).set_index("factor")
    middle = abs(float(table["low"].mean())) or 1.0
    ends = table[["swing_low", "swing_high"]].abs()
    least = ends.min(axis=1).where(table["told"], 0.0)
    said = [
        f"{spoken(str(name))} {relative(abs(float(str(row['swing']))) / middle).lstrip('+')}"
        + ("" if row["told"] else f" ({NO_CLEAR_EFFECT})")
        for name, row in table.iterrows()
    ]
    first, second = table.index[0], table.index[-1]
    apart = bool(least[first] > ends.max(axis=1)[second])
    ruling = f"{spoken(str(first))} has the larger effect" if apart else "the two effects cannot be ranked"
    return f"{ruling}: {', '.join(said)}."


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
