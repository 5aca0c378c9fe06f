"""Facts of one world: what was read off the reference tables or drawn at the beginning, and never changes.

Axes: D donors, C economies, R recipients of aid (in the order of the reference world).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ..basis.short import Short
from ..basis.units import BoolArray, FloatArray, IntArray, KeyArray
from .entry import entry, protect

TextArray = npt.NDArray[np.str_]


class _Protected(Short):
    """A record whose arrays can't be written into, neither when it is made nor after it was unpickled."""

    def __post_init__(self) -> None:
        """Protect the arrays."""
        protect(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Protect the arrays of a copy too."""
        self.__dict__.update(state)
        protect(self)


@dataclass(frozen=True)
class DonorFacts(_Protected):
    """What is known of each donor."""

    keys: KeyArray = entry("u8", "identity", "identity of the donor, independent of its row", ("D",))
    codes: TextArray = entry("U", "code", "code of the donor", ("D",))
    types: TextArray = entry("U", "name", "type of the donor", ("D",))
    ict_budget: FloatArray = entry("f8", "dollars per year", "budget for digital development", ("D",))
    aid: FloatArray = entry("f8", "dollars per year", "budget for all purposes", ("D",))
    volatility: FloatArray = entry("f8", "log", "yearly noise of the budget", ("D",))
    persistence: FloatArray = entry("f8", "1", "persistence of the budget's deviation", ("D",))
    inertia: FloatArray = entry("f8", "share", "what last year's allocation weighs in this one", ("D",))
    need_weight: FloatArray = entry("f8", "log share", "weight of need in the allocation", ("D",))
    merit_weight: FloatArray = entry("f8", "log share", "weight of governance in the allocation", ("D",))
    tie_weight: FloatArray = entry("f8", "log share", "weight of ties in the allocation", ("D",))
    residual_sd: FloatArray = entry("f8", "log share", "noise of the allocation", ("D",))
    herding: FloatArray = entry("f8", "ratio", "how far the donor follows the others", ("D",))
    coordination_habit: FloatArray = entry("f8", "0-1", "how far the donor is used to coordinating", ("D",))
    entered: IntArray = entry("i8", "year", "first year in which the donor gives; 0: before all runs", ("D",))
    size_row: IntArray = entry("i8", "row of SIZES", "whose project list its initiatives have their size from", ("D",))
    patience: FloatArray = entry("f8", "years", "usual years of funding", ("D",))
    exchange_volatility: FloatArray = entry("f8", "log", "yearly noise of the currency against the dollar", ("D",))
    preferred_mechanism: IntArray = entry("i8", "row of MECHANISMS", "the donor's own custom of paying", ("D",))
    preferred_exit: IntArray = entry("i8", "row of EXITS", "the donor's own custom of leaving", ("D",))

    @cached_property
    def by_name(self) -> dict[str, BoolArray]:
        """Return which donors each code and each type names, (D,) each."""
        of_code = {str(code): self.codes == code for code in self.codes}
        return {**{str(kind): self.types == kind for kind in np.unique(self.types)}, **of_code}

    def named(self, names: tuple[str, ...]) -> BoolArray:
        """Return which donors some codes and types name, (D,); "all" names all of them."""
        if names not in self._named:
            whole = [np.full(self.codes.size, "all" in names)]
            found = np.logical_or.reduce(whole + [self.by_name[name] for name in names if name in self.by_name])
            found.flags.writeable = False
            self._named[names] = found
        return self._named[names]

    @cached_property
    def _named(self) -> dict[tuple[str, ...], BoolArray]:
        """Return what :meth:`named` has found so far."""
        return {}

    @cached_property
    def relative_volatility(self) -> FloatArray:
        """Return each donor's volatility over the mean one, weighted by budget, shape (D,)."""
        weight = self.ict_budget / self.ict_budget.sum()
        return np.asarray(self.volatility / float((weight * self.volatility).sum()))


@dataclass(frozen=True)
class CountryFacts(_Protected):
    """What is known of each economy."""

    keys: KeyArray = entry("u8", "identity", "identity of the economy, independent of its row", ("C",))
    iso3: TextArray = entry("U", "code", "ISO 3166 code", ("C",))
    language: TextArray = entry("U", "name", "main language of administration", ("C",))
    region: TextArray = entry("U", "name", "region", ("C",))
    region_row: IntArray = entry("i8", "row", "region among all, by name", ("C",))
    region_keys: KeyArray = entry("u8", "identity", "identity of each region", ("R",))
    data_price: FloatArray = entry("f8", "share of monthly income", "price of data in the year of the facts", ("C",))
    operators: FloatArray = entry("f8", "operators", "effective operators that size and income suggest", ("C",))
    income_gap: FloatArray = entry("f8", "log", "mean income of towns over that of the countryside", ("C",))
    skills_gap: FloatArray = entry("f8", "log-odds ratio", "skills of towns over the countryside", ("C",))
    neighbours: TextArray = entry("U", "codes", "ISO 3166 codes of economies across a border", ("C",))
    recipient_column: IntArray = entry("i8", "column", "place among the recipients; 0 for the others", ("C",))
    is_recipient: FloatArray = entry("f8", "0 or 1", "on the DAC list of recipients", ("C",))
    income_group: IntArray = entry("i8", "0 low to 3 high", "income group", ("C",))
    least_developed: BoolArray = entry("?", "yes or no", "least developed country", ("C",))
    slow_groups: FloatArray = entry("f8", "0 or 1", "African, least developed or small island", ("C",))
    governance_score: FloatArray = entry("f8", "standard deviations", "governance, standardised", ("C",))
    regulation_path: FloatArray = entry("f8", "0-1", "regulatory maturity without levers", ("C",))
    conflict_exposure: FloatArray = entry("f8", "ratio", "exposure to conflict over the mean", ("C",))
    climate_exposure: FloatArray = entry("f8", "ratio", "exposure to storms, floods and heat over the mean", ("C",))
    log_income_sd: FloatArray = entry("f8", "log", "standard deviation of the logarithm of incomes", ("C",))
    expenditure: FloatArray = entry("f8", "dollars per year", "government expenditure in the year of the facts", ("C",))
    treasury_room: FloatArray = entry(
        "f8", "dollars per year", "room of the treasury in that year where a scenario sets it; else missing", ("C",)
    )
    deficit: FloatArray = entry("f8", "dollars per year", "expenditure less revenue", ("C",))
    product: FloatArray = entry("f8", "dollars per year", "gross domestic product in the year of the facts", ("C",))
    income: FloatArray = entry("f8", "2021 international dollars", "GDP per capita in that year", ("C",))
    population: FloatArray = entry("f8", "people", "population in that year", ("C",))
    use: FloatArray = entry(
        "f8", "share", "people using the internet in that year, at least 1%; missing in a hindcast", ("C",)
    )
    bloc: IntArray = entry("i8", "number", "economic bloc, -1 for none", ("C",))

    @cached_property
    def supported(self) -> BoolArray:
        """Say in which economies donors can support policy: the recipients of aid, shape (C,)."""
        return np.asarray(self.is_recipient > 0.0)

    @cached_property
    def harmonises(self) -> BoolArray:
        """Say which recipients share a bloc with another economy, (C,); a bloc of one has no rules to harmonise."""
        size = np.bincount(self.bloc[self.bloc >= 0], minlength=self.bloc.max() + 1)
        return np.asarray(self.supported & (self.bloc >= 0) & (size[np.maximum(self.bloc, 0)] > 1))

    @cached_property
    def lasting_links(self) -> dict[str, BoolArray]:
        """Return the links by border, bloc and language, (C, C) each, symmetric and without oneself."""
        row = {iso3: number for number, iso3 in enumerate(self.iso3)}
        neighbours = np.zeros((self.iso3.size, self.iso3.size), dtype=bool)
        for here, names in enumerate(self.neighbours):
            for name in filter(None, names.split(";")):
                if name in row:
                    neighbours[here, row[name]] = neighbours[row[name], here] = True
        bloc, language, region = self.bloc, self.language, self.region
        links = {
            "neighbours": neighbours,
            "bloc": (bloc[:, None] == bloc) & (bloc >= 0),
            "language": (language[:, None] == language) & (language != "other") & (region[:, None] == region),
        }
        for table in links.values():
            np.fill_diagonal(table, False)
        return links


@dataclass(frozen=True)
class AdoptionLaw:
    """The law of adoption as one refit gives it; its numbers belong together."""

    drift: float = entry("f8", "log-odds per year", "step of use that all economies share")
    anchor_rate: float = entry("f8", "per year", "pull towards what income suggests")
    income_slope: float = entry("f8", "log-odds per log", "use by income")
    momentum_persistence: float = entry("f8", "1", "persistence of momentum")
    momentum_gain: float = entry("f8", "1", "what a surprise adds to momentum")
    noise_low: float = entry("f8", "1", "exponent of use in the scale of surprises")
    noise_high: float = entry("f8", "1", "exponent of the share without use in it")
    noise_level: float = entry("f8", "log of log-odds", "level of the scale of surprises")
    noise_africa: float = entry("f8", "log", "factor of the scale in Africa")
    noise_americas: float = entry("f8", "log", "factor of the scale in the Americas")
    noise_arab_states: float = entry("f8", "log", "factor of the scale in the Arab States")
    noise_asia_pacific: float = entry("f8", "log", "factor of the scale in Asia and the Pacific")
    noise_cis: float = entry("f8", "log", "factor of the scale in the CIS")
    noise_europe: float = entry("f8", "log", "factor of the scale in Europe")

    def of_region(self, region: str) -> float:
        """Return the level of the scale of surprises in a region, log of log odds."""
        name = "noise_" + region.lower().replace(" ", "_").replace("-", "_")
        return self.noise_level + float(getattr(self, name))


@dataclass(frozen=True)
class Drawn(_Protected):
    """What was drawn at the beginning, or follows from the parameters that were."""

    adoption: AdoptionLaw = entry("record", "numbers", "the law of adoption of this run")
    noise_level: FloatArray = entry("f8", "log of log-odds", "level of the scale of surprises", ("C",))
    growth: FloatArray = entry("f8", "log per year", "growth of income beyond its path", ("C",))
    odds_of_men: FloatArray = entry("f8", "odds ratio", "odds of men over those of women", ("C",))
    frailty_own: float = entry("f8", "log hazard", "spread of frailty between initiatives of one country")
    hazard_before_exit: FloatArray = entry("f8", "per year", "hazard of failure in the funded years", ("C",))


@dataclass(frozen=True)
class Facts(_Protected):
    """All facts of one world."""

    donors: DonorFacts = entry("record", "facts", "donors")
    countries: CountryFacts = entry("record", "facts", "economies")
    drawn: Drawn = entry("record", "facts", "what was drawn at the beginning")
    dyad_keys: KeyArray = entry("u8", "identity", "identity of each donor and recipient, donors first", ("D x R",))
