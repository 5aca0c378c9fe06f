"""How the depth of a cut, the notice and the donor that withdraws change what survives.

Run it with ``python -m afteraid.experiments.questions.donor_cliff``, and ``--runs N`` for more than a look.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from afteraid.simulation.results.tables import BAND
from afteraid.simulation.results.words.names import capitalised, spoken
from afteraid.simulation.results.words.verdicts import FEW_DRAWS, NO_CLEAR_EFFECT

from ..reading.charts import differences, tornado
from ..reading.data import SweepData
from ..reading.findings import comparison, luck_said
from ..study.study import Study
from .question import Answer, ask, compared

STUDY, RUNS = "donor-cliff", 144
SHOWN = ("user_years-cut", "user_years-withdrawal")  # charts of the page of answers
OUTCOMES = ("user_years", "living_2035", "stranded_usd")


def read(data: SweepData) -> Answer:
    """Compare cuts with none, withdrawals with nobody's, and notices with none, with the same random numbers."""
    answer = Answer()
    study = data.study
    cuts, withdrawals = (next(f for f in study.written.factors if f.name == name) for name in ("cut", "withdrawal"))
    none, nobody, at_once = cuts.names()[0], withdrawals.names()[0], withdrawals.names()[1]
    for outcome in OUTCOMES:
        for factor, base in (("cut", none), ("withdrawal", nobody)):
            answer.sentences.append(f"{spoken(outcome)}, {factor} compared with {spoken(str(base))}:")
            answer.sentences += [f"  {said}" for said in compared(data, outcome, factor, base, relative=True)]
            answer.charts[f"{outcome}-{factor}"] = differences(data, outcome, factor, base, relative=True)
        answer.sentences.append(f"  {_cliff(data, study, outcome)}")
        answer.sentences.append(f"  Effect of notice, compared with {spoken(str(at_once))}:")
        noticed = compared(data, outcome, "withdrawal", at_once, relative=True)
        same_donor = str(at_once).partition("_")[0]
        answer.sentences += [
            f"    {said}" for said in noticed if said.startswith((same_donor, capitalised(NO_CLEAR_EFFECT)))
        ]
        answer.charts[f"{outcome}-tornado"] = tornado(data, outcome)
    answer.sentences.append(luck_said(data, "user_years"))
    return answer


def _cliff(data: SweepData, study: Study, outcome: str) -> str:
    """Say whether a percent more of a deep cut costs more than a percent of a shallow one: that would be a cliff."""
    factor = next(found for found in study.written.factors if found.name == "cut")
    sizes = {name: sum(cut["size"] for cut in plan) for name, plan in factor.alternatives.items()}
    none, shallow, *_, deep = sorted(sizes, key=lambda name: sizes[name])
    runs = data.runs(["replicate", "cut", "withdrawal", outcome])
    wide = runs.pivot_table(index=["withdrawal", "replicate"], columns="cut", values=outcome, sort=False).dropna()
    slope = {
        name: (wide[name] / wide[none] - 1.0).replace([np.inf, -np.inf], np.nan) / (100.0 * sizes[name])
        for name in (shallow, deep)
    }
    apart = (slope[deep] - slope[shallow]).dropna()
    low, high = apart.quantile(BAND[0]), apart.quantile(BAND[1])
    draws = int(apart.index.get_level_values("replicate").nunique())
    row = pd.Series(
        {"mean": apart.mean(), "low": low, "high": high, "zero_in_band": low <= 0.0 <= high, "draws": draws}
    )
    said = comparison(f"Each percent of a cut of {deep}, minus each of {shallow}", row, data.unit(outcome), True)
    if row["zero_in_band"] or draws < FEW_DRAWS:
        return f"{said} There is no evidence of a cliff."
    worse = (apart.mean() > 0.0) == (slope[deep].mean() > 0.0)
    return (
        f"{said} {'A cliff: deeper cuts cost more for each percent' if worse else 'No cliff: deeper cuts cost less'}."
    )


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
