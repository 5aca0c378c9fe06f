"""What must hold in every world: money, shares, luck, and the limit cases."""

from __future__ import annotations

import functools
import gc
import weakref
from collections.abc import Callable
from itertools import product

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from short_worlds import SEED, run_on, stepped, stepped_from_start

from afteraid.simulation.basis.errors import DrawnTwiceError, LedgerError
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import load_world
from afteraid.simulation.exits import EXITS
from afteraid.simulation.mechanisms import MECHANISMS
from afteraid.simulation.model import FinancingModel
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.state.ledger import Ledger, Pot
from afteraid.simulation.state.parameters import REGISTRY
from afteraid.simulation.state.randomness import Streams, exponential, student_t4
from afteraid.simulation.state.world import CLOSED, Initiatives, World

SHARES = ("service", "resources", "capacity", "motivation", "linkages", "people_alone", "observed", "funded_share",
          "donor_share", "last_donor_share", "revenue_share", "asked_share", "paid_share",
          "market_reached", "government_share", "levy_share", "endowment_share", "participation")  # fmt: skip
USES = ("use", "use_urban", "use_rural", "coverage_urban", "coverage_rural", "skills_urban", "skills_rural", "trust",
        "addressable_urban", "addressable_rural", "urban_share", "governance", "fragmentation")  # fmt: skip


def one(mechanism: str = "project_grant", leave: str = "abrupt", **other: object) -> Scenario:
    """A scenario with a single mechanism and a single exit, short enough for a test."""
    return load_scenario(
        "baseline",
        {"strategy.mechanisms": {mechanism: 1.0}, "strategy.exits": {leave: 1.0}, "run.spinup": 2012,
         "run.start": 2014, "run.end": 2019, **other},
    )  # fmt: skip


def shares_and_money_hold(world: World) -> None:
    """Check every invariant of a world; stepping has proved its books to the cent."""
    for name in SHARES:
        column = getattr(world.initiatives, name)
        assert column.size == 0 or (column.min() >= 0.0 and column.max() <= 1.0), name
    for name in USES:
        column = getattr(world.countries, name)
        assert column.min() >= 0.0 and column.max() <= 1.0, name
    assert (world.initiatives.cash >= 0).all()
    assert world.countries.service_fund.min() >= 0 and world.solidarity_fund[0] >= 0
    assert (world.initiatives.phase < CLOSED).all()


def proved(plan: Scenario, seed: int = SEED) -> World:
    """Run a scenario to its end, checking every invariant at every step."""
    return stepped(plan, seed, watch=shares_and_money_hold)


def proved_from_start(plan: Scenario) -> World:
    """Do the same from the start year on: the years before are those of `plain`."""
    return stepped_from_start(plan, watch=shares_and_money_hold)


def left(world: World) -> np.ndarray:
    """Rows that their donor has begun to leave, or has left."""
    return world.initiatives.phase > 0


def mean(world: World, name: str) -> float:
    """The mean of a column over what donors leave; 0 where they leave nothing."""
    chosen = getattr(world.initiatives, name)[left(world)]
    return float(chosen.mean()) if chosen.size else 0.0


def came(source: str) -> Callable[[World], float]:
    """What came in from a source so far, in cents."""
    return lambda world: float(world.ledger.inflow[source].sum())


def went(use: str) -> Callable[[World], float]:
    """What was spent on a use so far, in cents."""
    return lambda world: float(world.ledger.outflow[use].sum())


# what each way of paying or leaving shows more of (+1) or less of (-1) than a project grant with an abrupt exit
NAMED_OUTCOMES: dict[str, tuple[str, int, Callable[[World], float]]] = {
    "pooled_fund": ("fees of funds", 1, went("fund_fee")),
    "matching_grant": ("money of treasuries", 1, came("government")),
    "blended_finance": ("private money", 1, came("private")),
    "results_based": ("cost of verification", 1, went("verification")),
    "impact_bond": ("cost of verification", 1, went("verification")),
    "universal_service_fund": ("money left in the funds", -1, lambda world: float(world.countries.service_fund.sum())),
    "endowment": ("returns on endowments", 1, came("endowment_return")),
    "debt_swap": ("saved debt service", 1, came("debt_relief")),
    "guarantee": ("calls on guarantees", 1, went("guarantee_calls")),
    "south_south": ("fees", 1, went("fund_fee")),
    "diaspora_crowd": ("gifts", 1, came("diaspora")),
    "solidarity_levy": ("fees of funds", 1, went("fund_fee")),
    "linear_phase_down": ("time that donors stay on", 1, lambda world: float((world.initiatives.phase == 1).sum())),
    "government_handover": ("running cost that treasuries carry", 1, lambda world: mean(world, "government_share")),
    "adaptive": ("time that donors stay on", 1, lambda world: float((world.initiatives.phase == 1).sum())),
    "community_enterprise": ("price asked of users", 1, lambda world: mean(world, "price_asked")),
    "commercialisation": ("price asked of users", 1, lambda world: mean(world, "price_asked")),
    "endowment at exit": ("returns on endowments", 1, came("endowment_return")),
    "service_fund_handover": ("running cost that levies carry", 1, lambda world: mean(world, "levy_share")),
    "evergreen": ("time that donors stay on", 1, lambda world: float((world.initiatives.phase == 1).sum())),
}


