"""Policy, coordination and withdrawal: each lever moves its own output, at its price, on the same luck."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from simulation.beginning import begin
from simulation.data import in_places, load_world
from simulation.errors import ScenarioError
from simulation.model import FinancingModel, advance
from simulation.processes.allocation import allocation, willingness
from simulation.processes.founding import founding
from simulation.processes.policy import harmonises
from simulation.processes.spillovers import NAMED, named_links, surviving_peers
from simulation.processes.withdrawal import withdrawal
from simulation.recording import compile_record
from simulation.scenario import load_scenario
from simulation.world import INDEPENDENT, TRANSITION, World

SPAN = {"run.spinup": 2014, "run.start": 2018, "run.end": 2026, "world.uncertain": False}


def run(replicate: int = 0, **settings: object) -> World:
    """A short world with some settings changed; dots in names are written as two underscores."""
    changed = {name.replace("__", "."): value for name, value in settings.items()}
    plan = load_scenario("baseline", {**SPAN, **changed})
    world = begin(plan, 3, replicate)
    while world.year < plan.run.end:
        advance(world)
    return world


@lru_cache(maxsize=4)
def usual(replicate: int = 0) -> World:
    """The same world with every lever at its default; not to be changed."""
    return run(replicate)


def recipients(world: World) -> np.ndarray:
    """A mask of the recipients of aid."""
    mask = np.zeros(world.countries.count, dtype=bool)
    mask[world.reference.recipients] = True
    return mask


def spent(world: World, use: str) -> float:
    """Dollars spent on a use."""
    return float(world.ledger.statement()[1][use].sum())


def regulation_gain(world: World) -> np.ndarray:
    """What levers and initiatives added to regulation."""
    return world.countries.regulation - world.scratch["regulation_path"]


# Harmonisation and reform


def test_harmonisation_raises_regulation_and_lowers_prices_within_blocs_and_costs() -> None:
    levered, base = run(harmonisation=1.0), usual()
    inside = harmonises(levered)
    assert (levered.countries.price[inside] < base.countries.price[inside]).all()
    assert regulation_gain(levered)[inside].mean() > regulation_gain(base)[inside].mean() + 0.03
    use = levered.countries.use[inside] - base.countries.use[inside]
    assert use.mean() > 0.0
    assert spent(levered, "policy_support") > 0.0 == spent(base, "policy_support")
    assert spent(levered, "capital") < spent(base, "capital")  # it is paid out of the same outlays
    assert levered.donors.outlay.sum() == pytest.approx(base.donors.outlay.sum(), rel=0.01)


def test_harmonisation_does_nothing_for_a_country_without_a_bloc() -> None:
    levered, base = run(harmonisation=1.0), usual()
    bloc = levered.reference.countries["bloc"].fillna("")
    alone = (bloc == "").to_numpy() | (bloc.map(bloc.value_counts()) == 1).to_numpy()
    assert alone.sum() > 20 and not harmonises(levered)[alone].any()
    assert (levered.countries.harmonised[alone] == 0.0).all()
    assert (levered.countries.policy_gain[alone] == 0.0).all()
    work = levered.values["policy.regulation_by_work"]  # initiatives' own nudge is all that may differ
    assert np.abs(levered.countries.regulation[alone] - base.countries.regulation[alone]).max() < work


def test_a_bloc_never_passes_the_stated_share_of_its_best_by_harmonising() -> None:
    world = run(harmonisation=1.0, policy__regulation_by_work=0.0, policy__harmonisation_years=1.0)
    bloc, gained = world.reference.countries["bloc"].fillna(""), world.countries.policy_gain
    reach = world.values["policy.harmonisation_reach"]
    path = world.scratch["regulation_path"]
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
    open_rows = aided & (levered.scratch["regulation_path"] < 0.7)
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
    before = begin(load_scenario("baseline", SPAN), 3, 0)
    while before.year < 2018:
        advance(before)
        assert np.array_equal(before.countries.regulation, before.scratch["regulation_path"])
        assert np.array_equal(before.countries.trust, before.scratch["trust_path"])
    none = run(funding=0.0, run__spinup=2008, run__end=2030)
    assert regulation_gain(none)[recipients(none)].mean() < -0.005  # the path holds aid going on
    most = base.values["policy.regulation_by_work"]
    assert np.abs(regulation_gain(base)).max() <= most
    assert abs(regulation_gain(base)[recipients(base)].mean()) < most / 3.0  # as before the start, on the whole
    more = run(founding__kind_policy=1.0, founding__kind_trust=1.0, run__spinup=2018)
    assert regulation_gain(more)[recipients(more)].mean() > most / 3.0
    trust = more.countries.trust - more.scratch["trust_path"]
    assert trust[recipients(more)].mean() > 0.0 and trust.max() <= more.values["policy.trust_by_work"] + 1e-9


# Knowledge that travels along named links


def test_without_knowledge_sharing_no_link_matters() -> None:
    plan = load_scenario("baseline", SPAN)
    cut_off = begin(plan, 3, 0)
    cut_off.reference = copy.copy(cut_off.reference)
    object.__setattr__(
        cut_off.reference, "countries", cut_off.reference.countries.assign(neighbours="", language="other")
    )
    while cut_off.year < plan.run.end:
        advance(cut_off)
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
    new = levered.initiatives.founded >= 4 * 4
    assert (levered.initiatives.platform[new] == 1.0).all() and (levered.initiatives.platform[~new] == 0.0).all()
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
        world = begin(load_scenario("baseline", {**SPAN, "run.spinup": 2018, "coordination": lever}), 3, 0)
        advance(world)
        world.quarter = 4
        world.dyads.change[:] = 0.0
        world.dyads.change[:, 0] = 0.5
        calm = copy.deepcopy(world)
        calm.dyads.change[:] = 0.0
        allocation(world)
        allocation(calm)
        bilateral = world.scratch["donor_types"] == "dac"
        answers[lever] = (world.dyads.share[:, 0] - calm.dyads.share[:, 0])[bilateral].mean()
    assert answers[0.0] > 0.0 > answers[1.0]


def test_donors_with_the_habit_coordinate_sooner_and_none_does_before_the_lever_is_turned() -> None:
    world = begin(load_scenario("baseline", {**SPAN, "run.spinup": 2018, "coordination": 0.5}), 3, 0)
    assert (willingness(world) == 0.0).all()  # the past is the baseline's
    advance(world)
    habit, found = world.scratch["coordination_habit"], willingness(world)
    order = np.argsort(habit)
    assert (np.diff(found[order]) >= 0.0).all() and found.min() < 0.5 < found.max()
    same = begin(load_scenario("baseline", {**SPAN, "run.spinup": 2018, "coordination": 0.5,
                                            "allocation.inclination": 0.0}), 3, 0)  # fmt: skip
    advance(same)
    assert willingness(same) == pytest.approx(0.5)


# Allocation


def least_share(world: World) -> float:
    """The share of digital aid that goes to the least developed countries, by the donors' budgets."""
    least = in_places(world.reference.countries, ("LDC",))[world.reference.recipients]
    weight = world.donors.budget / world.donors.budget.sum()
    return float((weight[:, None] * world.dyads.share[:, least]).sum())


