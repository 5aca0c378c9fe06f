"""How long a planned exit should take, and whether the exit strategy matters more than its length.

Run it with ``python -m afteraid.experiments.questions.exit_timing``, and ``--runs N`` for more than a look.
"""

from __future__ import annotations

import sys

from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.words.names import heading, spoken
from afteraid.simulation.results.words.numbers import relative
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import NO_CLEAR_EFFECT

from ..reading.charts import differences, named, tornado
from ..reading.data import SweepData
from ..reading.reading import swings
from ..reading.sentences import variation_of
from .question import answer_to, ask, by_chance, compared, leader_said, leaders

STUDY, RUNS = "exit-timing", 96
SHOWN = ("additional_per_1000_usd-tornado", "additional_per_1000_usd-government")  # charts of the page of answers
ADDITIONAL = "additional_per_1000_usd"
OUTCOMES = {
    "serving_10_years": "Serving ten years after founding",
    "people_serving_10_years": "Serving ten years after founding, weighted by people",
    ADDITIONAL: "Additional user-years per 1,000 dollars of public money",
}
SAY = Templates(
    "exit timing",
    larger="{factor} has the larger effect: {effects}.",
    unranked="The two effects cannot be ranked: {effects}.",
)


def read(data: SweepData) -> Answer:
    """Compare exit strategies and their lengths, with the same random numbers."""
    strategies, lengths = data.factor("exit").names(), data.factor("transition_years").names()
    parts = []
    for outcome, words in OUTCOMES.items():
        said = [_larger(data, outcome), leader_said(leaders(data, outcome, "exit"), "Best exit strategy")]
        for strategy in strategies:
            best = leaders(data, outcome, "transition_years", where={"exit": strategy})
            said.append(leader_said(best, f"Best length of exit in years, {spoken(str(strategy))}", lengths))
        parts.append(Answer(words, tuple(said), charts=(named(tornado(data, outcome), f"{outcome}-tornado"),)))
    first = lengths[0]
    for strategy in strategies:
        held = {"exit": strategy}
        chart = differences(data, ADDITIONAL, "transition_years", first, True, held)
        title = f"Additional user-years per 1,000 dollars by years of exit, {spoken(str(strategy))}, against {first:g}"
        said = compared(data, ADDITIONAL, "transition_years", first, True, held)
        parts.append(Answer(title, tuple(said), charts=(named(chart, f"{ADDITIONAL}-{strategy}"),)))
    chance = by_chance(len(strategies) * (len(lengths) - 1), data.study.written.replicates)
    return answer_to(data, parts, notes=[chance, variation_of(data, ADDITIONAL)])


def _larger(data: SweepData, outcome: str) -> str:
    """Say which of the two factors has the larger effect on an outcome, where their intervals lie apart."""
    table = swings(data, outcome).set_index("factor")
    middle = abs(float(table["low"].mean())) or 1.0
    ends = table[["swing_low", "swing_high"]].abs()
    least = ends.min(axis=1).where(table["clear"], 0.0)
    effects = ", ".join(
        f"{spoken(str(name))} {relative(abs(float(str(row['swing']))) / middle).lstrip('+')}"
        + ("" if row["clear"] else f" ({NO_CLEAR_EFFECT})")
        for name, row in table.iterrows()
    )
    first, second = table.index[0], table.index[-1]
    apart = bool(least[first] > ends.max(axis=1)[second])
    return SAY("larger", factor=heading(str(first)), effects=effects) if apart else SAY("unranked", effects=effects)


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
