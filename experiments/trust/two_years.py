"""Closures in the first two years when donors' money stops in different ways, from one state on the same luck.

No funding, a pro-rata cut of 100%, a cut of 100% that terminates awards, and a withdrawal without notice are four
labels of one event: no donor pays. So they should close the same initiatives, and more than the baseline does.
"""

from __future__ import annotations

from collections.abc import Mapping

from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.beginning.levers import strategy_of, surroundings_of
from afteraid.simulation.engine import advance
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.world import World

YEARS = 2
BASELINE, NO_DOLLAR, PRO_RATA = "baseline", "no dollar", "pro-rata cut of 100%"
TERMINATED, WITHDRAWN = "terminated by 100%", "withdrawn without notice"
WAYS = (BASELINE, NO_DOLLAR, PRO_RATA, TERMINATED, WITHDRAWN)


def stopped(plan: Scenario, way: str) -> Scenario:
    """Return a scenario in which donors' money stops in its start year, in one of the WAYS."""
    year = plan.run.start
    cuts = [cut.model_dump() for cut in plan.world.cuts]
    settings: dict[str, dict[str, object]] = {
        BASELINE: {},
        NO_DOLLAR: {"strategy.funding": 0.0},
        PRO_RATA: {"world.cuts": [*cuts, {"year": year, "size": 1.0, "donors": ["all"], "mode": "pro_rata"}]},
        TERMINATED: {"world.cuts": [*cuts, {"year": year, "size": 1.0, "donors": ["all"], "mode": "terminate"}]},
        WITHDRAWN: {"world.withdrawals": [{"year": year, "donors": ["all"], "notice_years": 0.0}]},
    }
    return plan.with_settings(settings[way]) if settings[way] else plan


def closures(plan: Scenario, seed: int, number: int, years: int = YEARS) -> Mapping[str, int]:
    """Return closures in the first years of a scenario, by the way in which donors' money stops.

    Args:
        plan: what would happen otherwise.
        seed: of its luck.
        number: of the run.
        years: from the start of the scenario on.
    """
    world = begin(plan, seed, number)
    while world.year < plan.run.start:
        advance(world)
    return {way: _run_on(world.snapshot(), stopped(plan, way), years) for way in WAYS}


def _run_on(world: World, plan: Scenario, years: int) -> int:
    """Run a state on under a scenario; return how many initiatives have closed since."""
    world.settings, world.planned = surroundings_of(plan), strategy_of(plan)
    before = world.tally.closed
    while world.year < plan.run.start + years:
        advance(world)
    return round(world.tally.closed - before)
