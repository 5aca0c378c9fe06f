"""The record of reforms, and the settings of the model that follow from it by one written rule (`reforms.toml`)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import numpy as np
from pydantic import Field, TypeAdapter

from afteraid.simulation.basis.frozen import Frozen
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import load_countries
from afteraid.simulation.processes.barriers import data_price, phone_price
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import World

AHEAD = 5  # years after the last full year before the reform
Settings = dict[str, object]
Span = tuple[float, float]


class Reform(Frozen):
    """One reform: where, when, what changed in numbers, and what use did beside its nearest economies."""

    economy: str
    name: str
    year: int = Field(description="last full year before it")
    price: float | None = Field(default=None, description="price of data over income, after over before")
    price_years: tuple[int, int] = Field(default=(0, 0), description="years of these two prices")
    cover: Span | None = Field(default=None, description="people covered by 3G or better, before and after")
    sim: Span | None = Field(default=None, description="price of a SIM card, dollars, before and after")
    device_tax: float = 0.0
    data_tax: float = 0.0
    access_charge: float = 0.0
    competition: Span | None = Field(default=None, description="effective operators, before and after")
    backbone: float = 0.0
    recorded: dict[int, float] = Field(default_factory=dict, description="log odds, by years after `year`")
    pool: bool = Field(description="counts in the pooled effect")
    wanted: str = ""
    source: str


@cache
def reforms() -> tuple[Reform, ...]:
    """Return the record, in the order of its file."""
    text = resources.files(__package__).joinpath("reforms.toml").read_text(encoding="utf-8")
    return tuple(TypeAdapter(list[Reform]).validate_python(tomllib.loads(text)["reforms"]))


def first_world(reform: Reform, settings: Settings, seed: int, replicate: int) -> World:
    """Return a world at the reform's year without initiatives: only the barriers of one economy move."""
    plain: Settings = {
        "run.spinup": reform.year, "run.start": reform.year, "run.end": min(reform.year + AHEAD + 1, 2050),
        "run.runs": 1, "world.uncertain": False, "world.cuts": [], "strategy.funding": 0.0,
    }  # fmt: skip
    return begin(load_scenario("baseline", plain | settings), seed, replicate)


def surroundings(reform: Reform, world: World) -> Settings:
    """Return what holds with the reform and without: coverage stands still, no lags, and rivals as recorded."""
    found: Settings = {"market.price_years": 1.0, "market.network_years": 1.0}
    if reform.cover is not None:
        found["world.barrier_pace"] = {"coverage": 0.0}
    if reform.sim is not None:
        found["barriers.phone_price"] = world.values["barriers.phone_price"] * (
            1.0 + reform.sim[0] / _phone(reform, world)
        )
    if reform.competition is not None:
        found["market.operators"] = reform.competition[0] / float(world.facts.countries.operators[row_of(reform)])
    return found


def levers(reform: Reform, world: World) -> Settings:
    """Return the levers that say what the record says, in force from the year after `year`."""
    found: Settings = {"policy_countries": [reform.economy], "policy_year": reform.year + 1}
    if reform.price is not None:
        found["data_price"] = reform.price / _usual_fall(reform, world) - 1.0
    elif reform.data_tax:
        found["data_tax"] = reform.data_tax
    if reform.cover is not None:
        before, after = reform.cover
        found["coverage_obligation"] = (after - before) / (1.0 - before)
    if reform.competition is not None and reform.price is None and reform.cover is None:
        found["competition"] = reform.competition[1] - reform.competition[0]
    if reform.sim is not None:
        before, after = (_phone(reform, world) + price for price in reform.sim)
        found["device_tax"] = after / before - 1.0
    for name in ("device_tax", "access_charge", "backbone"):
        if getattr(reform, name):
            found[name] = getattr(reform, name)
    return found


def _usual_fall(reform: Reform, world: World) -> float:
    """Return what the price of data over income did in the reform's years in all economies of that income."""
    first, last = (
        data_price(world.reference, world.facts.countries, world.values, year)[row_of(reform)]
        for year in reform.price_years
    )
    return float(last / first)


def _phone(reform: Reform, world: World) -> float:
    """Return the price of an entry phone at the reform's year, dollars."""
    return phone_price(world.values, reform.year)


def row_of(reform: Reform) -> int:
    """Return the row of the reform's economy."""
    return int(np.flatnonzero(load_countries()["iso3"] == reform.economy)[0])
