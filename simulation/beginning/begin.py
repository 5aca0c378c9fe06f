"""The beginning of a world: embedded facts, one draw of the parameters, and the luck of one run become a state."""

from __future__ import annotations

from functools import lru_cache

from ..basis.compiled import say_if_uncompiled
from ..basis.late import pd
from ..counterfactual import plan_removal
from ..data import ReferenceWorld, load_table, load_world
from ..mechanisms import MECHANISMS
from ..scenario.scenario import Scenario, load_scenario
from ..scenario.settings import StrategySettings
from ..state.ledger import Ledger
from ..state.parameters import REGISTRY, draw
from ..state.randomness import Streams
from ..state.world import Countries, Donors, Initiatives, World
from .facts import fitted_row, keys_of, read_facts
from .first_state import empty_state, first_dyads, set_first_state
from .levers import levers_of, strategy_of, surroundings_of
from .own_numbers import with_own_numbers
from .revision import revised

PAST = "baseline"  # whose strategy stands for what donors did before the start year
FITTED_TOGETHER = ("closure_draws", "donor_draws", "outcome_draws")  # parameters whose draws belong together


def begin(
    scenario: Scenario,
    seed: int,
    replicate: int,
    with_reference: bool = True,
    reference: ReferenceWorld | None = None,
    blank: bool = False,
) -> World:
    """Return the world of a scenario at the first quarter of its spin-up.

    Args:
        scenario: a checked scenario.
        seed: of the ensemble; two scenarios with one seed share their luck.
        replicate: number of the run, from 0.
        with_reference: False leaves the reference path's stored service out (for estimating it).
        reference: another world than the embedded one, such as what was known in an earlier year.
        blank: leave out the first state, for a world that takes up a state of a later quarter.
    """
    say_if_uncompiled()
    reference = load_world(with_reference) if reference is None else reference
    reference = with_own_numbers(reference, scenario.world.countries)
    streams = Streams(seed, replicate)
    uncertain, number = scenario.world.uncertain, scenario.run.parameter_draw
    ignorance = streams if number is None else Streams(seed, number)  # whose draw of what isn't known
    fitted = {name: fitted_row(load_table(name), name, ignorance, uncertain) for name in FITTED_TOGETHER}
    together = {name: value for row in fitted.values() for name, value in row.items() if name in REGISTRY}
    values = draw(ignorance, {**together, **scenario.world.parameters}, uncertain)
    if scenario.world.edition is not None:
        keys = keys_of(reference.countries["iso3"])
        reference = revised(reference, seed, scenario.world.edition, keys, values)
    law = fitted_row(_laws(reference, scenario.world.structures), "adoption law", ignorance, uncertain)
    now, memory = empty_state(reference)
    world = World(
        reference=reference,
        facts=read_facts(reference, values, streams, law),
        levers=levers_of(strategy_of(_as_usual(PAST)), values),
        planned=strategy_of(scenario),
        settings=surroundings_of(scenario),
        values=values,
        streams=streams,
        ledger=Ledger(len(MECHANISMS), len(reference.countries)),
        countries=Countries(len(reference.countries)),
        donors=Donors(len(reference.donors)),
        initiatives=Initiatives(),
        dyads=first_dyads(reference, scenario.world.initiative_scale),
        now=now,
        memory=memory,
        first_year=scenario.run.spinup,
        start_year=scenario.run.start,
        stories_from=scenario.run.start,
        focus=scenario.run.focus,
    )
    if not blank:
        set_first_state(world)
    plan_removal(world, scenario.run.without, scenario.run.others)
    return world


@lru_cache(maxsize=2)
def _as_usual(name: str) -> Scenario:
    """Keep the scenario whose strategy stands for the past: it is the same in every run."""
    return load_scenario(name)


def strategy_before() -> StrategySettings:
    """Return the strategy that stands for what donors did before the start year."""
    return _as_usual(PAST).strategy


def _laws(reference: ReferenceWorld, structures: tuple[str, ...]) -> pd.DataFrame:
    """Return the draws of the law of adoption; a structure that takes a part of the law away has its own refits."""
    fitted = load_table("adoption_draws_by_structure")
    own = [name for name in structures if (fitted["structure"] == name).any()]
    if not own:
        return reference.adoption_draws
    return fitted[fitted["structure"] == own[-1]].drop(columns="structure").reset_index(drop=True)
