"""The levers of the page, made from the declarations of the settings: words, unit, range, and value in the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from afteraid.experiments.compare.positions import GROUPS, MIXES, years_of
from afteraid.experiments.study.wording import SETTINGS
from afteraid.simulation.basis.errors import InputError, ScenarioError, nearest, one_of, shown
from afteraid.simulation.basis.renamed import RENAMED
from afteraid.simulation.results.words.names import capitalised, spaced
from afteraid.simulation.results.words.numbers import trimmed
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.quantities import Quantity
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.scenario.settings import StrategySettings

MOST_LEVERS = 4  # on the page at one time: more can't be followed in a room
USUAL = ("exits", "transition_years", "local_ownership", "funding")
STEPS = 20  # about so many positions of a slider
CLOSE = 1e-6  # to a whole number
YEAR, GROUP = "year", "group"  # units of levers that are no quantity
LEFT_OUT = "; if left out"  # how a declaration goes on where a setting may have no value
NEARLY = 1e-9  # over a budget
PERCENT = 100.0
ROUND_STEPS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0)
SAY = Templates("workshop.levers", budget="The choice spends {spent}% of the money, and the budget is {budget}%.")


@dataclass(frozen=True)
class Lever:
    """One lever.

    Attributes:
        name: of the setting.
        title: in a few words.
        words: what the declaration says of it.
        unit: share, years or another one; YEAR for one of the calendar, GROUP for a group of countries.
        low, high, step: of a slider, in the unit; 0 for a choice.
        base: its value in the base; None for a choice, whose base is a mix.
        options: of a choice, the name and title of each; empty for a slider.
        mix: the choice stands for a mix that is one kind only.
    """

    name: str
    title: str
    words: str
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    base: float | None = None
    options: tuple[tuple[str, str], ...] = ()
    mix: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {**vars(self), "options": [list(option) for option in self.options]}

    def read(self, value: object) -> object:
        """Return the value of the setting that stands for a position of the lever.

        Raises ScenarioError for a choice that is none of its options, and for a number out of reach.
        """
        if not self.options:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ScenarioError(f"{shown(value)} is not a number", key=self.name, expected="a number")
            if not self.low <= value <= self.high:
                reach = f"{self.low:g} to {self.high:g}"
                raise ScenarioError(f"{shown(value)} is out of reach", key=self.name, expected=reach)
            return int(value) if self.unit == YEAR and value == int(value) else float(value)
        names = [name for name, _ in self.options]
        if not isinstance(value, str) or value not in names:
            raise ScenarioError("no such choice", key=self.name, expected=one_of(names))
        if self.mix:
            return {value: 1.0}
        return [value] if self.unit == GROUP else value

    def said(self, value: object) -> str:
        """Return a position as a reader would write it."""
        if self.options:
            return dict(self.options)[str(value)]
        number = float(str(value))
        if self.unit == YEAR:
            return f"{number:.0f}"
        if self.unit == "share" and self.high <= 1.0:
            return f"{trimmed(PERCENT * number, 1)}%"
        unit = self.unit.removesuffix("s") if number == 1.0 else self.unit
        return f"× {trimmed(number, 2)}" if unit == "share" else f"{trimmed(number, 2)} {unit}"


def declared_levers(base: Scenario) -> dict[str, Lever]:
    """Return every lever that a page can show, by name, in the order of the declarations."""
    found, years = {}, years_of(base)
    for name, field in StrategySettings.model_fields.items():
        title = capitalised(SETTINGS.get(name, (spaced(name), ""))[0])
        words = capitalised(field.description or "")
        ranges = [one for one in (*field.metadata, *get_args(field.annotation)) if isinstance(one, Quantity)]
        if name in MIXES:
            found[name] = Lever(name, title, words, options=tuple(MIXES[name].items()), mix=True)
        elif name in GROUPS:
            found[name] = Lever(name, title, words, GROUP, options=tuple(GROUPS[name].items()))
        elif name in years:
            value = getattr(base.strategy, name) or base.run.start
            words = words.partition(LEFT_OUT)[0]  # on a page the base's own year is shown
            first, last = years[name]
            found[name] = Lever(name, title, words, YEAR, float(first), float(last), 1.0, float(value))
        elif ranges:
            value = getattr(base.strategy, name)
            low, high = ranges[0].low, ranges[0].high
            step = _step(high - low, float(value) - low)
            found[name] = Lever(name, title, words, ranges[0].dimension, low, high, step, float(value))
    return found


def within(lever: Lever, low: float, high: float) -> Lever:
    """Return a lever that goes no further than so low and so high."""
    base = lever.base if lever.base is not None else low
    return replace(lever, low=low, high=high, step=_step(high - low, base - low))


def check_budget(
    spend: Sequence[str], budget: float, levers: Mapping[str, Lever], positions: Mapping[str, object]
) -> None:
    """Refuse a choice that spends more than its budget.

    Args:
        spend: levers that are shares of the same money.
        budget: the most that they may be together, as a share.
        levers: that can be moved, by name.
        positions: of those that were moved.

    Raises InputError with what is spent.
    """
    shares = [levers[name].read(positions[name]) if name in positions else levers[name].base for name in spend]
    spent = sum((share for share in shares if isinstance(share, float)), 0.0)
    if spent > budget + NEARLY:
        said = SAY("budget", spent=trimmed(PERCENT * spent, 1), budget=trimmed(PERCENT * budget, 1))
        raise InputError(said, key="budget")


def _step(width: float, base: float) -> float:
    """Return the step of a slider: a round one, with which the base, so far above its low end, can be reached."""
    reaching = [step for step in ROUND_STEPS if abs(base / step - round(base / step)) < CLOSE]
    return min(reaching or ROUND_STEPS[:1], key=lambda step: abs(width / step - STEPS))


def renamed() -> dict[str, str]:
    """Return what levers and their choices were called before, each with its name of now: addresses may have these."""
    kinds = ("setting", "exit", "mechanism")
    return {one.old.rpartition(".")[2]: one.new.rpartition(".")[2] for one in RENAMED if one.kind in kinds}


def moved(
    base: str, levers: Mapping[str, Lever], positions: Mapping[str, object], settings: Mapping[str, object]
) -> Scenario:
    """Return the base with some levers moved.

    Args:
        base: name or path of the base scenario.
        levers: that there are.
        positions: of the levers that were moved, by name.
        settings: of the base that differ from its file.

    Raises InputError for a lever that there is not, for too many, and for a position that can't be used.
    """
    chosen = check_names(levers, list(positions))
    changes = {f"strategy.{name}": levers[name].read(positions[name]) for name in chosen}
    return load_scenario(base, {**settings, **changes})


def check_names(levers: Mapping[str, Lever], names: Sequence[str]) -> list[str]:
    """Return names of levers, or refuse them: unknown, or too many for one page."""
    for name in names:
        if name not in levers:
            raise InputError(f"there is no lever {shown(name)}", key="levers", nearest=nearest(name, levers))
    if len(names) > MOST_LEVERS:
        raise InputError(f"{len(names)} levers are too many", key="levers", expected=f"at most {MOST_LEVERS}")
    return list(names)
