"""What is wrong with the roles of a session: names, limits and budgets, who decides on what, and worlds to be run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic_core import PydanticCustomError

from afteraid.experiments.study.outcomes import check_outcome
from afteraid.simulation.basis.errors import InputError, ScenarioError, nearest, one_of
from afteraid.simulation.measures.catalogue import measure
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.scenario.toml_file import KeyPath

from .levers import MOST_LEVERS, Lever, declared_levers
from .roles import ADDED, Role, Roles, Settings, controls_of, together

LONGEST_TITLE = 40  # letters of a role's title


def check_roles(roles: Roles) -> Iterator[tuple[KeyPath, InputError]]:
    """Go through what is wrong with roles, each with the key where it is written."""
    try:
        start = roles.plan({})
    except ScenarioError as problem:
        yield (), problem
        return
    for number in range(len(roles.rounds)):
        yield from _refused(("rounds", number), roles, roles.of_round(number))
    declared, owners = declared_levers(start), dict[str, str]()
    for number, role in enumerate(roles.cast):
        place: KeyPath = ("cast", number)
        for key, wrong in (*_wrong_words(role), *_wrong_aims(role, start), *_wrong_levers(role, declared)):
            yield (*place, *key), wrong
        for name in _owned(role):
            if owners.setdefault(name, role.title) != role.title:
                yield place, InputError(f"{owners[name]} decides on {name} too", expected="one role for each setting")
        for at, decision in enumerate(role.decisions):
            for which, option in enumerate(decision.options):
                key = (*place, "decisions", at, "options", which)
                yield from _refused(key, roles, [roles.settings, option.settings])
    if len({role.title for role in roles.cast}) < len(roles.cast):
        yield ("cast",), InputError("two roles have one title", expected="a title for each")
    yield from _at_their_ends(roles, start)


def _refused(key: KeyPath, roles: Roles, parts: Sequence[Settings]) -> Iterator[tuple[KeyPath, InputError]]:
    """Say why settings together make no scenario."""
    try:
        load_scenario(roles.scenario, together(roles.plan({}), *parts))
    except ScenarioError as problem:
        yield key, problem


def _wrong_words(role: Role) -> Iterator[tuple[KeyPath, InputError]]:
    """Say what is wrong with the title and the names of a role."""
    if len(role.title) > LONGEST_TITLE:
        yield ("title",), InputError("is too long", expected=f"at most {LONGEST_TITLE} letters")
    names = [*role.levers, *(one.name for one in role.decisions)]
    if not 1 <= len(set(names)) == len(names) <= MOST_LEVERS:
        expected = f"1 to {MOST_LEVERS} levers and decisions, each once"
        yield ("levers",), InputError("are no levers that a team can move", expected=expected)


def _wrong_aims(role: Role, start: Scenario) -> Iterator[tuple[KeyPath, InputError]]:
    """Say what is wrong with the aims of a role."""
    for number, aim in enumerate(role.aims):
        try:
            measure(aim.measure, "measure")
            check_outcome(aim.outcome, [start])
        except InputError as problem:
            yield ("aims", number, "measure"), problem
        except PydanticCustomError as problem:
            told = problem.context or {}
            yield ("aims", number, "group"), InputError(told["message"], expected=told["expected"])
        else:
            if aim.record.better == "neither":
                said = f"nobody can say whether more or less of {aim.measure} is better"
                yield ("aims", number, "measure"), InputError(said, expected="a measure with a better direction")


def _wrong_levers(role: Role, declared: Mapping[str, Lever]) -> Iterator[tuple[KeyPath, InputError]]:
    """Say what is wrong with the levers of a role, their limits and its budget."""
    for name in role.levers:
        if name not in declared:
            said = f"there is no lever '{name}'"
            yield ("levers",), InputError(said, expected=one_of(declared, name), nearest=nearest(name, declared))
            return
    for name, (low, high) in role.limits.items():
        lever = declared[name] if name in role.levers else None
        if lever is None or lever.base is None:
            yield ("limits", name), InputError("is no lever of this role with a range", expected=one_of(role.levers))
        elif not lever.low <= low <= lever.base <= high <= lever.high or low == high:
            expected = f"within {lever.low:g} to {lever.high:g}, around {lever.base:g}"
            yield ("limits", name), InputError("are limits that can't be used", expected=expected)
    for name in role.spend:
        if name not in role.levers or declared[name].base is None or declared[name].unit != "share":
            yield ("spend",), InputError(f"{name} is no share of money", expected="levers of the role that are shares")
            return
    begun = sum(declared[name].base or 0.0 for name in role.spend)
    if begun > role.budget:
        said = f"the world already spends {begun:g} on these levers"
        yield ("budget",), InputError(said, expected=f"at least {begun:g}")


def _owned(role: Role) -> set[str]:
    """Return the settings on which a role decides alone; to some lists every role may add."""
    levers = {f"strategy.{name}" for name in role.levers}
    options = (option for decision in role.decisions for option in decision.options)
    return levers | {name for option in options for name in option.settings if name not in ADDED}


def _at_their_ends(roles: Roles, start: Scenario) -> Iterator[tuple[KeyPath, InputError]]:
    """Say where the choices of all roles together can't be run: with every lever at its lowest, and at its highest."""
    for end in ("low", "high"):
        found: Settings = {}
        for controls in controls_of(roles, start).values():
            found |= {f"strategy.{one.name}": getattr(one, end) for one in controls.values() if not one.options}
        for role in roles.cast:  # its budget goes to the first of its levers
            most = sum(declared_levers(start)[name].base or 0.0 for name in role.spend[1:])
            found |= {f"strategy.{name}": role.budget - most if not at else declared_levers(start)[name].base
                      for at, name in enumerate(role.spend)}  # fmt: skip
        yield from _refused(("cast",), roles, [roles.settings, found])
