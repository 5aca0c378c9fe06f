"""The answer of a sweep: one part for each outcome, with its sentences, tables and charts."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pandas as pd
from scipy.stats import chi2

from afteraid.simulation.basis.errors import InputError, ResultsError, StudyError, nearest, one_of
from afteraid.simulation.ensemble import Progress
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import heading
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS

from ..study.outcomes import Outcome
from .charts import PARTS, charts_of, luck_shares, named, subtitle
from .data import SweepData
from .precision import convergence, draws, runs_advised
from .reading import between_scenarios, by_choice, luck, swings
from .sensitivity import Sensitivity, sensitivity
from .sentences import (
    between_said,
    constant_said,
    few_draws_said,
    few_points_said,
    few_replicates_said,
    indices_said,
    no_indices_said,
    precision_said,
    range_said,
    swings_said,
    variation_of,
)

MOST = 0.5  # of the variance


def answer_of(
    data: SweepData, outcome: str | None = None, scenario: str | None = None, progress: Progress | None = None
) -> Answer:
    """Read a sweep: one part for each outcome that is one number a run, or for the one of that name.

    Raises ResultsError for an unknown outcome or scenario, or where no run has a value.
    """
    wanted = numbers_of(data, outcome)
    parts = []
    for number, one in enumerate(wanted, start=1):
        parts.append(part_of(data, one.name, scenario))
        if progress is not None:
            progress(number, len(wanted))
    question = data.study.written.question
    return Answer(
        subtitle(data), (question,) if question else (), (), _luck_chart(data, [one.name for one in wanted], scenario),
        manifest={**data.manifest, "kind": "reading"}, parts=tuple(parts),
    )  # fmt: skip


def numbers_of(data: SweepData, outcome: str | None = None) -> list[Outcome]:
    """Return the outcomes that are one number a run, or the one of that name.

    Raises ResultsError for a name that isn't among them, and where there is none.
    """
    known = data.outcomes()
    names = [found.name for found in known]
    if outcome is not None and outcome not in names:
        raise ResultsError(
            f"no outcome is called '{outcome}'", key="--outcome", expected=one_of(names, outcome),
            nearest=nearest(outcome, names),
        )  # fmt: skip
    if not known:
        raise ResultsError(
            "keeps no outcome that is one number a run", file=data.study.name, expected="such an outcome"
        )
    return [found for found in known if outcome in (None, found.name)]


def part_of(data: SweepData, outcome: str, scenario: str | None = None) -> Answer:
    """Read one outcome of a sweep; its manifest has outcome, scenario and unit.

    The tables, as far as there are: range, luck, swings, indices, scenarios, convergence, choices.

    Raises ResultsError for an unknown outcome or scenario, or where no run has a value.
    """
    chosen, values, unit = data.scenario(scenario), data.values(outcome, scenario), data.unit(outcome)
    known = values[np.isfinite(values)]
    if not known.size:
        raise ResultsError(f"no run has a value of {outcome}", file=str(data.folder))
    few = _few_replicates(data, outcome, chosen)
    said, tables, indices = [range_said(known, values.size, unit, few)], [_range(known, few > 0)], None
    if np.ptp(known) == 0.0:
        said.append(constant_said())
    else:
        said.append(variation_of(data, outcome, chosen))
        tables += _luck(data, outcome, chosen)
        moved = swings(data, outcome, chosen)
        if len(moved):
            said += swings_said(moved, unit)
            tables.append(Table("swings", moved))
        indices, words = _indices(data, outcome, chosen)
        said += words
        if indices is not None:
            tables.append(Table("indices", indices.table.assign(method=indices.method)))
        if len(data.study.scenario_names) > 1:
            apart = between_scenarios(data, outcome, chosen)
            said += [between_said(row, chosen, unit) for row in apart.to_dict(orient="records")]
            tables.append(Table("scenarios", apart))
        words, more = _precision(data, outcome, chosen)
        said += words
        tables += [*more, *_choices(data, outcome, chosen)]
    title = f"{heading(outcome)} ({chosen})" if len(data.study.scenario_names) > 1 else heading(outcome)
    charts = tuple(named(chart, f"{outcome}-{chart.name}") for chart in charts_of(data, outcome, chosen, indices))
    about = {"outcome": outcome, "scenario": chosen, "unit": unit}
    return Answer(title, tuple(said), tuple(tables), charts, manifest=about)


def _few_replicates(data: SweepData, outcome: str, scenario: str) -> int:
    """Return how many replicates there are, where they are too few for an interval and may make most of the variance.

    Few replicates may lie close together by chance. So what they share counts as large as it may be, at a chance of 5%.
    """
    replicates = data.study.written.replicates
    with suppress(ResultsError):
        found = luck(data, outcome, scenario)
        common = found.luck * (replicates - 1) / float(chi2.ppf(BAND[0], replicates - 1))
        most = common > MOST * (common + found.factors + found.together)
        return replicates if replicates < LEAST_DRAWS and most else 0
    return 0


def _range(known: np.ndarray, few: bool) -> Table:
    """Return the range that the outcome takes; without an interval where it rests on few replicates."""
    low, middle, high = (float(value) for value in np.quantile(known, (BAND[0], 0.5, BAND[1])))
    if few:
        low = high = np.nan
    row = {"runs": known.size, "least": known.min(), "low": low, "median": middle, "high": high, "most": known.max()}
    return Table("range", pd.DataFrame([row]))


def _luck(data: SweepData, outcome: str, scenario: str) -> list[Table]:
    """Return the shares of the variance, where they are known."""
    try:
        found = luck(data, outcome, scenario)
    except ResultsError:
        return []
    shares = (found.factors, found.luck, found.together)
    return [Table("luck", pd.DataFrame({"part": PARTS, "share": shares, "reliability": found.reliability}))]


def _indices(data: SweepData, outcome: str, scenario: str) -> tuple[Sensitivity | None, list[str]]:
    """Return the shares of the variance by factor with their sentences, where the design and the machine allow them."""
    try:
        found = sensitivity(data, outcome, scenario)
    except StudyError as problem:
        return None, [no_indices_said(str(problem.expected))]
    except ResultsError as problem:  # the swings have to do
        few = problem.key == "points"
        return None, [few_points_said(problem.message, str(problem.expected))] if few else []
    return found, indices_said(found, data.study.written.replicates)


def _precision(data: SweepData, outcome: str, scenario: str) -> tuple[list[str], list[Table]]:
    """Say whether the 90% interval is known well enough, and return how it narrows with more runs."""
    values, counted, shared = draws(data, outcome, scenario)
    try:
        table = convergence(values, shared=shared)
    except InputError as problem:
        if shared is not None and problem.key == "replicates":
            return [few_replicates_said(len(shared))], []
        return [few_draws_said(len(values), counted)], []
    found = runs_advised(table, replicates=None if shared is None else len(shared))
    return [precision_said(found, counted)] if found else [], [Table("convergence", table.assign(counted=counted))]


def _choices(data: SweepData, outcome: str, scenario: str) -> list[Table]:
    """Return the outcome at each value of the factors that take a few."""
    parts = []
    for factor in data.study.written.factors:
        if factor.names():
            table = by_choice(data, outcome, factor.name)
            table = table[table["scenario"] == scenario]
            parts.append(table.assign(factor=factor.name, value=table["value"].astype(str)))
    return [Table("choices", pd.concat(parts, ignore_index=True))] if parts else []


def _luck_chart(data: SweepData, outcomes: list[str], scenario: str | None) -> tuple[Chart, ...]:
    """Return the chart of random variation of all outcomes, where there are replicates."""
    with suppress(ResultsError):
        return (luck_shares(data, outcomes, scenario),)
    return ()
