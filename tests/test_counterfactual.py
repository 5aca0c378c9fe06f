"""A world without something: on the same draws, to the cent, and with the others as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from short_worlds import run_on, stepped

from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.basis.units import IntArray
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.counterfactual import WATCHED, read_item, shadow_of
from afteraid.simulation.engine import advance
from afteraid.simulation.ensemble import run
from afteraid.simulation.model import FinancingModel
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.state.world import Initiatives, World

START, END = 2016, 2021
USED = ["donor:USA", "mechanism:pooled_fund", "exit:abrupt"]


def plan(without: list[str] | None = None, others: str = "fixed", **settings: object) -> Scenario:
    return load_scenario(
        "baseline",
        {"run.spinup": 2012, "run.start": START, "run.end": END, "run.without": without or [], "run.others": others,
         **settings},
    )  # fmt: skip


def same(one: World, other: World) -> bool:
    """Say whether two worlds agree in every bit that is looked at."""
    columns = all(
        np.array_equal(getattr(one.initiatives, name), getattr(other.initiatives, name)) for name in Initiatives.schema
    )
    books = (one.ledger.total_in, one.ledger.total_out) == (other.ledger.total_in, other.ledger.total_out)
    return columns and books and np.array_equal(one.countries.use, other.countries.use)


@pytest.fixture(scope="module")
def whole() -> World:
    return stepped(plan())


def gone(world: World, item: str) -> IntArray:
    """Rows of living initiatives that an item names."""
    kind, _, name = item.partition(":")
    living = world.initiatives
    if kind == "donor":
        return np.flatnonzero(living.donor == list(world.facts.donors.codes).index(name))
    if kind == "mechanism":
        return np.flatnonzero(living.mechanism == world.traits.names[name])
    if kind == "exit":
        return np.flatnonzero(living.exit == world.traits.exit_names[name])
    return np.flatnonzero(living.key == np.uint64(name))


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("donor:usa", "donor:USA"),
        ("donor:multilateral", "donor:multilateral"),
        ("mechanism:blended", "mechanism:blended_finance"),
        ("Mechanism: pooled-fund", "mechanism:pooled_fund"),
        ("exit:gov", "exit:government_handover"),
        ("initiative:0012", "initiative:12"),
    ],
)
def test_items_are_read_in_full(written: str, full: str) -> None:
    assert read_item(written) == full
    assert plan([written, full]).run.without == (full,)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("USA", "kind:name"),
        ("donr:USA", "did you mean 'donor:USA'"),
        ("donor:USB", "did you mean 'donor:USA'"),
        ("mechanism:blendid_finance", "did you mean 'mechanism:blended_finance'"),
        ("mechanism:", "no mechanism is called"),
        ("exit:a", "may be any of abrupt, adaptive"),
        ("initiative:twelve", "not the key"),
        ("initiative:-1", "not the key"),
        (f"initiative:{2**64}", "not the key"),
    ],
)
def test_what_is_not_known_is_refused_with_what_was_meant(written: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=says):
        read_item(written)
    file = tmp_path / "wrong.toml"
    file.write_text(f'extends = "baseline"\n[run]\nwithout = ["{written}"]\n')
    with pytest.raises(ScenarioError, match=f"wrong.toml:3: run.without: .*{says}"):
        load_scenario(file)


def test_the_others_are_fixed_or_free() -> None:
    with pytest.raises(ScenarioError, match=r"run\.others.*expected 'fixed' or 'free'"):
        plan([], "loose")


@pytest.mark.parametrize("others", ["fixed", "free"])
@pytest.mark.parametrize("item", ["mechanism:pooled_fund", "exit:adaptive", "initiative:12"])
def test_leaving_out_what_nobody_uses_changes_nothing(item: str, others: str) -> None:
    # levers turn at the start year, so a run that begins there never sees the baseline's mix
    settings = {"strategy.mechanisms": {"project_grant": 1.0}, "strategy.exits": {"abrupt": 1.0}, "run.spinup": START}
    without = stepped(plan([item], others, **settings))
    assert shadow_of(without) is not None and without.tally.taken_out == 0.0
    assert same(without, stepped(plan([], **settings)))


@pytest.mark.parametrize("others", ["fixed", "free"])
@pytest.mark.parametrize("item", USED)
def test_what_is_left_out_leaves_and_does_not_return(item: str, others: str, whole: World) -> None:
    def watch(world: World) -> None:
        if world.year >= START and world.quarter > 4 * (START - 2012):
            # an award that is not paid ends abruptly, whatever was planned
            assert gone(world, item).size <= (world.tally.terminated if item == "exit:abrupt" else 0)

    without = stepped(plan([item], others), watch=watch)
    assert gone(whole, item).size > 0 and without.tally.taken_out > 0.0
    assert float(without.ledger.outflow["returned"].sum()) > 0.0
    shadow = shadow_of(without)
    if shadow is not None:
        assert shadow.counterfactual.stage == WATCHED and same(shadow, whole)


@pytest.mark.parametrize("item", USED)
def test_the_money_of_what_is_left_out_stays_unspent(item: str, whole: World) -> None:
    """What donors spend less is what they would have paid to it, and nobody else gets it."""
    column, names = {
        "donor": ("donor", list(whole.facts.donors.codes)),
        "mechanism": ("mechanism", list(whole.traits.names)),
        "exit": ("exit", list(whole.traits.exit_names)),
    }[item.partition(":")[0]]
    row = names.index(item.partition(":")[2])
    full = begin(plan(), 3, 0)
    while not full.starts_now:
        advance(full)
    before = dict(zip(full.initiatives.key.tolist(), full.initiatives.outlay.tolist(), strict=True))
    run_on(full, END)
    paid = 0
    for part in (full.closed, full.initiatives):
        match = getattr(part, column) == row
        keys, outlay = part.key[match].tolist(), int(part.outlay[match].sum())
        paid += outlay - sum(before.get(key, 0) for key in keys)
    without = stepped(plan([item]))
    unspent = full.donors.outlay.sum() - without.donors.outlay.sum()
    assert unspent == pytest.approx(paid / 100, rel=0.01)


def test_a_donor_left_out_pays_nothing_and_the_others_allocate_as_they_were(whole: World) -> None:
    shares: list[tuple[int, object]] = []
    full = stepped(plan(), watch=lambda world: shares.append((world.quarter, world.dyads.share.copy())))
    assert same(full, whole)
    row = list(full.facts.donors.codes).index("USA")
    outlays: list[float] = []
    known = dict(shares)

    def watch(world: World) -> None:
        assert np.array_equal(world.dyads.share, known[world.quarter])
        outlays.append(float(world.donors.outlay[row]))

    without = stepped(plan(["donor:USA"]), watch=watch)
    begun = 4 * (START - 2012) - 1
    assert outlays[begun] > 0.0 and set(outlays[begun:]) == {outlays[begun]}
    assert full.donors.outlay[row] > without.donors.outlay[row]
    free = stepped(plan(["donor:USA"], "free"))
    others = np.arange(free.donors.count) != row
    assert not np.array_equal(free.dyads.share[others], full.dyads.share[others])
    assert free.dyads.share[others] == pytest.approx(full.dyads.share[others], abs=0.05)


def test_without_any_donor_nothing_is_left(whole: World) -> None:
    for others in ("fixed", "free"):
        world = stepped(plan(["donor:all"], others))
        assert world.initiatives.count == 0 and world.donors.cash.sum() == 0
        assert world.countries.use.mean() < whole.countries.use.mean()


def test_who_stays_keeps_its_luck(whole: World) -> None:
    without = stepped(plan(["exit:abrupt"]))
    one, other = (dict(zip(each.initiatives.key.tolist(), each.initiatives.fate.tolist(), strict=True))
                  for each in (whole, without))  # fmt: skip
    shared = one.keys() & other.keys()
    assert len(shared) > 0.9 * len(other) and all(one[key] == other[key] for key in shared)


def test_one_initiative_can_be_left_out(whole: World) -> None:
    living = whole.initiatives
    old = living.key[(living.founded < 16) & (living.service > 0.1)][0]
    new = living.key[(living.founded > 20)][0]
    without = stepped(plan([f"initiative:{old}", f"initiative:{new}"]))
    assert without.tally.taken_out == 2.0
    assert not np.isin(without.initiatives.key, [old, new]).any()
    assert np.isin(without.initiatives.key, living.key).mean() > 0.99
    assert whole.donors.outlay.sum() - without.donors.outlay.sum() > 0.0


def test_a_snapshot_keeps_the_shadow() -> None:
    scenario = plan(["mechanism:pooled_fund"])
    model = FinancingModel(scenario, seed=3)
    for _ in range(20):
        model.step()
    kept = model.snapshot()
    copied, own = shadow_of(kept), shadow_of(model.world)
    assert copied is not None and own is not None and copied is not own and copied.reference is kept.reference
    model.run_model()
    resumed = FinancingModel.resume(kept, scenario)
    resumed.run_model()
    assert same(resumed.world, model.world)


def test_a_snapshot_can_go_on_without_something() -> None:
    model = FinancingModel(plan(), seed=3)
    for _ in range(20):
        model.step()
    row = list(model.world.facts.donors.codes).index("USA")
    before = float(model.world.donors.outlay[row])
    resumed = FinancingModel.resume(model.snapshot(), plan(["donor:USA"], **{"strategy.funding": 0.5}))
    shadow = shadow_of(resumed.world)
    assert shadow is not None and shadow.strategy.funding == 0.5
    resumed.run_model()
    assert before > 0.0 and resumed.world.donors.outlay[row] == before
    assert FinancingModel.resume(model.snapshot(), plan()).world.counterfactual is None


@pytest.mark.slow
def test_the_number_of_workers_changes_no_bit() -> None:
    scenario = plan(["exit:abrupt", "donor:USA"], **{"run.end": 2020})
    alone, together = (run(scenario, runs=2, seed=5, workers=workers) for workers in (1, 2))
    for name in ("divide", "activity", "finance", "initiatives"):
        pd.testing.assert_frame_equal(getattr(alone, name), getattr(together, name), check_exact=True)
