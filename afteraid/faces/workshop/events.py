"""What happens in the world of a scenario, by year: eras of cooperation and the dated events of its settings."""

from __future__ import annotations

from collections.abc import Iterator

from afteraid.experiments.study.donors import donor_names
from afteraid.simulation.results.charts import eras_in_view
from afteraid.simulation.results.words.names import joined
from afteraid.simulation.scenario.scenario import Scenario

MOST_EVENTS = 8  # next to the picture; later ones are left out


def events_of(plan: Scenario) -> list[tuple[int, str]]:
    """Return years from start to end with what begins in them, in order of time."""
    first, last = plan.run.start, plan.run.end
    eras = [(int(begins), f"Era {words}") for begins, _, words in eras_in_view(first, last)]
    dated = [(year, words) for year, words in _dated(plan) if first <= year <= last]
    return sorted(set(eras + dated))[:MOST_EVENTS]


def _dated(plan: Scenario) -> Iterator[tuple[int, str]]:
    """Go through what has a year in the settings."""
    world = plan.world
    yield plan.strategy.strategy_year or plan.run.start, "The choices of these levers take effect"
    if world.ai_arrival is not None:
        yield world.ai_arrival, "Artificial intelligence begins to lower running cost"
    if world.satellite_arrival is not None:
        yield world.satellite_arrival, "Satellites begin to serve rural areas"
    for cut in (*world.cuts, *world.further_cuts):
        yield cut.year, "Budgets of donors are cut"
    for leaving in world.withdrawals:
        yield leaving.year, f"Donors leave: {_some(leaving.donors)}"
    for spell in world.spells:
        yield spell.year, f"Hazards of {spell.kind} strike {spell.times:g} times as often as usual"


def _some(donors: tuple[str, ...]) -> str:
    """Name donors, or say how many there are."""
    names = [donor_names().get(donor, donor) for donor in donors]
    return joined(names) if len(donors) <= 3 else f"{len(donors)} donors"
