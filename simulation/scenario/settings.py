"""Settings of a scenario: what is run, what the world does, and what donors and governments choose.

Each field has its unit, range and default, and says what it is. What can't be used is
refused with what was expected and the nearest valid name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..basis.errors import InputError, ParameterError, ScenarioError, nearest, one_of, shown
from ..basis.frozen import Frozen
from ..basis.renamed import unknown
from ..counterfactual import Others, read_items
from ..data import read_donor
from ..state.kinds import BARRIERS, EQUIPMENT
from ..state.structures import STRUCTURES
from .country_numbers import CountryNumbers, by_code
from .market_settings import EARLIEST_YEAR, LATEST_YEAR, MarketSettings, check_countries
from .quantities import Quantity, Whole, read_number, refuse
from .toml_file import full_names
from .vocabulary import exit_names, mechanism_names, parameters, read_groups

SUM_TOLERANCE = 1e-6
MOST_ASIDE = 1.0 - float(EQUIPMENT.max())  # the kind that buys most equipment needs the rest
SET_ASIDE = ("capacity_share", "monitoring_share", "cybersecurity_share", "refresh_share")
MOST_SCALE = 1_000  # some six million living initiatives, in 6 GB of memory
HAZARDS = ("climate", "cyber", "conflict")
CUT_MODES = {
    "pro_rata": "every instalment is paid in part, and less is built",
    "terminate": "the smallest awards are ended at once, until the others can be paid in full",
}
NEVER = "never"  # TOML has no word for nothing
DEFAULT_MECHANISMS = {
    "project_grant": 0.62,
    "pooled_fund": 0.13,
    "matching_grant": 0.08,
    "blended_finance": 0.05,
    "results_based": 0.04,
    "south_south": 0.05,
    "guarantee": 0.01,
    "universal_service_fund": 0.01,
    "diaspora_crowd": 0.01,
}
DEFAULT_EXITS = {
    "abrupt": 0.50,
    "linear_phase_down": 0.20,
    "government_handover": 0.15,
    "adaptive": 0.05,
    "community_enterprise": 0.07,
    "commercialisation": 0.03,
}


def _known_names(mix: object, names: tuple[str, ...], what: str) -> object:
    """Refuse an unknown name of a mix before its share is read: a misspelt name says more than its value."""
    for name in mix if isinstance(mix, Mapping) else ():
        if name not in names:
            message, close = unknown(what, str(name), f"no such {what}", names)
            raise refuse(message, one_of(names, str(name)), close, key=(str(name),))
    return mix


def _check_sum(mix: dict[str, float], what: str) -> dict[str, float]:
    total = sum(mix.values())
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise refuse(f"the shares sum to {total:g}, not to one", f"shares of each {what} that sum to 1")
    return mix


def _check_donors(donors: tuple[str, ...]) -> tuple[str, ...]:
    if not donors:
        raise refuse("names no donor", "a donor's code or name, a type, or all")
    try:
        return tuple(read_donor(name) for name in donors)
    except InputError as problem:
        raise refuse(problem.message, problem.expected, problem.nearest) from None


def _check_focus(focus: str) -> str:
    return read_groups((focus,))[0]


def _check_structures(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in STRUCTURES:
            raise refuse(f"no structure is called '{name}'", one_of(STRUCTURES), nearest(name, STRUCTURES))
    if len(set(names)) < len(names):
        raise refuse("a structure is named twice", "each once")
    return names


def _check_pace(pace: dict[str, float]) -> dict[str, float]:
    for name in pace:
        if name not in BARRIERS:
            raise refuse("no such barrier", "one of " + ", ".join(BARRIERS), nearest(name, BARRIERS), key=(name,))
    return pace


def _check_hazard(kind: str) -> str:
    if kind not in HAZARDS:
        raise refuse(f"no hazard is called '{kind}'", one_of(HAZARDS), nearest(kind, HAZARDS))
    return kind


def check_word(words: Mapping[str, str], what: str) -> AfterValidator:
    """Make the check of a closed vocabulary."""

    def check(word: str | None) -> str | None:
        if word is not None and word not in words:
            raise refuse(f"no {what} is called '{word}'", one_of(words, word), nearest(word, tuple(words)))
        return word

    return AfterValidator(check)


def _read_arrival(value: object) -> int | None:
    if value is None or (isinstance(value, str) and value.strip().lower() == NEVER):
        return None
    if isinstance(value, str) and not any(mark.isdigit() for mark in value):
        raise refuse(f"'{value}' is not a year", f"a year from {EARLIEST_YEAR} to {LATEST_YEAR}, or {NEVER}")
    return Whole(EARLIEST_YEAR, LATEST_YEAR, "a year").read(value)


def _check_without(items: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return read_items(items)
    except ScenarioError as problem:
        raise refuse(problem.message, problem.expected, problem.nearest) from None


def _read_parameters(value: object) -> object:
    flat = full_names(value)
    if not isinstance(flat, dict):
        raise refuse(f"{shown(value)} is not a table", "parameter names with their values")
    registry = parameters()
    for name, written in flat.items():
        try:
            declared = registry[name]
            flat[name] = declared.check(read_number(written, declared.unit, declared.range))
        except ParameterError as problem:
            raise refuse(problem.message, problem.expected, problem.nearest, key=(name,)) from None
        except PydanticCustomError as problem:
            context = problem.context or {}
            raise refuse(context["message"], context["expected"], key=(name,)) from None
    return flat


Share = Annotated[float, Quantity("share", 0.0, 1.0)]
Arrival = Annotated[int | None, BeforeValidator(_read_arrival)]
Mechanisms = Annotated[
    dict[str, Share],
    BeforeValidator(lambda mix: _known_names(mix, mechanism_names(), "mechanism")),
    AfterValidator(lambda mix: _check_sum(mix, "mechanism")),
]
Exits = Annotated[
    dict[str, Share],
    BeforeValidator(lambda mix: _known_names(mix, exit_names(), "exit")),
    AfterValidator(lambda mix: _check_sum(mix, "exit")),
]


class DonorCut(Frozen):
    """A cut of donors' budgets: how deep, from when, by whom and for how long."""

    year: Annotated[int, Whole(EARLIEST_YEAR, LATEST_YEAR, "a year")] = Field(description="first year of the cut")
    size: Share = Field(description="share of the budget that is cut")
    donors: Annotated[tuple[str, ...], AfterValidator(_check_donors)] = Field(
        default=("all",), description="codes or types of donors, or all"
    )
    years: Annotated[float, Quantity("years", 0.25, 100.0)] | None = Field(
        default=None, description="number of years; if left out, permanent"
    )
    mode: Annotated[str | None, check_word(CUT_MODES, "mode of a cut")] = Field(
        default=None,
        description="pro_rata or terminate; if left out, bilateral donors terminate where a cut is over 20%",
    )