@functools.cache
def plain() -> World:
    """The world of project grants with abrupt exits."""
    return proved(one())


@pytest.mark.parametrize(("mechanism", "leave"), list(product(MECHANISMS, EXITS)))
def test_every_mechanism_with_every_exit_keeps_money_and_shares(mechanism: str, leave: str) -> None:
    world = proved_from_start(one(mechanism, leave))
    used = compile_record(world).tables["initiatives"]
    new = used[used["founded"] >= 2014.0]  # before the start year, donors do as in the baseline
    assert set(new["exit_strategy"]) <= {leave, "abrupt"} and leave in set(new["exit_strategy"])
    assert set(new["mechanism"]) <= {mechanism, "project_grant"} and mechanism in set(new["mechanism"])
    for name in (mechanism, "endowment at exit" if leave == "endowment" else leave):
        if name in NAMED_OUTCOMES:  # the project grant and the abrupt exit are what the others differ from
            outcome, sign, measure = NAMED_OUTCOMES[name]
            assert sign * (measure(world) - measure(plain())) > 0.0, f"{name}: {outcome}"


@settings(max_examples=8)
@given(
    seed=st.integers(0, 2**63),
    funding=st.floats(0.0, 3.0),
    capacity=st.floats(0.0, 0.25),
    monitoring=st.floats(0.0, 0.15),
    years=st.floats(0.0, 8.0),
    coordination=st.floats(0.0, 1.0),
)
def test_money_and_shares_hold_under_any_levers(
    seed: int, funding: float, capacity: float, monitoring: float, years: float, coordination: float
) -> None:
    plan = load_scenario(
        "baseline",
        {"strategy.funding": funding, "strategy.capacity_share": capacity, "strategy.monitoring_share": monitoring,
         "strategy.transition_years": years, "strategy.coordination": coordination,
         "run.spinup": 2014, "run.start": 2016, "run.end": 2020},
    )  # fmt: skip
    proved(plan, seed)


def test_the_same_seed_gives_the_same_bits_and_another_does_not() -> None:
    first, again, other = plain(), *(stepped(one(), seed) for seed in (SEED, SEED + 1))
    assert np.array_equal(first.countries.use, again.countries.use)
    assert np.array_equal(first.initiatives.key, again.initiatives.key)
    assert np.array_equal(first.initiatives.hazard, again.initiatives.hazard)
    assert not np.array_equal(first.countries.use, other.countries.use)


def fates(world: World) -> dict[int, float]:
    """The one exponential draw of every initiative that ever was."""
    found: dict[int, float] = {}
    for part in (world.initiatives, world.closed):
        found.update(zip(part.key.tolist(), part.fate.tolist(), strict=True))
    return found


def test_more_initiatives_change_nobody_elses_luck() -> None:
    few, many = fates(plain()), fates(proved_from_start(one(**{"strategy.funding": 1.7})))
    shared = few.keys() & many.keys()
    assert len(many) > len(few) and len(shared) > 0.9 * len(few)
    assert all(few[key] == many[key] for key in shared)


def test_a_taper_of_no_length_is_an_abrupt_exit() -> None:
    abrupt = proved_from_start(one("project_grant", "abrupt", **{"strategy.transition_years": 0.0}))
    taper = proved_from_start(one("project_grant", "linear_phase_down", **{"strategy.transition_years": 0.0}))
    assert np.array_equal(abrupt.countries.use, taper.countries.use)
    for name in Initiatives.schema:
        if name != "exit":
            assert np.array_equal(getattr(abrupt.initiatives, name), getattr(taper.initiatives, name)), name


def test_no_funding_means_no_new_initiative_and_the_market_alone() -> None:
    world = stepped(one(**{"strategy.funding": 0.0, "run.spinup": 2014}))
    assert world.initiatives.count == 0 and world.closed.count == 0
    reference = load_world().reference_service
    assert reference is not None
    funds = world.countries.service_fund.sum() + world.solidarity_fund.sum()
    assert world.ledger.total_in == funds > 0 == world.ledger.total_out  # levies are collected and reach nobody


def test_a_snapshot_runs_on_as_if_it_had_not_been_taken() -> None:
    plan = one()
    model = FinancingModel(plan, seed=3)
    for _ in range(20):
        model.step()
    kept = model.snapshot()
    model.run_model()
    resumed = FinancingModel.resume(kept, plan)
    resumed.run_model()
    assert np.array_equal(model.world.countries.use, resumed.world.countries.use)
    other = FinancingModel.resume(kept, one(**{"strategy.funding": 0.2}))
    other.run_model()
    assert other.world.donors.outlay.sum() < model.world.donors.outlay.sum()


