"""The charts of a study before they are drawn: tidy tables with title, units and notes, made from an opened sweep.

`figures.py` draws them. Levels and swings are in the unit that the axis names: shares in percent.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import pandas as pd

from afteraid.simulation.basis.errors import ResultsError, StudyError
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import heading, spoken
from afteraid.simulation.results.words.numbers import change, labelled, scale, unit_of_change, unit_of_level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import FEW_DRAWS

from ..study.study import Study
from .data import SweepData
from .precision import convergence, draws, runs_advised
from .reading import (
    between_scenarios,
    by_choice,
    luck,
    paired,
)
from .reading import swings as swings_of
from .sensitivity import Sensitivity
from .sensitivity import sensitivity as sensitivity_of
from .sentences import precision_said

PARTS = ("factors", "common random variation", "variation specific to a design point")
TITLES = {
    "tornado": "Effects on {outcome}",
    "sobol": "Sobol' indices of {outcome}",
    "delta": "Delta indices of {outcome}",
    "pawn": "PAWN indices of {outcome}",
    "morris": "Elementary effects on {outcome}",
    "convergence": "Precision of the 90% interval: {outcome}",
    "luck": "Shares of variance: factors and random variation",
    "choices": "{outcome} by {factor}",
    "differences": "{outcome}, compared with {base}",
}
SAY = Templates(
    "charts of a study",
    tornado="Bar: from the mean at the factor's low end to the mean at its high end, with the difference in words. "
    "Line: 90% interval of the difference. Pale: no clear effect.",
    one_replicate="With one replicate the intervals leave out random variation.",
    indices="Line: 95% interval.",
    hatched="Hatched: the sample is too small.",
    morris="Line: 95% interval. "
    "Above the dashed line the effect of a factor depends on its own level, or on other factors.",
    convergence="Lines: mean and 90% interval. Shade: twice the error of each with so many {counted}.",
    luck="Random variation includes the uncertain parameters that are not factors: each replicate draws them anew.",
    choices="Dot: mean. Line: 90% of runs, with random variation and the other factors. "
    "All lines rest on the same random numbers.",
    differences="Dot: mean of {pairs} pairs with the same random numbers, from {draws} draws. Line: 90% of pairs. "
    "Pale: no clear effect, because the interval includes zero.",
    few="Fewer than {least} draws are too few to tell.",
)


def tornado(data: SweepData, outcome: str, scenario: str | None = None) -> Chart:
    """Return the swing of each factor, largest first; columns as in `reading.swings`, and the swing in words."""
    study, chosen, unit, times = _look(data, outcome, scenario)
    table = swings_of(data, outcome, scenario)
    table["words"] = [change(float(swing), unit) for swing in table["swing"]]
    table[["low", "high", "swing", "swing_low", "swing_high"]] *= times
    note = SAY("tornado")
    if study.written.replicates == 1:
        note += f" {SAY('one_replicate')}"
    title = TITLES["tornado"].format(outcome=spoken(outcome))
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
    shown["small"] = found.small
    note = f"{SAY('indices')} {SAY('hatched')}" if found.small else SAY("indices")
    title = TITLES[found.method].format(outcome=spoken(outcome))
    return Chart("indices", _titled(title, chosen, study), "share of variance", "", shown, note)


def morris_plane(data: SweepData, outcome: str, scenario: str | None = None, found: Sensitivity | None = None) -> Chart:
    """Return elementary effects: factor, mu_star, low, high, mu, sigma, small."""
    study, chosen, unit, times = _look(data, outcome, scenario)
    found = found or sensitivity_of(data, outcome, scenario, "morris")
    table = found.index("mu_star").drop(columns="other").rename(columns={"value": "mu_star"})
    for index in ("mu", "sigma"):
        table = table.merge(found.index(index)[["factor", "value"]].rename(columns={"value": index}), on="factor")
    table[["mu_star", "low", "high", "mu", "sigma"]] *= times
    table["small"] = found.small
    note = f"{SAY('morris')} {found.notes[0]}" if found.small else SAY("morris")
    return Chart(
        "morris", _titled(TITLES["morris"].format(outcome=spoken(outcome)), chosen, study),
        labelled("mean size of effect over the range, mu*", unit_of_change(unit)),
        labelled("spread, sigma", unit_of_change(unit)),
        table, note,
    )  # fmt: skip


def convergence_chart(data: SweepData, outcome: str, scenario: str | None = None) -> Chart:
    """Return how the interval settles: runs, mean, low, high and their errors, advised, counted (what `runs` counts).

    Raises ResultsError where there are too few to say.
    """
    study, chosen, unit, times = _look(data, outcome, scenario)
    values, what, shared = draws(data, outcome, scenario)
    table = convergence(values, shared=shared)
    found = runs_advised(table, replicates=None if shared is None else len(shared))
    errors = [name for name in table.columns if name.endswith("_error")]
    table[["mean", "low", "high", *errors]] *= times
    table["advised"], table["counted"] = found.needed if found else table["runs"].iloc[-1], what
    note = SAY("convergence", counted=what)
    return Chart(
        "convergence", _titled(TITLES["convergence"].format(outcome=spoken(outcome)), chosen, study), what,
        labelled(spoken(outcome), unit_of_level(unit)), table,
        f"{note} {precision_said(found, what)}" if found else note,
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
    note = SAY("luck") if data.draws_parameters(chosen) else ""
    table = pd.DataFrame(rows, columns=["outcome", "part", "share", "reliability"])
    return Chart("luck", _titled(TITLES["luck"], chosen, study), "share of variance (%)", "", table, note)


def choices(data: SweepData, outcome: str, factor: str, scenario: str | None = None) -> Chart:
    """Return an outcome at each choice: value, mean, low, high (90% of runs), runs."""
    study, chosen, unit, times = _look(data, outcome, scenario)
    table = by_choice(data, outcome, factor)
    table = table[table["scenario"] == chosen].drop(columns="scenario").reset_index(drop=True)
    table[["mean", "low", "high"]] *= times
    title = TITLES["choices"].format(outcome=heading(outcome), factor=spoken(factor))
    return Chart(
        f"choices-{factor}", _titled(title, chosen, study),
        labelled(spoken(outcome), unit_of_level(unit)), "", table, SAY("choices"),
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
    note = SAY("differences", pairs=pairs, draws=lots)
    return Chart(
        "differences", _titled(TITLES["differences"].format(outcome=heading(outcome), base=base), scenario, study),
        labelled("difference", "%" if relative else unit_of_change(unit)), "", table,
        f"{note} {SAY('few', least=FEW_DRAWS)}" if lots < FEW_DRAWS else note,
    )  # fmt: skip


def charts_of(
    data: SweepData, outcome: str, scenario: str | None = None, indices: Sensitivity | None = None
) -> list[Chart]:
    """Return every chart of one outcome that the sweep has enough runs for.

    `indices` are worked out where they aren't given, which takes long for a design that is not Sobol's or Morris's.
    """
    study = data.study
    made = [tornado(data, outcome, scenario)] if study.written.factors else []
    with suppress(ResultsError, StudyError):  # too few points or factors, or no SALib: the tornado has to do
        found = indices or sensitivity_of(data, outcome, scenario)
        made.append((morris_plane if found.method == "morris" else sobol_bars)(data, outcome, scenario, found))
    for factor in study.written.factors:
        if factor.is_categorical():
            made.append(choices(data, outcome, factor.name, scenario))
    if len(study.scenario_names) > 1:
        made.append(scenario_differences(data, outcome, scenario))
    with suppress(ResultsError):  # too few draws to say
        made.append(convergence_chart(data, outcome, scenario))
    return made


def named(chart: Chart, name: str) -> Chart:
    """Return a chart under another name, drawn as before."""
    return replace(chart, name=name, kind=chart.drawn_as())


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
    asked = data.manifest.get("runs_asked")
    if asked is not None and asked != study.runs:
        runs += f" ({asked:,} were asked for)"
    each = f"{replicates} replicate{'s' if replicates > 1 else ''}"
    return f"{study.written.title or study.name}: {runs}, {study.points:,} design points, {each}"