class HazardSpell(Frozen):
    """Years in which a hazard strikes more often, or less, than it usually does."""

    kind: Annotated[str, AfterValidator(_check_hazard)] = Field(description="climate, cyber or conflict")
    year: Annotated[int, Whole(EARLIEST_YEAR, LATEST_YEAR, "a year")] = Field(description="first year of the spell")
    years: Annotated[float, Quantity("years", 1.0, 100.0)] | None = Field(
        default=None, description="number of years; if left out, permanent"
    )
    times: Annotated[float, Quantity("share", 0.0, 100.0)] = Field(
        description="factor on the yearly probability; 0 means never, 1 the usual rate"
    )
    countries: Annotated[tuple[str, ...], AfterValidator(check_countries)] = Field(
        default=("all",), description="countries or groups of countries, or all"
    )


class Withdrawal(Frozen):
    """Donors that end all their programmes: when, who, with how much notice, and where."""

    year: Annotated[int, Whole(EARLIEST_YEAR, LATEST_YEAR, "a year")] = Field(description="year in which they leave")
    donors: Annotated[tuple[str, ...], AfterValidator(_check_donors)] = Field(
        description="codes or types of donors, or all"
    )
    notice_years: Annotated[float, Quantity("years", 0.0, 10.0)] = Field(
        default=0.0, description="longest time that an exit may take; 0 means at once"
    )
    countries: Annotated[tuple[str, ...], AfterValidator(check_countries)] = Field(
        default=("all",), description="countries or groups of countries, or all"
    )


