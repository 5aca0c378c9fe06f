"""What is revealed after the room has guessed: the number, the sentence, the picture and the table of a step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from afteraid.simulation.measures.headlines import HEADLINES
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.svg.picture import picture
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.numbers import change, level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario

from .board import Place, middle_of, ranked
from .charts import DIFFERENCE, chart_of, chart_of_worlds, times_of
from .outcomes import Outcomes, scalars_of, series_of
from .picture import INTERVAL_NOTE, Pairs, headline, named, words_of
from .session import BEST, CHANGE, Step
from .verdicts import judge

SAY = Templates(
    "workshop.reveal",
    level="{what}: {level}, {world}.",
    best="{what}: {world} is first with {level}.",
    change="{after}, against {before}. {finding}.",
)


@dataclass(frozen=True)
class Answer:
    """The answer to a step's question.

    Attributes:
        number: as text, in large letters.
        place: of the answer among the positions of a guess; None where it is not known.
        sentence: the finding.
    """

    number: str
    place: int | None
    sentence: str


@dataclass(frozen=True)
class Found:
    """All that is revealed of a step.

    Attributes:
        words: the outcome that is asked for, with place and year where these belong to it.
        answer: to the question.
        chart: the picture.
        table: `caption`, `headings` and `rows` of texts.
    """

    words: str
    answer: Answer
    chart: Chart
    table: dict[str, Any]


def found_in(step: Step, plans: Sequence[Scenario], runs: Sequence[Sequence[Outcomes]]) -> Found:
    """Return what is revealed of a step.

    Args:
        step: of a session.
        plans: of its worlds.
        runs: of each world on the same draws, in one order of members.
    """
    worlds = {world.title: one for world, one in zip(step.worlds, runs, strict=True)}
    places = ranked(worlds, step.record)
    words = words_of(step.record, named(plans[0].run.focus), plans[0].run.end)
    answer = _answer(step, runs, places, words)
    table = _changes(step, plans[0], runs) if step.asks == CHANGE else _levels(words, places)
    return Found(words, answer, _chart(step, plans[0], worlds, answer.sentence), table)


def revealed(step: Step, plans: Sequence[Scenario], runs: Sequence[Sequence[Outcomes]]) -> dict[str, Any]:
    """Return what the screen of the room shows, as JSON takes it; see :func:`found_in`."""
    found = found_in(step, plans, runs)
    drawn = picture(found.chart)
    return {
        **vars(found.answer), "svg": drawn.wide + drawn.narrow, "note": INTERVAL_NOTE, "table": found.table,
        "runs": len(runs[0]),
    }  # fmt: skip


def _answer(step: Step, runs: Sequence[Sequence[Outcomes]], places: Sequence[Place], words: str) -> Answer:
    """Work out the answer to the question."""
    record, titles = step.record, [world.title for world in step.worlds]
    what = capitalised(words)
    if step.asks == BEST:
        first = places[0]
        said = SAY("best", what=what, world=first.title, level=first.level)
        return Answer(first.title, titles.index(first.title), f"{said} {first.says}")
    assert step.guess is not None
    if step.asks == CHANGE:
        differences = scalars_of(runs[-1], step.outcome) - scalars_of(runs[0], step.outcome)
        middle = middle_of(differences)
        number = change(middle, record.short_unit)
        judged = judge(differences, middle_of(scalars_of(runs[0], step.outcome)), record, words)
        said = SAY("change", after=titles[-1], before=titles[0], finding=judged.sentence.rstrip("."))
    else:
        last = next(place for place in places if place.title == titles[-1])
        middle, number = last.middle, level(last.middle, record.short_unit)
        said = SAY("level", what=what, level=last.level, world=last.title)
    place = step.guess.place(middle * step.scale) if math.isfinite(middle) else None
    return Answer(number, place, said)


def _chart(step: Step, plan: Scenario, worlds: Mapping[str, Sequence[Outcomes]], title: str) -> Chart:
    """Make the chart of a step: the difference of two worlds, or the levels of all."""
    series = {world: series_of(runs, step.picture) for world, runs in worlds.items()}
    first, last = next(iter(series.values())), list(series.values())[-1]
    times, focus = times_of(step.picture, plan.run.start, first.shape[1]), named(plan.run.focus)
    if step.asks == CHANGE:
        return chart_of(step.picture, DIFFERENCE, title, focus, times, first, last - first, step.worlds[-1].title)
    return chart_of_worlds(step.picture, title, focus, times, series)


def _changes(step: Step, plan: Scenario, runs: Sequence[Sequence[Outcomes]]) -> dict[str, Any]:
    """Return every headline with its change and its verdict."""
    pairs = Pairs(runs[0], runs[0], runs[-1])
    rows = [headline(name, pairs, named(plan.run.focus), plan.run.end).plain() for name in HEADLINES]
    return {
        "caption": f"{step.worlds[-1].title}, against {step.worlds[0].title}",
        "headings": ["Outcome", "Before", "Change (90% interval)", "Verdict"],
        "rows": [[row["words"], row["base"], row["change"], row["verdict"]] for row in rows],
    }


def _levels(words: str, places: Sequence[Place]) -> dict[str, Any]:
    """Return each world with its level and its place."""
    rows = [[str(place.rank), place.title, place.level, place.says] for place in places]
    if len(places) == 1:
        return {"caption": "", "headings": ["World", "Level (90% interval)"], "rows": [row[1:3] for row in rows]}
    return {
        "caption": capitalised(words),
        "headings": ["Rank", "World", "Level (90% interval)", "Against the next"],
        "rows": rows,
    }
