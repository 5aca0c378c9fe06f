"""Agencies make aid fragmented and initiatives small; conflicts and coups freeze aid, and climate events bring more."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from short_worlds import START, run_on, short_plan, short_world

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.engine import advance
from afteraid.simulation.processes.allocation import AllocationParameters, _concentration, allocation, willing
from afteraid.simulation.processes.climate import climate
from afteraid.simulation.processes.disbursement import _due
from afteraid.simulation.processes.shocks import heeding, shocks
from afteraid.simulation.processes.sizes import LIST_YEAR, follow_money
from afteraid.simulation.rules.allocation import with_events
from afteraid.simulation.rules.cooperation import agencies
from afteraid.simulation.rules.founding import SMALLEST
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import INDEPENDENT, World

CUT_FREE: dict[str, object] = {"world.cuts": []}


@functools.cache
def at_the_start() -> World:
    """The baseline at the first quarter of the start year; only copies are changed."""
    return run_on(begin(short_plan(CUT_FREE), 3, 0), START)


def fresh_world() -> World:
    return at_the_start().snapshot()


# Agencies


def test_more_agencies_mean_less_concentration_but_no_more_contacts_than_awards() -> None:
    world = fresh_world()
    dyads, rows = world.dyads, world.reference.recipients
    dyads.paid[:] = 0.0
    initiatives, column = world.initiatives, world.facts.countries.recipient_column
    paying = initiatives.phase != INDEPENDENT
    pair = initiatives.donor[paying] * rows.size + column[initiatives.country[paying]]
    awards = np.bincount(pair, minlength=dyads.paid.size).reshape(dyads.paid.shape)
    for least in (1, 2, int(awards.max())):
        donor, recipient = np.argwhere(awards >= least)[0]
        dyads.paid[donor, recipient] = 100.0  # the only donor there
        _concentration(world, willing(world))
        p = AllocationParameters.of(world.values)
        grown = agencies(world.year, p.agency_growth_past, p.agency_growth_future)
        assert world.now.agencies == grown > 1.0
        expected = 1.0 / min(grown, awards[donor, recipient])
        assert world.countries.fragmentation[rows[recipient]] == pytest.approx(expected)


def test_initiatives_follow_what_an_agency_has_to_give() -> None:
    still = {"allocation.agency_growth_past": 0.03, "budgets.growth_past": 0.03}
    assert run_on(begin(short_plan(still), 3, 0), START).now.grant_size == pytest.approx(1.0)
    faster = {**still, "allocation.agency_growth_past": 0.05}
    world = run_on(begin(short_plan(faster), 3, 0), START - 1)
    assert world.now.grant_size == pytest.approx(np.exp(-0.02 * (START - 2 - LIST_YEAR)))
    sizes, before = world.dyads.next_size.copy(), world.now.grant_size
    world.now.agencies = agencies(world.year, 0.05, 0.0)
    follow_money(world)
    assert world.now.grant_size == pytest.approx(before * np.exp(-0.02))
    assert world.dyads.next_size == pytest.approx(np.maximum(sizes * np.exp(-0.02), SMALLEST))


def test_a_donor_gives_nothing_before_it_began() -> None:
    world = begin(short_plan(), 3, 0)
    facts = world.facts.donors
    bank = int(np.flatnonzero(facts.codes == "AIIB")[0])
    assert facts.entered[bank] == 2016 and (facts.entered[facts.types == "dac"] == 0).all()
    run_on(world, 2016)
    assert world.donors.outlay[bank] == 0.0 and world.donors.budget[bank] == 0.0
    assert not (world.initiatives.donor == bank).any()
    run_on(world, 2018)
    assert world.donors.outlay[bank] > 0.0


# Freezes and surges


@given(st.floats(0.05, 3.0), st.integers(0, 3))
def test_what_a_recipient_loses_or_gains_the_others_gain_or_lose(event: float, struck: int) -> None:
    lasting = np.array([[0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25]])
    ratio = np.where(np.arange(4) == struck, event, 1.0)
    found = with_events(lasting, ratio, np.array([True, False]))
    assert found.sum(axis=1) == pytest.approx(1.0) and found[1] == pytest.approx(lasting[1])
    share = lasting[0, struck]
    assert found[0, struck] == pytest.approx(share * event / (1.0 - share + share * event))
    other = (struck + 1) % 4
    assert found[0, other] / found[0, (struck + 2) % 4] == pytest.approx(
        lasting[0, other] / lasting[0, (struck + 2) % 4]
    )


def test_every_fragile_state_freezes_where_coups_are_certain_and_no_other_without_conflict() -> None:
    plan = short_plan({"shocks.coup": 1.0, "shocks.conflict_onset": 0.0, "shocks.frozen": 0.6})
    world = begin(plan, 3, 0)
    shocks(world)
    assert np.array_equal(world.now.aid_frozen > 0.0, world.reference.fragile)
    assert set(world.now.aid_frozen.tolist()) == {0.0, 0.6}
    length = world.countries.freeze_ends[world.reference.fragile]
    assert length.min() >= 4 and length.max() <= 12 and length.max() > length.min()
    world.settings = short_plan().world  # type: ignore[assignment]
    world.quarter = 16  # by then all are over, where no coup follows
    world.streams.uniform = lambda *_: np.ones(world.countries.count)  # type: ignore[method-assign, assignment]
    shocks(world)
    assert not world.now.aid_frozen.any()


def test_conflicts_freeze_aid_as_long_as_they_last() -> None:
    world = begin(short_plan({"shocks.coup": 0.0, "shocks.conflict_onset": 1.0}), 3, 0)
    shocks(world)
    at_war = world.countries.conflict > 0.0
    assert at_war.any() and np.array_equal(world.now.aid_frozen > 0.0, at_war)
    assert np.array_equal(world.countries.freeze_ends[at_war], world.countries.conflict_ends[at_war])


def test_what_is_frozen_is_not_owed_and_stays_with_donors_that_herd() -> None:
    world = fresh_world()
    world.now.aid_frozen[:] = 0.0
    initiatives = world.initiatives
    rows, usual, owed = _due(world)
    assert np.array_equal(owed, np.bincount(initiatives.donor[rows], weights=usual, minlength=world.donors.count))
    world.now.aid_frozen[:] = 0.4
    (_, frozen, _), late = _due(world), initiatives.arrears[rows]
    heeds = heeding(world)[initiatives.donor[rows]]
    assert np.array_equal(frozen[~heeds], usual[~heeds]) and heeds.any() and not heeds.all()
    assert np.array_equal(frozen[heeds] - late[heeds], ((usual - late)[heeds] * 0.6).astype(np.int64))
    assert not heeding(world)[world.facts.donors.types == "multilateral"].any()


def test_no_dollar_appears_or_is_lost_when_aid_is_frozen() -> None:
    certain = {"shocks.coup": 1.0, "world.cuts": []}  # every step proves the books to the cent
    frozen = short_world({**certain, "shocks.frozen": 0.9})
    free = short_world({**certain, "shocks.frozen": 0.0})
    assert frozen.ledger.statement()[0]["donor"].sum() == free.ledger.statement()[0]["donor"].sum()
    assert frozen.ledger.statement()[1]["lapsed"].sum() < 0.05 * frozen.ledger.statement()[0]["donor"].sum()
    assert frozen.donors.outlay.sum() == pytest.approx(free.donors.outlay.sum(), rel=0.05)
    fragile = frozen.reference.fragile
    founded = [float(np.isin(world.initiatives.country, np.flatnonzero(fragile)).mean()) for world in (frozen, free)]
    assert founded[0] < 0.6 * founded[1]


def test_a_climate_event_brings_a_surge_in_its_year() -> None:
    world = begin(short_plan({"climate.event_rate": 0.5, "shocks.surge": 0.3, "shocks.frozen": 0.0}), 3, 0)
    climate(world)
    struck = world.now.aid_surge > 0.0
    assert struck.any() and not struck.all() and set(world.now.aid_surge.tolist()) == {0.0, 0.3}
    allocation(world)
    lasting, rows = np.exp(world.dyads.log_share), world.reference.recipients
    hit, spared = np.flatnonzero(struck[rows])[0], np.flatnonzero(~struck[rows])[0]
    for donor, heeds in enumerate(heeding(world)):
        more = world.dyads.share[donor, hit] / world.dyads.share[donor, spared]
        assert more == pytest.approx((1.3 if heeds else 1.0) * lasting[donor, hit] / lasting[donor, spared])
    assert world.dyads.share.sum(axis=1) == pytest.approx(1.0)


def test_noise_of_allocation_is_the_part_of_the_fitted_residual_that_the_parameter_says() -> None:
    def shares(noise: float) -> tuple[World, FloatArray]:
        settings = {"world.uncertain": False, "run.end": 2026, "world.parameters.allocation.noise": noise}
        world = begin(load_scenario("baseline", settings), 1, 0)
        advance(world)
        return world, world.dyads.log_share.copy()

    (world, noisy), (_, still) = shares(0.5), shares(0.0)
    beyond = noisy - still  # each donor's shares sum to one, so its mean is moved too
    found = beyond.std(axis=1) / (0.5 * world.facts.donors.residual_sd)
    assert np.median(found) == pytest.approx(1.0, abs=0.03) and found.min() > 0.7 and found.max() < 1.3
