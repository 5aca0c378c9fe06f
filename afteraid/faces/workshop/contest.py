"""A round of teams: each team has a world of its own on the same draws, within a budget, and a board compares them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.measures.headlines import ON_CARDS
from afteraid.simulation.results.svg.picture import picture
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario

from ..server.crew import SOON
from ..server.door import Caller
from .board import ranked
from .charts import chart_of_worlds, times_of
from .levers import check_budget
from .moves import Base, Workshop
from .outcomes import SERVING, Outcomes, measure_of, series_of
from .picture import INTERVAL_NOTE, named, words_of
from .room import Room
from .round import for_facilitator, open_to_all
from .session import MOST_WORLDS, Rivals

SAY = Templates(
    "workshop.contest",
    first="{what}: {team} is first.",
    alone="{what}: {team} is alone on the board.",
)


class Contest:
    """The teams' worlds of one round."""

    def __init__(self, workshop: Workshop, room: Room, rivals: Rivals) -> None:
        """Take a round; its world has to be one that can be run."""
        self.workshop, self.room, self.rivals = workshop, room, rivals
        self.base: Base = workshop.base_of(rivals.scenario, rivals.all_settings)
        self._plans: dict[str, Scenario] = {}

    def take(self, caller: Caller, given: Mapping[str, Any]) -> None:
        """Take a team's choice; raises Refused or InputError for one that can't be used."""
        self.room.choose(caller, given, self.check)

    def check(self, positions: dict[str, object]) -> None:
        """Refuse a choice that can't be run or that is over the budget; raises InputError."""
        for name in positions:
            if name not in self.rivals.levers:
                raise InputError("is no lever of this round", key=name, expected=", ".join(self.rivals.levers))
        check_budget(self.rivals.spend, self.rivals.budget, self.base.levers, positions)
        self.workshop.read(positions, self.base)

    def prepare(self) -> None:
        """Begin the runs of teams whose choice is final, and of all teams once nothing can be chosen any more."""
        for team in self.room.state.teams if self.room.is_closed else self.room.state.locked:
            self.workshop.ensembles.of(self._plan(team), SOON)

    def board(self) -> dict[str, Any] | None:
        """Return the board, as JSON takes it; None while runs are missing, or where there is no team."""
        runs: dict[str, list[Outcomes]] = {}
        for team in self.room.state.teams:
            whole = self.workshop.ensembles.whole(self._plan(team))
            if whole is None:
                return None
            runs[team] = whole
        if not runs:
            return None
        focus = named(self.base.plan.run.focus)
        places = {name: ranked(runs, measure_of(name)) for name in ON_CARDS}
        tables, sentences = [], []
        for name, order in places.items():
            what = capitalised(words_of(measure_of(name), focus, self.base.plan.run.end))
            first = order[0]
            said = SAY("first" if len(order) > 1 else "alone", what=what, team=first.title)
            sentences.append(f"{said} {first.says}" if len(order) > 1 else said)
            rows = [[str(one.rank), one.title, one.level, one.says] for one in order]
            tables.append({"caption": what, "headings": ["Rank", "Team", "Level (90% interval)", "Against the next"],
                           "rows": rows})  # fmt: skip
        shown = [place.title for place in places[ON_CARDS[0]][:MOST_WORLDS]]
        series = {team: series_of(runs[team], SERVING) for team in shown}
        times = times_of(SERVING, self.base.plan.run.start, series[shown[0]].shape[1])
        drawn = picture(chart_of_worlds(SERVING, sentences[0], focus, times, series))
        return {"sentences": sentences, "tables": tables, "svg": drawn.wide + drawn.narrow, "note": INTERVAL_NOTE}

    def plain(self, team: str | None) -> dict[str, Any]:
        """Return what everybody may know of the round, and of a team's own choice, as JSON takes it."""
        rivals, room = self.rivals, self.room
        board = self.board() if room.is_shown else None
        found = open_to_all(rivals, room, board, board is not None) | {
            "levers": [self.base.levers[name].plain() for name in rivals.levers],
            "spend": list(rivals.spend),
            "budget": rivals.budget,
        }
        if team is None:
            return found
        return found | {"mine": room.state.choices.get(team, {}), "locked": team in room.state.locked}

    def script(self) -> dict[str, Any]:
        """Return what the facilitator alone sees: what to say, what teams do not know, and whose choice to enter."""
        state = self.room.state
        cards = [
            {"name": name, "device": bool(hashed), "mine": state.choices.get(name, {}), "locked": name in state.locked}
            for name, (hashed, _) in state.teams.items()
        ]
        return for_facilitator(self.rivals) | {"cards": cards}

    def of_team(self, team: str) -> dict[str, Any]:
        """Return what the facilitator sees of a team."""
        state = self.room.state
        return {
            "chosen": team in state.choices,
            "locked": team in state.locked,
            "device": bool(state.teams[team][0]),
        }

    def _plan(self, team: str) -> Scenario:
        """Return the world of a team; one that has not chosen has the world from which all began."""
        key = f"{team} {self.room.state.choices.get(team, {})}"
        if key not in self._plans:
            self._plans[key] = self.workshop.read(self.room.state.choices.get(team, {}), self.base)
        return self._plans[key]
