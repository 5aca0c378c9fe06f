"""A step or a whole session to take home: what is run for it, and the answer that becomes one page with living levers.

The numbers are those of the room: each world of a step has the runs of its reveal, and the levers stop at a lattice of
runs that begins at the step's first world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import pandas as pd

from afteraid.experiments.compare.lattice import Lattice, points_of, run_lattice
from afteraid.experiments.compare.positions import Axis, read_axes
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.ensemble import Progress, in_processes, manifest
from afteraid.simulation.results.answer import Answer, Card, Table
from afteraid.simulation.results.faces.html import html
from afteraid.simulation.results.words.names import capitalised, setting
from afteraid.simulation.results.words.numbers import counted
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.translating import ENGLISH
from afteraid.simulation.results.words.verdicts import ENOUGH_PAIRS
from afteraid.simulation.scenario.scenario import Scenario

from ...paging import again
from .levers import MOST_LEVERS
from .moves import key_of
from .one_run import kept_outcomes
from .outcomes import Outcomes
from .picture import INTERVAL_NOTE
from .reveal import found_in
from .roles import Settings
from .session import CHANGE, Rivals, Session, Step
from .words import own_words

LEVELS = {1: 5, 2: 5, 3: 4, 4: 3}  # positions of each lever, by how many levers there are: 81 combinations at most
USUAL, HAPPENS, WHY = "What people usually expect", "What happens in the model", "Why this happens in the model"
TRY, DISCUSS, AIMS, AT_THE_END = "Try other choices", "To discuss", "Aims", "At the end"
WORDED = ("World", "Verdict", "Against the next", "Scenario", "Settings", "Question")  # headings of words
SAY = Templates(
    "workshop.take_home",
    runs="Each answer rests on {members} of each world, on the same random numbers.",
    positions="Each position of the levers rests on {pairs}, in pairs with the base.",
    look="This is enough for a look, not for a decision.",
    model="The numbers are those of a model, and no forecast.",
    begin="The levers begin where this world stands: {world}.",
)
Runs = Mapping[str, Sequence[Outcomes]]  # of each world, by `key_of` its plan


@dataclass(frozen=True)
class Part:
    """A step with what is run for it.

    Attributes:
        number: of the step, from 1.
        step: of the session.
        plans: its worlds.
        axes: its levers with their positions; none where the step has no levers.
    """

    number: int
    step: Step
    plans: tuple[Scenario, ...]
    axes: tuple[Axis, ...]

    @property
    def points(self) -> list[Scenario]:
        """Return the scenario of every combination of positions."""
        return points_of(self.plans[0], self.axes) if self.axes else []


def parts_of(session: Session, only: int | None = None, settings: Settings | None = None) -> list[Part]:
    """Return the steps that are taken home.

    Args:
        session: that is played.
        only: number of the one step, from 1; all of them if left out.
        settings: of the whole workshop.

    Raises InputError for a step that there is not.
    """
    if only is not None and not 1 <= only <= len(session.steps):
        raise InputError(f"there is no step {only}", key="--step", expected=f"1 to {len(session.steps)}")
    found = []
    for number, step in enumerate(session.steps, 1):
        if only in (None, number):
            base, *others = (world.plan(settings or {}) for world in step.worlds)
            levels = LEVELS.get(len(step.levers), 0)
            axes = read_axes(step.levers, base, levels, MOST_LEVERS, others) if step.levers else ()
            found.append(Part(number, step, (base, *others), axes))
    return found


def worlds_of(parts: Sequence[Part]) -> dict[str, Scenario]:
    """Return the worlds of all steps, each once, by `key_of`."""
    return {key_of(plan): plan for part in parts for plan in part.plans}


def runs_of(parts: Sequence[Part], members: int, pairs: int) -> int:
    """Return how many runs are made in all."""
    points = sum(prod(len(axis.values) for axis in part.axes) for part in parts if part.axes)
    return members * len(worlds_of(parts)) + pairs * points


def take_home(
    session: Session, parts: Sequence[Part], members: int, pairs: int, workers: int | None = None,
    progress: Progress | None = None,
) -> Answer:  # fmt: skip
    """Run what a session to take home needs, in worker processes, and return it.

    Args:
        session: that is played.
        parts: its steps that are taken home.
        members: runs of each world.
        pairs: runs at each position of levers.
        workers: processes to use; by default as many as there are cores.
        progress: called with runs done and runs in all.

    Raises LostRunsError where a worker is lost.
    """
    worlds, total = worlds_of(parts), runs_of(parts, members, pairs)
    tasks = [(plan, member) for plan in worlds.values() for member in range(members)]
    found = in_processes(kept_outcomes, tasks, workers, _after(0, total, progress))
    runs = {key: found[place * members : (place + 1) * members] for place, key in enumerate(worlds)}
    done = len(tasks)
    lattices: list[Lattice | None] = []
    for part in parts:
        if part.axes:
            lattice = run_lattice(part.plans[0], part.axes, pairs, workers, _after(done, total, progress))
            lattices.append(lattice)
            done += pairs * len(lattice.values)
        else:
            lattices.append(None)
    return answer_of(session, parts, runs, lattices)


def _after(done: int, total: int, progress: Progress | None) -> Callable[[int, int], None] | None:
    """Return a progress that counts on from what is done, to the whole."""
    return None if progress is None else lambda now, _: progress(done + now, total)


def answer_of(session: Session, parts: Sequence[Part], runs: Runs, lattices: Sequence[Lattice | None]) -> Answer:
    """Return a session, or one step of it, as an answer.

    Args:
        session: that is played.
        parts: its steps that are taken home.
        runs: of their worlds, each with the same members in one order.
        lattices: of each part; None where it has no levers.
    """
    steps = [_step(part, runs, lattice) for part, lattice in zip(parts, lattices, strict=True)]
    first = parts[0].plans[0]
    members = len(runs[key_of(first)])
    pairs = next((lattice.values.shape[1] for lattice in lattices if lattice is not None), 0)
    told = {**manifest(_with_runs(first, members), 0.0), "changes": []}
    sure = tuple(_how_sure(members, pairs))
    if len(session.steps) > len(steps) == 1:
        title = f"{session.title}: {parts[0].step.title}"
        return replace(steps[0], title=title, sure=sure, manifest=told)
    answers = [(step.title, step.question, step.parts[1].cards[0].value) for step in steps]
    return Answer(
        session.title, tables=(_table("answers", ("Step", "Question", "Answer of the model"), answers),), manifest=told,
        question=session.summary, sure=sure,
        parts=(
            Answer(AIMS, session.aims), *steps,
            *([] if session.rivals is None else [_rivals(session.rivals)]),
            Answer(AT_THE_END, session.closing),
        ),
    )  # fmt: skip


def page_of(session: Session, answer: Answer, parts: Sequence[Part], date: str, language: str = ENGLISH) -> str:
    """Return what is taken home as a page in a language, with the commands that make the runs of its worlds again.

    Raises InputError for a language that there is not.
    """
    members = int(answer.manifest["runs"])
    own = {} if language == ENGLISH else own_words(language, [session])
    plans = worlds_of(parts).values()
    return html(
        answer, "\n".join(again(manifest(_with_runs(plan, members), 0.0)) for plan in plans), date, language, own
    )


def _with_runs(plan: Scenario, members: int) -> Scenario:
    """Return a scenario with as many runs as were made of it."""
    return plan.model_copy(update={"run": plan.run.model_copy(update={"runs": members})})


def _how_sure(members: int, pairs: int) -> Iterator[str]:
    """Say how many runs there are, and what they are good for."""
    yield SAY("runs", members=counted(members, "run"))
    if pairs:
        yield SAY("positions", pairs=counted(pairs, "run"))
        if pairs < ENOUGH_PAIRS:
            yield SAY("look")
    yield SAY("model")


def _step(part: Part, runs: Runs, lattice: Lattice | None) -> Answer:
    """Return a step: its question, what people expect, what happens, why, levers to try, and what to discuss."""
    step = part.step
    levers = [] if lattice is None else [lattice.living()]
    begins = SAY("begin", world=step.worlds[0].title)
    return Answer(
        f"Step {part.number}: {step.title}", question=step.question,
        parts=(
            Answer(USUAL, (step.usual.strip(),)),
            _happens(part, [runs[key_of(plan)] for plan in part.plans]),
            Answer(WHY, (step.happens.strip(),)),
            *(Answer(TRY, (begins,), levers=living) for living in levers),
            Answer(DISCUSS, step.debrief),
        ),
    )  # fmt: skip


def _happens(part: Part, runs: Sequence[Sequence[Outcomes]]) -> Answer:
    """Return what was revealed of a step, with the worlds that were run."""
    step, found = part.step, found_in(part.step, part.plans, runs)
    titles = [world.title for world in step.worlds]
    against = f"{titles[-1]}, against {titles[0]}" if step.asks == CHANGE else ""
    card = Card(capitalised(found.words), found.answer.number, change=against)
    worlds = [(world.title, f"`{world.scenario}`", _changed(world.settings)) for world in step.worlds]
    tables = (
        _table("answers", found.table["headings"], found.table["rows"]),
        _table("worlds", ("World", "Scenario", "Settings"), worlds),
    )
    return Answer(HAPPENS, tables=tables, charts=(replace(found.chart, note=INTERVAL_NOTE),), cards=(card,))


def _changed(settings: Settings) -> str:
    """Write the settings of a world that differ from its scenario."""
    return "; ".join(f"`{name} = {setting(value)}`" for name, value in settings.items()) or "as in the scenario"


def _table(name: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """Return texts as a table."""
    lines = tuple(tuple(map(str, row)) for row in rows)
    words = tuple(place for place, heading in enumerate(headings) if place == 0 or heading in WORDED)
    data = pd.DataFrame([[cell.replace("`", "") for cell in line] for line in lines], columns=list(headings))
    return Table(name, data, tuple(headings), lines, words)


def _rivals(rivals: Rivals) -> Answer:
    """Return the round of teams, without anybody's choice."""
    return Answer(f"Teams: {rivals.title}", question=rivals.question, parts=(Answer(DISCUSS, rivals.debrief),))
