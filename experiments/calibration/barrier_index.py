"""The addressable index by economy and year on its fitted path, for the fit of the law and forecasts of it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from afteraid.simulation.basis.units import FloatArray, logit
from afteraid.simulation.beginning.facts import country_facts
from afteraid.simulation.data import FACTS_YEAR, FIRST_YEAR, YEARS, ReferenceWorld, load_world
from afteraid.simulation.processes.barriers import reference_index
from afteraid.simulation.state.parameters import draw
from afteraid.simulation.state.randomness import Streams


def index_of(reference: ReferenceWorld) -> FloatArray:
    """Return the log odds of each economy's index by embedded year, at central parameters, not rescaled: (T, C).

    GDP at market rates is a fact of one year: the embedded real GDP of that year scales it, whatever the reference has.
    """
    base, row = load_world(with_reference=False), FACTS_YEAR - FIRST_YEAR
    facts = replace(country_facts(reference), income=base.income[row], population=base.population[row])
    values = draw(Streams(0, 0), {}, uncertain=False)
    return np.array([logit(reference_index(reference, facts, values, int(year))) for year in YEARS])


@lru_cache(maxsize=1)
def _embedded() -> FloatArray:
    return index_of(load_world(with_reference=False))


def fitted_index(economies: Sequence[str], years: Sequence[int], reference: ReferenceWorld | None = None) -> FloatArray:
    """Return the same for some economies and years, (years, economies); the mean stands for an economy that has none.

    Years before the first embedded one have that one's. `reference` None takes the embedded world.
    """
    table = _embedded() if reference is None else index_of(reference)
    codes = list(load_world(with_reference=False).countries["iso3"])
    rows = np.clip(np.asarray(years), YEARS[0], YEARS[-1]) - YEARS[0]
    mean = table.mean(axis=1)
    columns = [table[:, codes.index(iso3)] if iso3 in codes else mean for iso3 in economies]
    return np.asarray(np.array(columns).T[rows])


def regions_of(economies: Sequence[str]) -> tuple[str, ...]:
    """Return the region of each economy; an economy that is not embedded has none."""
    table = load_world(with_reference=False).countries.set_index("iso3")["region"]
    return tuple(str(table.get(iso3, "")) for iso3 in economies)
