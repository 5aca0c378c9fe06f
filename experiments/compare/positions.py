"""Levers with a few positions each, for a lattice of runs: the ends of the range, the base's own value, and between.

A lever is asked for as ``NAME`` or, with positions of the user's own, as ``NAME=VALUE/VALUE``. The positions of a mix
are the base's mix and single members of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from afteraid.simulation.basis.errors import InputError, ScenarioError, nearest, one_of, shown
from afteraid.simulation.exits import EXITS
from afteraid.simulation.measures.groups import WORDS
from afteraid.simulation.mechanisms import MECHANISMS
from afteraid.simulation.results.words.names import capitalised, spaced
from afteraid.simulation.scenario.quantities import Quantity, Whole
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.scenario.settings import StrategySettings
from afteraid.simulation.scenario.toml_file import parse_setting

from ..study.wording import SETTINGS

MOST_LEVERS, LEVELS, FEWEST, MOST_LEVELS = 3, 5, 2, 9
DIGITS = 2  # that count, of a position between the ends
TRIED = 21  # positions from end to end of a range, in search of those that can be run
MIXES = {
    "exits": {name: one.title for name, one in EXITS.items()},
    "mechanisms": {name: one.title for name, one in MECHANISMS.items()},
}
# the members of a mix that are tried first: the ones that differ most
FIRST = {
    "exits": ("abrupt", "government_handover", "adaptive", "community_enterprise", "evergreen"),
    "mechanisms": ("project_grant", "pooled_fund", "matching_grant", "results_based", "blended_finance"),
}
GROUPS = {  # settings that are lists of countries: groups that one may be, with their titles
    "policy_countries": {
        "all": "All countries",
        **{name: WORDS[name] for name in ("LDC", "LIC", "LMC", "UMC", "LLDC", "SIDS", "FRAGILE")},
    },
}
AS_IN_BASE = "as in the base"


@dataclass(frozen=True)
class Axis:
    """A lever with its positions.

    Attributes:
        name: of the setting.
        title: in a few words.
        values: of the setting, one a position.
        words: what each position is called.
        base: which position is the base's own.
    """

    name: str
    title: str
    values: tuple[Any, ...]
    words: tuple[str, ...]
    base: int


def read_axes(
    asked: Sequence[str], base: Scenario, levels: int = LEVELS, most: int = MOST_LEVERS,
    others: Sequence[Scenario] = (),
) -> tuple[Axis, ...]:  # fmt: skip
    """Return the levers that a user asks for, each with its positions.

    Args:
        asked: ``NAME`` or ``NAME=VALUE/VALUE`` each.
        base: whose own values are among the positions.
        levels: positions of a lever without values of the user's own.
        most: levers at one time.
        others: scenarios whose values are among the positions too, as far as there is room.

    Raises InputError for a lever that there is not or that has no range, for too many, and for values out of range.
    """
    if not 1 <= len(asked) <= most:
        raise InputError(f"{len(asked)} levers are asked for", key="--levers", expected=f"one to {most}")
    if not FEWEST <= levels <= MOST_LEVELS:
        raise InputError(f"{levels} positions are out of range", key="--levels", expected=f"{FEWEST} to {MOST_LEVELS}")
    found = tuple(_axis(text, base, levels, others) for text in asked)
    names = [axis.name for axis in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"'{name}' is asked for twice", key="--levers", expected="different levers")
    return found


def _axis(text: str, base: Scenario, levels: int, others: Sequence[Scenario]) -> Axis:
    """Read one lever."""
    name, _, listed = (part.strip() for part in text.partition("="))
    ranges = _ranges()
    known = [*MIXES, *GROUPS, *years_of(base), *ranges]
    if name not in known:
        raise InputError(
            f"no lever with a range is called {shown(name)}", key="--levers", expected=one_of(known, name),
            nearest=nearest(name, known),
        )  # fmt: skip
    title = capitalised(SETTINGS.get(name, (spaced(name), ""))[0])
    own = getattr(base.strategy, name)
    theirs = [getattr(one.strategy, name) for one in others]
    if name in MIXES:
        return _mix(name, title, dict(own), listed, levels, [next(iter(mix)) for mix in theirs if len(mix) == 1])
    if name in GROUPS:
        return _groups(
            name, title, own, listed, levels, [one for groups in theirs if len(groups) == 1 for one in groups]
        )
    if name in years_of(base):
        return _year(name, title, base, listed, levels, theirs)
    quantity = ranges[name]
    try:
        wanted = [quantity.read(parse_setting(f"{name}={one}")[1]) for one in listed.split("/")] if listed else []
    except ValueError as problem:
        raise InputError(str(problem), key=f"--levers {name}", expected="VALUE/VALUE") from None
    values = sorted({*wanted, float(own)}) if wanted else _spread(*_reach(base, name, quantity), float(own), levels)
    if theirs and not wanted:  # theirs, and the positions that are farthest from the base's own
        far = sorted(values, key=lambda value: -abs(value - float(own)))
        values = sorted(list(dict.fromkeys([float(own), *map(float, theirs), *far]))[:levels])
    words = tuple(_words(value, quantity) for value in values)
    return Axis(name, title, tuple(values), words, values.index(float(own)))


def _mix(name: str, title: str, own: dict[str, float], listed: str, levels: int, first: Sequence[str]) -> Axis:
    """Return a mix as a lever: as it is in the base, then one member of it alone."""
    usual = dict.fromkeys([*first, *FIRST[name]])
    members = _members(name, MIXES[name], [one for one in usual if own != {one: 1.0}], listed, levels)
    words = (AS_IN_BASE, *(MIXES[name][one].lower() for one in members))
    return Axis(name, title, (own, *({one: 1.0} for one in members)), words, 0)


def _groups(
    name: str, title: str, own: tuple[str, ...], listed: str, levels: int, first: Sequence[str]
) -> Axis:  # fmt: skip
    """Return a list of countries as a lever: as it is in the base, then one group alone."""
    titles = {one: words for one, words in GROUPS[name].items() if own != (one,)}
    members = _members(
        name, GROUPS[name], [one for one in dict.fromkeys([*first, *titles]) if one in titles], listed, levels
    )
    words = (AS_IN_BASE, *(GROUPS[name][one].lower() for one in members))
    return Axis(name, title, (own, *((one,) for one in members)), words, 0)


def _members(name: str, titles: Mapping[str, str], usual: Sequence[str], listed: str, levels: int) -> list[str]:
    """Return the members that are positions beside the base's own: those that are listed, or the usual ones."""
    members = [one.strip() for one in listed.split("/")] if listed else list(usual[: levels - 1])
    for one in members:
        if one not in titles:
            raise InputError(
                f"{name} has no member {shown(one)}", key="--levers", expected=one_of(titles, one),
                nearest=nearest(one, titles),
            )  # fmt: skip
    return members


