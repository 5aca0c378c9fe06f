"""Recording: what a run keeps, as tidy tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import numpy as np

from ..basis.compiled import compiled
from ..basis.late import pd
from ..basis.short import Short
from ..basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR, FloatArray, IntArray, expit
from ..exits import EXITS
from ..measures.catalogue import ACCOUNTS, COUNTRY_COLUMNS, FLOWS, RECORDED, require
from ..measures.columns import COLUMN_NAMES
from ..measures.groups import INCOME_GROUPS
from ..mechanisms import MECHANISMS
from ..processes.delivery import index_in_force
from ..processes.serving import adding, passing
from ..state.kept import YearRecord
from ..state.kinds import KIND_NAMES
from ..state.ledger import SOURCES, USES
from ..state.policies import PAYERS
from ..state.world import (
    AFTER_EXIT,
    CAUSES,
    CHANNELS,
    FACTORS,
    FIRST_LIFE,
    GROUPS,
    INDEPENDENT,
    STAGES,
    TRANSITION,
    World,
)
from .accounts import accounts, table_of_accounts, table_of_closures
from .exits import exits_of_year, no_exits, table_of_exits
from .indicators import Values, aid_received, flow_indicators, running_totals, state_indicators
from .labels import labelled
from .portfolio import portfolio, table_of_portfolio


@dataclass
class RunRecord(Short):
    """One run's tables: countries, accounts and closures by country, initiatives, finance, activity and more."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


def record_year(world: World, year: int) -> None:
    """Keep the state on 1 January of a year; the catalogue of measures has to have a record of all that is kept.

    Where the world names what is recorded, the rest of the record stays empty.
    """
    inflow, outflow = world.ledger.statement() if _asked(world, "finance") else ({}, {})
    countries = _country_columns(world) if _asked(world, "countries") else {}
    activity: dict[str, float] = {}
    indicators, totals, aid = _indicators(world, year) if _asked(world, "activity") else ({}, {}, np.zeros(0))
    own: dict[str, FloatArray] = {}
    held: dict[str, FloatArray] = {}
    if _asked(world, "activity", "accounts", "portfolio"):
        served = passing(world)
        own, held = _accounts_and_portfolio(world, served) if year >= world.start_year else ({}, {})
        if _asked(world, "activity"):
            activity = _running_activity(world, served)
            activity |= {name: float(own[name].sum()) for name in ACCOUNTS if own and name not in activity}
    people = _asked(world, "people")
    require(countries, COUNTRY_COLUMNS)
    require(activity, RECORDED)
    world.yearly.append(
        YearRecord(
            year,
            countries,
            world.now.effective.copy(),
            inflow,
            outflow,
            activity,
            indicators,
            totals,
            accounts=own,
            exits=exits_of_year(world) if _asked(world, "exits") and _follows_the_start(world) else no_exits(),
            portfolio=held,
            aid=aid,
            people=world.now.people.copy() if people else np.zeros((0, 0)),
            users=world.now.users.copy() if people else np.zeros(0),
        )
    )


def _asked(world: World, *tables: str) -> bool:
    """Say whether the world records any of some tables."""
    return world.recorded is None or not world.recorded.isdisjoint(tables)


def _follows_the_start(world: World) -> bool:
    """Say whether the year that has just ended is one of the answer."""
    return bool(world.yearly) and world.yearly[-1].year >= world.start_year


