"""One world watched for the check of money and closure: what is signed, how donors leave, and why initiatives close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.measures.survival import serving_at, survival
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.kinds import KIND_NAMES
from afteraid.simulation.state.world import INDEPENDENT, World

from .referee import totals

YEARS_ON, CONNECTING_UNTIL = 10.0, 2035
FROM_FOUNDING = "all_from_founding"
EXITS_OF = ["kind", "till_years", "waited", "longest"]


@dataclass(frozen=True)
class Watched:
    """What one run from its start year on leaves for the check.

    Attributes:
        signed: type of the donor and dollars of each initiative, as signed.
        exits: kind, running cost in the till (years), quarters waited since full funding ended, and most that the exit
            may wait (quarters), of each exit whose initiative outlives its quarter.
        causes: closures after exit by cause.
        lapsed: share of appropriations that lapse.
        serving: share that serves ten years after founding.
        connecting: dollars of all sources for a person connected who was offline, up to 2035.
    """

    signed: pd.DataFrame
    exits: pd.DataFrame
    causes: pd.Series[int]
    lapsed: float
    serving: float
    connecting: float


def watch(plan: Scenario, seed: int, number: int) -> Watched:
    """Run one world to its last year and note what the check of money and closure needs.

    Args:
        plan: what is run.
        seed: of its luck.
        number: of the run.
    """
    world = begin(plan, seed, number)
    while world.year < plan.run.start:
        advance(world)
    before, after = totals(world)["totals"], np.zeros(3)
    signed, exits = [], []
    while world.year < plan.run.end:
        advance(world)
        signed.append(_signed(world))
        exits.append(_exits(world))
        if world.year <= CONNECTING_UNTIL:
            after = totals(world)["totals"]
    tables = compile_record(world).tables
    flows = tables["finance"].groupby("item", observed=True)["amount_usd"].sum()
    spent = after - before
    return Watched(
        signed=pd.concat(signed, ignore_index=True),
        exits=pd.concat(exits, ignore_index=True),
        causes=_causes(tables["initiatives"]),
        lapsed=float(flows.get("lapsed", 0.0) / flows["donor"]),
        serving=_serving(tables["initiatives"], plan),
        connecting=float(spent[0] / spent[2]),
    )


def _signed(world: World) -> pd.DataFrame:
    """Return what has been signed in the quarter that was run last."""
    new = world.initiatives
    rows = np.flatnonzero(new.founded == world.quarter - 1)
    dollars = new.instalment[rows] * new.duration[rows] / CENTS_PER_DOLLAR
    return pd.DataFrame({"type": world.facts.donors.types[new.donor[rows]], "dollars": dollars})


def _exits(world: World) -> pd.DataFrame:
    """Return the exits of the quarter that was run last."""
    initiatives = world.initiatives
    rows = np.flatnonzero((initiatives.phase == INDEPENDENT) & (initiatives.ended == world.quarter - 1))
    yearly = initiatives.operating_cost[rows] * QUARTERS_PER_YEAR * CENTS_PER_DOLLAR
    found = (
        np.array(KIND_NAMES)[initiatives.kind[rows]],
        initiatives.cash[rows] / np.maximum(yearly, 1.0),
        initiatives.age[rows] - initiatives.duration[rows],
        world.traits.exit.extension[initiatives.exit[rows]],
    )
    return pd.DataFrame(dict(zip(EXITS_OF, found, strict=True)))


def _causes(initiatives: pd.DataFrame) -> pd.Series[int]:
    """Count closures after exit by cause."""
    after = initiatives[initiatives["ended"].notna() & initiatives["closed"].notna()]
    return after["cause"].astype(str).value_counts()


def _serving(initiatives: pd.DataFrame, plan: Scenario) -> float:
    """Return the share that serves ten years after founding; missing where nobody was watched that long."""
    counts = survival(initiatives, plan.run.start, plan.run.end, (FROM_FOUNDING,))
    return float(serving_at(counts, (YEARS_ON,))[0])
