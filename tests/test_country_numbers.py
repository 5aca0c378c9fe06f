"""One number of one country takes the place of the published one: it moves what it should, there and nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command_line import refused
from short_worlds import SEED, short_plan, stepped

from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.beginning.own_numbers import COLUMNS, PATHS, ROW, with_own_numbers
from afteraid.simulation.data import load_world
from afteraid.simulation.processes.barriers import barriers
from afteraid.simulation.scenario.country_numbers import CountryNumbers, code_of, range_of
from afteraid.simulation.scenario.scenario import load_scenario, unit_of
from afteraid.simulation.state.kinds import BARRIERS
from afteraid.simulation.state.world import World

SHORT: dict[str, object] = {"run.spinup": 2023, "run.start": 2025, "run.end": 2026}
LOWER = {
    "treasury_room": 2e6, "data_price": 0.002, "coverage": 0.4, "electricity_urban": 0.5, "electricity_rural": 0.2,
    "skills": 0.2, "trust": 0.2, "gdp_per_head": 2500.0,
}  # fmt: skip
BARRIER_OF = {  # key -> the barrier that it moves, and whether more people pass it
    "data_price": ("data price", True), "coverage": ("coverage", False), "electricity_urban": ("electricity", False),
    "electricity_rural": ("electricity", False), "skills": ("skills", False), "trust": ("trust", False),
    "gdp_per_head": ("device", False),
}  # fmt: skip


def row_of(world: World, code: str = "KEN") -> int:
    """The row of a country."""
    return int(np.flatnonzero(world.facts.countries.iso3 == code)[0])


def begun(**numbers: float) -> World:
    """The first quarter of a world in which Kenya has some numbers of its own."""
    settings = {f"world.countries.KEN.{name}": value for name, value in numbers.items()}
    return begin(load_scenario("baseline", {**SHORT, "world.uncertain": False, **settings}), SEED, 0)


def test_every_key_is_tried_here_and_has_a_place() -> None:
    assert LOWER.keys() == set(CountryNumbers.model_fields)
    assert {*COLUMNS, *PATHS, "gdp_per_head"} == set(CountryNumbers.model_fields)
    assert {*BARRIER_OF, "treasury_room"} == set(CountryNumbers.model_fields)


def test_a_world_without_numbers_of_its_own_is_the_published_one() -> None:
    reference = load_world()
    assert with_own_numbers(reference, {}) is reference
    assert with_own_numbers(reference, {"KEN": CountryNumbers()}) is reference


@pytest.mark.parametrize("key", PATHS)
def test_a_path_has_the_level_that_is_set_in_2024_and_moves_as_a_whole(key: str) -> None:
    reference = load_world()
    row = row_of(begun())
    changed = with_own_numbers(reference, {"KEN": CountryNumbers(**{key: 0.3})})
    assert getattr(changed.access, PATHS[key][0])[ROW, row] == pytest.approx(0.3)
    for name in PATHS[key]:
        before, after = getattr(reference.access, name), getattr(changed.access, name)
        others = np.arange(before.shape[1]) != row
        np.testing.assert_array_equal(after[:, others], before[:, others])
        assert (np.diff(after[:, row]) >= -1e-12).all() and (after[:, row] < before[:, row]).all()
    if key == "coverage":
        assert (changed.access.bound >= changed.access.coverage - 1e-12).all()
    same = with_own_numbers(reference, {"KEN": CountryNumbers(**{key: getattr(reference.access, key)[ROW, row]})})
    assert getattr(same.access, key) == pytest.approx(getattr(reference.access, key), abs=1e-8)


@pytest.mark.parametrize("key", BARRIER_OF)
def test_a_number_moves_its_barrier_there_and_no_barrier_elsewhere(key: str) -> None:
    usual, changed = begun(), begun(**{key: LOWER[key]})
    row, (name, more) = row_of(usual), BARRIER_OF[key]
    here, there = barriers(usual), barriers(changed)
    moved = there[:, BARRIERS.index(name), row] - here[:, BARRIERS.index(name), row]
    assert (moved >= 0.0).all() if more else (moved <= 0.0).all()
    assert np.abs(moved).max() > 0.01
    others = np.arange(here.shape[2]) != row
    np.testing.assert_array_equal(there[:, :, others], here[:, :, others])


def test_gdp_per_head_scales_the_product_and_use_that_was_observed_stays() -> None:
    usual, changed = begun(), begun(gdp_per_head=2500.0)
    row = row_of(usual)
    factor = 2500.0 / usual.facts.countries.income[row]
    assert changed.facts.countries.income[row] == pytest.approx(2500.0)
    assert changed.facts.countries.product[row] == pytest.approx(factor * usual.facts.countries.product[row])
    assert changed.countries.use[row] == usual.countries.use[row]


def test_a_treasury_carries_no_more_than_the_room_that_is_set() -> None:
    usual = stepped(short_plan())
    row = row_of(usual)
    tight = stepped(short_plan({"world.countries.KEN.treasury_room": 2_000_000}))
    wide = stepped(short_plan({"world.countries.KEN.treasury_room": "1 billion dollars"}))
    paid = [int(world.ledger.came_to["government"][row]) for world in (tight, usual, wide)]
    assert paid[0] < paid[1] <= paid[2]
    years = usual.year - usual.first_year + 1
    assert paid[0] <= 100 * 2_000_000 * years  # cents
    growth = wide.countries.recurrent_cap[row] / usual.countries.recurrent_cap[row]
    share = usual.values["government.recurrent_room"] * usual.facts.countries.expenditure[row]
    assert growth == pytest.approx(1e9 / share)
    first = tight.facts.countries.treasury_room
    assert np.isfinite(first).sum() == 1 and np.isnan(usual.facts.countries.treasury_room).all()


def test_a_country_is_set_by_any_of_its_names_with_units() -> None:
    for name in ("KEN", "kenya", "ke"):
        scenario = load_scenario("baseline", {f"countries.{name}.treasury_room": "20 million dollars"})
        assert scenario.world.countries["KEN"].given() == {"treasury_room": 20e6}
        assert "Kenya treasury room" in scenario.title
    percent = load_scenario("baseline", {"countries.KEN.data_price": "2%"})
    assert percent.world.countries["KEN"].given() == {"data_price": 0.02}
    assert unit_of("countries.KEN.treasury_room") == "dollars" and unit_of("countries.KEN.coverage") == "share"
    assert unit_of("countries.KEN.nothing") is None
    assert code_of("LDC") is None and code_of("nowhere") is None and code_of("côte d'ivoire") == "CIV"


def test_a_file_a_parent_and_an_option_meet_in_one_country(tmp_path: Path) -> None:
    parent, child = tmp_path / "parent.toml", tmp_path / "child.toml"
    parent.write_text('extends = "baseline"\n[world.countries.Kenya]\ndata_price = "2%"\n', encoding="utf-8")
    child.write_text('extends = "parent"\n[world.countries.KEN]\ncoverage = 0.5\n', encoding="utf-8")
    scenario = load_scenario(child, {"countries.kenya.trust": 0.4})
    assert scenario.world.countries["KEN"].given() == {"data_price": 0.02, "coverage": 0.5, "trust": 0.4}
    child.write_text(
        'extends = "parent"\n[world.countries.KEN]\ncoverage = 0.5\n[world.countries.Kenya]\ntrust = 0.4\n',
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError, match="KEN is set under two names"):
        load_scenario(child)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("countries.Kenia.data_price=0.1", "no country is called 'Kenia'; expected a country (Kenya, KEN or KE); did"),
        ("countries.LDC.data_price=0.1", "'LDC' is a group of countries; expected one country"),
        ("countries.KEN.dataprice=0.1", "no such key; expected one of treasury_room, data_price"),
        ("countries.KEN.trust=5", "5 is out of range; expected a share from 0.001 to 0.999"),
        ("countries.KEN.treasury_room=5 million people", "is in people; write dollars"),
        ("countries.KEN=5", "expected a table of treasury_room"),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_option(setting: str, said: str) -> None:
    message = refused("run", "baseline", "--runs", "1", "--set", setting)
    assert said in message and "--set" in message and ".toml" not in message


def test_the_page_of_the_model_lists_each_key_with_its_range() -> None:
    page = (Path(__file__).parent.parent / "docs" / "model.md").read_text(encoding="utf-8")
    for key in CountryNumbers.model_fields:
        own = range_of(key)
        (row,) = [line for line in page.splitlines() if line.strip().startswith(f"| `{key}` |")]
        assert own is not None and f"| {own.low:g} to " in row
        assert own.dimension.split()[0] in row
