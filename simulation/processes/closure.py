"""Closure: initiatives end when their cumulative hazard passes their fate."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from ..basis.units import YEARS_PER_QUARTER, BoolArray, FloatArray, IntArray
from ..state.ledger import Pot
from ..state.parameters import Parameter, declare, normal, triangular, uniform
from ..state.structures import INSTITUTIONALISED, PLATEAU
from ..state.world import CAUSES, FACTORS, INDEPENDENT, RURAL, World
from .delivery import exponent, index

declare(
    "closure",
    Parameter("survival_five_years", 0.42, "share", "Serving five years after exit, mean over the default world",
              "synthesis of Best and Kumar 2008, Lemaire 2011, Banks and Furey 2016 and others; judged", "judged",
              triangular(0.25, 0.60), 0.05, 0.95),
    Parameter("shape", 0.9, "1", "Weibull shape of the hazard after exit (falling with time below one)",
              "Banks and Furey 2016, derived 0.41 before frailty; judged 0.8-1 with it", "judged", uniform(0.8, 1.0),
              0.3, 1.5),
    Parameter("sustainability", 2.3, "log hazard", "Fall of the log hazard per unit of sustainability (b_S)",
              "judgement: set so that moving one factor gives hazard ratios of 0.4-0.55", "judged", normal(0.4, 1.0,
              3.6),
              0.0, 10.0),
    Parameter("linkages", 0.6, "log hazard", "Fall of the log hazard per unit of linkages (b_L)",
              "Best and Kumar 2008: hazard ratio 0.55 (0.40-0.80) of support", "judged", normal(0.17, 0.2, 1.0), 0.0,
              10.0),
    Parameter("dependence", 0.41, "log hazard", "Rise of the log hazard with the donor's last share (b_dep)",
              "Rogers and Coates 2015: hazard ratio 1.5 (1.1-2.2)", "judged", normal(0.17, 0.0, 0.8), 0.0, 5.0),
    Parameter("fragility", 0.47, "log hazard", "Rise of the log hazard in fragile countries (b_frag)",
              "hazard ratio 1.6 (1.2-2.2), lower success in fragile states", "judged", normal(0.15, 0.1, 0.85), 0.0,
              5.0),
    Parameter("technology", 0.34, "log hazard", "Rise of the log hazard per refresh cycle missed (b_tech)",
              "hazard ratio 1.4 (1.2-1.8)", "judged", normal(0.1, 0.1, 0.6), 0.0, 5.0),
    Parameter("conflict", 0.47, "log hazard", "Rise of the log hazard in conflict", "UCDP/PRIO literature: hazard x1.6",
              "published", uniform(0.2, 0.7), 0.0, 5.0),
    Parameter("mean_sustainability", 0.45, "0-1", "Mean sustainability after exit, where the hazard is centred",
              "default world of this model", "derived", minimum=0.0, maximum=1.0),
    Parameter("mean_linkages", 0.35, "0-1", "Mean linkages after exit, where the hazard is centred",
              "default world of this model", "derived", minimum=0.0, maximum=1.0),
    Parameter("frailty", 0.9, "log hazard", "Standard deviation of frailty, initiatives and countries together",
              "judgement, held against survival of .80 .55 .42 .30 at 1, 3, 5, 10 years", "judged", uniform(0.4, 1.4),
              0.0, 3.0),
    Parameter("frailty_between", 0.175, "share", "Share of the frailty variance between countries",
              "Bulman, Kolkma and Kraay 2015: 10-25%", "published", uniform(0.10, 0.25), 0.0, 1.0),
    Parameter("before_exit", 0.0368, "per year", "Hazard of failure in the funded years, at mean governance",
              "World Bank IEG ratings of investment projects approved since 1995, fitted", "derived",
              normal(0.004, 0.0), 0.0, 1.0),
    Parameter("before_fragility", 0.1864, "log hazard", "Rise of the log hazard in the funded years, fragile states",
              "World Bank IEG and ADB ratings of projects, fitted", "derived", normal(0.12), -1.0, 5.0),
    Parameter("before_governance", 0.2185, "log hazard", "Fall of the log hazard in the funded years per standard "
              "deviation of governance", "World Bank IEG and ADB ratings of projects, fitted", "derived", normal(0.09),
              -1.0, 5.0),
    Parameter("before_country", 0.448, "log hazard", "Standard deviation between countries in the funded years",
              "World Bank IEG and ADB ratings of projects, fitted", "derived", normal(0.092, 0.0), 0.0, 3.0),
)  # fmt: skip


def closure(world: World) -> None:
    """Add this quarter's hazard and close what has passed its fate; the cause is the term that weighs most.

    Complementary log-log: h = 1 - exp(-exp(eta) dt), written as a cumulative hazard that meets one Exp(1) draw.
    """
    initiatives = world.initiatives
    if initiatives.count == 0:
        return
    out = initiatives.phase == INDEPENDENT
    before = world.scratch["hazard_before_exit"] * np.exp(world.values["closure.conflict"] * world.countries.conflict)
    rate = before[initiatives.country] * (initiatives.age > 0)
    rows = np.flatnonzero(out)
    rate[rows] = np.exp(sum(_terms(world, rows).values()))
    if PLATEAU in world.settings.structures:
        rate[rows[_institutionalised(world, rows)]] = 0.0
    initiatives.hazard += rate * YEARS_PER_QUARTER
    closing = np.flatnonzero(initiatives.hazard >= initiatives.fate)
    if closing.size:
        _close(world, closing)


def _institutionalised(world: World, rows: IntArray) -> BoolArray:
    """Say which initiatives the structural alternative of a plateau holds to have come to stay: the least frail."""
    bar = world.scratch["frailty_own"] * float(ndtri(INSTITUTIONALISED))
    return np.asarray(world.initiatives.frailty[rows] <= bar)


def _terms(world: World, rows: IntArray) -> dict[str, FloatArray]:
    """Return the terms of the log hazard after exit, each (n,)."""
    initiatives, values, countries = world.initiatives, world.values, world.countries
    country = initiatives.country[rows]
    years = (initiatives.since_exit[rows] + 0.5) * YEARS_PER_QUARTER
    falls = 0.0 if PLATEAU in world.settings.structures else 1.0
    index_gap = initiatives.sustainability[rows] - values["closure.mean_sustainability"]
    link_gap = initiatives.linkages[rows] - values["closure.mean_linkages"]
    return {
        "time": world.scratch["intercept"] + (values["closure.shape"] - 1.0) * falls * np.log(years),
        "sustainability": -values["closure.sustainability"] * index_gap,
        "linkages": -values["closure.linkages"] * link_gap,
        "dependence": values["closure.dependence"] * initiatives.last_donor_share[rows],
        "fragility": values["closure.fragility"] * world.reference.fragile[country],
        "technology": values["closure.technology"] * initiatives.missed[rows],
        "shock": values["closure.conflict"] * countries.conflict[country],
        "chance": initiatives.frailty[rows] + countries.frailty[country],
    }


def _causes(world: World, rows: IntArray) -> IntArray:
    """Return, for each closing row, the term whose reset to its kind's median would cut the hazard most."""
    initiatives, values, medians = world.initiatives, world.values, world.scratch["medians"]
    kind = initiatives.kind[rows]
    slope, power = values["closure.sustainability"], exponent(world)
    factors = {name: getattr(initiatives, name)[rows] for name in FACTORS}
    now = index(factors["resources"], factors["capacity"], factors["motivation"], power)
    gains = []
    for name in factors:
        reset = {**factors, name: medians[name][kind]}
        better = index(reset["resources"], reset["capacity"], reset["motivation"], power)
        gains.append(slope * (better - now))
    terms = _terms(world, rows)
    gains += [terms[name] - medians[name][kind] for name in CAUSES[len(FACTORS) :]]
    return np.asarray(np.argmax(np.array(gains), axis=0))


