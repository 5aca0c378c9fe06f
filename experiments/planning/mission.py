"""The questions of the mission on one page: cliffs, keep or build, when to leave, who loses, cooperation, readiness."""

from __future__ import annotations

from dataclasses import replace

from afteraid.simulation.data import read_donor
from afteraid.simulation.ensemble import Progress, run
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.words.numbers import counted
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario

from .cliff import cliff
from .cooperation import cooperation_part, readiness_part
from .leaving import KEEP_OR_BUILD, OPTIONS, keep_part, leaving, when_part
from .losers import losers, losers_part

DONOR = "USA"
OF_ATTRIBUTION = 3  # worlds: with the donor, without, and without while others react
SAY = Templates(
    "mission",
    few="{runs} are enough for a look, and not for a decision.",
    how="Money is in constant 2023 US dollars; intervals are 90%.",
)


def worlds_of(runs: int) -> int:
    """Return how many worlds the questions take."""
    return runs * (1 + len(OPTIONS) + OF_ATTRIBUTION)


def verdict_of(part: Answer) -> tuple[str, ...]:
    """Return what stands first for a part: a sentence, and for keep or build what lasts too, since values decide."""
    return part.sentences[: 2 if part.title == KEEP_OR_BUILD else 1]


def mission(
    scenario: Scenario, runs: int, donor: str = DONOR, workers: int | None = None, progress: Progress | None = None
) -> Answer:
    """Answer the six questions of the mission, each with its table and its figure.

    Args:
        scenario: whose world and focus are looked at.
        runs: of each world that is compared.
        donor: who goes, by code or name.
        workers: processes to use.
        progress: called with worlds done and worlds in all.

    Raises InputError for a donor that there is none of.
    """
    code, whole, before = read_donor(donor), worlds_of(runs), 0

    def after(done: int) -> Progress:
        return lambda own, _: None if progress is None else progress(done + own, whole)

    results = run(scenario, runs=runs, workers=workers, progress=after(before))
    options = leaving(scenario, runs, workers, after(runs))
    lost = losers(scenario, code, runs, workers, after(runs * (1 + len(OPTIONS))))
    focus, end = str(results.manifest["focus"]), scenario.run.end
    parts = (
        replace(cliff(results, focus), title="When donors leave"), keep_part(options), when_part(options),
        losers_part(lost, code, end, runs), cooperation_part(results, focus), readiness_part(results),
    )  # fmt: skip
    said = tuple(one for part in parts for one in verdict_of(part))
    title = f"The questions of the mission, {scenario.run.start} to {end}: {scenario.title}"
    notes = (SAY("how"), SAY("few", runs=counted(runs, "paired run")))
    return Answer(title, said, (), (), notes, results.manifest, tuple(replace(part, manifest={}) for part in parts))