def _year(name: str, title: str, base: Scenario, listed: str, levels: int, theirs: Sequence[int | None]) -> Axis:
    """Return a year from which something holds as a lever; where the base names none, the start."""
    low, high = years_of(base)[name]
    own = getattr(base.strategy, name) or base.run.start
    wanted = [_read_year(name, one, low, high) for one in listed.split("/")] if listed else []
    usual = [round(year) for year in np.linspace(high, low, levels).tolist()]
    others = wanted or [year or base.run.start for year in theirs] + usual
    values = sorted({own, *wanted}) if wanted else sorted(list(dict.fromkeys([own, *others]))[:levels])
    kept = {own: getattr(base.strategy, name)}  # nothing, where the base names none
    return Axis(name, title, tuple(kept.get(year, year) for year in values), tuple(map(str, values)), values.index(own))


def _read_year(name: str, text: str, low: int, high: int) -> int:
    """Read a year that a user lists."""
    try:
        return Whole(low, high, "a year").read(text.strip())
    except ValueError as problem:
        raise InputError(str(problem), key=f"--levers {name}", expected="YEAR/YEAR") from None


def years_of(base: Scenario) -> dict[str, tuple[int, int]]:
    """Return the levers that are a year, each with the first and the last year that change something in the base."""
    found = {}
    for name, field in StrategySettings.model_fields.items():
        for one in get_args(field.annotation):
            if any(isinstance(mark, Whole) for mark in getattr(one, "__metadata__", ())):
                own = getattr(base.strategy, name) or base.run.start
                found[name] = min(own, base.run.start), max(own, base.run.end - 1)
    return found


def _ranges() -> dict[str, Quantity]:
    """Return the levers that are numbers, with their ranges."""
    found = {}
    for name, field in StrategySettings.model_fields.items():
        ranges = [one for one in (*field.metadata, *get_args(field.annotation)) if isinstance(one, Quantity)]
        if ranges:
            found[name] = ranges[0]
    return found


def _reach(base: Scenario, name: str, quantity: Quantity) -> tuple[float, float]:
    """Return the ends between which a lever of the base can stand: shares of the same money bind each other."""
    can = [value for value in np.linspace(quantity.low, quantity.high, TRIED).tolist() if _can_stand(base, name, value)]
    return min(can, default=quantity.low), max(can, default=quantity.high)


def _can_stand(base: Scenario, name: str, value: float) -> bool:
    """Say whether the base can be run with a lever at a position."""
    try:
        base.with_settings({f"strategy.{name}": value})
    except ScenarioError:
        return False
    return True


def _spread(low: float, high: float, own: float, levels: int) -> list[float]:
    """Return positions from end to end of a range, with the base's own value where they change their step."""
    if levels == FEWEST or not low < own < high:
        values = list(np.linspace(low, high, levels))
        values[min(range(levels), key=lambda place: abs(values[place] - own))] = own
    else:
        below = min(max(round((levels - 1) * (own - low) / (high - low)), (levels - 1) // 2), levels - 2)
        values = [*np.linspace(low, own, below + 1), *np.linspace(own, high, levels - below)[1:]]
    return sorted({own if value == own else float(f"{value:.{DIGITS}g}") for value in values})


def _words(value: float, quantity: Quantity) -> str:
    """Write a position as a reader would."""
    if quantity.dimension == "share" and quantity.high <= 1.0:
        return f"{100.0 * value:.3g}%"
    unit = {"years": " years", "dollars": " dollars", "per year": " a year"}.get(quantity.dimension, "")
    return f"{value:.3g}{unit}"
