"""The ledger of people: every stage narrows, channels sum to all users, and no cost is paid twice."""

from __future__ import annotations

import numpy as np
import pytest

from afteraid import FinancingModel
from afteraid.simulation.basis.compiled import elementwise
from afteraid.simulation.basis.units import CENTS_PER_DOLLAR
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import load_countries
from afteraid.simulation.engine import advance
from afteraid.simulation.processes.access import AccessParameters, move_barriers
from afteraid.simulation.processes.running import CashParameters
from afteraid.simulation.processes.serving import ServingParameters, people_of_places, seats
from afteraid.simulation.recording.indicators import running_totals
from afteraid.simulation.rules.use import picked_among
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.kinds import ALL_IN, KIND_NAMES, KINDS, NETWORKS
from afteraid.simulation.state.world import CHANNELS, STAGES


@pytest.fixture(scope="module")
def model() -> FinancingModel:
    """One short run, with parameters drawn."""
    made = FinancingModel(load_scenario("baseline", {"run.spinup": 2015, "run.start": 2020, "run.end": 2026}), seed=4)
    made.run_model()
    return made


def test_channels_sum_to_all_users(model: FinancingModel) -> None:
    table = model.record().tables["people"]
    assert set(table["item"]) == {*STAGES, *CHANNELS} and set(table["kind"]) == {*KIND_NAMES, "all"}
    channels = table[table["kind"] == "all"].pivot(index="year", columns="item", values="people")
    whole = channels[list(CHANNELS[:-1])].sum(axis=1)
    np.testing.assert_allclose(whole, channels["users"], rtol=1e-6)
    countries = model.record().tables["countries"]
    users = (countries["use"] * countries["population"]).groupby(countries["year"]).sum()
    np.testing.assert_allclose(users, channels["users"], rtol=1e-6)
    assert (channels["connected"] > 0.0).all() and (channels["reference"] < 0.0).all()


def test_every_stage_is_a_part_of_the_one_before(model: FinancingModel) -> None:
    table = model.record().tables["people"]
    stages = table[table["kind"] != "all"].pivot(index=["year", "kind"], columns="item", values="people")[list(STAGES)]
    for before, after in zip(STAGES, STAGES[1:], strict=False):
        assert (stages[after] <= stages[before] * (1.0 + 1e-9) + 1e-6).all(), after
    direct = stages["additional"].groupby("year").sum()
    channels = table[(table["item"] == "connected") & (table["kind"] == "all")].set_index("year")["people"]
    assert (channels <= direct * (1.0 + 1e-9)).all()
    for kind in KINDS:
        assert (stages.xs(kind.name, level="kind")["built"].iloc[-1] > 0.0) == (kind.cost is not None)


def test_ten_years_of_a_network_cost_what_the_itu_says_and_no_cost_is_paid_twice() -> None:
    world = begin(load_scenario("baseline", {"world.uncertain": False, "run.end": 2026}), 1, 0)
    access, cash = AccessParameters.of(world.values), CashParameters.of(world.values)
    # towns, countryside and remote places in the shares for which the split of costs was judged
    capital = 0.60 * access.cost_urban + 0.36 * access.cost_rural + 0.04 * access.cost_remote
    assert capital == pytest.approx(0.4 * 143.0, rel=0.05)  # ITU 2020: 40% of 143 dollars a user is capital
    assert capital * (1.0 + 10.0 * cash.operating_rate) == pytest.approx(143.0, rel=0.15)
    assert not ALL_IN[NETWORKS].any() and ALL_IN.sum() == 1
    cost = world.now.unit_cost
    assert np.isinf(cost[[kind.cost is None for kind in KINDS]]).all() and np.isfinite(cost[NETWORKS]).all()


def test_nobody_is_built_for_twice_the_people_there_are() -> None:
    world = begin(load_scenario("baseline", {"world.uncertain": False, "run.spinup": 2015, "run.end": 2030}), 1, 0)
    while world.year < 2030:
        advance(world)
    standing = np.bincount(world.initiatives.country, weights=world.initiatives.people, minlength=len(load_countries()))
    large = world.countries.population > 1e6
    assert (standing[large] < 2.0 * world.countries.population[large]).all()
    assert world.memory.built_for.sum() < world.countries.population.sum()


@pytest.mark.parametrize(("picked", "more"), [(0.0, False), (0.6, True)])
def test_whom_initiatives_pick_decides_how_many_are_added(picked: float, more: bool) -> None:
    def added(share: float) -> float:
        settings = {"world.uncertain": False, "run.spinup": 2018, "run.start": 2020, "run.end": 2022}
        world = begin(load_scenario("baseline", settings | {"world.parameters.serving.picked": share}), 1, 0)
        while world.year < 2022:
            advance(world)
        return float(world.now.people[-1].sum() / world.now.people[1].sum())

    assert (added(picked) > added(0.3)) == more


def test_networks_find_no_more_people_than_their_place_has_without_coverage() -> None:
    settings = {"world.uncertain": False, "run.spinup": 2018, "run.start": 2020, "run.end": 2022}
    world = begin(load_scenario("baseline", settings), 1, 0)
    while world.year < 2021:
        advance(world)
    networks = np.flatnonzero(NETWORKS[world.initiatives.kind])
    seat = seats(world)
    share = ServingParameters.of(world.values).picked
    served = world.initiatives.service * world.initiatives.people
    kind = world.initiatives.kind
    picked = elementwise(picked_among)(share, world.now.found.ravel()[seat], NETWORKS[kind])
    covered = np.bincount(seat[networks], weights=(served * picked)[networks], minlength=world.now.found.size)
    there = (people_of_places(world.countries.population, world.countries.urban_share) * world.now.uncovered).ravel()
    assert covered.sum() > 1e5 and (covered <= np.maximum(there, 1.0) * (1.0 + 1e-9)).all()
    np.testing.assert_allclose(covered, np.maximum(there, 1.0) * world.now.network_cover.ravel(), rtol=1e-6, atol=1.0)
    others = np.flatnonzero(~NETWORKS[world.initiatives.kind])
    assert (picked[others] == share).all() and (picked[networks] < share).any()


def test_coverage_by_networks_does_not_feed_on_itself() -> None:
    settings = {"world.uncertain": False, "run.spinup": 2018, "run.start": 2020, "run.end": 2022}
    world = begin(load_scenario("baseline", settings), 1, 0)
    while world.year < 2021:
        advance(world)
    move_barriers(world)
    before = world.now.uncovered.copy()
    world.now.network_cover[:] = 0.5
    move_barriers(world)
    np.testing.assert_array_equal(world.now.uncovered, before)
    left = 1.0 - np.stack([world.countries.coverage_urban, world.countries.coverage_rural], axis=1)
    np.testing.assert_allclose(left, 0.5 * before, atol=1e-9)


def test_money_by_kind_is_all_that_came_to_initiatives(model: FinancingModel) -> None:
    totals = running_totals(model.world)
    came = totals["outlay"] + totals["others"] - totals["returned"]
    assert model.world.memory.money.sum() / CENTS_PER_DOLLAR == pytest.approx(came, abs=1.0)
    assert (model.world.memory.money > 0).all()
