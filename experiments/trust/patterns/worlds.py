"""Worlds stepped for the check of patterns: what the tables of results don't hold, kept as the world goes by.

One run is the baseline from its spin-up to its end, and beside it, from a copy of the state at the start year, the same
world without any aid: both on the same luck.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import (
    CENTS_PER_DOLLAR,
    QUARTERS_PER_YEAR,
    BoolArray,
    FloatArray,
    IntArray,
    KeyArray,
)
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.exits import EXITS
from afteraid.simulation.measures.groups import group_members
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.kinds import KIND_NAMES
from afteraid.simulation.state.world import CAUSES, GROUPS, INDEPENDENT, TRANSITION, World
from afteraid.simulation.twin import begin_twin

YEARS_WITHOUT_AID = 10
AREAS = ("world", "LDC", "HIC", "LIC", "Africa", "Sub-Saharan Africa")
YEARLY = ("population", "urban_share", "use", "use_urban", "use_rural", "covered")
MOMENTS = {"9_months": 3, "1_year": 4}  # quarters after the exit
NOTED = ("local_share", "met_9_months")  # of running cost: what local money meets, and what is met after nine months
BILATERAL = ("dac", "other_bilateral", "south_south")


@dataclass(frozen=True)
class Gathered:
    """What one run leaves behind for the patterns.

    Attributes:
        start: first year of the projection.
        years: 1 January of each, shape (Y,).
        countries: population (people), urban_share, use, use_urban, use_rural and covered (shares of people), (Y, C).
        areas: name of an area -> which economies belong to it, shape (C,).
        without_year: the year in which the world without aid since the start is compared.
        without: use and use_rural in that year in the world without aid, shape (C,).
        payment_years: years of the payments, shape (P,).
        payments: dollars paid in the year by donor and recipient, shape (P, D, R).
        allocations: dollars set aside in the year by donor and recipient, shape (P, D, R).
        agencies: agencies of a donor in the year over those of 2004, shape (P,).
        bilateral, multilateral: which donors are, shape (D,).
        digital_share: share of the donors' aid that is for digital development.
        initiatives: every initiative from the spin-up on, one a row: key, country (row), income_group (0-3), kind,
            group, exit, founded (year), ended (year of the donor's exit, or missing), closed (year or missing), cause,
            participation (0-1), dollars (as signed), watched (years after exit until closure or the end, or missing),
            event (closed after its exit), local_share (running cost met by fees, treasury, levy and endowment at the
            exit), met_9_months (running cost met nine months after the exit), and service (0-1) when full funding
            ended, at the exit, and 9 months and 1 year after it, missing where it was closed by then.
    """

    start: int
    years: IntArray
    countries: dict[str, FloatArray]
    areas: dict[str, BoolArray]
    without_year: int
    without: dict[str, FloatArray]
    payment_years: IntArray
    payments: FloatArray
    allocations: FloatArray
    agencies: FloatArray
    bilateral: BoolArray
    multilateral: BoolArray
    digital_share: float
    initiatives: pd.DataFrame

    def at(self, year: int, name: str) -> FloatArray | None:
        """Return a yearly column of the countries on 1 January of a year, shape (C,), or None if it wasn't kept."""
        rows = np.flatnonzero(self.years == year)
        return self.countries[name][rows[0]] if rows.size else None


@dataclass
class _Log:
    """What is noted of a world quarter by quarter."""

    yearly: dict[str, list[FloatArray]] = field(default_factory=lambda: defaultdict(list))
    years: list[int] = field(default_factory=list)
    paid: list[FloatArray] = field(default_factory=list)
    allocated: list[FloatArray] = field(default_factory=list)
    agencies: list[float] = field(default_factory=list)
    seen: dict[str, list[tuple[KeyArray, FloatArray]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, world: World) -> None:
        """Note the quarter that has just been run."""
        living = world.initiatives
        out = living.phase == INDEPENDENT
        left = np.flatnonzero(out & (living.since_exit == 0))
        begins = (living.phase == TRANSITION) & (living.age == living.duration)
        self._service(world, "completion", np.flatnonzero(begins | (out & (living.age == living.duration))))
        self._service(world, "exit", left)
        local = living.revenue_share + living.government_share + living.levy_share + living.endowment_share
        self.seen["local_share"].append((living.key[left].copy(), local[left]))
        for moment, quarters in MOMENTS.items():
            self._service(world, moment, np.flatnonzero(out & (living.since_exit == quarters)))
        later = np.flatnonzero(out & (living.since_exit == MOMENTS["9_months"]))
        self.seen["met_9_months"].append((living.key[later].copy(), living.funded_share[later]))
        if world.new_year:
            self.paid.append(world.dyads.paid / CENTS_PER_DOLLAR)
            self.agencies.append(world.now.agencies)
            self.allocated.append(world.dyads.share * (QUARTERS_PER_YEAR * world.donors.budget)[:, None])
            self.note_year(world)

    def _service(self, world: World, moment: str, rows: IntArray) -> None:
        """Note the service of some rows under the name of a moment."""
        self.seen[moment].append((world.initiatives.key[rows].copy(), world.initiatives.service[rows].copy()))

    def note_year(self, world: World) -> None:
        """Note the economies on 1 January."""
        state = world.countries
        self.years.append(world.year)
        for name in YEARLY[:-1]:
            self.yearly[name].append(getattr(state, name).copy())
        covered = state.urban_share * state.coverage_urban + (1.0 - state.urban_share) * state.coverage_rural
        self.yearly["covered"].append(covered)


def gather(scenario: Scenario, replicate: int) -> Gathered:
    """Step one run of a scenario, and the same without aid for ten years from its start, and keep what patterns need.

    Args:
        scenario: whose strategy and years are run; its `run.seed` and `replicate` are the luck.
        replicate: number of the run, from 0.
    """
    world = begin(scenario, scenario.run.seed, replicate)
    world.stories_from = world.first_year
    log, start, end = _Log(), scenario.run.start, scenario.run.end
    log.note_year(world)
    without_year, without = min(start + YEARS_WITHOUT_AID, end), dict[str, FloatArray]()
    while world.year < end:
        if world.starts_now:
            without = _without_aid(world, scenario, without_year)
        advance(world)
        log.note(world)
    donors = world.reference.donors
    kinds = donors["type"].to_numpy(dtype=str)
    budget = donors["budget"].to_numpy(dtype=np.float64)
    return Gathered(
        start=start,
        years=np.array(log.years, dtype=np.int64),
        countries={name: np.array(log.yearly[name]) for name in YEARLY},
        areas={name: group_members(world.reference.countries, name)[1] for name in AREAS},
        without_year=without_year,
        without=without,
        payment_years=np.array(log.years[:-1], dtype=np.int64),
        payments=np.array(log.paid),
        allocations=np.array(log.allocated),
        agencies=np.array(log.agencies),
        bilateral=np.isin(kinds, BILATERAL),
        multilateral=kinds == "multilateral",
        digital_share=float(world.facts.donors.ict_budget.sum() / budget.sum()),
        initiatives=_initiatives(world, log),
    )


def _without_aid(world: World, scenario: Scenario, year: int) -> dict[str, FloatArray]:
    """Return use in a year of the world in which donors give nothing from now on, on the same luck."""
    other = begin_twin(world, scenario)
    while other.year < year:
        advance(other)
    return {"use": other.countries.use.copy(), "use_rural": other.countries.use_rural.copy()}


def _initiatives(world: World, log: _Log) -> pd.DataFrame:
    """Lay out every initiative that there ever was, with what was noted of it."""
    living = world.initiatives
    here = {"closed": np.full(living.count, -1), "cause": np.full(living.count, len(CAUSES))}
    here |= {name: getattr(living, name) for name in world.closed.schema if name in living.schema}
    rows = {name: np.concatenate([getattr(world.closed, name), column]) for name, column in here.items()}
    ended, closed = rows["ended"], rows["closed"]
    event = (ended >= 0) & (closed >= 0)
    # an exit takes effect at the start of its quarter and a closure at the end of its own, as in survival.py
    watched = np.where(event, closed + 1, world.quarter) - ended
    table = pd.DataFrame(
        {
            "key": rows["key"],
            "country": rows["country"],
            "income_group": world.facts.countries.income_group[rows["country"]],
            "kind": np.array(KIND_NAMES)[rows["kind"]],
            "group": np.array(GROUPS)[rows["group"]],
            "exit": np.array(list(EXITS))[rows["exit"]],
            "founded": world.first_year + rows["founded"] / QUARTERS_PER_YEAR,
            "ended": _date(world, ended),
            "closed": _date(world, closed),
            "cause": np.array([*CAUSES, ""])[rows["cause"]],
            "participation": rows["participation"],
            "dollars": rows["instalment"] * rows["duration"] / CENTS_PER_DOLLAR,
            "watched": np.where(ended >= 0, watched / QUARTERS_PER_YEAR, np.nan),
            "event": event,
        }
    )
    at_once = event & (closed == ended)  # closed in the quarter of the exit: what it was then
    for name in ("completion", "exit", *MOMENTS, *NOTED):
        keys = np.concatenate([keys for keys, _ in log.seen[name]] or [np.zeros(0, dtype=np.uint64)])
        noted = pd.Series(np.concatenate([values for _, values in log.seen[name]] or [np.zeros(0)]), index=keys)
        noted = noted[~noted.index.duplicated()]  # an award ended on the way has two such moments: the first counts
        table[name if name in NOTED else f"service_{name}"] = table["key"].map(noted).astype(np.float64)
    local = rows["revenue_share"] + rows["government_share"] + rows["levy_share"] + rows["endowment_share"]
    abrupt = rows["transition"] == 0
    for name, values, where in (
        ("service_exit", rows["service"], at_once),
        ("service_completion", rows["service"], at_once & abrupt),
        ("local_share", local, at_once),
    ):
        table[name] = np.where(table[name].isna() & where, values, table[name])
    return table


def _date(world: World, quarters: IntArray) -> FloatArray:
    """Return years; missing where the quarter is below zero."""
    return np.where(quarters < 0, np.nan, world.first_year + quarters / QUARTERS_PER_YEAR)
