"""What a sweep keeps of each run: outcomes by name, of the world, groups, countries, kinds or initiatives.

An outcome that is one number is a column of the table of runs; one with several groups or years has rows of its own.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field, model_validator

from afteraid.simulation.basis.errors import nearest, one_of
from afteraid.simulation.basis.frozen import Frozen
from afteraid.simulation.data import load_countries, members
from afteraid.simulation.engine import advance_to
from afteraid.simulation.measures.catalogue import ACCOUNTS, CATALOGUE
from afteraid.simulation.measures.columns import COLUMN_NAMES
from afteraid.simulation.measures.groups import EVERY, WORLD, groups_shown
from afteraid.simulation.measures.headlines import (
    ADDITIONAL,
    COOPERATION,
    NEED_TWIN,
    STRANDED,
    additional,
    stranded_share,
)
from afteraid.simulation.measures.headlines import SERVING as SERVING_OF_HEADLINES
from afteraid.simulation.measures.metrics import COSTS, divide, dollars_per_user_year, year_reached
from afteraid.simulation.measures.planning import closure_by_cooperation
from afteraid.simulation.measures.survival import HORIZONS, shares_serving, survival
from afteraid.simulation.recording.needed import records_for, tables_at
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.market_settings import EARLIEST_YEAR, LATEST_YEAR
from afteraid.simulation.scenario.quantities import Whole, refuse
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.scenario.vocabulary import read_groups
from afteraid.simulation.state.world import World
from afteraid.simulation.twin import no_twin, run_twin

Grain = Literal["world", "group", "country", "kind", "initiative"]
Over = Literal["each", "sum", "mean"]
Tables = Mapping[str, pd.DataFrame]

# how long initiatives serve: years, the dimension of the table of survival, and what each one counts for
SERVING = {
    f"serving_{years:g}_years_after_{clock}": (years, dimension, "initiatives")
    for clock, dimension in (("exit", "all"), ("founding", "all_from_founding"))
    for years in HORIZONS
} | SERVING_OF_HEADLINES
UNIVERSAL = "year_universal_use"
IN_GROUP = ", "  # between a kind and its income group


def _read_years(value: object) -> object:
    if value is None or value == "all":
        return value
    if not isinstance(value, (list, tuple)):
        raise refuse(f"{value!r} is no list of years", '[2030, 2050] or "all"')
    return tuple(Whole(EARLIEST_YEAR, LATEST_YEAR, "a year").read(year) for year in value)


class Outcome(Frozen):
    """One thing to keep of every run.

    Attributes:
        name: of its column, or in its rows; the measure and the group where left out.
        grain: world, group, country, kind (each kind of initiative in each income group) or initiative.
        measure: what is measured; not for initiatives.
        groups: of countries, for the grain group; ISO codes, groups or all, for the grain country.
        years: 1 January of these; the last one of the run where left out, all of them for ``[]`` or ``"all"``.
        over: each year by itself, or their sum or mean.
        columns: for initiatives, which columns; all where left out.
    """

    name: str = ""
    grain: Grain = "world"
    measure: str = ""
    groups: tuple[str, ...] = ()
    years: Annotated[Literal["all"] | tuple[int, ...] | None, BeforeValidator(_read_years)] = None
    over: Over = "each"
    columns: tuple[str, ...] = Field(default=())

    @model_validator(mode="after")
    def _name_itself(self) -> Outcome:
        if not self.name:
            parts = [self.measure or "initiatives", *(self.groups if len(self.groups) == 1 else ())]
            object.__setattr__(self, "name", "_".join(parts))
        return self

    def is_number(self) -> bool:
        """Say whether it is one number a run, and so a column of the table of runs."""
        if self.grain in ("country", "kind", "initiative"):
            return False
        several_years = self.years == "all" or (isinstance(self.years, tuple) and len(self.years) != 1)
        return len(self.groups) <= 1 and (not several_years or self.over != "each")

    def chosen_years(self, scenario: Scenario) -> list[int]:
        """Return the years that it is kept for in a run of a scenario."""
        last = scenario.run.end - is_flow(self.measure)
        if self.years == "all" or self.years == ():
            return list(range(scenario.run.start, last + 1))
        return list(self.years) if isinstance(self.years, tuple) else [last]

    def words(self) -> str:
        """Return the unit, for the data dictionary."""
        return CATALOGUE[self.measure].unit if self.measure in CATALOGUE else "number"


def check_outcome(outcome: Outcome, scenarios: Sequence[Scenario]) -> Outcome:
    """Return an outcome with the names of its groups as tables write them.

    Raises PydanticCustomError with the key, what was expected and the nearest name for one that can't be kept.
    """
    if outcome.grain == "initiative":
        for name in outcome.columns:
            _known(name, COLUMN_NAMES, "column of initiatives", "columns")
        if outcome.measure:
            raise refuse("initiatives have columns and no measure", "columns", key=("measure",))
        return outcome
    if outcome.columns:
        raise refuse("only initiatives have columns", 'grain = "initiative"', key=("columns",))
    _known(outcome.measure, _measures(outcome.grain), "measure", "measure")
    groups = _groups(outcome)
    if outcome.grain in ("world", "kind") and groups:
        what = "the world has" if outcome.grain == "world" else "kinds have"
        raise refuse(f"{what} no groups", 'grain = "group"', key=("groups",))
    if outcome.grain == "group" and not groups:
        raise refuse("names no group", 'a list such as ["LDC", "world"]', key=("groups",))
    if is_whole(outcome.measure) and (outcome.years is not None or outcome.over != "each"):
        raise refuse(f"{outcome.measure} is of the whole run", "no years", key=("years",))
    for scenario in scenarios:
        last = scenario.run.end - is_flow(outcome.measure)
        for year in outcome.years if isinstance(outcome.years, tuple) else ():
            if not scenario.run.start <= year <= last:
                expected = f"years from {scenario.run.start} to {last}"
                raise refuse(f"{scenario.name} has no {outcome.measure} of {year}", expected, key=("years",))
    return outcome.model_copy(update={"groups": groups})


def _measures(grain: Grain) -> tuple[str, ...]:
    """List the measures that an outcome of a sweep may keep at a grain."""
    return tuple(one.name for one in CATALOGUE.values() if grain in one.grains and one.table != "attribution")


def is_flow(measure: str) -> bool:
    """Say whether a measure is of the year that begins on 1 January, so that the last year of a run has none."""
    return measure in CATALOGUE and CATALOGUE[measure].kind == "flow"


def is_whole(measure: str) -> bool:
    """Say whether a measure is one number of a whole run."""
    return measure in CATALOGUE and CATALOGUE[measure].kind == "whole run"


def _groups(outcome: Outcome) -> tuple[str, ...]:
    """Return the names of an outcome's groups as tables write them."""
    if outcome.grain == "country":
        return read_groups(outcome.groups, ("groups",), or_all=True)
    recorded = CATALOGUE[outcome.measure].groups
    if recorded:
        for name in outcome.groups:
            _known(name, recorded, f"group with {outcome.measure}", "groups")
        return outcome.groups
    return read_groups(outcome.groups, ("groups",))


