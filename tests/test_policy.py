"""Policy, knowledge, platforms, coordination, allocation: each lever moves its own output, at its price."""

from __future__ import annotations

import copy
import functools

import numpy as np
import pytest
from short_worlds import START, run_on, short_plan, short_world

from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import members
from afteraid.simulation.engine import advance
from afteraid.simulation.model import FinancingModel
from afteraid.simulation.processes.allocation import allocation, willing
from afteraid.simulation.processes.barriers import trust_path
from afteraid.simulation.processes.spillovers import NAMED, named_links, surviving_peers
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import FIRST_LIFE, INDEPENDENT, World

QUIET = {"cyber.incident_rate": 0.0}  # else attacks move trust too


def run(**settings: object) -> World:
    """A short world with some settings changed."""
    return short_world(QUIET, **settings)


@functools.cache
def usual() -> World:
    """The same world with every lever at its default; not to be changed."""
    return run()


def recipients(world: World) -> np.ndarray:
    """A mask of the recipients of aid."""
    mask = np.zeros(world.countries.count, dtype=bool)
    mask[world.reference.recipients] = True
    return mask


def spent(world: World, use: str) -> float:
    """Dollars spent on a use."""
    return float(world.ledger.statement()[1][use].sum())


def without_levers(world: World) -> np.ndarray:
    """Trust on its path without initiatives and attacks."""
    return trust_path(world.reference, world.values, world.year - (world.quarter % 4 == 0))


def regulation_gain(world: World) -> np.ndarray:
    """What levers and initiatives added to regulation."""
    return world.countries.regulation - world.facts.countries.regulation_path


# Harmonisation and reform


def test_harmonisation_raises_regulation_and_lowers_prices_within_blocs_and_costs() -> None:
    levered, base = run(harmonisation=1.0), usual()
    inside = levered.facts.countries.harmonises
    assert (levered.countries.price[inside] < base.countries.price[inside]).all()
    assert regulation_gain(levered)[inside].mean() > regulation_gain(base)[inside].mean() + 0.005
    use = levered.countries.use[inside] - base.countries.use[inside]
    assert use.mean() > 0.0
    assert spent(levered, "policy_support") > 0.0 == spent(base, "policy_support")
    assert spent(levered, "capital") < spent(base, "capital")  # it is paid out of the same outlays
    assert levered.donors.outlay.sum() == pytest.approx(base.donors.outlay.sum(), rel=0.01)


def test_harmonisation_does_nothing_for_a_country_without_a_bloc() -> None:
    levered, base = run(harmonisation=1.0), usual()
    bloc = levered.reference.countries["bloc"].fillna("")
    alone = (bloc == "").to_numpy() | (bloc.map(bloc.value_counts()) == 1).to_numpy()
    assert alone.sum() > 20 and not levered.facts.countries.harmonises[alone].any()
    assert (levered.countries.harmonised[alone] == 0.0).all()
    assert (levered.countries.policy_gain[alone] == 0.0).all()
    work = levered.values["policy.regulation_by_work"]  # initiatives' own nudge is all that may differ
    assert np.abs(levered.countries.regulation[alone] - base.countries.regulation[alone]).max() < work


def test_a_bloc_never_passes_the_stated_share_of_its_best_by_harmonising() -> None:
    world = run(harmonisation=1.0, policy__regulation_by_work=0.0, policy__harmonisation_years=1.0)
    bloc, gained = world.reference.countries["bloc"].fillna(""), world.countries.policy_gain
    reach = world.values["policy.harmonisation_reach"]
    path = world.facts.countries.regulation_path
    assert (gained > 0.05).sum() > 20
    for name in sorted(set(bloc) - {""}):
        inside = (bloc == name).to_numpy()
        moved = inside & (gained > 0.0)
        assert (world.countries.regulation[moved] <= reach * path[inside].max() + 1e-9).all(), name


def test_reform_needs_governance_stops_at_a_generation_and_costs() -> None:
    levered, base = run(regulatory_reform=1.0, run__end=2030), usual()
    reformed, governance = levered.countries.reformed, levered.countries.governance
    aided = recipients(levered)
    assert reformed.max() <= 0.25 + 1e-12 and (reformed[~aided] == 0.0).all()
    open_rows = aided & (levered.facts.countries.regulation_path < 0.7)
    assert reformed[open_rows] == pytest.approx(0.25 * governance[open_rows], abs=1e-9)  # after its ten years
    assert np.corrcoef(reformed[open_rows], governance[open_rows])[0, 1] > 0.99
    assert spent(levered, "policy_support") > 0.0
    half = run(regulatory_reform=0.5)
    full = run(regulatory_reform=1.0)
    assert 0.0 < half.countries.reformed.sum() < full.countries.reformed.sum()
    assert full.countries.price[aided].mean() < half.countries.price[aided].mean() < base.countries.price[aided].mean()
    assert full.countries.use[aided].mean() > base.countries.use[aided].mean()