class RunSettings(Frozen):
    """What is run: the years, the number of runs, the seed, and the focus."""

    start: Annotated[int, Whole(EARLIEST_YEAR, LATEST_YEAR - 1, "a year")] = Field(
        default=2025, description="first year of the results"
    )
    end: Annotated[int, Whole(EARLIEST_YEAR + 1, LATEST_YEAR, "a year")] = Field(
        default=2050, description="last year of the results"
    )
    spinup: Annotated[int, Whole(EARLIEST_YEAR, LATEST_YEAR - 1, "a year")] = Field(
        default=EARLIEST_YEAR, description="first simulated year, so that initiatives of every age exist at `start`"
    )
    runs: Annotated[int, Whole(1, 100_000)] = Field(default=100, description="number of runs")
    seed: Annotated[int, Whole(0, 2**63 - 1)] = Field(
        default=2025, description="seed of the random numbers of all runs"
    )
    focus: Annotated[str, AfterValidator(_check_focus)] = Field(
        default="LDC", description="country or group that is reported in detail"
    )
    without: Annotated[tuple[str, ...], AfterValidator(_check_without)] = Field(
        default=(), description="what is taken out at `start`: donor:, mechanism:, exit: or initiative: with a name"
    )
    parameter_draw: Annotated[int, Whole(0, 2**31 - 1)] | None = Field(
        default=None, description="number of the parameter draw that all runs use; if left out, each run has its own"
    )
    others: Others = Field(
        default="fixed", description="how the other donors allocate: fixed (as before) or free (they react)"
    )

    @model_validator(mode="after")
    def _years_in_order(self) -> RunSettings:
        if self.start >= self.end:
            raise refuse(f"{self.end} is not after the start, {self.start}", f"a year after {self.start}", key=("end",))
        if self.spinup > self.start:
            raise refuse(
                f"{self.spinup} is after the start, {self.start}", f"a year up to {self.start}", key=("spinup",)
            )
        return self


class WorldSettings(Frozen):
    """External conditions: cuts, hazards, the course of technology, and parameters fixed at a value."""

    cuts: tuple[DonorCut, ...] = Field(default=(), description="cuts of donors' budgets that have happened")
    further_cuts: tuple[DonorCut, ...] = Field(
        default=(), description="cuts of donors' budgets on top of those that have happened"
    )
    spells: tuple[HazardSpell, ...] = Field(
        default=(), description="years in which a hazard strikes more often or less often"
    )
    ai_arrival: Arrival = Field(
        default=2027, description="year from which artificial intelligence lowers running cost, or never"
    )
    satellite_arrival: Arrival = Field(
        default=None, description="year from which satellites serve rural areas beyond the cost trend, or never"
    )
    technology_speed: Annotated[float, Quantity("share", 0.1, 5.0)] = Field(
        default=1.0, description="factor on the fall of costs and on the ageing of equipment, from the start on"
    )
    barrier_pace: Annotated[dict[str, Annotated[float, Quantity("share", 0.0, 5.0)]], AfterValidator(_check_pace)] = (
        Field(
            default_factory=dict,
            description="pace of a barrier over that of its fitted path, from the start on; 0 means frozen",
        )
    )
    energy_cost_growth: Annotated[float, Quantity("per year", -0.2, 0.2)] = Field(
        default=0.0, description="yearly real growth of the cost of energy, from the start on"
    )
    withdrawals: tuple[Withdrawal, ...] = Field(default=(), description="donors that end all their programmes")
    contracts_end: Arrival = Field(
        default=None, description="year in which all public contracts end on 1 January and none is renewed, or never"
    )
    parameters: Annotated[dict[str, float], BeforeValidator(_read_parameters)] = Field(
        default_factory=dict, description="parameters fixed at a value, by full name"
    )
    countries: Annotated[dict[str, CountryNumbers], BeforeValidator(by_code)] = Field(
        default_factory=dict, description="numbers of single countries in the place of the published ones"
    )
    uncertain: bool = Field(default=True, strict=True, description="draw new parameter values in each run")
    edition: Annotated[int, Whole(0, 2**31 - 1)] | None = Field(
        default=None,
        description="number of an imagined later edition of the observed figures; if left out, as published",
    )
    structures: Annotated[tuple[str, ...], AfterValidator(_check_structures)] = Field(
        default=(), description="named alternatives to rules of the model"
    )
    initiative_scale: Annotated[int, Whole(1, MOST_SCALE)] = Field(
        default=1, description="number of initiatives that do the work of one, each with its part of the money"
    )

    @property
    def all_cuts(self) -> tuple[DonorCut, ...]:
        """Return the cuts that have happened, then those on top of them."""
        return (*self.cuts, *self.further_cuts)