def test_need_targeting_moves_money_to_the_least_connected_and_away_from_merit() -> None:
    levered, base = run(need_targeting=1.0), usual()
    assert least_share(levered) > least_share(base) + 0.02
    weight = levered.donors.budget / levered.donors.budget.sum()
    score = levered.scratch["governance_score"][levered.reference.recipients]
    assert weight @ levered.dyads.share @ score < weight @ base.dyads.share @ score
    use = base.countries.use[base.reference.recipients]
    assert weight @ levered.dyads.share @ use < weight @ base.dyads.share @ use


def test_data_driven_donors_give_more_where_observed_impact_is_larger() -> None:
    levered, base = run(data_driven=1.0), usual()
    rows, countries = base.reference.recipients, base.countries
    impact = np.maximum(countries.addressable_rural - countries.use_rural, 0.0)[rows]
    weight = levered.donors.budget / levered.donors.budget.sum()
    assert weight @ levered.dyads.share @ impact > weight @ base.dyads.share @ impact


# Withdrawal and clustered exits


def test_a_withdrawn_donor_ends_what_it_pays_for_and_signs_nothing_more() -> None:
    plan = [{"year": 2020, "donors": ["dac"], "notice_years": 1}]
    world, base = run(world__withdrawals=plan), usual()
    dac = np.flatnonzero(world.scratch["donor_types"] == "dac")
    theirs = np.isin(world.initiatives.donor, dac)
    assert (world.initiatives.phase[theirs] == INDEPENDENT).all()
    left = 4 * (2020 - 2014)
    assert world.initiatives.founded[theirs].max() < left
    assert world.initiatives.ended[theirs].max() <= left + 4
    assert (world.dyads.share[dac] == 0.0).all()
    assert spent(world, "lapsed") > spent(base, "lapsed")
    others = compile_record(world).tables["initiatives"]
    assert (others["founded"] >= 2021.0).any()  # the other donors stay


