"""What the referee found holds at small size: barriers bind, levers act, and the start is today's."""

from __future__ import annotations

import pytest

from afteraid.experiments.pages.adoption import page
from afteraid.experiments.trust.referee import (
    GROUPS_TODAY,
    LATER,
    SOON,
    START,
    Row,
    change,
    moved_everywhere,
    run_world,
    weighted,
)
from afteraid.simulation.state.kinds import BARRIERS


def test_easing_a_barrier_raises_use_in_every_place_that_it_stops() -> None:
    without, passing = run_world("bare", 0, SOON)
    for name in ("data price", "coverage", "skills"):
        with_it, _ = run_world(f"ease {name}", 0, SOON)
        lifted, left, asked = moved_everywhere([(without, with_it)], passing[:, BARRIERS.index(name)])
        assert lifted == asked > 50 and lifted + left == 2 * without[SOON]["use"].size, name
        assert change([(without, with_it)], SOON, "use", "LDC") > 0.0


@pytest.mark.slow
def test_barriers_that_stand_still_are_felt_and_most_in_the_countryside() -> None:
    pairs = [(run_world("now", number, LATER)[0], run_world("frozen", number, LATER)[0]) for number in (0, 1)]
    nation, town, countryside = (change(pairs, LATER, name, "LDC") for name in ("use", "use_urban", "use_rural"))
    assert -8.0 < nation < -3.0 and countryside < 1.3 * town < 0.0
    for group, figure in GROUPS_TODAY.items():
        use = sum(weighted(now[START], "use", group) for now, _ in pairs) / 2.0
        assert use == pytest.approx(figure, abs=2.5), group  # two replicates; the page has ten
    for place in ("urban", "rural"):
        year, first = pairs[0][0][LATER], pairs[0][0][START]
        over = year[f"use_{place}"] > year[f"bound_{place}"] + 1e-6
        assert (year[f"use_{place}"][over] <= first[f"use_{place}"][over] + 0.06).all()


def test_the_page_has_the_table() -> None:
    written = page([Row("found", "first", "now", "wanted")], 10)
    assert "| found | first | now | wanted |" in written and written.startswith("# How adoption changed")