class StrategySettings(MarketSettings):
    """What donors, governments and regulators choose; each field is a lever."""

    mechanisms: Mechanisms = Field(default=DEFAULT_MECHANISMS, description="share of new money by financing mechanism")
    exits: Exits = Field(default=DEFAULT_EXITS, description="share of initiatives by exit strategy")
    strategy_year: Annotated[int, Whole(EARLIEST_YEAR, LATEST_YEAR, "a year")] | None = Field(
        default=None, description="first year in which all choices take effect; if left out, `start`"
    )
    funding: Annotated[float, Quantity("share", 0.0, 5.0)] = Field(
        default=1.0, description="factor on donors' budgets for digital development; 0 means no funding"
    )
    coordination: Share = Field(default=0.0, description="degree to which donors act together in a country")
    capacity_share: Share = Field(default=0.12, description="share of outlays for local skills and institutions")
    monitoring_share: Share = Field(default=0.05, description="share of outlays for monitoring and evaluation")
    local_ownership: Share = Field(
        default=0.3, description="degree to which local organisations decide on initiatives and run them"
    )
    rural_targeting: Share = Field(default=0.5, description="share of new initiatives that serve rural areas")
    women_targeting: Share = Field(
        default=0.0, description="share of people added by new initiatives that is reserved for women beyond the odds"
    )
    data_driven: Share = Field(default=0.2, description="degree to which money follows evidence of results")
    need_targeting: Share = Field(
        default=0.0, description="degree to which money goes to the least connected countries, before merit"
    )
    platforms: Share = Field(default=0.0, description="share of new initiatives on multi-stakeholder platforms")
    knowledge_sharing: Share = Field(default=0.0, description="degree to which countries learn from linked countries")
    harmonisation: Share = Field(
        default=0.0, description="degree to which blocs of countries form one market with one set of rules"
    )
    regulatory_reform: Share = Field(default=0.0, description="degree to which donors support regulatory reform")
    transition_years: Annotated[float, Quantity("years", 0.0, 10.0)] = Field(
        default=4.0, description="length of a planned exit"
    )
    adaptive_threshold: Share = Field(
        default=0.7,
        description="observed readiness at which an adaptive exit ends: 0 as at founding, 1 as the best of its kind",
    )
    evergreen_years: Annotated[float, Quantity("years", 0.0, 25.0)] = Field(
        default=12.0, description="years that an evergreen donor continues to pay after the funded years"
    )
    treasury_room: Annotated[float, Quantity("share", 0.0, 10.0)] = Field(
        default=1.0, description="factor on what treasuries can carry of the running cost of initiatives"
    )
    levy_rate: Annotated[float, Quantity("share", 0.0, 0.1)] = Field(
        default=0.01, description="universal service levy on operators' revenue; the part above 1% raises prices"
    )
    fund_disbursement: Share = Field(default=0.5, description="share of levies that universal service funds pay out")
    solidarity_levy: Annotated[float, Quantity("share", 0.0, 0.1)] = Field(
        default=0.0, description="levy on digital procurement in high-income economies, paid out in the poorest"
    )
    solidarity_participation: Share = Field(
        default=0.001, description="share of this procurement that takes part; almost none if it is voluntary"
    )
    adaptive_latest_years: Annotated[float, Quantity("years", 0.0, 10.0)] = Field(
        default=4.0, description="longest time that an adaptive exit waits after the planned end"
    )

    climate_resilience: Share = Field(
        default=0.0, description="share of new sites built to withstand storms, floods and heat"
    )
    green_energy: Share = Field(default=0.0, description="share of new sites that run on solar power")
    cybersecurity_share: Share = Field(default=0.0, description="share of outlays for protection against attacks")
    refresh_share: Share = Field(
        default=0.0, description="share of instalments kept in a reserve that pays for new equipment only"
    )

    @model_validator(mode="after")
    def _leave_room_for_equipment(self) -> StrategySettings:
        largest = max(SET_ASIDE, key=lambda name: float(getattr(self, name)))
        together = sum(float(getattr(self, name)) for name in SET_ASIDE)
        if together > MOST_ASIDE + SUM_TOLERANCE:
            others = ", ".join(name for name in SET_ASIDE if name != largest)
            raise refuse(
                f"together with {others} this takes {together:g} of outlays; too little is left for equipment",
                f"{', '.join(SET_ASIDE)} up to {MOST_ASIDE:g} together",
                key=(largest,),
            )
        return self