def test_work_for_policy_and_trust_counts_only_beyond_what_the_reference_holds() -> None:
    base = usual()
    before = begin(short_plan(QUIET), 3, 0)
    while before.year < START:
        advance(before)
        assert np.array_equal(before.countries.regulation, before.facts.countries.regulation_path)
        assert np.array_equal(before.countries.trust, without_levers(before))
    none = run(funding=0.0, run__spinup=2008, run__end=2030)
    assert regulation_gain(none)[recipients(none)].mean() < -0.005  # the path holds aid going on
    most = base.values["policy.regulation_by_work"]
    assert np.abs(regulation_gain(base)).max() <= most
    assert abs(regulation_gain(base)[recipients(base)].mean()) < most / 3.0  # as before the start, on the whole
    more = run(founding__kind_policy=1.0, founding__kind_trust=1.0, run__spinup=2018)
    assert regulation_gain(more)[recipients(more)].mean() > most / 3.0
    trust = more.countries.trust - without_levers(more)
    assert trust[recipients(more)].mean() > 0.0 and trust.max() <= more.values["policy.trust_by_work"] + 1e-9


# Knowledge that travels along named links


def test_without_knowledge_sharing_no_link_matters() -> None:
    plan = short_plan(QUIET)
    cut_off = begin(plan, 3, 0)
    cut_off.reference = copy.copy(cut_off.reference)
    object.__setattr__(
        cut_off.reference, "countries", cut_off.reference.countries.assign(neighbours="", language="other")
    )
    run_on(cut_off, plan.run.end)
    base = usual()
    assert np.array_equal(cut_off.countries.use, base.countries.use)
    assert np.array_equal(cut_off.initiatives.linkages, base.initiatives.linkages)
    assert spent(base, "knowledge") == 0.0


def test_knowledge_travels_along_links_raises_linkages_and_costs() -> None:
    levered, base = run(knowledge_sharing=1.0), usual()
    gained = levered.countries.policy_gain
    links = named_links(levered, levered.values["spillovers.least_presence"])
    assert set(links) == set(NAMED)
    linked = np.any(list(links.values()), axis=0).any(axis=1)
    assert (gained[~linked | ~recipients(levered)] == 0.0).all()
    assert gained[recipients(levered)].mean() > 0.005
    out, usual_out = levered.initiatives.phase == INDEPENDENT, base.initiatives.phase == INDEPENDENT
    assert levered.initiatives.linkages[out].mean() > base.initiatives.linkages[usual_out].mean() + 0.01
    share = spent(levered, "knowledge") / levered.donors.outlay.sum()
    assert 0.0 < share <= levered.values["spillovers.cost"] + 1e-6


def test_a_country_learns_from_its_links_and_from_no_one_else() -> None:
    world = run(run__end=2019, knowledge_sharing=1.0)
    links = named_links(world, 1e9)  # no provider is as present as that
    iso3 = list(world.reference.countries["iso3"])
    kenya, tanzania, norway = iso3.index("KEN"), iso3.index("TZA"), iso3.index("NOR")
    assert links["neighbours"][kenya, tanzania] and links["neighbours"][tanzania, kenya]
    assert not any(table[kenya, norway] for table in links.values())
    assert not links["south_south"].any()
    assert all((table == table.T).all() and not table.diagonal().any() for table in links.values())
    peers = surviving_peers(world, {"neighbours": links["neighbours"]})
    out = world.initiatives.phase == INDEPENDENT
    near = np.flatnonzero(links["neighbours"][kenya])
    assert peers[kenya].sum() == (out & np.isin(world.initiatives.country, near)).sum()


# Platforms and coordination


def test_platforms_add_linkages_and_participation_damp_volatility_and_cost_transactions() -> None:
    levered, base = run(platforms=1.0), usual()
    new = (levered.initiatives.founded >= 4 * 4) & (levered.initiatives.life == FIRST_LIFE)
    old = ~new & (levered.initiatives.life == FIRST_LIFE)
    assert (levered.initiatives.platform[new] == 1.0).all() and (levered.initiatives.platform[old] == 0.0).all()
    plain = base.initiatives.founded >= 4 * 4
    assert levered.initiatives.participation[new].mean() > base.initiatives.participation[plain].mean() + 0.05
    assert levered.initiatives.linkages[new].mean() > base.initiatives.linkages[plain].mean() + 0.03
    assert spent(levered, "transaction") > spent(base, "transaction")
    assert spent(levered, "volatility_loss") < spent(base, "volatility_loss")