def test_mesa_sees_agents() -> None:
    model = FinancingModel(one(), seed=3)
    for _ in range(24):
        model.step()
    kenya = model.agents.select(lambda agent: getattr(agent, "iso3", "") == "KEN")
    assert len(kenya) == 1 and 0.0 < next(iter(kenya)).use < 1.0
    funded = model.initiatives.select(lambda agent: agent.phase == "funded")
    assert 0 < len(funded) <= model.world.initiatives.count
    assert model.initiatives.agg("service", np.mean) == pytest.approx(model.world.initiatives.service.mean())
    assert len(model.datacollector.get_model_vars_dataframe()) == 25


def test_mesa_batch_run_works() -> None:
    rows = mesa.batch_run(
        FinancingModel,
        {"scenario": [one(**{"run.spinup": 2013, "run.end": 2015})], "replicate": [0, 1]},
        max_steps=20,
        display_progress=False,
        data_collection_period=-1,
    )
    assert len({row["use"] for row in rows}) == 2


@pytest.mark.parametrize("to_the_end", [True, False])
def test_thousands_of_models_do_not_pile_up(to_the_end: bool) -> None:
    plan = one(**{"run.spinup": 2013, "run.start": 2014, "run.end": 2015})
    gone = []
    for replicate in range(5):
        model = FinancingModel(plan, seed=1, replicate=replicate)
        if to_the_end:
            model.run_model()
        else:
            model.step()
            model.close()
        gone.append(weakref.ref(model.world))
        del model
    gc.collect()
    assert [ref() for ref in gone] == [None] * 5


def test_a_decision_is_drawn_once() -> None:
    streams = Streams(0, 0)
    keys = np.arange(3, dtype=np.uint64)
    streams.uniform("process", 1, keys)
    with pytest.raises(DrawnTwiceError):
        streams.uniform("process", 1, keys)


def test_luck_has_the_shape_that_it_claims() -> None:
    luck = Streams(1, 2).uniform("shape", 0, np.arange(200_000, dtype=np.uint64))
    assert abs(luck.mean() - 0.5) < 0.005 and abs(luck.var() - 1 / 12) < 0.002
    assert abs(exponential(luck).mean() - 1.0) < 0.02
    assert abs(student_t4(luck).var() - 2.0) < 0.25


def test_the_ledger_refuses_money_from_nowhere() -> None:
    ledger, pot = Ledger(1), Pot("till", np.zeros(2, dtype=np.int64))
    pot.balance += 1
    with pytest.raises(LedgerError):
        ledger.check([pot])
    overdrawn = Pot("till", np.array([5, 0], dtype=np.int64))
    with pytest.raises(LedgerError):
        ledger.move(overdrawn, np.array([5, 0]), pot, np.array([4, 0]))


def test_every_parameter_is_read() -> None:
    mechanisms = {name: 1 / len(MECHANISMS) for name in MECHANISMS}
    exits = {name: 1 / len(EXITS) for name in EXITS}
    plan = load_scenario(
        "baseline",
        {
            "run.end": 2032,
            "run.start": 2022,
            "world.edition": 1,
            "strategy.mechanisms": mechanisms,
            "strategy.exits": exits,
            "strategy.coordination": 0.2,
            "strategy.platforms": 0.2,  # a parameter is read where its lever is turned, not before
            "strategy.cybersecurity_share": 0.02,
        },
    )
    world = stepped(plan, seed=1)
    index = stepped(plan.with_settings({"world.structures": ["index_rule"]}), seed=1)
    assert set(REGISTRY) - world.values.read - index.values.read == set()


def test_the_world_starts_where_the_world_is() -> None:
    use, least = [], []
    for replicate in range(4):
        world = run_on(begin(load_scenario("baseline"), 2025, replicate), 2025)
        people = world.countries.population
        ldc = world.reference.countries["ldc"].to_numpy() == 1
        use.append((world.countries.use * people).sum() / people.sum())
        least.append((world.countries.use * people)[ldc].sum() / people[ldc].sum())
    assert abs(np.mean(use) - 0.736) < 0.03  # ITU Facts and Figures 2025
    assert abs(np.mean(least) - 0.34) < 0.05


def test_the_slowdown_holds_back_the_slow_groups_only_and_only_once_it_was_known() -> None:
    def used(**settings: object) -> tuple[float, float, float]:
        world = proved(one(**{"run.spinup": 2018, "run.start": 2023, "run.end": 2028, **settings}))
        slow = world.facts.countries.slow_groups > 0.0
        reference = world.countries.reference_log_odds
        return float(reference[slow].mean()), float(reference[~slow].mean()), float(world.countries.use[slow].mean())

    none, much = used(**{"adoption.slowdown": 0.0}), used(**{"adoption.slowdown": 0.8})
    assert much[0] < none[0] and much[2] < none[2]
    assert abs(much[1] - none[1]) < 0.2 * (none[0] - much[0])  # others feel it through the mean that pulls all
    early = {"run.start": 2020}
    assert used(**{"adoption.slowdown": 0.0, **early}) == used(**{"adoption.slowdown": 0.8, **early})
