"""The twin of a run: the same world on the same draws in which donors pay nothing from the start year on.

The programme is all donors' money from the start year. What a run adds to its twin is what the programme brings. The
twin goes on from a snapshot at the start year, so that the past is not run twice.
"""

from __future__ import annotations

import json
from collections import OrderedDict

from .basis.late import pd
from .beginning.begin import PAST
from .beginning.levers import apply_strategy, strategy_of
from .counterfactual import NEVER
from .engine import advance_to
from .recording.accounts import table_of_accounts
from .scenario.scenario import Scenario, load_scenario
from .scenario.settings import StrategySettings
from .state.closed import Closed
from .state.world import World

COLUMNS = ("use", "use_urban", "use_rural", "use_women")
PAID = ("public_usd", "treasury_usd")
# Without donors' money nothing is founded, and these choices change nothing: a test shows it to the last bit.
SHARED = (
    "funding", "mechanisms", "exits", "transition_years", "evergreen_years", "local_ownership", "rural_targeting",
    "women_targeting", "need_targeting", "data_driven",
)  # fmt: skip
MOST_KEPT = 64  # twins that a process remembers

_kept: OrderedDict[str, pd.DataFrame] = OrderedDict()


def plan_of_twin(scenario: Scenario) -> Scenario:
    """Return the scenario of a twin: no donors' money, nothing else taken out, and donors' other choices as usual."""
    usual = StrategySettings()
    changes = {name: getattr(usual, name) for name in SHARED} | {"funding": 0.0}
    strategy = scenario.strategy.model_copy(update=changes)
    run = scenario.run.model_copy(update={"without": (), "others": "fixed"})
    return scenario.model_copy(update={"strategy": strategy, "run": run})


def key_of_twin(scenario: Scenario, seed: int, replicate: int) -> str:
    """Return a text that two runs share if and only if their twins are one: world, policy, years, seed and draws."""
    plan = plan_of_twin(scenario).model_dump(mode="json")
    run = {name: value for name, value in plan["run"].items() if name not in ("runs", "focus", "seed")}
    return json.dumps([plan["world"], plan["strategy"], run, seed, replicate], sort_keys=True)


def begin_twin(world: World, scenario: Scenario) -> World:
    """Return the twin's world at its start year, where a run stands now; the run is not changed.

    Args:
        world: a run at the first quarter of its start year, before that quarter is stepped.
        scenario: of the run.
    """
    twin = world.snapshot()
    usual = plan_of_twin(scenario).strategy
    without = {name: getattr(usual, name) for name in SHARED}
    # holds until the strategy takes effect, which may be later than the start
    past = load_scenario(PAST)
    before = past.model_copy(update={"strategy": past.strategy.model_copy(update=without)})
    apply_strategy(twin, strategy_of(before))
    twin.planned = strategy_of(plan_of_twin(scenario))
    twin.counterfactual = None  # what a run does without is part of its programme
    twin.stories_from = NEVER
    twin.yearly = twin.yearly[-1:]
    twin.closed = Closed()
    return twin


def run_twin(world: World, scenario: Scenario) -> pd.DataFrame:
    """Run the twin of a run from its start year to its end: year, iso3, use and its parts, and what was paid.

    Args:
        world: a run at the first quarter of its start year; it is not changed.
        scenario: of the run.
    """
    key = key_of_twin(scenario, world.streams.seed, world.streams.replicate)
    if key not in _kept:
        _kept[key] = _table(advance_to(begin_twin(world, scenario), scenario.run.end))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return _kept[key].copy()


def no_twin() -> pd.DataFrame:
    """Return the table of a run without a twin: no rows."""
    return pd.DataFrame({"year": pd.Series(dtype="int64"), "iso3": pd.Series(dtype=object)}).assign(
        **{name: pd.Series(dtype="float64") for name in (*COLUMNS, *PAID)}
    )


def _table(twin: World) -> pd.DataFrame:
    """Lay out what is kept of a twin."""
    years = [entry for entry in twin.yearly if entry.year >= twin.start_year]
    iso3 = twin.reference.countries["iso3"].to_numpy()
    accounts = table_of_accounts(years, iso3)
    columns = {name: [value for entry in years for value in entry.countries[name]] for name in COLUMNS}
    return accounts[["year", "iso3"]].assign(**columns, **{name: accounts[name] for name in PAID})