def _known(name: str, names: Sequence[str], what: str, key: str) -> None:
    """Refuse a name that is not among those known."""
    if name in names:
        return
    close = nearest(name, names) if name else None
    said = f"no {what} is called '{name}'" if name else "is missing"
    raise refuse(said, one_of(names, name, "afteraid measures" if what == "measure" else ""), close, key=(key,))


class Reading:
    """One run's recorded tables, from which outcomes are read; what several of them need is worked out once."""

    def __init__(self, recorded: Tables, scenario: Scenario) -> None:
        self.recorded, self.scenario = recorded, scenario
        self._divides: dict[str, _Measured] = {}
        self._activity: _Measured | None = None
        self._survival: pd.DataFrame | None = None
        self._additional: dict[str, pd.DataFrame] = {}

    def series(self, outcome: Outcome, group: str) -> pd.Series[float]:
        """Return an outcome's values by year for a group; what isn't known is missing."""
        if CATALOGUE[outcome.measure].table == "divide":
            found = self._divide(group).series(outcome.measure, group)
        else:
            found = self._indicators().series(outcome.measure, group)
        years = outcome.chosen_years(self.scenario)
        return pd.Series(np.nan, index=years) if found is None else found.reindex(years)

    def numbers(self, outcome: Outcome, group: str) -> list[tuple[int | None, float]]:
        """Return what is kept of an outcome for a group: year (None for what covers several) and value."""
        if is_whole(outcome.measure):
            return [(None, self._whole(outcome.measure, group))]
        return _over_years(self.series(outcome, group), outcome.over)

    def countries(self, outcome: Outcome) -> pd.DataFrame:
        """Return iso3, year and value of an outcome by country."""
        table = self.recorded["accounts" if outcome.measure in ACCOUNTS else "countries"]
        kept = table["year"].isin(outcome.chosen_years(self.scenario))
        if outcome.groups and EVERY not in outcome.groups:
            codes = load_countries()["iso3"][members(outcome.groups)]
            kept &= table["iso3"].isin(codes)
        chosen = table.loc[kept, ["year", "iso3", outcome.measure]].rename(columns={outcome.measure: "value"})
        if outcome.over != "each":
            grouped = chosen.groupby("iso3", sort=True)["value"]
            chosen = (grouped.sum() if outcome.over == "sum" else grouped.mean()).reset_index().assign(year=None)
        return chosen

    def kinds(self, outcome: Outcome) -> Iterator[tuple[str, int | None, float]]:
        """Go through an outcome's values by kind in an income group: name of both (see `kind_in`), year and value."""
        table = self.recorded["portfolio"]
        for (kind, income_group), part in table.groupby(["kind", "income_group"], sort=False):
            series = part.set_index("year")[outcome.measure].reindex(outcome.chosen_years(self.scenario))
            for year, value in _over_years(series, outcome.over):
                yield kind_in(str(kind), str(income_group)), year, value

    def initiatives(self, outcome: Outcome) -> pd.DataFrame:
        """Return one row for each initiative."""
        return self.recorded["initiatives"][list(outcome.columns or COLUMN_NAMES)].reset_index(drop=True)

    def _divide(self, group: str) -> _Measured:
        """Return the measures of the divide by measure and group, worked out again for a group of its own."""
        focus = WORLD if group in _standing_groups() else group
        if focus not in self._divides:
            self._divides[focus] = _Measured(divide(self.recorded["countries"], load_countries(), focus))
        return self._divides[focus]

    def _indicators(self) -> _Measured:
        """Return what `activity` records, by measure and group."""
        if self._activity is None:
            self._activity = _Measured(self.recorded["activity"])
        return self._activity

    def _whole(self, measure: str, group: str) -> float:
        """Return a measure of the whole run."""
        if measure in COSTS:
            found = dollars_per_user_year(self.recorded["activity"].assign(run=0), COSTS[measure])
            return float(found.iloc[0]) if len(found) else math.nan
        if measure == UNIVERSAL:
            use = self._divide(group).series("use", group)
            if use is None:
                return math.nan
            table = pd.DataFrame({"run": 0, "group": group, "measure": "use", "year": use.index, "value": use.array})
            return float(year_reached(table)["year"].iloc[0])
        if measure in ADDITIONAL:
            return float(self._more_than_twin(group)[measure].iloc[0])
        if measure == COOPERATION:
            countries, twin = (self.recorded[name].assign(run=0) for name in ("countries", "twin"))
            brought = closure_by_cooperation(countries, twin, group)
            return float(brought.loc[brought["group"] == group, "share"].iloc[0]) if len(brought) else math.nan
        if measure == STRANDED:
            return float(stranded_share(self.recorded["activity"].assign(run=0)).iloc[0])
        years, dimension, weight = SERVING[measure]
        if self._survival is None:
            run = self.scenario.run
            wanted = tuple(dimension for _, dimension, _ in SERVING.values())
            self._survival = survival(self.recorded["initiatives"], run.start, run.end, wanted).assign(run=0)
        shares = shares_serving(self._survival, (years,), dimension, weight)
        return float(shares["survival"].iloc[0]) if len(shares) else math.nan

    def _more_than_twin(self, group: str) -> pd.DataFrame:
        """Return what a run adds to its twin in a group: one row, missing where no twin was run."""
        if group not in self._additional:
            countries, accounts, twin = (
                self.recorded[name].assign(run=0) for name in ("countries", "accounts", "twin")
            )
            codes = None if group == WORLD else set(load_countries()["iso3"][members((group,))])
            self._additional[group] = additional(countries, accounts, twin, codes)
        return self._additional[group]


