"""Which mix of mechanisms and exits does well in most futures, and which one only in good ones.

Run it with ``python -m afteraid.experiments.questions.robust_mix``, and ``--runs N`` for more than a look.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from afteraid.simulation.results.words.names import capitalised, joined, spoken
from afteraid.simulation.results.words.numbers import relative
from afteraid.simulation.results.words.verdicts import FEW_DRAWS, NO_CLEAR_EFFECT

from ..reading.charts import scenario_differences
from ..reading.data import SweepData
from ..reading.findings import comparison
from ..reading.reading import between_scenarios
from ..search.robustness import Direction, best_in_each, regret
from .question import Answer, ask, is_clear

STUDY, RUNS = "robust-mix", 144
SHOWN = ("user_years_in_all", "usd_per_user_year")  # charts of the page of answers
OUTCOMES = {
    "user_years_in_all": True,
    "user_years": True,
    "usd_per_user_year": False,
    "gap_LDC": False,
}  # whether more is better
WORST = 0.9  # quantile of regret over futures


def futures(data: SweepData, outcome: str) -> pd.DataFrame:
    """Return an outcome by future (point and replicate) and plan; futures that a plan is missing in are left out."""
    runs = data.runs(["point", "scenario", "replicate", outcome])
    return runs.pivot_table(index=["point", "replicate"], columns="scenario", values=outcome, sort=False).dropna()


def regrets(wide: pd.DataFrame, more_is_better: bool) -> pd.DataFrame:
    """Return for each plan its regret over futures: mean, worst (in nine of ten it is less), best_in.

    A regret is what a plan falls short of the best one in the same future, as a share of that one. `best_in` is the
    share of futures in which the plan is the best.
    """
    direction: Direction = "more" if more_is_better else "less"
    values = wide.to_numpy(np.float64).T
    best = best_in_each(values, direction)
    short = pd.DataFrame((regret(values, best, direction) / np.abs(best)).T, index=wide.index, columns=wide.columns)
    table = pd.DataFrame({"mean": short.mean(), "worst": short.quantile(WORST), "best_in": (short == 0.0).mean()})
    return table.sort_values("worst", kind="stable")


def read(data: SweepData) -> Answer:
    """Compare strategies in the same futures, with the same random numbers."""
    answer = Answer()
    study = data.study
    base = study.scenario_names[0]
    for outcome, more in OUTCOMES.items():
        wide = futures(data, outcome)
        answer.sentences.append(f"{spoken(outcome)}, {'more' if more else 'less'} is better:")
        answer.sentences += [f"  {sentence}" for sentence in _regret(wide, more)]
        answer.sentences += [f"  {sentence}" for sentence in _beside(data, outcome, base)]
        answer.sentences.append(f"  {_fair_weather(wide, base, more)}")
        answer.charts[outcome] = scenario_differences(data, outcome, base, relative=True)
    lots = study.written.replicates
    answer.sentences.append(f"Each future was run with the same {lots} random seed(s), so results may depend on them.")
    return answer


def _regret(wide: pd.DataFrame, more: bool) -> list[str]:
    """Say which strategies have the smallest and the largest regret."""
    table = regrets(wide, more)
    said = [
        f"{name} ({_less_than(float(row['worst']))} in 90% of futures; the best strategy in {row['best_in']:.0%})"
        for name, row in table.iterrows()
    ]
    lead = f"Smallest regret: {said[0]}. Largest regret: {said[-1]}."
    if len(wide) < 10:
        lead += f" {len(wide)} futures are too few for a ranking."
    return [lead]


def _less_than(share: float) -> str:
    """Write a limit of a regret."""
    return f"less than {relative(share)[1:]}" if share > 0.0 else "none"


def _beside(data: SweepData, outcome: str, base: str) -> list[str]:
    """Say how each plan differs from the first one."""
    table = between_scenarios(data, outcome, base, relative=True)
    clear = is_clear(table)
    unit = data.unit(outcome)
    said = [comparison(f"{row['scenario']} against {base}", row, unit, True) for _, row in table[clear].iterrows()]
    unclear = [str(name) for name in table.loc[~clear, "scenario"]]
    return said + ([f"{capitalised(NO_CLEAR_EFFECT)} compared with {base}: {joined(unclear)}."] if unclear else [])


def _fair_weather(wide: pd.DataFrame, base: str, more: bool) -> str:
    """Say which plans gain on the first one in its good futures and lose in its bad ones."""
    good = wide[base].rank(pct=True, ascending=more)
    if len(wide) < 2 * FEW_DRAWS:
        return f"{len(wide)} futures are too few to compare good and bad ones."
    gain = wide.sub(wide[base], axis=0).div(wide[base].abs(), axis=0).drop(columns=base) * (1.0 if more else -1.0)
    means = pd.DataFrame({"good": gain[good > 2 / 3].median(), "bad": gain[good <= 1 / 3].median()})
    only = means[(means["good"] > 0.0) & (means["bad"] < 0.0)]
    if only.empty:
        return f"No strategy is better than {base} in its good futures and worse in its bad ones."
    each = [f"{name} ({relative(row['good'])} in good, {relative(row['bad'])} in bad)" for name, row in only.iterrows()]
    return f"Better than {base} in good futures only (medians): {joined(each)}."


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
