"""The names that a scenario may use: mechanisms, exits, donors, parameters. Groups: `measures/groups.py`."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from .. import processes
from ..basis.errors import InputError
from ..data import known_groups, load_table
from ..exits import EXITS
from ..measures.groups import EVERY
from ..mechanisms import MECHANISMS
from ..state.parameters import REGISTRY, Registry
from .quantities import refuse
from .toml_file import KeyPath

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


def read_groups(written: tuple[str, ...], key: KeyPath = (), or_all: bool = False) -> tuple[str, ...]:
    """Return countries and groups, however a user writes them, as tables write them.

    Args:
        written: such as ``("Kenya", "ke", "ldc")``.
        key: where it stands, for the message.
        or_all: ``all`` may stand for every country.

    Raises PydanticCustomError with what was expected and the nearest name for one that is unknown.
    """
    try:
        return tuple(
            EVERY if or_all and name.strip().lower() == EVERY else known_groups().read(name) for name in written
        )
    except InputError as problem:
        raise refuse(problem.message, problem.expected, problem.nearest, key=key) from None
