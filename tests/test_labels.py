"""A label protects nobody: with the same money and factors, phase, exit and mechanism change no hazard and no line."""

from __future__ import annotations

from functools import cache

import numpy as np

from afteraid.experiments.trust.labels import LABELS, differing, exchanged, paid_world, rest_of_quarter
from afteraid.simulation.basis.units import QUARTERS_PER_YEAR
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import World

UNTIL = 2032  # from the start on there are initiatives of every phase, exit and mechanism


@cache
def paid() -> World:
    plan = load_scenario("baseline", {"run.end": UNTIL + 2})
    return paid_world(plan, 3, 0, (UNTIL - plan.run.spinup) * QUARTERS_PER_YEAR + 1)


def test_labels_exchanged_in_one_state_change_neither_hazards_nor_arrears_nor_lines_nor_closures() -> None:
    world = paid()
    other = exchanged(world, 1)
    paid_rows = world.initiatives.outlay > 0
    for name in LABELS:
        one, two = getattr(world.initiatives, name), getattr(other.initiatives, name)
        assert (one[paid_rows] != two[paid_rows]).mean() > 0.1, name  # the exchange is a real one
        assert np.array_equal(one[~paid_rows], two[~paid_rows]), name
    first, second = rest_of_quarter(world.snapshot()), rest_of_quarter(other)
    assert differing(first, second) == []
    assert first.closed.size > 20 and (first.columns["owing"] > 0).sum() > 100
    assert (first.columns["government_share"] > 0.0).sum() > 100


def test_another_flow_under_the_same_labels_is_seen() -> None:
    world = paid()
    other = world.snapshot()
    rows = np.flatnonzero(other.initiatives.outlay > 0)
    other.initiatives.cash[rows], other.initiatives.paid_share[rows] = 0, 0.0
    found = differing(rest_of_quarter(world.snapshot()), rest_of_quarter(other))
    assert found  # a comparison that sees nothing would pass any rule
