"""How the depth and the mode of a further cut, the notice and the donor that withdraws change what survives.

Run it with ``python -m afteraid.experiments.questions.donor_cliff``, and ``--runs N`` for more than a look.
"""

from __future__ import annotations

import sys

import numpy as np

from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.words.names import heading, spoken
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import FEW_DRAWS, includes_zero

from ..reading.charts import differences, named, tornado
from ..reading.data import SweepData
from ..reading.sentences import effect, variation_of
from .question import answer_to, ask, compared

STUDY, RUNS = "donor-cliff", 180
SHOWN = ("additional_user_years-cut", "additional_user_years-withdrawal")  # charts of the page of answers
OUTCOMES = ("additional_user_years", "living_2035", "stranded_share")
SAY = Templates(
    "donor cliff",
    cliff="Each percent of a cut of {deep}, minus each percent of a cut of {shallow}: {effect} "
    "(90% interval {interval}). A cliff: deeper cuts cost more for each percent.",
    no_cliff="Each percent of a cut of {deep}, minus each percent of a cut of {shallow}: {effect} "
    "(90% interval {interval}). No cliff: deeper cuts cost less for each percent.",
    no_evidence="Each percent of a cut of {deep}, minus each percent of a cut of {shallow}: {effect} "
    "(90% interval {interval}). There is no evidence of a cliff.",
)


def read(data: SweepData) -> Answer:
    """Compare cuts with none, withdrawals with nobody's, and notices with none, with the same random numbers."""
    cuts, withdrawals = data.factor("cut"), data.factor("withdrawal")
    none, nobody, at_once = cuts.names()[0], withdrawals.names()[0], withdrawals.names()[1]
    same_donor = str(at_once).partition("_")[0]
    parts = []
    for outcome in OUTCOMES:
        cut, withdrawn = (
            compared(data, outcome, factor, base, relative=True)
            for factor, base in (("cut", none), ("withdrawal", nobody))
        )
        noticed = compared(data, outcome, "withdrawal", at_once, relative=True, among=same_donor)
        charts = (
            named(differences(data, outcome, "cut", none, relative=True), f"{outcome}-cut"),
            named(differences(data, outcome, "withdrawal", nobody, relative=True), f"{outcome}-withdrawal"),
            named(tornado(data, outcome), f"{outcome}-tornado"),
        )
        said = heading(outcome), spoken(str(none)), spoken(str(nobody)), spoken(str(at_once))
        parts += [
            Answer(f"{said[0]}: cut compared with {said[1]}", (*cut, _cliff(data, outcome)), charts=charts),
            Answer(f"{said[0]}: withdrawal compared with {said[2]}", tuple(withdrawn)),
            Answer(f"{said[0]}: notice compared with {said[3]}", tuple(noticed)),
        ]
    return answer_to(data, parts, notes=[variation_of(data, "additional_user_years")])


def _cliff(data: SweepData, outcome: str) -> str:
    """Say whether a percent more of a deep cut costs more than a percent of a shallow one: that would be a cliff.

    Only cuts that end no awards are compared, so that the depth alone differs.
    """
    alternatives = data.factor("cut").alternatives
    alike = {name: plan for name, plan in alternatives.items() if all(cut.get("mode") != "terminate" for cut in plan)}
    sizes = {name: sum(cut["size"] for cut in plan) for name, plan in alike.items()}
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
    row = {"mean": apart.mean(), "low": low, "high": high}
    words = {"deep": deep, "shallow": shallow, **effect(row, data.unit(outcome), in_percent=True)}
    if includes_zero(low, high) or draws < FEW_DRAWS:
        return SAY("no_evidence", **words)
    worse = (apart.mean() > 0.0) == (slope[deep].mean() > 0.0)
    return SAY("cliff", **words) if worse else SAY("no_cliff", **words)


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
