"""Roles: one world in which each role decides on a part and wants something of its own, as a session writes it.

A role has levers within limits, and decisions: a few options, each with the settings that it stands for. All choices
together make one scenario. Each role is scored by measures of the catalogue, as any comparison is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from afteraid.experiments.study.outcomes import Outcome, is_whole
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.frozen import Frozen
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.groups import WORLD
from afteraid.simulation.measures.measure import Measure
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

from .levers import MOST_LEVERS, Lever, check_budget, declared_levers, within

MOST_ROLES, MOST_AIMS, MOST_OPTIONS, MOST_ROUNDS = 8, 2, 5, 3
ADDED = ("world.further_cuts", "world.withdrawals", "world.spells")  # lists to which each choice adds
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern="^[a-z][a-z_]*$")]
Settings = dict[str, object]


class Surprise(Frozen):
    """What happens in the world of a round; the base and every plan of the round have it.

    Attributes:
        says: it.
        told: when the teams hear of it: as the round begins, or with the board.
    """

    says: Text
    settings: Settings = Field(min_length=1)
    told: Literal["begin", "board"] = "board"

    @property
    def is_secret(self) -> bool:
        """Say whether the teams hear of it with the board only."""
        return self.told == "board"


class Option(Frozen):
    """One option of a decision, with the settings that it stands for."""

    title: Text
    settings: Settings = Field(min_length=1)


class Decision(Frozen):
    """What a role decides by choosing an option; not to choose is to leave the world as it is."""

    name: Name
    title: Text
    says: Text
    options: tuple[Option, ...] = Field(min_length=1, max_length=MOST_OPTIONS)

    @property
    def lever(self) -> Lever:
        """Return it as a control; an option's name is its number, from 1."""
        options = tuple((str(number), one.title) for number, one in enumerate(self.options, 1))
        return Lever(self.name, self.title, self.says, options=options)


class Aim(Frozen):
    """What a role is scored by: a measure, of the world or of a group of countries."""

    measure: str
    group: str = ""

    @property
    def key(self) -> str:
        """Return its name among the outcomes of a run."""
        return f"{self.measure} {self.group or WORLD}"

    @property
    def record(self) -> Measure:
        """Return the record of its measure."""
        return CATALOGUE[self.measure]

    @property
    def way(self) -> str:
        """Return which way is better, as a card says it."""
        return "More" if self.record.better == "more" else "Less"

    @property
    def outcome(self) -> Outcome:
        """Return what is kept of a run: the last year's value of a stock, or what all years together come to."""
        record, groups = self.record, (self.group,) if self.group else ()
        own: dict[str, Any] = {"name": self.key, "measure": self.measure, "groups": groups}
        own["grain"] = "group" if groups else "world"
        if not is_whole(self.measure) and record.over_years != "last":
            own |= {"years": "all", "over": "sum" if record.over_years == "sum" else "mean"}
        return Outcome.model_validate(own)


class Role(Frozen):
    """One role.

    Attributes:
        title: of the role, and its name in the room.
        card: who it is and what it wants, in words.
        aims: what it is scored by.
        levers: that only this role moves.
        limits: lowest and highest position of a lever, where the role may not go as far as the model does.
        decisions: that only this role takes.
        spend, budget: levers that are shares of the same money, and the most that they may be together.
    """

    title: Text
    card: Text
    aims: tuple[Aim, ...] = Field(min_length=1, max_length=MOST_AIMS)
    levers: tuple[str, ...] = Field(default=(), max_length=MOST_LEVERS)
    limits: dict[str, tuple[float, float]] = Field(default_factory=dict)
    decisions: tuple[Decision, ...] = Field(default=(), max_length=MOST_LEVERS)
    spend: tuple[str, ...] = ()
    budget: float = Field(default=1.0, gt=0.0, le=1.0)

    def controls(self, declared: Mapping[str, Lever]) -> dict[str, Lever]:
        """Return what the role can move, by name: its decisions, and its levers within their limits."""
        own = {one.name: one.lever for one in self.decisions}
        for name in self.levers:
            lever = declared[name]
            own[name] = within(lever, *self.limits[name]) if name in self.limits else lever
        return own

    def settings(self, positions: Mapping[str, object], controls: Mapping[str, Lever]) -> Settings:
        """Return the settings that a choice stands for.

        Args:
            positions: of what the role moves, by name.
            controls: of the role, in the world of the round.

        Raises InputError for what the role can't move, and for a position outside its limits or its budget.
        """
        for name in positions:
            if name not in controls:
                raise InputError("is nothing that this role decides", key=name, expected=", ".join(controls))
        found: Settings = {}
        decisions = {one.name: one for one in self.decisions}
        for name, value in positions.items():
            read = controls[name].read(value)
            if name in decisions:
                found |= decisions[name].options[int(str(value)) - 1].settings
            else:
                found[f"strategy.{name}"] = read
        check_budget(self.spend, self.budget, controls, positions)
        return found


class Round(Frozen):
    """A round in which teams choose, of roles or of rivals.

    Attributes:
        say: what the facilitator says.
        seconds: of the clock.
        surprise: what happens in its world beside what the teams choose.
        debrief: what to discuss when the board is shown.
    """

    title: Text
    minutes: int = Field(ge=1, le=120)
    say: Text
    question: Text
    seconds: int = Field(default=300, ge=10, le=3600)
    surprise: Surprise | None = None
    debrief: tuple[Text, ...] = Field(min_length=1)


class Roles(Frozen):
    """The roles of a session, the world that they share, and the rounds in which they decide."""

    scenario: str = "baseline"
    settings: Settings = Field(default_factory=dict)
    cast: tuple[Role, ...] = Field(min_length=2, max_length=MOST_ROLES)
    rounds: tuple[Round, ...] = Field(min_length=1, max_length=MOST_ROUNDS)

    @property
    def aims(self) -> tuple[tuple[Role, Aim], ...]:
        """Return every aim with its role."""
        return tuple((role, aim) for role in self.cast for aim in role.aims)

    def role(self, title: object) -> Role | None:
        """Return a role by its title."""
        return next((role for role in self.cast if role.title == title), None)

    def plan(self, settings: Settings) -> Scenario:
        """Return the world that the roles share, without a surprise; `settings` are those of the whole workshop.

        Raises ScenarioError for what can't be used.
        """
        return load_scenario(self.scenario, {**settings, **self.settings})

    def of_round(self, number: int) -> tuple[Settings, ...]:
        """Return the settings of a round's world, from 0: those of all rounds, and those of its surprise."""
        surprise = self.rounds[number].surprise
        return (self.settings, *([surprise.settings] if surprise is not None else []))


def together(start: Scenario, *parts: Settings) -> Settings:
    """Return the settings of several choices as those of one scenario.

    Cuts, withdrawals and spells of each are added to those that the scenario has; of anything else the last one counts.

    Args:
        start: the scenario that is changed.
        parts: settings by their full names.
    """
    found: Settings = {}
    added: dict[str, list[object]] = {}
    for part in parts:
        for name, value in part.items():
            if name in ADDED and isinstance(value, (list, tuple)):
                if name not in added:
                    here = getattr(start.world, name.removeprefix("world."))
                    added[name] = [one.model_dump(mode="json", exclude_none=True) for one in here]
                added[name] += value
            else:
                found[name] = value
    return {**found, **added}


def controls_of(roles: Roles, start: Scenario) -> dict[str, dict[str, Lever]]:
    """Return what each role can move, by role and name."""
    declared = declared_levers(start)
    return {role.title: role.controls(declared) for role in roles.cast}
