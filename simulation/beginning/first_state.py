"""The state at the first quarter of the spin-up."""

from __future__ import annotations

import numpy as np

from ..basis.normal import normal_distribution
from ..data import ReferenceWorld
from ..processes.access import move_barriers, set_index, unit_costs
from ..processes.barriers import data_price
from ..processes.nation import place_odds
from ..processes.other_causes import ClosureParameters
from ..processes.signing import AT_ONCE
from ..processes.sizes import sizes
from ..rules.hazard import frailty_spreads
from ..rules.split import by_sex, split_all
from ..state.entry import blank
from ..state.kinds import KINDS, WORKS
from ..state.memory import REFERENCE_YEARS, Memory
from ..state.now import Now
from ..state.policies import PAYERS, POLICIES
from ..state.world import CAUSES, CHANNELS, FACTORS, GROUPS, STAGES, Dyads, World


def empty_state(reference: ReferenceWorld) -> tuple[Now, Memory]:
    """Return what holds now and what is remembered, every array in place and nothing in it yet."""
    sizes = {
        "C": len(reference.countries), "R": reference.countries["region"].nunique(),
        "D": len(reference.donors), "K": len(KINDS), "G": len(GROUPS),
        "Y": REFERENCE_YEARS, "W": len(WORKS), "cause": len(CAUSES),
        "S": len(STAGES), "channel": len(CHANNELS), "P": len(POLICIES), "payer": len(PAYERS),
    }  # fmt: skip
    return blank(Now, sizes), blank(Memory, sizes)


def set_first_state(world: World) -> None:
    """Set everything that the first quarter reads: economies, barriers, use, costs and the first sizes."""
    _economies(world)
    _first_use(world)
    _first_barriers(world)
    unit_costs(world)
    _first_sizes(world)
    world.memory.medians[[CAUSES.index(name) for name in FACTORS]] = 0.5


def _economies(world: World) -> None:
    """Set the economies' state that starts from their facts."""
    state, facts, reference = world.countries, world.facts.countries, world.reference
    p = ClosureParameters.of(world.values)
    row = world.year_row
    state.population[:] = reference.population[row]
    state.urban_share[:] = reference.urban_share[row]
    state.income[:] = reference.income[row]
    state.governance[:] = normal_distribution(facts.governance_score)
    state.regulation[:] = facts.regulation_path
    state.fragmentation[:] = 1.0
    luck = world.streams.normal("country frailty", 0, facts.keys)
    _, between = frailty_spreads(p.frailty, p.frailty_between)
    state.frailty[:] = between * luck


def _first_use(world: World) -> None:
    """Set use and momentum at the first year of the spin-up from the fitted past."""
    state, reference = world.countries, world.reference
    state.reference_log_odds[:] = reference.use_path[world.year_row]
    state.momentum[:] = reference.first_momentum
    nation = 1.0 / (1.0 + np.exp(-state.reference_log_odds))
    state.use_urban[:], state.use_rural[:] = split_all(nation, state.urban_share, np.exp(place_odds(world)))
    state.use[:] = state.use_published[:] = nation
    state.use_women[:], state.use_men[:] = by_sex(nation, world.facts.drawn.odds_of_men)


def _first_barriers(world: World) -> None:
    """Set the barriers and the addressable index from their fitted paths."""
    state, memory, reference = world.countries, world.memory, world.reference
    state.trust[:] = reference.countries["digital_trust"]
    state.price[:] = data_price(reference, world.facts.countries, world.values, world.year)
    memory.price_moved[:] = state.price
    move_barriers(world)
    set_index(world)


def first_dyads(reference: ReferenceWorld, scale: int) -> Dyads:
    """Return donor-recipient pairs with equal shares, and so many desks each with empty envelopes."""
    shape = (len(reference.donors), reference.recipients.size)
    zero, nothing = np.zeros(shape), np.zeros((*shape, scale))
    return Dyads(
        log_share=np.full(shape, -np.log(shape[1])), change=zero.copy(), share=np.full(shape, 1.0 / shape[1]),
        envelope=nothing.copy(), sequence=np.broadcast_to(np.arange(scale), nothing.shape).copy(),
        next_size=nothing.copy(), threshold=nothing.copy(), paid=zero.copy(),
    )  # fmt: skip


def _first_sizes(world: World) -> None:
    """Draw the size of the first initiative of every desk."""
    dyads = world.dyads
    next_size, threshold, shape = dyads.next_size.ravel(), dyads.threshold.ravel(), dyads.sequence.shape
    for first in range(0, next_size.size, AT_ONCE):
        some = slice(first, min(first + AT_ONCE, next_size.size))
        next_size[some], threshold[some] = sizes(world, *np.unravel_index(np.arange(some.start, some.stop), shape))