def test_without_notice_they_leave_in_the_same_quarter() -> None:
    plan = load_scenario("baseline", {**SPAN, "world.withdrawals": [{"year": 2020, "donors": ["USA", "JPN"]}]})
    world = begin(plan, 3, 0)
    while world.year < 2020:
        advance(world)
    advance(world)
    theirs = np.isin(world.scratch["donor_codes"][world.initiatives.donor], ("USA", "JPN"))
    assert theirs.sum() > 50 and (world.initiatives.phase[theirs] == INDEPENDENT).all()


def test_a_withdrawal_from_some_countries_leaves_the_others_as_they_are() -> None:
    plan = [{"year": 2020, "donors": ["all"], "notice_years": 0, "countries": ["LDC"]}]
    world = run(world__withdrawals=plan)
    inside = in_places(world.reference.countries, ("LDC",))
    funded = world.initiatives.phase != INDEPENDENT
    assert not (funded & inside[world.initiatives.country]).any()
    assert (funded & ~inside[world.initiatives.country]).sum() > 1000
    assert (world.dyads.share[:, inside[world.reference.recipients]] == 0.0).all()
    assert world.dyads.share.sum(axis=1) == pytest.approx(1.0)


def test_notice_cuts_a_planned_transition_and_never_lengthens_one() -> None:
    plan = load_scenario(
        "baseline",
        {**SPAN, "world.withdrawals": [{"year": 2020, "donors": ["dac"], "notice_years": 2}],
         "strategy.exits": {"linear_phase_down": 1.0}, "transition_years": 4},
    )  # fmt: skip
    world = begin(plan, 3, 0)
    while world.year < 2020:
        advance(world)
    before = {key: (phase, age) for key, phase, age in zip(*(getattr(world.initiatives, name).tolist() for name in
              ("key", "phase", "age")), strict=True)}  # fmt: skip
    for process in (allocation, withdrawal, founding):
        process(world)
    rows = np.isin(world.scratch["donor_types"][world.initiatives.donor], ["dac"])
    new = world.initiatives
    assert not (rows & (new.age < 0)).any()  # what was signed but not begun is given up
    assert (new.founded[rows] < 24).all()
    moving = rows & (new.phase == TRANSITION)
    left = (new.duration + new.transition - new.age)[moving]
    assert left.max() <= 2 * 4 + 1 and left.size > 100
    assert all(before[key][0] <= TRANSITION for key in new.key[moving].tolist())