def _accounts_and_portfolio(world: World, served: FloatArray) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Return the accounts of economies and the portfolio, which both read whom each initiative adds to use."""
    added = adding(world, served)
    own = accounts(world, served, added) if _asked(world, "activity", "accounts") else {}
    return own, portfolio(world, added) if _asked(world, "portfolio") else {}


def _country_columns(world: World) -> dict[str, FloatArray]:
    """Copy what is kept of each country, in the order of the table `countries`."""
    countries = world.countries
    return {
        "population": countries.population.copy(),
        "urban_share": countries.urban_share.copy(),
        "use": countries.use.copy(),
        "use_urban": countries.use_urban.copy(),
        "use_rural": countries.use_rural.copy(),
        "use_women": countries.use_women.copy(),
        "use_men": countries.use_men.copy(),
        "reference_use": expit(countries.reference_log_odds),
    }


def _running_activity(world: World, served: FloatArray) -> dict[str, float]:
    """Return counts of today, and for each flow its sum since the beginning, in the order of the table `activity`.

    `served` is the people whom each initiative serves, (n,).
    """
    countries, tally, helped = world.countries, world.tally, aid_received(world) > 0.0
    initiatives, by_phase = world.initiatives, np.empty(served.size)
    working, first, second = _sort_by_phase(initiatives.phase, initiatives.life, served, by_phase)
    return {
        "living_initiatives": float(initiatives.count),
        "working_initiatives": float(initiatives.service.sum()),
        "serving_after_exit": float(served.size - second),
        "working_after_exit": working / tally.exited if tally.exited else float("nan"),
        "users_served": float(served.sum()),
        "users_funded": float(by_phase[:first].sum()),
        "users_handing_over": float(by_phase[first:second].sum()),
        "sustained_users": float(by_phase[second:].sum()),
        "retained_users": float(world.memory.retained.sum()),
        "user_years_funded": tally.all_user_years - tally.handing_over_user_years - tally.user_years,
        "user_years_handing_over": tally.handing_over_user_years,
        "user_years_after_exit": tally.user_years,
        "user_years": tally.all_user_years,
        "outlay_usd": float(world.donors.outlay.sum()),
        "donor_hhi_mean": float(countries.fragmentation[world.reference.recipients[helped]].mean())
        if helped.any()
        else 1.0,
        "recurrent_burden_usd": tally.burden,
        **{f"policy_{payer}_usd": float(world.memory.policy_cost[:, row].sum()) for row, payer in enumerate(PAYERS)},
        "stranded_usd": tally.stranded,
        "founded": tally.founded,
        "closed": tally.closed,
        "climate_events": tally.climate_events,
        "climate_loss_people": tally.climate_loss_people,
        "climate_loss_usd": tally.climate_loss_usd,
        "cyber_incidents": tally.cyber_incidents,
        "cyber_loss_usd": tally.cyber_loss_usd,
        "taken_out": tally.taken_out,
        "taken_out_outlay_usd": tally.taken_out_outlay,
    }


@compiled
def _sort_by_phase(phase: IntArray, life: IntArray, served: FloatArray, by_phase: FloatArray) -> tuple[int, int, int]:
    """Sort people served by phase: funded, transition, independent.

    Returns:
        How many of all initiatives that donors have left work today, those started again among them; and where
        transition and independence begin in `by_phase`.
    """
    ends, working = np.zeros(INDEPENDENT + 2, dtype=np.int64), 0
    for i in range(phase.size):
        ends[np.uint64(phase[i] + 1)] += 1  # no index counts from the end
        working += (life[i] == AFTER_EXIT) | ((life[i] == FIRST_LIFE) & (phase[i] == INDEPENDENT))
    ends[INDEPENDENT] += ends[TRANSITION]
    place = ends.copy()
    for i in range(phase.size):
        p = np.uint64(phase[i])
        by_phase[np.uint64(place[p])] = served[i]
        place[p] += 1
    return working, ends[TRANSITION], ends[INDEPENDENT]


def _indicators(world: World, year: int) -> tuple[Values, dict[str, float], FloatArray]:
    """Return indicators, totals and aid from the start year on: earlier years are in no table."""
    if year < world.start_year:
        return {}, {}, np.zeros(0)
    indicators = state_indicators(world)
    require((measure for measure, _ in indicators), RECORDED)
    return indicators, running_totals(world), aid_received(world)


def compile_record(world: World) -> RunRecord:
    """Turn what was kept into tables; flows are of the year that starts on the recorded date.

    Before the start year the tables have their columns and no rows, but for the parameters. Where the world names what
    is recorded, no other table is made.
    """
    years = [entry for entry in world.yearly if entry.year >= world.start_year]
    iso3 = world.reference.countries["iso3"].to_numpy()
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "countries": lambda: _countries(world, years),
        "accounts": lambda: table_of_accounts(years, iso3),
        "closures": lambda: table_of_closures(world, iso3),
        "exits": lambda: table_of_exits(years, iso3, tuple(world.reference.donors["code"])),
        "portfolio": lambda: table_of_portfolio(years),
        "initiatives": lambda: _initiatives(world),
        "finance": lambda: _finance(years),
        "people": lambda: _people(years),
        "activity": lambda: _activity(world, years),
        "parameters": lambda: pd.DataFrame(
            {"name": list(world.values), "value": [world.values[name] for name in world.values]}
        ),
    }
    return RunRecord({name: make() for name, make in makers.items() if _asked(world, name)})


def _countries(world: World, years: list[YearRecord]) -> pd.DataFrame:
    """Return what is kept of each economy, by year."""
    iso3 = world.reference.countries["iso3"].to_numpy()
    names = _country_columns(world)
    table = {name: np.concatenate([np.zeros(0), *(entry.countries[name] for entry in years)]) for name in names}
    dates = np.array([entry.year for entry in years], dtype=np.int64)
    every = np.tile(np.arange(iso3.size), len(years))
    return pd.DataFrame({"year": np.repeat(dates, iso3.size), "iso3": labelled(every, tuple(iso3)), **table})


def _finance(years: list[YearRecord]) -> pd.DataFrame:
    """Return the ledger's flows by year, source or use, and mechanism, in dollars; no row where nothing flowed."""
    items, mechanisms = (*SOURCES, *USES), (*MECHANISMS, "none")
    books = np.array([[*entry.inflow.values(), *entry.outflow.values()] for entry in years])
    flows = np.diff(books.reshape(len(years), len(items), len(mechanisms)), axis=0)
    year, item, mechanism = np.nonzero(flows)
    dates = np.array([entry.year for entry in years], dtype=np.int64)
    return pd.DataFrame(
        {
            "year": dates[year],
            "direction": labelled((item >= len(SOURCES)).astype(np.int64), ("source", "use")),
            "item": labelled(item, items),
            "mechanism": labelled(mechanism, mechanisms),
            "amount_usd": flows[year, item, mechanism],
        }
    )


