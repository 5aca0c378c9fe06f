"""The board of a round of roles: how each aim stands, and whose choice alone serves or harms whose aim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from afteraid.simulation.results.words.names import capitalised, joined
from afteraid.simulation.results.words.numbers import change, level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import CLEARLY_BETTER, CLEARLY_WORSE, in_words
from afteraid.simulation.scenario.scenario import Scenario

from .board import middle_of
from .outcomes import Outcomes, scalars_of
from .picture import named
from .roles import Aim, Role, Roles
from .verdicts import Judged, change_of, judge

SAY = Templates(
    "workshop.roles",
    count="{better} of {number} aims are clearly better than without these choices, and {worse} are clearly worse.",
    clash="{role}: this choice alone clearly serves the role's own aim, and clearly harms {others}.",
    harm="{role}: this choice alone clearly harms {others}, and does not clearly serve the role's own aim.",
    own="{role}: this choice alone clearly harms the role's own aim.",
    kind="{role}: this choice alone clearly harms no aim.",
    both="{one} and {other} collide: each choice alone clearly harms the other one's aim.",
    waits="What each choice does alone is being worked out.",
)
TONES = {CLEARLY_BETTER: "better", CLEARLY_WORSE: "worse"}


@dataclass(frozen=True)
class Scored:
    """How an aim of a role stands.

    Attributes:
        role, aim: whose aim, and which one.
        words: what is measured, with its group and year.
        before: the median of the base.
        judged: the paired differences from the base.
    """

    role: Role
    aim: Aim
    words: str
    before: float
    judged: Judged

    @property
    def verdict(self) -> str:
        """Return what the difference is for the role: clearly better, clearly worse, or no such thing."""
        return in_words(self.judged, {"more": 1, "less": -1}[self.aim.record.better])

    @property
    def said(self) -> str:
        """Return the verdict, with the median difference where it is clear."""
        if not self.judged.clear:
            return self.verdict
        return f"{self.verdict} ({change(self.judged.median, self.aim.record.short_unit)})"


def scored(roles: Roles, plan: Scenario, base: Sequence[Outcomes], runs: Sequence[Outcomes]) -> list[Scored]:
    """Judge every aim.

    Args:
        roles: whose aims these are.
        plan: of the base.
        base: its runs.
        runs: of the world with the choices, on the same draws in the same order.
    """
    found = []
    for role, aim in roles.aims:
        words, before = words_of(aim, plan), middle_of(scalars_of(base, aim.key))
        differences = scalars_of(runs, aim.key) - scalars_of(base, aim.key)
        found.append(Scored(role, aim, words, before, judge(differences, before, aim.record, words)))
    return found


def words_of(aim: Aim, plan: Scenario) -> str:
    """Write an aim with its group, and the year or the years that count."""
    record, run = aim.record, plan.run
    words = f"{record.words}, {named(aim.group)}" if aim.group else record.words
    if record.kind == "whole run":
        return words
    return f"{words}, {run.end}" if record.over_years == "last" else f"{words}, {run.start} to {run.end - 1}"


def board_of(
    aims: Sequence[Scored], alone: Mapping[str, Sequence[Scored]] | None, choices: Sequence[Sequence[str]]
) -> dict[str, Any]:
    """Return the board, as JSON takes it.

    Args:
        aims: in the world of all choices together.
        alone: by role, how all aims stand in the world of this choice alone; None while runs are missing.
        choices: of each role its title, its team and what it chose.
    """
    verdicts = [one.verdict for one in aims]
    better, worse = verdicts.count(CLEARLY_BETTER), verdicts.count(CLEARLY_WORSE)
    said = [SAY("count", better=better, worse=worse, number=len(aims))]
    said += [SAY("waits")] if alone is None else _collisions(alone)
    chosen = {"caption": "What each role chose", "headings": ["Role", "Team", "Choice"], "rows": list(choices)}
    return {"sentences": said, "tables": [_aims(aims), *([_alone(aims, alone)] if alone else []), chosen], "svg": "",
            "note": "", "complete": alone is not None}  # fmt: skip


def _collisions(alone: Mapping[str, Sequence[Scored]]) -> list[str]:
    """Say whom each choice harms, and which roles harm each other."""
    harmed = {
        role: list(dict.fromkeys(one.role.title for one in found if one.verdict == CLEARLY_WORSE))
        for role, found in alone.items()
    }
    said = []
    for role, found in alone.items():
        others = [title for title in harmed[role] if title != role]
        served = any(one.verdict == CLEARLY_BETTER for one in found if one.role.title == role)
        if others:
            said.append(SAY("clash" if served else "harm", role=role, others=joined(others)))
        elif role in harmed[role]:
            said.append(SAY("own", role=role))
        else:
            said.append(SAY("kind", role=role))
    titles = list(alone)
    pairs = [(one, other) for at, one in enumerate(titles) for other in titles[at + 1 :]]
    said += [SAY("both", one=one, other=other) for one, other in pairs if other in harmed[one] and one in harmed[other]]
    return said


def _aims(aims: Sequence[Scored]) -> dict[str, Any]:
    """Return how each aim stands: its level before, its change with the interval, and the verdict for the role."""
    rows = [
        [one.role.title, capitalised(one.words), level(one.before, one.aim.record.short_unit),
         change_of(one.judged, one.aim.record.short_unit), one.verdict]
        for one in aims
    ]  # fmt: skip
    return {
        "caption": "Each role's aim, with all choices together",
        "headings": ["Role", "Aim", "Before", "Change (90% interval)", "For this role"],
        "rows": rows,
        "tones": [["", "", "", "", TONES.get(one.verdict, "")] for one in aims],
    }


def _alone(aims: Sequence[Scored], alone: Mapping[str, Sequence[Scored]]) -> dict[str, Any]:
    """Return what each choice does alone, a row each, to the aims, a column each."""
    several = {one.role.title for one in aims if len(one.role.aims) > 1}
    heads = [
        f"{one.role.title}: {one.aim.record.words}" if one.role.title in several else one.role.title for one in aims
    ]
    return {
        "caption": "What each choice does alone, for the aim of each role",
        "headings": ["Choice of", *heads],
        "rows": [[role, *(one.said for one in found)] for role, found in alone.items()],
        "tones": [["", *(TONES.get(one.verdict, "") for one in found)] for found in alone.values()],
    }
