"""The names that a scenario may use: mechanisms, exits, donors, countries and groups, parameters."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from .. import processes
from ..data import load_countries, load_table
from ..exits import EXITS
from ..mechanisms import MECHANISMS
from ..state.parameters import REGISTRY, Registry

# what a scenario may hold as equal to the one that it extends; the ledger's books are compared with ==
HELD_EQUAL = {"appropriations": "what donors appropriate, year by year"}
# what a scenario is about, in the order in which the library is listed
THEMES = {
    "whole": "Everything together",
    "money": "Level of funding",
    "exits": "Exit strategies",
    "mechanisms": "Financing mechanisms",
    "cooperation": "Cooperation of donors and countries",
    "world": "External conditions",
}
GROUPS = ("LDC", "LLDC", "SIDS", "FRAGILE", "LIC", "LMC", "UMC", "HIC", "world")


def mechanism_names() -> tuple[str, ...]:
    """Return the names of the ways in which money comes."""
    return tuple(MECHANISMS)


def exit_names() -> tuple[str, ...]:
    """Return the names of the ways in which money leaves."""
    return tuple(EXITS)


@functools.cache
def parameters() -> Registry:
    """Return all declared parameters. Each process declares its own as it is imported, so all are imported here."""
    for module in pkgutil.iter_modules(processes.__path__, f"{processes.__name__}."):
        importlib.import_module(module.name)
    return REGISTRY


@functools.cache
def donor_names() -> tuple[str, ...]:
    """Return what a cut may name: ``all``, the types of donors, and their codes."""
    donors = load_table("donors")
    return ("all", *sorted(set(donors["type"])), *donors["code"])


@functools.cache
def focus_names() -> dict[str, str]:
    """Return what may be looked at closely, in capitals, with each name as the results write it."""
    countries = load_countries()
    names = [*sorted(set(countries["region"])), *sorted(set(countries["subregion"])), *countries["iso3"], *GROUPS]
    return {str(name).upper(): str(name) for name in names}