def _people(years: list[YearRecord]) -> pd.DataFrame:
    """Return the ledger of people on 1 January: stages of what initiatives do by kind, and users by channel.

    The stages before the last narrow down, from those built for to the users added; channels sum to the last of them.
    """
    kinds, stages, channels = len(KIND_NAMES), len(STAGES), len(CHANNELS)
    item = np.concatenate([np.repeat(np.arange(stages), kinds), stages + np.arange(channels)])
    kind = np.concatenate([np.tile(np.arange(kinds), stages), np.full(channels, kinds)])
    amounts = [np.concatenate([entry.people.ravel(), entry.users]) for entry in years]
    return pd.DataFrame(
        {
            "year": np.repeat(np.array([entry.year for entry in years], dtype=np.int64), item.size),
            "item": labelled(np.tile(item, len(years)), (*STAGES, *CHANNELS)),
            "kind": labelled(np.tile(kind, len(years)), (*KIND_NAMES, "all")),
            "people": np.concatenate([np.zeros(0), *amounts]),
        }
    )


def _activity(world: World, years: list[YearRecord]) -> pd.DataFrame:
    """Return counts on 1 January and flows of the year that follows, of the world or of a group of countries."""
    rows = []
    for entry, following in zip_longest(years, years[1:]):
        year = entry.year
        for measure, value in entry.activity.items():
            if measure not in FLOWS:
                rows.append((year, "world", measure, value))
            elif following is not None:
                rows.append((year, "world", measure, following.activity[measure] - value))
        measured = dict(entry.indicators)
        if following is not None:
            flows = flow_indicators(world, entry, following)
            require((measure for measure, _ in flows), FLOWS)
            measured |= flows
        rows += [
            (year, group, measure, value)
            for (measure, group), value in measured.items()
            if (measure, group) != ("donor_hhi_mean", "world")
        ]
    year, group, measure, value = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame(
        {
            "year": np.array(year, dtype=np.int64),
            "group": pd.Categorical(group),
            "measure": pd.Categorical(measure),
            "value": np.array(value, dtype=np.float64),
        }
    )


def _initiatives(world: World) -> pd.DataFrame:
    """Return every initiative founded or left by its donor at or after the start, living or closed."""
    closed, living = world.closed, world.initiatives
    start = (world.start_year - world.first_year) * QUARTERS_PER_YEAR
    gone, alive = (np.flatnonzero((part.founded >= start) | (part.ended >= start)) for part in (closed, living))
    table, donors = world.reference.countries, world.reference.donors
    income, region = world.facts.countries.income_group, world.facts.countries.region_row

    def of(name: str) -> Any:
        """Return a column of those that are kept, closed ones first; the living have not closed."""
        last = getattr(living, name)[alive] if name in living.schema else np.full(alive.size, -1)
        return np.concatenate([getattr(closed, name)[gone], last])

    def date(name: str) -> Any:
        quarters = of(name)
        return np.where(quarters < 0, np.nan, world.first_year + quarters / QUARTERS_PER_YEAR)

    country = of("country")
    found = pd.DataFrame(
        {
            "key": of("key"),
            "donor": labelled(of("donor"), tuple(donors["code"])),
            "iso3": labelled(country, tuple(table["iso3"])),
            "kind": labelled(of("kind"), KIND_NAMES),
            "group": labelled(of("group"), GROUPS),
            "mechanism": labelled(of("mechanism"), tuple(MECHANISMS)),
            "exit_strategy": labelled(of("exit"), tuple(EXITS)),
            "income_group": labelled(income[country], INCOME_GROUPS),
            "region": labelled(region[country], tuple(np.unique(world.facts.countries.region).tolist())),
            "founded": date("founded"),
            "ended": date("ended"),
            "closed": date("closed"),
            "cause": labelled(of("cause"), (*CAUSES, "")),
            "people": of("people"),
            "outlay_usd": of("outlay") / CENTS_PER_DOLLAR,
            "running_cost_usd": of("operating_cost") * QUARTERS_PER_YEAR,
            "service": of("service"),
            "sustainability": index_in_force(world, *map(of, FACTORS)),
            "linkages": of("linkages"),
        }
    )
    require(found.columns, frozenset(COLUMN_NAMES))
    return found
