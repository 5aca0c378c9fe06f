"""Facts are read off the reference world, and what one run draws once is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from ..basis.late import pd
from ..basis.units import FloatArray, IntArray, KeyArray, expit
from ..data import FACTS_YEAR, FIRST_YEAR, ReferenceWorld, exchange_volatility
from ..data.access import effective_operators
from ..exits import EXITS
from ..measures.groups import INCOME_GROUPS
from ..mechanisms import MECHANISMS
from ..processes.barriers import BarrierParameters
from ..processes.other_causes import ClosureParameters
from ..processes.parity import women_and_men
from ..processes.sizes import SIZES
from ..rules.hazard import before_exit, frailty_spreads
from ..state.facts import AdoptionLaw, CountryFacts, DonorFacts, Drawn, Facts
from ..state.parameters import Values
from ..state.randomness import Streams, identity, word_of
from .own_numbers import TREASURY_ROOM

UNKNOWN_VOLATILITY = 0.1  # log; of a currency without a series of exchange rates
# town over countryside, from low to high income; judged: no panel has either by place
INCOME_GAP = np.array([0.8, 0.6, 0.45, 0.15])  # log of mean incomes
SKILLS_GAP = np.array([1.2, 1.0, 0.7, 0.3])  # log odds ratio
SIZE_OF_TYPE = dict.fromkeys(("dac", "other_bilateral", "south_south"), "bilateral")
SIZE_OF_TYPE |= {"multilateral": "multilateral", "foundation": "private", "private": "private"}
# China, whose list of communications holds loans above all, and the institutions that finance development: judged
LENDERS = ("CHN", "IFC", "BII", "FMO", "PROP", "DEG", "DFC", "NORF", "SWED")
# first year of those donors that began to give within the span of runs, by their own accounts
ENTERED = {"MCF": 2006, "IKEA": 2009, "AZE": 2011, "META": 2013, "AIIB": 2016}
Fit = Mapping[str, float]  # a row of a fitted table, by column


def read_facts(reference: ReferenceWorld, values: Values, streams: Streams, law: Fit) -> Facts:
    """Return all facts of one world.

    Args:
        reference: the reference world.
        values: the parameters of this run.
        streams: its luck.
        law: the refit of the law of adoption that this run has drawn.
    """
    donors, countries = donor_facts(reference), country_facts(reference)
    donor, country = np.meshgrid(donors.keys, countries.keys[reference.recipients], indexing="ij")
    own, before = _hazard(reference, values, streams, countries)
    table, fitted = reference.countries, AdoptionLaw(**law)
    drawn = Drawn(
        adoption=fitted,
        noise_level=np.array([fitted.of_region(region) for region in countries.region]),
        growth=BarrierParameters.of(values).growth_spread * streams.normal("growth", 0, countries.keys),
        odds_of_men=women_and_men(table, values),
        frailty_own=own,
        hazard_before_exit=before,
    )
    return Facts(donors, countries, drawn, identity(donor.ravel(), country.ravel()))


def keys_of(names: pd.Series) -> KeyArray:
    """Return the identity of each name."""
    return np.array([word_of(str(name)) for name in names], dtype=np.uint64)


@lru_cache(maxsize=2)
def donor_facts(reference: ReferenceWorld) -> DonorFacts:
    """Return the donors' facts as arrays."""
    table = reference.donors

    def number(name: str) -> FloatArray:
        return table[name].to_numpy(dtype=np.float64, copy=True)

    spread = exchange_volatility()
    currencies = table["currency"]
    return DonorFacts(
        keys=keys_of(table["code"]),
        codes=table["code"].to_numpy(dtype=str),
        types=table["type"].to_numpy(dtype=str),
        ict_budget=(table["budget"] * table["ict_share"]).to_numpy(dtype=np.float64),
        aid=number("budget"),
        volatility=number("volatility"),
        persistence=number("persistence"),
        inertia=number("inertia"),
        need_weight=number("need_weight"),
        merit_weight=number("merit_weight"),
        tie_weight=number("tie_weight"),
        residual_sd=number("residual_sd"),
        herding=number("herding"),
        coordination_habit=number("coordination"),
        entered=np.array([ENTERED.get(code, 0) for code in table["code"]], dtype=np.int64),
        size_row=_size_rows(table),
        patience=number("patience_years"),
        exchange_volatility=np.array(
            [0.0 if name == "USD" else spread.get(name, UNKNOWN_VOLATILITY) for name in currencies]
        ),
        preferred_mechanism=table["preferred_mechanism"].map(list(MECHANISMS).index).to_numpy(np.int64, copy=True),
        preferred_exit=table["preferred_exit"].map(list(EXITS).index).to_numpy(np.int64, copy=True),
    )