def test_a_share_of_platforms_is_that_share_of_new_initiatives() -> None:
    world = run(platforms=0.4)
    new = world.initiatives.founded >= 4 * 4
    assert world.initiatives.platform[new].mean() == pytest.approx(0.4, abs=0.04)


def test_coordination_merges_contacts_fills_gaps_and_takes_time() -> None:
    levered, base = run(coordination=1.0), usual()
    rows = levered.reference.recipients
    assert levered.countries.fragmentation[rows] == pytest.approx(1.0)
    assert base.countries.fragmentation[rows].mean() < 0.6
    assert spent(levered, "transaction") < spent(base, "transaction")
    free = run(coordination=1.0, partnerships__coordination_cost=0.0)
    assert spent(free, "transaction") < spent(levered, "transaction")
    # what one donor does after the others raised a recipient: follows as it is, gives way when coordinated
    answers = {}
    for lever in (0.0, 1.0):
        world = begin(short_plan(QUIET, run__spinup=2018, coordination=lever), 3, 0)
        advance(world)
        world.quarter = 4
        world.dyads.change[:] = 0.0
        world.dyads.change[:, 0] = 0.5
        calm = copy.deepcopy(world)
        calm.dyads.change[:] = 0.0
        allocation(world)
        allocation(calm)
        bilateral = world.facts.donors.types == "dac"
        answers[lever] = (world.dyads.share[:, 0] - calm.dyads.share[:, 0])[bilateral].mean()
    assert answers[0.0] > 0.0 > answers[1.0]


def test_donors_with_the_habit_coordinate_sooner_and_none_does_before_the_lever_is_turned() -> None:
    world = begin(short_plan(QUIET, run__spinup=2018, coordination=0.5), 3, 0)
    assert (willing(world) == 0.0).all()  # the past is the baseline's
    advance(world)
    habit, found = world.facts.donors.coordination_habit, willing(world)
    order = np.argsort(habit)
    assert (np.diff(found[order]) >= 0.0).all() and found.min() < 0.5 < found.max()
    same = begin(short_plan(QUIET, run__spinup=2018, coordination=0.5, allocation__inclination=0.0), 3, 0)
    advance(same)
    assert willing(same) == pytest.approx(0.5)


# Allocation


def least_share(world: World) -> float:
    """The share of digital aid that goes to the least developed countries, by the donors' budgets."""
    least = members(("LDC",))[world.reference.recipients]
    weight = world.donors.budget / world.donors.budget.sum()
    return float((weight[:, None] * world.dyads.share[:, least]).sum())


def test_need_targeting_moves_money_to_the_least_connected_and_away_from_merit() -> None:
    levered, base = run(need_targeting=1.0), usual()
    assert least_share(levered) > least_share(base) + 0.02
    weight = levered.donors.budget / levered.donors.budget.sum()
    score = levered.facts.countries.governance_score[levered.reference.recipients]
    assert weight @ levered.dyads.share @ score < weight @ base.dyads.share @ score
    use = base.countries.use[base.reference.recipients]
    assert weight @ levered.dyads.share @ use < weight @ base.dyads.share @ use


def test_data_driven_donors_give_more_where_observed_impact_is_larger() -> None:
    levered, base = run(data_driven=1.0), usual()
    rows, countries = base.reference.recipients, base.countries
    impact = np.maximum(countries.addressable_rural - countries.use_rural, 0.0)[rows]
    weight = levered.donors.budget / levered.donors.budget.sum()
    assert weight @ levered.dyads.share @ impact > weight @ base.dyads.share @ impact


@pytest.mark.parametrize("lever", ["harmonisation", "regulatory_reform", "knowledge_sharing", "platforms",
                                   "need_targeting"])  # fmt: skip
def test_a_lever_is_a_share(lever: str) -> None:
    with pytest.raises(ScenarioError, match=lever):
        load_scenario("baseline", {lever: 1.2})
    assert getattr(load_scenario("baseline").strategy, lever) == 0.0


def test_levers_turn_at_the_start_year_and_survive_a_snapshot() -> None:
    plan = short_plan(QUIET, harmonisation=1.0, platforms=1.0, knowledge_sharing=1.0)
    model = FinancingModel(plan, seed=3)
    for _ in range(16):
        model.step()
        assert (model.world.countries.policy_gain == 0.0).all() and not model.world.initiatives.platform.any()
    for _ in range(6):
        model.step()
    kept = model.snapshot()
    model.run_model()
    resumed = FinancingModel.resume(kept, plan)
    resumed.run_model()
    assert np.array_equal(model.world.countries.use, resumed.world.countries.use)
    assert np.array_equal(model.world.initiatives.linkages, resumed.world.initiatives.linkages)