def medians(world: World) -> None:
    """Remember each kind's median factors and terms among initiatives after exit, every fifth year, to name causes."""
    initiatives = world.initiatives
    if not world.new_year or world.year % 5:
        return
    rows = np.flatnonzero(initiatives.phase == INDEPENDENT)
    kinds, terms = initiatives.kind[rows], _terms(world, rows)
    for name, column in world.scratch["medians"].items():
        values = getattr(initiatives, name)[rows] if name in FACTORS else terms[name]
        for kind in range(column.size):
            chosen = values[kinds == kind]
            if chosen.size:
                column[kind] = np.median(chosen)


def _close(world: World, rows: IntArray) -> None:
    """Take closing initiatives out of the columns: write off their cash, keep their story, leave some users behind."""
    initiatives, countries = world.initiatives, world.countries
    till = Pot("initiative", initiatives.cash)
    mechanism = initiatives.mechanism[rows]
    for pot in (till, Pot("refresh fund", initiatives.refresh_fund)):
        world.ledger.spend("write_off", pot, pot.balance[rows].copy(), mechanism, rows)
    chest = Pot("endowment", initiatives.endowment)
    world.ledger.spend("returned", chest, chest.balance[rows].copy(), mechanism, rows)
    reached = initiatives.service[rows] * initiatives.people[rows]
    reached = (
        reached * world.scratch["reach"][initiatives.country[rows], initiatives.group[rows], initiatives.kind[rows]]
    )
    rural = initiatives.group[rows] == RURAL
    country = initiatives.country[rows]
    countries.retained_rural += np.bincount(country, weights=reached * rural, minlength=countries.count)
    countries.retained_urban += np.bincount(country, weights=reached * ~rural, minlength=countries.count)
    if world.year >= world.stories_from:  # what closed before is in no table
        out = initiatives.phase[rows] == INDEPENDENT
        record: dict[str, Any] = initiatives.take(rows)
        record["closed"] = np.full(rows.size, world.quarter)
        record["cause"] = np.where(out, _causes(world, rows), len(CAUSES))
        world.closed.append(record)
    world.tally["closed"] = world.tally.get("closed", 0.0) + rows.size
    world.tally["stranded"] = world.tally.get("stranded", 0.0) + float(initiatives.capital[rows].sum())
    world.tally["closed_vintage"] = world.tally.get("closed_vintage", 0.0) + float(initiatives.vintage[rows].sum())
    initiatives.remove(rows)