def _over_years(series: pd.Series[float], over: Over) -> list[tuple[int | None, float]]:
    """Return each year's value, or their sum or mean for no year."""
    if over == "each":
        return [(int(year), float(value)) for year, value in zip(series.index, series.to_numpy(), strict=True)]
    return [(None, float(series.sum(min_count=1) if over == "sum" else series.mean()))]


def kind_in(kind: str, income_group: str) -> str:
    """Return the name of a kind of initiative in an income group, in the column `group` of a sweep."""
    return f"{kind}{IN_GROUP}{income_group}"


class _Measured:
    """A table of year, group, measure and value, of which a run's outcomes ask for a few series."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.measure, self.group = (table[name].to_numpy(dtype=object) for name in ("measure", "group"))
        self.year, self.value = table["year"].to_numpy(), table["value"].to_numpy(dtype=np.float64)

    def series(self, measure: str, group: str) -> pd.Series[float] | None:
        """Return a measure of a group by year; None where there is none."""
        rows = np.flatnonzero((self.measure == measure) & (self.group == group))
        return pd.Series(self.value[rows], index=self.year[rows]) if rows.size else None


@functools.cache
def _standing_groups() -> frozenset[str]:
    """Return the groups of countries that every table of the divide has."""
    return frozenset(groups_shown(load_countries(), WORLD))


def run_and_read(world: World, outcomes: Sequence[Outcome], scenario: Scenario) -> dict[str, Any]:
    """Run a world on from its start year to its end, its twin beside it where an outcome needs one; read every outcome.

    The world records what its outcomes need, and nothing else.

    Args:
        world: at the first quarter of its start year; it is run on.
        outcomes: to be read.
        scenario: of the run.
    """
    needs = any(outcome.measure in NEED_TWIN for outcome in outcomes)
    twin = run_twin(world, scenario) if needs else no_twin()
    wanted = (tables_at(outcome.grain, outcome.measure) for outcome in outcomes)
    world.recorded = records_for(frozenset().union(*wanted))
    tables = compile_record(advance_to(world, scenario.run.end)).tables
    return read_run(outcomes, {**tables, "twin": twin}, scenario)


def read_run(outcomes: Sequence[Outcome], recorded: Tables, scenario: Scenario) -> dict[str, Any]:
    """Read every outcome off a run: `numbers` by name, rows of `groups`, frames of `countries` and `initiatives`."""
    reading = Reading(recorded, scenario)
    numbers: dict[str, float] = {}
    groups: list[tuple[str, str, int | None, float]] = []
    countries: list[pd.DataFrame] = []
    initiatives: list[pd.DataFrame] = []
    for outcome in outcomes:
        if outcome.grain == "initiative":
            initiatives.append(reading.initiatives(outcome))
        elif outcome.grain == "country":
            countries.append(reading.countries(outcome).assign(outcome=outcome.name))
        elif outcome.grain == "kind":
            groups += [(outcome.name, *entry) for entry in reading.kinds(outcome)]
        else:
            for group in outcome.groups or (CATALOGUE[outcome.measure].default_group,):
                for year, value in reading.numbers(outcome, group):
                    if outcome.is_number():
                        numbers[outcome.name] = value
                    else:
                        groups.append((outcome.name, group, year, value))
    return {"numbers": numbers, "groups": groups, "countries": countries, "initiatives": initiatives}
