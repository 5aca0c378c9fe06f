"""Settings of market and policy: what regulators, ministries and operators change, where and from when."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from ..basis.frozen import Frozen
from .quantities import Quantity, Whole, refuse
from .vocabulary import read_groups

EARLIEST_YEAR, LATEST_YEAR = 2005, 2050
Part = Annotated[float, Quantity("share", 0.0, 1.0)]


def check_countries(countries: tuple[str, ...]) -> tuple[str, ...]:
    """Return countries and groups as tables write them, or refuse them."""
    if not countries:
        raise refuse("names no country", "countries, groups, or all")
    return read_groups(countries, or_all=True)


class MarketSettings(Frozen):
    """Levers of market and policy; 0 changes nothing. All hold in `policy_countries` from `policy_year` on."""

    policy_countries: Annotated[tuple[str, ...], AfterValidator(check_countries)] = Field(
        default=("LIC", "LMC", "UMC"), description="countries or groups whose market and policy change, or all"
    )
    policy_year: Annotated[int, Whole(EARLIEST_YEAR, LATEST_YEAR, "a year")] | None = Field(
        default=None, description="first year in which market and policy change; if left out, `start`"
    )
    competition: Annotated[float, Quantity("operators", -3.0, 5.0)] = Field(
        default=0.0, description="effective operators more than there are; below 0, operators merge"
    )
    data_price: Annotated[float, Quantity("share", -0.95, 2.0)] = Field(
        default=0.0, description="change of the price of data by order or wholesale rules; -0.5 halves the price"
    )
    data_tax: Annotated[float, Quantity("share", -0.5, 2.0)] = Field(
        default=0.0, description="change of taxes on data, share of its price; below 0, taxes are taken off"
    )
    access_charge: Annotated[float, Quantity("dollars", 0.0, 5.0)] = Field(
        default=0.0, description="fixed charge on each user, dollars a day"
    )
    device_tax: Annotated[float, Quantity("share", -0.9, 2.0)] = Field(
        default=0.0, description="change of duty and tax on phones, share of the price; below 0, they are taken off"
    )
    device_finance: Part = Field(default=0.0, description="share of phones that are sold in instalments")
    spectrum_fees: Part = Field(
        default=0.0, description="how far spectrum fees fall from a high level (0) to the median of countries (1)"
    )
    coverage_obligation: Part = Field(
        default=0.0, description="share of the people without coverage that operators must cover by their licence"
    )
    backbone: Part = Field(
        default=0.0, description="share of the missing backbone and cables that is built and open to all operators"
    )
    electricity: Part = Field(default=0.0, description="share of the people without electricity who get a connection")
    skills_training: Part = Field(
        default=0.0, description="share of the people without basic digital skills who are trained in each year"
    )
    online_services: Part = Field(
        default=0.0, description="share of public services that are online in people's own languages"
    )
    income_growth: Annotated[float, Quantity("per year", -0.1, 0.1)] = Field(
        default=0.0, description="growth of income beyond its projection; nobody decides on it"
    )
