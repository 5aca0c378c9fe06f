"""Withdrawal: donors that leave for good, with or without notice, together or one after another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from short_worlds import run_on, short_plan, short_world

from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import load_world, members
from afteraid.simulation.engine import advance
from afteraid.simulation.processes.allocation import allocation
from afteraid.simulation.processes.founding import founding
from afteraid.simulation.processes.withdrawal import withdrawal
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import INDEPENDENT, TRANSITION, World


def run(plan: list[dict[str, object]]) -> World:
    """A short world with some withdrawals."""
    return short_world(world__withdrawals=plan)


def lapsed(world: World) -> float:
    """Dollars that donors returned unspent."""
    return float(world.ledger.statement()[1]["lapsed"].sum())


def test_a_withdrawn_donor_ends_what_it_pays_for_and_signs_nothing_more(usual_world: World) -> None:
    plan = [{"year": 2020, "donors": ["dac"], "notice_years": 1}]
    world, base = run(plan), usual_world
    dac = np.flatnonzero(world.facts.donors.types == "dac")
    theirs = np.isin(world.initiatives.donor, dac)
    assert (world.initiatives.phase[theirs] == INDEPENDENT).all()
    left = 4 * (2020 - 2014)
    assert world.initiatives.founded[theirs].max() < left
    assert world.initiatives.ended[theirs].max() <= left + 4
    assert (world.dyads.share[dac] == 0.0).all()
    assert lapsed(world) > lapsed(base)
    others = compile_record(world).tables["initiatives"]
    assert (others["founded"] >= 2021.0).any()  # the other donors stay


def test_without_notice_they_leave_in_the_same_quarter() -> None:
    plan = short_plan(world__withdrawals=[{"year": 2020, "donors": ["USA", "JPN"]}])
    world = run_on(begin(plan, 3, 0), 2020)
    advance(world)
    theirs = np.isin(world.facts.donors.codes[world.initiatives.donor], ("USA", "JPN"))
    assert theirs.sum() > 50 and (world.initiatives.phase[theirs] == INDEPENDENT).all()


def test_a_withdrawal_from_some_countries_leaves_the_others_as_they_are() -> None:
    plan = [{"year": 2020, "donors": ["all"], "notice_years": 0, "countries": ["LDC"]}]
    world = run(plan)
    inside = members(("LDC",))
    funded = world.initiatives.phase != INDEPENDENT
    assert not (funded & inside[world.initiatives.country]).any()
    assert (funded & ~inside[world.initiatives.country]).sum() > 1000
    assert (world.dyads.share[:, inside[world.reference.recipients]] == 0.0).all()
    assert world.dyads.share.sum(axis=1) == pytest.approx(1.0)


def test_notice_cuts_a_planned_transition_and_never_lengthens_one() -> None:
    plan = short_plan(
        world__withdrawals=[{"year": 2020, "donors": ["dac"], "notice_years": 2}],
        strategy__exits={"linear_phase_down": 1.0},
        transition_years=4,
    )
    world = run_on(begin(plan, 3, 0), 2020)
    before = {key: (phase, age) for key, phase, age in zip(*(getattr(world.initiatives, name).tolist() for name in
              ("key", "phase", "age")), strict=True)}  # fmt: skip
    for process in (allocation, withdrawal, founding):
        process(world)
    rows = np.isin(world.facts.donors.types[world.initiatives.donor], ["dac"])
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
            marks[world.year] = np.array([world.tally.handover_asked, world.tally.handover_carried])
    asked, carried = marks[2034] - marks[2030]
    table = compile_record(world).tables["initiatives"]
    exits = table[(table["ended"] >= 2026.0) & (table["ended"] < 2034.0)]
    served = exits["closed"].isna() | (exits["closed"] - exits["ended"] >= 5.0)
    return carried / asked, dict(zip(exits["key"], served, strict=True)), float(world.donors.outlay.sum())


@pytest.mark.slow
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
    assert all(np.array(together) < np.array(apart)) and np.mean(apart) - np.mean(together) > 0.01
    assert min(lost["clustered"]) > 0.0
    assert np.mean(lost["clustered"]) > np.mean(lost["staggered"])


def test_places_are_found_by_any_of_their_names() -> None:
    facts = load_world().countries
    assert members(("all",)).all()
    assert members(("KEN",)).sum() == 1
    assert members(("LDC", "KEN")).sum() == (facts["ldc"] == 1).sum() + 1
    assert members(("Africa",)).sum() == (facts["region"] == "Africa").sum()