def _size_rows(donors: pd.DataFrame) -> IntArray:
    """Return which project list the initiatives of each donor have their size from, rows of SIZES, (D,)."""
    names = donors["type"].map(SIZE_OF_TYPE).where(~donors["code"].isin(LENDERS), "lender")
    return names.map([sizes[0] for sizes in SIZES].index).to_numpy(np.int64, copy=True)


@lru_cache(maxsize=2)
def country_facts(reference: ReferenceWorld) -> CountryFacts:
    """Return the economies' facts as arrays."""
    table, recipients = reference.countries, reference.recipients

    def number(name: str) -> FloatArray:
        return table[name].to_numpy(dtype=np.float64, copy=True)

    def text(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.str_]]:
        return table[name].fillna("").to_numpy(dtype=str)

    column = np.zeros(len(table), dtype=np.int64)
    column[recipients] = np.arange(recipients.size)
    score, expenditure, blocs = number("governance"), number("government_expenditure"), text("bloc")
    numbers = {name: place for place, name in enumerate(sorted(set(blocs) - {""}))}
    row = FACTS_YEAR - FIRST_YEAR
    group = table["income_group"].map(INCOME_GROUPS.index).to_numpy(np.int64, copy=True)
    regions = np.unique(text("region"))
    return CountryFacts(
        keys=keys_of(table["iso3"]),
        iso3=text("iso3"),
        language=text("language"),
        region=text("region"),
        region_row=np.searchsorted(regions, text("region")).astype(np.int64),
        region_keys=np.array([word_of(name) for name in regions], dtype=np.uint64),
        data_price=number("access_price"),
        operators=effective_operators(table),
        income_gap=INCOME_GAP[group],
        skills_gap=SKILLS_GAP[group],
        neighbours=text("neighbours"),
        recipient_column=column,
        is_recipient=number("dac_recipient"),
        income_group=group,
        least_developed=table["ldc"].to_numpy(dtype=np.int64) == 1,
        slow_groups=(
            (table[["ldc", "sids"]].to_numpy() == 1).any(axis=1) | (table["region"] == "Africa").to_numpy()
        ).astype(np.float64),
        governance_score=(score - score.mean()) / score.std(),
        regulation_path=number("regulatory_maturity"),
        conflict_exposure=number("conflict_exposure"),
        climate_exposure=number("climate_exposure"),
        log_income_sd=number("log_income_sd"),
        expenditure=expenditure,
        deficit=expenditure - number("government_revenue"),
        treasury_room=number(TREASURY_ROOM) if TREASURY_ROOM in table else np.full(len(table), np.nan),
        product=number("gdp_nominal"),
        income=reference.income[row].copy(),
        population=reference.population[row].copy(),
        use=np.maximum(expit(reference.use_path[row]), 0.01),
        bloc=np.array([numbers.get(name, -1) for name in blocs], dtype=np.int64),
    )


def fitted_row(table: pd.DataFrame, name: str, streams: Streams, uncertain: bool) -> dict[str, float]:
    """Draw one row of a fitted table, whose numbers belong together; row 0, the central one, if all is certain."""
    row = 0
    if uncertain and len(table) > 1:
        chance = float(streams.uniform(name, 0, np.zeros(1, dtype=np.uint64))[0])
        row = 1 + int(chance * (len(table) - 1))
    drawn = zip(table.columns, table.iloc[row].tolist(), strict=True)
    return {str(column): float(value) for column, value in drawn if column != "draw"}


def _hazard(
    reference: ReferenceWorld, values: Values, streams: Streams, facts: CountryFacts
) -> tuple[float, FloatArray]:
    """Return the spread of frailty within a country, and each economy's hazard in the funded years, (C,)."""
    p = ClosureParameters.of(values)
    own, _ = frailty_spreads(p.frailty, p.frailty_between)
    before = before_exit(
        p.before_exit,
        reference.fragile.astype(np.float64),
        facts.governance_score,
        streams.normal("country before exit", 0, facts.keys),
        p.before_fragility,
        p.before_governance,
        p.before_country,
    )
    return own, before
