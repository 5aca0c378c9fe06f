"""A finer world: the same money in many times as many initiatives, each of a part of the size."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from short_worlds import SEED, run_on, short_plan
from test_invariants import shares_and_money_hold

from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.basis.units import QUARTERS_PER_YEAR
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.beginning.levers import apply_strategy
from afteraid.simulation.engine import go_on
from afteraid.simulation.processes import signing
from afteraid.simulation.processes.allocation import _concentration, willing
from afteraid.simulation.processes.founding import choose
from afteraid.simulation.processes.policy import _work_beyond_reference
from afteraid.simulation.processes.serving import passing
from afteraid.simulation.processes.signing import earmark, sign
from afteraid.simulation.processes.sizes import follow_money, sizes
from afteraid.simulation.processes.spillovers import surviving_peers
from afteraid.simulation.rules.founding import SMALLEST
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.state.world import World

SCALE = 20
BEGINS, ENDS = 2018, 2022


def plan(scale: int, **more: object) -> Scenario:
    """Four years of the baseline at a scale."""
    years = {"run.spinup": BEGINS, "run.start": ENDS - 1, "run.end": ENDS}
    return short_plan({**years, "world.initiative_scale": scale, **more})


def run_at(scale: int) -> World:
    """Those years stepped through, with every invariant checked after each step."""
    return run_on(begin(plan(scale), SEED, 0), ENDS, shares_and_money_hold)


@pytest.fixture(scope="module")
def fine() -> World:
    return run_at(SCALE)


@pytest.fixture(scope="module")
def usual() -> World:
    return run_at(1)


def with_budgets(scale: int) -> World:
    """A world before its first quarter, in which donors have a part of their budgets."""
    world = begin(plan(scale), SEED, 0)
    world.donors.budget[:] = 0.05 * world.facts.donors.ict_budget / QUARTERS_PER_YEAR
    return world


# The setting


@pytest.mark.parametrize("wrong", [0, -3, 1.5, 1001, "many", True, "1e3"])
def test_a_scale_that_means_nothing_is_refused(wrong: object) -> None:
    with pytest.raises(ScenarioError) as refused:
        plan(1, **{"world.initiative_scale": wrong})
    assert "initiative_scale" in str(refused.value) and "a whole number from 1 to 1000" in str(refused.value)


def test_a_world_goes_on_at_the_scale_at_which_it_was_begun() -> None:
    assert go_on(begin(plan(3), SEED, 0), plan(1)).scale == 3


# Equal money


MEASURES: dict[str, tuple[Callable[[World], float], float]] = {  # with the tolerance; donors promise less in excess
    "living": (lambda world: world.initiatives.count / world.scale, 0.10),
    "founded": (lambda world: world.tally.founded / world.scale, 0.10),
    "promised": (lambda world: world.initiatives.instalment.sum(), 0.10),
    "paid": (lambda world: world.donors.outlay.sum(), 0.05),
    "fees": (lambda world: world.ledger.received("users"), 0.20),
    "spent": (lambda world: world.ledger.total_out, 0.05),
    "people": (lambda world: world.tally.people_reached, 0.10),
    "served": (lambda world: passing(world).sum(), 0.20),
    "online": (lambda world: (world.countries.use * world.countries.population).sum(), 0.001),
}


@pytest.mark.parametrize("name", MEASURES)
def test_as_many_initiatives_do_the_work_of_one(name: str, fine: World, usual: World) -> None:
    measure, tolerance = MEASURES[name]
    assert measure(fine) == pytest.approx(measure(usual), rel=tolerance)


def test_budgets_are_the_same_to_the_cent(fine: World, usual: World) -> None:
    assert fine.ledger.inflow["donor"].sum() == usual.ledger.inflow["donor"].sum()


def test_a_finer_world_has_the_same_bits_again(fine: World) -> None:
    again = run_at(SCALE)
    for name in again.initiatives.schema:
        np.testing.assert_array_equal(getattr(fine.initiatives, name), getattr(again.initiatives, name), err_msg=name)
    np.testing.assert_array_equal(fine.countries.use, again.countries.use)
    np.testing.assert_array_equal(fine.ledger.books_out, again.ledger.books_out)


def test_no_two_initiatives_are_one(fine: World) -> None:
    keys = np.concatenate([fine.initiatives.key, fine.closed.key])
    assert np.unique(keys).size == keys.size > SCALE * 5_000


# Desks


def test_desks_share_what_their_pair_has() -> None:
    one, many = with_budgets(1), with_budgets(7)
    earmark(one, 12.0), earmark(many, 12.0)
    assert many.scale == 7 and many.dyads.sequence[3, 5].tolist() == [0, 1, 2, 3, 4, 5, 6]
    np.testing.assert_allclose(many.dyads.envelope.sum(axis=2), one.dyads.envelope[:, :, 0], rtol=1e-12)
    assert np.ptp(many.dyads.envelope, axis=2).max() == 0.0


def test_an_identity_asks_for_its_part_at_a_finer_scale() -> None:
    donor, recipient, sequence = np.arange(90), np.arange(90) + 20, np.arange(90) * 3
    one, many = (sizes(with_budgets(scale), donor, recipient, sequence) for scale in (1, 7))
    np.testing.assert_allclose(np.array(many) * 7.0, np.array(one), rtol=1e-12)


def test_what_is_prepared_follows_money_down_to_its_part_of_the_smallest() -> None:
    world = with_budgets(7)
    world.dyads.next_size[:] = 1.0
    follow_money(world)
    assert (world.dyads.next_size == SMALLEST / 7).all()


@pytest.mark.parametrize("at_once", [1, 50, signing.AT_ONCE])
def test_how_many_desks_draw_together_changes_nothing(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, other = with_budgets(7), with_budgets(7)
    signed = sign(usual, earmark(usual, 12.0), 5)
    monkeypatch.setattr(signing, "AT_ONCE", at_once)
    again = sign(other, earmark(other, 12.0), 5)
    assert signed.donor.size > 100
    one, two = (
        sorted(zip(*(column.tolist() for column in each), strict=True)) for each in (signed, again)
    )  # fmt: skip
    assert one == two
    for name in ("envelope", "threshold", "next_size", "sequence"):
        np.testing.assert_array_equal(getattr(usual.dyads, name), getattr(other.dyads, name))


# Rules that ask for a size or a number


def test_a_part_is_paid_for_as_its_whole_would_be() -> None:
    """Size decides whether crowds, bonds and swaps will pay."""
    mix = {"impact_bond": 0.3, "debt_swap": 0.3, "diaspora_crowd": 0.3, "project_grant": 0.1}
    found = []
    for scale in (1, 50):
        rules = {"strategy.mechanisms": mix, "world.initiative_scale": scale, "run.start": 2005, "run.end": 2007}
        world = begin(load_scenario("baseline", {"world.uncertain": False, **rules}), SEED, 0)
        apply_strategy(world, world.planned)
        donor, recipient = np.arange(300) % 90, np.arange(300) % 130
        dollars = np.geomspace(1e5, 1e8, 300) / scale
        found.append(choose(world, donor, recipient, np.arange(300), dollars).mechanism)
    np.testing.assert_array_equal(*found)
    assert np.unique(found[0]).size == 4


def repeated(world: World, times: int) -> World:
    """The same world with every initiative as often, each of its own part, and the scale that goes with it."""
    many = world.snapshot()
    for _ in range(times - 1):
        many.initiatives.take_over(world.initiatives, np.arange(world.initiatives.count))
    dyads = many.dyads
    for name in ("envelope", "sequence", "next_size", "threshold"):
        setattr(dyads, name, np.repeat(getattr(dyads, name), times, axis=2))
    return many


def test_rules_that_count_initiatives_count_their_wholes(usual: World) -> None:
    one = usual.snapshot()
    many = repeated(one, 4)
    assert many.scale == 4 and many.initiatives.count == 4 * one.initiatives.count
    links = {"all": np.ones((one.countries.count, one.countries.count), dtype=bool)}
    np.testing.assert_allclose(surviving_peers(many, links), surviving_peers(one, links))
    np.testing.assert_allclose(_work_beyond_reference(many), _work_beyond_reference(one), atol=1e-9)
    for world in (one, many):
        _concentration(world, willing(world))
    np.testing.assert_allclose(many.countries.fragmentation, one.countries.fragmentation)
    assert one.countries.fragmentation.min() < 0.5


# Money beyond what a floating-point number counts to the cent


def test_books_balance_beyond_what_floating_point_holds() -> None:
    world = begin(plan(1, **{"run.spinup": ENDS - 2}), SEED, 0)
    donors = world.facts.donors
    world.facts = replace(world.facts, donors=replace(donors, ict_budget=50_000.0 * donors.ict_budget))
    run_on(world, ENDS, shares_and_money_hold)  # proves the books to the cent
    assert world.ledger.total_in > 2**53 and world.ledger.total_in - world.ledger.total_out > 0


# What it costs


@pytest.mark.slow
def test_the_benchmark_prints_a_line_for_each_scale() -> None:
    script = Path(__file__).parents[1] / "benchmarks" / "scale.py"
    done = subprocess.run([sys.executable, str(script), "1", "8"], check=True, stdout=subprocess.PIPE, text=True)
    head, *lines = (line.split() for line in done.stdout.splitlines() if line)
    assert head[0] == "scale" and [line[0] for line in lines] == ["1", "8"]
    living, peak = ([float(line[column].replace(",", "")) for line in lines] for column in (1, 5))
    assert living[1] == pytest.approx(8.0 * living[0], rel=0.3) and 100.0 < peak[0] < 10_000.0