@pytest.mark.parametrize(
    ("lines", "line", "key", "close"),
    [
        ('yeer = 2030\ndonors = ["all"]', 3, "world.withdrawals[0].yeer", "year"),
        ("year = 2030", 2, "world.withdrawals[0].donors", None),
        ('year = 2030\ndonors = ["multilaterl"]', 4, "world.withdrawals[0].donors", "multilateral"),
        ("year = 2030\ndonors = []", 4, "world.withdrawals[0].donors", None),
        ('year = 1990\ndonors = ["all"]', 3, "world.withdrawals[0].year", None),
        ('year = 2030\ndonors = ["all"]\nnotice_years = 11', 5, "world.withdrawals[0].notice_years", None),
        ('year = 2030\ndonors = ["all"]\ncountries = ["LDCS"]', 5, "world.withdrawals[0].countries", "LDC"),
        ('year = 2030\ndonors = ["all"]\ncountries = []', 5, "world.withdrawals[0].countries", None),
    ],
)
def test_a_bad_withdrawal_is_refused_where_it_stands(
    tmp_path: Path, lines: str, line: int, key: str, close: str | None
) -> None:
    path = tmp_path / "leaving.toml"
    path.write_text(f'extends = "baseline"\n[[world.withdrawals]]\n{lines}\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        load_scenario(path)
    assert (refused.value.line, refused.value.key) == (line, key)
    if close is not None:
        assert refused.value.nearest == close


@pytest.mark.parametrize("lever", ["harmonisation", "regulatory_reform", "knowledge_sharing", "platforms",
                                   "need_targeting"])  # fmt: skip
def test_a_lever_is_a_share(lever: str) -> None:
    with pytest.raises(ScenarioError, match=lever):
        load_scenario("baseline", {lever: 1.2})
    assert getattr(load_scenario("baseline").strategy, lever) == 0.0


def test_levers_turn_at_the_start_year_and_survive_a_snapshot() -> None:
    plan = load_scenario("baseline", {**SPAN, "harmonisation": 1.0, "platforms": 1.0, "knowledge_sharing": 1.0})
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


def handed_over(name: str, replicate: int, room: float) -> tuple[float, dict[int, bool], float]:
    """Run a scenario of exits; return the share carried in 2030-33, who served five years on, and the outlay."""
    plan = load_scenario(
        name, {"run.spinup": 2017, "run.end": 2039, "world.uncertain": False, "government.recurrent_room": room}
    )
    world = begin(plan, 7, replicate)
    marks = {}
    while world.year < 2039:
        advance(world)
        if world.year in (2030, 2034) and world.new_year:
            marks[world.year] = np.array([world.tally["handover_asked"], world.tally["handover_carried"]])
    asked, carried = marks[2034] - marks[2030]
    table = compile_record(world).tables["initiatives"]
    exits = table[(table["ended"] >= 2026.0) & (table["ended"] < 2034.0)]
    served = exits["closed"].isna() | (exits["closed"] - exits["ended"] >= 5.0)
    return carried / asked, dict(zip(exits["key"], served, strict=True)), float(world.donors.outlay.sum())


def test_treasuries_carry_less_of_clustered_exits_and_that_costs_survival() -> None:
    """Clustered exits leave treasuries shorter than staggered ones, and what the shortfall costs in survival is more.

    What it costs is read off the same exits in the same world, against treasuries that are never short. Survival in
    the two scenarios themselves can't be compared for this: initiatives leave at other ages in them.
    """
    usual_room, ample = 0.0005, 0.1
    together, apart, lost = [], [], {"clustered": [], "staggered": []}
    for replicate in range(3):
        found = {(name, room): handed_over(f"{name}-exits", replicate, room)
                 for name in lost for room in (usual_room, ample)}  # fmt: skip
        together.append(found["clustered", usual_room][0])
        apart.append(found["staggered", usual_room][0])
        assert found["clustered", ample][0] > 0.99
        shared = set.intersection(*(set(entry[1]) for entry in found.values()))
        assert len(shared) > 1000
        for name, losses in lost.items():
            short, never = (np.mean([found[name, room][1][key] for key in shared]) for room in (usual_room, ample))
            losses.append(never - short)
        outlays = [found[name, usual_room][2] for name in lost]
        assert outlays[0] == pytest.approx(outlays[1], rel=0.08)  # the same budgets, spent in other years
    assert all(np.array(together) < np.array(apart)) and np.mean(apart) - np.mean(together) > 0.02
    assert min(lost["clustered"]) > 0.0
    assert np.mean(lost["clustered"]) > np.mean(lost["staggered"])


def test_places_are_found_by_any_of_their_names() -> None:
    facts = load_world().countries
    assert in_places(facts, ("all",)).all()
    assert in_places(facts, ("KEN",)).sum() == 1
    assert in_places(facts, ("LDC", "KEN")).sum() == (facts["ldc"] == 1).sum() + 1
    assert in_places(facts, ("Africa",)).sum() == (facts["region"] == "Africa").sum()
