"""The charts of a study before they are drawn: tidy tables with title, units and notes, made from an opened sweep.

`figures.py` draws them. Levels and swings are in the unit that the axis names: shares in percent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import heading, spoken
from afteraid.simulation.results.words.numbers import change, labelled, scale, unit_of_change, unit_of_level
from afteraid.simulation.results.words.verdicts import FEW_DRAWS

from ..study.study import Study
from .data import SweepData
from .reading import (
    TOLERANCE,
    between_scenarios,
    by_choice,
    convergence,
    draws,
    luck,
    paired,
    runs_advised,
)
from .reading import swings as swings_of
from .sensitivity import Sensitivity
from .sensitivity import sensitivity as sensitivity_of

PARTS = ("factors", "random variation common to all points", "random variation specific to a point")
ENDS = ("low", "high")


def tornado(data: SweepData, outcome: str, scenario: str | None = None) -> Chart:
    """Return the swing of each factor, largest first; columns as in `reading.swings`, and the swing in words."""
    study, chosen, unit, times = _look(data, outcome, scenario)
    table = swings_of(data, outcome, scenario)
    table["words"] = [change(float(swing), unit) for swing in table["swing"]]
    table[["low", "high", "swing", "swing_low", "swing_high"]] *= times
    one = study.written.replicates == 1
    note = (
        "Bar: from the mean at the factor's low end to the mean at its high end. Line: 90% interval of the difference. "
        "Pale: no clear effect." + (" One replicate: intervals leave out random variation." if one else "")
    )
    title = f"Effects on {spoken(outcome)}"
    return Chart(
        "tornado", _titled(title, chosen, study), labelled(spoken(outcome), unit_of_level(unit)), "", table, note
    )


def sobol_bars(data: SweepData, outcome: str, scenario: str | None = None, found: Sensitivity | None = None) -> Chart:
    """Return indices with their intervals, first and total: factor, other, index, value, low, high, small.

    Delta comes with the first order, where the design is no Sobol' one. `small` says that the sample is too small.

    Raises ResultsError or StudyError as :func:`afteraid.experiments.reading.sensitivity.sensitivity`.
    """
    study, chosen, _, _ = _look(data, outcome, scenario)
    found = found or sensitivity_of(data, outcome, scenario)
    if found.method == "morris":
        raise ResultsError("elementary effects are not shares of variance", expected="morris_plane")
    shown = found.table[found.table["index"] != "second"].reset_index(drop=True)
    small = too_small(found)
    shown["small"] = small
    note = "Line: 95% interval."
    note += f" Hatched: {found.notes[0][0].lower()}{found.notes[0][1:]}" if small else ""
    what = "Sobol'" if found.method == "sobol" else found.method.capitalize()
    title = f"{what} indices of {spoken(outcome)}"
    return Chart("indices", _titled(title, chosen, study), "share of variance", "", shown, note)


def too_small(found: Sensitivity) -> bool:
    """Say whether a sample is too small for the indices made of it."""
    return any(note.startswith("The sample is too small") for note in found.notes)


def morris_plane(data: SweepData, outcome: str, scenario: str | None = None, found: Sensitivity | None = None) -> Chart:
    """Return elementary effects: factor, mu_star, low, high, mu, sigma, small."""
    study, chosen, unit, times = _look(data, outcome, scenario)
    found = found or sensitivity_of(data, outcome, scenario, "morris")
    table = found.index("mu_star").drop(columns="other").rename(columns={"value": "mu_star"})
    for index in ("mu", "sigma"):
        table = table.merge(found.index(index)[["factor", "value"]].rename(columns={"value": index}), on="factor")
    table[["mu_star", "low", "high", "mu", "sigma"]] *= times
    table["small"] = too_small(found)
    note = "Line: 95% interval. Above the dashed line an effect depends on its own level or on other factors."
    note += f" {found.notes[0]}" if too_small(found) else ""
    return Chart(
        "morris", _titled(f"Elementary effects on {spoken(outcome)}", chosen, study),
        labelled("mean size of effect over the range, mu*", unit_of_change(unit)),
        labelled("spread, sigma", unit_of_change(unit)),
        table, note,
    )  # fmt: skip


def convergence_chart(data: SweepData, outcome: str, scenario: str | None = None) -> Chart:
    """Return how the interval settles: runs, mean, low, high and their errors, advised, counted (what `runs` counts).

    Raises ResultsError where there are too few to say.
    """
    study, chosen, unit, times = _look(data, outcome, scenario)
    values, what = draws(data, outcome, scenario)
    need, words = runs_advised(values, TOLERANCE, what)
    table = convergence(values)
    table[["mean", "low", "high", "mean_error", "low_error", "high_error"]] *= times
    table["advised"], table["counted"] = need, what
    return Chart(
        "convergence", _titled(f"Precision of the 90% interval of {spoken(outcome)}", chosen, study), what,
        labelled(spoken(outcome), unit_of_level(unit)), table,
        f"Lines: mean and 90% interval. Shade: twice the error with this number of {what}. {words}",
    )  # fmt: skip


def luck_shares(data: SweepData, outcomes: list[str], scenario: str | None = None) -> Chart:
    """Return shares of variance: outcome, part (factors, random variation), share, reliability.

    Raises ResultsError where no outcome takes it.
    """
    rows, left = [], []
    for outcome in outcomes:
        try:
            found = luck(data, outcome, scenario)
        except ResultsError as problem:
            left.append(problem)
            continue
        shares = (found.factors, found.luck, found.together)
        rows += [(outcome, part, share, found.reliability) for part, share in zip(PARTS, shares, strict=True)]
    if not rows:
        raise left[0]
    study, chosen, _, _ = _look(data, str(rows[0][0]), scenario)
    note = "Random variation includes the parameters that are not factors: each replicate draws them."
    note = note if data.draws_parameters(chosen) else ""
    table = pd.DataFrame(rows, columns=["outcome", "part", "share", "reliability"])
    return Chart("luck", _titled("Variance by source", chosen, study), "share of variance (%)", "", table, note)


def choices(data: SweepData, outcome: str, factor: str, scenario: str | None = None) -> Chart:
    """Return an outcome at each choice: value, mean, low, high (90% of runs), runs."""
    study, chosen, unit, times = _look(data, outcome, scenario)
    table = by_choice(data, outcome, factor)
    table = table[table["scenario"] == chosen].drop(columns="scenario").reset_index(drop=True)
    table[["mean", "low", "high"]] *= times
    note = "Dot: mean. Line: 90% interval over runs and other factors. Each line uses the same random numbers."
    return Chart(
        f"choices-{factor}", _titled(f"{heading(outcome)} by {spoken(factor)}", chosen, study),
        labelled(spoken(outcome), unit_of_level(unit)), "", table, note,
    )  # fmt: skip


def differences(
    data: SweepData, outcome: str, factor: str, against: float | str, relative: bool = False,
    where: Mapping[str, float | str] | None = None,
) -> Chart:  # fmt: skip
    """Return paired differences from one choice of a grid: value, mean, low, high, zero_in_band, pairs, draws."""
    study, chosen, unit, times = _look(data, outcome, None)
    table = paired(data, outcome, factor, against, relative, where)
    held = "".join(f", {spoken(name)} {spoken(str(value))}" for name, value in (where or {}).items())
    base = f"{spoken(factor)} {spoken(str(against))}{held}"
    table = table[table["scenario"] == chosen].drop(columns="scenario").reset_index(drop=True)
    chart = _differences(table, study, outcome, base, unit, 100.0 if relative else times, relative, chosen)
    names = any(isinstance(value, str) for value in table["value"])
    return chart if names else replace(chart, up=spoken(factor))


def scenario_differences(data: SweepData, outcome: str, against: str | None = None, relative: bool = False) -> Chart:
    """Return paired differences from one scenario: value, mean, low, high, zero_in_band, pairs, draws, better."""
    study, chosen, unit, times = _look(data, outcome, against)
    table = between_scenarios(data, outcome, against, relative).rename(columns={"scenario": "value"})
    return _differences(table, study, outcome, spoken(chosen), unit, 100.0 if relative else times, relative, "")


def _differences(
    table: pd.DataFrame, study: Study, outcome: str, base: str, unit: str, times: float, relative: bool, scenario: str
) -> Chart:
    """Scale paired differences, and say what they are."""
    table[["mean", "low", "high"]] *= times
    pairs = int(table["pairs"].max()) if len(table) else 0
    lots = int(table["draws"].max()) if len(table) else 0
    if table["value"].map(lambda value: isinstance(value, str)).all():
        table = table.sort_values("mean", ascending=False, kind="stable", ignore_index=True)
    few = f" Fewer than {FEW_DRAWS} draws: no effect is clear yet." if lots < FEW_DRAWS else ""
    return Chart(
        "differences", _titled(f"{heading(outcome)}, compared with {base}", scenario, study),
        labelled("difference", "%" if relative else unit_of_change(unit)), "", table,
        f"Dot: mean of {pairs} pairs with the same random numbers, from {lots} draws. Line: 90% interval of the pairs. "
        f"Pale: no clear effect.{few}",
    )  # fmt: skip


def _look(data: SweepData, outcome: str, scenario: str | None) -> tuple[Study, str, str, float]:
    """Return the study, the scenario's name, and the outcome's unit with its scale."""
    unit = data.unit(outcome)
    return data.study, data.scenario(scenario), unit, scale(unit)


def _titled(title: str, scenario: str, study: Study) -> str:
    """Name the scenario where there are several."""
    return f"{title} ({scenario})" if scenario and len(study.scenario_names) > 1 else title


def subtitle(data: SweepData) -> str:
    """Say in a line what a sweep was of."""
    study = data.study
    done, replicates = len(data.table), study.written.replicates
    runs = f"{study.runs:,} runs" if done == study.runs else f"{done:,} of {study.runs:,} runs"
    each = f"{replicates} replicate{'s' if replicates > 1 else ''}"
    return f"{study.written.title or study.name}: {runs}, {study.points:,} points, {each}"
