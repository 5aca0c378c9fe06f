"""What donors and governments choose, and what the world does, as the processes read it.

A lever has one road: `world.levers` holds the strategy with all that follows from it, made at once when the strategy is
set (`beginning/levers.py`), so that no part of a strategy can be in force without the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..basis.short import Short
from ..basis.units import FloatArray
from .traits import Traits


class Strategy(Protocol):
    """The levers, each as the checked settings of a scenario hold it; a share is 0 to 1."""

    mechanisms: dict[str, float]
    exits: dict[str, float]
    strategy_year: int | None
    funding: float
    coordination: float
    capacity_share: float
    monitoring_share: float
    local_ownership: float
    rural_targeting: float
    women_targeting: float
    data_driven: float
    need_targeting: float
    platforms: float
    knowledge_sharing: float
    harmonisation: float
    regulatory_reform: float
    policy_countries: tuple[str, ...]
    policy_year: int | None
    competition: float
    data_price: float
    data_tax: float
    access_charge: float
    device_tax: float
    device_finance: float
    spectrum_fees: float
    coverage_obligation: float
    backbone: float
    electricity: float
    skills_training: float
    online_services: float
    income_growth: float
    transition_years: float
    adaptive_threshold: float
    evergreen_years: float
    treasury_room: float
    levy_rate: float
    fund_disbursement: float
    solidarity_levy: float
    solidarity_participation: float
    adaptive_latest_years: float
    climate_resilience: float
    green_energy: float
    cybersecurity_share: float
    refresh_share: float


class Cut(Protocol):
    """A cut of donors' budgets."""

    year: int
    size: float
    donors: tuple[str, ...]
    years: float | None
    mode: str | None


class Spell(Protocol):
    """Years in which a hazard strikes more often, or less, than it usually does."""

    kind: str
    year: int
    years: float | None
    times: float
    countries: tuple[str, ...]


class Leaving(Protocol):
    """Donors that end all their programmes."""

    year: int
    donors: tuple[str, ...]
    notice_years: float
    countries: tuple[str, ...]


class OwnNumbers(Protocol):
    """Numbers of one country in the place of the published ones; they act where the world begins, and nowhere else."""

    def given(self) -> dict[str, float]:
        """Return what is set, by key."""


class Surroundings(Protocol):
    """What is not ours to choose, as the checked settings of a scenario hold it."""

    cuts: tuple[Cut, ...]
    further_cuts: tuple[Cut, ...]
    spells: tuple[Spell, ...]
    ai_arrival: int | None
    satellite_arrival: int | None
    technology_speed: float
    barrier_pace: dict[str, float]
    energy_cost_growth: float
    withdrawals: tuple[Leaving, ...]
    contracts_end: int | None
    parameters: dict[str, float]
    countries: dict[str, OwnNumbers]
    uncertain: bool
    edition: int | None
    structures: tuple[str, ...]
    initiative_scale: int

    @property
    def all_cuts(self) -> tuple[Cut, ...]:
        """Return the cuts that have happened, then those on top of them."""


@dataclass(frozen=True)
class Levers(Short):
    """A strategy in force, with what follows from it. M mechanisms, X exits."""

    strategy: Strategy
    traits: Traits  # of mechanisms and exits under this strategy
    mechanism_mix: FloatArray  # (M,) shares of new money
    exit_mix: FloatArray  # (X,) shares of new initiatives
    observation_sd: float  # standard error of observed sustainability, 0-1
