"""Agents tell the truth: what is read through a window is the world's, and nothing can be written through it."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wrong_inputs import of_a_kind

from afteraid import FinancingModel, load_scenario
from afteraid.simulation.agents import WORDS, Country, Donor, Initiative, ReadOnlyError
from afteraid.simulation.data import load_world
from afteraid.simulation.state.world import Countries, Donors, Initiatives

PLAN = load_scenario("baseline", {"spinup": 2018, "start": 2020, "end": 2021})
WINDOWS = {Country: Countries, Donor: Donors, Initiative: Initiatives}
FACTS = {Country: load_world().countries, Donor: load_world().donors}


@pytest.fixture(scope="module")
def model() -> FinancingModel:
    found = FinancingModel(PLAN, seed=3)
    for _ in range(10):
        found.step()
    return found


def columns_of(model: FinancingModel, window: type) -> Any:
    return {Country: model.world.countries, Donor: model.world.donors, Initiative: model.world.initiatives}[window]


def agents_of(model: FinancingModel, window: type) -> Any:
    return {Country: model.countries, Donor: model.donors, Initiative: model.initiatives}[window]


def same(one: object, other: object) -> bool:
    return one == other or (one != one and other != other)


@pytest.mark.parametrize("window", WINDOWS)
def test_every_window_shows_every_column_and_fact_as_the_world_has_it(model: FinancingModel, window: type) -> None:
    agents, columns = list(agents_of(model, window)), columns_of(model, window)
    assert agents
    for agent in agents:
        for name in columns.schema:
            held = getattr(columns, name)[agent.row].item()
            assert same(getattr(agent, name), WORDS[name][held] if name in WORDS else held), (agent, name)
        for name, fact in agent.facts.items():
            assert same(fact, FACTS[window][name].iloc[agent.row]), (agent, name)
            if name not in columns.schema:
                assert same(getattr(agent, name), fact), (agent, name)


@pytest.mark.parametrize("window", WINDOWS)
def test_no_column_or_fact_has_a_name_that_mesa_or_the_window_uses(window: type) -> None:
    facts = set(FACTS[window].columns) if window in FACTS else set()
    names = set(WINDOWS[window].schema) | facts
    taken = {name for name in dir(mesa.Agent) if not name.startswith("_")} | {"model", "unique_id", "pos"}
    own = {name for base in window.__mro__ for name in vars(base) if not name.startswith("_")}
    assert not names & taken
    assert names & own <= ({"phase"} if window is Initiative else set())


def test_a_subclass_cannot_hide_a_column() -> None:
    with pytest.raises(TypeError, match="Mine.use would hide the column"):
        type("Mine", (Country,), {"use": 0.5})
    assert type("Mine", (Country,), {"wealth": 0.5}).wealth == 0.5


def test_sets_of_agents_add_up_as_the_columns_do(model: FinancingModel) -> None:
    countries = model.world.countries
    assert model.countries.agg("population", max) == countries.population.max()
    assert model.countries.agg("use", np.mean) == pytest.approx(countries.use.mean())
    assert model.agents.select(agent_type=Country).agg("population", sum) == pytest.approx(countries.population.sum())
    assert sum(model.initiatives.groupby("mechanism").count().values()) == model.world.initiatives.count


def test_a_write_raises_and_changes_nothing(model: FinancingModel) -> None:
    kenya = next(iter(model.countries.select(lambda agent: agent.iso3 == "KEN")))
    before = model.world.countries.use.copy()
    for name in ("use", "population", "iso3", "gdp_per_capita", "row", "world", "facts"):
        with pytest.raises(ReadOnlyError, match=rf"Country.{name} can't be set.*FinancingModel\(funding=0.5\)"):
            setattr(kenya, name, 0.5)
    with pytest.raises(AttributeError):
        model.countries.set("use", 0.5)
    assert np.array_equal(model.world.countries.use, before)
    assert kenya.use == before[kenya.row]


def test_names_that_are_no_column_are_the_users_own(model: FinancingModel) -> None:
    model.donors.set("mood", "good")
    assert set(model.donors.get("mood")) == {"good"}
    kenya = next(iter(model.countries))
    kenya.pos = (1, 2)
    assert kenya.pos == (1, 2)
    assert not hasattr(kenya, "mood")


def test_an_initiative_that_has_closed_says_so() -> None:
    model = FinancingModel(PLAN, seed=3)
    for _ in range(8):
        model.step()
    watched = list(model.initiatives)
    model.run_model()
    closed = next(agent for agent in watched if not agent.living)
    assert closed.phase == "closed" and repr(closed).endswith("closed>")
    for name in ("service", "row", "kind", "exit_strategy", "iso3"):
        with pytest.raises(AttributeError, match="has closed; its story is in the record"):
            getattr(closed, name)
    with pytest.raises(ReadOnlyError):
        closed.service = 1.0
    going_on = next(agent for agent in watched if agent.living)
    assert int(model.world.initiatives.key[going_on.row]) == going_on.identity == going_on.key


@pytest.mark.parametrize("window", WINDOWS)
def test_dir_shows_columns_and_facts(model: FinancingModel, window: type) -> None:
    shown = dir(next(iter(agents_of(model, window))))
    facts = set(FACTS[window].columns) if window in FACTS else set()
    assert set(WINDOWS[window].schema) | facts <= set(shown)
    assert len(shown) == len(set(shown))


NAMES = st.one_of(
    st.sampled_from(sorted({name for columns in WINDOWS.values() for name in columns.schema})),
    st.sampled_from(sorted({name for facts in FACTS.values() for name in facts.columns})),
    st.sampled_from(["model", "unique_id", "pos", "random", "rng", "row", "world", "facts", "identity", "living"]),
    st.sampled_from(["wealth", "_wealth", "exit_strategy", "donor_code", "__dict", "uses", "Use", "step", "state"]),
    st.text(max_size=12),
)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))


@of_a_kind
@given(st.data())
def test_any_name_reads_the_world_or_is_the_users_own(model: FinancingModel, data: st.DataObject) -> None:
    window = data.draw(st.sampled_from(list(WINDOWS)), label="window")
    agents = agents_of(model, window)
    agent = agents[data.draw(st.integers(0, len(agents) - 1), label="agent")]
    name, value = data.draw(NAMES, label="name"), data.draw(VALUES, label="value")
    columns = columns_of(model, window)
    shown = name in columns.schema or (window in FACTS and name in FACTS[window].columns)
    if shown:
        held = getattr(columns, name)[agent.row].item() if name in columns.schema else agent.facts[name]
        expected = WORDS[name][held] if name in WORDS and name in columns.schema else held
        assert same(getattr(agent, name), expected)
        with pytest.raises(ReadOnlyError):
            setattr(agent, name, value)
        assert same(getattr(agent, name), expected)
        assert name not in vars(agent)
        return
    before = vars(agent).copy()
    try:
        setattr(agent, name, value)
    except ReadOnlyError:
        assert isinstance(getattr(type(agent), name), property)
        assert vars(agent) == before
    except AttributeError:
        assert name in ("random", "rng")
    else:
        assert same(getattr(agent, name), value)
        agent.__dict__.clear()
        agent.__dict__.update(before)


@pytest.mark.parametrize("way", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copied_model_goes_on_with_the_same_bits(way: Any) -> None:
    model = FinancingModel(PLAN, seed=3)
    for _ in range(7):
        model.step()
    assert len(model.initiatives)
    other = way(model)
    assert other is not model and other.world is not model.world
    numbers = [agent.unique_id for agent in other.agents]
    assert numbers == [agent.unique_id for agent in model.agents]
    for each in (model, other):
        each.run_model()
    for name in ("countries", "donors", "initiatives"):
        mine, theirs = getattr(model.world, name), getattr(other.world, name)
        for column in mine.schema:
            assert np.array_equal(getattr(mine, column), getattr(theirs, column), equal_nan=True), column
    mine, theirs = model.record().tables, other.record().tables
    assert all(mine[name].equals(theirs[name]) for name in mine)
    mine, theirs = (each.datacollector.get_model_vars_dataframe() for each in (model, other))
    assert mine.equals(theirs)
    numbers = [agent.unique_id for agent in other.initiatives]
    everyone = [agent.unique_id for agent in other.agents]
    assert len(everyone) == len(set(everyone)) and set(numbers) <= set(everyone)


def test_a_set_of_agents_is_pickled_with_its_model() -> None:
    model = FinancingModel(PLAN, seed=3)
    other, agents, first = pickle.loads(pickle.dumps((model, model.countries, next(iter(model.donors)))))
    assert len(agents) == model.world.countries.count and next(iter(agents)).model is other
    assert agents.agg("use", sum) == model.countries.agg("use", sum) and first.code == next(iter(model.donors)).code


def test_a_record_can_be_taken_at_any_time() -> None:
    model = FinancingModel(PLAN, seed=3)
    first = model.record().tables
    while model.running:
        now = model.record().tables
        assert {name: list(table.columns) for name, table in now.items()} == {
            name: list(table.columns) for name, table in first.items()
        }
        years = sorted(set(now["countries"]["year"]))
        assert years == list(range(PLAN.run.start, model.world.year + 1))
        model.step()
    last = model.record().tables
    assert first["countries"].empty and not last["countries"].empty
    for name in ("countries", "activity", "finance"):
        assert dict(first[name].select_dtypes("number").dtypes) == dict(last[name].select_dtypes("number").dtypes)
