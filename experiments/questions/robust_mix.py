"""Which mix of mechanisms and exits does well in most futures, and which one only in good ones.

Run it with ``python -m afteraid.experiments.questions.robust_mix``, and ``--runs N`` for more than a look.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.words.names import heading, joined
from afteraid.simulation.results.words.numbers import relative
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import FEW_DRAWS

from ..reading.charts import named, scenario_differences
from ..reading.data import SweepData
from ..reading.reading import between_scenarios
from ..reading.sentences import between_said
from ..search.robustness import Direction, best_in_each, regret
from .question import answer_to, ask, is_clear

STUDY, RUNS = "robust-mix", 144
SHOWN = ("additional_per_1000_usd", "serving_10_years")  # charts of the page of answers
OUTCOMES = {
    "additional_per_1000_usd": True,
    "serving_10_years": True,
    "stranded_share": False,
    "gap_LDC": False,
}  # whether more is better
WORST = 0.9  # quantile of regret over futures
LEAST_FUTURES = 10  # for a ranking
SAY = Templates(
    "robust mix",
    smallest="Smallest regret: {strategy} (at most {regret} in 90% of futures; the best strategy in {best}).",
    largest="Largest regret: {strategy} (at most {regret} in 90% of futures; the best strategy in {best}).",
    few_for_ranking="{futures} futures are too few for a ranking.",
    unclear="No clear effect compared with {base}: {strategies}.",
    few_to_compare="{futures} futures are too few to compare good and bad ones.",
    none_in_good_only="No strategy is better than {base} in its good futures and worse in its bad ones.",
    good_only="Better than {base} in good futures only (medians): {strategies}.",
    one_seed="All futures have the same random numbers, so results may depend on them.",
    seeds="Each future was run with the same {replicates} replicates, so results may depend on their random numbers.",
)


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
    base = data.study.scenario_names[0]
    parts = []
    for outcome, more in OUTCOMES.items():
        wide = futures(data, outcome)
        if wide.empty:  # of runs that are too short to know it
            continue
        said = [_regret(wide, more), *_against(data, outcome, base), fair_weather(wide, base, more)]
        title = f"{heading(outcome)}, more is better" if more else f"{heading(outcome)}, less is better"
        chart = scenario_differences(data, outcome, base, relative=True)
        parts.append(Answer(title, tuple(said), charts=(named(chart, outcome),)))
    replicates = data.study.written.replicates
    note = SAY("one_seed") if replicates == 1 else SAY("seeds", replicates=replicates)
    return answer_to(data, parts, notes=[note])


def _regret(wide: pd.DataFrame, more: bool) -> str:
    """Say which strategies have the smallest and the largest regret."""
    table = regrets(wide, more)
    least, most = ({"strategy": str(table.index[place]), **_limits(table.iloc[place])} for place in (0, -1))
    said = f"{SAY('smallest', **least)} {SAY('largest', **most)}"
    return f"{said} {SAY('few_for_ranking', futures=len(wide))}" if len(wide) < LEAST_FUTURES else said


def _limits(row: pd.Series[float]) -> dict[str, str]:
    """Return the regret that 90% of futures stay under, and the share of futures in which the strategy is best."""
    worst = float(row["worst"])
    return {"regret": relative(worst)[1:] if worst > 0.0 else "0%", "best": f"{row['best_in']:.0%}"}


def _against(data: SweepData, outcome: str, base: str) -> list[str]:
    """Say how each strategy differs from the first one."""
    table = between_scenarios(data, outcome, base, relative=True)
    clear = is_clear(table)
    said = [between_said(row, base, data.unit(outcome), True) for _, row in table[clear].iterrows()]
    unclear = [str(name) for name in table.loc[~clear, "scenario"]]
    return [*said, *([SAY("unclear", base=base, strategies=joined(unclear))] if unclear else [])]


def fair_weather(wide: pd.DataFrame, base: str, more: bool) -> str:
    """Say which strategies gain on the first one in its good futures and lose in its bad ones."""
    if len(wide) < 2 * FEW_DRAWS:
        return SAY("few_to_compare", futures=len(wide))
    good = wide[base].rank(pct=True, ascending=more)
    gain = wide.sub(wide[base], axis=0).div(wide[base].abs(), axis=0).drop(columns=base) * (1.0 if more else -1.0)
    means = pd.DataFrame({"good": gain[good > 2 / 3].median(), "bad": gain[good <= 1 / 3].median()})
    only = means[(means["good"] > 0.0) & (means["bad"] < 0.0)]
    if only.empty:
        return SAY("none_in_good_only", base=base)
    each = [f"{name} ({relative(row['good'])} in good, {relative(row['bad'])} in bad)" for name, row in only.iterrows()]
    return SAY("good_only", base=base, strategies=joined(each))


if __name__ == "__main__":
    sys.exit(ask(STUDY, RUNS, read))
