"""The levers: what each moves and what it costs, declared once; meaning, range and default are those of the setting.

A lever of market and policy has its cost from `state/policies.py`, which says who bears it.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from ..basis.short import Short
from ..measures.catalogue import CATALOGUE
from ..results.words.names import setting as in_words
from ..results.words.numbers import level
from ..state.policies import PAYERS, POLICIES
from .quantities import Quantity, Whole
from .settings import StrategySettings

SURVIVAL = "serving_5_years_after_exit"
USES = {"volatility_loss": "aid lost because payments vary"}  # of the table of finance, which no catalogue explains
NOTHING_MORE = "none of its own"

# lever -> what it moves (measures, or a use of money), and what it costs
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "mechanisms": (("transaction_cost_share", "leverage", SURVIVAL), "fees and returns differ by mechanism"),
    "exits": ((SURVIVAL, "user_years_after_exit", "stranded_usd"), "a longer exit keeps money from new initiatives"),
    "strategy_year": (("use",), NOTHING_MORE),
    "funding": (("share_of_need_met", "use_rural"), "donors pay by this factor"),
    "coordination": (("transaction_cost_share", "donor_hhi_mean"), "donors pay for working together"),
    "capacity_share": ((SURVIVAL,), "less equipment from the same outlay"),
    "monitoring_share": (("decision_regret",), "less equipment from the same outlay"),
    "local_ownership": ((SURVIVAL,), NOTHING_MORE),
    "rural_targeting": (("use_rural", "cost_per_user"), "more for each person reached"),
    "women_targeting": (("parity", "cost_per_user"), "more for each person reached"),
    "data_driven": (("cost_per_user",), "none of its own; needs monitoring"),
    "need_targeting": (("use", "gap"), NOTHING_MORE),
    "platforms": ((SURVIVAL, "volatility_loss", "transaction_cost_share"), "higher transaction cost"),
    "knowledge_sharing": ((SURVIVAL, "mean_price"), NOTHING_MORE),
    "harmonisation": (("mean_price",), NOTHING_MORE),
    "regulatory_reform": (("mean_price",), "donors' initiatives for policy"),
    "transition_years": (("user_years_handing_over", SURVIVAL), "donors pay longer"),
    "adaptive_threshold": ((SURVIVAL, "decision_regret"), "donors pay longer"),
    "adaptive_latest_years": ((SURVIVAL,), "donors pay longer"),
    "evergreen_years": (("founded", SURVIVAL), "donors pay longer, and found less"),
    "treasury_room": (("recurrent_burden_usd", SURVIVAL), "treasuries pay more"),
    "levy_rate": (("mean_price",), "operators and their customers pay"),
    "fund_disbursement": (("levy_usd",), "service funds pay out what they hold"),
    "solidarity_levy": (("money_usd",), "buyers in high-income economies pay"),
    "solidarity_participation": (("money_usd",), "buyers in high-income economies pay"),
    "climate_resilience": (("climate_loss_people", "climate_loss_usd"), "dearer sites"),
    "green_energy": ((SURVIVAL,), "dearer sites, cheaper running"),
    "cybersecurity_share": (("cyber_incidents", "cyber_loss_usd"), "less equipment from the same outlay"),
    "refresh_share": (("technology_age_at_closure", SURVIVAL), "less equipment at first"),
    "policy_countries": (("use",), NOTHING_MORE),
    "policy_year": (("use",), NOTHING_MORE),
    "competition": (("mean_price", "coverage_share"), ""),
    "data_price": (("mean_price", "use"), ""),
    "data_tax": (("mean_price", "use"), ""),
    "access_charge": (("use",), ""),
    "device_tax": (("use",), ""),
    "device_finance": (("use",), ""),
    "spectrum_fees": (("coverage_share",), ""),
    "coverage_obligation": (("coverage_share",), ""),
    "backbone": (("mean_price", "coverage_share"), ""),
    "electricity": (("use_rural",), ""),
    "skills_training": (("skills_share", "use"), ""),
    "online_services": (("skills_share", "use"), ""),
    "income_growth": (("use",), "nobody decides on it"),
}


@dataclass(frozen=True)
class Lever(Short):
    """One lever of donors, governments or regulators.

    Attributes:
        name: as in a scenario and after `--set`.
        meaning: in a sentence.
        range: of its values, in words.
        default: as a reader would write it.
        moves: names of the measures that it moves first, or a use of money.
        moved: the same in words.
        cost: what it costs, and who pays.
    """

    name: str
    meaning: str
    range: str
    default: str
    moves: tuple[str, ...]
    moved: tuple[str, ...]
    cost: str

    def holds(self, word: str) -> bool:
        """Say whether a word stands in its name, its meaning, or what it moves; case makes no difference."""
        said = (self.name, self.name.replace("_", " "), self.meaning, self.cost, *self.moves, *self.moved)
        return any(word.casefold() in text.casefold() for text in said)


def levers() -> tuple[Lever, ...]:
    """Return all levers, choices of donors first, then market and policy."""
    paid = {policy.name: ", ".join(PAYERS[payer] for payer in policy.pays) for policy in POLICIES}
    fields = StrategySettings.model_fields
    return tuple(
        Lever(
            name, str(fields[name].description), range_of(fields[name]), default_of(fields[name]), moves,
            tuple(USES.get(one) or CATALOGUE[one].words for one in moves), cost or paid[name],
        )
        for name, (moves, cost) in MOVES.items()
    )  # fmt: skip


def range_of(field: FieldInfo) -> str:
    """Say which values a setting takes."""
    if "dict" in str(field.annotation):
        return "names with shares that sum to 100%"
    for item in (*field.metadata, *_within(field.annotation)):
        if isinstance(item, Quantity):
            if item.dimension == "share" and item.high <= 1.0:
                return f"{item.low:.0%} to {item.high:.0%}"
            unit = {"years": " years", "dollars": " dollars", "per year": " a year"}.get(item.dimension, "")
            return f"{item.low:g} to {item.high:g}{unit}"
        if isinstance(item, Whole):
            return f"{item.low} to {item.high}"
    return "countries or groups, or all"


def default_of(field: FieldInfo) -> str:
    """Write the default of a setting."""
    value: Any = field.get_default(call_default_factory=True)
    if value is None:
        return "the start year"
    if isinstance(value, dict):
        return ", ".join(f"{name} {part:.0%}" for name, part in value.items())
    share = any(
        isinstance(item, Quantity) and item.dimension == "share" and item.high <= 1.0 for item in field.metadata
    )
    return level(value, "share") if share else in_words(value)


def _within(annotation: Any) -> list[Any]:
    """Return what is declared of the parts of a type, as of `Annotated[int, ...] | None`."""
    found = []
    for part in typing.get_args(annotation):
        found += list(getattr(part, "__metadata__", ()))
    return found
