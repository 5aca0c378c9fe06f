"""Numbers of one country that a scenario sets in the place of the published or fitted ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeVar, get_args

from pydantic import Field

from ..basis.errors import InputError
from ..basis.frozen import Frozen
from ..data import known_groups
from .quantities import Quantity, refuse

PLACE = ("world", "countries")
Key = TypeVar("Key", str, str | int)
Part = Annotated[float, Quantity("share", 0.001, 0.999)]


class CountryNumbers(Frozen):
    """What is known of one country, as of 2024; what is left out stays as published. Paths move with their level."""

    treasury_room: Annotated[float, Quantity("dollars", 0.0, 1e12)] | None = Field(
        default=None, description="what the treasury can carry of the running cost of initiatives, dollars a year"
    )
    data_price: Annotated[float, Quantity("share", 0.0001, 5.0)] | None = Field(
        default=None, description="price of an entry basket of data, share of monthly income per head"
    )
    coverage: Part | None = Field(
        default=None, description="share of people within reach of a mobile broadband network"
    )
    electricity_urban: Part | None = Field(
        default=None, description="share of people in towns with electricity at home"
    )
    electricity_rural: Part | None = Field(default=None, description="share of people in the countryside with the same")
    skills: Part | None = Field(default=None, description="share of adults with basic skills")
    trust: Part | None = Field(default=None, description="share of people who trust the internet")
    gdp_per_head: Annotated[float, Quantity("international dollars", 100.0, 500_000.0)] | None = Field(
        default=None, description="gross domestic product per head, international dollars of 2021 a year"
    )

    def given(self) -> dict[str, float]:
        """Return what is set, by key."""
        return {name: float(value) for name, value in self.model_dump().items() if value is not None}


def range_of(key: str) -> Quantity | None:
    """Return the unit and the range of a number; None where there is none of that name."""
    field = CountryNumbers.model_fields.get(key)
    kinds = get_args(field.annotation) if field is not None else ()
    return next((one for kind in kinds for one in get_args(kind) if isinstance(one, Quantity)), None)


def code_of(written: str) -> str | None:
    """Return the ISO 3166 code of the country that a user means; None where no country is called that."""
    try:
        name = known_groups().read(written)
    except InputError:
        return None
    return name if known_groups().is_country(name) else None


def with_code(path: tuple[Key, ...]) -> tuple[Key | str, ...]:
    """Return a key with the code of a country in the place of its name; any other key as it is."""
    if path[:2] != PLACE or len(path) < 3:
        return path
    place: tuple[Key | str, ...] = (*PLACE, code_of(str(path[2])) or path[2])
    return place + path[3:]


def by_code(countries: object) -> object:
    """Return a table of countries with the code of each as its key, or refuse a name that no country has."""
    if not isinstance(countries, Mapping):
        return countries
    found: dict[str, object] = {}
    for written, numbers in countries.items():
        code = code_of(str(written))
        if code is None:
            raise _no_country(str(written))
        if code in found:
            raise refuse("is set under two names", "one name for each country", key=(str(written),))
        found[code] = numbers
    return found


def _no_country(written: str) -> Exception:
    """Return the error about a name that is no country's."""
    try:
        known_groups().read(written)
    except InputError as problem:
        message = f"no country is called '{written}'"
        return refuse(message, "a country (Kenya, KEN or KE)", problem.nearest, key=(written,))
    return refuse(f"'{written}' is a group of countries", "one country (Kenya, KEN or KE)", key=(written,))
