"""One world for the calibration of closure: its survival after exit, and what users pay of running cost.

Survival alone is what a structure that competes with the rule of closure is held to as well.
"""

from __future__ import annotations

import numpy as np

from afteraid.simulation.basis.units import QUARTERS_PER_YEAR, FloatArray
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.measures.groups import INCOME_GROUPS
from afteraid.simulation.measures.survival import serving_at, survival
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.kinds import CHARGES
from afteraid.simulation.state.world import INDEPENDENT, World

YEARS_AFTER = (1.0, 3.0, 5.0, 10.0)
MIDDLE_INCOME = [INCOME_GROUPS.index(name) for name in ("LMC", "UMC")]


def seen_of(plan: Scenario, seed: int, number: int) -> FloatArray:
    """Run one world; return survival at the four times after exit, and fees over running cost in middle income, (5,).

    Args:
        plan: what is run.
        seed: of its luck.
        number: of the run.
    """
    return watched(begin(plan, seed, number), plan)


def watched(world: World, plan: Scenario) -> FloatArray:
    """Run a world to its last year; return survival at the four times after exit and fees over running cost, (5,)."""
    paid, charging = 0.0, 0
    while world.year < plan.run.end:
        advance(world)
        if world.new_year and world.year > plan.run.start:
            fees = fees_a_year_on(world)
            paid, charging = paid + float(fees.sum()), charging + fees.size
    counts = survival(compile_record(world).tables["initiatives"], plan.run.start, plan.run.end, ("all",))
    return np.append(serving_at(counts, YEARS_AFTER), paid / max(charging, 1))


def fees_a_year_on(world: World) -> FloatArray:
    """Return the share of running cost that users pay to each initiative in middle income that charges them.

    Those are taken that the donor left between one and two years ago, (n,).
    """
    initiatives = world.initiatives
    since, income = initiatives.since_exit, world.facts.countries.income_group[initiatives.country]
    chosen = (initiatives.phase == INDEPENDENT) & (initiatives.life == 0) & (CHARGES[initiatives.kind] > 0.0)
    chosen &= (since >= QUARTERS_PER_YEAR) & (since < 2 * QUARTERS_PER_YEAR) & np.isin(income, MIDDLE_INCOME)
    return np.asarray(initiatives.revenue_share[chosen])
